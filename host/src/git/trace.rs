//! What Git tells of its work on a pipe, and what this program's own second process adds.
//!
//! Git writes the lines of its [Trace2 "normal" format](https://git-scm.com/docs/api-trace2) to a pipe that this process reads once
//! Git has ended. There is nothing secret in them: no credential is in a command line or a configuration. Writing never waits,
//! so that Git cannot be held up by a pipe that nobody empties; what does not fit is lost, and with it a hint at the most.

use std::process::Command;

use super::outcome::{Outcome, Signer};
use crate::variables::Variables;

/// The variable that names the pipe's number to the second process.
pub(super) const TELL: &str = "GIT_REMOTE_CODECOMMIT_TELL";

/// The variable that Git takes the number from. A number has to have one digit.
const TRACE2: &str = "GIT_TRACE2";

/// Variables with which the user traces Git. Their trace is left as it is, and this process goes without its own.
#[cfg(unix)]
const OF_USER: [&str; 3] = [TRACE2, "GIT_TRACE2_PERF", "GIT_TRACE2_EVENT"];

/// What goes on the pipe for a credential that was given.
const SIGNED: &str = "codecommit-signed ";
/// What goes on it where there was none, and the user was told why.
const TOLD: &str = "codecommit-told";

/// The pipe, on the side of the process that waits for Git.
#[derive(Debug)]
pub struct Trace {
    #[cfg(unix)]
    reader: std::io::PipeReader,
    /// Open until the command has been started, which inherits it.
    #[cfg(unix)]
    writer: std::io::PipeWriter,
}

impl Trace {
    /// Lets a command that is about to be started tell what it does; none where that cannot be, or the user has a trace of his own.
    #[cfg(unix)]
    pub fn attach(command: &mut Command, variables: Variables<'_>) -> Option<Self> {
        Self::attach_by(3..10, command, variables)
    }

    /// The same, where the pipe has a number in this range.
    #[cfg(unix)]
    fn attach_by(numbers: std::ops::Range<i32>, command: &mut Command, variables: Variables<'_>) -> Option<Self> {
        use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
        use std::os::fd::AsRawFd;

        if OF_USER.iter().any(|name| variables.0(name).is_some()) {
            return None;
        }
        let (reader, writer) = std::io::pipe().ok()?;
        let number = writer.as_raw_fd();
        if !numbers.contains(&number) {
            return None;
        }
        for pipe in
            [fcntl(&reader, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)), fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))]
        {
            pipe.ok()?;
        }
        fcntl(&writer, FcntlArg::F_SETFD(FdFlag::empty())).ok()?;
        command.env(TRACE2, number.to_string()).env(TELL, number.to_string());
        Some(Self { reader, writer })
    }

    /// Without inherited numbers of files there is no trace.
    #[cfg(not(unix))]
    pub fn attach(_: &mut Command, _: Variables<'_>) -> Option<Self> {
        None
    }

    /// What a command that has ended told of the repository with this URL.
    #[cfg(unix)]
    pub fn outcome(mut self, https: &str) -> Outcome {
        use std::io::Read;

        let mut text = Vec::new();
        drop(self.writer);
        // Ends with "would block" where somebody still has the pipe open, as a service that a program of the user's has started.
        let _ = self.reader.read_to_end(&mut text);
        Outcome::of(&String::from_utf8_lossy(&text), https)
    }

    /// There is no trace, and so no outcome.
    #[cfg(not(unix))]
    pub fn outcome(self, _: &str) -> Outcome {
        Outcome::default()
    }
}

/// Lets the process that waits for Git know that a credential was given.
pub fn tell_signed(signer: &Signer, variables: Variables<'_>) {
    tell(&format!("{SIGNED}{signer}"), variables);
}

/// Lets it know that there was none, and that the user knows why.
pub fn tell_told(variables: Variables<'_>) {
    tell(TOLD, variables);
}

/// Writes a line to the pipe, where there is one.
#[cfg(unix)]
fn tell(line: &str, variables: Variables<'_>) {
    use std::io::Write;
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

    let number =
        variables.0(TELL).and_then(|number| number.to_str()?.parse::<u8>().ok()).filter(|n| (3..10).contains(n));
    let Some(number) = number else { return };
    // Opened anew, because a number alone is nobody's to write to. It does not wait where nobody reads any more.
    let pipe =
        std::fs::OpenOptions::new().write(true).custom_flags(nix::libc::O_NONBLOCK).open(format!("/dev/fd/{number}"));
    let Ok(mut pipe) = pipe else { return };
    // A variable that has outlived its pipe may name a file of the user's.
    if pipe.metadata().is_ok_and(|metadata| metadata.file_type().is_fifo()) {
        let _ = pipe.write_all(format!("{line}\n").as_bytes());
    }
}

/// Without inherited numbers of files there is nobody to tell.
#[cfg(not(unix))]
fn tell(_: &str, _: Variables<'_>) {}

/// Reads a line of the second process's.
pub(super) fn told(line: &str) -> Option<Told> {
    if line == TOLD {
        return Some(Told::Why);
    }
    line.strip_prefix(SIGNED)?.parse().ok().map(Told::Signed)
}

/// What the second process told.
pub(super) enum Told {
    /// A credential was given.
    Signed(Signer),
    /// None was given, and the user knows why.
    Why,
}

/// Keeps the pipe from a program of the user's, whose own Git would write to it.
pub fn withhold(command: &mut Command) {
    let number = std::env::var_os(TELL);
    if number.is_some() {
        if std::env::var_os(TRACE2) == number {
            command.env_remove(TRACE2);
        }
        command.env_remove(TELL);
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::fs::OpenOptionsExt;
    use std::time::{Duration, SystemTime};

    use super::*;

    const NONE: Variables<'_> = Variables(&|_| None);

    fn signer() -> Signer {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        Signer { access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(), is_temporary: true, expires: None, at }
    }

    /// A shell command that has ended, with a pipe that this library's second half writes to.
    fn outcome_of(script: &str) -> Outcome {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script]);
        // Numbers below ten can be taken, by other tests of this process.
        let trace = Trace::attach_by(3..i32::MAX, &mut shell, NONE).unwrap();
        assert!(shell.status().unwrap().success());
        trace.outcome("https://host/v1/repos/demo")
    }

    #[test]
    fn what_a_command_writes_to_the_pipe_is_read_once_it_has_ended() {
        let script = format!("echo 'codecommit-signed {}' >/dev/fd/$GIT_REMOTE_CODECOMMIT_TELL", signer());
        assert_eq!(outcome_of(&script).signer, Some(signer()));
        assert_eq!(outcome_of("test $GIT_TRACE2 = $GIT_REMOTE_CODECOMMIT_TELL"), Outcome::default());
    }

    #[test]
    fn a_pipe_that_somebody_keeps_open_is_not_waited_for() {
        let outcome = outcome_of(
            "echo codecommit-told >/dev/fd/$GIT_TRACE2; sleep 600 >/dev/null 2>&1 & echo $! >/dev/fd/$GIT_TRACE2",
        );
        assert!(outcome.was_told);
    }

    #[test]
    fn what_does_not_fit_into_the_pipe_holds_nobody_up() {
        let mut command = Command::new("head");
        let trace = Trace::attach_by(3..i32::MAX, &mut command, NONE).unwrap();
        // What Git inherits is this very pipe, and not one that is opened anew.
        let pipe = trace.writer.try_clone().unwrap();
        let status =
            command.args(["-c", "1000000", "/dev/zero"]).stdout(pipe).stderr(std::process::Stdio::null()).status();
        assert!(!status.unwrap().success());
        assert_eq!(trace.outcome("https://host/v1/repos/demo"), Outcome::default());
    }

    #[test]
    fn a_user_who_traces_git_keeps_that_trace() {
        for name in OF_USER {
            let value = |asked: &str| (asked == name).then(|| OsString::from("1"));
            let mut command = Command::new("/bin/sh");
            assert!(Trace::attach(&mut command, Variables(&value)).is_none(), "{name}");
            assert_eq!(command.get_envs().count(), 0);
        }
    }

    #[test]
    fn nothing_but_a_pipe_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let file = std::fs::OpenOptions::new().create_new(true).append(true).mode(0o600).open(&path).unwrap();
        let number = std::os::fd::AsRawFd::as_raw_fd(&file).to_string();
        for value in [number.as_str(), "1", "99", "-1", "x", ""] {
            tell_told(Variables(&|name| (name == TELL).then(|| OsString::from(value))));
        }
        assert_eq!(std::fs::read(&path).unwrap(), b"");
    }
}
