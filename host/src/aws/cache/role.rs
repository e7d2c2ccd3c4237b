//! The keys of roles, which the AWS CLI and botocore keep on disk: one code of a second factor serves them all until they end.
//!
//! A file `KEY.json` holds what STS answered. Both folders are read, `~/.aws/cli/cache` of the AWS CLI and `~/.aws/boto/cache`
//! of the original helper; the CLI's is written. What cannot be read, for whatever reason, is not there.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use sha1::{Digest, Sha1};
use thiserror::Error;
use zeroize::Zeroizing;

use super::folder::{CacheFolder, Lock, PATIENCE};
use super::{Object, hex};
use crate::aws::identity::Identity;

/// Keys with less time left than this are not used: `CachedCredentialFetcher.DEFAULT_EXPIRY_WINDOW_SECONDS` of botocore.
pub const LEAST_LEFT: Duration = Duration::from_mins(15);

/// The same for keys that the user was asked for, which are used for as long as they can be; and for those that another process
/// got a moment ago, however short a time they are good for.
pub const LEAST_LEFT_OF_ASKED: Duration = Duration::from_mins(1);

/// Why the keys of a role were not to be had from another process, which was getting them.
#[derive(Debug, Error)]
pub enum Waited {
    /// It got none.
    #[error("another process was getting the same AWS keys, and got none")]
    Failed,
    /// It is at it still.
    #[error("another process has been getting the same AWS keys for {} minutes", PATIENCE.as_secs() / 60)]
    TooLong,
}

impl Waited {
    /// What to type.
    pub fn hint(&self) -> String {
        match self {
            Self::Failed => "see what it says, and try again".to_owned(),
            Self::TooLong => "answer what it asks, or end it, and try again".to_owned(),
        }
    }
}

/// The keys of roles on disk.
#[derive(Debug)]
pub struct RoleCache {
    /// The home folder; without one there is no cache.
    home: Option<PathBuf>,
}

/// The name of the file, without `.json`, for what was asked, as JSON.
pub fn key(json: &str) -> String {
    hex(&Sha1::digest(json))
}

impl RoleCache {
    /// The cache of the user with this home folder. Nothing is opened yet.
    pub fn new(home: Option<&Path>) -> Self {
        Self { home: home.map(Path::to_owned) }
    }

    /// The keys in a file, where they are good for a while yet.
    pub fn find(&self, key: &str, now: SystemTime, least_left: Duration) -> Option<Identity> {
        let (folder, identity) = self.find_in(key, now, least_left)?;
        log::debug!("keys that are kept in {folder}");
        Some(identity)
    }

    /// The same, and the folder in which they are, from the home folder on.
    pub fn find_in(&self, key: &str, now: SystemTime, least_left: Duration) -> Option<(&'static str, Identity)> {
        let is_good = |identity: &Identity| identity.expires.is_some_and(|expires| expires >= now + least_left);
        self.files(key).find(|(_, identity)| is_good(identity))
    }

    /// The keys in a file, however long they are good for.
    pub fn kept(&self, key: &str) -> Option<Identity> {
        self.files(key).next().map(|(_, identity)| identity)
    }

    /// The keys in each folder.
    fn files(&self, key: &str) -> impl Iterator<Item = (&'static str, Identity)> {
        let name = format!("{key}.json");
        let folders = [("~/.aws/cli/cache", self.of_cli()), ("~/.aws/boto/cache", self.of_botocore())];
        folders.into_iter().filter_map(move |(shown, folder)| {
            let bytes = CacheFolder::open(&folder?)?.read(&name)?;
            Some((shown, read(&bytes)?))
        })
    }

    /// Gets keys that are not in the cache, and keeps them. Of several processes that need the same ones, one gets them.
    ///
    /// `now` is the time, and `get` gives the keys and the text of their file.
    ///
    /// # Errors
    /// Those of `get`; [`Waited`] where another process was at it, and did not succeed.
    pub fn get<E: From<Waited>>(
        &self,
        key: &str,
        now: SystemTime,
        least_left: Duration,
        get: impl FnOnce() -> Result<(Identity, Option<Zeroizing<String>>), E>,
    ) -> Result<Identity, E> {
        let started = Instant::now();
        let folder = self.of_cli().and_then(|folder| CacheFolder::create(&folder).ok());
        let Some(folder) = folder else {
            return get().map(|(identity, _)| identity);
        };
        let lock = match folder.lock(&format!("{key}.lock"), PATIENCE) {
            Ok(lock) => Some(lock),
            Err(error) if error.kind() == ErrorKind::TimedOut => return Err(Waited::TooLong.into()),
            // Where there are no locks, each process is for itself.
            Err(_) => None,
        };
        let was_waited_for = lock.as_ref().is_some_and(Lock::was_waited_for);
        let least_left = if was_waited_for { LEAST_LEFT_OF_ASKED } else { least_left };
        // The wait may have been long.
        if let Some(identity) = self.find(key, now + started.elapsed(), least_left) {
            return Ok(identity);
        }
        if lock.as_ref().is_some_and(Lock::failed_meanwhile) {
            return Err(Waited::Failed.into());
        }
        let (identity, body) = get().inspect_err(|_| lock.iter().for_each(Lock::fail))?;
        if let Some(body) = body {
            // That it cannot be written is no fault: the keys are only got again, next time.
            let _ = folder.write(&format!("{key}.json"), body.as_bytes());
        }
        Ok(identity)
    }

    fn of_cli(&self) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(".aws").join("cli").join("cache"))
    }

    fn of_botocore(&self) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(".aws").join("boto").join("cache"))
    }
}

/// Reads a file's text.
fn read(bytes: &[u8]) -> Option<Identity> {
    let keys = Object::parse(bytes)?.object("Credentials")?;
    let filled = |name| keys.text(name).filter(|text| !text.expose().is_empty());
    Some(Identity {
        access_key_id: filled("AccessKeyId")?,
        secret_access_key: filled("SecretAccessKey")?,
        session_token: Some(filled("SessionToken")?),
        expires: Some(keys.time("Expiration")?),
    })
}

#[cfg(test)]
mod tests;
