//! What is explained where there are no keys: why, and what to type.

use super::{LOGIN, LOGIN_CACHE, ROLE, SSO, SSO_TOKEN, session, sign_in};
use crate::person::{KEY, Person};

#[test]
fn a_key_in_the_environment_without_its_secret() {
    let person = Person::new().set("AWS_ACCESS_KEY_ID", KEY);
    person.is_told(
        &["codecommit::eu-west-1://MyRepo"],
        1,
        "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, which no file has
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: the environment has AWS keys without AWS_SECRET_ACCESS_KEY
              hint: set AWS_SECRET_ACCESS_KEY too
              from AWS_ACCESS_KEY_ID
",
    );
}

#[test]
fn keys_in_the_environment_that_have_expired() {
    let person = Person::new().keys_in_environment().set("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z");
    person.is_told(
        &["codecommit::eu-west-1://MyRepo"],
        1,
        "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, which no file has
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    access key AKIAIOSFODNN7EXAMPLE
              from AWS_ACCESS_KEY_ID
              the keys expired at 2020-01-01T00:00:00Z
              fault: the AWS keys in the environment have expired, says AWS_CREDENTIAL_EXPIRATION
              hint: export new keys, or unset AWS_ACCESS_KEY_ID
",
    );
}

#[test]
fn keys_in_the_environment_that_end_at_no_time() {
    let person = Person::new().keys_in_environment().set("AWS_CREDENTIAL_EXPIRATION", "soon");
    person.is_told(
        &["codecommit::eu-west-1://MyRepo"],
        1,
        "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, which no file has
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: AWS_CREDENTIAL_EXPIRATION is 'soon', which is no time as 2026-01-02T03:04:05Z
              hint: unset it, or set it to when the keys end
              from AWS_ACCESS_KEY_ID
",
    );
}

#[test]
fn a_key_in_a_file_without_its_secret() {
    let person = Person::new().file(".aws/credentials", "[user]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n");
    person.is_told(
        &["codecommit::eu-west-1://user@MyRepo"],
        1,
        "\
codecommit::eu-west-1://user@MyRepo
  repository  MyRepo     from the URL
  profile     user       from the URL
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: profile 'user' of the credentials file has AWS keys without aws_secret_access_key
              hint: set aws_secret_access_key too
              from the keys of profile 'user' in the credentials file
",
    );
}

#[test]
fn a_sign_in_to_identity_center_that_there_is_not() {
    let person = Person::new().config(SSO);
    person.is_told(
        &["codecommit://corp@MyRepo"],
        1,
        "\
codecommit://corp@MyRepo
  repository  MyRepo     from the URL
  profile     corp       from the URL
  region      eu-west-1  from profile 'corp' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: there is no IAM Identity Center session for 'work'
              hint: aws sso login --profile corp
              from sso_role_name of profile 'corp'
",
    );
}

#[test]
fn a_sign_in_to_identity_center_that_has_expired() {
    let person = Person::new().config(SSO).file(SSO_TOKEN, &sign_in("2020-01-01T00:00:00Z"));
    person.is_told(
        &["codecommit://corp@MyRepo"],
        1,
        "\
codecommit://corp@MyRepo
  repository  MyRepo     from the URL
  profile     corp       from the URL
  region      eu-west-1  from profile 'corp' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    role Developer of account 123456789012 in IAM Identity Center
              from sso_role_name of profile 'corp'
              signed in to 'work'
              the sign-in expired at 2020-01-01T00:00:00Z
              fault: the IAM Identity Center session for 'work' has expired
              hint: aws sso login --profile corp
",
    );
}

#[test]
fn a_session_of_aws_login_that_there_is_not() {
    let person = Person::new().config(LOGIN);
    person.is_told(
        &["codecommit://me@MyRepo"],
        1,
        "\
codecommit://me@MyRepo
  repository  MyRepo     from the URL
  profile     me         from the URL
  region      eu-west-1  from profile 'me' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: the session of aws login for 'arn:aws:iam::123456789012:user/me' does not exist
              hint: aws login --profile me
              from login_session of profile 'me'
",
    );
}

#[test]
fn a_session_of_aws_login_that_cannot_be_renewed() {
    let person = Person::new().config(LOGIN).file(LOGIN_CACHE, &session("2020-01-01T00:00:00Z"));
    person.is_told(&["codecommit://me@MyRepo"], 1, "\
codecommit://me@MyRepo
  repository  MyRepo     from the URL
  profile     me         from the URL
  region      eu-west-1  from profile 'me' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: the session of aws login for 'arn:aws:iam::123456789012:user/me' has a key (dpopKey) that cannot be read
              hint: aws login --profile me
              from login_session of profile 'me'
");
}

#[test]
fn a_session_of_aws_login_that_is_incomplete() {
    let person = Person::new().config(LOGIN).file(LOGIN_CACHE, "{}");
    person.is_told(&["codecommit://me@MyRepo"], 1, "\
codecommit://me@MyRepo
  repository  MyRepo     from the URL
  profile     me         from the URL
  region      eu-west-1  from profile 'me' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: the session of aws login for 'arn:aws:iam::123456789012:user/me' lacks accessToken, refreshToken, dpopKey, clientId
              hint: aws login --profile me
              from login_session of profile 'me'
");
}

#[test]
fn a_source_profile_that_there_is_not() {
    let person = Person::new().config(ROLE);
    person.is_told(
        &["codecommit://prod@MyRepo"],
        1,
        "\
codecommit://prod@MyRepo
  repository  MyRepo     from the URL
  profile     prod       from the URL
  region      eu-west-1  from profile 'prod' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: source_profile of profile 'prod' is 'user', and there is no such profile
              hint: the profiles there are: prod
              from role_arn of profile 'prod'
",
    );
}

#[test]
fn a_source_profile_without_keys() {
    let person = Person::new().config(&format!("{ROLE}[profile user]\nregion = eu-west-1\n"));
    person.is_told(
        &["codecommit://prod@MyRepo"],
        1,
        "\
codecommit://prod@MyRepo
  repository  MyRepo     from the URL
  profile     prod       from the URL
  region      eu-west-1  from profile 'prod' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: source_profile 'user' of profile 'prod' has no AWS keys
              hint: give it keys, or name another source for the role
              from role_arn of profile 'prod'
",
    );
}

#[test]
fn source_profiles_that_lead_in_a_circle() {
    let person = Person::new().config(&format!(
        "{ROLE}[profile user]\nrole_arn = arn:aws:iam::123456789012:role/other\nsource_profile = prod\n"
    ));
    person.is_told(
        &["codecommit://prod@MyRepo"],
        1,
        "\
codecommit://prod@MyRepo
  repository  MyRepo     from the URL
  profile     prod       from the URL
  region      eu-west-1  from profile 'prod' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: the profiles' source_profile lead in a circle: prod, user, prod
              hint: let one of them have keys of its own
              from role_arn of profile 'prod'
",
    );
}

#[test]
fn a_source_profile_with_a_sign_in_that_has_expired() {
    let person = Person::new()
        .config(&format!("{}{SSO}", ROLE.replace("= user", "= corp")))
        .file(SSO_TOKEN, &sign_in("2020-01-01T00:00:00Z"));
    person.is_told(
        &["codecommit://prod@MyRepo"],
        1,
        "\
codecommit://prod@MyRepo
  repository  MyRepo     from the URL
  profile     prod       from the URL
  region      eu-west-1  from profile 'prod' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    role arn:aws:iam::123456789012:role/deploy
              from role_arn of profile 'prod'
              assumed with source_profile 'corp': role Developer of account 123456789012 in IAM Identity Center
              signed in to 'work'
              the sign-in expired at 2020-01-01T00:00:00Z
              fault: the IAM Identity Center session for 'work' has expired
              hint: aws sso login --profile corp
",
    );
}

#[test]
fn a_web_identity_without_its_token() {
    let person = Person::new()
        .set("AWS_WEB_IDENTITY_TOKEN_FILE", "/missing/token")
        .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci");
    person.is_told(
        &["codecommit::eu-west-1://MyRepo"],
        1,
        "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, which no file has
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: the web identity token /missing/token cannot be read: there is no such file
              hint: AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file of the profile, names it
              from AWS_WEB_IDENTITY_TOKEN_FILE
",
    );
}

#[test]
fn a_program_whose_command_line_is_not_closed() {
    let person = Person::new()
        .config("[profile ci]\nregion = eu-west-1\ncredential_process = \"/opt/vault example-secret-token\n");
    person.is_told(
        &["codecommit://ci@MyRepo"],
        1,
        "\
codecommit://ci@MyRepo
  repository  MyRepo     from the URL
  profile     ci         from the URL
  region      eu-west-1  from profile 'ci' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: credential_process of profile 'ci' has a quotation mark that is not closed, or ends in a backslash
              hint: correct credential_process in ~/.aws/config; no shell reads it
              from credential_process of profile 'ci'
",
    );
}

#[test]
fn a_container_that_is_not_asked_for_keys() {
    let person = Person::new().set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/example-secret-path");
    person.is_told(&["codecommit::eu-west-1://MyRepo"], 1, "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, which no file has
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: AWS_CONTAINER_CREDENTIALS_FULL_URI names the host '192.0.2.1', which is not asked for keys over plain HTTP
              hint: use https, a loopback address or one of these: 169.254.170.2, 169.254.170.23, fd00:ec2::23, localhost
              from AWS_CONTAINER_CREDENTIALS_FULL_URI
");
}
