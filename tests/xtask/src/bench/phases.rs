//! Where the time of a run goes: what each phase takes, as a helper tells that was built with the feature `phases`.
//!
//! Each run is a process of its own. Its first phase begins when it is started here, and its last ends when it has gone; what is in
//! between it tells itself, by the same clock.

use std::io::Read;
use std::process::{Command, Stdio};

use rustix::time::{ClockId, clock_gettime};

use super::measure::Request;
use super::report;
use super::statistics::Spread;
use crate::failure::Failure;

/// The phase behind the last that the helper tells: it tells them, and ends.
const END: &str = "end";
/// All phases together.
const WHOLE: &str = "all of it";

/// A phase of both ways, or of one: its median in microseconds, and its part of the whole in hundredths.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Phase {
    name: String,
    exec: Option<Part>,
    credential: Option<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    time: f64,
    share: f64,
}

/// Measures the two ways, to exec and to credential, of a helper that tells its phases, so often.
///
/// # Errors
/// Where a run fails, or does not tell the same phases as the one before.
pub(super) fn measure(mut ways: [Command; 2], request: &Request, runs: usize) -> Result<Vec<Phase>, Failure> {
    // Once for the system's caches.
    for way in &mut ways {
        run(way, request)?;
    }
    let mut told = [Vec::new(), Vec::new()];
    for _ in 0..runs {
        for (way, told) in ways.iter_mut().zip(&mut told) {
            told.push(run(way, request)?);
        }
    }
    let [exec, credential] = told.map(|runs| medians(&runs));
    Ok(beside_each_other(&exec?, &credential?))
}

/// Phases in their order, with what each took in microseconds.
type Times = Vec<(String, f64)>;

/// Starts a helper and waits for its end.
fn run(command: &mut Command, request: &Request) -> Result<Times, Failure> {
    let failure = |said: &dyn std::fmt::Display| Failure::new(format!("the phases could not be measured: {said}"));
    command.stdin(request.reopened().map_err(|error| failure(&error))?);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = now();
    let mut process = command.spawn().map_err(|error| failure(&error))?;
    // What it writes is far less than a pipe holds.
    let status = process.wait().map_err(|error| failure(&error))?;
    let ended = now();
    let mut said = String::new();
    if let Some(mut stderr) = process.stderr.take() {
        stderr.read_to_string(&mut said).map_err(|error| failure(&error))?;
    }
    if !status.success() {
        return Err(failure(&format_args!("the helper failed ({status}) and said: {}", said.trim())));
    }
    times(begun, &said, ended).ok_or_else(|| failure(&format_args!("the helper said: {}", said.trim())))
}

/// The time that the helper reads too, in nanoseconds.
fn now() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

/// What each phase took, of the times at which they ended.
fn times(begun: i64, said: &str, ended: i64) -> Option<Times> {
    let told = said.lines().map(|line| {
        let (at, phase) = line.strip_prefix("codecommit: phase ")?.split_once(' ')?;
        Some((phase, at.parse().ok()?))
    });
    let mut ends: Vec<(&str, i64)> = told.collect::<Option<_>>()?;
    ends.push((END, ended));
    let mut before = begun;
    let took = ends.into_iter().map(|(phase, at)| {
        #[expect(clippy::cast_precision_loss, reason = "no run takes years")]
        let took = (at - before) as f64 / 1000.0;
        before = at;
        (took >= 0.0).then(|| (phase.to_owned(), took))
    });
    // One of nothing but an end is of a helper that told nothing.
    took.collect::<Option<Times>>().filter(|times| times.len() > 1)
}

/// The median of each phase, and of the whole, which is the last.
fn medians(runs: &[Times]) -> Result<Times, Failure> {
    let names = |run: &Times| run.iter().map(|(phase, _)| phase.clone()).collect::<Vec<_>>();
    let phases = runs.first().map(names).unwrap_or_default();
    if runs.iter().any(|run| names(run) != phases) {
        return Err(Failure::new("the phases could not be measured: they are not the same in each run"));
    }
    let median = |of: &dyn Fn(&Times) -> f64| Spread::of(runs.iter().map(of)).median;
    let mut medians: Times =
        phases.into_iter().enumerate().map(|(index, phase)| (phase, median(&|run| run[index].1))).collect();
    medians.push((WHOLE.to_owned(), median(&|run| run.iter().map(|(_, took)| took).sum())));
    Ok(medians)
}

/// A line a phase: first those of the way to exec, then those that only the way to a credential has; the end and the whole last.
fn beside_each_other(exec: &Times, credential: &Times) -> Vec<Phase> {
    let last = |name: &str| name == END || name == WHOLE;
    let mut names: Vec<&str> = Vec::new();
    for is_last in [false, true] {
        for (name, _) in exec.iter().chain(credential).filter(|(name, _)| last(name) == is_last) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    let time = |times: &Times, name: &str| times.iter().find(|(phase, _)| phase == name).map(|(_, took)| *took);
    let part = |times: &Times, name: &str| {
        let (time, whole) = (time(times, name)?, time(times, WHOLE)?);
        Some(Part { time, share: time * 100.0 / whole })
    };
    names
        .into_iter()
        .map(|name| Phase { name: name.to_owned(), exec: part(exec, name), credential: part(credential, name) })
        .collect()
}

impl Phase {
    /// The same for programs.
    pub(crate) fn json(&self) -> String {
        let number = |part: Option<Part>, of: fn(Part) -> f64| report::optional(part.map(|part| round(of(part))));
        format!(
            "{{\"phase\": {}, \"exec_us\": {}, \"exec_percent\": {}, \"credential_us\": {}, \"credential_percent\": {}}}",
            report::string(&self.name),
            number(self.exec, |part| part.time),
            number(self.exec, |part| part.share),
            number(self.credential, |part| part.time),
            number(self.credential, |part| part.share),
        )
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.name.clone()];
        for part in [self.exec, self.credential] {
            cells.push(part.map(|part| format!("{:.1}", part.time)).unwrap_or_default());
            cells.push(part.map(|part| format!("{:.1}", part.share)).unwrap_or_default());
        }
        cells.push(String::new());
        cells
    }
}

fn round(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// The lines of a table.
pub(crate) fn lines(phases: &[Phase]) -> Vec<Vec<String>> {
    let headings = ["where the time goes, in µs", "to exec", "%", "to credential", "%", ""];
    std::iter::once(headings.map(str::to_owned).to_vec()).chain(phases.iter().map(Phase::cells)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "codecommit: phase 2500 start\ncodecommit: phase 12500 profile files\n";

    fn of(times: &[(&str, f64)]) -> Times {
        times.iter().map(|(phase, took)| ((*phase).to_owned(), *took)).collect()
    }

    #[test]
    fn a_phase_is_from_the_end_of_the_one_before_to_its_own() {
        let times = times(1000, SAID, 13_000).unwrap();
        assert_eq!(times, of(&[("start", 1.5), ("profile files", 10.0), ("end", 0.5)]));
    }

    #[test]
    fn a_helper_that_tells_no_phases_or_of_another_time_is_not_measured() {
        assert_eq!(times(0, "", 1), None);
        assert_eq!(times(0, "codecommit: something is wrong\n", 1), None);
        assert_eq!(times(5000, SAID, 13_000), None);
        assert_eq!(times(0, SAID, 12_000), None);
    }

    #[test]
    fn the_middle_of_each_phase_counts_and_so_does_that_of_the_whole() {
        let runs = [(1.0, 9.0), (2.0, 1.0), (3.0, 2.0)].map(|(start, end)| of(&[("start", start), ("end", end)]));
        assert_eq!(medians(&runs).unwrap(), of(&[("start", 2.0), ("end", 2.0), ("all of it", 5.0)]));
    }

    #[test]
    fn runs_with_other_phases_are_not_compared() {
        let failure = medians(&[of(&[("start", 1.0)]), of(&[("parse", 1.0)])]).unwrap_err();
        assert_eq!(failure.to_string(), "the phases could not be measured: they are not the same in each run");
    }

    #[test]
    fn a_phase_is_a_line_and_an_object() {
        let exec = of(&[("start", 25.0), ("exec", 50.0), ("end", 25.0), ("all of it", 100.0)]);
        let credential = of(&[("start", 30.0), ("sign", 60.0), ("end", 30.0), ("all of it", 120.0)]);
        let phases = beside_each_other(&exec, &credential);
        assert_eq!(
            lines(&phases).into_iter().map(|line| line.join("|")).collect::<Vec<_>>(),
            [
                "where the time goes, in µs|to exec|%|to credential|%|",
                "start|25.0|25.0|30.0|25.0|",
                "exec|50.0|50.0|||",
                "sign|||60.0|50.0|",
                "end|25.0|25.0|30.0|25.0|",
                "all of it|100.0|100.0|120.0|100.0|",
            ]
        );
        assert_eq!(
            phases[1].json(),
            "{\"phase\": \"exec\", \"exec_us\": 50, \"exec_percent\": 50, \"credential_us\": null, \"credential_percent\": null}"
        );
    }

    #[test]
    fn a_program_that_fails_is_not_measured_and_what_it_says_is_passed_on() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let request = Request::open(file.path()).unwrap();
        let shell = |script| {
            let mut shell = Command::new("/bin/sh");
            shell.args(["-c", script]);
            shell
        };
        let failure = measure([shell("echo no profile >&2; exit 3"), shell("")], &request, 3).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "the phases could not be measured: the helper failed (exit status: 3) and said: no profile"
        );
        let failure = measure([shell("echo odd >&2"), shell("")], &request, 3).unwrap_err();
        assert_eq!(failure.to_string(), "the phases could not be measured: the helper said: odd");
    }
}
