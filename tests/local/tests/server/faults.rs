//! What goes wrong on request, byte for byte.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use codecommit_local::GitCredential;
use time::{Duration, OffsetDateTime};

use crate::support::{KEY, SECRET, Trial, password};

const DISCOVER: &str = "GET /v1/repos/demo/info/refs?service=git-upload-pack";

fn with(faults: &[&str]) -> Trial {
    let trial = Trial::new();
    trial.server.set_faults(faults.iter().map(|fault| fault.parse().unwrap()));
    trial
}

/// A discovery with a credential that is right by the system's clock.
fn signed(trial: &Trial) -> String {
    let pair = format!("{KEY}:{}", password(SECRET, "us-east-1", &trial.host(), "demo"));
    format!("{DISCOVER}\nAuthorization: Basic {}", STANDARD.encode(pair))
}

fn is_let_in(trial: &Trial) -> bool {
    trial.ask(&signed(trial)).starts_with("HTTP/1.1 200 OK\n")
}

#[test]
fn a_status_comes_with_the_header_that_belongs_to_it() {
    let trial = Trial::new();
    let text = "content-type: text/plain; charset=utf-8\n";
    for (fault, status, header) in [
        ("status=401", "401 Unauthorized", "www-authenticate: Basic realm=\"codecommit\"\n"),
        ("status=429,retry-after=7", "429 Too Many Requests", "retry-after: 7\n"),
        ("status=503", "503 Service Unavailable", ""),
        ("status=404", "404 Not Found", ""),
    ] {
        trial.server.set_faults([fault.parse().unwrap()]);
        let expected =
            format!("HTTP/1.1 {status}\n{text}{header}content-length: 17\n\n{} as asked for\n", &status[..3]);
        assert_eq!(trial.ask(&signed(&trial)), expected);
    }
}

#[test]
fn an_expired_signature_is_401_or_403_with_the_words_of_one() {
    let words = "\n\ntimestamp too old: more than 15 minutes before the server's clock\n";
    for (fault, status) in [("expired=401", "401 Unauthorized"), ("expired=403", "403 Forbidden")] {
        let trial = with(&[&format!("{fault},from=2")]);
        assert!(is_let_in(&trial));
        for _ in 0..2 {
            let answer = trial.ask(&signed(&trial));
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}\n")) && answer.ends_with(words), "{answer}");
        }
    }
}

#[test]
fn a_redirect_leads_to_the_same_path_below_another_url() {
    let trial = with(&["redirect=307:http://127.0.0.1:9/below"]);
    let answer = trial.ask(DISCOVER);
    let path = DISCOVER.strip_prefix("GET ").unwrap();
    assert!(answer.starts_with("HTTP/1.1 307 Temporary Redirect\n"), "{answer}");
    assert!(answer.contains(&format!("\nlocation: http://127.0.0.1:9/below{path}\n")), "{answer}");
}

#[test]
fn a_clock_is_off_in_the_date_and_in_the_check() {
    for (fault, offset, words) in [
        ("clock=3600", Duration::hours(1), "timestamp too old: more than 15 minutes before the server's clock"),
        ("clock=-3600", Duration::hours(-1), "timestamp too new: more than 15 minutes after the server's clock"),
    ] {
        let trial = with(&[fault]);
        let mut stream = trial.connect();
        let request =
            signed(&trial).replace('\n', &format!(" HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", trial.host()));
        let before = OffsetDateTime::now_utc() + offset;
        write!(stream, "{request}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let after = OffsetDateTime::now_utc() + offset;
        assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n") && answer.contains(words), "{answer}");
        let dates: Vec<&str> = answer.lines().filter_map(|line| line.strip_prefix("date: ")).collect();
        let [date] = dates.as_slice() else { panic!("{answer}") };
        let format = time::macros::format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
        );
        let date = time::PrimitiveDateTime::parse(date, format).unwrap().assume_utc();
        // A date has no parts of a second.
        assert!(date + Duration::SECOND > before && date <= after, "{before} {date} {after}");
    }
    let trial = with(&["clock=899"]);
    assert!(is_let_in(&trial));
}

/// The data of chunks, of which the last one, which is empty, is missing.
fn unchunked(mut chunks: &str) -> String {
    let mut data = String::new();
    while let Some((length, rest)) = chunks.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        assert_ne!(length, 0, "{rest}");
        data += &rest[..length];
        chunks = rest[length..].strip_prefix("\r\n").unwrap();
    }
    assert_eq!(chunks, "");
    data
}

#[test]
fn an_answer_is_cut_at_the_byte_without_the_end_of_tls() {
    let trial = Trial::new();
    assert!(is_let_in(&trial));
    let sent = trial.server.requests()[0].sent;
    for after in [0, 1, 20, sent] {
        trial.server.set_faults([format!("cut-answer={after}").parse().unwrap()]);
        trial.server.forget_requests();
        let mut stream = trial.connect();
        let request = signed(&trial).replacen('\n', &format!(" HTTP/1.1\r\nHost: {}\r\n", trial.host()), 1);
        write!(stream, "{request}\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        let error = stream.read_to_end(&mut answer).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        let data = unchunked(answer.split_once("\r\n\r\n").unwrap().1);
        assert!("001e# service=git-upload-pack".starts_with(&data[..data.len().min(20)]), "{data}");
        assert_eq!(data.len() as u64, after);
        let [request] = trial.server.requests().try_into().unwrap();
        assert_eq!((request.status, request.sent, request.authenticated), (200, after, true));
    }
}

#[test]
fn a_request_is_cut_without_an_answer() {
    let trial = with(&["cut-request=2"]);
    let mut stream = trial.connect();
    write!(
        stream,
        "POST /v1/repos/demo/git-receive-pack HTTP/1.1\r\nHost: {}\r\nContent-Length: 100\r\n\r\nabc",
        trial.host()
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap_err();
    assert_eq!(answer, b"");
    let [request] = trial.server.requests().try_into().unwrap();
    assert_eq!((request.status, request.received, request.authenticated), (0, 3, false));
}

/// Nothing is waited for: what is to be silent has said all that it will before the next answer of another connection.
#[test]
fn a_silent_server_says_no_more_and_lets_go_of_a_client_that_leaves() {
    for (fault, expected) in [("silent=request,times=1", None), ("silent=0,times=1", Some("HTTP/1.1 200 OK"))] {
        let trial = with(&[fault]);
        let mut stream = trial.connect();
        let request = signed(&trial).replacen('\n', &format!(" HTTP/1.1\r\nHost: {}\r\n", trial.host()), 1);
        write!(stream, "{request}\r\n\r\n").unwrap();
        if let Some(expected) = expected {
            let mut line = vec![0; expected.len()];
            stream.read_exact(&mut line).unwrap();
            assert_eq!(line, expected.as_bytes());
        }
        while trial.server.requests().is_empty() {
            std::thread::yield_now();
        }
        assert!(is_let_in(&trial));
        drop(stream);
        // Would wait for the five seconds of grace, and pass all the same, for a connection that it did not let go of.
        trial.server.stop();
    }
}

#[test]
fn a_silent_connection_does_not_even_speak_tls() {
    let trial = with(&["silent=connection,times=1"]);
    let mut silent = std::net::TcpStream::connect(("127.0.0.1", trial.server.port())).unwrap();
    silent.write_all(b"anything").unwrap();
    assert!(is_let_in(&trial));
    silent.set_nonblocking(true).unwrap();
    assert_eq!(silent.read(&mut [0; 1]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn a_delayed_answer_is_the_right_one() {
    let trial = with(&["delay=1"]);
    assert!(is_let_in(&trial));
}

#[test]
fn a_git_credential_opens_every_repository_and_half_of_it_none() {
    let trial = Trial::with(|options| {
        options.git_credential = Some(GitCredential::new("alice-at-123456789012", "example-password"));
        options.repositories.push("other".into());
    });
    let ask = |pair: &str, repository: &str| {
        let discover = DISCOVER.replace("demo", repository);
        let answer = trial.ask(&format!("{discover}\nAuthorization: Basic {}", STANDARD.encode(pair)));
        answer.lines().next().unwrap().to_owned()
    };
    for repository in ["demo", "other"] {
        assert_eq!(ask("alice-at-123456789012:example-password", repository), "HTTP/1.1 200 OK");
    }
    assert_eq!(ask("alice-at-123456789012:example-password", "absent"), "HTTP/1.1 404 Not Found");
    assert_eq!(ask("alice-at-123456789012:example", "demo"), "HTTP/1.1 403 Forbidden");
    assert_eq!(ask("bob:example-password", "demo"), "HTTP/1.1 403 Forbidden");
    let log = trial.log();
    assert_eq!(log[0], format!("{DISCOVER} 200 alice-at-123456789012"));
    assert_eq!(log[3], format!("{DISCOVER} 403 -"));
}
