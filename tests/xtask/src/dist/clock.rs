//! The time that everything in a package has, so that it is the same whenever it is made.

use std::env;
use std::process::Command;

use crate::command::read;
use crate::failure::Failure;
use crate::workspace;

/// The variable with which [reproducible builds](https://reproducible-builds.org/specs/source-date-epoch/) are told the time.
pub(super) const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// The time of the release in seconds since 1970: of the variable, otherwise of the last commit.
///
/// # Errors
/// Where neither is a time.
pub(super) fn release() -> Result<u64, Failure> {
    let text = match env::var(VARIABLE) {
        Ok(text) => text,
        Err(_) => of_last_commit("%ct")?,
    };
    seconds(&text)
}

/// What Git says of the last commit.
///
/// # Errors
/// Where there is none.
pub(super) fn of_last_commit(format: &str) -> Result<String, Failure> {
    let mut git = Command::new("git");
    git.args(["log", "-1"]).arg(format!("--format={format}")).current_dir(workspace::root());
    Ok(String::from_utf8_lossy(&read(&mut git)?).trim().to_owned())
}

fn seconds(text: &str) -> Result<u64, Failure> {
    text.trim().parse().map_err(|_| Failure::new(format!("'{text}' is no time: set {VARIABLE} to seconds since 1970")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_seconds() {
        assert_eq!(seconds("1700000000\n").unwrap(), 1_700_000_000);
        let failure = seconds("today").unwrap_err();
        assert_eq!(failure.to_string(), "'today' is no time: set SOURCE_DATE_EPOCH to seconds since 1970");
    }
}
