//! A terminal, on which a program is run and a person answers.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use nix::pty::{OpenptyResult, openpty};

use crate::bounded::Watchdog;

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
    let (mut child, watchdog) = Watchdog::start(command.stdin(side()).stdout(side()).stderr(side()));
    // What is left of the other end is the child's.
    drop((command, theirs));
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
    let status = child.wait().unwrap();
    watchdog.stop();
    (status.code(), String::from_utf8(shown).unwrap().replace("\r\n", "\n"))
}
