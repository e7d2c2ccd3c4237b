//! Faults on request: what goes wrong, and for which requests.
//!
//! A [`Fault`] is written as one line, `KIND=VALUE` and what it is limited to, with commas between: `status=429,retry-after=1`,
//! `cut-answer=4096,method=POST,from=2`. [`Faults`] counts the requests and says what is to happen to each; the answering is in
//! `service`, and the breaking off in `transfer`.

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use hyper::{Method, StatusCode};
use time::Duration;

use crate::route::{Route, Service};

/// Something that goes wrong, for every request or some of them. Made from text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    kind: Kind,
    only: Only,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Answers with a status, and for how long to stay away.
    Status { status: StatusCode, retry_after: Option<u32> },
    /// Takes the signature for too old, and answers with this status.
    Expired(StatusCode),
    /// Answers with a redirect to the same path and query below another URL.
    Redirect { status: StatusCode, base: String },
    /// The clock is this far ahead, or behind.
    Clock(Duration),
    /// Waits before it does anything.
    Delay(std::time::Duration),
    /// Reads this much of the request's body, and cuts the connection.
    CutRequest(u64),
    /// Sends this much of the answer's body, and cuts the connection.
    CutAnswer(u64),
    /// Takes the connection, and says nothing, not even in TLS.
    SilentConnection,
    /// Reads the request, and says nothing.
    SilentRequest,
    /// Sends this much of the answer's body, and nothing more.
    SilentAnswer(u64),
}

/// Which requests a fault is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Only {
    service: Option<Service>,
    method: Option<Method>,
    authenticated: bool,
    /// How many of them are spared first.
    spared: u64,
    /// For how many of the others it is; for all where there is none.
    times: Option<u64>,
}

/// Why a text is not a fault.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFault {
    /// The first word is none of the kinds.
    #[error(
        "unknown kind: one of status, expired, redirect, clock, delay, cut-request, cut-answer and silent, \
         with its value after `=`"
    )]
    Kind,
    /// The kind is known, and does not take this value.
    #[error("{kind} takes {takes}")]
    Value {
        /// The kind or limit.
        kind: &'static str,
        /// What it takes.
        takes: &'static str,
    },
    /// One of the words after the kind is none of the limits.
    #[error("unknown limit: one of service, method, authenticated, from, times, and for a status retry-after")]
    Limit,
    /// It is about connections, about which less is known.
    #[error("silent=connection can be limited by from and times only")]
    ConnectionLimit,
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let mut words = text.split(',');
        let (kind, value) = words.next().and_then(|word| word.split_once('=')).ok_or(InvalidFault::Kind)?;
        let mut kind = Kind::parse(kind, value)?;
        let mut only = Only::default();
        for word in words {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            match (&mut kind, name) {
                (Kind::Status { retry_after, .. }, "retry-after") => {
                    *retry_after = Some(number("retry-after", "seconds", value)?);
                }
                _ => only.add(name, value)?,
            }
        }
        if kind == Kind::SilentConnection && !only.is_for_connections() {
            return Err(InvalidFault::ConnectionLimit);
        }
        Ok(Self { kind, only })
    }
}

impl Kind {
    fn parse(kind: &str, value: &str) -> Result<Self, InvalidFault> {
        match kind {
            "status" => {
                let status = value.parse().ok().filter(|status| *status >= StatusCode::BAD_REQUEST);
                let status = status.ok_or(InvalidFault::Value { kind: "status", takes: "a status from 400 to 999" })?;
                Ok(Self::Status { status, retry_after: None })
            }
            "expired" => match value {
                "401" => Ok(Self::Expired(StatusCode::UNAUTHORIZED)),
                "403" => Ok(Self::Expired(StatusCode::FORBIDDEN)),
                _ => Err(InvalidFault::Value { kind: "expired", takes: "401 or 403" }),
            },
            "redirect" => {
                let takes = "301, 302, 307 or 308, `:` and the URL of a server";
                let wrong = InvalidFault::Value { kind: "redirect", takes };
                let Some((status, base)) = value.split_once(':') else { return Err(wrong) };
                let status = match status {
                    "301" => StatusCode::MOVED_PERMANENTLY,
                    "302" => StatusCode::FOUND,
                    "307" => StatusCode::TEMPORARY_REDIRECT,
                    "308" => StatusCode::PERMANENT_REDIRECT,
                    _ => return Err(wrong),
                };
                // What can be a header, and a path can follow.
                if !base.contains("://") || base.ends_with('/') || !base.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Err(wrong);
                }
                Ok(Self::Redirect { status, base: base.to_owned() })
            }
            // A century either way, so that no date is out of reach.
            "clock" => match value.parse::<i32>() {
                Ok(seconds) if seconds.unsigned_abs() < 100 * 366 * 86400 => {
                    Ok(Self::Clock(Duration::seconds(seconds.into())))
                }
                _ => {
                    Err(InvalidFault::Value { kind: "clock", takes: "seconds, with a `-` for a clock that is behind" })
                }
            },
            "delay" => number("delay", "milliseconds", value).map(std::time::Duration::from_millis).map(Self::Delay),
            "cut-request" => number("cut-request", "bytes", value).map(Self::CutRequest),
            "cut-answer" => number("cut-answer", "bytes", value).map(Self::CutAnswer),
            "silent" => match value {
                "connection" => Ok(Self::SilentConnection),
                "request" => Ok(Self::SilentRequest),
                bytes => number("silent", "`connection`, `request` or bytes", bytes).map(Self::SilentAnswer),
            },
            _ => Err(InvalidFault::Kind),
        }
    }
}

impl Only {
    fn add(&mut self, name: &str, value: &str) -> Result<(), InvalidFault> {
        match (name, value) {
            ("service", "upload-pack") => self.service = Some(Service::UploadPack),
            ("service", "receive-pack") => self.service = Some(Service::ReceivePack),
            ("service", _) => {
                return Err(InvalidFault::Value { kind: "service", takes: "upload-pack or receive-pack" });
            }
            ("method", "GET") => self.method = Some(Method::GET),
            ("method", "POST") => self.method = Some(Method::POST),
            ("method", _) => return Err(InvalidFault::Value { kind: "method", takes: "GET or POST" }),
            ("authenticated", "") => self.authenticated = true,
            ("from", value) => {
                let from: u64 = number("from", "a number from 1", value)?;
                let wrong = InvalidFault::Value { kind: "from", takes: "a number from 1" };
                self.spared = from.checked_sub(1).ok_or(wrong)?;
            }
            ("times", value) => self.times = Some(number("times", "a number", value)?),
            _ => return Err(InvalidFault::Limit),
        }
        Ok(())
    }

    /// Whether nothing is asked that only a request tells.
    fn is_for_connections(&self) -> bool {
        self.service.is_none() && self.method.is_none() && !self.authenticated
    }

    /// Whether a request is one of those that are counted.
    fn counts(&self, asked: &Asked<'_>) -> bool {
        let service = asked.route.map(|route| route.service);
        self.service.is_none_or(|only| service == Some(only))
            && self.method.as_ref().is_none_or(|only| only == asked.method)
            && (asked.authenticated || !self.authenticated)
    }
}

fn number<N: FromStr>(kind: &'static str, takes: &'static str, value: &str) -> Result<N, InvalidFault> {
    value.parse().map_err(|_| InvalidFault::Value { kind, takes })
}

/// A request, as far as a fault is for it or not.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    /// None where the path is not one of Git's.
    pub(crate) route: Option<&'a Route<'a>>,
    /// Whether it came with any credential.
    pub(crate) authenticated: bool,
}

/// What is to happen to one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// How far the clock is off; none where the clock is the system's.
    pub(crate) clock: Option<Duration>,
    pub(crate) delay: Option<std::time::Duration>,
    /// Any other kind; the first, where there are several.
    pub(crate) fault: Option<Kind>,
}

/// The faults of one server, each with the number of requests it has counted.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Vec<(Fault, u64)>>);

impl Faults {
    /// Nothing is counted yet.
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        let new = Self::default();
        new.set(faults);
        new
    }

    /// Takes the place of all there were; nothing is counted yet.
    pub(crate) fn set(&self, faults: Vec<Fault>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = faults.into_iter().map(|fault| (fault, 0)).collect();
    }

    /// Counts a connection, and says whether nothing is to be heard on it.
    pub(crate) fn silences_connection(&self) -> bool {
        let mut silent = false;
        self.count(|fault| fault.kind == Kind::SilentConnection, |_| silent = true);
        silent
    }

    /// Counts a request, and says what is to happen to it.
    pub(crate) fn plan(&self, asked: &Asked<'_>) -> Plan {
        let mut plan = Plan::default();
        let is_for = |fault: &Fault| fault.kind != Kind::SilentConnection && fault.only.counts(asked);
        self.count(is_for, |kind| match kind {
            Kind::Clock(offset) => plan.clock = Some(*offset),
            Kind::Delay(delay) => plan.delay = Some(*delay),
            other if plan.fault.is_none() => plan.fault = Some(other.clone()),
            _ => {}
        });
        plan
    }

    /// Counts for the faults that `is_for` takes, and hands those that are due to `due`.
    fn count(&self, is_for: impl Fn(&Fault) -> bool, mut due: impl FnMut(&Kind)) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (fault, counted) in faults.iter_mut().filter(|(fault, _)| is_for(fault)) {
            let index = *counted;
            *counted += 1;
            let Some(late) = index.checked_sub(fault.only.spared) else { continue };
            if fault.only.times.is_none_or(|times| late < times) {
                due(&fault.kind);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        text.parse::<Fault>().unwrap().kind
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(text.parse::<Fault>().unwrap_err().to_string(), expected, "{text}");
    }

    /// The numbers of the requests, of ten, that a fault is due for. Every other one is authenticated, beginning with the second.
    fn due(text: &str, path: &str, query: Option<&str>) -> Vec<usize> {
        let faults = Faults::default();
        faults.set(vec![text.parse().unwrap()]);
        let route = Route::parse(path, query);
        let method = if query.is_some() { Method::GET } else { Method::POST };
        let asked = |number| Asked { method: &method, route: route.as_ref(), authenticated: number % 2 == 0 };
        (1..=10).filter(|&number| faults.plan(&asked(number)) != Plan::default()).collect()
    }

    #[test]
    fn each_kind_is_read() {
        let status = |code, retry_after| Kind::Status { status: StatusCode::from_u16(code).unwrap(), retry_after };
        for (text, expected) in [
            ("status=401", status(401, None)),
            ("status=429,retry-after=7", status(429, Some(7))),
            ("expired=401", Kind::Expired(StatusCode::UNAUTHORIZED)),
            ("expired=403", Kind::Expired(StatusCode::FORBIDDEN)),
            ("clock=901", Kind::Clock(Duration::seconds(901))),
            ("clock=-3600", Kind::Clock(Duration::hours(-1))),
            ("delay=20", Kind::Delay(std::time::Duration::from_millis(20))),
            ("cut-request=0", Kind::CutRequest(0)),
            ("cut-answer=4096", Kind::CutAnswer(4096)),
            ("silent=connection", Kind::SilentConnection),
            ("silent=request", Kind::SilentRequest),
            ("silent=12", Kind::SilentAnswer(12)),
        ] {
            assert_eq!(kind(text), expected);
        }
        for (text, status) in [("301", 301), ("302", 302), ("307", 307), ("308", 308)] {
            let status = StatusCode::from_u16(status).unwrap();
            let base = "http://127.0.0.1:1".to_owned();
            assert_eq!(kind(&format!("redirect={text}:http://127.0.0.1:1")), Kind::Redirect { status, base });
        }
    }

    #[test]
    fn a_text_that_is_no_fault_is_told_what_would_be() {
        let kinds = "unknown kind: one of status, expired, redirect, clock, delay, cut-request, cut-answer and silent, \
            with its value after `=`";
        for text in ["", "status", "expire=401", "authenticated,status=401"] {
            refused(text, kinds);
        }
        for text in ["status=", "status=200", "status=x"] {
            refused(text, "status takes a status from 400 to 999");
        }
        refused("expired=400", "expired takes 401 or 403");
        for text in [
            "redirect=301",
            "redirect=300:http://a",
            "redirect=301:/a",
            "redirect=301:http://a/",
            "redirect=301:http://a\n",
        ] {
            refused(text, "redirect takes 301, 302, 307 or 308, `:` and the URL of a server");
        }
        for text in ["clock=1h", "clock=4000000000"] {
            refused(text, "clock takes seconds, with a `-` for a clock that is behind");
        }
        refused("delay=1s", "delay takes milliseconds");
        refused("cut-answer=-1", "cut-answer takes bytes");
        refused("silent=x", "silent takes `connection`, `request` or bytes");
        refused("delay=1,service=fetch", "service takes upload-pack or receive-pack");
        refused("delay=1,method=PUT", "method takes GET or POST");
        refused("delay=1,from=0", "from takes a number from 1");
        refused("delay=1,times=x", "times takes a number");
        let limits = "unknown limit: one of service, method, authenticated, from, times, and for a status retry-after";
        for text in ["delay=1,", "delay=1,authenticated=1", "delay=1,retry-after=1"] {
            refused(text, limits);
        }
        refused("silent=connection,method=GET", "silent=connection can be limited by from and times only");
    }

    #[test]
    fn a_fault_is_for_the_requests_that_its_limits_name() {
        let (path, query) = ("/v1/repos/demo/info/refs", Some("service=git-upload-pack"));
        let all: Vec<usize> = (1..=10).collect();
        for (limits, expected) in [
            ("", &all[..]),
            (",times=2", &[1, 2]),
            (",from=9", &[9, 10]),
            (",from=2,times=1", &[2]),
            (",times=0", &[]),
            (",authenticated", &[2, 4, 6, 8, 10]),
            // Only what the other limits leave is counted.
            (",authenticated,from=2,times=1", &[4]),
            (",service=upload-pack,method=GET", &all[..]),
            (",service=receive-pack", &[]),
            (",method=POST", &[]),
        ] {
            assert_eq!(due(&format!("status=500{limits}"), path, query), expected, "{limits}");
        }
        let post = "/v1/repos/demo/git-receive-pack";
        assert_eq!(due("status=500,service=receive-pack,method=POST", post, None), all);
        // A path that is not one of Git's is of no service.
        assert_eq!(due("status=500,service=receive-pack", "/", None), [0; 0]);
        assert_eq!(due("status=500", "/", None), all);
    }

    #[test]
    fn several_faults_come_together_as_far_as_they_can() {
        let faults = Faults::default();
        let texts = ["clock=5", "delay=1", "status=500,times=1", "status=503"];
        faults.set(texts.iter().map(|text| text.parse().unwrap()).collect());
        let asked = Asked { method: &Method::GET, route: None, authenticated: false };
        for expected in [500, 503] {
            let plan = faults.plan(&asked);
            assert_eq!(plan.clock, Some(Duration::seconds(5)));
            assert_eq!(plan.delay, Some(std::time::Duration::from_millis(1)));
            assert!(matches!(plan.fault, Some(Kind::Status { status, .. }) if status == expected), "{plan:?}");
        }
        faults.set(Vec::new());
        assert_eq!(faults.plan(&asked), Plan::default());
    }

    #[test]
    fn connections_are_counted_apart_from_requests() {
        let faults = Faults::default();
        faults.set(vec!["silent=connection,from=2,times=1".parse().unwrap()]);
        let asked = Asked { method: &Method::GET, route: None, authenticated: false };
        let silent = [(); 3].map(|()| {
            assert_eq!(faults.plan(&asked), Plan::default());
            faults.silences_connection()
        });
        assert_eq!(silent, [false, true, false]);
    }
}
