//! The helper that was just built, on every case of `tests/identities/cases`; each is a test of its own.

#[cfg(unix)]
mod cases;
#[cfg(unix)]
mod explained;

#[cfg(unix)]
fn main() {
    identity_cases::alone::become_another();
    let arguments = libtest_mimic::Arguments::from_args();
    libtest_mimic::run(&arguments, cases::trials()).exit();
}

// The cases are for Unix.
#[cfg(not(unix))]
fn main() {}
