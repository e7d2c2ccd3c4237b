//! Where nothing is wrong: the Git command that the helper runs in its place.

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
        "-c",
        "http.lowSpeedLimit=1",
        "-c",
        "http.lowSpeedTime=600",
        "remote-https",
        name,
        https,
    ]
    .map(str::to_owned)
    .into()
}

/// Fails where the helper does anything but run this command, which then speaks and ends for it.
#[track_caller]
fn runs(user: &User, name: &str, url: &str, https: &str) {
    user.run(&[name, url]).is(STATUS_OF_GIT, "", "");
    assert_eq!(user.arguments_for_git().unwrap(), arguments(name, url, https));
    // A pipe, on which Git tells the helper what it does.
    let is_of_pipe = |line: &String| {
        let number = ["GIT_TRACE2=", "GIT_REMOTE_CODECOMMIT_TELL="].iter().find_map(|name| line.strip_prefix(name));
        number.is_some_and(|number| number.len() == 1 && number.bytes().all(|digit| (b'3'..=b'9').contains(&digit)))
    };
    let (of_pipe, variables): (Vec<_>, Vec<_>) = user.variables_for_git().unwrap().into_iter().partition(is_of_pipe);
    assert_eq!((of_pipe.len(), variables), (2, user.variables()));
}

#[test]
fn the_endpoint_is_the_profiles() {
    let user = User::new().config("[default]\nregion = us-east-1\n[profile prod]\nregion = cn-north-1\n");
    let https = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/My.Repo_1";
    runs(&user, "origin", "codecommit://My.Repo_1", https);
    let https = "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/demo";
    runs(&user, "origin", "codecommit://prod@demo", https);
}

#[test]
fn the_url_is_handed_on_as_git_gave_it() {
    let user = User::new().config("[profile \"o'neil\"]\n[profile 'a b']\n");
    let https = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo";
    runs(&user, "origin", "EU-WEST-1://demo/", https);
    runs(&user, "origin", "codecommit::eu-west-1://o'neil@demo", https);
    runs(&user, "origin", "eu-west-1://a b@demo", https);
}

#[test]
fn a_remote_may_have_any_name() {
    let https = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo";
    for name in ["--version", "-h", "--credential", "-c", "", "two\nlines", "codecommit::eu-west-1://demo", "ü"] {
        runs(&User::new(), name, "eu-west-1://demo", https);
    }
}

/// Git would open its manual page.
#[test]
fn a_remote_called_help_goes_by_its_url() {
    let https = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo";
    let user = User::new();
    user.run(&["--help", "eu-west-1://demo"]).is(STATUS_OF_GIT, "", "");
    assert_eq!(user.arguments_for_git().unwrap(), arguments(https, "eu-west-1://demo", https));
}

/// Git's own variables, the user's and AWS's are Git's and its credential helper's to read.
#[track_caller]
fn ends(git: &str, by: &str) {
    let user = User::new().set("END_OF_GIT", git);
    let output = user.command(HELPER, &["origin", "us-east-1://demo"]).output().unwrap();
    assert_eq!(
        (output.status.to_string().as_str(), &*output.stdout, &*output.stderr),
        (by, &b""[..], &b""[..]),
        "{git}"
    );
}

#[test]
fn the_status_is_that_of_git() {
    for status in [0, 1, 42, 128, 255] {
        ends(&format!("exit {status}"), &format!("exit status: {status}"));
    }
}

#[test]
fn a_signal_that_ends_git_ends_the_helper_too() {
    for (signal, by) in [
        (1, "signal: 1 (SIGHUP)"),
        (2, "signal: 2 (SIGINT)"),
        (9, "signal: 9 (SIGKILL)"),
        (13, "signal: 13 (SIGPIPE)"),
        (15, "signal: 15 (SIGTERM)"),
    ] {
        ends(&format!("kill -{signal} $$"), by);
    }
}

#[test]
fn the_environment_is_handed_on_as_it_is() {
    let user = User::new()
        .keys()
        .set("AWS_SESSION_TOKEN", "token")
        .set("AWS_PROFILE", "")
        .set("GIT_DIR", "/demo/.git")
        .set("GIT_CONFIG_PARAMETERS", "'a.b'='c'")
        .set("LANG", "C");
    runs(&user, "origin", "us-east-1://demo", "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/demo");
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
    runs(&user, "origin", "codecommit://demo", "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/demo");
}

#[test]
fn code_commit_endpoint_and_fips_change_the_host() {
    let user = User::new().set("CODE_COMMIT_ENDPOINT", "localhost:8443");
    runs(&user, "origin", "us-east-1://demo", "https://localhost:8443/v1/repos/demo");
    let user = User::new().set("AWS_USE_FIPS_ENDPOINT", "true");
    let https = "https://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/demo";
    runs(&user, "origin", "us-east-1://demo", https);
}
