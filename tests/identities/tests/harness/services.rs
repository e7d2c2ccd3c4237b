//! The services, asked directly.
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

use std::io::{Read, Write};
use std::net::TcpStream;

use identity_cases::{MadeCase, Stage};

pub(crate) const TESTS: &[(&str, fn())] = &[
    ("an_answer_goes_to_the_request_that_it_fits", an_answer_goes_to_the_request_that_it_fits),
    ("a_request_without_an_answer_is_logged", a_request_without_an_answer_is_logged),
    ("a_wrong_signature_is_logged_as_one", a_wrong_signature_is_logged_as_one),
    ("the_proxy_answers_for_any_host", the_proxy_answers_for_any_host),
];

/// What an address answers to a request.
fn answer(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address.strip_prefix("http://").unwrap()).unwrap();
    let (head, body) = request.split_once("\n\n").unwrap();
    let length = body.len();
    let head = head.replace('\n', "\r\n");
    write!(stream, "{head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The requests so far, as JSON.
fn log(stage: &Stage<'_>) -> serde_json::Value {
    serde_json::to_value(stage.server().requests()).unwrap()
}

fn an_answer_goes_to_the_request_that_it_fits() {
    let case = MadeCase::new(
        "[[answers]]\nto = \"metadata GetKeys\"\nwhen.role = \"a\"\ntimes = 1\nkeys = \"first\"\n\
         [[answers]]\nto = \"metadata GetKeys\"\nkeys = \"other\"\n",
        &[],
    );
    let stage = Stage::new(&case);
    let server = stage.server().addresses().server();
    for (role, key) in [("b", "OTHER"), ("a", "FIRST"), ("a", "OTHER")] {
        let path = format!("/latest/meta-data/iam/security-credentials/{role}");
        let answer = answer(&server, &format!("GET {path} HTTP/1.1\nHost: any\n\n"));
        assert!(answer.contains(&format!("\"AccessKeyId\":\"ASIAEXAMPLE{key}\"")), "{answer}");
    }
}

fn a_request_without_an_answer_is_logged() {
    let case = MadeCase::new("", &[]);
    let stage = Stage::new(&case);
    let server = stage.server().addresses().server();
    let host = server.strip_prefix("http://").unwrap();
    let body = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aa";
    let answer = answer(&server, &format!("POST /here HTTP/1.1\nHost: {host}\n\n{body}"));
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("<Code>NotScripted</Code>"), "{answer}");
    let expected = serde_json::json!([{
        "service": "sts", "operation": "AssumeRole", "at": "@server@/here", "parameters": {"RoleArn": "arn:a"}, "unexpected": true,
    }]);
    assert_eq!(log(&stage), expected);
}

fn a_wrong_signature_is_logged_as_one() {
    let case = MadeCase::new("secrets = [\"some\"]\n", &[]);
    let stage = Stage::new(&case);
    let server = stage.server().addresses().server();
    let signature = "Credential=AKIAEXAMPLE/20260102/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=00";
    let head = format!("Host: any\nX-Amz-Date: 20260102T030405Z\nAuthorization: AWS4-HMAC-SHA256 {signature}");
    answer(&server, &format!("POST / HTTP/1.1\n{head}\n\nAction=GetCallerIdentity"));
    assert_eq!(log(&stage)[0]["signed_by"], "AKIAEXAMPLE, wrongly");
    assert_eq!(log(&stage)[0]["signed_for"], "eu-west-1");
}

fn the_proxy_answers_for_any_host() {
    let case = MadeCase::new("[[answers]]\nto = \"container GetKeys\"\nkeys = \"task\"\n", &[]);
    let stage = Stage::new(&case);
    let request = "GET http://192.0.2.1/container/a HTTP/1.1\nHost: 192.0.2.1\n\n";
    let answer = answer(&stage.server().addresses().proxy(), request);
    assert!(answer.contains("ASIAEXAMPLETASK"), "{answer}");
    assert_eq!((&log(&stage)[0]["at"], &log(&stage)[0]["by_proxy"]), (&"http://192.0.2.1".into(), &true.into()));
}
