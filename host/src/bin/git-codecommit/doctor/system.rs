//! Git asked, and files looked for.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use git_remote_codecommit::variables::Variables;

/// What a Git command prints, where it succeeds.
pub(super) fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The values of a setting.
pub(super) fn settings(key: &str) -> Vec<String> {
    let values = git(&["config", "--null", "--get-all", key]).unwrap_or_default();
    values.split_terminator('\0').map(str::to_owned).collect()
}

/// The value of a setting for a URL, the most specific.
pub(super) fn setting_for(key: &str, url: &str) -> Option<String> {
    let values = git(&["config", "--null", "--get-urlmatch", key, url])?;
    values.split_terminator('\0').next_back().map(str::to_owned)
}

/// Every program of a name, in the order in which they would be found: in these folders first, and then on `PATH`.
pub(super) fn programs(name: &str, before: Option<PathBuf>, variables: Variables<'_>) -> Vec<PathBuf> {
    let path = variables.0("PATH").unwrap_or_default();
    let folders = before.into_iter().chain(std::env::split_paths(&path));
    let mut file = OsString::from(name);
    file.push(std::env::consts::EXE_SUFFIX);
    let mut found: Vec<PathBuf> = Vec::new();
    for program in folders.map(|folder| folder.join(&file)).filter(|program| is_program(program)) {
        if !found.iter().any(|other| is_same(other, &program)) {
            found.push(program);
        }
    }
    found
}

/// Whether two paths lead to one file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().is_some_and(|one| other.canonicalize().ok() == Some(one))
}

/// Whether a file can be run.
#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// Whether a file can be run.
#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
