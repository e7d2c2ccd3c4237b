//! What is explained of keys: where they would come from, and how long they last.

use super::{LOGIN, LOGIN_CACHE, ROLE, ROLE_CACHE, SSO, SSO_TOKEN, kept, session, sign_in};
use crate::person::Person;

#[test]
fn the_keys_of_a_role_are_told_where_they_are_kept() {
    let person = Person::new().config(ROLE).keys("user").file(ROLE_CACHE, &kept("2099-01-01T00:00:00Z"));
    person.is_told(
        &["codecommit://prod@MyRepo"],
        0,
        "\
codecommit://prod@MyRepo
  repository  MyRepo     from the URL
  profile     prod       from the URL
  region      eu-west-1  from profile 'prod' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    role arn:aws:iam::123456789012:role/deploy
              from role_arn of profile 'prod'
              access key ASIAIOSFODNN7EXAMPLE, kept in ~/.aws/cli/cache
              the keys last until 2099-01-01T00:00:00Z
",
    );
}

#[test]
fn the_keys_of_a_role_that_have_expired_do_not_count() {
    let person = Person::new().config(ROLE).keys("user").file(ROLE_CACHE, &kept("2020-01-01T00:00:00Z"));
    person.is_told(
        &["codecommit://prod@MyRepo"],
        0,
        "\
codecommit://prod@MyRepo
  repository  MyRepo     from the URL
  profile     prod       from the URL
  region      eu-west-1  from profile 'prod' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    role arn:aws:iam::123456789012:role/deploy
              from role_arn of profile 'prod'
              assumed with source_profile 'user': access key AKIAIOSFODNN7EXAMPLE
              the kept keys expired at 2020-01-01T00:00:00Z; renewed when next needed
",
    );
}

#[test]
fn keys_in_the_environment_come_before_those_of_the_profile() {
    let person = Person::new()
        .config(ROLE)
        .keys("user")
        .keys_in_environment()
        .set("AWS_SESSION_TOKEN", "example-secret-token")
        .set("AWS_CREDENTIAL_EXPIRATION", "2099-01-01T00:00:00Z")
        .set("AWS_PROFILE", "prod")
        .set("AWS_DEFAULT_PROFILE", "user");
    person.is_told(
        &["codecommit::eu-west-1://MyRepo"],
        0,
        "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     user       from AWS_DEFAULT_PROFILE
                         AWS_PROFILE=prod ignored: AWS_DEFAULT_PROFILE comes first
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    access key AKIAIOSFODNN7EXAMPLE
              from AWS_ACCESS_KEY_ID
              the keys last until 2099-01-01T00:00:00Z
              the keys of profile 'user' in the credentials file ignored: AWS_ACCESS_KEY_ID comes first
",
    );
}

#[test]
fn a_sign_in_to_identity_center_is_told_with_its_end() {
    let person = Person::new().config(SSO).file(SSO_TOKEN, &sign_in("2099-01-01T00:00:00Z"));
    person.is_told(
        &["codecommit://corp@MyRepo"],
        0,
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
              the sign-in lasts until 2099-01-01T00:00:00Z
",
    );
}

#[test]
fn of_a_program_the_arguments_are_not_told() {
    let person = Person::new()
        .config("[profile ci]\nregion = eu-west-1\ncredential_process = /opt/vault --token example-secret-token\n");
    person.is_told(
        &["codecommit://ci@MyRepo"],
        0,
        "\
codecommit://ci@MyRepo
  repository  MyRepo     from the URL
  profile     ci         from the URL
  region      eu-west-1  from profile 'ci' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    what the program /opt/vault gives
              from credential_process of profile 'ci'
",
    );
}

#[test]
fn of_a_container_the_path_of_its_endpoint_is_not_told() {
    let person = Person::new()
        .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/example-secret-path")
        .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "example-secret-token");
    person.is_told(
        &["codecommit::eu-west-1://MyRepo"],
        0,
        "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, which no file has
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    the container's role, asked of 127.0.0.1
              from AWS_CONTAINER_CREDENTIALS_FULL_URI
",
    );
}

#[test]
fn instance_metadata_is_told_to_be_asked_last() {
    let person = Person::new().set("AWS_EC2_METADATA_DISABLED", "false");
    person.is_told(&["codecommit::eu-west-1://MyRepo"], 0, "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, which no file has
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    the role of the EC2 instance, asked of http://169.254.169.254/
              from instance metadata, as nothing else is set up
              where this is no EC2 instance, there are no keys: type `aws configure sso` or `aws login`, or with an access key `aws configure`
");
}

#[test]
fn a_web_identity_is_told_with_the_file_of_its_token() {
    let person = Person::new()
        .file("token", "example-secret-token")
        .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci")
        .config("[profile ci]\nregion = eu-west-1\nweb_identity_token_file = /missing\n")
        .set("AWS_PROFILE", "ci")
        .token();
    person.is_told(
        &["codecommit://MyRepo"],
        0,
        "\
codecommit://MyRepo
  repository  MyRepo     from the URL
  profile     ci         from AWS_PROFILE
  region      eu-west-1  from profile 'ci' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    role arn:aws:iam::123456789012:role/ci
              from AWS_WEB_IDENTITY_TOKEN_FILE
              assumed with the token in HOME/token
",
    );
}

#[test]
fn of_a_role_that_asks_for_a_code_the_device_is_told() {
    let person = Person::new().config(&format!("{ROLE}mfa_serial = arn:aws:iam::123456789012:mfa/me\n")).keys("user");
    person.is_told(
        &["codecommit://prod@MyRepo"],
        0,
        "\
codecommit://prod@MyRepo
  repository  MyRepo     from the URL
  profile     prod       from the URL
  region      eu-west-1  from profile 'prod' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    role arn:aws:iam::123456789012:role/deploy
              from role_arn of profile 'prod'
              assumed with source_profile 'user': access key AKIAIOSFODNN7EXAMPLE
              asks for a code of the device arn:aws:iam::123456789012:mfa/me
",
    );
}

#[test]
fn a_session_of_aws_login_is_told_with_the_end_of_its_keys() {
    let person = Person::new().config(LOGIN).file(LOGIN_CACHE, &session("2099-01-01T00:00:00Z"));
    person.is_told(
        &["codecommit://me@MyRepo"],
        0,
        "\
codecommit://me@MyRepo
  repository  MyRepo     from the URL
  profile     me         from the URL
  region      eu-west-1  from profile 'me' in ~/.aws/config
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    aws login as arn:aws:iam::123456789012:user/me
              from login_session of profile 'me'
              access key ASIAIOSFODNN7EXAMPLE
              the keys last until 2099-01-01T00:00:00Z
",
    );
}
