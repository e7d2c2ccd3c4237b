//! A server of a test: HTTP on the loopback interface, whose answers the test makes and whose requests it reads.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use super::Sources;
use crate::aws::network::Network;
use crate::aws::profile::{ChosenProfile, ProfileSource};
use crate::fixture::User;

/// What the tests take for now: 2026-01-02T03:04:05Z.
pub(super) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}

/// A request, as it came.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// `METHOD PATH`.
    pub(super) line: String,
    /// Name in lower case, value.
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Request {
    /// The value of a header; its name is given in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }
}

/// A server, which ends with the test.
pub(super) struct Loopback {
    /// `http://127.0.0.1:PORT`.
    pub(super) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    thread: Option<JoinHandle<()>>,
}

impl Loopback {
    /// A server that answers each request with what is made of it: status, error type (`x-amzn-errortype`) and body.
    pub(super) fn start(answer: impl Fn(&Request) -> (u16, &'static str, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read(&stream) else { return };
                let (status, error, body) = answer(&request);
                seen.lock().unwrap().push(request);
                let error = if error.is_empty() { String::new() } else { format!("x-amzn-errortype: {error}\r\n") };
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} -\r\n{error}content-length: {length}\r\nconnection: close\r\n\r\n");
                stream.write_all((head + &body).as_bytes()).unwrap();
            }
        });
        Self { url, requests, thread: Some(thread) }
    }

    /// The requests so far.
    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        // A connection without a request is the end.
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || matches!(ended, Some(Ok(()))), "the server broke");
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let line_of_request = first.strip_suffix(" HTTP/1.1")?.to_owned();
    let mut headers = Vec::new();
    while let Some((name, value)) = line()?.split_once(": ") {
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let mut request = Request { line: line_of_request, headers, body: String::new() };
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.body = String::from_utf8(body).unwrap();
    Some(request)
}

/// The sources of a user whose profile `p` is in use.
pub(super) fn with_sources<T>(user: &User, act: impl FnOnce(&Sources<'_>) -> T) -> T {
    let files = user.files();
    let chosen = ChosenProfile { name: "p".to_owned(), source: ProfileSource::Url };
    user.with(|variables| {
        let network = Network::new(&files, files.profile("p"), variables);
        act(&Sources {
            files: &files,
            chosen: &chosen,
            variables,
            region: &|| Ok("eu-west-1".to_owned()),
            now: now(),
            network,
        })
    })
}

/// Does the same thing 32 times at once, with sources that share no more than those of processes do.
pub(super) fn at_once(user: &User, act: impl Fn(&Sources<'_>) + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| with_sources(user, &act));
        }
    });
}
