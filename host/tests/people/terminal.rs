//! A terminal, on which a program is run and a person answers.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::pty::{OpenptyResult, openpty};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long a program may take; far more than any does.
const LONGEST: Duration = Duration::from_mins(1);
/// What a question ends with.
const QUESTION: &str = "[y/N] ";

/// Runs a program with all its sides on a terminal, and types `keys` at the first question. Its status, and what the terminal shows.
#[track_caller]
pub(crate) fn on_a_terminal(mut command: Command, keys: &str) -> (Option<i32>, String) {
    let OpenptyResult { master, slave } = openpty(None, None).unwrap();
    // Duplicates are closed in the children of other tests, which would hold the terminal open.
    let own = |descriptor: OwnedFd| File::from(descriptor.try_clone().unwrap());
    let (mut ours, theirs) = (own(master), own(slave));
    let side = || Stdio::from(theirs.try_clone().unwrap());
    let mut child = command.stdin(side()).stdout(side()).stderr(side()).spawn().unwrap();
    // What is left of the other end is the child's.
    drop((command, theirs));
    let (ended, watched) = mpsc::channel::<()>();
    let id = Pid::from_raw(child.id().try_into().unwrap());
    let watchdog = thread::spawn(move || {
        if watched.recv_timeout(LONGEST) == Err(mpsc::RecvTimeoutError::Timeout) {
            let _ = kill(id, Signal::SIGKILL);
        }
    });
    let mut shown = Vec::new();
    let mut bytes = [0; 1024];
    let mut keys = Some(keys);
    // The end is an error on Linux.
    while let Ok(length @ 1..) = ours.read(&mut bytes) {
        shown.extend_from_slice(&bytes[..length]);
        if shown.ends_with(QUESTION.as_bytes())
            && let Some(keys) = keys.take()
        {
            ours.write_all(keys.as_bytes()).unwrap();
        }
    }
    drop(ended);
    watchdog.join().unwrap();
    let status = child.wait().unwrap();
    (status.code(), String::from_utf8(shown).unwrap().replace("\r\n", "\n"))
}
