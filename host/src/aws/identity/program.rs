//! A program of the user's that answers on its standard output.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;
use zeroize::Zeroizing;

use crate::git::trace;

/// Why a program gave no answer: the rest of a sentence about it.
#[derive(Debug, Error)]
pub enum Fault {
    /// It could not be started.
    #[error("could not be run: {0}")]
    NotRun(String),
    /// It wrote more than was to be read, and was killed.
    #[error("wrote more than {} KiB", .0 >> 10)]
    TooLong(usize),
    /// It did not end in time, and was killed.
    #[error("did not end within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// Its answer could not be read, or its end not be waited for.
    #[error("gave no answer that could be read: {0}")]
    Broken(io::ErrorKind),
    /// It failed.
    #[error("{0}")]
    Failed(String),
}

/// What a program is allowed.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Bytes of its answer.
    pub(super) bytes: usize,
    /// The time that it can take; none where it is the user who takes it.
    pub(super) time: Option<Duration>,
}

/// Runs a program to its end, and gives what it wrote to its standard output.
///
/// Its standard input is empty: this process's belongs to Git. Its standard error is this process's, so that the user reads what
/// it says when it says it. It stays in the process group, to which Ctrl-C is sent, and can ask on the terminal.
///
/// # Errors
/// It could not be run, kept to no limit, or failed. It has ended by then; what it started itself may not have.
pub(super) fn answer(command: &mut Command, limits: Limits) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let deadline = limits.time.map(|time| Instant::now() + time);
    trace::withhold(command);
    #[cfg(unix)]
    end_with_this_program();
    // Held over the start, so that a signal comes before it or finds the program.
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| Fault::NotRun(not_run(command, error.kind())))?;
    running.push(child.id());
    drop(running);
    let answer =
        read(&mut child, limits, deadline).and_then(|answer| Ok((answer, wait(&mut child, limits, deadline)?)));
    #[cfg(unix)]
    super::signals::go_on_unless_ending();
    match answer {
        Ok((answer, status)) if status.success() => Ok(answer),
        Ok((_, status)) => Err(Fault::Failed(ending(status))),
        Err(fault) => {
            // One that has ended by itself cannot be killed, and is waited for all the same.
            let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = child.kill();
            let _ = child.wait();
            running.retain(|id| *id != child.id());
            Err(fault)
        }
    }
}

/// Reads to the end of a program's standard output.
fn read(child: &mut Child, limits: Limits, deadline: Option<Instant>) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let Some(stdout) = child.stdout.take() else {
        return Err(Fault::Broken(io::ErrorKind::BrokenPipe));
    };
    let (sender, receiver) = mpsc::sync_channel(1);
    // A thread of its own, because the standard library cannot wait for a pipe with a limit of time. It is not waited for: what
    // the program started can hold the pipe open for longer than this process is there.
    thread::Builder::new()
        .spawn(move || {
            // Room for all of it, because a buffer that grows leaves copies behind.
            let mut answer = Zeroizing::new(Vec::with_capacity(limits.bytes + 1));
            let longest = u64::try_from(answer.capacity()).unwrap_or(u64::MAX);
            let _ = sender.send(stdout.take(longest).read_to_end(&mut answer).map(|_| answer));
        })
        .map_err(|error| Fault::Broken(error.kind()))?;
    let answer = match deadline {
        Some(deadline) => receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())),
        None => receiver.recv().map_err(mpsc::RecvTimeoutError::from),
    };
    match answer {
        Ok(Ok(answer)) if answer.len() > limits.bytes => Err(Fault::TooLong(limits.bytes)),
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(Fault::Broken(error.kind())),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(timed_out(limits)),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Fault::Broken(io::ErrorKind::Other)),
    }
}

/// Waits for the end of a program that has closed its standard output.
fn wait(child: &mut Child, limits: Limits, deadline: Option<Instant>) -> Result<ExitStatus, Fault> {
    const PAUSE: Duration = Duration::from_millis(2);
    // Most have ended by now, and the others are about to: it is looked for, where signals would have to be waited for.
    loop {
        // Held over the look, so that its number is not another program's by the time that it is ended.
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(status) = child.try_wait().map_err(|error| Fault::Broken(error.kind()))? {
            running.retain(|id| *id != child.id());
            return Ok(status);
        }
        drop(running);
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(timed_out(limits));
        }
        thread::sleep(PAUSE);
    }
}

/// The programs that run, and are not left behind where a signal ends this one. There is more than one where an agent looks for the
/// keys of several profiles.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// From now on, a program that runs ends with this one. A console tells every program of it when it ends them.
#[cfg(unix)]
fn end_with_this_program() {
    // Where it cannot be, the program is left behind, and ends when it has nobody to write to.
    let _ = super::signals::before_end(|| {
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        for id in running.iter().filter_map(|id| i32::try_from(*id).ok()) {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::SIGTERM);
        }
    });
}

fn timed_out(limits: Limits) -> Fault {
    Fault::TimedOut(limits.time.unwrap_or_default())
}

/// Why a program was not started. One whose name is no path is looked for on `PATH`.
fn not_run(command: &Command, kind: io::ErrorKind) -> String {
    let is_path = Path::new(command.get_program()).components().count() > 1;
    match kind {
        io::ErrorKind::NotFound if is_path => "there is no such program".to_owned(),
        io::ErrorKind::NotFound => "it is not on PATH".to_owned(),
        kind => kind.to_string(),
    }
}

/// How a program ended that failed.
fn ending(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("was ended by signal {signal}");
    }
    match status.code() {
        Some(code) => format!("ended with status {code}"),
        None => "failed".to_owned(),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of a shell command.
    fn shell(command: &str, bytes: usize, time: Option<Duration>) -> Result<Vec<u8>, String> {
        let mut shell = Command::new("/bin/sh");
        match answer(shell.args(["-c", command]), Limits { bytes, time }) {
            Ok(answer) => Ok(answer.to_vec()),
            Err(fault) => Err(fault.to_string()),
        }
    }

    /// What comes of it in the time that it takes.
    fn run(command: &str) -> Result<Vec<u8>, String> {
        shell(command, 1024, None)
    }

    #[test]
    fn the_answer_is_what_the_program_wrote() {
        assert_eq!(run("printf 'one\\ntwo'"), Ok(b"one\ntwo".to_vec()));
        assert_eq!(run(":"), Ok(Vec::new()));
        let minute = Some(Duration::from_mins(1));
        assert_eq!(shell("printf 'one\\ntwo'", 1024, minute), Ok(b"one\ntwo".to_vec()));
    }

    #[test]
    fn the_program_has_no_input() {
        assert_eq!(run("cat; echo end"), Ok(b"end\n".to_vec()));
    }

    #[test]
    fn a_program_that_fails_gives_no_answer() {
        assert_eq!(run("echo example-secret; exit 3"), Err("ended with status 3".to_owned()));
        assert_eq!(run("kill -9 $$"), Err("was ended by signal 9".to_owned()));
    }

    #[test]
    fn as_much_is_read_as_is_allowed() {
        assert_eq!(shell("printf 1234", 4, None), Ok(b"1234".to_vec()));
        assert_eq!(shell("head -c 2048 /dev/zero", 2047, None), Err("wrote more than 1 KiB".to_owned()));
    }

    /// That the call returns shows that the program has ended: it is waited for.
    #[test]
    fn a_program_that_writes_without_end_is_killed() {
        assert_eq!(shell("trap '' PIPE TERM; exec yes", 2048, None), Err("wrote more than 2 KiB".to_owned()));
    }

    /// That the call returns shows that the program has ended: it is waited for.
    #[test]
    fn a_program_that_does_not_end_is_killed() {
        let moment = Some(Duration::from_millis(20));
        for endless in ["trap '' TERM; exec sleep 600", "exec >&-; trap '' TERM; exec sleep 600"] {
            assert_eq!(shell(endless, 1024, moment), Err("did not end within 0 seconds".to_owned()));
        }
    }

    #[track_caller]
    fn is_not_run(program: &str, expected: &str) {
        let fault = answer(&mut Command::new(program), Limits { bytes: 1, time: None }).unwrap_err();
        assert_eq!(fault.to_string(), format!("could not be run: {expected}"));
    }

    #[test]
    fn why_a_program_is_not_run_is_said() {
        is_not_run("no-such-program", "it is not on PATH");
        is_not_run("./no-such-program", "there is no such program");
        is_not_run("/dev/null", "permission denied");
        is_not_run("a\0b", "invalid input parameter");
    }
}
