//! Runs the originals on the cases, and keeps what they do in each case's `botocore.json`; `cargo xtask record` starts it.

#[cfg(unix)]
mod record;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    identity_cases::alone::become_another();
    record::run(std::env::args().skip(1))
}

// The cases are for Unix.
#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::FAILURE
}
