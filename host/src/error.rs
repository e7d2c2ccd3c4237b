//! Everything that ends the helper: the fact, and the hint that says what to type.

use std::io;

use crate::aws::config_files::ConfigError;
use crate::aws::profile::ProfileSource;
use crate::git::command::sh_word;
use crate::policy;
use crate::printable::Shown;

/// Why there is no connection, or no credential for one. `Display` is one line of fact; see [`Error::hint`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The policy refused, or failed.
    #[error(transparent)]
    Policy(#[from] policy::Error),
    /// A configuration file cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The URL is not UTF-8.
    #[error("the URL is not UTF-8 text")]
    UrlNotUtf8,
    /// A variable is not UTF-8.
    #[error("the variable {name} is not UTF-8 text")]
    VariableNotUtf8 {
        /// Its name.
        name: &'static str,
    },
    /// A profile was named that no file has.
    #[error("there is no AWS profile '{}'{}", Shown(name), named_by(*from))]
    UnknownProfile {
        /// Its name.
        name: String,
        /// What named it.
        from: ProfileSource,
        /// The profiles that there are.
        known: Vec<String>,
    },
    /// Of a set of keys, one is missing.
    #[error("{} has AWS keys without {missing}", Shown(place))]
    PartialKeys {
        /// Where the keys are.
        place: String,
        /// Which one is missing.
        missing: &'static str,
    },
    /// The profile gets its keys in a way that this version does not know.
    #[error("profile '{}' gets its keys from {way}, which this version cannot do yet", Shown(profile))]
    UnsupportedIdentity {
        /// The profile.
        profile: String,
        /// What named it.
        from: ProfileSource,
        /// The way.
        way: &'static str,
    },
    /// The profile has a role, and nothing to assume it with.
    #[error("profile '{}' has role_arn, but neither source_profile nor credential_source", Shown(profile))]
    RoleWithoutSource {
        /// The profile.
        profile: String,
    },
    /// No source has keys.
    #[error("no AWS keys were found for profile '{}'{}", Shown(profile), tried(*from))]
    NoIdentity {
        /// The profile.
        profile: String,
        /// What named it.
        from: ProfileSource,
    },
    /// The helper's own path, which Git is to run for credentials, is not known or not UTF-8.
    #[error("the path of git-remote-codecommit cannot be passed to Git")]
    OwnPath,
    /// Git could not be run.
    #[error("git could not be run: {}", not_run(.0))]
    GitNotRun(io::Error),
    /// Git's configuration could not be read.
    #[error("git could not read its configuration")]
    GitConfig,
    /// Git's request for a credential is none; the rest of the sentence says why.
    #[error("Git's request for a credential {0}")]
    MalformedRequest(&'static str),
    /// Git's request for a credential could not be read, or the answer not be written.
    #[error("the credential protocol with Git broke off: {}", .0.kind())]
    Protocol(io::Error),
}

/// What named a profile, for a sentence.
fn named_by(from: ProfileSource) -> &'static str {
    match from {
        ProfileSource::Url | ProfileSource::Default => "",
        ProfileSource::AwsDefaultProfile => ", which AWS_DEFAULT_PROFILE names",
        ProfileSource::AwsProfile => ", which AWS_PROFILE names",
    }
}

/// Which sources were tried for keys, for a sentence.
fn tried(from: ProfileSource) -> &'static str {
    match from {
        ProfileSource::Url => ": not in the credentials file or the config file",
        _ => ": not in the environment, the credentials file or the config file",
    }
}

/// Why a program was not run, for a sentence.
fn not_run(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is not on PATH".to_owned(),
        kind => kind.to_string(),
    }
}

/// The option of the AWS CLI that names a profile, with a space before it; none where nothing named the profile here either.
fn profile_option(profile: &str, from: ProfileSource) -> String {
    match from {
        ProfileSource::Default => String::new(),
        _ => format!(" --profile {}", sh_word(&Shown(profile).to_string())),
    }
}

impl Error {
    /// What to type, where that is known: one line.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Policy(policy::Error::Refused(refusal)) => refusal.hint.clone(),
            Self::Policy(_) => Some("install git-remote-codecommit again, or report this".to_owned()),
            Self::UnknownProfile { known, .. } if known.is_empty() => {
                Some("there are no profiles: type `aws configure`, or write ~/.aws/config".to_owned())
            }
            Self::UnknownProfile { known, .. } => Some(format!("the profiles there are: {}", listed(known))),
            Self::PartialKeys { missing, .. } => Some(format!("set {missing} too")),
            Self::UnsupportedIdentity { profile, from, .. } => Some(format!(
                "export its keys for now: eval \"$(aws configure export-credentials{} --format env)\"{}",
                profile_option(profile, *from),
                if *from == ProfileSource::Url { ", and leave the profile out of the URL" } else { "" }
            )),
            Self::RoleWithoutSource { .. } => {
                Some("set source_profile to the profile whose keys may assume the role".to_owned())
            }
            Self::NoIdentity { profile, from } => {
                Some(format!("type `aws configure{}`", profile_option(profile, *from)))
            }
            Self::OwnPath => Some("install it in a folder whose path is UTF-8 text".to_owned()),
            Self::GitNotRun(_) => Some("install Git, or put it on PATH".to_owned()),
            Self::GitConfig => Some("`git config --get-all codecommit.extraRegion` says why".to_owned()),
            Self::Config(_)
            | Self::UrlNotUtf8
            | Self::VariableNotUtf8 { .. }
            | Self::MalformedRequest(_)
            | Self::Protocol(_) => None,
        }
    }
}

/// Names in one line, as many as are worth reading.
fn listed(names: &[String]) -> String {
    const MOST: usize = 20;
    let mut line = names.iter().take(MOST).map(|name| Shown(name).to_string()).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        line = format!("{line} and {} more", names.len() - MOST);
    }
    line
}

#[cfg(test)]
mod tests;
