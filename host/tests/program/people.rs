//! What people type, rather than Git.

use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use git_remote_codecommit::policy::COMPONENT;

use crate::user::{HELPER, User, end};

const HELP: &str = "\
git-remote-codecommit: Git remotes in AWS CodeCommit, with the AWS identity you have

Git runs this program; you type Git's commands:

  git clone codecommit://MyRepo                     the default profile and its region
  git clone codecommit://prod@MyRepo                the profile prod and its region
  git clone codecommit::eu-west-1://prod@MyRepo     the profile prod in eu-west-1

Region: the URL, AWS_DEFAULT_REGION, the profile's region, AWS_REGION.
Profile: the URL, AWS_DEFAULT_PROFILE, AWS_PROFILE, default.

  --help, -h    this text
  --version     the version, and that of the policy component

For a report of a bug: GIT_REMOTE_CODECOMMIT_LOG=debug git …
More: git codecommit explain, git codecommit doctor
";

const USAGE: &str = "codecommit: git runs this program with two arguments, a remote and its URL\n\
    hint: git-remote-codecommit --help\n";

/// A configuration that nobody could read, to show that nobody does.
fn user() -> User {
    User::new().config("broken\n")
}

#[test]
fn help_is_printed() {
    user().run(&["--help"]).is(0, HELP, "");
    user().run(&["-h"]).is(0, HELP, "");
}

#[test]
fn the_version_is_printed() {
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!("git-remote-codecommit {version}\ncomponent {COMPONENT}\n");
    user().run(&["--version"]).is(0, &expected, "");
}

#[test]
fn other_arguments_are_answered_with_the_usage_and_status_2() {
    const NONE: [&str; 0] = [];
    user().run(&NONE).is(2, "", USAGE);
    for arguments in [
        &[""] as &[&str],
        &["-v"],
        &["--HELP"],
        &["--credential"],
        &["codecommit://demo"],
        &["origin", "codecommit://demo", "get"],
        &["--help", "codecommit://demo", "get"],
        &["origin", "codecommit://demo", "get", "get"],
        &["--credential", "codecommit://demo", "get", "get"],
    ] {
        let user = user();
        user.run(arguments).is(2, "", USAGE);
        assert_eq!(user.arguments_for_git(), None, "{arguments:?}");
    }
}

/// A remote and its URL, with whatever names.
#[test]
fn two_arguments_are_data_even_if_they_look_like_options() {
    let expected = |url| {
        format!(
            "codecommit: '{url}' is not a codecommit URL\n\
             hint: write codecommit://[PROFILE@]REPOSITORY or codecommit::REGION://[PROFILE@]REPOSITORY\n"
        )
    };
    for arguments in [["--help", "--version"], ["--version", "--help"], ["--credential", "get"], ["origin", "-h"]] {
        User::new().run(&arguments).is(1, "", &expected(arguments[1]));
    }
}

/// Runs a shell command in which `"$0"` is the helper; returns its status and what it wrote to stderr.
#[track_caller]
fn shell(user: &User, command: &str) -> (Option<i32>, String) {
    let ended = end(user.command("/bin/sh", &["-c", command, HELPER]), "");
    assert_eq!(ended.stdout, "");
    (ended.status, ended.stderr)
}

#[test]
fn that_nobody_reads_it_is_no_failure() {
    for option in ["--help", "-h", "--version"] {
        assert_eq!(shell(&user(), &format!("\"$0\" {option} >&-")), (Some(0), String::new()));
    }
    assert_eq!(shell(&user(), "\"$0\" 2>&-"), (Some(2), String::new()));
    assert_eq!(shell(&user(), "\"$0\" origin codecommit:// 2>&-"), (Some(1), String::new()));
    assert_eq!(shell(&user(), "\"$0\" --help <&- >&- 2>&-"), (Some(0), String::new()));
}

/// Runs the helper with a stream that nobody reads any more.
#[track_caller]
fn unread(arguments: &[&str], connect: impl FnOnce(&mut Command, Stdio)) -> (Option<i32>, String) {
    let user = User::new();
    let mut command = user.command(HELPER, arguments);
    let (ours, theirs) = UnixStream::pair().unwrap();
    drop(ours);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    connect(&mut command, std::os::fd::OwnedFd::from(theirs).into());
    let output = command.stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_closed_pipe_is_no_failure() {
    for option in ["--help", "-h", "--version"] {
        let ended = unread(&[option], |command, closed| _ = command.stdout(closed));
        assert_eq!(ended, (Some(0), String::new()), "{option}");
    }
    let ended = unread(&["origin", "codecommit://"], |command, closed| _ = command.stderr(closed));
    assert_eq!(ended, (Some(1), String::new()));
}
