//! moto 5 as STS, which is not written by this project: it checks signatures and policies, and gives keys of its own making.

#[cfg(unix)]
mod server;
#[cfg(unix)]
mod sts;

#[cfg(unix)]
fn main() {
    identity_cases::alone::become_another();
    let arguments = libtest_mimic::Arguments::from_args();
    libtest_mimic::run(&arguments, sts::trials()).exit();
}

// The cases are for Unix.
#[cfg(not(unix))]
fn main() {}
