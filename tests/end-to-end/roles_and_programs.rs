//! Git's daily work with keys that come from a service, a cache or a program.

use std::fs;

use serde_json::json;

use crate::gits::for_each_git;
use crate::services::{Services, USER, assume_role};

/// The keys of three commands that all had the same.
fn each(key: &str) -> [Vec<String>; 3] {
    [(); 3].map(|()| vec![key.to_owned()])
}

#[test]
fn a_chain_of_two_roles_is_assumed_once_for_a_clone_a_push_and_a_fetch() {
    for_each_git(|world| {
        let answers = json!([
            { "to": "sts AssumeRole", "signed_by": "AKIAEXAMPLEUSER", "keys": "first", "times": 1 },
            { "to": "sts AssumeRole", "signed_by": "ASIAEXAMPLEFIRST", "keys": "role", "times": 1 },
        ]);
        let services = Services::new(world, &["role"], &[], answers);
        services.write(".aws/credentials", USER);
        services.write(
            ".aws/config",
            "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nrole_session_name = alice\nsource_profile = first\n\
             [profile first]\nrole_arn = arn:aws:iam::123456789012:role/first\nrole_session_name = alice\nsource_profile = user\n",
        );
        assert_eq!(services.work("codecommit::us-east-1://role@demo"), each("ASIAEXAMPLEROLE"));
        let first = json!({ "RoleArn": "arn:aws:iam::123456789012:role/first", "RoleSessionName": "alice" });
        let second = json!({
            "RoleArn": "arn:aws:iam::123456789012:role/deploy", "RoleSessionName": "alice",
            "x-amz-security-token": "example-token-of-first",
        });
        assert_eq!(
            services.asked(),
            json!([assume_role("AKIAEXAMPLEUSER", &first), assume_role("ASIAEXAMPLEFIRST", &second)])
        );
    });
}

#[test]
fn identity_center_is_asked_once_for_a_clone_a_push_and_a_fetch() {
    for_each_git(|world| {
        let answers = json!([{ "to": "sso GetRoleCredentials", "keys": "sso", "times": 1 }]);
        let services = Services::new(world, &["sso"], &[("corp", "sha1 corp")], answers);
        services.write(
            ".aws/config",
            "[profile sso]\nregion = us-east-1\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\n\
             [sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n",
        );
        services.write(
            ".aws/sso/cache/@corp@.json",
            r#"{"startUrl": "https://corp.awsapps.com/start", "region": "us-east-1",
                "accessToken": "example-ssotoken-of-now", "expiresAt": "@now+4h@"}"#,
        );
        assert_eq!(services.work("codecommit://sso@demo"), each("ASIAEXAMPLESSO"));
        let parameters = json!({
            "account_id": "123456789012", "role_name": "Developer", "x-amz-sso_bearer_token": "example-ssotoken-of-now",
        });
        assert_eq!(
            services.asked(),
            json!([{ "service": "sso", "operation": "GetRoleCredentials", "parameters": parameters }])
        );
    });
}

/// The token of one answer would not go with the key of another.
#[test]
fn a_program_runs_once_for_each_credential_and_the_keys_of_that_run_are_used() {
    for_each_git(|world| {
        let services = Services::new(world, &["tool-1", "tool-2", "tool-3"], &[], json!([]));
        // Other keys in each run.
        services.write(
            "tool",
            r#"printf x >>"$1"
number=$(($(wc -c <"$1")))
printf '{"Version": 1, "AccessKeyId": "ASIAEXAMPLETOOL%d", "SecretAccessKey": "example-secret-of-tool-%d", ' $number $number
printf '"SessionToken": "example-token-of-tool-%d"}' $number
"#,
        );
        services.write(
            ".aws/config",
            "[profile tool]\nregion = us-east-1\ncredential_process = sh \"@home@/tool\" \"@home@/runs\"\n",
        );
        let keys = ["ASIAEXAMPLETOOL1", "ASIAEXAMPLETOOL2", "ASIAEXAMPLETOOL3"].map(|key| vec![key.to_owned()]);
        assert_eq!(services.work("codecommit://tool@demo"), keys);
        assert_eq!(fs::read_to_string(world.path("home/runs")).unwrap(), "xxx");
        assert_eq!(services.asked(), json!([]));
    });
}

#[test]
fn a_role_in_the_cache_of_the_aws_cli_needs_no_sts() {
    for_each_git(|world| {
        let denied = json!({ "status": 403, "code": "AccessDenied", "message": "not authorized" });
        let key = ("role_key", r#"sha1 {"RoleArn": "arn:aws:iam::123456789012:role/deploy"}"#);
        let services = Services::new(world, &["cached"], &[key], json!([{ "to": "sts AssumeRole", "error": denied }]));
        services.write(".aws/credentials", USER);
        services.write(
            ".aws/config",
            "[profile role]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = user\n",
        );
        services.write(
            ".aws/cli/cache/@role_key@.json",
            r#"{"Credentials": {"AccessKeyId": "ASIAEXAMPLECACHED", "SecretAccessKey": "example-secret-of-cached",
                "SessionToken": "example-token-of-cached", "Expiration": "@now+1h@"}}"#,
        );
        assert_eq!(services.work("codecommit://role@demo"), each("ASIAEXAMPLECACHED"));
        assert_eq!(services.asked(), json!([]));
    });
}
