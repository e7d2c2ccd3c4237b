//! Why IAM Identity Center gave no keys, and what to type.

use thiserror::Error;

use crate::aws::network::CallFault;
use crate::error::profile_option_of;
use crate::printable::Shown;

/// Why there are no keys. A sign-in goes by the name of its `sso-session`, or by its start URL where there is none.
#[derive(Debug, Error)]
pub enum Fault {
    /// The profile names a section that there is not.
    #[error(
        "profile '{}' names the sso-session '{}', which the config file does not have",
        Shown(profile),
        Shown(session)
    )]
    NoSection {
        /// The profile.
        profile: String,
        /// The name of the section.
        session: String,
    },
    /// The profile and its section have an option that is to be the same.
    #[error("profile '{}' and its sso-session '{}' differ in {}", Shown(profile), Shown(session), Shown(option))]
    Inconsistent {
        /// The profile.
        profile: String,
        /// The name of the section.
        session: String,
        /// The option.
        option: String,
    },
    /// The profile, together with its section, lacks options.
    #[error("profile '{}' gets its keys from IAM Identity Center and lacks {}", Shown(profile), missing.join(", "))]
    Incomplete {
        /// The profile.
        profile: String,
        /// The options.
        missing: Vec<&'static str>,
    },
    /// The section lacks options that are in the profile, where they do not help to sign in.
    #[error("the sso-session '{}' lacks {}", Shown(session), missing.join(", "))]
    IncompleteSection {
        /// The profile.
        profile: String,
        /// The name of the section.
        session: String,
        /// The options.
        missing: Vec<&'static str>,
    },
    /// Nobody signed in, or what was kept of it is broken.
    #[error("there is no IAM Identity Center session for '{}'", Shown(session))]
    NoSession {
        /// The profile.
        profile: String,
        /// The sign-in.
        session: String,
    },
    /// The session has ended by the clock.
    #[error("the IAM Identity Center session for '{}' has expired", Shown(session))]
    Expired {
        /// The profile.
        profile: String,
        /// The sign-in.
        session: String,
    },
    /// The session has ended, says the service.
    #[error("the IAM Identity Center session for '{}' is no longer valid", Shown(session))]
    Ended {
        /// The profile.
        profile: String,
        /// The sign-in.
        session: String,
    },
    /// The session is good, and not for this role.
    #[error("role '{}' of account '{}': {fault}", Shown(role), Shown(account))]
    Role {
        /// The profile.
        profile: String,
        /// The role.
        role: String,
        /// The account.
        account: String,
        /// What the service said.
        fault: Box<CallFault>,
    },
    /// The service was not reached, or could not answer.
    #[error(transparent)]
    Call(#[from] Box<CallFault>),
}

impl Fault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSection { profile, .. }
            | Self::Incomplete { profile, .. }
            | Self::IncompleteSection { profile, .. } => {
                Some(format!("aws configure sso{}", profile_option_of(profile)))
            }
            Self::Inconsistent { option, .. } => Some(format!("remove {} from the profile", Shown(option))),
            Self::NoSession { profile, .. } | Self::Expired { profile, .. } | Self::Ended { profile, .. } => {
                Some(format!("aws sso login{}", profile_option_of(profile)))
            }
            Self::Role { profile, .. } => Some(format!(
                "check sso_account_id and sso_role_name of profile '{}'; to sign in again does not help",
                Shown(profile)
            )),
            Self::Call(fault) => fault.hint(),
        }
    }
}
