//! Keys of a container, which the helper asks for itself.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use crate::user::User;

const KEYS: &str = r#"{"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"example-secret","Token":"example-token",
    "Expiration":"2999-01-02T03:04:05Z"}"#;

/// An endpoint for one request, which it returns.
fn endpoint() -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/role", listener.local_addr().unwrap());
    let serving = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut part = [0; 1024];
        while !request.ends_with(b"\r\n\r\n") {
            let length = connection.read(&mut part).unwrap();
            assert_ne!(length, 0);
            request.extend_from_slice(&part[..length]);
        }
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{KEYS}", KEYS.len());
        connection.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(request).unwrap()
    });
    (url, serving)
}

/// A proxy could not reach the container's endpoint, and would see the keys.
#[test]
fn a_containers_keys_sign_and_no_proxy_is_asked_for_them() {
    let (url, serving) = endpoint();
    let mut user = User::new().set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        user = user.set(name, "http://127.0.0.1:1");
    }
    let request = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/demo\n\n";
    let ended = user.credential("codecommit::us-east-1://demo", "get", request);
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
    assert!(ended.stdout.contains("username=ASIAEXAMPLE%example-token\n"), "{}", ended.stdout);
    assert!(serving.join().unwrap().starts_with("GET /role HTTP/1.1\r\n"));
}
