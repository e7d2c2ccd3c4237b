//! The keys of a session of `aws login`, which signs in with the browser: botocore's `LoginProvider`.
//!
//! The keys are in a file of the session, in `~/.aws/login/cache` or `AWS_LOGIN_CACHE_DIRECTORY`. They last for minutes, and are
//! refreshed with a proof that this machine has the key with which it signed in (RFC 9449).
//!
//! # Deviations
//! - `AWS_LOGIN_CACHE_DIRECTORY` that is empty counts as unset; botocore takes it for the current folder.
//! - A file without `accountId` is fine. Fields that botocore does not know stay in it, those of the keys too.
//! - Of processes that need new keys one refreshes them, and the others wait for what it kept: a refresh token is good for one use.
//! - An answer without a new refresh token leaves the old one in the file, as RFC 6749 has it (section 6).
//! - Keys that are still good are used where they cannot be refreshed; to botocore that is the end of the session.
//! - Refreshed keys that cannot be written are used; those whose file may not be written are not refreshed.
//! - Of a file with keys that are good, neither the key of the proof nor the region is looked at.

mod fault;
mod proof;
mod session;

pub use fault::{Fault, Problem};
use session::Session;

use super::description::Details;
use super::{Identity, Sources};
use crate::Error;
use crate::aws::config_files::Profile;
use crate::printable::Shown;

/// Finds the keys of the profile's session, where it names one.
///
/// # Errors
/// Who has to sign in, or what the service said.
pub(super) fn find(sources: &Sources<'_>, name: &str, profile: Profile<'_>) -> Result<Option<Identity>, Error> {
    let Some(session) = profile.get("login_session") else {
        return Ok(None);
    };
    Session::new(sources, name, session.text().unwrap_or_default())?.keys().map(Some)
}

/// Whether a profile names a session.
pub(super) fn is_for(profile: Profile<'_>) -> bool {
    profile.get("login_session").is_some()
}

/// What this way would give, without a question to anybody: who signed in, and how long the keys are good for.
///
/// # Errors
/// Who has to sign in.
pub(super) fn describe(sources: &Sources<'_>, name: &str, profile: Profile<'_>) -> Result<Option<Details>, Error> {
    let Some(session) = profile.get("login_session") else {
        return Ok(None);
    };
    let session = session.text().unwrap_or_default();
    let kept = Session::new(sources, name, session)?.kept()?;
    Ok(Some(kept.describe(Details::new(format!("aws login as {}", Shown(session))))))
}

#[cfg(test)]
mod tests;
