//! What is known on the way from a URL to its endpoint, as it becomes known.

use std::fmt::{self, Display};
#[cfg(unix)]
use std::path::Path;

use super::Fips;
use crate::aws::config_files::{Locations, Profile};
use crate::aws::profile::{ChosenProfile, ProfileSource};
use crate::policy::{self, ChosenRegion, Endpoint, RegionSource};
use crate::printable::Shown;

/// A step on the way from a URL to its endpoint, when it is done.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    /// The URL is read.
    Url(&'a policy::Remote),
    /// The profile is found, or there is none and none is needed.
    Profile {
        chosen: &'a ChosenProfile,
        profile: Option<Profile<'a>>,
        locations: &'a Locations,
        /// Whether a submodule's rules decided what the URL's profile is.
        is_submodule: bool,
    },
    /// Neither files nor a profile are looked at: the signing agent has both.
    #[cfg(unix)]
    Agent {
        /// Its socket.
        socket: &'a Path,
        chosen: &'a ChosenProfile,
        is_submodule: bool,
    },
    /// The region is chosen, which need not be one that there is.
    Region(&'a ChosenRegion),
    /// The endpoint is known.
    Endpoint {
        endpoint: &'a Endpoint,
        fips: Fips,
        host: Option<&'a str>,
        /// Whether the region is known from Git's configuration alone.
        is_extra: bool,
    },
}

/// A line of the log.
impl Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(remote) => {
                let or_none = |text: &Option<String>| text.as_deref().map_or("-".to_owned(), |t| Shown(t).to_string());
                let (profile, region) = (or_none(&remote.profile), or_none(&remote.region));
                write!(f, "URL: repository {}, profile {profile}, region {region}", Shown(&remote.repository))
            }
            Self::Profile { chosen, profile, .. } => {
                let source = match chosen.source {
                    ProfileSource::Url => "URL",
                    ProfileSource::AwsDefaultProfile => "AWS_DEFAULT_PROFILE",
                    ProfileSource::AwsProfile => "AWS_PROFILE",
                    ProfileSource::Default => "default",
                };
                let found = if profile.is_some() { "" } else { ", which no file has" };
                write!(f, "profile: {} ({source}){found}", Shown(&chosen.name))
            }
            #[cfg(unix)]
            Self::Agent { socket, .. } => {
                write!(f, "profile: the signing agent's at {}", Shown(&socket.to_string_lossy()))
            }
            Self::Region(region) => {
                let source = match region.source {
                    RegionSource::Url => "URL",
                    RegionSource::AwsDefaultRegion => "AWS_DEFAULT_REGION",
                    RegionSource::Profile => "profile",
                    RegionSource::AwsRegion => "AWS_REGION",
                };
                write!(f, "region: {} ({source})", Shown(&region.name))
            }
            Self::Endpoint { endpoint, fips, host, .. } => {
                let source = match (host, fips.is_on) {
                    (Some(_), _) => " (its host is named)",
                    (None, true) => " (FIPS)",
                    (None, false) => "",
                };
                write!(f, "endpoint: {}{source}", endpoint.url)
            }
        }
    }
}
