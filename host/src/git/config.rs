//! What Git's configuration says about CodeCommit.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use crate::Error;

/// The regions that the user vouches for: `codecommit.extraRegion`, which can be there more than once.
///
/// # Errors
/// Git could not be run, or could not read its configuration.
pub fn extra_regions() -> Result<Vec<String>, Error> {
    let output = Command::new("git")
        .args(["config", "--null", "--get-all", "codecommit.extraRegion"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(Error::GitNotRun)?;
    match output.status.code() {
        Some(0) => {}
        // "The section or key is invalid": nothing is set.
        Some(1) => return Ok(Vec::new()),
        _ => return Err(Error::GitConfig),
    }
    let values = String::from_utf8(output.stdout).map_err(|_| Error::GitConfig)?;
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
