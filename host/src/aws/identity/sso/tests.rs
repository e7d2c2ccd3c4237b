//! The servers are on the loopback interface; the names of cache files were computed by botocore.

mod refresh;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::aws::cache::CacheFolder;
use crate::aws::identity::loopback::{Loopback, Request, now, with_sources};
use crate::aws::time;
use crate::fixture::User;

/// SHA-1 of `my-sso`, and of the start URL.
const TOKEN: &str = "0ad374308c5a4e22f723adf10145eafad7c4031c";
const LEGACY_TOKEN: &str = "e8be5486177c5b5392bd9aa76563515b29358e6e";
const ROLE: &str = "3e879eeed058af058e1140537c7e31f9be1db020";
const LEGACY_ROLE: &str = "3af6df3092b9a3667593b31af6f7d59e9ac5153e";

const START_URL: &str = "https://example.awsapps.com/start";
const LOGIN: &str = "aws sso login --profile p";

/// A config file with a profile that has a session, and the server that stands for the service.
fn config(url: &str) -> String {
    format!(
        "[profile p]\nsso_session = my-sso\nsso_account_id = 123456789012\nsso_role_name = demo\nendpoint_url = {url}\n\
         [sso-session my-sso]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"
    )
}

/// The older form, without a session.
fn legacy(url: &str) -> String {
    format!(
        "[profile p]\nsso_account_id = 123456789012\nsso_role_name = demo\nsso_start_url = {START_URL}\n\
         sso_region = us-east-1\nendpoint_url = {url}\n"
    )
}

/// The time so many seconds from now.
fn at(seconds: i64) -> String {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    time::show(if seconds < 0 { now() - distance } else { now() + distance }).unwrap()
}

/// A token that lasts so many seconds, and can be refreshed.
fn token(seconds: i64) -> String {
    format!(
        r#"{{"startUrl": "{START_URL}", "region": "us-east-1", "accessToken": "example-token", "expiresAt": "{}", "clientId": "example-client", "clientSecret": "example-client-secret", "registrationExpiresAt": "{}", "refreshToken": "example-refresh", "scopes": ["sso:account:access"]}}"#,
        at(seconds),
        at(90 * 86400)
    )
}

/// A user with a config file and files in caches: `FOLDER/KEY`, text.
fn user(config: &str, files: &[(&str, &str, &str)]) -> User {
    let user = User::new().config(config);
    for (folder, key, text) in files {
        let path = cached(&user, folder, key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    user
}

fn cached(user: &User, folder: &str, key: &str) -> PathBuf {
    user.file(folder).join("cache").join(format!("{key}.json"))
}

fn find_in(user: &User) -> Result<Option<Identity>, Error> {
    with_sources(user, |sources| find(sources, "p", sources.files.profile("p").unwrap()))
}

#[track_caller]
fn finds(user: &User, access_key_id: &str) {
    let identity = find_in(user).unwrap().unwrap();
    let keys = identity.credentials();
    assert_eq!(
        (keys.access_key_id, keys.secret_access_key, keys.session_token),
        (access_key_id, "example-secret", Some("example-session-token"))
    );
}

#[track_caller]
fn refuses(user: &User, fact: &str, hint: Option<&str>) {
    let error = find_in(user).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.hint().as_deref()), (fact, hint));
}

/// What the service answers to `GetRoleCredentials`: keys for an hour.
fn keys(_: &Request) -> (u16, &'static str, String) {
    let body = r#"{"roleCredentials": {"accessKeyId": "ASIAEXAMPLEROLE", "secretAccessKey": "example-secret", "sessionToken": "example-session-token", "expiration": 1767326645000}}"#;
    (200, "", body.to_owned())
}

fn lines(server: &Loopback) -> Vec<String> {
    server.requests().into_iter().map(|request| request.line).collect()
}

const ROLE_REQUEST: &str = "GET /federation/credentials?role_name=demo&account_id=123456789012";

#[test]
fn a_profile_without_role_and_account_has_nothing_to_do_with_it() {
    for options in ["", "sso_session = my-sso\n", "sso_start_url = x\nsso_region = y\n"] {
        assert!(find_in(&user(&format!("[profile p]\n{options}"), &[])).unwrap().is_none());
    }
}

#[test]
fn what_is_missing_is_named_in_one_line() {
    let hint = Some("aws configure sso --profile p");
    let lacks = |options: &str, missing: &str| {
        let fact = format!("profile 'p' gets its keys from IAM Identity Center and lacks {missing}");
        refuses(&user(&format!("[profile p]\n{options}"), &[]), &fact, hint);
    };
    lacks("sso_account_id = 1\n", "sso_role_name, sso_start_url, sso_region");
    lacks("sso_role_name = demo\nsso_account_id =\nsso_region = us-east-1\n", "sso_account_id, sso_start_url");
    lacks("sso_role_name =\n  a = b\nsso_account_id = 1\n", "sso_role_name, sso_start_url, sso_region");
    lacks("sso_role_name = r\nsso_session = s\n[sso-session s]\nsso_start_url = x\n", "sso_account_id, sso_region");
}

#[test]
fn a_session_that_is_not_configured_is_named() {
    for session in ["my-sso", "", "\n  a = b"] {
        let shown = if session == "my-sso" { session } else { "" };
        refuses(
            &user(&format!("[profile p]\nsso_account_id = 1\nsso_session = {session}\n"), &[]),
            &format!("profile 'p' names the sso-session '{shown}', which the config file does not have"),
            Some("aws configure sso --profile p"),
        );
    }
}

#[test]
fn a_profile_and_its_session_may_not_differ() {
    for option in ["sso_region", "sso_start_url", "region"] {
        refuses(
            &user(
                &config("http://127.0.0.1:9")
                    .replace("[sso", &format!("{option} = x\n[sso"))
                    .replace("sso_region = us-east-1\n", "sso_region = us-east-1\nregion = us-east-1\n"),
                &[],
            ),
            &format!("profile 'p' and its sso-session 'my-sso' differ in {option}"),
            Some(&format!("remove {option} from the profile")),
        );
    }
}

#[test]
fn what_a_profile_repeats_of_its_session_is_fine() {
    let repeated = format!("sso_region = us-east-1\nsso_start_url = {START_URL}\n[sso");
    let server = Loopback::start(keys);
    finds(&user(&config(&server.url).replace("[sso", &repeated), &[("sso", TOKEN, &token(3600))]), "ASIAEXAMPLEROLE");
}

#[test]
fn a_token_needs_both_options_in_the_session() {
    let config =
        config("http://127.0.0.1:9").replace("sso_region = us-east-1\n", "").replace("[sso", "sso_region = x\n[sso");
    refuses(
        &user(&config, &[("sso", TOKEN, &token(3600))]),
        "the sso-session 'my-sso' lacks sso_region",
        Some("aws configure sso --profile p"),
    );
    let kept = entry("ASIAEXAMPLECLI", 3600);
    finds(&user(&config, &[("cli", ROLE, &kept)]), "ASIAEXAMPLECLI");
}

/// A file of keys that lasts so many seconds, as the AWS CLI writes it.
fn entry(access_key_id: &str, seconds: i64) -> String {
    format!(
        r#"{{"ProviderType": "sso", "Credentials": {{"AccessKeyId": "{access_key_id}", "SecretAccessKey": "example-secret", "SessionToken": "example-session-token", "Expiration": "{}"}}}}"#,
        at(seconds)
    )
}

#[test]
fn keys_that_the_aws_cli_or_botocore_kept_need_neither_token_nor_network() {
    for (folder, config, key) in [
        ("cli", config("http://127.0.0.1:9"), ROLE),
        ("boto", config("http://127.0.0.1:9"), ROLE),
        ("cli", legacy("http://127.0.0.1:9"), LEGACY_ROLE),
    ] {
        finds(&user(&config, &[(folder, key, &entry("ASIAEXAMPLEKEPT", 900))]), "ASIAEXAMPLEKEPT");
    }
}

/// As where another process waits for the service: whoever is not signed in need not wait for what comes of that.
#[test]
fn who_has_to_sign_in_is_told_so_while_another_process_gets_the_keys() {
    let unrefreshable = token(-1).replace("refreshToken", "other");
    for (files, fact) in [
        (vec![("sso", TOKEN, unrefreshable.as_str())], "the IAM Identity Center session for 'my-sso' has expired"),
        (vec![], "there is no IAM Identity Center session for 'my-sso'"),
    ] {
        let user = user(&config("http://127.0.0.1:9"), &files);
        let folder = CacheFolder::create(cached(&user, "cli", ROLE).parent().unwrap()).unwrap();
        let _held = folder.lock(&format!("{ROLE}.lock"), Duration::ZERO).unwrap();
        refuses(&user, fact, Some("aws sso login --profile p"));
    }
}

#[test]
fn kept_keys_with_less_than_a_quarter_of_an_hour_are_asked_for_again() {
    let server = Loopback::start(keys);
    let files = [("cli", ROLE, &*entry("ASIAEXAMPLEKEPT", 899)), ("sso", TOKEN, &token(3600))];
    finds(&user(&config(&server.url), &files), "ASIAEXAMPLEROLE");
    assert_eq!(lines(&server), [ROLE_REQUEST]);
}

#[test]
fn a_good_token_is_exchanged_for_keys_which_are_kept_for_the_next_command() {
    for (config, sso, role) in [(config as fn(&str) -> String, TOKEN, ROLE), (legacy, LEGACY_TOKEN, LEGACY_ROLE)] {
        let server = Loopback::start(keys);
        let user = user(&config(&server.url), &[("sso", sso, &token(900))]);
        finds(&user, "ASIAEXAMPLEROLE");
        finds(&user, "ASIAEXAMPLEROLE");
        let [request] = &server.requests()[..] else { panic!("one request, not {:?}", lines(&server)) };
        assert_eq!(request.line, ROLE_REQUEST);
        assert_eq!(request.header("x-amz-sso_bearer_token"), Some("example-token"));
        assert_eq!(request.header("authorization"), None);
        assert_eq!(
            fs::read_to_string(cached(&user, "cli", role)).unwrap(),
            "{\"ProviderType\": \"sso\", \"Credentials\": {\"AccessKeyId\": \"ASIAEXAMPLEROLE\", \"SecretAccessKey\": \
             \"example-secret\", \"SessionToken\": \"example-session-token\", \"Expiration\": \"2026-01-02T04:04:05Z\", \
             \"AccountId\": \"123456789012\"}}"
        );
        assert_eq!(fs::read_to_string(cached(&user, "sso", sso)).unwrap(), token(900));
    }
}

#[test]
fn a_token_that_is_missing_torn_or_of_something_else_is_told_without_network() {
    let whole = token(3600);
    for text in [
        "",
        &whole[..whole.len() - 9],
        "[]",
        "{}",
        r#"{"accessToken": "example-token"}"#,
        r#"{"accessToken": 1, "expiresAt": "2026-01-02T09:00:00Z"}"#,
        r#"{"accessToken": "example-token", "expiresAt": "soon"}"#,
        r#"{"accessToken": "", "expiresAt": "2026-01-02T09:00:00Z"}"#,
    ] {
        refuses(
            &user(&config("http://127.0.0.1:9"), &[("sso", TOKEN, text)]),
            "there is no IAM Identity Center session for 'my-sso'",
            Some(LOGIN),
        );
    }
    refuses(
        &user(&legacy("http://127.0.0.1:9"), &[]),
        "there is no IAM Identity Center session for 'https://example.awsapps.com/start'",
        Some(LOGIN),
    );
}

#[test]
fn an_expired_token_that_cannot_be_refreshed_is_told_without_network() {
    let fact = "the IAM Identity Center session for 'my-sso' has expired";
    let url = "http://127.0.0.1:9";
    for lacking in ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"] {
        let token = token(0).replace(lacking, "other");
        refuses(&user(&config(url), &[("sso", TOKEN, &token)]), fact, Some(LOGIN));
    }
    let unregistered = token(-1).replace(&at(90 * 86400), &at(0));
    refuses(&user(&config(url), &[("sso", TOKEN, &unregistered)]), fact, Some(LOGIN));
    let fact = "the IAM Identity Center session for 'https://example.awsapps.com/start' has expired";
    refuses(&user(&legacy(url), &[("sso", LEGACY_TOKEN, &token(0))]), fact, Some(LOGIN));
}

/// Fails where the service's refusal of the role does not come down to this.
#[track_caller]
fn refuses_role(error: &'static str, status: u16, fact: &str, hint: Option<&str>) {
    let server = Loopback::start(move |_| (status, error, r#"{"message": "No access"}"#.to_owned()));
    let config = config(&server.url).replace("[sso", "max_attempts = 1\n[sso");
    refuses(&user(&config, &[("sso", TOKEN, &token(3600))]), fact, hint);
    assert_eq!(lines(&server), [ROLE_REQUEST]);
}

#[test]
fn a_session_that_the_service_ended_is_told() {
    refuses_role(
        "UnauthorizedException",
        401,
        "the IAM Identity Center session for 'my-sso' is no longer valid",
        Some(LOGIN),
    );
}

#[test]
fn a_role_that_is_not_the_users_is_named_with_what_the_service_says() {
    let hint = "check sso_account_id and sso_role_name of profile 'p'; to sign in again does not help";
    for (error, status) in [("ForbiddenException", 403), ("ResourceNotFoundException", 404)] {
        let fact = format!("role 'demo' of account '123456789012': IAM Identity Center refused: No access ({error})");
        refuses_role(error, status, &fact, Some(hint));
    }
}

#[test]
fn what_else_the_service_says_is_shown() {
    refuses_role(
        "TooManyRequestsException",
        429,
        "IAM Identity Center refused: No access (TooManyRequestsException)",
        None,
    );
}

#[test]
fn an_answer_without_keys_cannot_be_read() {
    for body in ["{}", r#"{"roleCredentials": {"accessKeyId": "ASIAEXAMPLEROLE", "expiration": 1}}"#, "<html>"] {
        let server = Loopback::start(move |_| (200, "", body.to_owned()));
        let config = config(&server.url).replace("[sso", "max_attempts = 1\n[sso");
        let user = user(&config, &[("sso", TOKEN, &token(3600))]);
        refuses(&user, "IAM Identity Center gave an answer that cannot be read", None);
        assert!(!cached(&user, "cli", ROLE).exists());
    }
}

#[test]
fn a_cache_key_is_botocores_with_any_character() {
    let session = "sé😀\"";
    let config = config("x").replace("my-sso", session).replace("[sso-session sé😀\"]", "[sso-session 'sé😀\"']");
    let user = User::new().config(config);
    with_sources(&user, |sources| {
        let settings = Settings::find(sources.files, "p", sources.files.profile("p").unwrap()).unwrap().unwrap();
        assert_eq!(role::cache_key(&settings), "4686669fb73719ae14794780df3d850e896e63a9");
    });
}
