//! The native host of git-remote-codecommit: it supplies configuration and identity to the policy component, and obeys it.
//!
//! Git runs the helper twice for an operation. The first process finds the endpoint and runs `git remote-https` ([`git::command`],
//! [`git::run`]); the second is that one's credential helper, and signs ([`git::credential`]). Both take the same way from the URL to
//! the endpoint ([`remote`]). Where the server did not do what it was asked, the first says why ([`git::refused`]).

#[cfg(unix)]
pub mod agent;
pub mod aws;
pub mod error;
pub mod explanation;
#[cfg(test)]
mod fixture;
pub mod git;
pub mod hardening;
pub mod log;
pub mod phases;
pub mod policy;
pub mod printable;
pub mod remote;
pub mod report;
pub mod secret;
pub mod variables;

pub use error::Error;
