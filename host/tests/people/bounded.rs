//! Programs run to their end, in bounded time.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// How long a program may take; far more than any does.
const LONGEST: Duration = Duration::from_mins(1);

/// Ends a program that takes too long, with all that it started.
pub(crate) struct Watchdog {
    ended: mpsc::Sender<()>,
    thread: JoinHandle<bool>,
}

impl Watchdog {
    /// Starts a program, as the first of a group, and watches it.
    #[track_caller]
    pub(crate) fn start(command: &mut Command) -> (Child, Self) {
        let child = command.process_group(0).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let group = Pid::from_raw(child.id().try_into().unwrap());
        let (ended, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            let is_too_long = receiver.recv_timeout(LONGEST) == Err(mpsc::RecvTimeoutError::Timeout);
            if is_too_long {
                let _ = killpg(group, Signal::SIGKILL);
            }
            is_too_long
        });
        (child, Self { ended, thread })
    }

    /// Stops watching, and fails where the program had to be ended.
    #[track_caller]
    pub(crate) fn stop(self) {
        drop(self.ended);
        assert!(!self.thread.join().unwrap(), "not finished after {} seconds", LONGEST.as_secs());
    }
}

/// Runs a program, and takes what it prints where that is not taken already.
#[track_caller]
pub(crate) fn output(command: &mut Command) -> Output {
    let (child, watchdog) = Watchdog::start(command);
    let output = child.wait_with_output().unwrap();
    watchdog.stop();
    output
}

/// Runs a program, and takes all that it prints.
#[track_caller]
pub(crate) fn output_of_all(command: &mut Command) -> Output {
    output(command.stdout(Stdio::piped()).stderr(Stdio::piped()))
}
