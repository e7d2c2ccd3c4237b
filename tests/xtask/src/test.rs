//! `cargo xtask test`: everything the tests need, then every suite.

#[cfg(unix)]
mod other_sysroot;

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::command::{read, run as run_command, say};
use crate::component::{self, Component};
use crate::failure::Failure;
use crate::{original, system, target, workspace};

const WORKSPACE: [&str; 2] = ["test", "--workspace"];

/// Runs the task; `arguments` go to `cargo test --workspace`.
///
/// # Errors
/// Where something needed is missing, or a suite fails.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    let start = Instant::now();
    target::ensure()?;
    if cfg!(unix) {
        system::ensure(&["bash", "zsh", "fish"], "the completions are tested in the shells themselves")?;
    }
    let original = original::ensure()?;
    let aws = original::ensure_aws_cli()?;
    // First the programs, all of them, for ARGS may choose a suite of one package that runs the program of another. The words
    // are the same each time, because Cargo would compile what is shared once more for a smaller choice of packages.
    run_command(workspace::cargo()?.args(WORKSPACE).arg("--no-run"))?;
    run_command(workspace::cargo()?.args(WORKSPACE).args(arguments))?;
    run_command(
        workspace::cargo()?
            .args(WORKSPACE)
            .args(["--test", "original", "--test", "comparison"])
            .env("CODECOMMIT_ORIGINAL", original)
            .env("CODECOMMIT_AWS_CLI", &aws),
    )?;
    // Minutes, too long for what is run while working.
    run_command(workspace::cargo()?.args(WORKSPACE).args([
        "--test",
        "end_to_end",
        "--",
        "--ignored",
        "soak::of_1000",
    ]))?;
    let moto = original::program("moto_server")?;
    run_command(
        workspace::cargo()?
            .args(WORKSPACE)
            .args(["--test", "moto"])
            .env("CODECOMMIT_MOTO", moto)
            .env("CODECOMMIT_AWS_CLI", aws),
    )?;
    check_component()?;
    say(format_args!(
        "all passed in {}: the workspace's suites, the comparisons with the original and the AWS CLI, libgit2, a thousand clones, the suite with moto and the AWS CLI, the component built in two folders",
        in_words(start.elapsed())
    ));
    Ok(())
}

/// Builds the components here and in a copy of the workspace, with a compiler that has its own sources elsewhere, and compares.
fn check_component() -> Result<(), Failure> {
    let here = component::build()?;
    let temporary = tempfile::tempdir().map_err(|error| Failure::new(format!("could not create a folder: {error}")))?;
    // A longer path than most, because a path that found its way into the component would also change its size.
    let copy = temporary.path().join("a-copy-of-the-workspace-in-another-folder").join("workspace");
    copy_workspace(&copy)?;
    let mut cargo = workspace::cargo()?;
    cargo.current_dir(&copy).env("CARGO_TARGET_DIR", copy.join("target"));
    #[cfg(unix)]
    cargo.env("RUSTC", other_sysroot::compiler(&temporary.path().join("sysroot"))?);
    let there = component::build_with(cargo, &copy.join("target").join("component"))?;
    for (here, there) in here.iter().zip(&there) {
        here.describe(Some(component::LIMIT));
        here.check_size()?;
        there.describe(Some(component::LIMIT));
        same(here, there)?;
    }
    Ok(())
}

fn same(here: &Component, there: &Component) -> Result<(), Failure> {
    if here.sha256 == there.sha256 {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the component depends on where it is built: {} bytes here and {} in a copy of the workspace with another sysroot, \
         and their SHA-256 differ",
        here.size, there.size
    )))
}

/// Copies the files of the workspace that Git knows or would add.
fn copy_workspace(to: &Path) -> Result<(), Failure> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(workspace::root());
    let listed = read(&mut git)?;
    for name in listed.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        let name =
            str::from_utf8(name).map_err(|error| Failure::new(format!("a file's name is not UTF-8: {error}")))?;
        let (from, to) = (workspace::root().join(name), to.join(name));
        // Git still lists what has been deleted and not yet committed so.
        if !from.exists() {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(Failure::file("create", folder))?;
        }
        fs::copy(&from, &to).map_err(Failure::file("copy", &from))?;
    }
    Ok(())
}

fn in_words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_duration_is_said_in_minutes_and_seconds() {
        assert_eq!(in_words(Duration::from_millis(59_900)), "59 s");
        assert_eq!(in_words(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn components_with_different_hashes_are_not_the_same() {
        let component = |sha256: &str| Component { path: PathBuf::new(), size: 1, sha256: sha256.to_owned() };
        assert!(same(&component("a"), &component("a")).is_ok());
        assert!(same(&component("a"), &component("b")).is_err());
    }
}
