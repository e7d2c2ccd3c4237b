//! The Gits of this machine: the distribution's, and the one installed beside it.

use std::path::{Path, PathBuf};

/// Those that are there.
pub(crate) fn installed() -> Vec<PathBuf> {
    let programs = ["/usr/bin/git", "/usr/local/bin/git"].map(PathBuf::from);
    let gits: Vec<PathBuf> = programs.into_iter().filter(|program| Path::exists(program)).collect();
    assert!(!gits.is_empty(), "no Git is installed");
    gits
}
