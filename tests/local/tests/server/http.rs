//! What the server answers, byte for byte, where Git shows only a part of it.

use std::fs;
use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use codecommit_local::Log;

use crate::support::{KEY, SECRET, TEMPORARY_USERNAME, Trial, password};

const DISCOVER: &str = "GET /v1/repos/demo/info/refs?service=git-upload-pack";

fn basic(username: &str, password: &str) -> String {
    format!("Authorization: Basic {}", STANDARD.encode(format!("{username}:{password}")))
}

/// An answer with a text of its own.
fn answer(status: &str, text: &str) -> String {
    let length = text.len() + 1;
    format!("HTTP/1.1 {status}\ncontent-type: text/plain; charset=utf-8\ncontent-length: {length}\n\n{text}\n")
}

#[test]
fn a_request_without_a_credential_is_asked_for_one() {
    let trial = Trial::new();
    let length = "authentication required\n".len();
    let expected = format!(
        "HTTP/1.1 401 Unauthorized\ncontent-type: text/plain; charset=utf-8\n\
         www-authenticate: Basic realm=\"codecommit\"\ncontent-length: {length}\n\n\
         authentication required\n"
    );
    assert_eq!(trial.ask(DISCOVER), expected);
    // The same for a repository that is not there: who may not come in learns nothing of what is inside.
    assert_eq!(trial.ask(&DISCOVER.replace("demo", "absent")), expected);
}

#[test]
fn a_credential_for_anything_else_is_refused() {
    let trial = Trial::new();
    let host = trial.host();
    let wrong = |username: &str, password: &str| trial.ask(&format!("{DISCOVER}\n{}", basic(username, password)));
    for password in [
        password(SECRET, "us-east-1", &host, "Demo"),
        password(SECRET, "us-east-2", &host, "demo"),
        password(SECRET, "us-east-1", "localhost", "demo"),
        password("another", "us-east-1", &host, "demo"),
    ] {
        let text = format!(
            "signature wrong: made for another repository, region, host, day or secret than repository demo, \
             region us-east-1, host {host}, day {} and the secret of {KEY}",
            &password[..8]
        );
        assert_eq!(wrong(KEY, &password), answer("403 Forbidden", &text));
    }
    let right = password(SECRET, "us-east-1", &host, "demo");
    assert_eq!(wrong("AKIAOTHER", &right), answer("403 Forbidden", "unknown access key"));
    assert_eq!(
        wrong(TEMPORARY_USERNAME.split('%').next().unwrap(), &right),
        answer("403 Forbidden", "session token missing: this access key is temporary")
    );
    assert!(wrong(TEMPORARY_USERNAME, &right).starts_with("HTTP/1.1 200 OK\n"));
}

#[test]
fn every_other_path_and_method_is_turned_away() {
    let trial = Trial::new();
    for path in ["/", "/v1/repos/demo", "/v1/repos/../demo/git-upload-pack", "/v1/repos/demo/info/refs"] {
        assert_eq!(trial.ask(&format!("GET {path}")), answer("404 Not Found", "no such path"));
    }
    let refused = trial.ask("DELETE /v1/repos/demo/git-upload-pack");
    assert!(refused.starts_with("HTTP/1.1 405 Method Not Allowed\n"), "{refused}");
    assert!(refused.contains("\nallow: POST\n") && refused.ends_with("\n\nexpected POST\n"), "{refused}");
}

#[test]
fn a_client_that_waits_to_be_told_is_told_to_go_on_or_not_to() {
    let trial = Trial::new();
    let right = basic(KEY, &password(SECRET, "us-east-1", &trial.host(), "demo"));
    let head = "POST /v1/repos/demo/git-upload-pack\nExpect: 100-continue\nContent-Length: 4\n\
        Content-Type: application/x-git-upload-pack-request\nGit-Protocol: version=2\n";
    let refused = trial.ask(&format!("{head}{}", basic("x", "y")));
    assert_eq!(refused, answer("403 Forbidden", "unknown access key"));

    let mut stream = trial.connect();
    let head = head.replace('\n', "\r\n").replacen("\r\n", " HTTP/1.1\r\n", 1);
    write!(stream, "{head}Host: {}\r\nConnection: close\r\n{right}\r\n\r\n", trial.host()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"0000").unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with("HTTP/1.1 200 OK\r\n"), "{rest}");
}

#[test]
fn an_identity_added_while_the_server_runs_is_known_at_once() {
    let trial = Trial::new();
    let request = |secret| {
        let password = password(secret, "us-east-1", &trial.host(), "demo");
        trial.ask(&format!("{DISCOVER}\n{}", basic("AKIDNEW", &password)))
    };
    assert_eq!(request("new"), answer("403 Forbidden", "unknown access key"));
    let file = trial.server.credentials_file();
    fs::write(&file, "[new]\naws_access_key_id = AKIDNEW\naws_secret_access_key = new\n").unwrap();
    assert!(request("new").starts_with("HTTP/1.1 200 OK\n"));
    fs::write(&file, "[new\n").unwrap();
    let fault = "line 1: Found opening bracket for section name but no closing bracket";
    let text = format!("cannot use {}: {fault}", file.display());
    assert_eq!(request("new"), answer("500 Internal Server Error", &text));
}

#[test]
fn the_log_holds_no_password_token_or_signature() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let trial = Trial::with(|options| options.log = Log::File(log.clone()));
    let right = password(SECRET, "us-east-1", &trial.host(), "demo");
    trial.ask(&format!("{DISCOVER}\n{}", basic(TEMPORARY_USERNAME, &right)));
    trial.ask(&format!("{DISCOVER}\n{}", basic(SECRET, &right)));
    trial.ask(&format!("GET /v1/repos/demo?X-Amz-Signature={right}"));
    trial.ask(&format!("GET https://{KEY}:{right}@{}/v1/repos/demo/info/refs", trial.host()));
    assert_eq!(
        fs::read_to_string(log).unwrap(),
        "GET /v1/repos/demo/info/refs?service=git-upload-pack 200 ASIAIOSFODNN7EXAMPLE\n\
         GET /v1/repos/demo/info/refs?service=git-upload-pack 403 -\n\
         GET /v1/repos/demo?... 404 -\n\
         GET /v1/repos/demo/info/refs 404 -\n"
    );
}
