//! `cargo xtask bench`: what the release helper costs, each figure beside its limit.
//!
//! Times are compared with those of `/bin/true`, started the same way in the same minute, so that the limits hold on any machine.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{run as run_command, say};
use crate::failure::Failure;
use crate::{component, target, workspace};

mod agent;
mod measure;
mod report;
mod stage;
mod statistics;

use agent::Agent;
use report::{Figure, Report, Timing};
use stage::Stage;

/// How often the original is run: it takes a hundred times as long, and its figure is only for comparison.
const RUNS_OF_ORIGINAL: usize = 5;

/// How much memory the helper may have held when it becomes Git, in bytes.
const MEMORY_LIMIT: u64 = 12 * 1024 * 1024;

/// How large the release helper may be, in bytes.
const BINARY_LIMIT: u64 = 8 * 1024 * 1024;

/// Runs the task, with so many runs of each program, and writes the figures to a JSON file as well where one is named.
///
/// # Errors
/// Where something cannot be built or run, or a figure is over its limit.
pub(crate) fn run(runs: usize, json: Option<&Path>) -> Result<(), Failure> {
    target::ensure()?;
    run_command(workspace::cargo()?.args(workspace::BUILD_RELEASE))?;
    let [component, _] = component::build()?;
    let helper = workspace::built("release", "git-remote-codecommit")?;

    let stage = Stage::new()?;
    let mut rows = stage.rows(&helper, runs, RUNS_OF_ORIGINAL)?;
    for row in &rows {
        say(format_args!("==> {} ({}, {} runs)", row.line(), row.name(), row.runs()));
    }
    let samples = measure::alternating(&mut rows)?;
    let memory = |name: &str| {
        rows.iter().zip(&samples).find(|(row, _)| row.name() == name).map_or(0, |(_, samples)| samples.memory())
    };

    let mut figures = vec![
        Figure::bytes("memory at most, helper to exec", memory(stage::EXEC), Some(MEMORY_LIMIT)),
        Figure::bytes("memory at most, helper to credential", memory(stage::CREDENTIAL), None),
        Figure::bytes("memory at most, /bin/true (the floor of this way to measure)", memory(stage::TRUE), None),
        Figure::bytes("size of git-remote-codecommit", size(&helper)?, Some(BINARY_LIMIT)),
        Figure::bytes("size of the component", component.size as u64, Some(component::LIMIT as u64)),
    ];
    if let Some(code) = compiled_component()? {
        figures.push(Figure::bytes("size of the component, compiled ahead of time", size(&code)?, None));
    }
    let report =
        Report::new(rows.iter().zip(&samples).map(|(row, samples)| Timing::new(row, samples)).collect(), figures);
    say(format_args!("\n{report}"));
    let program = workspace::built("release", "git-codecommit")?;
    say(format_args!("\n==> git codecommit agent (1,000,000 signatures)"));
    let agent = Agent::measure(&program, stage.agent(&program), stage.folder())?;
    say(format_args!("\n{}", agent.table().trim_end()));
    if let Some(path) = json {
        fs::write(path, report.json()).map_err(Failure::file("write", path))?;
    }
    match report.over() + agent.over() {
        0 => Ok(()),
        1 => Err(Failure::new("one figure is over its limit")),
        count => Err(Failure::new(format!("{count} figures are over their limits"))),
    }
}

fn size(path: &Path) -> Result<u64, Failure> {
    Ok(fs::metadata(path).map_err(Failure::file("read", path))?.len())
}

/// The newest component that the helper's build script compiled ahead of time, where one is found.
fn compiled_component() -> Result<Option<PathBuf>, Failure> {
    let builds = workspace::target_dir()?.join("release").join("build");
    let files = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_helpers = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("git-remote-codecommit-"))
    };
    Ok(files(builds)
        .filter(is_helpers)
        .flat_map(|folder| files(folder.join("out")))
        .filter(|path| path.extension().is_some_and(|extension| extension == "cwasm"))
        .max_by_key(|path| path.metadata().and_then(|metadata| metadata.modified()).ok()))
}
