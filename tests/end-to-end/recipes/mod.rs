//! Every recipe of `host/RECIPES.md`, with its files and its commands as they stand there. The hosts that it names are led to a
//! server on this machine by a proxy; STS, Identity Center and the like are stand-ins, and so are the user's other programs.

pub(crate) mod page;
mod run;

use serde_json::json;

use crate::gits::{Git, for_each_git_in};
use crate::terminal::on_a_terminal;
use crate::world::{KEY, SECRET, World};

use page::{Recipe, recipes};
use run::Kitchen;

/// A world in a region of the recipes.
fn in_region<'a>(region: &'a str, hosts: &'a [&'a str]) -> impl Fn(Git) -> World + Sync + 'a {
    move |git| World::of_region(git, region, hosts)
}

/// The region of most recipes, and its hosts.
const REGION: &str = "eu-west-1";
const HOST: &str = "git-codecommit.eu-west-1.amazonaws.com";

/// Runs a recipe for each Git in its region, with the answers that services give it; `let_in` are the names of its keys.
#[track_caller]
fn works(heading: &str, let_in: &[&str], answers: &serde_json::Value, prepare: impl Fn(&mut Kitchen<'_>) + Sync) {
    recipe_works(&Recipe::named(heading), let_in, answers, prepare);
}

#[track_caller]
fn recipe_works(
    recipe: &Recipe,
    let_in: &[&str],
    answers: &serde_json::Value,
    prepare: impl Fn(&mut Kitchen<'_>) + Sync,
) {
    for_each_git_in(in_region(REGION, &[HOST]), |world| {
        let mut kitchen = Kitchen::new(world, let_in, answers);
        prepare(&mut kitchen);
        kitchen.cook(recipe);
        assert_eq!(kitchen.hosts(), [format!("{HOST}:443")]);
    });
}

#[test]
fn the_readme_leads_from_nothing_to_a_clone() {
    recipe_works(&Recipe::of_readme(), &[], &json!([]), |_| {});
}

#[test]
fn iam_user() {
    works("IAM user", &[], &json!([]), |_| {});
}

#[test]
fn several_identities() {
    works("Several identities", &[], &json!([]), |_| {});
}

#[test]
fn identity_center() {
    let answers = json!([{ "to": "sso GetRoleCredentials", "keys": "sso", "when": {
        "account_id": "123456789012", "role_name": "Developer", "x-amz-sso_bearer_token": "example-ssotoken-of-now"
    } }]);
    works("IAM Identity Center (SSO)", &["sso"], &answers, |kitchen| {
        kitchen.digest("token", "sha1 corp");
        kitchen.file(
            "token",
            r#"{"startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1",
                "accessToken": "example-ssotoken-of-now", "expiresAt": "@now+4h@"}"#,
        );
        // Signs in.
        kitchen.program(
            "aws",
            r#"[ "$*" = "sso login --profile prod" ] && mkdir -p ~/.aws/sso/cache && cp ~/token ~/.aws/sso/cache/@token@.json"#,
        );
    });
}

#[test]
fn console_sign_in() {
    works("Console sign-in (`aws login`)", &["login"], &json!([]), |kitchen| {
        kitchen.digest("session", "sha256 arn:aws:iam::123456789012:user/alice");
        kitchen.file(
            "session",
            r#"{"accessToken": {"accessKeyId": "ASIAEXAMPLELOGIN", "secretAccessKey": "example-secret-of-login",
                "sessionToken": "example-token-of-login", "accountId": "123456789012", "expiresAt": "@now+50m@"},
                "tokenType": "aws_sigv4", "refreshToken": "example-refresh-of-now", "idToken": "example-idtoken-of-now",
                "clientId": "arn:aws:signin:::devtools/same-device", "dpopKey": "-", "signInRegion": "eu-west-1"}"#,
        );
        kitchen.program(
            "aws",
            r#"[ "$*" = "login --profile prod" ] && mkdir -p ~/.aws/login/cache && cp ~/session ~/.aws/login/cache/@session@.json"#,
        );
    });
}

#[test]
fn role_with_mfa() {
    let answers = json!([{ "to": "sts AssumeRole", "keys": "role", "times": 1, "when": {
        "RoleArn": "arn:aws:iam::123456789012:role/Developer", "SerialNumber": "arn:aws:iam::123456789012:mfa/alice",
        "DurationSeconds": "43200", "TokenCode": "492816"
    } }]);
    for_each_git_in(in_region(REGION, &[HOST]), |world| {
        let mut kitchen = Kitchen::new(world, &["role"], &answers);
        kitchen.cook_with(&Recipe::named("Role with MFA"), |command| {
            let (shown, ended) = on_a_terminal(command, "492816\n");
            assert_eq!(ended, "exit status: 0", "{shown}");
            shown.replace("\r\n", "\n")
        });
        assert_eq!(kitchen.hosts(), [format!("{HOST}:443")]);
    });
}

#[test]
fn another_account() {
    let answers = json!([{ "to": "sts AssumeRole", "keys": "reader", "times": 1, "when": {
        "RoleArn": "arn:aws:iam::444455556666:role/RepositoryReader", "ExternalId": "example-external-id"
    } }]);
    works("Another account", &["reader"], &answers, |_| {});
}

#[test]
fn password_manager() {
    works("Keys in a password manager", &["vault"], &json!([]), |kitchen| {
        kitchen.program(
            "my-vault",
            r#"[ "$*" = "--format process prod" ] && printf '{"Version": 1, "AccessKeyId": "ASIAEXAMPLEVAULT",
            "SecretAccessKey": "example-secret-of-vault", "SessionToken": "example-token-of-vault"}'"#,
        );
    });
}

#[test]
fn github_actions() {
    works("GitHub Actions", &["ci"], &json!([]), |kitchen| {
        // What aws-actions/configure-aws-credentials leaves behind.
        kitchen.environment(&[
            ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLECI"),
            ("AWS_SECRET_ACCESS_KEY", "example-secret-of-ci"),
            ("AWS_SESSION_TOKEN", "example-token-of-ci"),
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_REGION", REGION),
        ]);
    });
}

#[test]
fn gitlab_ci() {
    let answers = json!([{ "to": "sts AssumeRoleWithWebIdentity", "keys": "ci", "when": {
        "RoleArn": "arn:aws:iam::123456789012:role/ci", "WebIdentityToken": "example-jwt-of-job"
    } }]);
    works("GitLab CI", &["ci"], &answers, |kitchen| {
        let builds = kitchen.home();
        kitchen.environment(&[
            ("AWS_TOKEN", "example-jwt-of-job"),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci"),
            ("AWS_DEFAULT_REGION", REGION),
            ("CI_BUILDS_DIR", &builds),
        ]);
    });
}

#[test]
fn containers() {
    let answers = json!([{ "to": "container GetKeys", "keys": "task", "expires": "+6h" }]);
    works("Containers", &["task"], &answers, |kitchen| {
        let uri = kitchen.expand("@server@/container/task");
        kitchen.environment(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri)]);
    });
}

#[test]
fn ec2_instance() {
    let answers = json!([
        { "to": "metadata GetToken", "body": "example-imdstoken-of-instance" },
        { "to": "metadata ListRoles", "body": "instance" },
        { "to": "metadata GetKeys", "keys": "instance", "expires": "+6h" },
        { "to": "sts AssumeRole", "keys": "deploy", "signed_by": "ASIAEXAMPLEINSTANCE" },
    ]);
    works("EC2 instance", &["instance", "deploy"], &answers, |kitchen| {
        let endpoint = kitchen.expand("@server@");
        kitchen
            .environment(&[("AWS_EC2_METADATA_DISABLED", "false"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &endpoint)]);
    });
}

/// A recipe whose region and hosts are its own, and whose identity is the environment's.
#[track_caller]
fn works_at(heading: &str, region: &str, host: &str) {
    for_each_git_in(in_region(region, &[host]), |world| {
        let mut kitchen = Kitchen::new(world, &[], &json!([]));
        kitchen
            .environment(&[("AWS_ACCESS_KEY_ID", crate::world::KEY), ("AWS_SECRET_ACCESS_KEY", crate::world::SECRET)]);
        kitchen.cook(&Recipe::named(heading));
        assert_eq!(kitchen.hosts(), [format!("{host}:443")]);
    });
}

#[test]
fn vpc_endpoint() {
    let host = "vpce-0123456789abcdef0-abcdefgh.git-codecommit.eu-west-1.vpce.amazonaws.com";
    works_at("VPC endpoint", REGION, host);
}

#[test]
fn fips_and_govcloud() {
    works_at("FIPS and GovCloud", "us-gov-west-1", "git-codecommit-fips.us-gov-west-1.amazonaws.com");
}

#[test]
fn china() {
    works_at("China", "cn-north-1", "git-codecommit.cn-north-1.amazonaws.com.cn");
}

#[test]
fn submodules() {
    works("Submodules", &[], &json!([]), |kitchen| {
        kitchen.environment(&[]);
        kitchen.keys_of_profile("prod");
        kitchen.outer_repository();
    });
}

/// A recipe for HTTPS URLs, of which the identity is the environment's.
#[track_caller]
fn works_by_https(heading: &str, prepare: impl Fn(&Kitchen<'_>) + Sync) {
    works(heading, &[], &json!([]), |kitchen| {
        kitchen.environment(&[("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET)]);
        prepare(kitchen);
    });
}

#[test]
fn ides_and_other_https_remotes() {
    works_by_https("IDEs and other HTTPS remotes", |_| {});
}

#[test]
fn programs_that_run_no_helper() {
    works("Programs that run no helper", &[], &json!([]), |kitchen| kitchen.keys_of_profile("prod"));
}

#[test]
fn from_the_aws_clis_helper() {
    works_by_https("From `aws codecommit credential-helper`", |kitchen| {
        kitchen.git_config("[credential]\n\thelper = !aws codecommit credential-helper $@\n\tUseHttpPath = true\n");
        // It is not asked any more.
        kitchen.program("aws", "exit 1");
    });
}

/// What does not end in a clone, and whose commands are run elsewhere.
const NOT_RUN: [&str; 3] = ["Proxy and TLS inspection", "From the Python original", "From static Git credentials"];

/// A recipe that is added to the page is run, or is named above.
#[test]
fn every_recipe_of_the_page_is_run() {
    let tests = include_str!("mod.rs");
    for recipe in recipes() {
        let heading = recipe.heading();
        let is_run = tests.contains(&format!("(\"{heading}\""));
        assert!(is_run != NOT_RUN.contains(&heading), "{heading}");
    }
}
