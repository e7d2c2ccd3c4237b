//! Who speaks for the user.

use std::path::{Path, PathBuf};

use super::super::programs::Programs;

/// The name of Git with the helper.
pub(super) const OURS: &str = "this helper";
/// The name of Git with the Python original.
pub(super) const ORIGINAL: &str = "the original";
/// The name of Git with a credential in its URL.
pub(super) const ALONE: &str = "Git alone";

/// A way to let Git in.
pub(super) struct Client {
    /// Its name in the table.
    pub(super) name: &'static str,
    /// What Git finds first on its PATH.
    pub(super) programs: Option<PathBuf>,
    /// Git's own settings.
    pub(super) settings: &'static [&'static str],
}

impl Client {
    /// The helper of the packages.
    pub(super) fn ours(programs: &Programs) -> Self {
        Self { name: OURS, programs: Some(programs.folder.clone()), settings: &[] }
    }

    /// The original.
    pub(super) fn original(program: &Path) -> Self {
        Self { name: ORIGINAL, programs: program.parent().map(Path::to_owned), settings: &[] }
    }

    /// Nobody: the credential is in the URL, and Git told to send it at once. There is no quicker way.
    pub(super) fn alone() -> Self {
        Self { name: ALONE, programs: None, settings: &["-c", "http.proactiveAuth=basic"] }
    }

    /// A name for its folder and its branch.
    pub(super) fn word(&self) -> String {
        self.name.replace(' ', "-")
    }
}
