//! `GIT_REMOTE_CODECOMMIT_LOG`: what is done, for reports of bugs.

use crate::user::{HELPER, KEY, SECRET, User, end};

const REQUEST: &str = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n";

fn user() -> User {
    let keys =
        format!("aws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\naws_session_token = example-token\n");
    User::new().config(&format!("[profile prod]\nregion = us-east-1\n{keys}"))
}

/// The lines of a log without what differs from one run to the next: the time, the process, the home folder. Each has a time, and
/// none is earlier than the one before.
#[track_caller]
fn steps(user: &User, log: &str) -> Vec<String> {
    let home = user.path("home");
    let mut last = 0.0;
    let step = |line: &str| {
        let line = line.strip_prefix("codecommit: debug ").unwrap_or_else(|| panic!("{line}"));
        let (time, step) = line.split_once(" ms: ").unwrap();
        let time: f64 = time.trim_start().parse().unwrap();
        assert!(time >= last, "{line}");
        last = time;
        let step = step.replace(home.to_str().unwrap(), "~");
        match step.split_once(", process ") {
            Some((program, id)) => {
                assert!(id.parse::<u32>().is_ok(), "{step}");
                format!("{program}, process N")
            }
            None => step,
        }
    };
    log.lines().map(step).collect()
}

const VERSION: &str = concat!("git-remote-codecommit ", env!("CARGO_PKG_VERSION"), ", process N");

#[test]
fn the_process_that_runs_git_tells_what_it_does() {
    let user = user().set("GIT_REMOTE_CODECOMMIT_LOG", "debug");
    let ended = user.connect("codecommit://prod@demo");
    assert_eq!(ended.stdout, "");
    assert_eq!(
        steps(&user, &ended.stderr),
        [
            VERSION,
            "asked by Git for the remote origin",
            "URL: repository demo, profile prod, region -",
            "reading ~/.aws/config, 174 bytes",
            "no file ~/.aws/credentials",
            "profile: prod (URL)",
            "region: us-east-1 (profile)",
            "endpoint: https://git-codecommit.us-east-1.amazonaws.com/v1/repos/demo",
            "running git remote-https",
            "git remote-https has ended: exit status: 42",
        ]
    );
}

#[test]
fn the_process_that_signs_tells_what_it_does_and_no_secret() {
    let user = user().set("GIT_REMOTE_CODECOMMIT_LOG", "1");
    let ended = user.credential("codecommit://prod@demo", "get", REQUEST);
    assert!(ended.stdout.starts_with("username="), "{}", ended.stdout);
    assert_eq!(
        steps(&user, &ended.stderr),
        [
            VERSION,
            "asked by Git for a credential",
            "URL: repository demo, profile prod, region -",
            "reading ~/.aws/config, 174 bytes",
            "no file ~/.aws/credentials",
            "profile: prod (URL)",
            "region: us-east-1 (profile)",
            "endpoint: https://git-codecommit.us-east-1.amazonaws.com/v1/repos/demo",
            "keys: the keys of profile 'prod' in the config file",
            "access key AKIAIOSFODNN7EXAMPLE",
            "signed for https://git-codecommit.us-east-1.amazonaws.com/v1/repos/demo",
            "answered",
        ]
    );
    let password = ended.stdout.lines().find_map(|line| line.strip_prefix("password=")).unwrap();
    for secret in [SECRET, "example-token", password.split_once('Z').unwrap().1] {
        assert!(!ended.stderr.contains(secret), "{}", ended.stderr);
    }
}

#[test]
fn what_goes_wrong_is_told_below_what_was_done() {
    let user = user().set("GIT_REMOTE_CODECOMMIT_LOG", "debug");
    let ended = user.connect("codecommit://\u{1b}[31m@demo");
    let (log, error) = ended.stderr.split_once("codecommit: the URL ").unwrap();
    assert_eq!(steps(&user, log), [VERSION, "asked by Git for the remote origin"]);
    assert!(error.starts_with(r"holds '\u{1b}', which cannot be seen"), "{error}");
    assert!(!ended.stderr.contains('\u{1b}'), "{}", ended.stderr);
}

#[test]
fn a_remote_with_a_name_that_drives_a_terminal_is_one_line() {
    let user = user().set("GIT_REMOTE_CODECOMMIT_LOG", "debug");
    let ended = end(user.command(HELPER, &["a\n\u{1b}b", "codecommit://prod@demo"]), "");
    assert!(ended.stderr.contains("ms: asked by Git for the remote a\\u{a}\\u{1b}b\n"), "{}", ended.stderr);
}

#[test]
fn it_is_quiet_unless_it_is_asked() {
    for value in ["", "0", "off", "false"] {
        let user = user().set("GIT_REMOTE_CODECOMMIT_LOG", value);
        assert_eq!(user.connect("codecommit://prod@demo").stderr, "", "{value}");
    }
    assert_eq!(user().connect("codecommit://prod@demo").stderr, "");
}
