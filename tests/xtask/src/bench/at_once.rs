//! Many at once, as when a tool fetches all repositories of a team.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::figure::{Figure, Unit};
use super::measure::Request;
use super::statistics::Spread;
use crate::failure::Failure;

/// How many there are.
const PROCESSES: usize = 64;
/// How often that is repeated; the middle counts.
const ROUNDS: usize = 10;

/// Measures how long it takes until all of them have answered, for each of some programs.
///
/// # Errors
/// Where one fails.
pub(super) fn measure(programs: [(&'static str, Command); 2], request: &Request) -> Result<Vec<Figure>, Failure> {
    programs
        .into_iter()
        .map(|(name, mut command)| {
            let times = (0..ROUNDS).map(|_| round(name, &mut command, request)).collect::<Result<Vec<_>, _>>()?;
            let name = format!("{name}, {PROCESSES} at once, all of them");
            Ok(Figure::new(name, Spread::of(times).median, Unit::Milliseconds))
        })
        .collect()
}

/// Starts all, and waits for all; in milliseconds.
fn round(name: &str, command: &mut Command, request: &Request) -> Result<f64, Failure> {
    let failure =
        |said: &dyn std::fmt::Display| Failure::new(format!("many of `{name}` could not be measured: {said}"));
    let begun = Instant::now();
    let mut processes = Vec::with_capacity(PROCESSES);
    for _ in 0..PROCESSES {
        // Each of its own, for those who read one file take turns in it.
        command.stdin(request.reopened().map_err(|error| failure(&error))?);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        processes.push(command.spawn().map_err(|error| failure(&error))?);
    }
    for mut process in processes {
        let status = process.wait().map_err(|error| failure(&error))?;
        if !status.success() {
            return Err(failure(&status));
        }
    }
    Ok(begun.elapsed().as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_many_that_fails_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let request = Request::open(file.path()).unwrap();
        let failure = round("false", &mut Command::new("false"), &request).unwrap_err();
        assert_eq!(failure.to_string(), "many of `false` could not be measured: exit status: 1");
        assert!(round("true", &mut Command::new("true"), &request).unwrap() > 0.0);
    }
}
