//! Everything that can be wrong, in words.

use std::io;

use codecommit_policy::Refusal;
use codecommit_policy::printable::Shown;

/// Why there is no credential. `Display` is one line of fact; see [`Fault::hint`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The arguments are wrong.
    #[error("{0}")]
    Usage(String),
    /// The policy refused.
    #[error("{0}")]
    Refused(Refusal),
    /// The URL names a profile.
    #[error("the URL names a profile, and here are none")]
    Profile,
    /// There are no keys.
    #[error("{0} is not set")]
    NoKey(&'static str),
    /// A variable is no text.
    #[error("{0} is not UTF-8 text")]
    NotText(&'static str),
    /// Standard input has no keys.
    #[error(
        "standard input has no AWS keys: it is JSON with AccessKeyId, SecretAccessKey and, if there is one, SessionToken"
    )]
    NoKeysOnStdin,
    /// The clock stands before 1970.
    #[error("the clock stands before 1970")]
    Clock,
    /// Nobody takes what is printed.
    #[error("the output could not be written: {0}")]
    Output(io::ErrorKind),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Fault {
    /// What to type, where that is known.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Usage(_) => Some("codecommit-sign --help".to_owned()),
            // Where the policy names a file of the AWS CLI's or of Git's, for this command an option does it: it reads no file.
            Self::Refused(Refusal::NoRegion { .. }) => {
                Some("write it in the URL, codecommit::REGION://…, or add --region REGION".to_owned())
            }
            Self::Refused(Refusal::UnknownRegion { region, closest, plausible: true }) => {
                let closest = closest.map(|name| format!("did you mean {name}? ")).unwrap_or_default();
                let region = Shown(region);
                Some(format!("{closest}if AWS has added {region}: add --extra-region {region}"))
            }
            Self::Refused(refusal) => refusal.hint(),
            Self::Profile => Some("leave out what stands before the @".to_owned()),
            Self::NoKey(name) => {
                Some(format!("give it to the command, as with `wasmtime run --env {name}`, or add --stdin"))
            }
            Self::NoKeysOnStdin => Some("aws configure export-credentials --format process".to_owned()),
            Self::NotText(_) | Self::Clock | Self::Output(_) => None,
        }
    }
}
