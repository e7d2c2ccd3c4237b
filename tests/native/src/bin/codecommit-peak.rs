//! `codecommit-peak PROGRAM [ARGUMENT …]`: runs a program, and writes how many bytes of memory it had resident at the most.
//!
//! On Linux a program's figure begins with what was resident in the process that started it. So what starts it here is a program of
//! its own that holds next to nothing. What the program held before it became another is in the figure, and so is what its own
//! children held.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::{Command, ExitCode, Stdio};

use wait4::Wait4;

fn main() -> ExitCode {
    let Err(error) = run() else { return ExitCode::SUCCESS };
    let _ = writeln!(io::stderr(), "codecommit-peak: {error}");
    ExitCode::FAILURE
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let program = arguments.next().ok_or("usage: codecommit-peak PROGRAM [ARGUMENT ...]")?;
    let used = Command::new(program).args(arguments).stdout(Stdio::null()).spawn()?.wait4()?;
    if !used.status.success() {
        return Err(format!("the program failed ({})", used.status).into());
    }
    writeln!(io::stdout(), "{}", used.rusage.maxrss)?;
    Ok(())
}
