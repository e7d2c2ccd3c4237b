//! `git codecommit man-pages`: the manual pages, for who makes a package.

use std::path::Path;

use git_remote_codecommit::printable::Shown;

use crate::arguments;
use crate::fault::Fault;

/// Writes a page for the program and one for each of its commands.
///
/// # Errors
/// [`Fault::File`].
pub(crate) fn run(folder: &Path) -> Result<(), Fault> {
    clap_mangen::generate_to(arguments::command(), folder)
        .map_err(|error| Fault::File { file: Shown(&folder.to_string_lossy()).to_string(), error })
}
