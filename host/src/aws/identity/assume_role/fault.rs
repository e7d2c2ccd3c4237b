//! Why a role was not assumed, and what to do.

use thiserror::Error;

use crate::aws::network::CallFault;
use crate::error::{listed, profile_option_of};
use crate::printable::Shown;

/// Why a role was not assumed.
#[derive(Debug, Error)]
pub enum Fault {
    /// The profile names two sources.
    #[error("profile '{}' has both source_profile and credential_source", Shown(profile))]
    TwoSources {
        /// The profile.
        profile: String,
    },
    /// The profile names no source.
    #[error("profile '{}' has role_arn, but neither source_profile nor credential_source", Shown(profile))]
    NoSource {
        /// The profile.
        profile: String,
    },
    /// The role has no name.
    #[error("role_arn of profile '{}' is empty", Shown(profile))]
    EmptyRole {
        /// The profile.
        profile: String,
    },
    /// The profile names a source that there is not.
    #[error("credential_source of profile '{}' is '{}', and there is no such source", Shown(profile), Shown(from))]
    UnknownCredentialSource {
        /// The profile.
        profile: String,
        /// What it names.
        from: String,
    },
    /// The profile names a source profile that no file has.
    #[error("source_profile of profile '{}' is '{}', and there is no such profile", Shown(profile), Shown(from))]
    UnknownSourceProfile {
        /// The profile.
        profile: String,
        /// What it names.
        from: String,
        /// The profiles that there are.
        known: Vec<String>,
    },
    /// The source profiles lead back to where they came from.
    #[error("the profiles' source_profile lead in a circle: {}", listed(profiles))]
    Loop {
        /// The profiles on the way, the last one for the second time.
        profiles: Vec<String>,
    },
    /// The source has no keys.
    #[error("{} of profile '{}' has no AWS keys", Shown(from), Shown(profile))]
    NoSourceKeys {
        /// The profile.
        profile: String,
        /// The option that names the source.
        from: String,
    },
    /// STS gave no keys.
    #[error(transparent)]
    Refused(Box<Refusal>),
}

/// A call of STS that gave no keys.
#[derive(Debug, Error)]
#[error("the role {} of profile '{}' could not be assumed: {fault}", Shown(role), Shown(profile))]
pub struct Refusal {
    /// The profile.
    pub profile: String,
    /// The ARN of its role.
    pub role: String,
    /// The option that names the source.
    pub from: String,
    /// Whether a code of a second factor was sent.
    pub with_code: bool,
    /// What STS said, or why it was not reached.
    pub fault: CallFault,
}

impl Fault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::TwoSources { .. } => "remove one of the two".to_owned(),
            Self::NoSource { .. } => "set source_profile to the profile whose keys may assume the role".to_owned(),
            Self::EmptyRole { .. } => "set it to the ARN of the role".to_owned(),
            Self::UnknownCredentialSource { .. } => {
                "the sources there are: Environment, EcsContainer, Ec2InstanceMetadata".to_owned()
            }
            Self::UnknownSourceProfile { known, .. } => format!("the profiles there are: {}", listed(known)),
            Self::Loop { .. } => "let one of them have keys of its own".to_owned(),
            Self::NoSourceKeys { .. } => "give it keys, or name another source for the role".to_owned(),
            Self::Refused(refusal) => return refusal.hint(),
        })
    }
}

impl Refusal {
    fn hint(&self) -> Option<String> {
        let Some(code) = self.fault.code() else {
            return self.fault.hint();
        };
        Some(match code {
            "AccessDenied" if self.with_code => {
                "type the code that the device shows now; or the role does not let you in: ask who manages it"
                    .to_owned()
            }
            "AccessDenied" => format!("check role_arn, and whether the role lets {} assume it", Shown(&self.from)),
            "ExpiredToken" | "ExpiredTokenException" | "InvalidClientTokenId" | "SignatureDoesNotMatch" => {
                format!("get new keys for {}", Shown(&self.from))
            }
            "RegionDisabledException" => {
                format!(
                    "`aws configure set region us-east-1{}`, or another region that is enabled",
                    profile_option_of(&self.profile)
                )
            }
            _ => return None,
        })
    }
}
