use super::*;

mod session;

use session::{Ended, LINES_OF_GIT, PROMPT, SERIAL, Session};

/// Fails where a session did not end like this, with Git's lines left for Git.
#[track_caller]
fn ends(session: Session, answer: &str, shown: &str) -> Ended {
    let ended = session.run();
    let found = (ended.answer.as_str(), ended.shown.as_str(), ended.status.as_str(), ended.input.as_str());
    assert_eq!(found, (answer, shown, "status 0", LINES_OF_GIT));
    ended
}

/// What a terminal shows where a question was asked on it and answered.
fn asked() -> String {
    format!("{PROMPT}\r\n")
}

#[test]
fn a_code_is_asked_for_on_the_terminal_and_not_echoed() {
    ends(Session::new().typed("123456\n"), "123456", &asked());
    ends(Session::new().typed("12x\x7f3456\n"), "123456", &asked());
}

#[test]
fn the_terminal_is_asked_before_any_program() {
    let session = Session::new().askpass("GIT_ASKPASS").askpass("SSH_ASKPASS").set("ANSWER", "654321");
    let ended = ends(session.typed("123456\n"), "123456", &asked());
    assert_eq!(ended.asked, "");
}

#[test]
fn a_terminal_that_is_closed_or_answers_with_nothing_gives_no_code() {
    for keys in ["\n", " \n", "\x04"] {
        let answer = "no MFA code was given\ntype the six digits that the MFA device shows";
        ends(Session::new().typed(keys), answer, &asked());
    }
}

#[test]
fn an_interrupted_prompt_ends_by_the_signal_and_gives_the_echo_back() {
    let ended = Session::new().typed("123\x03").run();
    let found = (ended.answer.as_str(), ended.shown, ended.status.as_str());
    assert_eq!(found, ("", asked(), "signal 2"));
}

#[test]
fn a_signal_after_the_prompt_ends_the_program_as_before() {
    let ended = Session::new().typed("123456\n").set("INTERRUPTED", "").run();
    assert_eq!((ended.answer.as_str(), ended.status.as_str()), ("123456", "signal 2"));
}

#[test]
fn without_a_terminal_a_program_is_asked_as_git_would() {
    let session = Session::new().askpass("GIT_ASKPASS").set("ANSWER", "123456\\nmore\\n");
    let ended = ends(session, "123456", "");
    assert_eq!(ended.asked, format!("GIT_ASKPASS\n{PROMPT}\n"));
    assert_eq!(ended.errors, "a window opens\n");
}

#[test]
fn the_program_is_the_first_that_is_set() {
    let all =
        || Session::new().git_config("[core]\naskPass = ~/configured\n").askpass("SSH_ASKPASS").set("ANSWER", "123456");
    let session = all();
    session.program("configured");
    assert_eq!(ends(session, "123456", "").asked, format!("configured\n{PROMPT}\n"));
    assert_eq!(ends(all().askpass("GIT_ASKPASS"), "123456", "").asked, format!("GIT_ASKPASS\n{PROMPT}\n"));
    let without = Session::new().askpass("SSH_ASKPASS").set("ANSWER", "123456");
    assert_eq!(ends(without, "123456", "").asked, format!("SSH_ASKPASS\n{PROMPT}\n"));
}

const TYPE_AWS: &str =
    "type `aws sts get-caller-identity --profile prod` in a terminal: Git gets the keys that it leaves behind";

fn nobody() -> String {
    format!(
        "a code of MFA device '{SERIAL}' is needed, and there is neither a terminal nor a program to ask for it\n{TYPE_AWS}"
    )
}

#[test]
fn without_a_terminal_and_a_program_nobody_can_be_asked() {
    ends(Session::new(), &nobody(), "");
}

/// It would be stopped there, and Git would wait for it without a word.
#[test]
fn in_the_background_of_a_terminal_it_is_not_asked() {
    ends(Session::new().in_background(), &nobody(), "");
    let session = Session::new().in_background().askpass("SSH_ASKPASS").set("ANSWER", "123456");
    assert_eq!(ends(session, "123456", "").asked, format!("SSH_ASKPASS\n{PROMPT}\n"));
}

/// Git 2.47 does not ask either, for a variable that is set counts.
#[test]
fn a_program_that_is_empty_means_none() {
    ends(Session::new().set("GIT_ASKPASS", "").askpass("SSH_ASKPASS"), &nobody(), "");
    ends(Session::new().git_config("[core]\naskPass =\n").askpass("SSH_ASKPASS"), &nobody(), "");
    ends(Session::new().set("SSH_ASKPASS", ""), &nobody(), "");
}

#[test]
fn git_terminal_prompt_forbids_the_terminal_and_no_program() {
    let session = || Session::new().with_terminal().set("GIT_TERMINAL_PROMPT", "0");
    ends(session().askpass("GIT_ASKPASS").set("ANSWER", "123456"), "123456", "");
    let fact = format!(
        "a code of MFA device '{SERIAL}' is needed, and there is no program (GIT_TERMINAL_PROMPT forbids the terminal) to ask \
         for it"
    );
    ends(session(), &format!("{fact}\n{TYPE_AWS}"), "");
}

/// As Git 2.47 reads it; one that is `maybe` ends Git.
#[test]
fn git_terminal_prompt_is_a_boolean_of_git() {
    for yes in [None, Some("true"), Some("YES"), Some("on"), Some("1"), Some("-1"), Some("2")] {
        assert!(terminal_is_allowed(yes.map(OsString::from)), "{yes:?}");
    }
    for no in ["", "false", "No", "OFF", "0", "00", "maybe"] {
        assert!(!terminal_is_allowed(Some(no.into())), "{no}");
    }
    assert!(!terminal_is_allowed(Some(crate::fixture::not_utf_8())));
}

#[test]
fn a_program_that_gives_no_code_is_named() {
    let gives = |session: Session, fact: &str, hint: &str| {
        ends(session, &format!("{fact}\n{hint}"), "");
    };
    gives(
        Session::new().set("SSH_ASKPASS", "no-such-askpass"),
        "'no-such-askpass', which SSH_ASKPASS names to ask for an MFA code, could not be run: it is not on PATH",
        "set SSH_ASKPASS to a program that asks, or unset it",
    );
    gives(
        Session::new().git_config("[core]\naskPass = /bin/false\n"),
        "'/bin/false', which core.askPass names to ask for an MFA code, ended with status 1",
        "set core.askPass to a program that asks, or unset it",
    );
    gives(
        Session::new().set("GIT_ASKPASS", "yes"),
        "'yes', which GIT_ASKPASS names to ask for an MFA code, wrote more than 1 KiB",
        "set GIT_ASKPASS to a program that asks, or unset it",
    );
    let digits = "type the six digits that the MFA device shows";
    gives(Session::new().set("GIT_ASKPASS", "true"), "no MFA code was given", digits);
    gives(Session::new().set("GIT_ASKPASS", "echo"), "what was given is no MFA code of six digits", digits);
}

#[test]
fn a_code_is_six_digits_in_the_first_line() {
    for answer in ["123456", "123456\n", " 123456\r\n", "123 456\n", "123456\nno"] {
        assert_eq!(code(answer.as_bytes()).unwrap().expose(), "123456", "{answer:?}");
    }
    for answer in ["12345", "1234567", "12345a", "-123456", "１２３４５６", "123456\0"] {
        assert!(matches!(code(answer.as_bytes()), Err(Fault::NoCode)), "{answer:?}");
    }
    for answer in ["", "\n", "\n123456", "  \r\n"] {
        assert!(matches!(code(answer.as_bytes()), Err(Fault::Empty)), "{answer:?}");
    }
}

#[test]
fn names_of_the_user_are_made_safe_to_print() {
    let fault = Fault::NobodyToAsk { serial: "a\u{1b}".to_owned(), profile: "it's\n".to_owned(), is_forbidden: false };
    assert_eq!(
        fault.to_string(),
        r"a code of MFA device 'a\u{1b}' is needed, and there is neither a terminal nor a program to ask for it"
    );
    assert!(fault.hint().unwrap().starts_with(r"type `aws sts get-caller-identity --profile 'it'\''s\u{a}'` in"));
}
