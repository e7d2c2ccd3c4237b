//! The server's clock, read from the `Date` of an answer.
//!
//! Git asks, and not this program: it knows the user's proxy and certificates, and has just been let through. The request has no
//! credential and is refused; that is enough, for every answer has its time (RFC 9110, section 6.6.1).

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::refused::ClockOffset;
use super::trace::TELL;

/// More than the trace of one small request ever takes.
const LONGEST: u64 = 256 << 10;

/// No answer takes longer that is of any use.
pub const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// How far this machine's clock is from that of the server of a URL; none where it is near, or the server is not reached.
pub fn offset(name: &OsStr, https: &str) -> Option<ClockOffset> {
    Answer::of(name, https, LONGEST_WAIT)?.offset
}

/// What came of a request without a credential.
#[derive(Debug)]
pub struct Answer {
    /// How far the clocks are apart, where it is more than CodeCommit takes.
    pub offset: Option<ClockOffset>,
    /// Whether a server answered at all.
    pub is_reached: bool,
    /// Git's last words, without their label.
    pub said: String,
}

impl Answer {
    /// Asks the server of a URL, as the remote of this name, and waits no longer than this for the answer.
    ///
    /// None where Git cannot be run, or takes too long.
    pub fn of(name: &OsStr, https: &str, longest: Duration) -> Option<Self> {
        let mut git = command(name, https).spawn().ok()?;
        let here = SystemTime::now();
        // An empty line would end it before it has asked.
        let _ = git.stdin.take()?.write_all(b"list\n");
        let trace = BufReader::new(git.stderr.take()?.take(LONGEST));
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(read(trace)));
        let answer = receiver.recv_timeout(longest);
        if answer.is_err() {
            let _ = git.kill();
        }
        let _ = git.wait();
        let (there, said) = answer.ok()?;
        let offset = there.and_then(|there| ClockOffset::between(here, there));
        Some(Self { offset, is_reached: there.is_some(), said })
    }
}

/// The request, by Git.
fn command(name: &OsStr, https: &str) -> Command {
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
        // Its words are read.
        .env("LC_ALL", "C")
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
    git
}

/// The latest time that an answer has in a trace of curl, and Git's last words. All of it is read, so that who writes it gets to its
/// end.
fn read(trace: impl BufRead) -> (Option<SystemTime>, String) {
    const HEADER: &str = "<= Recv header: ";
    const NAME: &str = "date:";
    let (mut date, mut said) = (None, String::new());
    for line in trace.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if let Some(words) = ["fatal: ", "error: "].iter().find_map(|label| line.strip_prefix(label)) {
            words.clone_into(&mut said);
        }
        let Some((_, header)) = line.split_once(HEADER) else { continue };
        let Some((name, value)) = header.split_at_checked(NAME.len()) else { continue };
        if name.eq_ignore_ascii_case(NAME) {
            date = DateTime::from_str(value.trim(), Format::HttpDate).ok().and_then(|date| date.try_into().ok());
        }
    }
    (date, said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_an_answer_is_found_among_its_headers() {
        let time = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045));
        let date = |trace: &str| read(trace.as_bytes()).0;
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
