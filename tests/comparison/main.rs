//! A hundred thousand URLs, environments and homes, made by chance, and what the original and this helper make of them: the same
//! URL with the same credential, or a refusal; or else a difference that `DIFFERENCES.md` has.
//!
//! `CODECOMMIT_COMPARISONS` is another number of them. They are the same in each run.
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

#[cfg(unix)]
mod case;
#[cfg(unix)]
mod chance;
#[cfg(unix)]
mod differences;
#[cfg(unix)]
mod homes;
#[cfg(unix)]
mod original;
#[cfg(unix)]
mod ours;
#[cfg(unix)]
mod regions;
#[cfg(unix)]
mod run;

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    run::main()
}

// One program of the cases is a shell's.
#[cfg(not(unix))]
fn main() {}
