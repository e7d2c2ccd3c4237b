//! Whose keys sign: the user's own, or those of the signing agent.

#[cfg(unix)]
use std::path::PathBuf;

#[cfg(unix)]
use crate::agent;
use crate::policy::{self, Cause};
use crate::variables::Variables;

/// Who has the keys.
pub(super) enum Keys {
    /// The user, in files, variables and whatever these name.
    Own,
    /// The signing agent that listens on this socket.
    #[cfg(unix)]
    Agents(PathBuf),
}

impl Keys {
    pub(super) fn of(variables: Variables<'_>) -> Self {
        #[cfg(unix)]
        if let Some(socket) = variables.0(agent::SOCKET).filter(|path| !path.is_empty()) {
            return Self::Agents(socket.into());
        }
        #[cfg(not(unix))]
        let _ = variables;
        Self::Own
    }

    pub(super) fn are_own(&self) -> bool {
        matches!(self, Self::Own)
    }

    /// A refusal to choose a region, without a word about a file that nobody reads.
    pub(super) fn without_files(&self, mut error: policy::Error) -> policy::Error {
        if let policy::Error::Refused(refusal) = &mut error
            && refusal.cause == Cause::NoRegion
            && !self.are_own()
        {
            refusal.hint = Some("write it in the URL, codecommit::REGION://…, or set AWS_REGION".to_owned());
        }
        error
    }
}
