//! Programs without a terminal: nothing of a case may ask the person who runs the tests.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// The first argument of a program of this crate that is to become another one, in a session of its own.
const ALONE: &str = "--alone";

/// Becomes the program of the command line where it says so; every program that runs cases calls this first.
pub fn become_another() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != ALONE) {
        return;
    }
    // Without a controlling terminal, `/dev/tty` cannot be opened.
    rustix::process::setsid().expect("a new session: this process leads no group");
    // Permissions of files are part of what cases expect.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    let program = arguments.next().expect("a program");
    let error = Command::new(&program).args(arguments).exec();
    panic!("{}: {error}", program.display());
}

/// A command that runs a program without a terminal.
pub fn command(program: &std::path::Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(ALONE).arg(program);
    command
}
