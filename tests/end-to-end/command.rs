//! A command run to its end, in bounded time, with all it said.

use std::fmt;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a command may take; far more than any does.
const LONGEST: Duration = Duration::from_mins(2);

/// A command that has ended.
pub(crate) struct Finished {
    command: String,
    output: Output,
}

impl Finished {
    /// A command that somebody else waited for.
    pub(crate) fn new(command: String, output: Output) -> Self {
        Self { command, output }
    }

    /// The exit status; none where a signal ended it.
    pub(crate) fn status(&self) -> Option<i32> {
        self.output.status.code()
    }

    /// Standard output.
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    /// Standard error.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// The same, once it is known to have succeeded.
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert!(self.output.status.success(), "{self}");
        self
    }

    /// The same, once it is known to have failed with a status.
    #[track_caller]
    pub(crate) fn failed(self) -> Self {
        assert!(self.status().is_some_and(|status| status != 0), "{self}");
        self
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}\n{}", self.command, self.output.status)?;
        writeln!(formatter, "-- stdout\n{}", self.stdout())?;
        write!(formatter, "-- stderr\n{}", self.stderr())
    }
}

/// Runs a command with nothing on its standard input.
#[track_caller]
pub(crate) fn finish(command: &mut Command) -> Finished {
    finish_with(command, "")
}

/// Runs a command with a short text on its standard input.
#[track_caller]
pub(crate) fn finish_with(command: &mut Command, input: &str) -> Finished {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own, as it has to be to be waited for.
    let spawned = command.process_group(0).spawn();
    let shown = shown(command);
    let mut child = spawned.unwrap_or_else(|error| panic!("{shown}\n{error}"));
    // One that does not read its input has closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    wait(child, shown)
}

/// Waits for a process that leads a group: one that takes too long is ended with all it started. `shown` is its command.
#[track_caller]
pub(crate) fn wait(child: Child, shown: String) -> Finished {
    let group = child.id();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    if let Ok(output) = receiver.recv_timeout(LONGEST) {
        return Finished { command: shown, output: output.unwrap() };
    }
    end_group(group);
    let output = receiver.recv().unwrap().unwrap();
    panic!("not finished after {} seconds: {}", LONGEST.as_secs(), Finished { command: shown, output })
}

/// Ends a group of processes that takes too long, for who cannot use [`wait`].
pub(crate) struct Watchdog {
    ended: mpsc::Sender<()>,
    thread: thread::JoinHandle<bool>,
}

impl Watchdog {
    /// Watches a group.
    pub(crate) fn of(group: u32) -> Self {
        let (ended, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            let is_too_long = receiver.recv_timeout(LONGEST) == Err(mpsc::RecvTimeoutError::Timeout);
            if is_too_long {
                end_group(group);
            }
            is_too_long
        });
        Self { ended, thread }
    }

    /// Stops watching. Whether the group had to be ended.
    pub(crate) fn has_ended_it(self) -> bool {
        drop(self.ended);
        self.thread.join().unwrap()
    }
}

fn end_group(group: u32) {
    let _ = Command::new("kill").args(["-KILL", "--", &format!("-{group}")]).status();
}

/// The command as one line, with its folder.
pub(crate) fn shown(command: &Command) -> String {
    let folder = command.get_current_dir().map(|folder| format!("{}$ ", folder.display())).unwrap_or_default();
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    folder + &words.map(|word| word.display().to_string()).collect::<Vec<_>>().join(" ")
}
