//! `cargo xtask bench`: what the helper of the packages costs, beside its peers, each figure beside its limit.
//!
//! Times are compared with those of `/bin/true`, started the same way in the same minute, so that the limits hold on any machine.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::say;
use crate::component;
use crate::failure::Failure;

mod agent;
mod at_once;
mod figure;
mod git;
mod measure;
mod page;
mod phases;
mod plot;
mod programs;
mod report;
mod scale;
mod signatures;
mod stage;
mod statistics;

use figure::{Figure, Unit};
use programs::Programs;
use report::{Report, Section, Timing};
use stage::Stage;

/// How often programs in Python are run: they take a hundred times as long, and their figures are only for comparison.
const RUNS_OF_PYTHON: usize = 10;

/// How much memory the helper may have held when it runs Git, in bytes.
const MEMORY_LIMIT: f64 = 12.0 * 1024.0 * 1024.0;

/// How large the helper may be, in bytes.
const BINARY_LIMIT: f64 = 8.0 * 1024.0 * 1024.0;

/// How large the component may be as machine code, in bytes.
const CODE_LIMIT: f64 = 160.0 * 1024.0;

/// How many milliseconds the sandbox may cost.
const SANDBOX_LIMIT: f64 = 0.5;

/// How many times as long as the helper the original must take at least.
const ORIGINAL_LIMIT: f64 = 80.0;

/// What to do beside measuring.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// How often each program is run.
    pub(crate) runs: usize,
    /// The file that gets the figures for programs.
    pub(crate) json: Option<PathBuf>,
    /// Whether `host/BENCHMARKS.md` gets the tables.
    pub(crate) write: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { runs: 40, json: None, write: false }
    }
}

/// Runs the task.
///
/// # Errors
/// Where something cannot be built or run, or a figure is over its limit.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let programs = programs::build()?;
    let [component, _] = component::build()?;

    let stage = Stage::new()?;
    let mut rows = stage.rows(&programs, options.runs, RUNS_OF_PYTHON)?;
    for row in &rows {
        say(format_args!("==> {} ({}, {} runs)", row.line(), row.name(), row.runs()));
    }
    let samples = measure::alternating(&mut rows)?;
    let memory =
        |name: &str| rows.iter().find(|row| row.name() == name).map_or(Ok(0), |row| row.memory(&programs.peak));
    let timings: Vec<_> = rows.iter().zip(&samples).map(|(row, samples)| Timing::new(row, samples)).collect();

    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let component_limit = component::LIMIT as f64;
    let mut sizes = vec![
        Figure::bytes("memory at most, helper to exec", memory(stage::EXEC)?).most(MEMORY_LIMIT),
        Figure::bytes("memory at most, helper to credential", memory(stage::CREDENTIAL)?),
        Figure::bytes("memory at most, /bin/true", memory(stage::TRUE)?),
        Figure::bytes("size of git-remote-codecommit", size(&programs.helper)?).most(BINARY_LIMIT),
        Figure::bytes("size of the component", component.size as u64).most(component_limit),
    ];
    if let Some(code) = compiled_component(&programs) {
        sizes.push(Figure::bytes("size of the component, compiled ahead of time", size(&code)?).most(CODE_LIMIT));
    }
    let phases = phases::measure(stage.both_ways(&programs.phases), &stage.request()?, options.runs)?;
    let together = at_once::measure(stage.at_once(&programs), &stage.request()?)?;
    let signatures = signatures::measure(&programs.signatures)?;
    let operations = git::measure(&programs)?;
    say("==> git codecommit agent (1,000,000 signatures)");
    let agent = agent::measure(stage.agent(&programs.folder.path().join("git-codecommit")), stage.folder())?;
    let scale = scale::series(&timings, &together, &operations);
    let sections = vec![
        Section { key: "compared", title: "the helper beside its peers", figures: compared(&timings) },
        Section { key: "git_compared", title: "Git with it beside its peers", figures: git::figures(&operations) },
        Section { key: "figures", title: "memory and size", figures: sizes },
        Section { key: "at_once", title: "many at once", figures: at_once::figures(&together) },
        Section { key: "growth", title: "as there is more", figures: scale::figures(&scale) },
        Section { key: "signatures", title: "a signature, in a process that lives on", figures: signatures },
        Section { key: "agent", title: "the signing agent", figures: agent },
    ];
    let report = Report::new(timings, phases, operations, sections, scale);
    say(format_args!("\n{report}"));
    if let Some(path) = &options.json {
        fs::write(path, report.json()).map_err(Failure::file("write", path))?;
    }
    if options.write {
        page::write(&report)?;
    }
    match report.over() {
        0 => Ok(()),
        1 => Err(Failure::new("one figure is over its limit")),
        count => Err(Failure::new(format!("{count} figures are over their limits"))),
    }
}

/// What the sandbox costs, and how much quicker the helper is than the original.
fn compared(timings: &[Timing]) -> Vec<Figure> {
    let median = |name: &str| timings.iter().find(|timing| timing.name() == name).map(Timing::median);
    let mut figures = Vec::new();
    for (name, ours, native) in [
        ("what the sandbox costs, to exec", stage::EXEC, stage::NATIVE_EXEC),
        ("what the sandbox costs, to credential", stage::CREDENTIAL, stage::NATIVE_CREDENTIAL),
    ] {
        if let (Some(ours), Some(native)) = (median(ours), median(native)) {
            figures.push(Figure::new(name, ours - native, Unit::Milliseconds).most(SANDBOX_LIMIT));
        }
    }
    for (name, ours, theirs) in [
        ("the original, in times of the helper", stage::EXEC, stage::ORIGINAL),
        ("the AWS CLI, in times of the helper", stage::CREDENTIAL, stage::AWS_CLI),
    ] {
        if let (Some(ours), Some(theirs)) = (median(ours), median(theirs)) {
            figures.push(Figure::new(name, theirs / ours, Unit::Times).least(ORIGINAL_LIMIT));
        }
    }
    figures
}

fn size(path: &Path) -> Result<u64, Failure> {
    Ok(fs::metadata(path).map_err(Failure::file("read", path))?.len())
}

/// The newest policy component that the helper's build script compiled ahead of time, where one is found.
fn compiled_component(programs: &Programs) -> Option<PathBuf> {
    let files = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_helpers = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("git-remote-codecommit-"))
    };
    files(programs.built.join("build"))
        .filter(is_helpers)
        .flat_map(|folder| files(folder.join("out")))
        .filter(|path| path.file_name().is_some_and(|name| name == "policy.cwasm"))
        .max_by_key(|path| path.metadata().and_then(|metadata| metadata.modified()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sandbox_is_what_the_helper_takes_longer() {
        let timing = |name, median| Timing::of(name, median);
        let figures = compared(&[
            timing(stage::EXEC, 1.5),
            timing(stage::NATIVE_EXEC, 1.25),
            timing(stage::CREDENTIAL, 1.5),
            timing(stage::NATIVE_CREDENTIAL, 0.5),
            timing(stage::ORIGINAL, 150.0),
        ]);
        let verdicts: Vec<_> = figures.iter().map(Figure::is_within).collect();
        assert_eq!(verdicts, [Some(true), Some(false), Some(true)]);
    }
}
