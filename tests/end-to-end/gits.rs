//! The Gits of this machine. A test runs with each, so that what holds for one version is not taken for all.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::world::World;

/// One Git.
pub(crate) struct Git {
    program: PathBuf,
    version: (u32, u32),
}

impl Git {
    fn at(program: PathBuf) -> Option<Self> {
        let output = Command::new(&program).arg("version").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let mut numbers = text.strip_prefix("git version ")?.split('.');
        let version = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        Some(Self { program, version })
    }

    /// Its absolute path.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Whether it is of this version or a later one.
    pub(crate) fn is_since(&self, major: u32, minor: u32) -> bool {
        self.version >= (major, minor)
    }
}

impl fmt::Display for Git {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = self.version;
        write!(formatter, "{} {major}.{minor}", self.program.display())
    }
}

/// The distribution's, the one installed beside it, and the one on PATH; each version once.
fn installed() -> Vec<Git> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("git")).find(|program| program.exists());
    let programs = [PathBuf::from("/usr/bin/git"), PathBuf::from("/usr/local/bin/git")].into_iter().chain(on_path);
    let mut gits: Vec<Git> = Vec::new();
    for git in programs.filter_map(Git::at) {
        if gits.iter().all(|known| known.version != git.version) {
            gits.push(git);
        }
    }
    assert!(!gits.is_empty(), "no Git is installed");
    gits
}

/// Runs a test with each Git, in a world of its own.
pub(crate) fn for_each_git(test: impl Fn(&World) + Sync) {
    for_each_git_in(World::new, test);
}

/// Runs a test with each Git, in a world made by `world`.
pub(crate) fn for_each_git_in(world: impl Fn(Git) -> World + Sync, test: impl Fn(&World) + Sync) {
    for git in installed() {
        with(git, &world, &test);
    }
}

/// Runs a test with the latest Git alone: for what is slow, and not a matter of the version.
pub(crate) fn for_latest_git(test: impl Fn(&World) + Sync) {
    for_latest_git_in(World::new, test);
}

/// The same in a world made by `world`.
pub(crate) fn for_latest_git_in(world: impl Fn(Git) -> World + Sync, test: impl Fn(&World) + Sync) {
    if let Some(git) = installed().into_iter().max_by_key(|git| git.version) {
        with(git, &world, &test);
    }
}

/// The thread is named after the Git, so that a failure says which one it was.
fn with(git: Git, world: &(impl Fn(Git) -> World + Sync), test: &(impl Fn(&World) + Sync)) {
    let name = git.to_string();
    let failure = thread::scope(|scope| {
        let thread = thread::Builder::new().name(name);
        thread.spawn_scoped(scope, || test(&world(git))).unwrap().join()
    });
    if let Err(failure) = failure {
        std::panic::resume_unwind(failure);
    }
}
