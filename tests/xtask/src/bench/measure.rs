//! Programs run in turn, each run timed from outside.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::command;
use crate::failure::Failure;

/// How often a program is run for its memory.
const RUNS_FOR_MEMORY: usize = 10;

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
}

impl Samples {
    /// The time of each run.
    pub(crate) fn times(&self) -> &[Duration] {
        &self.times
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
        let status = process.wait().map_err(failure)?;
        let time = start.elapsed();
        // An answer is far smaller than a pipe, so nobody waits for this to read it.
        let mut answer = String::new();
        if let Some(mut stdout) = stdout {
            stdout.read_to_string(&mut answer).map_err(failure)?;
        }
        if !status.success() || !answer.contains(self.answer) {
            return Err(Failure::new(format!("`{name}` failed in one of its runs ({status})")));
        }
        samples.times.push(time);
        Ok(())
    }

    /// The most memory that a run of it has resident, in bytes, by a program that runs another and says that: started by this
    /// task, each would have as much as this task has itself.
    ///
    /// # Errors
    /// Where a run fails, or nothing is said.
    pub(crate) fn memory(&self, peak: &Path) -> Result<u64, Failure> {
        let failure = |said: &dyn std::fmt::Display| {
            Failure::new(format!("the memory of `{}` could not be measured: {said}", self.name))
        };
        let mut command = self.under(peak);
        let mut most = 0;
        for _ in 0..RUNS_FOR_MEMORY {
            command.stdin(self.request.rewound().map_err(|error| failure(&error))?);
            let output = command.output().map_err(|error| failure(&error))?;
            if !output.status.success() {
                return Err(failure(&String::from_utf8_lossy(&output.stderr).trim()));
            }
            let bytes = String::from_utf8_lossy(&output.stdout).trim().parse().map_err(|error| failure(&error))?;
            most = most.max(bytes);
        }
        Ok(most)
    }

    /// The program run by another one, with the same surroundings.
    fn under(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.arg(self.command.get_program()).args(self.command.get_args()).env_clear();
        command.envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        command
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
pub(super) fn is_due(round: usize, rounds: usize, runs: usize) -> bool {
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
    fn each_run_is_timed() {
        let request = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo password=x"]);
        let row = Row::new("shell", command, Request::open(request.path()).unwrap(), 3).answering("password=");
        assert_eq!(alternating(&mut [row]).unwrap()[0].times().len(), 3);
    }

    /// The memory of a program, by a double of what measures it: a line of sh, with the program and its arguments.
    fn memory_by(folder: &Path, line: &str) -> Result<u64, Failure> {
        let (request, double) = (folder.join("request"), folder.join("double"));
        std::fs::write(&request, "asked\n").unwrap();
        std::fs::write(&double, line).unwrap();
        let mut command = Command::new(&double);
        command.args(["one", "two"]).env_clear().env("PATH", "/usr/bin:/bin").env("SET", "here").current_dir(folder);
        // The shell is what the program is run by, and reads it.
        Row::new("program", command, Request::open(&request).unwrap(), 3).memory(Path::new("/bin/sh"))
    }

    #[test]
    fn memory_is_the_most_that_a_run_had_in_the_same_surroundings() {
        let folder = tempfile::tempdir().unwrap();
        let memory = memory_by(
            folder.path(),
            "read -r asked; echo \"$* $SET $asked\" >> said; n=$(wc -l < said); echo $((n % 7 * 1000))",
        );
        assert_eq!(memory.unwrap(), 6000);
        let said = std::fs::read_to_string(folder.path().join("said")).unwrap();
        assert_eq!(said, "one two here asked\n".repeat(RUNS_FOR_MEMORY));
    }

    #[test]
    fn a_program_whose_memory_is_not_told_is_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let said = |line| memory_by(folder.path(), line).unwrap_err().to_string();
        assert_eq!(said("echo it failed >&2; exit 1"), "the memory of `program` could not be measured: it failed");
        assert_eq!(said("echo much"), "the memory of `program` could not be measured: invalid digit found in string");
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
