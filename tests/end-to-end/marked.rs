//! Which processes of a command are there: it and all it starts carry a mark in their environment.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{self, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long processes may take to end that have nothing left to do; far more than any does.
const LONGEST: Duration = Duration::from_mins(1);

/// A mark that no other command has.
pub(crate) struct Mark {
    variable: String,
    /// The group that a marked command leads, where it is looked at.
    group: Option<i32>,
}

/// One process.
pub(crate) struct Process {
    /// Its number.
    pub(crate) id: i32,
    /// Its command line, with spaces.
    pub(crate) line: String,
}

impl Mark {
    /// A new one.
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self { variable: format!("MARK_OF_A_TEST=mark {} {number}.", process::id()), group: None }
    }

    /// Marks a command that is not started yet.
    pub(crate) fn put_on(&self, command: &mut Command) {
        let (name, value) = self.variable.split_once('=').unwrap();
        command.env(name, value);
    }

    /// Finds what is in a group too: the process that holds keys shows its environment to nobody but root.
    pub(crate) fn with_group(self, group: i32) -> Self {
        Self { group: Some(group), ..self }
    }

    /// The processes that are there. One that has ended, and that nobody has waited for, is not.
    pub(crate) fn processes(&self) -> Vec<Process> {
        let folders = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        folders.filter_map(|folder| self.process(&folder)).collect()
    }

    fn process(&self, folder: &Path) -> Option<Process> {
        let id = folder.file_name()?.to_str()?.parse().ok()?;
        // One can end between any two of these, and is none then.
        let stat = fs::read_to_string(folder.join("stat")).ok()?;
        // The name in parentheses can hold anything.
        let mut words = stat.rsplit_once(") ")?.1.split(' ');
        let (state, group) = (words.next()?, words.nth(1)?);
        let environment = fs::read(folder.join("environ")).unwrap_or_default();
        let is_marked = environment.split(|byte| *byte == 0).any(|variable| variable == self.variable.as_bytes());
        if matches!(state, "Z" | "X") || !(is_marked || self.group.is_some_and(|own| group.parse() == Ok(own))) {
            return None;
        }
        let line = fs::read(folder.join("cmdline")).ok()?;
        let line = String::from_utf8_lossy(&line).trim_end_matches('\0').replace('\0', " ");
        Some(Process { id, line })
    }

    /// Waits until none is there.
    #[track_caller]
    pub(crate) fn is_gone(&self) {
        const PAUSE: Duration = Duration::from_millis(2);
        let start = Instant::now();
        loop {
            let left = self.processes();
            if left.is_empty() {
                return;
            }
            if start.elapsed() > LONGEST {
                let list: String = left.iter().map(ToString::to_string).collect();
                panic!("left behind:{list}");
            }
            thread::sleep(PAUSE);
        }
    }
}

impl Process {
    /// Sends it a signal.
    pub(crate) fn kill(&self, signal: Signal) {
        // One that has ended by itself cannot be sent any.
        let _ = kill(Pid::from_raw(self.id), signal);
    }
}

impl fmt::Display for Process {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\n{} {}", self.id, self.line)
    }
}
