//! The programs of a package, with the list of their dependencies in them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Platform;
use crate::command::{read, run};
use crate::failure::Failure;
use crate::tools::AUDITABLE;
use crate::workspace;

/// Where Cargo puts the programs.
///
/// # Errors
/// As [`workspace::target_dir`].
pub(super) fn folder(platform: Platform) -> Result<PathBuf, Failure> {
    Ok(workspace::target_dir()?.join(platform.triple()).join("release"))
}

/// Builds the programs, and gives their files. Those for Linux are checked to need nothing else of their system.
///
/// # Errors
/// Where a tool is missing, or they are not built as they should be.
pub(super) fn build(platform: Platform) -> Result<Vec<PathBuf>, Failure> {
    if platform.is_static() {
        need("musl-gcc", "musl-tools")?;
        need("readelf", "binutils")?;
    }
    let mut cargo = AUDITABLE.command()?;
    cargo.args(["auditable", "build", "--locked", "--release", "--target", platform.triple()]);
    cargo.args(["--package", "git-remote-codecommit", "--bins"]);
    if platform.is_static() {
        cargo.env(format!("CC_{}", platform.triple().replace('-', "_")), "musl-gcc");
    }
    run(&mut cargo)?;
    let folder = folder(platform)?;
    let programs: Vec<_> = platform.programs().into_iter().map(|name| folder.join(name)).collect();
    if platform.is_static() {
        programs.iter().try_for_each(|program| check_static(program))?;
    }
    Ok(programs)
}

/// Checks that a tool of the system is there.
///
/// # Errors
/// One line with what to install.
pub(crate) fn need(program: &str, package: &str) -> Result<(), Failure> {
    let started = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    started
        .map(|_| ())
        .map_err(|_| Failure::new(format!("{program} is missing: type `sudo apt-get install {package}`")))
}

/// Checks that a program is loaded without any library of the system.
fn check_static(program: &Path) -> Result<(), Failure> {
    let mut readelf = Command::new("readelf");
    readelf.args(["--wide", "--program-headers", "--dynamic"]).arg(program).env("LC_ALL", "C");
    match needed(&String::from_utf8_lossy(&read(&mut readelf)?)) {
        None => Ok(()),
        Some(line) => Err(Failure::new(format!("{} is not static: {line}", program.display()))),
    }
}

/// The first line of what readelf says that names a loader or a library.
fn needed(text: &str) -> Option<&str> {
    text.lines().map(str::trim).find(|line| line.starts_with("INTERP") || line.contains("(NEEDED)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_needs_a_loader_or_a_library_is_not_static() {
        let text = "  Type  Offset\n  PHDR  0x40\n  DYNAMIC  0x2d0\n 0x1e (FLAGS)  BIND_NOW\n";
        assert_eq!(needed(text), None);
        let loader = format!("{text}  INTERP  0x318 0x1c R\n");
        assert_eq!(needed(&loader), Some("INTERP  0x318 0x1c R"));
        let library = format!("{text} 0x01 (NEEDED)  Shared library: [libc.so.6]\n");
        assert_eq!(needed(&library), Some("0x01 (NEEDED)  Shared library: [libc.so.6]"));
    }

    #[test]
    fn a_tool_that_is_missing_is_named_with_its_package() {
        assert!(need("cargo", "rustup").is_ok());
        let failure = need("no-such-tool", "some-tools").unwrap_err();
        assert_eq!(failure.to_string(), "no-such-tool is missing: type `sudo apt-get install some-tools`");
    }
}
