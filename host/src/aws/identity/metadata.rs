//! Keys of an EC2 instance's role, from the metadata service of the instance (IMDS).
//!
//! No variable says that there is such a service: it is asked last, and where it gives no keys there are none, whatever the reason.
//! The requests are those of botocore's `InstanceMetadataFetcher`: `PUT` for a token, `GET` for the role's name, `GET` for its keys.
//! aws-config's provider is not used: it has no first version of the protocol, and takes a 403 for the end.
//!
//! Off EC2 there is one attempt to connect, of one second.
//!
//! # Deviations
//! - Where no connection comes about for the token, that is all; botocore tries the same address once more for the role's name.
//! - No proxy; botocore uses the one for HTTP, unless `NO_PROXY` has the address.
//! - The time limit is one for the whole of a request; botocore has one for the connection and one for every read.
//! - That the first version is off and the second gave no token means that there are no keys; to botocore it is an error.
//! - A number of attempts below one is wrong; botocore asks nothing then. An empty token counts as none.
//! - Settings that are wrong are an error only where the service would be asked.
//! - Keys that have ended are signed with, for the service hands them out while it cannot renew them; so does botocore, which
//!   writes a later end on them.

mod settings;

use thiserror::Error as ThisError;

use self::settings::Settings;
use super::description::Details;
use super::document::{self, Document, DocumentFault};
use super::{Identity, Sources};
use crate::Error;
use crate::aws::config_files::Profile;
use crate::aws::network::Network;
use crate::aws::network::direct::{self, Answer, Request, Url};
use crate::aws::time;
use crate::printable::Shown;
use crate::secret::Secret;
use crate::variables::Variables;

/// How a sentence names who is asked.
const SERVICE: &str = "instance metadata";

const OFF: &str = "AWS_EC2_METADATA_DISABLED";

/// Where a token is asked for.
const TOKEN: &str = "latest/api/token";
/// Where the name of the role is, and below it the role's keys.
const ROLES: &str = "latest/meta-data/iam/security-credentials/";
/// How long a token is to be good for, in seconds: botocore's six hours.
const TOKEN_LIFE: (&str, &str) = ("x-aws-ec2-metadata-token-ttl-seconds", "21600");
/// The header with the token.
const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";

/// Why the metadata service cannot be asked.
#[derive(Debug, ThisError)]
pub enum Fault {
    /// The endpoint is no URL.
    #[error("{name} is '{}', which is no HTTP endpoint", Shown(value))]
    NoUrl {
        /// The variable, or the profile's option.
        name: &'static str,
        /// What it says.
        value: String,
    },
    /// The mode is none.
    #[error("{name} is '{}', which is neither ipv4 nor ipv6", Shown(value))]
    NoMode {
        /// The variable, or the profile's option.
        name: &'static str,
        /// What it says.
        value: String,
    },
    /// A time or a count is none.
    #[error("{name} is '{}', which is no whole number from 1", Shown(value))]
    NoNumber {
        /// The variable, or the profile's option.
        name: &'static str,
        /// What it says.
        value: String,
    },
}

impl Fault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        let (Self::NoUrl { name, .. } | Self::NoMode { name, .. } | Self::NoNumber { name, .. }) = self;
        // Options of a profile are written in lower case.
        let whose = if name.starts_with("AWS_") { "it" } else { "it in the profile" };
        Some(format!("correct {whose}, or remove it: {OFF}=true turns instance metadata off"))
    }
}

/// Whether the user turned instance metadata off.
///
/// # Errors
/// The variable is not UTF-8.
pub(super) fn is_off(variables: Variables<'_>) -> Result<bool, Error> {
    Ok(variables.text(OFF)?.is_some_and(|value| value.eq_ignore_ascii_case("true")))
}

/// Finds the keys of the instance's role; none where the service is turned off, is not there or gives none.
///
/// # Errors
/// Settings that are wrong; that the network cannot be used; that a variable is not UTF-8.
pub(super) fn find(sources: &Sources<'_>) -> Result<Option<Identity>, Error> {
    if is_off(sources.variables)? {
        return Ok(None);
    }
    let profile = sources.chosen.find(sources.files)?;
    Service { settings: Settings::read(profile, sources.variables)?, network: &sources.network }.keys()
}

/// What this way would give, without asking the service.
///
/// # Errors
/// Settings that are wrong.
pub(super) fn describe(profile: Option<Profile<'_>>, variables: Variables<'_>) -> Result<Details, Error> {
    let settings = Settings::read(profile, variables)?;
    Ok(Details::new(format!("the role of the EC2 instance, asked of {}", Shown(&settings.endpoint))))
}

/// The metadata service.
struct Service<'a> {
    settings: Settings,
    network: &'a Network<'a>,
}

/// What came of the request for a token.
enum Token {
    /// The second version of the protocol is spoken.
    Given(Secret),
    /// The first version can be tried, which needs none.
    None,
    /// There is nothing to go on with.
    End,
}

impl Service<'_> {
    fn keys(&self) -> Result<Option<Identity>, Error> {
        let token = match self.token()? {
            Token::Given(token) => Some(token),
            Token::None if self.settings.first_version => None,
            Token::None | Token::End => return Ok(None),
        };
        let role = self.get(ROLES, token.as_ref(), |body| {
            Some(str::from_utf8(body).ok()?.trim().to_owned()).filter(|role| !role.is_empty())
        })?;
        let Some(role) = role else {
            return Ok(None);
        };
        // A document without keys says why there are none, and says it again if it is asked again.
        let document = self.get(&format!("{ROLES}{role}"), token.as_ref(), |body| match document::read(body) {
            Ok(document) => Some(Some(document)),
            Err(DocumentFault::Missing(_)) => Some(None),
            Err(DocumentFault::NotJson) => None,
        })?;
        Ok(document.flatten().map(identity))
    }

    /// Asks for a token.
    fn token(&self) -> Result<Token, Error> {
        let mut last = Token::None;
        for _ in 0..self.settings.attempts {
            last = match self.ask("PUT", TOKEN, TOKEN_LIFE)? {
                Ok(Answer { status: 200, body }) => match str::from_utf8(&body) {
                    Ok(token) if !token.is_empty() && direct::is_header(token) => {
                        return Ok(Token::Given(Secret::new(token.to_owned())));
                    }
                    _ => return Ok(Token::None),
                },
                Ok(Answer { status: 403..=405, .. }) | Err(direct::Fault::TimedOut) => return Ok(Token::None),
                Ok(Answer { status: 400, .. }) => return Ok(Token::End),
                Ok(_) | Err(direct::Fault::Broken | direct::Fault::TooLong) => Token::None,
                Err(direct::Fault::Unreachable(_)) => Token::End,
            };
        }
        Ok(last)
    }

    /// Asks for a document until there is one that can be read.
    fn get<T>(
        &self,
        path: &str,
        token: Option<&Secret>,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let header = token.map(|token| (TOKEN_HEADER, token.expose()));
        for _ in 0..self.settings.attempts {
            if let Ok(Answer { status: 200, body }) = self.ask("GET", path, header)?
                && let Some(document) = read(&body)
            {
                return Ok(Some(document));
            }
        }
        Ok(None)
    }

    fn ask<'a>(
        &self,
        method: &'static str,
        path: &str,
        header: impl Into<Option<(&'static str, &'a str)>>,
    ) -> Result<Result<Answer, direct::Fault>, Error> {
        let base = self.settings.endpoint.trim_end_matches('/');
        let Some(url) = Url::parse(&format!("{base}/{path}")) else {
            // A role's name that is no part of a URL.
            return Ok(Err(direct::Fault::Unreachable("it has no URL".to_owned())));
        };
        let header = header.into();
        self.network.ask(&Request {
            method,
            url: &url,
            headers: header.as_slice(),
            service: SERVICE,
            limit: self.settings.limit,
        })
    }
}

fn identity(document: Document) -> Identity {
    Identity {
        access_key_id: document.access_key_id,
        secret_access_key: document.secret_access_key,
        session_token: document.session_token,
        expires: time::parse(&document.expiration),
    }
}

#[cfg(test)]
mod tests;
