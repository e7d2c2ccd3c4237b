//! Why a session of `aws login` gave no keys, and what to type.

use thiserror::Error;

use crate::aws::network::CallFault;
use crate::error::profile_option_of;
use crate::printable::Shown;

/// Why there are no keys of a session.
#[derive(Debug, Error)]
#[error("the session of aws login for '{}' {problem}", Shown(session))]
pub struct Fault {
    /// The profile.
    pub profile: String,
    /// What the profile calls the session, `login_session`: who signed in.
    pub session: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a session.
#[derive(Debug, Error)]
pub enum Problem {
    /// Nobody signed in, or what was kept of it is broken.
    #[error("does not exist")]
    None,
    /// What was kept of it lacks fields.
    #[error("lacks {}", .0.join(", "))]
    Incomplete(Vec<&'static str>),
    /// The key for the proof is none.
    #[error("has a key (dpopKey) that cannot be read")]
    Key,
    /// The session has ended.
    #[error("has expired")]
    Expired,
    /// The session was ended by a new password.
    #[error("has ended, because the password or other credentials of the user have changed")]
    CredentialsChanged,
    /// The user may not refresh keys.
    #[error("cannot be refreshed: the user has no permission for signin:CreateOAuth2Token")]
    NotPermitted,
    /// New keys could not be kept.
    #[error("has to be refreshed, and its file cannot be written")]
    NotWritable,
    /// The service was not reached, or could not answer.
    #[error("could not be refreshed: {0}")]
    Call(#[from] Box<CallFault>),
}

impl Fault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        match &self.problem {
            Problem::None | Problem::Incomplete(_) | Problem::Key | Problem::Expired | Problem::CredentialsChanged => {
                Some(format!("aws login{}", profile_option_of(&self.profile)))
            }
            Problem::NotPermitted => Some("a policy of the user has to allow signin:CreateOAuth2Token".to_owned()),
            Problem::NotWritable => Some("AWS_LOGIN_CACHE_DIRECTORY names another folder for it".to_owned()),
            Problem::Call(fault) => fault.hint(),
        }
    }
}
