//! What Git's configuration says about CodeCommit.

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
