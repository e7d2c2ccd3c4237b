//! Regions that this version does not know, which Git's configuration can vouch for.

use std::fs;

use crate::user::{User, end};

const URL: &str = "codecommit::mx-central-1://demo";
const REQUEST: &str = "protocol=https\nhost=git-codecommit.mx-central-1.amazonaws.com\n\n";

const UNKNOWN: &str = "codecommit: CodeCommit is not known in region 'mx-central-1'\n";
const HINT: &str = "hint: did you mean me-central-1? if AWS has added mx-central-1: \
    git config --global --add codecommit.extraRegion mx-central-1\n";

/// Asks for the credential of a repository in the region; returns the user name of the answer.
#[track_caller]
fn username(user: &User) -> Option<String> {
    let ended = user.credential(URL, "get", REQUEST);
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
    ended.stdout.lines().find_map(|line| line.strip_prefix("username=")).map(str::to_owned)
}

#[track_caller]
fn is_unknown(user: &User, expected: &str) {
    user.credential(URL, "get", REQUEST).is(1, "quit=1\n", expected);
}

/// Runs the command that the hint says.
#[track_caller]
fn vouch(user: &User, region: &str) {
    let git = user.command("git", &["config", "--global", "--add", "codecommit.extraRegion", region]);
    end(git, "").is(0, "", "");
}

#[test]
fn a_region_is_refused_until_the_user_vouches_for_it_as_the_hint_says() {
    let user = User::new().keys().real_git();
    is_unknown(&user, &format!("{UNKNOWN}{HINT}"));
    vouch(&user, "ap-east-2");
    is_unknown(&user, &format!("{UNKNOWN}{HINT}"));
    vouch(&user, "mx-central-1");
    vouch(&user, "us-east-9");
    assert_eq!(username(&user).as_deref(), Some("AKIAIOSFODNN7EXAMPLE"));
}

#[test]
fn nobody_can_vouch_for_a_name_that_no_region_has() {
    let user = User::new().keys().real_git();
    for name in ["example", "mx-central", "evil.example"] {
        vouch(&user, name);
    }
    let url = "codecommit::example://demo";
    let ended = user.credential(url, "get", REQUEST);
    let expected =
        "codecommit: CodeCommit is not known in region 'example'\nhint: write a region's code, such as eu-west-1\n";
    ended.is(1, "quit=1\n", expected);
}

#[test]
fn a_configuration_that_git_cannot_read_is_said() {
    let user = User::new().keys().real_git();
    fs::write(user.path("gitconfig"), "[broken\n").unwrap();
    let expected = "codecommit: git could not read its configuration\n\
        hint: `git config --get-all codecommit.extraRegion` says why\n";
    is_unknown(&user, expected);
}

/// Git ends with status 1 where nothing is set, and with another where it fails, as the one that writes down does.
#[test]
fn git_is_asked_for_the_one_setting() {
    let user = User::new().keys();
    let ended = user.connect(URL);
    let expected = "codecommit: git could not read its configuration\n\
        hint: `git config --get-all codecommit.extraRegion` says why\n";
    ended.is(1, "", expected);
    let arguments = user.arguments_for_git().unwrap();
    assert_eq!(arguments, ["config", "--null", "--get-all", "codecommit.extraRegion"]);
}

/// It takes a process, which a user of a known region does not pay for.
#[test]
fn git_is_not_asked_about_a_region_that_is_known() {
    let user = User::new().keys();
    let request = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n";
    assert_eq!(user.credential("us-east-1://demo", "get", request).status, Some(0));
    assert_eq!(user.arguments_for_git(), None);
}

/// Each of these is told before a region would be looked up.
#[test]
fn git_is_not_asked_where_something_else_is_wrong() {
    for url in ["codecommit::mx-central-1://demo.git", "codecommit::mx-central-1://absent@demo", "codecommit://demo"] {
        let user = User::new();
        assert_eq!(user.connect(url).status, Some(1));
        assert_eq!(user.arguments_for_git(), None, "{url}");
    }
}

#[test]
fn an_unknown_region_is_told_before_an_endpoint_that_is_no_host() {
    let user = User::new().real_git().set("CODE_COMMIT_ENDPOINT", "https://example.com");
    user.connect(URL).is(1, "", &format!("{UNKNOWN}{HINT}"));
}
