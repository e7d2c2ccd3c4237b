use std::os::unix::net::UnixListener;

use super::*;

fn endpoint() -> Endpoint {
    Endpoint {
        region: "eu-west-1".to_owned(),
        partition: "aws".to_owned(),
        host: "git-codecommit.eu-west-1.amazonaws.com".to_owned(),
        path: "/v1/repos/team-x".to_owned(),
        url: "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/team-x".to_owned(),
    }
}

/// Asks an agent that gives these answers, to a client each. What it was asked comes with it.
fn ask_of(answers: &[&str]) -> (Result<(Signed, Signer), Fault>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    thread::scope(|scope| {
        let agent = scope.spawn(|| {
            let mut request = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                request.clear();
                while !request.ends_with(b"\n\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).unwrap();
                    request.push(byte[0]);
                }
                stream.write_all(answer.as_bytes()).unwrap();
            }
            String::from_utf8(request).unwrap()
        });
        let asked = ask(&path, &endpoint(), Some("prod"));
        (asked, agent.join().unwrap())
    })
}

const ANSWER: &str =
    "username=AKIAIOSFODNN7EXAMPLE\npassword=20260102T030405Z0a\npassword_expiry_utc=1767323945\nquit=1\n\n";

#[test]
fn a_job_asks_for_one_repository_and_gets_its_credential() {
    let (asked, request) = ask_of(&[ANSWER]);
    assert_eq!(
        request,
        "protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/team-x\nregion=eu-west-1\n\
         username=prod\n\n"
    );
    let (signed, by) = asked.unwrap();
    assert_eq!(signed.username.expose(), "AKIAIOSFODNN7EXAMPLE");
    assert_eq!(signed.password.expose(), "20260102T030405Z0a");
    assert_eq!(signed.expires, SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_945));
    assert_eq!((by.access_key_id.as_str(), by.is_temporary), ("AKIAIOSFODNN7EXAMPLE", false));
    let without = request.replace("username=prod\n", "");
    assert_eq!(super::request(&endpoint(), None), without);
}

#[test]
fn a_session_token_is_no_part_of_the_key_that_is_named() {
    let (asked, _) = ask_of(&[&ANSWER.replace("EXAMPLE\n", "EXAMPLE%example-token\n")]);
    let (signed, by) = asked.unwrap();
    assert_eq!(signed.username.expose(), "AKIAIOSFODNN7EXAMPLE%example-token");
    assert_eq!((by.access_key_id.as_str(), by.is_temporary), ("AKIAIOSFODNN7EXAMPLE", true));
}

#[test]
fn an_agent_that_breaks_off_is_asked_again() {
    let half = &ANSWER[..40];
    let (asked, _) = ask_of(&["", half, ANSWER.strip_suffix('\n').unwrap(), ANSWER]);
    assert_eq!(asked.unwrap().0.password.expose(), "20260102T030405Z0a");
}

#[test]
fn what_the_agent_says_is_one_line_that_no_terminal_acts_on() {
    let fault = |answer| ask_of(&[answer]).0.err().unwrap();
    let refused = fault("error=no rule\u{1b}[31m\nhint=ask\u{7}\nquit=1\n\n");
    assert_eq!(refused.to_string(), r"the signing agent refuses: no rule\u{1b}[31m");
    assert_eq!(refused.hint().as_deref(), Some(r"ask\u{7}"));
    assert_eq!(fault("error=no\n\n").hint(), None);
}

#[test]
fn an_answer_that_is_no_credential_is_none() {
    for answer in [
        "\n\n",
        "quit=1\n\n",
        &ANSWER.replace("username=", "user="),
        &ANSWER.replace("password=", "password=\u{e9}"),
        &ANSWER.replace("1767323945", "soon"),
        &ANSWER.replace("20260102T030405Z0a", ""),
    ] {
        let fault = ask_of(&[answer]).0.err().unwrap();
        assert!(fault.to_string().ends_with(" gave an answer that is no credential"), "{answer}: {fault}");
    }
}

#[test]
fn a_socket_that_may_not_be_used_is_told_at_once() {
    let fault = Fault::Absent { socket: "/run/agent".to_owned(), why: ErrorKind::PermissionDenied };
    assert_eq!(fault.to_string(), "the signing agent at /run/agent does not answer: permission denied");
    assert_eq!(
        fault.hint().as_deref(),
        Some("whoever runs the agent can let your group in: git codecommit agent --group")
    );
    let fault = Fault::Absent { socket: "/run/agent".to_owned(), why: ErrorKind::NotFound };
    assert_eq!(fault.hint().as_deref(), Some("start it with `git codecommit agent`, or unset CODECOMMIT_AGENT_SOCK"));
    assert!(!is_passing(ErrorKind::PermissionDenied) && is_passing(ErrorKind::NotFound));
}
