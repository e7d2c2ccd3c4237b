//! Keys of a container's role: ECS, EKS Pod Identity, Greengrass and others that speak their protocol.
//!
//! A variable names the endpoint, so one that gives no keys is an error: botocore's `ContainerProvider`. aws-config's
//! `EcsCredentialsProvider` is not used: its retries and time limits are others, it reads the process's own environment, and it
//! says neither why an endpoint refused nor what is missing in an answer.
//!
//! # Deviations
//! - There is no pause after the last attempt, which changes nothing, and the time limit is one for the whole of an attempt.
//! - Keys that end soon are signed with; botocore asks a second time for them.
//! - A relative URI and a full one that are empty count as unset, and a key that is empty is missing.
//! - `AWS_CA_BUNDLE` and what else names certificates hold for an endpoint with HTTPS too; a failure of TLS is tried again.

use std::net::IpAddr;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use thiserror::Error as ThisError;

use super::description::Details;
use super::document::{self, DocumentFault};
use super::{Identity, Sources};
use crate::Error;
use crate::aws::network::direct::{self, Answer, Request, Url};
use crate::aws::time;
use crate::error::not_read;
use crate::printable::Shown;
use crate::secret::{self, Secret};
use crate::variables::Variables;

/// How a sentence names who is asked.
const SERVICE: &str = "the container's endpoint";

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

/// What a relative URI is appended to, without anything between.
const ECS: &str = "http://169.254.170.2";

/// Hosts that are asked over HTTP too; so is every loopback address.
const HOSTS: [&str; 4] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"];

/// No file with a token is longer.
const LONGEST_TOKEN: usize = 1 << 16;

/// Why the container's endpoint gave no keys. The endpoint's path is not shown, for it can be as good as a key.
#[derive(Debug, ThisError)]
pub enum Fault {
    /// What names the endpoint is no URL.
    #[error("{0} names no HTTP endpoint")]
    NoUrl(&'static str),
    /// The endpoint is one that keys must not be asked of without TLS.
    #[error("{variable} names the host '{}', which is not asked for keys over plain HTTP", Shown(host))]
    Host {
        /// What names it.
        variable: &'static str,
        /// Its host.
        host: String,
    },
    /// The file with the token cannot be read.
    #[error("the token file {} cannot be read: {reason}", Shown(&path.to_string_lossy()))]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The token cannot be sent.
    #[error("the token that {0} gives has a line break or another character that cannot be sent")]
    Token(&'static str),
    /// There is no answer, or none with keys.
    #[error("the container's endpoint {problem}")]
    Answer {
        /// What names the endpoint.
        variable: &'static str,
        /// What it did.
        problem: Problem,
    },
}

/// What the container's endpoint did in place of giving keys.
#[derive(Debug, ThisError)]
pub enum Problem {
    /// It did not answer.
    #[error(transparent)]
    Silent(#[from] direct::Fault),
    /// It refused.
    #[error("answered {status}{}", because(reason))]
    Refused {
        /// The status.
        status: u16,
        /// What it says, in a line; can be empty.
        reason: String,
    },
    /// Its document has no keys.
    #[error(transparent)]
    Document(#[from] DocumentFault),
    /// Its document says when the keys end, and that is no time.
    #[error("gave keys that end at '{}', which is no time", Shown(.0))]
    NoTime(String),
    /// Its keys have ended.
    #[error("gave keys that have expired")]
    Expired,
}

/// A reason, for a sentence.
fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {}", Shown(reason)) }
}

impl Fault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Host { .. } => format!("use https, a loopback address or one of these: {}", HOSTS.join(", ")),
            Self::TokenFile { .. } => format!("{TOKEN_FILE} names it: correct that, or unset it"),
            Self::Token(TOKEN_FILE) => "write the file without a line break at its end".to_owned(),
            Self::Token(variable) => format!("set {variable} without a line break"),
            Self::NoUrl(variable) | Self::Answer { variable, .. } => {
                format!("{variable} names the endpoint: correct that, or unset it")
            }
        })
    }
}

/// How often the endpoint is asked, and how long.
#[derive(Clone, Copy)]
struct Patience {
    attempts: u32,
    /// The time limit of an attempt.
    limit: Duration,
    /// The time between two attempts.
    pause: Duration,
}

/// As botocore has it.
const PATIENCE: Patience = Patience { attempts: 3, limit: Duration::from_secs(2), pause: Duration::from_secs(1) };

/// Finds the keys of the container's role, where a variable names its endpoint.
///
/// # Errors
/// Why the endpoint gave none; that the network cannot be used; that a variable is not UTF-8.
pub(super) fn find(sources: &Sources<'_>) -> Result<Option<Identity>, Error> {
    find_with(sources, PATIENCE)
}

fn find_with(sources: &Sources<'_>, patience: Patience) -> Result<Option<Identity>, Error> {
    let Some(Prepared { variable, url, token }) = prepare(sources.variables)? else {
        return Ok(None);
    };
    let mut headers = vec![("accept", "application/json")];
    headers.extend(token.as_ref().map(|token| ("authorization", token.expose())));
    let request = Request { method: "GET", url: &url, headers: &headers, service: SERVICE, limit: patience.limit };
    let mut attempt = 1;
    let document = loop {
        let answer = sources.network.ask(&request)?;
        match answer.map_err(Problem::Silent).and_then(|answer| read(&answer, token.as_ref())) {
            Ok(document) => break document,
            // As in botocore, a document that lacks a field is not asked for again, and everything else is.
            Err(problem)
                if attempt == patience.attempts || matches!(problem, Problem::Document(DocumentFault::Missing(_))) =>
            {
                return Err(Fault::Answer { variable, problem }.into());
            }
            Err(_) => thread::sleep(patience.pause),
        }
        attempt += 1;
    };
    let fail = |problem| Fault::Answer { variable, problem };
    let expires = time::parse(&document.expiration).ok_or(fail(Problem::NoTime(document.expiration)))?;
    if expires <= sources.now {
        return Err(fail(Problem::Expired).into());
    }
    Ok(Some(Identity {
        access_key_id: document.access_key_id,
        secret_access_key: document.secret_access_key,
        session_token: document.session_token,
        expires: Some(expires),
    }))
}

/// The variable that names an endpoint, where one does.
///
/// # Errors
/// It is not UTF-8.
pub(super) fn variable(variables: Variables<'_>) -> Result<Option<&'static str>, Error> {
    Ok(endpoint(variables)?.map(|(variable, _)| variable))
}

/// What this way would give, without asking the endpoint. Only its host is told.
///
/// # Errors
/// Why the endpoint would not be asked.
pub(super) fn describe(variables: Variables<'_>) -> Result<Option<Details>, Error> {
    let described =
        |prepared: Prepared| Details::new(format!("the container's role, asked of {}", Shown(&prepared.url.host())));
    Ok(prepare(variables)?.map(described))
}

/// An endpoint that may be asked.
struct Prepared {
    /// What names it.
    variable: &'static str,
    url: Url,
    /// What to show it.
    token: Option<Secret>,
}

/// The endpoint, where a variable names one.
fn prepare(variables: Variables<'_>) -> Result<Option<Prepared>, Error> {
    let Some((variable, url)) = endpoint(variables)? else {
        return Ok(None);
    };
    let url = Url::parse(&url).ok_or(Fault::NoUrl(variable))?;
    if !may_ask(&url) {
        return Err(Fault::Host { variable, host: url.host() }.into());
    }
    Ok(Some(Prepared { variable, url, token: token(variables)? }))
}

/// The endpoint, and the variable that names it.
fn endpoint(variables: Variables<'_>) -> Result<Option<(&'static str, String)>, Error> {
    if let Some(path) = variables.text(RELATIVE)? {
        return Ok(Some((RELATIVE, format!("{ECS}{path}"))));
    }
    Ok(variables.text(FULL)?.map(|url| (FULL, url)))
}

/// Whether the endpoint may be asked for keys: over TLS any, otherwise one that is this machine or as good as it.
fn may_ask(url: &Url) -> bool {
    let host = url.host();
    url.is_https() || HOSTS.contains(&host.as_str()) || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The token to show the endpoint. The file comes first, and is read now: what is in it changes.
fn token(variables: Variables<'_>) -> Result<Option<Secret>, Error> {
    let (variable, token) = if let Some(path) = variables.text(TOKEN_FILE)? {
        let token = secret::read(path.as_ref(), LONGEST_TOKEN)
            .map_err(|error| Fault::TokenFile { path: path.into(), reason: not_read(&error) })?;
        (TOKEN_FILE, token)
    } else if let Some(token) = variables.text(TOKEN)? {
        (TOKEN, Secret::new(token))
    } else {
        return Ok(None);
    };
    if direct::is_header(token.expose()) { Ok(Some(token)) } else { Err(Fault::Token(variable).into()) }
}

/// Reads an answer of the endpoint.
fn read(answer: &Answer, token: Option<&Secret>) -> Result<document::Document, Problem> {
    match answer.status {
        200 => Ok(document::read(&answer.body)?),
        status => Err(Problem::Refused { status, reason: reason(&answer.body, token) }),
    }
}

/// What a refusal says, in a line: the `code` and `message` of a JSON document, or the first line of a text.
///
/// Nothing else of a document is shown, and nothing that repeats the token.
fn reason(body: &[u8], token: Option<&Secret>) -> String {
    let reason = if let Ok(document) = serde_json::from_slice::<serde_json::Value>(body) {
        let field = |names: [&str; 2]| names.into_iter().find_map(|name| document.get(name)?.as_str());
        match (field(["code", "Code"]), field(["message", "Message"])) {
            (Some(code), Some(message)) => format!("{message} ({code})"),
            (one, other) => one.or(other).unwrap_or_default().to_owned(),
        }
    } else {
        let text = str::from_utf8(body).unwrap_or_default().trim_start();
        let is_markup = text.starts_with(['<', '{', '[']);
        text.lines().next().filter(|_| !is_markup).unwrap_or_default().trim_end().to_owned()
    };
    let repeats = token.is_some_and(|token| !token.expose().is_empty() && reason.contains(token.expose()));
    if repeats { String::new() } else { reason }
}

#[cfg(test)]
mod tests;
