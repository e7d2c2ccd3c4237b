//! Everything that ends a command: the fact, the hint, and the status.

use std::io;
use std::process::ExitCode;

use git_remote_codecommit::printable::{Sentence, Shown};
use git_remote_codecommit::{Error, policy};

use crate::url::Lack;

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
    /// The agent does not start.
    #[cfg(unix)]
    #[error(transparent)]
    Agent(#[from] git_remote_codecommit::agent::Fault),
    /// There is no repository here, or Git does not touch it.
    #[error("{}", no_repository(said.as_deref()))]
    NoRepository {
        /// What Git says, where it is something else.
        said: Option<String>,
    },
    /// The repository has no remotes.
    #[error("this repository has no remotes")]
    NoRemotes,
    /// The repository has no remote of this name.
    #[error("there is no remote '{}'{}", Shown(name), remotes(known))]
    UnknownRemote {
        /// What was asked for.
        name: String,
        /// The remotes that there are.
        known: Vec<String>,
    },
    /// Nobody said yes.
    #[error("nothing was changed{}", if *is_answer { "" } else { ", for there is no terminal to ask on" })]
    NotConfirmed {
        /// Whether somebody was asked.
        is_answer: bool,
    },
    /// Git could not read or write its settings.
    #[error("git says: {}", Sentence(said))]
    GitConfig {
        /// The last line of what it said.
        said: String,
    },
    /// A credential was to be shown to whoever looks on.
    #[error("a credential is not printed to a terminal")]
    SecretOnTerminal,
    /// A repository has no such form, for want of something.
    #[error("the repository cannot be written as {form}: {}", lack.fact)]
    NotWritten {
        /// The form.
        form: &'static str,
        /// Why.
        lack: Lack,
    },
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

/// Why there is no repository, for a sentence.
fn no_repository(said: Option<&str>) -> String {
    said.map_or_else(|| "this is no Git repository".to_owned(), |said| format!("git says: {}", Sentence(said)))
}

/// The remotes that there are, for a sentence.
fn remotes(known: &[String]) -> String {
    let names: Vec<_> = known.iter().map(|name| Shown(name).to_string()).collect();
    if names.is_empty() { String::new() } else { format!(", only {}", names.join(", ")) }
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
            Self::NotConfirmed { is_answer: false } => Some("add --yes to change it without being asked".to_owned()),
            Self::SecretOnTerminal => Some("send it to a program or a file, or add --show".to_owned()),
            Self::NotWritten { lack, .. } => lack.hint.map(str::to_owned),
            Self::Codecommit(error) => error.hint(),
            #[cfg(unix)]
            Self::Agent(fault) => fault.hint(),
            Self::NoRepository { said: None } => Some("name a URL, or go to the repository".to_owned()),
            Self::NoRepository { said: Some(_) } => Some("`git remote` says more".to_owned()),
            Self::NoRemotes => Some("git remote add origin codecommit://PROFILE@REPOSITORY".to_owned()),
            Self::UnknownRemote { known, .. } if known.is_empty() => {
                Some("name a URL, as codecommit://PROFILE@REPOSITORY".to_owned())
            }
            Self::UnknownRemote { .. } => {
                Some("name one of these, or a URL as codecommit://PROFILE@REPOSITORY".to_owned())
            }
            Self::GitConfig { said } if said.starts_with("could not lock config file") => Some(
                "wait for the other Git that writes there; where none is running, remove the .lock file".to_owned(),
            ),
            Self::NotConfirmed { is_answer: true } | Self::GitConfig { .. } | Self::Output(_) | Self::File { .. } => {
                None
            }
        }
    }

    /// Whether nobody is left to tell: who read the output has seen enough of it, and closed the pipe.
    pub(crate) fn is_for_nobody(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// 2 for a command line that is wrong, 1 for all else.
    pub(crate) fn status(&self) -> ExitCode {
        match self {
            Self::Usage { .. } => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}
