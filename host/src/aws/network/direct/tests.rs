use std::net::TcpListener;

use super::*;
use crate::fixture::User;
use crate::fixture::endpoint::{Endpoint, Reply};

const AGENT: &str = concat!("user-agent: git-remote-codecommit/", env!("CARGO_PKG_VERSION"));
const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(50);

/// Asks as a user, and gives the status and the body.
fn ask_as(user: &User, method: &'static str, url: &str, limit: Duration) -> Result<(u16, String), String> {
    let files = user.files();
    let url = Url::parse(url).unwrap();
    let request = Request { method, url: &url, headers: &[("accept", "text/plain")], service: "a service", limit };
    let answer = user.with(|variables| Network::new(&files, None, variables).ask(&request));
    let answer = answer.map_err(|error| error.to_string())?.map_err(|fault| format!("it {fault}"))?;
    Ok((answer.status, String::from_utf8(answer.body.to_vec()).unwrap()))
}

fn ask(url: &str) -> Result<(u16, String), String> {
    ask_as(&User::new(), "GET", url, LONG)
}

#[test]
fn a_request_has_no_more_than_it_needs() {
    let endpoint = Endpoint::new([Reply::Answer(200, "first".to_owned()), Reply::Answer(404, "second".to_owned())]);
    assert_eq!(ask(&endpoint.url("/a/b?c=d")), Ok((200, "first".to_owned())));
    assert_eq!(ask_as(&User::new(), "PUT", &endpoint.url(""), LONG), Ok((404, "second".to_owned())));
    endpoint.was_asked(&[
        &["GET /a/b?c=d HTTP/1.1", "accept: text/plain", AGENT],
        &["PUT / HTTP/1.1", "accept: text/plain", "content-length: 0", AGENT],
    ]);
}

#[test]
fn a_redirect_is_an_answer_like_any_other() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let endpoint = Endpoint::new([Reply::Raw(answer)]);
    assert_eq!(ask(&endpoint.url("/")), Ok((302, String::new())));
}

#[test]
fn an_answer_can_come_in_chunks_and_without_a_length() {
    let endpoint = Endpoint::new([
        Reply::Raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
        Reply::Raw("HTTP/1.0 200 OK\r\n\r\nabc"),
    ]);
    assert_eq!(ask(&endpoint.url("/")), Ok((200, "abc".to_owned())));
    assert_eq!(ask(&endpoint.url("/")), Ok((200, "abc".to_owned())));
}

#[test]
fn an_endpoint_that_is_not_there_could_not_be_reached() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = ask(&format!("http://{free}/")).unwrap_err();
    assert!(error.starts_with("it could not be reached: "), "{error}");
}

#[test]
fn an_endpoint_that_does_not_answer_is_left_after_the_limit() {
    let endpoint = Endpoint::new([Reply::Silence]);
    let found = ask_as(&User::new(), "GET", &endpoint.url("/"), SHORT);
    assert_eq!(found, Err("it did not answer in time".to_owned()));
}

#[test]
fn an_answer_that_does_not_end_is_left_after_the_limit() {
    let endpoint = Endpoint::new([Reply::Half("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")]);
    let found = ask_as(&User::new(), "GET", &endpoint.url("/"), SHORT);
    assert_eq!(found, Err("it did not answer in time".to_owned()));
}

#[test]
fn an_endpoint_that_ends_the_connection_broke_off() {
    let endpoint = Endpoint::new([
        Reply::End,
        Reply::Raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
        Reply::Raw("SSH-2.0-OpenSSH\r\n\r\n"),
    ]);
    for _ in 0..3 {
        assert_eq!(ask(&endpoint.url("/")), Err("it broke off its answer".to_owned()));
    }
}

#[test]
fn an_answer_has_a_length_that_it_must_not_pass() {
    let endpoint =
        Endpoint::new([Reply::Answer(200, "x".repeat(LONGEST)), Reply::Answer(200, "x".repeat(LONGEST + 1))]);
    assert_eq!(ask(&endpoint.url("/")), Ok((200, "x".repeat(LONGEST))));
    assert_eq!(ask(&endpoint.url("/")), Err("it gave an answer of more than 32768 bytes".to_owned()));
}

#[test]
fn https_is_tls_with_the_certificates_that_the_user_trusts() {
    let folder = tempfile::tempdir().unwrap();
    let server = codecommit_local::Server::start(codecommit_local::Options::new(folder.path())).unwrap();
    let url = format!("https://localhost:{}/", server.port());
    let user = User::new().set("AWS_CA_BUNDLE", server.ca_file());
    assert_eq!(ask_as(&user, "GET", &url, LONG).unwrap().0, 404);
    let error = ask_as(&user, "GET", &url.replace("https", "http"), LONG).unwrap_err();
    assert_eq!(error, "it broke off its answer");
    let other = User::new().set("AWS_CA_BUNDLE", "/nonexistent/bundle");
    let error = ask_as(&other, "GET", &url, LONG).unwrap_err();
    assert!(error.starts_with("the certificates in /nonexistent/bundle cannot be read"), "{error}");
}

#[test]
fn a_url_has_a_scheme_and_a_host() {
    for text in ["", "/path", "localhost", "localhost:80", "ftp://localhost", "file:///etc", "http://", "http:///x"] {
        assert!(Url::parse(text).is_none(), "{text}");
    }
    for (text, host, https) in [
        ("http://LocalHost:80/x", "localhost", false),
        ("HTTPS://example.com", "example.com", true),
        ("http://[FD00:ec2::23]/x", "fd00:ec2::23", false),
        ("http://169.254.170.2@example.com/", "example.com", false),
    ] {
        let url = Url::parse(text).unwrap();
        assert_eq!((url.host().as_str(), url.is_https()), (host, https), "{text}");
    }
}

#[test]
fn a_line_break_is_in_no_header() {
    for (value, expected) in [("", true), ("Bearer abc=", true), ("a\n", false), ("a\r", false), ("a\0b", false)] {
        assert_eq!(is_header(value), expected, "{value:?}");
    }
}
