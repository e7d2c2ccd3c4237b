//! The programs that are measured, built and put into a folder as users get them.
//!
//! Put there, because the system keeps a file that was copied in larger pieces than one that a linker wrote piece by piece: run from
//! where it was linked, the helper takes an eighth of a millisecond longer.

use std::env::consts::ARCH;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::command::run;
use crate::dist::programs::need;
use crate::failure::Failure;
use crate::{target, workspace};

/// What is measured, and where.
pub(super) struct Programs {
    /// The folder of the packages' programs, which is gone afterwards.
    pub(super) folder: TempDir,
    /// Where they were built.
    pub(super) built: PathBuf,
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
    let target = workspace::target_dir()?;
    let built = built(target.clone(), triple.as_deref());
    let phases = build_with_phases(triple.as_deref())?;
    let folder = tempfile::tempdir_in(&target).map_err(Failure::file("create a folder in", &target))?;
    let install = |program: &Path, name: &str| {
        let installed = folder.path().join(name);
        fs::copy(program, &installed).map_err(Failure::file("copy", program))?;
        Ok::<_, Failure>(installed)
    };
    let installed = |name: &str| install(&built.join(name), name);
    installed("git-credential-codecommit")?;
    installed("git-codecommit")?;
    Ok(Programs {
        helper: installed("git-remote-codecommit")?,
        phases: install(&phases, "with-phases")?,
        ordinary: triple.map(|_| install(&ordinary, "ordinary")).transpose()?,
        native: installed("codecommit-native")?,
        signatures: installed("codecommit-signatures")?,
        peak: installed("codecommit-peak")?,
        built: built.clone(),
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
    Ok(built(target, triple).join("git-remote-codecommit"))
}

/// Where Cargo puts programs for a target.
fn built(mut target: PathBuf, triple: Option<&str>) -> PathBuf {
    target.extend(triple);
    target.join("release")
}
