//! The server's clock, read from the `Date` of an answer.
//!
//! Git asks, and not this program: it knows the user's proxy and certificates, and has just been let through. The request has no
//! credential and is refused; that is enough, for every answer has its time (RFC 9110, section 6.6.1).

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::refused::ClockOffset;
use super::trace::TELL;

/// More than the trace of one small request ever takes.
const LONGEST: u64 = 256 << 10;

/// How far this machine's clock is from that of the server of a URL; none where it is near, or the server is not reached.
pub fn offset(name: &OsStr, https: &str) -> Option<ClockOffset> {
    let mut git = Command::new("git");
    git.args(["-c", &format!("credential.{https}.helper="), "-c", &format!("http.{https}.followRedirects=false")])
        // A server that says nothing is not worth a wait.
        .args(["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=10"])
        .arg("remote-https")
        .arg(name)
        .arg(https)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // Headers only, and on standard error.
        .env("GIT_TRACE_CURL", "1")
        .env("GIT_TRACE_CURL_NO_DATA", "1")
        // Nobody is asked for a password.
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "")
        .env_remove("SSH_ASKPASS")
        .env_remove(TELL);
    for name in
        ["GIT_TRACE", "GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_TRACE2_PERF", "GIT_TRACE_PACKET", "GIT_CURL_VERBOSE"]
    {
        git.env_remove(name);
    }
    let mut git = git.spawn().ok()?;
    let here = SystemTime::now();
    // An empty line would end it before it has asked.
    let _ = git.stdin.take()?.write_all(b"list\n");
    let there = date(BufReader::new(git.stderr.take()?.take(LONGEST)));
    let _ = git.wait();
    ClockOffset::between(here, there?)
}

/// The latest time that an answer has in a trace of curl. All of it is read, so that who writes it gets to its end.
fn date(trace: impl BufRead) -> Option<SystemTime> {
    const HEADER: &str = "<= Recv header: ";
    const NAME: &str = "date:";
    let mut date = None;
    for line in trace.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        let Some((_, header)) = line.split_once(HEADER) else { continue };
        let Some((name, value)) = header.split_at_checked(NAME.len()) else { continue };
        if name.eq_ignore_ascii_case(NAME) {
            date = DateTime::from_str(value.trim(), Format::HttpDate).ok().and_then(|date| date.try_into().ok());
        }
    }
    date
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_time_of_an_answer_is_found_among_its_headers() {
        let time = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045));
        let date = |trace: &str| date(trace.as_bytes());
        for header in ["Date: Fri, 02 Jan 2026 03:04:05 GMT", "date: Fri, 02 Jan 2026 03:04:05 GMT\r"] {
            let trace = format!(
                "03:04:05.1 http.c:7 => Send header: GET / HTTP/1.1\n03:04:05.2 http.c:7 <= Recv header: HTTP/1.1 401 X\n\
                 03:04:05.2 http.c:7 <= Recv header: {header}\n03:04:05.2 http.c:7 <= Recv header:\nfatal: x\n"
            );
            assert_eq!(date(&trace), time);
        }
        for trace in
            ["", "Date: Fri, 02 Jan 2026 03:04:05 GMT", "<= Recv header: Date: now", "<= Recv header: é\u{301}é"]
        {
            assert_eq!(date(trace), None, "{trace}");
        }
    }
}
