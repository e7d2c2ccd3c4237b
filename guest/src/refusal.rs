//! Every sentence with which the policy says no.

use std::fmt::{self, Display};

use crate::printable::Shown;
use crate::regions;

/// The two forms of a URL, for hints.
const FORMS: &str = "write codecommit://[PROFILE@]REPOSITORY or codecommit::REGION://[PROFILE@]REPOSITORY";

/// The hint where no source names a region, and what follows in it.
macro_rules! set_region {
    ($rest:literal) => {
        concat!("write it in the URL, codecommit::REGION://…, or set it: aws configure set region REGION", $rest)
    };
}

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
        let words = match self {
            Self::UrlTooLong { .. } | Self::MalformedUrl { .. } | Self::OtherTransport { instead: None, .. } => {
                Words::plain(FORMS)
            }
            Self::UnprintableCharacter { .. } => {
                Words::plain("type the URL by hand: a character that cannot be seen was copied with it")
            }
            Self::SurplusPart { part: Part::Port, instead: Some(url), .. } => {
                Words("use ", url, ", and name another server with CODE_COMMIT_ENDPOINT=HOST:PORT")
            }
            Self::OtherTransport { instead: Some(url), .. }
            | Self::SurplusPart { instead: Some(url), .. }
            | Self::DotGitRepository { instead: Some(url), .. } => Words("use ", url, ""),
            Self::EmptyProfile { instead: Some(url) } => Words("use ", url, " for the default profile"),
            Self::EmptyRepository { before } => Words("use ", before, "REPOSITORY"),
            Self::RepositoryCharacter { character: '%', .. } => {
                Words::plain("write the name as CodeCommit shows it: nothing is percent-decoded")
            }
            Self::SurplusPart { instead: None, .. }
            | Self::DotGitRepository { instead: None, .. }
            | Self::EmptyProfile { instead: None }
            | Self::PaddedProfile { .. }
            | Self::LongRepository { .. }
            | Self::RepositoryCharacter { .. }
            | Self::DotsRepository { .. }
            | Self::MalformedCredentials(_) => return None,
            Self::NoRegion { profile: None } => Words::plain(set_region!("")),
            Self::NoRegion { profile: Some(name) } => Words(set_region!(" --profile '"), name, "'"),
            Self::UnknownRegion { region, closest, plausible } => {
                return Some(unknown_region_hint(region, *closest, *plausible));
            }
            Self::NoFipsEndpoint { .. } => {
                let mut hint = "the regions with one:".to_owned();
                for region in regions::REGIONS.iter().filter(|region| region.fips) {
                    hint += " ";
                    hint += region.name;
                }
                return Some(hint);
            }
            Self::OtherAddress => Words::plain(
                "such are codecommit::eu-west-1://MyRepo, https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo \
                 and arn:aws:codecommit:eu-west-1:123456789012:MyRepo",
            ),
            Self::MalformedHost { instead: Some(host), .. } => {
                Words("set it to the host alone: CODE_COMMIT_ENDPOINT=", host, "")
            }
            Self::MalformedHost { instead: None, .. } => Words::plain("set it to a host, or host:port, or unset it"),
            Self::MalformedEndpoint => Words::plain("sign for what endpoint.resolve returned"),
            Self::TimeOutOfRange => Words::plain("set the clock"),
        };
        Some(words.to_string())
    }
}

/// A text from outside between two of ours, which is nearly every sentence here. Put together in one place, they are a third of the
/// code that a `format!` for each is.
struct Words<'a>(&'static str, &'a str, &'static str);

impl Words<'_> {
    fn plain(text: &'static str) -> Self {
        Self(text, "", "")
    }
}

impl Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        Shown(self.1).fmt(f)?;
        f.write_str(self.2)
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
        let mut utf8 = [0; 4];
        let words = match self {
            Self::UrlTooLong { length } => {
                return write!(f, "the URL has {length} bytes, and at most {} are taken", crate::remote_url::LONGEST);
            }
            Self::MalformedUrl { url } => Words("'", url, "' is not a codecommit URL"),
            Self::UnprintableCharacter { character } => {
                Words("the URL holds '", character.encode_utf8(&mut utf8), "', which cannot be seen")
            }
            Self::OtherTransport { scheme: Some(scheme), .. } => {
                Words("a URL that begins with ", scheme, ":// is not a codecommit URL")
            }
            Self::OtherTransport { scheme: None, .. } => {
                Words::plain("the URL names a server where the repository belongs")
            }
            Self::SurplusPart { part: Part::Port, text, .. } => Words("the URL has a port, '", text, "'"),
            Self::SurplusPart { part: Part::Path, text, .. } => Words("the URL has a path, '", text, "'"),
            Self::SurplusPart { part: Part::Query, text, .. } => Words("the URL has a query, '", text, "'"),
            Self::SurplusPart { part: Part::Fragment, text, .. } => Words("the URL has a fragment, '", text, "'"),
            Self::EmptyProfile { .. } => Words::plain("the URL has no profile before '@'"),
            Self::PaddedProfile { profile } => Words("the profile '", profile, "' begins or ends with a space"),
            Self::EmptyRepository { .. } => Words::plain("the URL names no repository"),
            Self::LongRepository { length } => {
                return write!(f, "the repository name has {length} characters, and CodeCommit allows 100");
            }
            Self::RepositoryCharacter { repository, character } => {
                Words("the repository name '", repository, "' holds '").fmt(f)?;
                let allowed = "', and CodeCommit allows only letters, digits, '.', '_' and '-'";
                Words("", character.encode_utf8(&mut utf8), allowed)
            }
            Self::DotGitRepository { repository, .. } => {
                Words("the repository name '", repository, "' ends in '.git', and no CodeCommit name does")
            }
            Self::DotsRepository { repository } => Words("'", repository, "' cannot be a repository name"),
            Self::NoRegion { profile: None } => Words::plain("no AWS Region is given"),
            Self::NoRegion { profile: Some(profile) } => {
                Words("no AWS Region is given, and the profile '", profile, "' has none")
            }
            Self::UnknownRegion { region, .. } => Words("CodeCommit is not known in region '", region, "'"),
            Self::NoFipsEndpoint { region } => {
                Words("FIPS is asked for, and CodeCommit has no FIPS endpoint in ", region, "")
            }
            Self::OtherAddress => Words::plain("this is no URL or ARN of a CodeCommit repository"),
            Self::MalformedHost { fault, value, .. } => {
                match value {
                    Some(value) => Words("CODE_COMMIT_ENDPOINT '", value, "' ").fmt(f)?,
                    None => f.write_str("CODE_COMMIT_ENDPOINT ")?,
                }
                return fault.fmt(f);
            }
            Self::MalformedEndpoint => Words::plain("the endpoint to sign for is not one of CodeCommit"),
            Self::MalformedCredentials(fault) => return fault.fmt(f),
            Self::TimeOutOfRange => Words::plain("the time lies outside the years 1970 to 9999"),
        };
        words.fmt(f)
    }
}

impl std::error::Error for Refusal {}

impl Display for HostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "has a scheme, and only host[:port] is taken",
            Self::User => "has a user before '@', and only host[:port] is taken",
            Self::Path => "has a path, and only host[:port] is taken",
            Self::Space => "holds a space",
            Self::Character(character) => {
                return Words("holds '", character.encode_utf8(&mut [0; 4]), "', which no host does").fmt(f);
            }
            Self::Port => "has a port that is not a number from 1 to 65535",
            Self::Label => "has an empty or overlong part between dots, or one that begins or ends with '-'",
            Self::Length => "is longer than the 253 characters of a host",
            Self::Address => "has no IPv6 address between '[' and ']'",
        })
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
