//! Many at once, as when a tool fetches all repositories of a team.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::figure::{Figure, Unit};
use super::measure::Request;
use super::statistics::Spread;
use crate::failure::Failure;

/// How many there are, and how often that is repeated; the middle counts.
const NUMBERS: [(usize, usize); 3] = [(1, 40), (8, 20), (64, 10)];

/// What so many processes of one program took together.
pub(super) struct Together {
    /// The program.
    pub(super) name: &'static str,
    pub(super) number: usize,
    /// Until all had answered, in milliseconds.
    pub(super) time: f64,
}

impl Together {
    /// The part of one of them.
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    pub(super) fn each(&self) -> f64 {
        self.time / self.number as f64
    }
}

/// Measures how long it takes until all of them have answered, for programs that take turns.
///
/// # Errors
/// Where one fails.
pub(super) fn measure(mut programs: [(&'static str, Command); 2], request: &Request) -> Result<Vec<Together>, Failure> {
    let mut all = Vec::new();
    for (number, rounds) in NUMBERS {
        let mut times = [const { Vec::new() }; 2];
        for _ in 0..rounds {
            for ((name, command), times) in programs.iter_mut().zip(&mut times) {
                times.push(round(name, command, number, request)?);
            }
        }
        let names = programs.iter().map(|(name, _)| *name);
        all.extend(names.zip(times).map(|(name, times)| Together { name, number, time: Spread::of(times).median }));
    }
    Ok(all)
}

/// The times of all, and of each where there are several.
pub(super) fn figures(together: &[Together]) -> Vec<Figure> {
    let figure = |name, time| Figure::new(name, time, Unit::Milliseconds);
    let figures = together.iter().flat_map(|one| {
        let Together { name, number, time } = one;
        if *number == 1 {
            return vec![figure(format!("{name}, alone"), *time)];
        }
        let what = format!("{name}, {number} at once");
        vec![figure(format!("{what}, all of them"), *time), figure(format!("{what}, each"), one.each())]
    });
    figures.collect()
}

/// Starts all, and waits for all; in milliseconds.
fn round(name: &str, command: &mut Command, number: usize, request: &Request) -> Result<f64, Failure> {
    let failure =
        |said: &dyn std::fmt::Display| Failure::new(format!("many of `{name}` could not be measured: {said}"));
    let begun = Instant::now();
    let mut processes = Vec::with_capacity(number);
    for _ in 0..number {
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

    fn request() -> (tempfile::NamedTempFile, Request) {
        let file = tempfile::NamedTempFile::new().unwrap();
        let request = Request::open(file.path()).unwrap();
        (file, request)
    }

    #[test]
    fn one_of_many_that_fails_is_told() {
        let (_file, request) = request();
        let failure = round("false", &mut Command::new("false"), 64, &request).unwrap_err();
        assert_eq!(failure.to_string(), "many of `false` could not be measured: exit status: 1");
        assert!(round("true", &mut Command::new("true"), 64, &request).unwrap() > 0.0);
    }

    #[test]
    fn both_programs_are_measured_with_every_number() {
        let (_file, request) = request();
        let programs = ["a", "b"].map(|name| (name, Command::new("true")));
        let together = measure(programs, &request).unwrap();
        let measured: Vec<_> = together.iter().map(|together| (together.name, together.number)).collect();
        assert_eq!(measured, [("a", 1), ("b", 1), ("a", 8), ("b", 8), ("a", 64), ("b", 64)]);
        assert!(together.iter().all(|together| together.time > 0.0));
    }

    #[test]
    fn of_several_both_all_and_each_are_told() {
        let figures =
            figures(&[Together { name: "x", number: 1, time: 2.0 }, Together { name: "x", number: 8, time: 12.0 }]);
        let lines: Vec<_> = figures.iter().map(|figure| figure.cells()[..2].join(": ")).collect();
        assert_eq!(lines, ["x, alone: 2.00", "x, 8 at once, all of them: 12.00", "x, 8 at once, each: 1.50"]);
    }
}
