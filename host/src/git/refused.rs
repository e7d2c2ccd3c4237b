//! What Git's own message leaves out where CodeCommit did not do what it was asked: as whom it was asked, for what, and what to do.
//!
//! CodeCommit answers 403 to whatever is wrong with a signature or a permission, and says no more. What can be known on this side is
//! looked at: the clock, the age of the signature, the endpoint, the kind of keys.

use std::fmt::{self, Display};
use std::time::{Duration, SystemTime};

use super::outcome::{Failure, Outcome, Signer};
use crate::aws::profile::{ChosenProfile, ProfileSource};
use crate::error::profile_option;
use crate::policy::RegionSource;
use crate::printable::Shown;

/// How long CodeCommit takes a signature.
const GOOD_FOR: Duration = Duration::from_mins(15);

/// A clock that is off by less has not made a signature too old or too new.
const CLOCK_TOLERANCE: Duration = Duration::from_mins(5);

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// The repository's name.
    pub repository: String,
    /// The region, which is signed.
    pub region: String,
    /// What named the region.
    pub region_source: RegionSource,
    /// The server, with its port where it has one.
    pub host: String,
    /// Another region's name in the host of `CODE_COMMIT_ENDPOINT`.
    pub region_of_host: Option<String>,
    /// The profile.
    pub profile: ChosenProfile,
    /// Whether the keys are the signing agent's: then the profile is too, and nothing that is typed here looks at either.
    pub are_agents: bool,
    /// The account, where the profile names it.
    pub account: Option<String>,
}

/// Why CodeCommit did not do what it was asked.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    sought: Sought,
    signer: Option<Signer>,
    cause: Cause,
}

/// The kind of the fault.
#[derive(Debug, PartialEq, Eq)]
enum Cause {
    /// The clock of this machine is off.
    Clock(ClockOffset),
    /// The signature had come to its end when it was used last.
    SignatureEnded,
    /// The endpoint is another region's.
    RegionOfHost(String),
    /// The keys are temporary, and nobody knows their end.
    Temporary,
    /// None of these.
    Denied,
    /// There is no such repository.
    NotFound,
    /// Too many requests.
    Throttled,
    /// The server failed.
    Failed(u16),
}

/// How far a clock is from that of a server, in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockOffset {
    /// It shows a time that is past.
    Behind(Duration),
    /// It shows a time that is to come.
    Ahead(Duration),
}

impl ClockOffset {
    /// The offset of a clock that shows `here` when a server's shows `there`; none where it makes no signature fail.
    pub fn between(here: SystemTime, there: SystemTime) -> Option<Self> {
        let offset = match here.duration_since(there) {
            Ok(ahead) => Self::Ahead(ahead),
            Err(error) => Self::Behind(error.duration()),
        };
        let (Self::Ahead(by) | Self::Behind(by)) = offset;
        (by > CLOCK_TOLERANCE).then_some(offset)
    }
}

/// The rest of a sentence: `1 hour behind`, `5 minutes ahead of`.
impl Display for ClockOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ahead(by) => write!(f, "{} ahead of", InWords(*by)),
            Self::Behind(by) => write!(f, "{} behind", InWords(*by)),
        }
    }
}

impl Refused {
    /// What is known of an operation that failed; none where Git's own message says all.
    ///
    /// `clock` looks at the server's clock, which takes a request, and is asked only where that can be the reason. `now` is the time
    /// at which the operation ended.
    pub fn of(
        outcome: Outcome,
        sought: Sought,
        now: SystemTime,
        clock: impl FnOnce() -> Option<ClockOffset>,
    ) -> Option<Self> {
        if outcome.was_told {
            return None;
        }
        let signer = outcome.signer;
        let cause = match outcome.failure? {
            Failure::NotFound => Cause::NotFound,
            Failure::Status(429) => Cause::Throttled,
            Failure::Status(status @ 500..) => Cause::Failed(status),
            Failure::Unauthorized | Failure::Status(403) => {
                let has_ended = |signer: &Signer| now.duration_since(signer.at).is_ok_and(|age| age > GOOD_FOR);
                let is_without_end = |signer: &Signer| signer.is_temporary && signer.expires.is_none();
                // A clock that was right at the beginning is right now.
                let offset = if outcome.was_let_in { None } else { clock() };
                if let Some(offset) = offset {
                    Cause::Clock(offset)
                } else if signer.as_ref().is_some_and(has_ended) {
                    Cause::SignatureEnded
                } else if let Some(region) = &sought.region_of_host {
                    Cause::RegionOfHost(region.clone())
                } else if signer.as_ref().is_some_and(is_without_end) {
                    Cause::Temporary
                } else {
                    Cause::Denied
                }
            }
            Failure::Status(_) => return None,
        };
        Some(Self { sought, signer, cause })
    }

    /// What to type.
    pub fn hint(&self) -> String {
        let Sought { repository, region, profile, are_agents, .. } = &self.sought;
        let option = profile_option(&profile.name, profile.source);
        match &self.cause {
            Cause::Temporary if *are_agents => {
                "whoever runs the agent has to look: its keys may have expired, or not be allowed codecommit:GitPull and \
                 codecommit:GitPush"
                    .into()
            }
            Cause::Denied if *are_agents => {
                "whoever runs the agent has to look: codecommit:GitPull and codecommit:GitPush have to be allowed to its keys"
                    .into()
            }
            Cause::NotFound if *are_agents => {
                "whoever runs the agent can say which there are: the profile of its rule decides on the account".into()
            }
            Cause::Clock(_) => format!("set the clock: {SET_CLOCK}"),
            Cause::SignatureEnded => {
                "try again; what takes longer than that can be done in parts, with `git clone --depth 1` for example"
                    .into()
            }
            Cause::RegionOfHost(other) => format!(
                "set CODE_COMMIT_ENDPOINT to an endpoint of {region}, or write the region in the URL: \
                 codecommit::{other}://…"
            ),
            Cause::Temporary => format!(
                "these keys are temporary: `aws sts get-caller-identity{option}` says whether they have expired"
            ),
            Cause::Denied => format!(
                "codecommit:GitPull and codecommit:GitPush have to be allowed; \
                 `aws codecommit get-repository --repository-name {repository} --region {region}{option}` says why they are not"
            ),
            Cause::NotFound => {
                format!("`aws codecommit list-repositories --region {region}{option}` lists those there are")
            }
            Cause::Throttled => "wait a minute, and try again".into(),
            Cause::Failed(_) => {
                "try again in a minute; https://health.aws.amazon.com/health/status has what AWS knows".into()
            }
        }
    }

    /// The account, by its number or by a key of it.
    fn account(&self) -> String {
        match (&self.sought.account, &self.signer) {
            (Some(account), _) => format!(" of account {}", Shown(account)),
            (None, Some(signer)) => format!(" of the account of access key {}", Shown(&signer.access_key_id)),
            (None, None) => String::new(),
        }
    }

    /// The key, and the profile where it is certain to be the profile's.
    fn keys(&self) -> String {
        let key = match &self.signer {
            Some(signer) => format!("access key {}", Shown(&signer.access_key_id)),
            None => "the AWS keys".to_owned(),
        };
        if self.sought.are_agents {
            format!("{key} of the signing agent")
        } else if self.sought.profile.source == ProfileSource::Url {
            format!("{key} of profile '{}'", Shown(&self.sought.profile.name))
        } else {
            key
        }
    }
}

impl Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sought { repository, region, region_source, host, .. } = &self.sought;
        let named_by = match region_source {
            RegionSource::AwsDefaultRegion => " (AWS_DEFAULT_REGION)",
            RegionSource::AwsRegion => " (AWS_REGION)",
            RegionSource::Url | RegionSource::Profile => "",
        };
        match &self.cause {
            Cause::Clock(offset) => write!(f, "the clock of this machine is {offset} that of {host}"),
            Cause::SignatureEnded => write!(f, "a signature holds for 15 minutes, and the operation took longer"),
            Cause::RegionOfHost(other) => write!(
                f,
                "CODE_COMMIT_ENDPOINT is {host}, of region {other}, and the signature is for region {region}{named_by}"
            ),
            Cause::Temporary | Cause::Denied => write!(
                f,
                "CodeCommit refused {} for repository '{repository}' in region {region}{named_by}",
                self.keys()
            ),
            Cause::NotFound => {
                write!(f, "there is no repository '{repository}' in region {region}{named_by}{}", self.account())
            }
            Cause::Throttled => {
                write!(f, "CodeCommit takes no more requests of this account for the moment (status 429)")
            }
            Cause::Failed(status) => write!(f, "CodeCommit failed (status {status})"),
        }
    }
}

/// What sets the clock of this system.
pub const SET_CLOCK: &str = if cfg!(windows) {
    "`w32tm /resync`"
} else if cfg!(target_os = "macos") {
    "`sudo sntp -sS time.apple.com`"
} else {
    "`sudo timedatectl set-ntp true`"
};

/// A duration in its two largest units.
struct InWords(Duration);

impl Display for InWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = |number: u64, name: &str| format!("{number} {name}{}", if number == 1 { "" } else { "s" });
        // To the nearest minute, for a request takes its time too.
        let minutes = (self.0.as_secs() + 30) / 60;
        let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let units = [unit(days, "day"), unit(hours, "hour"), unit(minutes, "minute")];
        let first = if days > 0 {
            0
        } else if hours > 0 {
            1
        } else {
            2
        };
        let shown: Vec<_> =
            units.iter().skip(first).take(2).filter(|unit| !unit.starts_with("0 ")).map(String::as_str).collect();
        f.write_str(&shown.join(" and "))
    }
}

#[cfg(test)]
mod tests;
