//! Git's request for a credential. An input is a request.

use std::io::BufReader;

use git_remote_codecommit::git::credential::Request;
use git_remote_codecommit::policy::Endpoint;

use crate::sentence::is_fit_to_be_shown;

/// The server that the helper was asked to sign for.
const HOST: &str = "git-codecommit.us-east-1.amazonaws.com";

/// A request is for a server only where it names HTTPS and that server once each, before its end; it is the same however it
/// arrives; it is refused only where it is not text.
pub fn check(input: &[u8]) {
    let lines = || input.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    let values = |name: &[u8]| lines().filter_map(|line| line.strip_prefix(name)).collect::<Vec<_>>();
    let (protocols, hosts) = (values(b"protocol="), values(b"host="));
    let is_text = protocols.iter().chain(&hosts).all(|value| str::from_utf8(value).is_ok());

    let request = Request::read(input);
    let in_pieces = Request::read(BufReader::with_capacity(3, input));
    match (request, in_pieces) {
        (Ok(request), Ok(in_pieces)) => {
            assert_eq!(request, in_pieces);
            assert!(is_text, "what is not UTF-8 was taken");
            let is_asked_for = |host: &str| protocols == [b"https"] && hosts == [host.as_bytes()];
            let named = hosts.iter().filter_map(|host| str::from_utf8(host).ok());
            for host in named.chain([HOST, "localhost:8443"]) {
                let others = [host.to_uppercase(), format!("{host}:443"), format!("{host}."), format!("{host} ")];
                for host in others.iter().map(String::as_str).chain([host]) {
                    assert_eq!(request.is_for(&endpoint(host)), is_asked_for(host), "{host:?}");
                }
            }
        }
        (Err(error), Err(in_pieces)) => {
            assert!(!is_text, "{error}");
            assert_eq!(error.to_string(), in_pieces.to_string());
            is_fit_to_be_shown(&error.to_string());
        }
        (request, in_pieces) => panic!("{request:?}, and in pieces {in_pieces:?}"),
    }
}

fn endpoint(host: &str) -> Endpoint {
    Endpoint {
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
        host: host.to_owned(),
        path: "/v1/repos/demo".to_owned(),
        url: format!("https://{host}/v1/repos/demo"),
    }
}
