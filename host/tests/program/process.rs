//! Keys that a program of the user's gives: `credential_process`.

use crate::user::{Ended, User};

const URL: &str = "codecommit::us-east-1://prod@demo";
const REQUEST: &str = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n";

/// What comes of Git's request where the profile `prod` has this for its program, between single quotes for `sh -c`.
fn credential(script: &str) -> Ended {
    let user = User::new().config(&format!("[profile prod]\ncredential_process = /bin/sh -c '{script}'\n"));
    // More than the helper reads, so that something is left for a program that took its input.
    user.credential(URL, "get", REQUEST.to_owned() + &"more=\n".repeat(8000))
}

const KEYS: &str =
    r#"echo "{\"Version\":1,\"AccessKeyId\":\"ASIAEXAMPLEPROCESS\",\"SecretAccessKey\":\"example-secret\"}""#;

#[test]
fn a_program_that_says_something_gives_keys() {
    let ended = credential(&format!("echo Touch the key >&2; {KEYS}"));
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), "Touch the key\n"));
    assert!(ended.stdout.starts_with("username=ASIAEXAMPLEPROCESS\n"), "{}", ended.stdout);
}

/// `read` is of the shell itself, for the user's path has nothing but `git`.
#[test]
fn a_program_does_not_read_what_is_for_git() {
    let ended = credential(&format!("read line && exit 9; {KEYS}"));
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_program_that_fails_speaks_first_and_nobody_else_is_asked() {
    let expected = "no session\n\
        codecommit: credential_process of profile 'prod' gave no keys: '/bin/sh' ended with status 7\n\
        hint: run the command of credential_process in a terminal, to see why\n";
    credential("echo no session >&2; exit 7").is(1, "quit=1\n", expected);
}

#[test]
fn what_a_program_wrote_is_never_shown() {
    let expected = "codecommit: credential_process of profile 'prod' gave no keys: '/bin/sh' did not write the JSON of a \
        credential_process\n\
        hint: the program is to write {\"Version\": 1, \"AccessKeyId\": \"…\", \"SecretAccessKey\": \"…\"} and nothing else\n";
    credential("echo example-secret").is(1, "quit=1\n", expected);
}
