//! Everything that ends a command: the fact, the hint, and the status.

use std::io;
use std::process::ExitCode;

use git_remote_codecommit::{Error, policy};

/// Why a command did not do what it was asked. `Display` is one line of fact; see [`Fault::hint`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The command line is wrong.
    #[error("{fact}")]
    Usage {
        /// What is wrong.
        fact: String,
        /// What to type.
        hint: String,
    },
    /// As for the remote helper.
    #[error(transparent)]
    Codecommit(#[from] Error),
    /// What was printed did not arrive.
    #[error("the output could not be written: {}", .0.kind())]
    Output(io::Error),
    /// A file could not be written.
    #[error("{file} could not be written: {}", .error.kind())]
    File {
        /// Its name, safe to print.
        file: String,
        /// What the system says.
        error: io::Error,
    },
}

impl From<policy::Error> for Fault {
    fn from(error: policy::Error) -> Self {
        Self::Codecommit(error.into())
    }
}

impl Fault {
    /// What to type, where that is known: one line.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => Some(hint.clone()),
            Self::Codecommit(error) => error.hint(),
            Self::Output(_) | Self::File { .. } => None,
        }
    }

    /// 2 for a command line that is wrong, 1 for all else.
    pub(crate) fn status(&self) -> ExitCode {
        match self {
            Self::Usage { .. } => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}
