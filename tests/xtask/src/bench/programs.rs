//! The programs that are measured, built as users get them.

use std::env::consts::ARCH;
use std::path::PathBuf;

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
        let mut cargo = workspace::cargo()?;
        cargo.args(["build", "--release", "--package", package, "--bins"]);
        if let Some(triple) = &triple {
            cargo.args(["--target", triple]).env(format!("CC_{}", triple.replace('-', "_")), "musl-gcc");
        }
        run(&mut cargo)?;
    }
    let mut folder = workspace::target_dir()?;
    folder.extend(&triple);
    folder.push("release");
    Ok(Programs {
        helper: folder.join("git-remote-codecommit"),
        ordinary: triple.map(|_| ordinary),
        native: folder.join("codecommit-native"),
        signatures: folder.join("codecommit-signatures"),
        peak: folder.join("codecommit-peak"),
        folder,
    })
}
