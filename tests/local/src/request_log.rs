//! What was asked of the server: one line a request, and the same kept for tests to read.

use std::collections::VecDeque;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::transfer::Meter;

/// How many requests are kept: more than a test makes, and few enough for a server that runs for weeks.
const KEPT: usize = 10_000;

/// Where the lines go; the latest requests are kept in memory in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Log {
    /// Nowhere.
    #[default]
    Memory,
    /// To standard error.
    Stderr,
    /// To the end of a file, which is made where it is missing.
    File(PathBuf),
}

/// One request, as it was answered. Holds nothing secret: no password, token or signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The path and query; a query that is not one of Git's is written `?...`.
    pub target: String,
    /// The status of the answer; 0 where a fault left none.
    pub status: u16,
    /// The access key of a request that named one: known to the server, or of the form AWS gives them. Or the user name of the
    /// server's Git credential.
    pub access_key_id: Option<String>,
    /// Whether it came with any `Authorization`, be it right or wrong.
    pub authenticated: bool,
    /// The bytes of its body that were read so far.
    pub received: u64,
    /// The bytes of the answer's body that were sent so far.
    pub sent: u64,
}

impl fmt::Display for Request {
    /// One line without its end; control characters are escaped.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.access_key_id.as_deref().unwrap_or("-");
        let line = format!("{} {} {} {key}", self.method, self.target, self.status);
        for character in line.chars() {
            if character.is_control() {
                write!(formatter, "{}", character.escape_default())?;
            } else {
                write!(formatter, "{character}")?;
            }
        }
        Ok(())
    }
}

enum Lines {
    Nowhere,
    Stderr,
    File(File),
}

/// The bodies of a request and its answer, which pass after it is logged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bodies {
    pub(crate) received: Meter,
    pub(crate) sent: Meter,
}

struct State {
    requests: VecDeque<(Request, Bodies)>,
    lines: Lines,
}

/// The log of one server.
pub(crate) struct RequestLog(Mutex<State>);

impl RequestLog {
    /// Opens the file, where there is one.
    ///
    /// # Errors
    /// Where the file cannot be opened to append.
    pub(crate) fn open(log: &Log) -> Result<Self, Error> {
        let lines = match log {
            Log::Memory => Lines::Nowhere,
            Log::Stderr => Lines::Stderr,
            Log::File(path) => {
                Lines::File(OpenOptions::new().create(true).append(true).open(path).map_err(Error::file("open", path))?)
            }
        };
        Ok(Self(Mutex::new(State { requests: VecDeque::new(), lines })))
    }

    /// Takes one request. A line that cannot be written (a full disk, a closed pipe) does not stop the server.
    pub(crate) fn add(&self, request: Request, bodies: Bodies) {
        let line = format!("{request}\n");
        let mut state = self.state();
        let _ = match &mut state.lines {
            Lines::Nowhere => Ok(()),
            Lines::Stderr => io::stderr().write_all(line.as_bytes()),
            Lines::File(file) => file.write_all(line.as_bytes()),
        };
        if state.requests.len() == KEPT {
            state.requests.pop_front();
        }
        state.requests.push_back((request, bodies));
    }

    /// The requests kept, oldest first.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let counted = |(request, bodies): &(Request, Bodies)| Request {
            received: bodies.received.bytes(),
            sent: bodies.sent.bytes(),
            ..request.clone()
        };
        self.state().requests.iter().map(counted).collect()
    }

    /// Drops the requests kept so far.
    pub(crate) fn forget(&self) {
        self.state().requests.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an unknown user name has the form of an access key, and so none of a secret pasted into the wrong place:
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html>, upper case only, as all of them are.
pub(crate) fn is_access_key_id(name: &str) -> bool {
    (16..=128).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(target: &str, access_key_id: Option<&str>) -> Request {
        Request {
            method: "GET".into(),
            target: target.into(),
            status: 200,
            access_key_id: access_key_id.map(str::to_owned),
            authenticated: access_key_id.is_some(),
            received: 0,
            sent: 0,
        }
    }

    #[test]
    fn a_request_is_one_line_without_control_characters() {
        assert_eq!(request("/a?b", Some("AKID")).to_string(), "GET /a?b 200 AKID");
        assert_eq!(request("/\u{9b}31m\n", None).to_string(), "GET /\\u{9b}31m\\n 200 -");
    }

    #[test]
    fn the_latest_requests_are_kept_until_forgotten() {
        let log = RequestLog::open(&Log::Memory).unwrap();
        for number in 0..=KEPT {
            log.add(request(&number.to_string(), None), Bodies::default());
        }
        assert_eq!(log.requests().len(), KEPT);
        assert_eq!(log.requests()[0].target, "1");
        log.forget();
        assert_eq!(log.requests(), []);
    }

    #[test]
    fn only_the_form_of_an_access_key_is_taken_for_one() {
        assert!(is_access_key_id("AKIAIOSFODNN7EXAMPLE"));
        for name in ["", "alice", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00", "AKIAIOSFODNN7\nEXAMPLE"] {
            assert!(!is_access_key_id(name), "{name}");
        }
    }
}
