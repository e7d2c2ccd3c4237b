//! Git run as a child to its end, for which this process stands: with its status, or by the signal that ended it.
//!
//! This process stays beside Git, rather than to become it, so that somebody is there to say what Git's own message leaves out
//! ([`super::refused`]). Nothing else is different for Git or the user: the child has the same streams and the same settings of
//! signals, and gets each signal that would end this process. The end of the Git that started this process is such a signal too.

#[cfg(unix)]
mod watched;

use std::process::{Command, ExitCode, ExitStatus};

use crate::Error;
#[cfg(unix)]
use crate::phases;

/// Runs a command to its end. What this process can do while Git works is `meanwhile`, and is over before it is waited for.
///
/// # Errors
/// [`Error::GitNotRun`] where it cannot be started; nothing has happened then.
#[cfg(unix)]
pub fn run(mut command: Command, meanwhile: impl FnOnce()) -> Result<ExitStatus, Error> {
    use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM};

    let child = command.spawn().map_err(Error::GitNotRun)?;
    phases::end("exec");
    meanwhile();
    // Only now: a signal that is ignored, as under nohup, is to be ignored by Git too, and would not be once it is handled here.
    // Git may handle it all the same, and is not to get it from here.
    let ignored = ignored();
    let ending = [SIGHUP, SIGINT, SIGQUIT, SIGTERM].into_iter().filter(|signal| !ignored(*signal));
    watched::Watched::new(child).wait(ending.chain([SIGCHLD, SIGPIPE])).map_err(Error::GitNotRun)
}

/// Which signals are ignored, as under nohup, and are to be ignored further on. Only Linux tells without a change of them.
#[cfg(unix)]
pub(crate) fn ignored() -> impl Fn(i32) -> bool {
    use std::fs::File;
    use std::io::Read;

    // The file tells no size, and would be read in small pieces to find it out.
    let mut status = Vec::with_capacity(4096);
    let _ = File::open("/proc/self/status").and_then(|file| file.take(4096).read_to_end(&mut status));
    ignored_in(&String::from_utf8_lossy(&status))
}

#[cfg(unix)]
fn ignored_in(status: &str) -> impl Fn(i32) -> bool + use<> {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    move |signal| mask >> (signal - 1) & 1 == 1
}

/// Waits until nobody reads this process's standard output any more, where it is a pipe.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub(crate) fn wait_for_end_of_reader() -> nix::Result<()> {
    use std::os::fd::AsFd;

    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    let output = std::io::stdout();
    // Nothing is asked for but what is told always: an error or the end.
    let mut waited = [PollFd::new(output.as_fd(), PollFlags::empty())];
    loop {
        match poll(&mut waited, PollTimeout::NONE) {
            Err(Errno::EINTR) => {}
            other => return other.map(|_| ()),
        }
    }
}

/// Runs a command to its end. What this process can do while Git works is `meanwhile`, and is over before it is waited for.
///
/// # Errors
/// [`Error::GitNotRun`] where it cannot be started; nothing has happened then.
#[cfg(not(unix))]
pub fn run(command: Command, meanwhile: impl FnOnce()) -> Result<ExitStatus, Error> {
    run_through_ctrl_c(command, || ctrlc::set_handler(|| {}).map_err(std::io::Error::other), meanwhile)
}

/// Runs a command to its end where no signal can be passed on, as on Windows: Ctrl-C reaches every process of the console. Git ends
/// by it, and this one, which `outlive` lets go on, then with Git's status.
#[cfg(any(not(unix), test))]
fn run_through_ctrl_c(
    mut command: Command,
    outlive: impl FnOnce() -> std::io::Result<()>,
    meanwhile: impl FnOnce(),
) -> Result<ExitStatus, Error> {
    // Before Git is there: it would be left behind by a Ctrl-C in between.
    outlive().map_err(Error::GitNotRun)?;
    let mut child = command.spawn().map_err(Error::GitNotRun)?;
    meanwhile();
    child.wait().map_err(Error::GitNotRun)
}

/// The exit code of this process for the status of its child. Where a signal ended the child, it ends this process too.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        // Returns for a signal that ends nothing by default, which cannot be what ended the child.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
        return ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX));
    }
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::io;
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn shell(command: &str) -> ExitStatus {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", command]);
        run(shell, || ()).unwrap()
    }

    #[test]
    fn the_status_is_that_of_the_command() {
        for code in [0, 1, 42, 128, 255] {
            assert_eq!(shell(&format!("exit {code}")).code(), Some(code));
        }
        assert_eq!(shell("kill -TERM $$").signal(), Some(15));
    }

    #[test]
    fn a_signal_that_is_ignored_is_known() {
        use signal_hook::consts::{SIGHUP, SIGPIPE, SIGTERM};

        let ignored = ignored_in("SigBlk:\t0000000000004000\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000004000\n");
        assert_eq!([SIGHUP, SIGPIPE, SIGTERM].map(ignored), [true, true, false]);
        assert!(!ignored_in("")(SIGHUP));
    }

    #[test]
    fn a_command_that_is_not_there_is_an_error() {
        let error = run(Command::new("/nonexistent/git"), || unreachable!()).unwrap_err();
        assert_eq!(error.to_string(), "git could not be run: it is not on PATH");
        let error = run_through_ctrl_c(Command::new("/nonexistent/git"), || Ok(()), || unreachable!()).unwrap_err();
        assert_eq!(error.to_string(), "git could not be run: it is not on PATH");
    }

    /// A double of Git on Windows: it does what a line of sh says, and its end is waited for.
    fn without_signals(command: &str, outlive: impl FnOnce() -> io::Result<()>) -> Result<ExitStatus, Error> {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", command]);
        run_through_ctrl_c(shell, outlive, || ())
    }

    #[test]
    fn where_no_signal_can_be_passed_on_the_status_is_that_of_the_command() {
        for code in [0, 1, 42, 128, 255] {
            let status = without_signals(&format!("exit {code}"), || Ok(())).unwrap();
            assert_eq!(status.code(), Some(code));
        }
    }

    #[test]
    fn ctrl_c_is_for_the_command_and_outlived() {
        use signal_hook::consts::SIGUSR1;
        use std::io::Read;
        use std::os::unix::net::UnixStream;

        // In place of Ctrl-C, which the other tests here pass on to what they run. It would end this process too.
        let (mut came, write) = UnixStream::pair().unwrap();
        came.set_read_timeout(Some(std::time::Duration::from_mins(1))).unwrap();
        let outlive = || signal_hook::low_level::pipe::register(SIGUSR1, write).map(|_| ());
        // As on a console, both get it.
        let status = without_signals("kill -USR1 $PPID; kill -USR1 $$; sleep 60", outlive).unwrap();
        came.read_exact(&mut [0]).unwrap();
        assert_eq!(status.signal(), Some(SIGUSR1));
    }

    #[test]
    fn nothing_is_started_that_ctrl_c_would_leave_behind() {
        let folder = tempfile::tempdir().unwrap();
        let started = folder.path().join("started");
        let error =
            without_signals(&format!("> '{}'", started.display()), || Err(io::Error::other("there is a handler")))
                .unwrap_err();
        assert_eq!(error.to_string(), "git could not be run: other error");
        assert!(!started.exists());
    }
}
