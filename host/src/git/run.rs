//! Git run as a child to its end, for which this process stands: with its status, or by the signal that ended it.
//!
//! This process stays beside Git, rather than to become it, so that somebody is there to say what Git's own message leaves out
//! ([`super::refused`]). Nothing else is different for Git or the user: the child has the same streams and the same settings of
//! signals, and gets each signal that would end this process.

use std::process::{Command, ExitCode, ExitStatus};

use crate::Error;

/// Runs a command to its end.
///
/// # Errors
/// [`Error::GitNotRun`] where it cannot be started; nothing has happened then.
#[cfg(unix)]
pub fn run(mut command: Command) -> Result<ExitStatus, Error> {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    use signal_hook::iterator::Signals;

    let mut child = command.spawn().map_err(Error::GitNotRun)?;
    // Only now: a signal that is ignored, as under nohup, is to be ignored by Git too, and would not be once it is handled here.
    let signals = Signals::new([SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM]);
    let Ok(mut signals) = signals else {
        return child.wait().map_err(Error::GitNotRun);
    };
    // It may have ended before anybody would have told.
    if let Some(status) = child.try_wait().map_err(Error::GitNotRun)? {
        return Ok(status);
    }
    for signal in &mut signals.forever() {
        if signal == SIGCHLD {
            if let Some(status) = child.try_wait().map_err(Error::GitNotRun)? {
                return Ok(status);
            }
        } else if let (Ok(id), Ok(signal)) = (i32::try_from(child.id()), Signal::try_from(signal)) {
            // Not waited for yet, so the number is still this child's. Whether it ends by the signal is its own choice.
            let _ = kill(Pid::from_raw(id), signal);
        }
    }
    child.wait().map_err(Error::GitNotRun)
}

/// Runs a command to its end.
///
/// # Errors
/// [`Error::GitNotRun`] where it cannot be started; nothing has happened then.
#[cfg(not(unix))]
pub fn run(mut command: Command) -> Result<ExitStatus, Error> {
    // Ctrl-C reaches every process of the console. Git ends by it, and this one then with Git's status.
    ctrlc::set_handler(|| {}).map_err(|error| Error::GitNotRun(std::io::Error::other(error)))?;
    command.status().map_err(Error::GitNotRun)
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
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn shell(command: &str) -> ExitStatus {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", command]);
        run(shell).unwrap()
    }

    #[test]
    fn the_status_is_that_of_the_command() {
        for code in [0, 1, 42, 128, 255] {
            assert_eq!(shell(&format!("exit {code}")).code(), Some(code));
        }
        assert_eq!(shell("kill -TERM $$").signal(), Some(15));
    }

    #[test]
    fn a_command_that_is_not_there_is_an_error() {
        let error = run(Command::new("/nonexistent/git")).unwrap_err();
        assert_eq!(error.to_string(), "git could not be run: it is not on PATH");
    }
}
