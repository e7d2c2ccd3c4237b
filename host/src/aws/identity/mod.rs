//! The keys to sign with, found in botocore's order of sources.
//!
//! Each source is a module. A source that the user did not set up is passed over; one that was set up and cannot give keys is an
//! error, for the next one would be another identity than the user meant.

pub mod assume_role;
pub mod container;
pub mod description;
mod document;
pub mod login;
pub mod metadata;
pub mod mfa;
pub mod process;
mod program;
#[cfg(unix)]
pub(crate) mod signals;
pub mod sso;
mod static_keys;
mod sts;
mod way;
pub mod web_identity;

use std::path::PathBuf;
use std::time::SystemTime;

use super::config_files::{ConfigFiles, home_folder};
use super::network::Network;
use super::profile::{ChosenProfile, ProfileSource};
use crate::Error;
use crate::policy::Credentials;
use crate::secret::Secret;
use crate::variables::Variables;

pub use description::{Description, Expiry, Overridden};
pub use sts::Caller;
pub use way::Way;

/// AWS keys: all of one answer of one source.
#[derive(Debug)]
pub struct Identity {
    pub(crate) access_key_id: Secret,
    pub(crate) secret_access_key: Secret,
    pub(crate) session_token: Option<Secret>,
    /// When they end; keys of a user do not.
    pub(crate) expires: Option<SystemTime>,
}

impl Identity {
    /// The keys, lent to the component.
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials {
            access_key_id: self.access_key_id.expose(),
            secret_access_key: self.secret_access_key.expose(),
            session_token: self.session_token.as_ref().map(Secret::expose),
        }
    }
}

/// Everything that an identity can come from.
pub struct Sources<'a> {
    /// Both files.
    pub files: &'a ConfigFiles,
    /// The profile in use.
    pub chosen: &'a ChosenProfile,
    /// The environment.
    pub variables: Variables<'a>,
    /// The region whose STS is asked; found out by the first source that asks it.
    pub region: &'a dyn Fn() -> Result<String, Error>,
    /// The time, for what has expired.
    pub now: SystemTime,
    /// The network, which is started by the first source that needs it.
    pub network: Network<'a>,
}

impl Sources<'_> {
    /// Finds the keys of the profile in use.
    ///
    /// # Errors
    /// Why the first source that was set up gave none, or that there is none.
    pub fn find(&self) -> Result<Identity, Error> {
        self.visit(|way, asked| self.take(way, asked))?.map_or_else(|| Err(self.none()?), Ok)
    }

    /// Finds the keys, and asks STS whose they are.
    ///
    /// # Errors
    /// As for [`Sources::find`]; why STS does not say.
    pub fn caller(&self) -> Result<Caller, Error> {
        sts::caller(self, &self.find()?)
    }

    /// Whether the environment has a say. A profile named in the URL is meant: botocore leaves the environment's keys out then.
    fn counts_environment(&self) -> bool {
        self.chosen.source != ProfileSource::Url
    }

    /// That there are no keys.
    ///
    /// # Errors
    /// A variable that is not UTF-8.
    fn none(&self) -> Result<Error, Error> {
        Ok(Error::NoIdentity {
            profile: self.chosen.name.clone(),
            from: self.chosen.source,
            plugins: self.files.has_plugins(),
            metadata_off: metadata::is_off(self.variables)?,
        })
    }

    /// The user's home folder, for caches. It is never one that depends on the current folder, which can be a repository.
    fn home(&self) -> Option<PathBuf> {
        let home = home_folder(self.variables.0)?;
        // `~/.aws` is then `/.aws`, as for Python.
        let home = if home.as_os_str().is_empty() { PathBuf::from("/") } else { home };
        Some(home).filter(|home| home.is_absolute())
    }
}

#[cfg(test)]
mod loopback;
#[cfg(test)]
mod tests;
