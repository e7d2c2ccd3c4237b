//! The terminal on which the user started Git, asked without an echo.
//!
//! Lines and signals stay the terminal's: Ctrl-C ends Git with this process, as it does at Git's own prompts. The terminal gets
//! its settings back first.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, tcgetpgrp};
use zeroize::Zeroizing;

use super::LONGEST;
use crate::aws::identity::signals::before_end;

/// The terminal of the session; none where there is none, as in a service, or where this process is in its background: it would be
/// stopped there, and with it all that wait for its answer.
pub(super) fn open() -> Option<File> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
    (tcgetpgrp(&terminal) == Ok(getpgrp())).then_some(terminal)
}

/// Asks for a line, which is not echoed. At the end of the input it is empty.
///
/// # Errors
/// What the system says.
pub(super) fn ask(mut terminal: File, prompt: &str) -> io::Result<Zeroizing<Vec<u8>>> {
    // Before the prompt, so that nothing that answers it is echoed.
    let _quiet = Quiet::begin(&terminal)?;
    terminal.write_all(prompt.as_bytes())?;
    read_line(&terminal)
}

/// Reads a line, or as much of it as a code can have: the rest is dropped with the terminal's settings.
fn read_line(mut terminal: &File) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(vec![0; LONGEST]);
    let mut length = 0;
    while length < LONGEST && !line[..length].contains(&b'\n') {
        match terminal.read(&mut line[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    line.truncate(length);
    Ok(line)
}

/// A terminal that does not echo, and the settings to give back to it.
struct Changed {
    terminal: File,
    settings: Termios,
}

/// Taken by whoever gives the settings back: the prompt, or a signal.
static CHANGED: Mutex<Option<Changed>> = Mutex::new(None);

fn changed() -> MutexGuard<'static, Option<Changed>> {
    CHANGED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives a terminal its settings back, where it has not got them, and a new line, for that of the user's was not echoed.
///
/// What was typed and not read is dropped, lest the shell takes it for a command.
fn restore() {
    // One that is in the background has lost the terminal to a shell, which has its own settings and would stop this process.
    if let Some(mut changed) = changed().take()
        && tcgetpgrp(&changed.terminal) == Ok(getpgrp())
    {
        // There is nobody left to tell that it fails.
        let _ = tcsetattr(&changed.terminal, SetArg::TCSAFLUSH, &changed.settings);
        let _ = changed.terminal.write_all(b"\n");
    }
}

/// A terminal does not echo while there is one of this.
struct Quiet;

impl Quiet {
    /// Takes the echo away. What was typed before is dropped: it answers no prompt.
    fn begin(terminal: &File) -> io::Result<Self> {
        let settings = tcgetattr(terminal)?;
        let mut quiet = settings.clone();
        quiet.local_flags.remove(LocalFlags::ECHO | LocalFlags::ECHONL);
        let terminal = terminal.try_clone()?;
        before_end(restore)?;
        // Held over the change, so that a signal comes before it or after it.
        let mut changed = changed();
        tcsetattr(&terminal, SetArg::TCSAFLUSH, &quiet)?;
        *changed = Some(Changed { terminal, settings });
        Ok(Self)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        restore();
    }
}
