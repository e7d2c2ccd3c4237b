//! Every sentence with which the policy says no.

use std::fmt::{self, Display};

use crate::printable::Shown;
use crate::regions;

/// The two forms of a URL, for hints.
const FORMS: &str = "write codecommit://[PROFILE@]REPOSITORY or codecommit::REGION://[PROFILE@]REPOSITORY";

/// What is wrong, for a program. The same cases as `cause` of `wit/refusals.wit`, where each is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in wit/refusals.wit, and told by their names")]
pub enum Cause {
    UrlTooLong,
    MalformedUrl,
    UnprintableCharacter,
    OtherTransport,
    SurplusPart,
    MalformedProfile,
    MalformedRepository,
    NoRegion,
    UnknownRegion,
    NoFipsEndpoint,
    OtherAddress,
    MalformedHost,
    MalformedEndpoint,
    MalformedCredentials,
    TimeOutOfRange,
}

/// A refusal: the fault, with what is needed to speak of it.
///
/// `Display` gives the message in one line, without a full stop; [`Refusal::hint`] what to type instead. No variant ever
/// carries a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The URL is longer than [`crate::remote_url::LONGEST`] bytes.
    UrlTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The URL is in neither form.
    MalformedUrl {
        /// The URL, without what can be a password.
        url: String,
    },
    /// The URL holds a character that cannot be shown.
    UnprintableCharacter {
        /// The first one.
        character: char,
    },
    /// The URL is another transport's. The URL itself is not kept: it may hold a password.
    OtherTransport {
        /// `https` or another scheme; none where one of CodeCommit's servers stands in the place of the repository.
        scheme: Option<String>,
        /// The codecommit URL of the same repository.
        instead: Option<String>,
    },
    /// The URL goes on after the repository, or has a port.
    SurplusPart {
        /// What it has.
        part: Part,
        /// Its text, without what can be a password.
        text: String,
        /// The URL without it.
        instead: Option<String>,
    },
    /// There is an `@` with nothing before it.
    EmptyProfile {
        /// The URL without the `@`.
        instead: Option<String>,
    },
    /// The profile begins or ends with a space.
    PaddedProfile {
        /// The profile, without what can be a password.
        profile: String,
    },
    /// There is no repository.
    EmptyRepository {
        /// The URL up to where the repository belongs.
        before: String,
    },
    /// The repository name has more than 100 characters.
    LongRepository {
        /// How many it has.
        length: usize,
    },
    /// The repository name holds a character that CodeCommit does not allow.
    RepositoryCharacter {
        /// The name.
        repository: String,
        /// The first such character.
        character: char,
    },
    /// The repository name ends in `.git`.
    DotGitRepository {
        /// The name.
        repository: String,
        /// The URL without the ending.
        instead: Option<String>,
    },
    /// The repository name is `.` or `..`, which a URL's path cannot hold.
    DotsRepository {
        /// The name.
        repository: String,
    },
    /// No source names a region.
    NoRegion {
        /// The profile that could have, where one is in use.
        profile: Option<String>,
    },
    /// The region has no CodeCommit that this version knows of.
    UnknownRegion {
        /// The region.
        region: String,
        /// The known region that is spelt most like it.
        closest: Option<&'static str>,
        /// Whether a partition's pattern fits it, so that the user may vouch for it.
        plausible: bool,
    },
    /// The region has no FIPS endpoint.
    NoFipsEndpoint {
        /// The region.
        region: String,
    },
    /// The text is no repository's address. It is not kept: it may hold a password.
    OtherAddress,
    /// The replacement for the host is none.
    MalformedHost {
        /// What is wrong with it.
        fault: HostFault,
        /// The value, where it cannot hold a password.
        value: Option<String>,
        /// What to set instead.
        instead: Option<String>,
    },
    /// The endpoint is not one that the policy gives.
    MalformedEndpoint,
    /// The credentials cannot be.
    MalformedCredentials(CredentialFault),
    /// The time lies outside the years 1970 to 9999.
    TimeOutOfRange,
}

/// A part that a codecommit URL does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "told by their names")]
pub enum Part {
    Port,
    Path,
    Query,
    Fragment,
}

/// Why a text is not `host[:port]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "told by their names, and by the sentences below")]
pub enum HostFault {
    Scheme,
    User,
    Path,
    Space,
    Character(char),
    Port,
    Label,
    Length,
    Address,
}

/// Why credentials cannot be signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "told by their names, and by the sentences below")]
pub enum CredentialFault {
    EmptyAccessKey,
    AccessKeyCharacter,
    EmptySecretKey,
    SessionTokenCharacter,
}

impl Refusal {
    /// The case that a program can act on.
    pub fn cause(&self) -> Cause {
        match self {
            Self::UrlTooLong { .. } => Cause::UrlTooLong,
            Self::MalformedUrl { .. } => Cause::MalformedUrl,
            Self::UnprintableCharacter { .. } => Cause::UnprintableCharacter,
            Self::OtherTransport { .. } => Cause::OtherTransport,
            Self::SurplusPart { .. } => Cause::SurplusPart,
            Self::EmptyProfile { .. } | Self::PaddedProfile { .. } => Cause::MalformedProfile,
            Self::EmptyRepository { .. }
            | Self::LongRepository { .. }
            | Self::RepositoryCharacter { .. }
            | Self::DotGitRepository { .. }
            | Self::DotsRepository { .. } => Cause::MalformedRepository,
            Self::NoRegion { .. } => Cause::NoRegion,
            Self::UnknownRegion { .. } => Cause::UnknownRegion,
            Self::NoFipsEndpoint { .. } => Cause::NoFipsEndpoint,
            Self::OtherAddress => Cause::OtherAddress,
            Self::MalformedHost { .. } => Cause::MalformedHost,
            Self::MalformedEndpoint => Cause::MalformedEndpoint,
            Self::MalformedCredentials(_) => Cause::MalformedCredentials,
            Self::TimeOutOfRange => Cause::TimeOutOfRange,
        }
    }

    /// What to type instead, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UrlTooLong { .. } | Self::MalformedUrl { .. } => Some(FORMS.to_owned()),
            Self::UnprintableCharacter { .. } => {
                Some("type the URL by hand: a character that cannot be seen was copied with it".to_owned())
            }
            Self::OtherTransport { instead, .. } => {
                Some(instead.as_ref().map_or_else(|| FORMS.to_owned(), |url| format!("use {}", Shown(url))))
            }
            Self::SurplusPart { part: Part::Port, instead: Some(url), .. } => {
                Some(format!("use {}, and name another server with CODE_COMMIT_ENDPOINT=HOST:PORT", Shown(url)))
            }
            Self::SurplusPart { instead, .. } | Self::DotGitRepository { instead, .. } => {
                instead.as_ref().map(|url| format!("use {}", Shown(url)))
            }
            Self::EmptyProfile { instead } => {
                instead.as_ref().map(|url| format!("use {} for the default profile", Shown(url)))
            }
            Self::EmptyRepository { before } => Some(format!("use {}REPOSITORY", Shown(before))),
            Self::PaddedProfile { .. }
            | Self::LongRepository { .. }
            | Self::DotsRepository { .. }
            | Self::MalformedCredentials(_) => None,
            Self::RepositoryCharacter { character, .. } => (*character == '%')
                .then(|| "write the name as CodeCommit shows it: nothing is percent-decoded".to_owned()),
            Self::NoRegion { profile } => {
                let option = profile.as_ref().map_or_else(String::new, |name| format!(" --profile '{}'", Shown(name)));
                Some(format!(
                    "write it in the URL, codecommit::REGION://…, or set it: aws configure set region REGION{option}"
                ))
            }
            Self::UnknownRegion { region, closest, plausible } => {
                Some(unknown_region_hint(region, *closest, *plausible))
            }
            Self::NoFipsEndpoint { .. } => {
                let mut hint = "the regions with one:".to_owned();
                for region in regions::REGIONS.iter().filter(|region| region.fips) {
                    hint += " ";
                    hint += region.name;
                }
                Some(hint)
            }
            Self::OtherAddress => Some(
                "such are codecommit::eu-west-1://MyRepo, https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo \
                 and arn:aws:codecommit:eu-west-1:123456789012:MyRepo"
                    .to_owned(),
            ),
            Self::MalformedHost { instead, .. } => Some(match instead {
                Some(host) => format!("set it to the host alone: CODE_COMMIT_ENDPOINT={}", Shown(host)),
                None => "set it to a host, or host:port, or unset it".to_owned(),
            }),
            Self::MalformedEndpoint => Some("sign for what endpoint.resolve returned".to_owned()),
            Self::TimeOutOfRange => Some("set the clock".to_owned()),
        }
    }
}

/// The hint for a region that is not known.
fn unknown_region_hint(region: &str, closest: Option<&str>, plausible: bool) -> String {
    let vouch = format!("git config --global --add codecommit.extraRegion {}", Shown(region));
    match (closest, plausible) {
        (Some(closest), true) => format!("did you mean {closest}? if AWS has added {}: {vouch}", Shown(region)),
        (Some(closest), false) => format!("did you mean {closest}?"),
        (None, true) => format!("if AWS has added it: {vouch}"),
        (None, false) => "write a region's code, such as eu-west-1".to_owned(),
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UrlTooLong { length } => {
                write!(f, "the URL has {length} bytes, and at most {} are taken", crate::remote_url::LONGEST)
            }
            Self::MalformedUrl { url } => write!(f, "'{}' is not a codecommit URL", Shown(url)),
            Self::UnprintableCharacter { character } => {
                write!(f, "the URL holds '{}', which cannot be seen", Shown(character.encode_utf8(&mut [0; 4])))
            }
            Self::OtherTransport { scheme: Some(scheme), .. } => {
                write!(f, "a URL that begins with {scheme}:// is not a codecommit URL")
            }
            Self::OtherTransport { scheme: None, .. } => {
                f.write_str("the URL names a server where the repository belongs")
            }
            Self::SurplusPart { part, text, .. } => write!(f, "the URL has a {part}, '{}'", Shown(text)),
            Self::EmptyProfile { .. } => f.write_str("the URL has no profile before '@'"),
            Self::PaddedProfile { profile } => {
                write!(f, "the profile '{}' begins or ends with a space", Shown(profile))
            }
            Self::EmptyRepository { .. } => f.write_str("the URL names no repository"),
            Self::LongRepository { length } => {
                write!(f, "the repository name has {length} characters, and CodeCommit allows 100")
            }
            Self::RepositoryCharacter { repository, character } => write!(
                f,
                "the repository name '{}' holds '{}', and CodeCommit allows only letters, digits, '.', '_' and '-'",
                Shown(repository),
                Shown(character.encode_utf8(&mut [0; 4]))
            ),
            Self::DotGitRepository { repository, .. } => {
                write!(f, "the repository name '{}' ends in '.git', and no CodeCommit name does", Shown(repository))
            }
            Self::DotsRepository { repository } => {
                write!(f, "'{repository}' cannot be a repository name")
            }
            Self::NoRegion { profile: None } => f.write_str("no AWS Region is given"),
            Self::NoRegion { profile: Some(profile) } => {
                write!(f, "no AWS Region is given, and the profile '{}' has none", Shown(profile))
            }
            Self::UnknownRegion { region, .. } => write!(f, "CodeCommit is not known in region '{}'", Shown(region)),
            Self::NoFipsEndpoint { region } => {
                write!(f, "FIPS is asked for, and CodeCommit has no FIPS endpoint in {}", Shown(region))
            }
            Self::OtherAddress => f.write_str("this is no URL or ARN of a CodeCommit repository"),
            Self::MalformedHost { fault, value: Some(value), .. } => {
                write!(f, "CODE_COMMIT_ENDPOINT '{}' {fault}", Shown(value))
            }
            Self::MalformedHost { fault, value: None, .. } => write!(f, "CODE_COMMIT_ENDPOINT {fault}"),
            Self::MalformedEndpoint => f.write_str("the endpoint to sign for is not one of CodeCommit"),
            Self::MalformedCredentials(fault) => write!(f, "{fault}"),
            Self::TimeOutOfRange => f.write_str("the time lies outside the years 1970 to 9999"),
        }
    }
}

impl std::error::Error for Refusal {}

impl Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Port => "port",
            Self::Path => "path",
            Self::Query => "query",
            Self::Fragment => "fragment",
        })
    }
}

impl Display for HostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => f.write_str("has a scheme, and only host[:port] is taken"),
            Self::User => f.write_str("has a user before '@', and only host[:port] is taken"),
            Self::Path => f.write_str("has a path, and only host[:port] is taken"),
            Self::Space => f.write_str("holds a space"),
            Self::Character(character) => {
                write!(f, "holds '{}', which no host does", Shown(character.encode_utf8(&mut [0; 4])))
            }
            Self::Port => f.write_str("has a port that is not a number from 1 to 65535"),
            Self::Label => {
                f.write_str("has an empty or overlong part between dots, or one that begins or ends with '-'")
            }
            Self::Length => f.write_str("is longer than the 253 characters of a host"),
            Self::Address => f.write_str("has no IPv6 address between '[' and ']'"),
        }
    }
}

impl Display for CredentialFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyAccessKey => "the AWS access key ID is empty",
            Self::AccessKeyCharacter => "the AWS access key ID holds a character that none has",
            Self::EmptySecretKey => "the AWS secret access key is empty",
            Self::SessionTokenCharacter => "the AWS session token holds a character that none has",
        })
    }
}
