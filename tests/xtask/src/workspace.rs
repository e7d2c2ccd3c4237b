//! Where things are, and the Cargo to build them with.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;

/// Builds what users run. The same for every task: alone, the helper's dependencies would have other features, and be
/// compiled once more.
pub(crate) const BUILD_RELEASE: [&str; 6] =
    ["build", "--release", "--package", "git-remote-codecommit", "--package", "codecommit-local"];

/// The workspace's folder.
pub(crate) fn root() -> &'static Path {
    // Two levels above this crate, as the workspace's Cargo.toml lists it.
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().and_then(Path::parent).unwrap_or(own)
}

/// The folder Cargo builds into: that of `CARGO_TARGET_DIR`, or `target`.
///
/// # Errors
/// Where a relative folder is named and the current one cannot be found.
pub(crate) fn target_dir() -> Result<PathBuf, Failure> {
    match env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()) {
        None => Ok(root().join("target")),
        Some(folder) => std::path::absolute(&folder).map_err(Failure::file("find", folder.as_ref())),
    }
}

/// The Cargo that started this task, in the workspace's folder, building into [`target_dir`].
///
/// # Errors
/// As [`target_dir`].
pub(crate) fn cargo() -> Result<Command, Failure> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).env("CARGO_TARGET_DIR", target_dir()?);
    Ok(cargo)
}

/// A program built into `target/PROFILE`.
///
/// # Errors
/// As [`target_dir`].
pub(crate) fn built(profile: &str, program: &str) -> Result<PathBuf, Failure> {
    Ok(target_dir()?.join(profile).join(format!("{program}{}", env::consts::EXE_SUFFIX)))
}
