//! Each order here is botocore's, compared with its version 1.44.5; where it is not, the test says so.

use std::time::Duration;

use super::*;
use crate::fixture::{SECRET, User, keys};

/// 2026-01-02T03:04:05Z.
const NOW: Duration = Duration::from_secs(1_767_323_045);

const ROLE: &str = "role_arn = arn:aws:iam::123456789012:role/demo\n";
const SSO: &str = "sso_account_id = 123456789012\nsso_role_name = demo\n";

/// What each way says first where it is set up and cannot give keys.
const ASSUMED_ROLE: &str = "source_profile of profile 'default' is 'missing', and there is no such profile";
const WEB_IDENTITY: &str = "the web identity token /missing/token cannot be read: there is no such file";
const IDENTITY_CENTER: &str = "profile 'default' gets its keys from IAM Identity Center";
const LOGIN: &str = "the session of aws login for 'arn' does not exist";
const PROCESS: &str = "credential_process of profile 'default' gave no keys: 'false' ended with status 1";
const CONTAINER: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI names no HTTP endpoint";

/// Finds the keys of the profile in the URL, or of the one that is in use without.
#[track_caller]
fn find(user: &User, url: Option<&str>) -> Result<Identity, Error> {
    let files = user.files();
    user.with(|variables| {
        let chosen = ChosenProfile::choose(url, variables)?;
        let network = Network::new(&files, chosen.find(&files)?, variables);
        let now = SystemTime::UNIX_EPOCH + NOW;
        Sources { files: &files, chosen: &chosen, variables, region: &|| Ok("eu-west-1".to_owned()), now, network }
            .find()
    })
}

/// Fails where these keys are not the ones found: access key ID and session token.
#[track_caller]
fn finds(user: &User, url: Option<&str>, expected: (&str, Option<&str>)) {
    let identity = find(user, url).unwrap();
    let found = identity.credentials();
    assert_eq!((found.access_key_id, found.session_token), expected);
    assert_eq!(found.secret_access_key, SECRET);
}

#[track_caller]
fn finds_key(user: &User, expected: &str) {
    finds(user, None, (expected, None));
}

#[track_caller]
fn refuses(user: &User, url: Option<&str>, expected: &str) {
    assert_eq!(find(user, url).unwrap_err().to_string(), expected);
}

/// Fails where another way than this one was taken, or none.
#[track_caller]
fn refuses_way(user: &User, way: &str) {
    refuses(user, None, way);
}

/// A user with keys in the environment.
fn with_variables() -> User {
    User::new().set("AWS_ACCESS_KEY_ID", "VARIABLES").set("AWS_SECRET_ACCESS_KEY", SECRET)
}

/// A section of the profile `default`.
fn default(options: &str) -> String {
    format!("[default]\n{options}")
}

#[test]
fn keys_in_the_environment_come_before_the_files() {
    let user = with_variables().config(default(&keys("CONFIG"))).credentials(default(&keys("CREDENTIALS")));
    finds_key(&user, "VARIABLES");
}

#[test]
fn keys_in_the_environment_come_before_every_other_way() {
    for other in [&format!("{ROLE}source_profile = missing\n"), SSO, "credential_process = false\n"] {
        finds_key(&with_variables().config(default(other)), "VARIABLES");
    }
    finds_key(&with_variables().set("AWS_WEB_IDENTITY_TOKEN_FILE", "/missing/token"), "VARIABLES");
}

#[test]
fn a_profile_in_the_url_leaves_the_keys_in_the_environment_out() {
    let user = with_variables().credentials(default(&keys("DEFAULT")) + "[prod]\n" + &keys("PROD") + "[empty]\n");
    finds(&user, Some("prod"), ("PROD", None));
    finds(&user, Some("default"), ("DEFAULT", None));
    refuses(
        &user,
        Some("empty"),
        "no AWS keys were found for profile 'empty': not in the profile or a container, \
         and AWS_EC2_METADATA_DISABLED turns instance metadata off",
    );
}

#[test]
fn a_profile_in_the_environment_does_not() {
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        finds_key(&with_variables().credentials("[prod]\n".to_owned() + &keys("PROD")).set(name, "prod"), "VARIABLES");
    }
}

#[test]
fn of_two_variables_for_the_session_token_the_older_counts() {
    let user = with_variables().set("AWS_SESSION_TOKEN", "session");
    finds(&user, None, ("VARIABLES", Some("session")));
    finds(&user.set("AWS_SECURITY_TOKEN", "security"), None, ("VARIABLES", Some("security")));
}

#[test]
fn a_variable_that_is_empty_is_unset() {
    let user = with_variables().set("AWS_SECURITY_TOKEN", "").set("AWS_SESSION_TOKEN", "session");
    finds(&user, None, ("VARIABLES", Some("session")));
    finds(&user.set("AWS_SESSION_TOKEN", ""), None, ("VARIABLES", None));
    let user = with_variables().set("AWS_ACCESS_KEY_ID", "").credentials(default(&keys("CREDENTIALS")));
    finds_key(&user, "CREDENTIALS");
}

#[test]
fn an_access_key_in_the_environment_without_its_secret_is_refused() {
    let expected = "the environment has AWS keys without AWS_SECRET_ACCESS_KEY";
    let user = User::new().set("AWS_ACCESS_KEY_ID", "VARIABLES").credentials(default(&keys("CREDENTIALS")));
    refuses(&user, None, expected);
    refuses(&user.set("AWS_SECRET_ACCESS_KEY", ""), None, expected);
}

#[test]
fn a_secret_in_the_environment_without_its_access_key_is_passed_over() {
    let user = User::new().set("AWS_SECRET_ACCESS_KEY", "other").set("AWS_SESSION_TOKEN", "other");
    finds_key(&user.credentials(default(&keys("CREDENTIALS"))), "CREDENTIALS");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_refused_without_its_value() {
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"] {
        let user = with_variables().set(name, crate::fixture::not_utf_8());
        refuses(&user, None, &format!("the variable {name} is not UTF-8 text"));
    }
}

#[test]
fn keys_in_the_credentials_file_come_before_keys_in_the_config_file() {
    let user = User::new().config(default(&keys("CONFIG")));
    finds_key(&user, "CONFIG");
    finds_key(&user.credentials(default(&keys("CREDENTIALS"))), "CREDENTIALS");
}

#[test]
fn an_access_key_in_a_file_without_its_secret_is_refused() {
    let only = "aws_access_key_id = CREDENTIALS\n";
    let fact = |file: &str| format!("profile 'default' of the {file} has AWS keys without aws_secret_access_key");
    let user = User::new().config(default(&keys("CONFIG"))).credentials(default(only));
    refuses(&user, None, &fact("credentials file"));
    refuses(&User::new().config(default(only)), None, &fact("config file"));
}

/// botocore signs with the empty text, and the server refuses that.
#[test]
fn a_key_in_a_file_that_is_empty_is_refused() {
    let user = User::new().credentials(default("aws_access_key_id =\naws_secret_access_key = x\n"));
    refuses(&user, None, "profile 'default' of the credentials file has AWS keys without aws_access_key_id");
    let user = User::new().credentials(default("aws_access_key_id = x\naws_secret_access_key =\n"));
    refuses(&user, None, "profile 'default' of the credentials file has AWS keys without aws_secret_access_key");
}

/// botocore takes the nested options for the key itself, and fails where it signs.
#[test]
fn a_key_in_a_file_that_is_nested_is_refused() {
    let user = User::new().credentials(default("aws_access_key_id =\n  a = b\naws_secret_access_key = x\n"));
    let user = user.config(default(&keys("CONFIG")));
    refuses(&user, None, "profile 'default' of the credentials file has AWS keys without aws_access_key_id");
}

#[test]
fn a_secret_in_a_file_without_its_access_key_is_passed_over() {
    let user = User::new().credentials(default("aws_secret_access_key = other\naws_session_token = other\n"));
    finds_key(&user.config(default(&keys("CONFIG"))), "CONFIG");
}

#[test]
fn of_two_names_for_the_session_token_in_a_file_the_older_counts() {
    for token in ["aws_session_token = session\n", "aws_security_token = session\n"] {
        let options = keys("KEY") + token;
        finds(&User::new().credentials(default(&options)), None, ("KEY", Some("session")));
        finds(&User::new().config(default(&options)), None, ("KEY", Some("session")));
    }
    let both = keys("KEY") + "aws_session_token = session\naws_security_token = security\n";
    finds(&User::new().credentials(default(&both)), None, ("KEY", Some("security")));
}

/// botocore signs without a token then, and the server refuses that.
#[test]
fn a_session_token_that_is_empty_is_none() {
    let empty = keys("KEY") + "aws_security_token =\n";
    finds(&User::new().credentials(default(&empty)), None, ("KEY", None));
    let other = empty + "aws_session_token = session\n";
    finds(&User::new().credentials(default(&other)), None, ("KEY", Some("session")));
}

#[test]
fn all_of_an_answer_comes_from_one_file() {
    let user = User::new().credentials(default(&keys("CREDENTIALS")));
    finds_key(&user.config(default("aws_session_token = other\n")), "CREDENTIALS");
}

#[test]
fn a_role_with_a_source_comes_before_keys_in_the_credentials_file() {
    let role = format!("{ROLE}source_profile = missing\n");
    let user = User::new().config(default(&role)).credentials(default(&keys("CREDENTIALS")));
    refuses_way(&user, ASSUMED_ROLE);
    refuses_way(&User::new().credentials(default(&(keys("CREDENTIALS") + &role))), ASSUMED_ROLE);
}

#[test]
fn a_role_in_the_cache_needs_no_source_and_no_network() {
    let folder = |user: &User| user.file("cli").join("cache");
    let user = User::new().config(default(&format!("{ROLE}source_profile = empty\n[profile empty]\n")));
    std::fs::create_dir_all(folder(&user)).unwrap();
    let body = format!(
        "{{\"Credentials\": {{\"AccessKeyId\": \"CACHED\", \"SecretAccessKey\": \"{SECRET}\", \
         \"SessionToken\": \"example-token\", \"Expiration\": \"2026-01-02T04:00:00Z\"}}}}"
    );
    let key = crate::aws::cache::role::key("{\"RoleArn\": \"arn:aws:iam::123456789012:role/demo\"}");
    std::fs::write(folder(&user).join(format!("{key}.json")), body).unwrap();
    finds(&user, None, ("CACHED", Some("example-token")));
}

#[test]
fn keys_in_the_environment_that_say_they_have_expired_are_refused() {
    let user = |time: &str| with_variables().set("AWS_CREDENTIAL_EXPIRATION", time);
    finds_key(&user("2026-01-02T03:04:06Z"), "VARIABLES");
    finds_key(&user(""), "VARIABLES");
    let expired = "the AWS keys in the environment have expired, says AWS_CREDENTIAL_EXPIRATION";
    refuses(&user("2026-01-02T03:04:05Z"), None, expired);
    let no_time = "AWS_CREDENTIAL_EXPIRATION is 'soon', which is no time as 2026-01-02T03:04:05Z";
    refuses(&user("soon"), None, no_time);
}

#[test]
fn a_role_without_a_source_is_refused() {
    let expected = "profile 'default' has role_arn, but neither source_profile nor credential_source";
    for role in [ROLE, "role_arn =\n"] {
        let user = User::new().config(default(role)).credentials(default(&keys("CREDENTIALS")));
        refuses(&user, None, expected);
    }
}

#[test]
fn a_source_without_a_role_is_passed_over() {
    let user = User::new().config(default("source_profile = other\n"));
    finds_key(&user.credentials(default(&keys("CREDENTIALS"))), "CREDENTIALS");
}

#[test]
fn a_web_identity_in_the_profile_comes_before_roles_identity_center_and_keys() {
    let token_file = "web_identity_token_file = /missing/token\n";
    for before in ["", ROLE, &format!("{ROLE}source_profile = missing\n"), SSO] {
        let user = User::new().config(default(&format!("{before}{token_file}")));
        let user = user.credentials(default(&keys("CREDENTIALS")));
        let no_role =
            "there is a web identity token for profile 'default', but no role: neither AWS_ROLE_ARN nor role_arn";
        refuses_way(&user, if before.contains("role_arn") { WEB_IDENTITY } else { no_role });
    }
}

#[test]
fn a_token_file_without_a_name_is_passed_over() {
    for role in ["", ROLE] {
        let user = User::new().config(default(&format!("{role}web_identity_token_file =\n")));
        finds_key(&user.credentials(default(&keys("CREDENTIALS"))), "CREDENTIALS");
    }
}

#[test]
fn a_web_identity_in_the_environment_comes_before_keys_in_files_and_after_roles() {
    let user = || User::new().set("AWS_WEB_IDENTITY_TOKEN_FILE", "/missing/token").set("AWS_ROLE_ARN", "arn");
    refuses_way(&user().credentials(default(&keys("CREDENTIALS"))), WEB_IDENTITY);
    refuses_way(&user().config(default(&format!("{ROLE}source_profile = missing\n"))), ASSUMED_ROLE);
    let unset = user().set("AWS_WEB_IDENTITY_TOKEN_FILE", "");
    finds_key(&unset.credentials(default(&keys("CREDENTIALS"))), "CREDENTIALS");
}

#[test]
fn a_profile_in_the_url_leaves_the_web_identity_in_the_environment_out() {
    let user = User::new().set("AWS_WEB_IDENTITY_TOKEN_FILE", "/missing/token").set("AWS_ROLE_ARN", "arn");
    finds(&user.credentials(default(&keys("CREDENTIALS"))), Some("default"), ("CREDENTIALS", None));
}

#[test]
fn identity_center_comes_before_keys_in_the_credentials_file() {
    for (options, missing) in [
        (SSO, "sso_start_url, sso_region"),
        ("sso_account_id = 123456789012\n", "sso_role_name, sso_start_url, sso_region"),
        ("sso_role_name = demo\n", "sso_account_id, sso_start_url, sso_region"),
        ("sso_account_id =\n", "sso_role_name, sso_account_id, sso_start_url, sso_region"),
    ] {
        let user = User::new().config(default(options)).credentials(default(&keys("CREDENTIALS")));
        refuses_way(&user, &format!("{IDENTITY_CENTER} and lacks {missing}"));
    }
}

#[test]
fn an_sso_session_without_account_and_role_is_passed_over() {
    let options = "sso_session = demo\nsso_start_url = https://example.com\nsso_region = us-east-1\n";
    let user = User::new().config(default(options));
    finds_key(&user.credentials(default(&keys("CREDENTIALS"))), "CREDENTIALS");
}

#[test]
fn a_login_comes_after_the_credentials_file_and_before_programs_and_the_config_file() {
    let login = "login_session = arn\ncredential_process = false\n".to_owned() + &keys("CONFIG");
    refuses_way(&User::new().config(default(&login)), LOGIN);
    finds_key(&User::new().config(default(&login)).credentials(default(&keys("CREDENTIALS"))), "CREDENTIALS");
}

#[test]
fn a_program_comes_after_the_credentials_file_and_before_the_config_file() {
    let process = "credential_process = false\n".to_owned() + &keys("CONFIG");
    refuses_way(&User::new().config(default(&process)), PROCESS);
    finds_key(&User::new().config(default(&process)).credentials(default(&keys("CREDENTIALS"))), "CREDENTIALS");
    let in_credentials = "credential_process = false\n".to_owned() + &keys("CREDENTIALS");
    finds_key(&User::new().credentials(default(&in_credentials)), "CREDENTIALS");
}

#[test]
fn a_container_comes_last_and_is_one_for_a_profile_in_the_url_too() {
    let user = || User::new().set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "/credentials");
    refuses_way(&user(), CONTAINER);
    finds_key(&user().config(default(&keys("CONFIG"))), "CONFIG");
    refuses(&user().config("[profile empty]\n"), Some("empty"), CONTAINER);
    refuses(&user().set("AWS_CONTAINER_CREDENTIALS_FULL_URI", ""), None, &format!("{NO_KEYS} 'default': {EVERYWHERE}"));
}

const NO_KEYS: &str = "no AWS keys were found for profile";
const EVERYWHERE: &str = "not in the environment, the profile or a container, \
    and AWS_EC2_METADATA_DISABLED turns instance metadata off";

#[test]
fn no_keys_at_all_are_refused_with_the_places_that_were_tried() {
    refuses(&User::new(), None, &format!("{NO_KEYS} 'default': {EVERYWHERE}"));
    let user = User::new().config("[profile prod]\nregion = eu-west-1\n").set("AWS_PROFILE", "prod");
    refuses(&user, None, &format!("{NO_KEYS} 'prod': {EVERYWHERE}"));
}

#[test]
fn keys_are_not_shown_even_for_debugging() {
    let user = with_variables().set("AWS_SESSION_TOKEN", "session");
    assert_eq!(
        format!("{:?}", find(&user, None).unwrap()),
        "Identity { access_key_id: Secret(…), secret_access_key: Secret(…), session_token: Some(Secret(…)), expires: None }"
    );
}
