//! Everything that ends the helper: the fact, and the hint that says what to type.

use std::io;

use crate::aws::cache::role::Waited;
use crate::aws::config_files::ConfigError;
use crate::aws::identity::{assume_role, container, login, metadata, mfa, process, sso, web_identity};
use crate::aws::network::{CallFault, NetworkFault};
use crate::aws::profile::ProfileSource;
use crate::git::refused::Refused;
use crate::policy;
use crate::printable::Shown;
use codecommit_formats::sh_word;

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
    /// A variable is to be a time, and is none.
    #[error("{name} is '{}', which is no time as 2026-01-02T03:04:05Z", Shown(text))]
    NoTime {
        /// Its name.
        name: &'static str,
        /// What it says.
        text: String,
    },
    /// The environment says that its keys have expired.
    #[error("the AWS keys in the environment have expired, says AWS_CREDENTIAL_EXPIRATION")]
    EnvironmentExpired,
    /// A role could not be assumed.
    #[error(transparent)]
    Role(#[from] assume_role::Fault),
    /// Another process was getting the same keys.
    #[error(transparent)]
    Waited(#[from] Waited),
    /// A web identity gave no keys.
    #[error(transparent)]
    WebIdentity(#[from] web_identity::Fault),
    /// IAM Identity Center gave no keys.
    #[error(transparent)]
    Sso(#[from] sso::Fault),
    /// A session of `aws login` gave no keys.
    #[error(transparent)]
    Login(#[from] login::Fault),
    /// A program gave no keys.
    #[error(transparent)]
    Process(#[from] process::Fault),
    /// A container's endpoint gave no keys.
    #[error(transparent)]
    Container(#[from] container::Fault),
    /// Instance metadata gave no keys.
    #[error(transparent)]
    Metadata(#[from] metadata::Fault),
    /// There is no code of a second factor.
    #[error(transparent)]
    Mfa(#[from] mfa::Fault),
    /// The network cannot be used.
    #[error(transparent)]
    Network(#[from] NetworkFault),
    /// The signing agent gave no credential.
    #[cfg(unix)]
    #[error(transparent)]
    Agent(#[from] crate::agent::client::Fault),
    /// STS does not say whose keys they are.
    #[error("whose AWS keys these are could not be asked: {0}")]
    Caller(Box<CallFault>),
    /// No source has keys.
    #[error("no AWS keys were found for profile '{}'{}", Shown(profile), tried(*from, *metadata_off))]
    NoIdentity {
        /// The profile.
        profile: String,
        /// What named it.
        from: ProfileSource,
        /// Whether instance metadata is turned off.
        metadata_off: bool,
        /// Whether the config file has plugins of the AWS CLI, which can have keys for it.
        plugins: bool,
    },
    /// The helper's own path, which Git is to run for credentials, is not UTF-8.
    #[error("the path of git-remote-codecommit cannot be passed to Git")]
    OwnPath,
    /// The system does not tell the helper's own path.
    #[error("the system does not say where git-remote-codecommit is, and Git is to run it for the credential")]
    OwnPathUnknown,
    /// Git does not tell which repository it asks a credential for.
    #[error("Git does not say which repository of {} it is, and a CodeCommit credential is for one alone", Shown(host))]
    NoPath {
        /// The server.
        host: String,
    },
    /// Git could not be run.
    #[error("git could not be run: {}", not_run(.0))]
    GitNotRun(io::Error),
    /// Git's configuration could not be read.
    #[error("git could not read its configuration")]
    GitConfig {
        /// What was asked for.
        key: &'static str,
    },
    /// A submodule names a profile that the user has not allowed for submodules.
    #[error("a submodule asks for the AWS profile '{}', which is not allowed for submodules", Shown(profile))]
    SubmoduleProfile {
        /// Its name.
        profile: String,
    },
    /// CodeCommit did not do what it was asked.
    #[error("{0}")]
    Refused(Box<Refused>),
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
fn tried(from: ProfileSource, metadata_off: bool) -> String {
    // A profile that the URL names leaves the environment's keys out.
    let first = if from == ProfileSource::Url { "" } else { "the environment, " };
    if metadata_off {
        format!(": not in {first}the profile or a container, and AWS_EC2_METADATA_DISABLED turns instance metadata off")
    } else {
        format!(": not in {first}the profile, a container or instance metadata")
    }
}

/// What the system says of a file that cannot be read, for a sentence.
pub(crate) fn not_read(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        // A kind that has no name yet, in which the system's own words are all there is.
        kind if kind.to_string() == "uncategorized error" => {
            let words = error.to_string();
            words.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
        kind => kind.to_string(),
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
pub(crate) fn profile_option(profile: &str, from: ProfileSource) -> String {
    match from {
        ProfileSource::Default => String::new(),
        _ => profile_option_of(profile),
    }
}

/// The same for a profile that is known by name.
pub(crate) fn profile_option_of(profile: &str) -> String {
    format!(" --profile {}", shell_word(profile))
}

/// A text as one word of the user's shell.
pub fn shell_word(text: &str) -> String {
    let shown = Shown(text).to_string();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@+=".contains(&byte);
    if !shown.is_empty() && shown.bytes().all(is_word) {
        return shown;
    }
    // What cmd.exe and PowerShell take for one word is not what sh does.
    if cfg!(windows) { format!("\"{shown}\"") } else { sh_word(&shown) }
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
            Self::NoTime { .. } => Some("unset it, or set it to when the keys end".to_owned()),
            Self::EnvironmentExpired => Some("export new keys, or unset AWS_ACCESS_KEY_ID".to_owned()),
            Self::Role(fault) => fault.hint(),
            Self::Waited(waited) => Some(waited.hint()),
            Self::WebIdentity(fault) => fault.hint(),
            Self::Sso(fault) => fault.hint(),
            Self::Login(fault) => fault.hint(),
            Self::Process(fault) => fault.hint(),
            Self::Container(fault) => fault.hint(),
            Self::Metadata(fault) => fault.hint(),
            Self::Mfa(fault) => fault.hint(),
            Self::Network(fault) => fault.hint(),
            #[cfg(unix)]
            Self::Agent(fault) => fault.hint(),
            Self::Caller(fault) => match fault.code() {
                Some("ExpiredToken" | "ExpiredTokenException" | "InvalidClientTokenId" | "SignatureDoesNotMatch") => {
                    Some("get new keys".to_owned())
                }
                _ => fault.hint(),
            },
            // `export-credentials` gives what a plugin gives, in the form that any program reads.
            Self::NoIdentity { profile, from, plugins: true, .. } => Some(format!(
                "only the AWS CLI can use its [plugins]: set credential_process = aws configure export-credentials{} \
                 --format process in another profile, and use that",
                profile_option(profile, *from)
            )),
            Self::NoIdentity { profile, from, .. } => {
                let option = profile_option(profile, *from);
                Some(format!(
                    "type `aws configure sso{option}` or `aws login{option}`, or with an access key `aws configure{option}`"
                ))
            }
            Self::NoPath { host } => {
                let key = shell_word(&format!("credential.https://{host}.useHttpPath"));
                Some(format!("`git codecommit configure`, or `git config --global {key} true`"))
            }
            Self::OwnPath => Some("install it in a folder whose path is UTF-8 text".to_owned()),
            Self::OwnPathUnknown if cfg!(target_os = "linux") => {
                Some("mount /proc, which says it: `mount -t proc proc /proc`".to_owned())
            }
            Self::GitNotRun(_) => Some("install Git, or put it on PATH".to_owned()),
            Self::GitConfig { key } => Some(format!("`git config --get-all {key}` says why")),
            Self::SubmoduleProfile { profile } => Some(format!(
                "if you trust the repository: git config --global --add codecommit.submoduleProfile {}",
                shell_word(profile)
            )),
            Self::Refused(refused) => Some(refused.hint()),
            Self::Config(_)
            | Self::UrlNotUtf8
            | Self::VariableNotUtf8 { .. }
            | Self::OwnPathUnknown
            | Self::MalformedRequest(_)
            | Self::Protocol(_) => None,
        }
    }
}

/// Names in one line, as many as are worth reading.
pub(crate) fn listed(names: &[String]) -> String {
    const MOST: usize = 20;
    let mut line = names.iter().take(MOST).map(|name| Shown(name).to_string()).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        line = format!("{line} and {} more", names.len() - MOST);
    }
    line
}

#[cfg(test)]
mod tests;
