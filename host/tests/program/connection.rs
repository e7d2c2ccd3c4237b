//! Where nothing is wrong: the Git command that the helper becomes.

use crate::user::{HELPER, SECRET, STATUS_OF_GIT, User};

/// The arguments of Git for an endpoint: `url` and `name` are what the helper was called with.
fn arguments(name: &str, url: &str, https: &str) -> Vec<String> {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    [
        "-c",
        &format!("credential.{https}.helper="),
        "-c",
        &format!("credential.{https}.helper=!{} --credential {}", quoted(HELPER), quoted(url)),
        "-c",
        &format!("http.{https}.proactiveAuth=basic"),
        "-c",
        &format!("http.{https}.followRedirects=false"),
        "remote-https",
        name,
        https,
    ]
    .map(str::to_owned)
    .into()
}

/// Fails where the helper does anything but become this command, which then speaks and ends for it.
#[track_caller]
fn becomes(user: &User, name: &str, url: &str, https: &str) {
    user.run(&[name, url]).is(STATUS_OF_GIT, "", "");
    assert_eq!(user.arguments_for_git().unwrap(), arguments(name, url, https));
    assert_eq!(user.variables_for_git().unwrap(), user.variables());
}

#[test]
fn the_endpoint_is_the_profiles() {
    let user = User::new().config("[default]\nregion = us-east-1\n[profile prod]\nregion = cn-north-1\n");
    let https = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/My.Repo_1";
    becomes(&user, "origin", "codecommit://My.Repo_1", https);
    let https = "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/demo";
    becomes(&user, "origin", "codecommit://prod@demo", https);
}

#[test]
fn the_url_is_handed_on_as_git_gave_it() {
    let user = User::new().config("[profile \"o'neil\"]\n[profile 'a b']\n");
    let https = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo";
    becomes(&user, "origin", "EU-WEST-1://demo/", https);
    becomes(&user, "origin", "codecommit::eu-west-1://o'neil@demo", https);
    becomes(&user, "origin", "eu-west-1://a b@demo", https);
}

#[test]
fn a_remote_may_have_any_name() {
    let https = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo";
    for name in ["--version", "--help", "--credential", "-c", "", "two\nlines", "codecommit::eu-west-1://demo", "ü"] {
        becomes(&User::new(), name, "eu-west-1://demo", https);
    }
}

/// Git's own variables, the user's and AWS's are Git's and its credential helper's to read.
#[test]
fn the_environment_is_handed_on_as_it_is() {
    let user = User::new()
        .keys()
        .set("AWS_SESSION_TOKEN", "token")
        .set("AWS_PROFILE", "")
        .set("GIT_DIR", "/demo/.git")
        .set("GIT_CONFIG_PARAMETERS", "'a.b'='c'")
        .set("LANG", "C");
    becomes(&user, "origin", "us-east-1://demo", "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/demo");
}

/// Command lines are there for every user of a machine to read.
#[test]
fn no_key_stands_in_the_command_line() {
    let in_environment = User::new().keys().set("AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2VjE");
    let in_file = format!(
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {SECRET}\n\
         aws_session_token = IQoJb3JpZ2luX2VjE\n"
    );
    for user in [in_environment, User::new().credentials(&in_file)] {
        user.connect("us-east-1://demo").is(STATUS_OF_GIT, "", "");
        let arguments = user.arguments_for_git().unwrap().join(" ");
        for secret in ["AKIAIOSFODNN7EXAMPLE", SECRET, "IQoJb3JpZ2luX2VjE"] {
            assert!(!arguments.contains(secret), "{arguments}");
        }
    }
}

/// They are looked for when Git asks for a credential, which it does not for every command.
#[test]
fn no_keys_are_needed_to_connect() {
    let user = User::new().config("[default]\nregion = us-east-1\ncredential_process = false\n");
    becomes(&user, "origin", "codecommit://demo", "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/demo");
}

#[test]
fn code_commit_endpoint_and_fips_change_the_host() {
    let user = User::new().set("CODE_COMMIT_ENDPOINT", "localhost:8443");
    becomes(&user, "origin", "us-east-1://demo", "https://localhost:8443/v1/repos/demo");
    let user = User::new().set("AWS_USE_FIPS_ENDPOINT", "true");
    let https = "https://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/demo";
    becomes(&user, "origin", "us-east-1://demo", https);
}
