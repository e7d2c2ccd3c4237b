//! Who speaks for the user.

use std::path::{Path, PathBuf};

use super::super::programs::Programs;

/// The name of Git with the helper.
pub(super) const OURS: &str = "this helper";
/// The name of Git with the Python original.
pub(super) const ORIGINAL: &str = "the original";
/// The name of Git with the credential helper of the AWS CLI.
const AWS_CLI: &str = "the AWS CLI";
/// The name of Git with a credential in its URL.
pub(super) const ALONE: &str = "Git alone";

/// How often one runs at most that only stands beside the others: its Python is started twice by each of Git's commands.
const BESIDE: usize = 5;

/// A way to let Git in.
pub(super) struct Client {
    /// Its name in the table.
    pub(super) name: &'static str,
    /// What Git finds first on its PATH.
    pub(super) programs: Option<PathBuf>,
    /// Git's own settings.
    pub(super) settings: &'static [&'static str],
    /// The URLs that it is given.
    pub(super) urls: Urls,
    /// How often it runs at most.
    pub(super) runs: usize,
}

/// The way in which a URL names a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Urls {
    /// `codecommit://NAME`.
    CodeCommit,
    /// The server's.
    Https,
    /// The server's, with a credential that was signed before.
    Signed,
}

impl Client {
    /// The helper of the packages.
    pub(super) fn ours(programs: &Programs) -> Self {
        Self::new(OURS, Some(programs.folder.path().to_owned()), Urls::CodeCommit)
    }

    /// The original.
    pub(super) fn original(program: &Path) -> Self {
        Self::new(ORIGINAL, program.parent().map(Path::to_owned), Urls::CodeCommit)
    }

    /// The credential helper of the AWS CLI, set up as AWS documents it.
    pub(super) fn aws_cli(program: &Path) -> Self {
        let settings =
            &["-c", "credential.helper=!aws codecommit credential-helper $@", "-c", "credential.UseHttpPath=true"];
        let client = Self::new(AWS_CLI, program.parent().map(Path::to_owned), Urls::Https);
        Self { settings, runs: BESIDE, ..client }
    }

    /// Nobody: the credential is in the URL, and Git told to send it at once. There is no quicker way.
    pub(super) fn alone() -> Self {
        let settings = &["-c", "http.proactiveAuth=basic"];
        Self { settings, ..Self::new(ALONE, None, Urls::Signed) }
    }

    fn new(name: &'static str, programs: Option<PathBuf>, urls: Urls) -> Self {
        Self { name, programs, settings: &[], urls, runs: usize::MAX }
    }

    /// A name for its folder and its branch.
    pub(super) fn word(&self) -> String {
        self.name.replace(' ', "-")
    }
}
