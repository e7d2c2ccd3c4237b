//! Hostile input as data: what `cases/*.toml` hands to the helper, and that it accepts nothing but what the case says.
//!
//! Each case is a test of its own. `HOSTILE_PROPOSE=1` shows what the helper did, for a person to read and judge: expected words
//! are never written by a program.

#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

#[cfg(unix)]
mod case;
#[cfg(unix)]
mod gits;
#[cfg(unix)]
mod stage;
#[cfg(unix)]
mod text;
#[cfg(unix)]
mod verdict;

#[cfg(unix)]
fn main() {
    let arguments = libtest_mimic::Arguments::from_args();
    libtest_mimic::run(&arguments, verdict::trials()).exit();
}

// Arguments are bytes on Unix alone, and the stand-in for Git is a script.
#[cfg(not(unix))]
fn main() {}
