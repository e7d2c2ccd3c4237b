//! `cargo xtask dist`: what a release consists of.
//!
//! Packages are built on the kind of machine that they are for. The release workflow brings those of all machines together, and
//! finishes with the checksums and the manifests for package managers.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::say;
use crate::failure::Failure;
use crate::{component, supply_chain, target, workspace};

mod archive;
mod clock;
mod debian;
mod manifests;
mod platform;
pub(crate) mod programs;
mod repository;
mod share;
mod sums;

pub(crate) use platform::Platform;

/// The version, which all packages of the workspace have.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is built for every machine alike: the components and their interfaces.
const COMPONENTS: [&str; 3] = ["codecommit-policy.wasm", "codecommit-addresses.wasm", "codecommit-policy.wit.wasm"];

/// What to build, as the command line says it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// The machine to build for.
    pub(crate) platform: Platform,
    /// The folder to write to, in place of `target/dist`.
    pub(crate) folder: Option<OsString>,
    /// Build nothing, and finish a release of which everything is there.
    pub(crate) finish: bool,
}

/// Runs the task.
///
/// # Errors
/// Where something needed is missing, cannot be built, or is not as it should be.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let folder = match &options.folder {
        Some(folder) => std::path::absolute(folder).map_err(Failure::file("find", folder.as_ref()))?,
        None => workspace::target_dir()?.join("dist"),
    };
    fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
    if !options.finish {
        build(options.platform, &folder)?;
    }
    finish(&folder, options.finish)
}

/// Builds the packages for a machine, and with those for the first of all what is for every machine.
fn build(platform: Platform, folder: &Path) -> Result<(), Failure> {
    platform.check_machine()?;
    target::ensure()?;
    target::ensure_for(platform.triple())?;
    let time = clock::release()?;
    let programs = programs::build(platform)?;
    let share = share::write(platform, &programs)?;
    let path = folder.join(platform.archive());
    archive::write(&path, &entries(platform, &programs, &share)?, time)?;
    describe(&path)?;
    if let Some(package) = platform.debian_package() {
        let path = folder.join(package);
        debian::write(platform, &path, time)?;
        describe(&path)?;
    }
    if platform == Platform::default() {
        component::build()?;
        for name in COMPONENTS {
            copy(&workspace::target_dir()?.join("component").join(name), &folder.join(name))?;
        }
        copy(&supply_chain::write_bill()?, &folder.join(bill()))?;
    }
    Ok(())
}

/// What is in the archive for a machine, below one folder.
fn entries(platform: Platform, programs: &[PathBuf], share: &[String]) -> Result<Vec<archive::Entry>, Failure> {
    let top = platform.folder();
    let read = |path: &Path| fs::read(path).map_err(Failure::file("read", path));
    let mut entries = Vec::new();
    for (name, path) in platform.programs().into_iter().zip(programs) {
        entries.push(archive::Entry { path: format!("{top}/bin/{name}"), bytes: read(path)?, is_program: true });
    }
    for name in share {
        let path = share::folder(platform)?.join(name);
        entries.push(archive::Entry { path: format!("{top}/share/{name}"), bytes: read(&path)?, is_program: false });
    }
    for name in ["LICENSE", "README.md"] {
        let bytes = read(&workspace::root().join(name))?;
        entries.push(archive::Entry { path: format!("{top}/{name}"), bytes, is_program: false });
    }
    Ok(entries)
}

/// Writes the manifests and the checksums of all that is in the folder and belongs to this release.
fn finish(folder: &Path, is_release: bool) -> Result<(), Failure> {
    let mut names = Vec::new();
    for name in packages() {
        if folder.join(&name).is_file() {
            names.push(name);
        } else if is_release {
            return Err(Failure::new(format!("{} is missing: no release without it", folder.join(name).display())));
        }
    }
    match repository::find()? {
        Some(repository) => names.extend(manifests::write(folder, &repository)?),
        None if is_release => return Err(Failure::new(repository::UNKNOWN)),
        None => say(format_args!("no manifests for Homebrew and winget: {}", repository::UNKNOWN)),
    }
    let path = sums::write(folder, names)?;
    say(format_args!("the checksums are in {}", path.display()));
    Ok(())
}

/// The names of all packages of a release.
fn packages() -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for platform in platform::ALL {
        names.push(platform.archive());
        names.extend(platform.debian_package());
    }
    names.extend(COMPONENTS.map(str::to_owned));
    names.push(bill());
    names
}

/// The name of the bill of materials.
fn bill() -> String {
    format!("git-remote-codecommit-{VERSION}.cdx.json")
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map_err(Failure::file("copy", from))?;
    describe(to)
}

/// Says where a file is, and how large.
fn describe(path: &Path) -> Result<(), Failure> {
    let size = fs::metadata(path).map_err(Failure::file("read", path))?.len();
    say(format_args!("{}\n  {size} bytes", path.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_has_these_packages() {
        let names = packages().join("\n").replace(VERSION, "VERSION");
        assert_eq!(
            names,
            "git-remote-codecommit-VERSION-x86_64-unknown-linux-musl.tar.gz\n\
             git-remote-codecommit_VERSION_amd64.deb\n\
             git-remote-codecommit-VERSION-aarch64-unknown-linux-musl.tar.gz\n\
             git-remote-codecommit_VERSION_arm64.deb\n\
             git-remote-codecommit-VERSION-x86_64-apple-darwin.tar.gz\n\
             git-remote-codecommit-VERSION-aarch64-apple-darwin.tar.gz\n\
             git-remote-codecommit-VERSION-x86_64-pc-windows-msvc.zip\n\
             git-remote-codecommit-VERSION-aarch64-pc-windows-msvc.zip\n\
             codecommit-policy.wasm\n\
             codecommit-addresses.wasm\n\
             codecommit-policy.wit.wasm\n\
             git-remote-codecommit-VERSION.cdx.json"
        );
    }

    #[test]
    fn a_release_is_not_finished_without_one_of_them() {
        let folder = tempfile::tempdir().unwrap();
        for name in packages().iter().filter(|name| *name != "codecommit-policy.wasm") {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let failure = finish(folder.path(), true).unwrap_err().to_string();
        let missing = folder.path().join("codecommit-policy.wasm");
        assert_eq!(failure, format!("{} is missing: no release without it", missing.display()));
        assert!(!folder.path().join("SHA256SUMS").exists());
    }

    #[test]
    fn the_workflow_builds_for_each_machine() {
        let path = workspace::root().join(".github/workflows/release.yml");
        let workflow = fs::read_to_string(path).unwrap();
        for platform in platform::ALL {
            assert!(workflow.contains(&format!("target: {}\n", platform.triple())), "{}", platform.triple());
        }
    }
}
