//! Programs run in turn, each run timed from outside.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::command;
use crate::failure::Failure;

/// One program to measure.
pub(crate) struct Row {
    name: &'static str,
    command: Command,
    request: Request,
    runs: usize,
    limit: Option<f64>,
    answer: &'static str,
}

/// The file every program has as its standard input, whether or not it reads it.
pub(crate) struct Request {
    file: File,
    path: PathBuf,
}

impl Request {
    /// Opens the file.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let file = File::open(path).map_err(Failure::file("read", path))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// The file opened once more, for one that runs beside others.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn reopened(&self) -> std::io::Result<Stdio> {
        File::open(&self.path).map(Into::into)
    }

    /// The file from its beginning.
    fn rewound(&self) -> std::io::Result<Stdio> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(file.into())
    }
}

/// What the runs of one program took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples {
    times: Vec<Duration>,
    memory: u64,
}

impl Samples {
    /// The time of each run.
    pub(crate) fn times(&self) -> &[Duration] {
        &self.times
    }

    /// The most memory that one run had resident, in bytes. On Linux that includes what the program held before it became
    /// another, and what this task held when it started the program, under which no figure can be.
    pub(crate) fn memory(&self) -> u64 {
        self.memory
    }
}

impl Row {
    /// A program to run so often.
    pub(crate) fn new(name: &'static str, command: Command, request: Request, runs: usize) -> Self {
        Self { name, command, request, runs, limit: None, answer: "" }
    }

    /// With a limit for its median, in medians of the first row.
    pub(crate) fn limited(self, limit: f64) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// With something that its answer must contain.
    pub(crate) fn answering(self, answer: &'static str) -> Self {
        Self { answer, ..self }
    }

    /// Gives it another value of a variable.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.command.env(name, value);
    }

    /// Its name in the table.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Its command line.
    pub(crate) fn line(&self) -> String {
        command::line_without_variables(&self.command)
    }

    /// How often it is run.
    pub(crate) fn runs(&self) -> usize {
        self.runs
    }

    /// Its limit.
    pub(crate) fn limit(&self) -> Option<f64> {
        self.limit
    }

    /// Runs it once and checks what it does, which also brings it into the system's caches.
    fn check(&mut self) -> Result<(), Failure> {
        let failure =
            |said: &dyn std::fmt::Display| Failure::new(format!("`{}` could not be measured: {said}", self.name));
        let stdin = self.request.rewound().map_err(|error| failure(&error))?;
        let output = self.command.stdin(stdin).stderr(Stdio::piped()).output().map_err(|error| failure(&error))?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(failure(&format_args!("it failed ({}) and said: {}", output.status, said.trim())));
        }
        if !String::from_utf8_lossy(&output.stdout).contains(self.answer) {
            return Err(failure(&format_args!("its answer has no {}", self.answer)));
        }
        Ok(())
    }

    /// Runs it once and measures it.
    fn measure(&mut self, samples: &mut Samples) -> Result<(), Failure> {
        let name = self.name;
        let failure = |error: std::io::Error| Failure::new(format!("`{name}` could not be measured: {error}"));
        self.command.stdin(self.request.rewound().map_err(failure)?).stdout(Stdio::piped()).stderr(Stdio::null());
        let start = Instant::now();
        let mut process = self.command.spawn().map_err(failure)?;
        let stdout = process.stdout.take();
        let used = process.wait4().map_err(failure)?;
        let time = start.elapsed();
        // An answer is far smaller than a pipe, so nobody waits for this to read it.
        let mut answer = String::new();
        if let Some(mut stdout) = stdout {
            stdout.read_to_string(&mut answer).map_err(failure)?;
        }
        if !used.status.success() || !answer.contains(self.answer) {
            return Err(Failure::new(format!("`{name}` failed in one of its runs ({})", used.status)));
        }
        samples.times.push(time);
        samples.memory = samples.memory.max(used.rusage.maxrss);
        Ok(())
    }
}

/// Measures all rows in turn, so that a machine that grows slower does so for all.
///
/// # Errors
/// Where a run fails.
pub(crate) fn alternating(rows: &mut [Row]) -> Result<Vec<Samples>, Failure> {
    for row in &mut *rows {
        row.check()?;
    }
    let mut samples = vec![Samples::default(); rows.len()];
    let rounds = rows.iter().map(Row::runs).max().unwrap_or(0);
    for round in 0..rounds {
        for index in order(round, rows.len()) {
            if is_due(round, rounds, rows[index].runs) {
                rows[index].measure(&mut samples[index])?;
            }
        }
    }
    Ok(samples)
}

/// The rows of a round: each is once the first, for what runs before a program is not without effect on it.
fn order(round: usize, rows: usize) -> impl Iterator<Item = usize> {
    (0..rows).map(move |index| (index + round) % rows)
}

/// Whether a row with so many runs has one in this round: they are spread over all rounds.
fn is_due(round: usize, rounds: usize, runs: usize) -> bool {
    round * runs / rounds != (round + 1) * runs / rounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_every_round_and_each_is_once_the_first() {
        assert_eq!(order(0, 3).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(order(4, 3).collect::<Vec<_>>(), [1, 2, 0]);
    }

    #[test]
    fn fewer_runs_are_spread_over_the_rounds() {
        let due = |runs| (0..40).filter(|&round| is_due(round, 40, runs)).collect::<Vec<_>>();
        assert_eq!(due(40).len(), 40);
        assert_eq!(due(5), [7, 15, 23, 31, 39]);
    }

    #[test]
    fn a_run_is_timed_and_its_memory_known() {
        let request = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo password=x"]);
        let row = Row::new("shell", command, Request::open(request.path()).unwrap(), 3).answering("password=");
        let samples = alternating(&mut [row]).unwrap();
        assert_eq!(samples[0].times().len(), 3);
        assert!(samples[0].memory() > 0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_counts_that_a_program_held_before_it_became_another() {
        let request = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "held=$(head -c 16000000 /dev/zero | tr '\\0' x); exec true"]);
        let row = Row::new("shell", command, Request::open(request.path()).unwrap(), 1);
        assert!(alternating(&mut [row]).unwrap()[0].memory() >= 16_000_000);
    }

    #[test]
    fn a_program_that_fails_is_not_measured_and_what_it_says_is_passed_on() {
        let request = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo no such profile >&2; exit 3"]);
        let row = Row::new("shell", command, Request::open(request.path()).unwrap(), 3);
        let failure = alternating(&mut [row]).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "`shell` could not be measured: it failed (exit status: 3) and said: no such profile"
        );
    }
}
