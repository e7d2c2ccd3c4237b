use super::*;

const KEYS: &str = r#"{"Version":1,"AccessKeyId":"ASIAEXAMPLEPROCESS","SecretAccessKey":"example-secret"}"#;

/// Fails where the profile does not refuse like this: fact and hint.
#[track_caller]
fn refuses(command: &str, fact: &str, hint: &str) {
    let fault = find(command, "prod", SystemTime::UNIX_EPOCH).unwrap_err();
    assert_eq!(fault.to_string(), format!("credential_process of profile 'prod' {fact}"));
    assert_eq!(fault.hint().as_deref(), Some(hint));
}

/// Fails where the command does not give keys.
#[track_caller]
fn gives_keys(command: &str) {
    let identity = find(command, "prod", SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(identity.credentials().access_key_id, "ASIAEXAMPLEPROCESS");
}

#[test]
fn a_program_gives_keys() {
    gives_keys(&format!("/bin/echo '{KEYS}'"));
}

#[test]
fn a_program_that_is_no_path_is_looked_for() {
    gives_keys(&format!("echo '{KEYS}'"));
}

#[test]
fn no_shell_reads_the_command() {
    for words in ["echo $HOME; false", "echo `id` | cat", "echo ~ > /dev/null", "echo a && echo b # c"] {
        let fault = find(words, "prod", SystemTime::UNIX_EPOCH).unwrap_err();
        assert!(matches!(fault.cause, Cause::Answer { fault: AnswerFault::Unreadable, .. }), "{words}: {fault}");
    }
    refuses(
        "~/keys",
        "gave no keys: '~/keys' could not be run: there is no such program",
        "set credential_process to the whole path of the program; no shell reads it",
    );
}

#[test]
fn a_command_without_words_is_refused() {
    for command in ["", " \t"] {
        refuses(command, "is empty", "set credential_process to a command, or remove it");
    }
    refuses("''", "gave no keys: '' could not be run: it is not on PATH", NOT_RUN);
}

const NOT_RUN: &str = "set credential_process to the whole path of the program; no shell reads it";

#[test]
fn a_command_that_cannot_be_split_is_refused() {
    for command in ["echo 'a", "echo \"a", "echo \\"] {
        refuses(
            command,
            "has a quotation mark that is not closed, or ends in a backslash",
            "correct credential_process in ~/.aws/config; no shell reads it",
        );
    }
}

#[test]
fn a_program_that_is_not_there_is_named() {
    refuses("no-such-keys --for prod", "gave no keys: 'no-such-keys' could not be run: it is not on PATH", NOT_RUN);
    refuses("/dev/null", "gave no keys: '/dev/null' could not be run: permission denied", NOT_RUN);
}

/// botocore does not look at what it wrote either.
#[test]
fn a_program_that_fails_gives_none() {
    let hint = "run the command of credential_process in a terminal, to see why";
    refuses(
        &format!("/bin/sh -c 'echo '\\''{KEYS}'\\''; exit 3'"),
        "gave no keys: '/bin/sh' ended with status 3",
        hint,
    );
    refuses("/bin/sh -c 'kill -15 $$'", "gave no keys: '/bin/sh' was ended by signal 15", hint);
}

#[test]
fn a_program_has_its_limits() {
    let refuses = |command, limits, fact: &str| {
        let fault =
            Fault { profile: "prod".to_owned(), cause: keys(command, SystemTime::UNIX_EPOCH, limits).unwrap_err() };
        assert_eq!(fault.to_string(), format!("credential_process of profile 'prod' gave no keys: {fact}"));
        fault.hint().unwrap()
    };
    assert_eq!(
        refuses("yes", Limits { bytes: 1 << 20, time: None }, "'yes' wrote more than 1024 KiB"),
        "run the command of credential_process in a terminal, to see why"
    );
    assert_eq!(
        refuses("sleep 600", Limits { bytes: 1, time: Some(Duration::ZERO) }, "'sleep' did not end within 0 seconds"),
        "run the command of credential_process in a terminal, to see what it waits for"
    );
}

#[test]
fn an_answer_that_cannot_be_used_is_not_shown() {
    refuses(
        "echo example-secret",
        "gave no keys: 'echo' did not write the JSON of a credential_process",
        r#"the program is to write {"Version": 1, "AccessKeyId": "…", "SecretAccessKey": "…"} and nothing else"#,
    );
    refuses(
        r#"echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"example-secret","Expiration":"soon"}'"#,
        "gave no keys: 'echo' wrote JSON whose Expiration is no time as 2026-01-02T03:04:05Z",
        "the program is to write Expiration as 2026-01-02T03:04:05Z",
    );
    refuses(
        r#"echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"example-secret","Expiration":"1970-01-01T00:00:00Z"}'"#,
        "gave no keys: 'echo' wrote keys that ended at 1970-01-01T00:00:00Z",
        "sign in again where the program of credential_process has its keys from",
    );
}

#[test]
fn names_of_the_user_are_made_safe_to_print() {
    let fault = find("'a\u{1b}[31m'", "p\nq", SystemTime::UNIX_EPOCH).unwrap_err();
    assert_eq!(
        fault.to_string(),
        r"credential_process of profile 'p\u{a}q' gave no keys: 'a\u{1b}[31m' could not be run: it is not on PATH"
    );
}
