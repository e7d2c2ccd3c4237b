//! The keys of each profile that a rule names, in memory, and got anew before they end.
//!
//! Finding keys can run a program, ask over the network and take long: for each profile one thread at a time does it, whatever the
//! number of clients that wait. Those whose keys are still good do not wait, nor those of another profile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Mutex as Queue;

use crate::Error;
use crate::aws::identity::Identity;
use crate::policy::Remote;

/// Keys that end are got anew when they have less left than this: a signature is to have its 15 minutes. Of keys that are given out
/// for a short time, half of it is used first.
const LEFT: Duration = Duration::from_mins(20);

/// How long keys without an end are taken for good: whoever replaces them in a file does not tell.
const LASTING: Duration = Duration::from_mins(5);

/// How long after a failure nobody tries again.
const PAUSE: Duration = Duration::from_secs(5);

/// Finds the keys of a profile, anew.
pub type Finder = dyn Fn(Remote) -> Result<Identity, Error> + Send + Sync;

/// The keys of all profiles.
pub struct Identities {
    held: Mutex<Held>,
    find: Box<Finder>,
    tell: Box<dyn Fn(&Error) + Send + Sync>,
}

#[derive(Default)]
struct Held {
    /// Told apart from a search that began before they were dropped.
    generation: u64,
    profiles: HashMap<Option<String>, Keys>,
    /// Whoever has a profile's looks for its keys.
    queues: HashMap<Option<String>, Arc<Queue<()>>>,
}

#[derive(Clone)]
enum Keys {
    Found {
        identity: Arc<Identity>,
        /// When others are to be looked for.
        renew: Instant,
        /// When somebody was told to do so.
        told: Option<Instant>,
    },
    Failed {
        until: Instant,
    },
}

impl Keys {
    fn found(identity: Arc<Identity>, renew: Instant) -> Self {
        Self::Found { identity, renew, told: None }
    }

    /// Whether there is nothing to look for at present.
    fn are_settled(&self, at: Instant, now: SystemTime) -> bool {
        match self {
            Self::Found { identity, renew, .. } => *renew > at && !has_ended(identity, now),
            Self::Failed { until } => *until > at,
        }
    }
}

fn has_ended(identity: &Identity, now: SystemTime) -> bool {
    identity.expires.is_some_and(|expires| expires <= now)
}

/// What is known of a profile's keys.
pub enum Known {
    /// They are good.
    Good(Arc<Identity>),
    /// They are good, and whoever is told this is to look for others. For a while nobody else is.
    Ageing(Arc<Identity>),
    /// There are none at present, and it was tried a moment ago.
    Failed,
    /// They have to be looked for.
    Unknown,
}

impl Identities {
    /// None yet. `tell` is told why a search failed.
    pub fn new(find: Box<Finder>, tell: Box<dyn Fn(&Error) + Send + Sync>) -> Self {
        Self { held: Mutex::default(), find, tell }
    }

    /// What is known of a profile's keys, without waiting.
    pub fn known(&self, profile: Option<&str>) -> Known {
        self.known_at(profile, Instant::now(), SystemTime::now())
    }

    fn known_at(&self, profile: Option<&str>, at: Instant, now: SystemTime) -> Known {
        match self.held().profiles.get_mut(&profile.map(str::to_owned)) {
            Some(Keys::Found { identity, renew, told }) if !has_ended(identity, now) => {
                let is_told = told.is_some_and(|told| at < told + PAUSE);
                if *renew > at || is_told {
                    return Known::Good(Arc::clone(identity));
                }
                *told = Some(at);
                Known::Ageing(Arc::clone(identity))
            }
            Some(Keys::Failed { until }) if *until > at => Known::Failed,
            _ => Known::Unknown,
        }
    }

    /// Looks for the keys of a remote's profile, unless somebody has done so while this waited for its turn.
    pub async fn renew(self: Arc<Self>, remote: Remote) {
        let profile = remote.profile.clone();
        let queue = Arc::clone(self.held().queues.entry(profile.clone()).or_default());
        let _turn = queue.lock().await;
        let (generation, before) = {
            let held = self.held();
            (held.generation, held.profiles.get(&profile).cloned())
        };
        if before.as_ref().is_some_and(|keys| keys.are_settled(Instant::now(), SystemTime::now())) {
            return;
        }
        let searcher = Arc::clone(&self);
        let found = tokio::task::spawn_blocking(move || (searcher.find)(remote)).await;
        let (at, now) = (Instant::now(), SystemTime::now());
        let keys = match found {
            Ok(Ok(identity)) => {
                let renew = at + lasts(identity.expires, now);
                Keys::found(Arc::new(identity), renew)
            }
            failed => {
                if let Ok(Err(error)) = failed {
                    (self.tell)(&error);
                }
                match before {
                    // Still good for a while: the next try comes before they end.
                    Some(Keys::Found { identity, .. }) if !has_ended(&identity, now) => {
                        Keys::found(identity, at + PAUSE)
                    }
                    _ => Keys::Failed { until: at + PAUSE },
                }
            }
        };
        let mut held = self.held();
        if held.generation == generation {
            held.profiles.insert(profile, keys);
        }
    }

    /// Drops all keys: they are looked for anew, also where somebody is at it.
    pub fn forget(&self) {
        let mut held = self.held();
        held.generation += 1;
        held.profiles.clear();
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long keys are used before others are looked for.
fn lasts(expires: Option<SystemTime>, now: SystemTime) -> Duration {
    let Some(expires) = expires else { return LASTING };
    let left = expires.duration_since(now).unwrap_or_default();
    left.saturating_sub(LEFT).max(left / 2)
}

#[cfg(test)]
mod tests;
