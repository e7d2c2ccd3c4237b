//! The programs that are measured, built as users get them.

use std::env::consts::ARCH;
use std::path::PathBuf;
use std::process::Command;

use crate::command::run;
use crate::dist::programs::need;
use crate::failure::Failure;
use crate::{target, workspace};

/// What is measured, and where.
pub(super) struct Programs {
    /// The folder of the packages' programs.
    pub(super) folder: PathBuf,
    /// The helper of the packages.
    pub(super) helper: PathBuf,
    /// The same, which tells when each phase of its work ends.
    pub(super) phases: PathBuf,
    /// The helper as `cargo build --release` makes it, where the packages have another.
    pub(super) ordinary: Option<PathBuf>,
    /// What the helper does, without the component.
    pub(super) native: PathBuf,
    /// What times single signatures.
    pub(super) signatures: PathBuf,
    /// What runs another and says how much memory that had.
    pub(super) peak: PathBuf,
}

/// The target that packages are built for on this system; none where that is the ordinary one.
fn triple() -> Option<String> {
    let is_packaged = cfg!(target_os = "linux") && ["x86_64", "aarch64"].contains(&ARCH);
    is_packaged.then(|| format!("{ARCH}-unknown-linux-musl"))
}

/// Builds all of it, and the server that Git is measured with.
///
/// # Errors
/// Where a tool is missing, or something cannot be built.
pub(super) fn build() -> Result<Programs, Failure> {
    target::ensure()?;
    // Of the ordinary ones, only what is measured: each program takes minutes.
    let programs = ["--bin", "git-remote-codecommit", "--bin", "codecommit-local"];
    run(workspace::cargo()?.args(workspace::BUILD_RELEASE).args(programs))?;
    let ordinary = workspace::built("release", "git-remote-codecommit")?;
    let triple = triple();
    if let Some(triple) = &triple {
        target::ensure_for(triple)?;
        need("musl-gcc", "musl-tools")?;
    }
    // One after the other: together, their dependencies would have the features of both.
    for package in ["git-remote-codecommit", "codecommit-native"] {
        run(build_of(package, triple.as_deref())?.arg("--bins"))?;
    }
    let folder = folder(workspace::target_dir()?, triple.as_deref());
    let phases = build_with_phases(triple.as_deref())?;
    Ok(Programs {
        helper: folder.join("git-remote-codecommit"),
        phases,
        ordinary: triple.map(|_| ordinary),
        native: folder.join("codecommit-native"),
        signatures: folder.join("codecommit-signatures"),
        peak: folder.join("codecommit-peak"),
        folder,
    })
}

/// The command that builds programs of a package as packages have them.
fn build_of(package: &str, triple: Option<&str>) -> Result<Command, Failure> {
    let mut cargo = workspace::cargo()?;
    cargo.args(["build", "--release", "--package", package]);
    if let Some(triple) = triple {
        cargo.args(["--target", triple]).env(format!("CC_{}", triple.replace('-', "_")), "musl-gcc");
    }
    Ok(cargo)
}

/// Builds the helper that tells its phases, of the same parts, into a folder that nothing is packed of.
fn build_with_phases(triple: Option<&str>) -> Result<PathBuf, Failure> {
    let parts = workspace::target_dir()?;
    let target = parts.join("phases");
    let mut cargo = build_of("git-remote-codecommit", triple)?;
    cargo.args(["--bin", "git-remote-codecommit", "--features", "phases"]);
    run(cargo.env("CARGO_TARGET_DIR", &target).env("CARGO_BUILD_BUILD_DIR", parts))?;
    Ok(folder(target, triple).join("git-remote-codecommit"))
}

/// Where Cargo puts programs for a target.
fn folder(mut target: PathBuf, triple: Option<&str>) -> PathBuf {
    target.extend(triple);
    target.join("release")
}
