//! What the cases rely on: that secrets are proved and found, that there is no terminal, that requests are logged as they are.

#[cfg(unix)]
mod programs;
#[cfg(unix)]
mod services;

#[cfg(unix)]
fn main() {
    identity_cases::alone::become_another();
    let arguments = libtest_mimic::Arguments::from_args();
    let tests = programs::TESTS.iter().chain(services::TESTS);
    let trial = |(name, test): &(&str, fn())| {
        let test = *test;
        libtest_mimic::Trial::test(*name, move || {
            test();
            Ok(())
        })
    };
    libtest_mimic::run(&arguments, tests.map(trial).collect()).exit();
}

// The cases are for Unix.
#[cfg(not(unix))]
fn main() {}
