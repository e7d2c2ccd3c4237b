//! What Git's configuration says, asked of Git: a process each time, and so asked only where it counts.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Error;

/// The values of a setting, which can be there more than once.
///
/// # Errors
/// Git could not be run, or could not read its configuration.
pub fn values(key: &'static str) -> Result<Vec<String>, Error> {
    listed(&[OsStr::new("config"), OsStr::new("--null"), OsStr::new("--get-all"), OsStr::new(key)], key)
}

/// The value of a setting that can be for one URL alone, as `codecommit.https://….profile`: that of the most specific.
///
/// # Errors
/// As for [`values`].
pub fn value_for(key: &'static str, url: &str) -> Result<Option<String>, Error> {
    let words = ["config", "--null", "--get-urlmatch", key, url].map(OsStr::new);
    Ok(listed(&words, key)?.into_iter().next_back())
}

/// The URLs of the remotes of a repository, that of `origin` first.
///
/// # Errors
/// As for [`values`].
pub fn remote_urls(git_directory: &Path) -> Result<Vec<String>, Error> {
    const KEY: &str = r"^remote\..*\.url$";
    let mut folder = OsString::from("--git-dir=");
    folder.push(git_directory);
    let words = ["config", "--null", "--get-regexp", KEY].map(OsStr::new);
    let mut remotes = listed(&[&[folder.as_os_str()][..], &words].concat(), "remote.origin.url")?;
    // A key, a line feed and its value. Those of one key keep their order.
    remotes.sort_by_key(|remote| !remote.starts_with("remote.origin.url\n"));
    Ok(remotes.iter().filter_map(|remote| Some(remote.split_once('\n')?.1.to_owned())).collect())
}

/// The first two numbers of Git's version.
pub fn version() -> Option<(u32, u32)> {
    let output = Command::new("git").arg("version").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let mut numbers = str::from_utf8(&output.stdout).ok()?.strip_prefix("git version ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.trim_end().parse().ok()?))
}

/// What Git lists, each with a zero byte at its end; nothing where there is nothing to list.
fn listed(arguments: &[&OsStr], key: &'static str) -> Result<Vec<String>, Error> {
    let output = Command::new("git")
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(Error::GitNotRun)?;
    match output.status.code() {
        Some(0) => {}
        // "The section or key is invalid": nothing is set.
        Some(1) => return Ok(Vec::new()),
        _ => return Err(Error::GitConfig { key }),
    }
    let values = String::from_utf8(output.stdout).map_err(|_| Error::GitConfig { key })?;
    Ok(values.split_terminator('\0').map(str::to_owned).collect())
}

/// The program that asks for secrets: `core.askPass`, its `~` expanded. It can be empty.
///
/// What Git cannot tell is not set: Git has read its configuration by the time that it runs the helper.
pub fn askpass() -> Option<OsString> {
    let output = Command::new("git")
        .args(["config", "--null", "--type=path", "--get", "core.askPass"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    path(output.stdout.strip_suffix(b"\0")?)
}

/// A path as Git prints it.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "where paths are not bytes, not all bytes are paths")]
fn path(bytes: &[u8]) -> Option<OsString> {
    use std::os::unix::ffi::OsStrExt;
    Some(std::ffi::OsStr::from_bytes(bytes).to_owned())
}

/// A path as Git prints it.
#[cfg(not(unix))]
fn path(bytes: &[u8]) -> Option<OsString> {
    str::from_utf8(bytes).ok().map(OsString::from)
}
