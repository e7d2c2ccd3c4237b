//! `cargo xtask record`: what botocore and the original helper do with the cases of `tests/identities`.

use std::ffi::OsString;

use crate::command::run as run_command;
use crate::failure::Failure;
use crate::{original, workspace};

/// Runs the task; `arguments` are `--check` and the names of cases.
///
/// # Errors
/// Where the originals cannot be installed, or do something else than what is kept and is to be compared.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    let helper = original::ensure()?;
    let record = ["run", "--quiet", "--package", "identity-cases", "--bin", "record", "--"];
    run_command(workspace::cargo()?.args(record).arg(original::program("python")?).arg(helper).args(arguments))
}
