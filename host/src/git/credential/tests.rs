use std::io::Read;
use std::io::{self, BufReader};
use std::time::Duration;

use super::*;
use crate::secret::Secret;

const HOST: &str = "git-codecommit.us-east-1.amazonaws.com";

fn endpoint(host: &str) -> Endpoint {
    Endpoint {
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
        host: host.to_owned(),
        path: "/v1/repos/demo".to_owned(),
        url: format!("https://{host}/v1/repos/demo"),
    }
}

#[track_caller]
fn is_for(host: &str, request: impl AsRef<[u8]>) -> bool {
    Request::read(request.as_ref()).unwrap().is_for(&endpoint(host))
}

#[track_caller]
fn is_ours(request: impl AsRef<[u8]>) {
    assert!(is_for(HOST, request));
}

#[track_caller]
fn is_not_ours(request: impl AsRef<[u8]>) {
    assert!(!is_for(HOST, request));
}

/// The sentence of a refusal.
#[track_caller]
fn refusal(request: impl AsRef<[u8]>) -> String {
    Request::read(request.as_ref()).unwrap_err().to_string()
}

#[test]
fn protocol_and_host_may_come_in_any_order() {
    is_ours(format!("protocol=https\nhost={HOST}\n\n"));
    is_ours(format!("host={HOST}\nprotocol=https\n\n"));
}

/// Git ends a request by closing the pipe, `git credential` with an empty line.
#[test]
fn a_request_ends_with_an_empty_line_or_with_the_input() {
    is_ours(format!("protocol=https\nhost={HOST}\n\n"));
    is_ours(format!("protocol=https\nhost={HOST}\n"));
    is_ours(format!("protocol=https\nhost={HOST}"));
}

#[test]
fn what_follows_the_empty_line_is_not_part_of_the_request() {
    is_ours(format!("protocol=https\nhost={HOST}\n\nhost=evil.example\n"));
    is_not_ours(format!("protocol=https\n\nhost={HOST}\n"));
}

/// A program that waits for the answer before it closes the pipe is answered.
#[test]
fn nothing_is_read_beyond_the_empty_line() {
    struct Waits<'a>(&'a [u8]);
    impl Read for Waits<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            assert!(!self.0.is_empty(), "read although the request had ended");
            self.0.read(buffer)
        }
    }
    let request = format!("protocol=https\nhost={HOST}\n\n");
    let request = Request::read(BufReader::new(Waits(request.as_bytes()))).unwrap();
    assert!(request.is_for(&endpoint(HOST)));
}

#[test]
fn keys_that_are_not_asked_about_are_passed_over() {
    is_ours(format!(
        "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost={HOST}\npath=v1/repos/demo\nusername=a\n\
         password=b=c\nwwwauth[]=Basic realm=\"a b\"\nno value\nhosts=evil.example\nHOST=evil.example\n host=evil.example\n"
    ));
    is_ours(
        [b"wwwauth[]=Basic realm=\"Soci\xe9t\xe9\"\n", format!("protocol=https\nhost={HOST}\n").as_bytes()].concat(),
    );
}

#[test]
fn a_value_holds_all_that_follows_the_first_equals_sign() {
    is_not_ours(format!("protocol=https\nhost={HOST}=\n"));
    is_not_ours(format!("protocol=https\nhost=={HOST}\n"));
    assert!(is_for("a=b c", "protocol=https\nhost=a=b c\n"));
}

/// Git takes the last of several, and a helper that takes the first would answer for another server.
#[test]
fn a_key_that_is_there_twice_makes_the_request_nobodys() {
    is_not_ours(format!("protocol=https\nhost=evil.example\nhost={HOST}\n"));
    is_not_ours(format!("protocol=https\nhost={HOST}\nhost=evil.example\n"));
    is_not_ours(format!("protocol=https\nhost={HOST}\nhost={HOST}\n"));
    is_not_ours(format!("protocol=http\nprotocol=https\nhost={HOST}\n"));
    is_not_ours(format!("protocol=https\nprotocol=https\nhost={HOST}\n"));
}

#[test]
fn a_request_without_protocol_or_host_is_not_ours() {
    is_not_ours("");
    is_not_ours("\n");
    is_not_ours("protocol=https\n");
    is_not_ours(format!("host={HOST}\n"));
    is_not_ours(format!("protocol\nhost={HOST}\n"));
}

/// CVE-2020-11008: of Git that asks with a host that is blank.
#[test]
fn a_blank_host_or_protocol_is_not_ours() {
    is_not_ours("protocol=https\nhost=\n");
    is_not_ours(format!("protocol=\nhost={HOST}\n"));
    is_not_ours("protocol=https\nhost= \n");
}

/// CVE-2024-52006: a carriage return that some helpers take for the end of a line.
#[test]
fn a_carriage_return_is_part_of_the_value() {
    is_not_ours(format!("protocol=https\nhost={HOST}\r\n"));
    is_not_ours(format!("protocol=https\r\nhost={HOST}\n"));
    is_not_ours(format!("protocol=https\nhost={HOST}\rhost=evil.example\n"));
    is_not_ours(format!("protocol=https\nhost=evil.example\rhost={HOST}\n"));
}

#[test]
fn a_nul_or_a_space_beside_the_host_is_part_of_it() {
    is_not_ours(format!("protocol=https\nhost={HOST}\0\n"));
    is_not_ours(format!("protocol=https\nhost={HOST}\0.evil.example\n"));
    is_not_ours(format!("protocol=https\nhost={HOST} \n"));
    is_not_ours(format!("protocol=https\nhost= {HOST}\n"));
}

#[test]
fn only_the_very_host_is_ours_with_its_case_and_port() {
    is_not_ours(format!("protocol=https\nhost={HOST}:443\n"));
    is_not_ours(format!("protocol=https\nhost={HOST}.\n"));
    is_not_ours(format!("protocol=https\nhost={}\n", HOST.to_uppercase()));
    is_not_ours(format!("protocol=https\nhost=evil.{HOST}\n"));
    is_not_ours(format!("protocol=https\nhost=user@{HOST}\n"));
    is_not_ours("protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\n");
    assert!(is_for("localhost:8443", "protocol=https\nhost=localhost:8443\n"));
    for other in ["localhost", "localhost:8444", "localhost:08443", "LOCALHOST:8443"] {
        assert!(!is_for("localhost:8443", format!("protocol=https\nhost={other}\n")), "{other}");
    }
}

#[test]
fn only_https_is_ours() {
    for other in ["http", "HTTPS", "https ", "https://", "ssh", "cert"] {
        is_not_ours(format!("protocol={other}\nhost={HOST}\n"));
    }
}

#[test]
fn a_request_may_have_64_kib_and_no_more() {
    let request = |length: usize| {
        let start = format!("protocol=https\nhost={HOST}\npath=");
        start.clone() + &"x".repeat(length - start.len())
    };
    is_ours(request(64 << 10));
    assert_eq!(refusal(request((64 << 10) + 1)), "Git's request for a credential is longer than 64 KiB");
    assert_eq!(refusal("x\n".repeat(64 << 10)), "Git's request for a credential is longer than 64 KiB");
}

#[test]
fn a_request_without_end_is_refused() {
    let error = Request::read(BufReader::new(io::repeat(b'x'))).unwrap_err();
    assert_eq!(error.to_string(), "Git's request for a credential is longer than 64 KiB");
    let error = Request::read(BufReader::new(io::repeat(b'\n'))).map(|request| request.is_for(&endpoint(HOST)));
    assert!(matches!(error, Ok(false)));
}

#[test]
fn a_protocol_or_host_that_is_not_utf_8_is_refused() {
    let expected = "Git's request for a credential is not UTF-8 text";
    assert_eq!(refusal(b"protocol=https\nhost=\xff\n"), expected);
    assert_eq!(refusal(b"host=a\nprotocol=http\xc3\n"), expected);
}

#[test]
fn a_path_and_a_user_that_are_not_utf_8_are_none_of_ours() {
    for line in [&b"path=v1/repos/\xff"[..], b"username=\xff"] {
        let request = [b"protocol=https\nhost=", HOST.as_bytes(), b"\n", line, b"\n"].concat();
        let request = Request::read(request.as_slice()).unwrap();
        assert_eq!(request.https(), None);
        assert!(request.is_for(&endpoint(HOST)));
    }
}

#[test]
fn input_that_cannot_be_read_is_refused() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let error = Request::read(BufReader::new(Broken)).unwrap_err();
    assert_eq!(error.to_string(), "the credential protocol with Git broke off: connection reset");
}

fn signed(username: &str) -> Signed {
    Signed {
        username: Secret::new(username.to_owned()),
        password: Secret::new(format!("20260102T030405Z{}", "0".repeat(64))),
        expires: SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_323_945_999),
    }
}

/// What is answered to a request that has these lines among others.
#[track_caller]
fn answer_to(lines: &str, username: &str, form: Form) -> String {
    let request = Request::read(format!("{lines}protocol=https\n").as_bytes()).unwrap();
    let mut output = Vec::new();
    answer(&request, &signed(username), form, &mut output).unwrap();
    String::from_utf8(output).unwrap()
}

#[test]
fn an_answer_is_four_lines() {
    assert_eq!(
        answer_to("", "AKIAIOSFODNN7EXAMPLE", Form::Password),
        "username=AKIAIOSFODNN7EXAMPLE\n\
         password=20260102T030405Z0000000000000000000000000000000000000000000000000000000000000000\n\
         password_expiry_utc=1767323945\n\
         quit=1\n"
    );
}

#[test]
fn a_session_token_is_answered_as_it_is() {
    let answer = answer_to("", "ASIAIOSFODNN7EXAMPLE%IQoJ/+=%25", Form::Password);
    assert!(answer.starts_with("username=ASIAIOSFODNN7EXAMPLE%IQoJ/+=%25\npassword="));
}

/// `continue=1` alone would make Git ask for ever.
#[test]
fn git_that_keeps_state_is_let_ask_once_more_and_no_third_time() {
    let asked = "capability[]=authtype\ncapability[]=state\nwwwauth[]=Basic\n";
    let first = answer_to(asked, "A", Form::Password);
    let told = "capability[]=state\nstate[]=codecommit.second=1\ncontinue=1\n";
    assert!(first.starts_with(&format!("{told}username=A\npassword=2026")), "{first}");
    for again in ["state[]=other.x=1\nstate[]=codecommit.second=1\n", "wwwauth[]=Basic realm=\"codecommit\"\n"] {
        let second = answer_to(&format!("capability[]=state\n{again}"), "A", Form::Password);
        assert!(second.starts_with("username=A\npassword=2026"), "{second}");
        assert!(!second.contains("continue"), "{second}");
    }
}

#[test]
fn a_header_is_the_whole_value_and_is_not_kept() {
    let answer = answer_to("capability[]=authtype\n", "AKIAIOSFODNN7EXAMPLE", Form::Header);
    assert_eq!(
        answer,
        "capability[]=authtype\nauthtype=Basic\nephemeral=1\n\
         credential=QUtJQUlPU0ZPRE5ON0VYQU1QTEU6MjAyNjAxMDJUMDMwNDA1WjAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw\
         MDAwMDAwMDAwMDAwMDAwMDAwMDA=\n\
         password_expiry_utc=1767323945\n\
         quit=1\n"
    );
}

/// Before 2.54 a push of more than a mebibyte would fail.
#[test]
fn a_header_is_given_where_curl_is_traced_and_git_can_push_with_it() {
    let form_of = |lines: &str, variable: &str, version| {
        let request = Request::read(lines.as_bytes()).unwrap();
        let variables = |name: &str| (name == variable).then(|| "1".into());
        form(&request, Variables(&variables), || version)
    };
    let offered = "capability[]=authtype\n";
    for variable in ["GIT_TRACE_CURL", "GIT_CURL_VERBOSE"] {
        assert_eq!(form_of(offered, variable, Some((2, 54))), Form::Header);
        assert_eq!(form_of(offered, variable, Some((3, 0))), Form::Header);
        assert_eq!(form_of(offered, variable, Some((2, 53))), Form::Password);
        assert_eq!(form_of(offered, variable, None), Form::Password);
        assert_eq!(form_of("", variable, Some((2, 54))), Form::Password);
    }
    let request = Request::read(offered.as_bytes()).unwrap();
    let form = form(&request, Variables(&|_| None), || panic!("Git is not asked for its version"));
    assert_eq!(form, Form::Password);
}

#[test]
fn to_decline_is_one_line() {
    let mut output = Vec::new();
    decline(&mut output).unwrap();
    assert_eq!(output, b"quit=1\n");
}

#[test]
fn an_answer_that_git_does_not_take_is_an_error_without_a_secret() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let expected = "the credential protocol with Git broke off: broken pipe";
    let given = answer(&Request::default(), &signed("AKIAIOSFODNN7EXAMPLE"), Form::Password, Closed);
    assert_eq!(given.unwrap_err().to_string(), expected);
    assert_eq!(decline(Closed).unwrap_err().to_string(), expected);
}
