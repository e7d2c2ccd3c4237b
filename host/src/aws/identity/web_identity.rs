//! A role that a token of another identity provider is exchanged for: botocore's `AssumeRoleWithWebIdentityProvider`. Kubernetes
//! and CI systems set it up in the environment.
//!
//! # Deviations
//! - The keys are not kept on disk, as the AWS CLI keeps them: a token is one job's, and the next one with the same home may not have
//!   the role.
//! - A variable that is empty counts as unset. botocore then has no web identity at all, in the profile neither.

use std::path::{Path, PathBuf};

use aws_sdk_sts::Client;
use thiserror::Error as ThisError;

use super::description::Details;
use super::sts::{self, Request, STS};
use super::{Identity, Sources};
use crate::Error;
use crate::aws::config_files::Profile;
use crate::aws::network::{CallFault, Service};
use crate::error::not_read;
use crate::printable::Shown;
use crate::secret::{self, Secret};

/// More bytes than this has no token.
const LONGEST_TOKEN: usize = 64 << 10;

/// Why a web identity gave no keys.
#[derive(Debug, ThisError)]
pub enum Fault {
    /// There is a token, and no role to exchange it for.
    #[error(
        "there is a web identity token for profile '{}', but no role: neither AWS_ROLE_ARN nor role_arn",
        Shown(profile)
    )]
    NoRole {
        /// The profile.
        profile: String,
    },
    /// The token cannot be read.
    #[error("the web identity token {} {problem}", Shown(&path.to_string_lossy()))]
    Token {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: TokenProblem,
    },
    /// STS gave no keys.
    #[error("the role {} could not be assumed with the web identity token: {fault}", Shown(role))]
    Refused {
        /// The ARN of the role.
        role: String,
        /// What STS said, or why it was not reached.
        fault: Box<CallFault>,
    },
}

/// What is wrong with the file of a token.
#[derive(Debug, ThisError)]
pub enum TokenProblem {
    /// The system does not let us read it.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It is empty.
    #[error("is empty")]
    Empty,
}

impl Fault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoRole { .. } => Some("set AWS_ROLE_ARN to the ARN of the role".to_owned()),
            Self::Token { .. } => {
                Some("AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file of the profile, names it".to_owned())
            }
            Self::Refused { fault, .. } => match fault.code() {
                None => fault.hint(),
                Some("ExpiredTokenException") => Some("whatever writes the token has to write a new one".to_owned()),
                Some("AccessDenied" | "InvalidIdentityToken" | "IDPRejectedClaim") => {
                    Some("the role's trust policy has to name this identity provider and subject".to_owned())
                }
                Some(_) => None,
            },
        }
    }
}

/// Finds the keys of a web identity, where one is set up: in the environment, unless a profile was meant, or in the profile.
///
/// # Errors
/// What is missing, or what STS said.
pub(super) fn find(
    sources: &Sources<'_>,
    name: &str,
    profile: Option<Profile<'_>>,
    environment: bool,
) -> Result<Option<Identity>, Error> {
    let setting = |variable, option| setting(sources, profile, environment, variable, option);
    let Some(path) = token_file(sources, profile, environment)? else {
        return Ok(None);
    };
    let role_arn = role_arn(sources, name, profile, environment)?;
    let session_name = setting("AWS_ROLE_SESSION_NAME", "role_session_name")?;
    let request = Request { role_arn: &role_arn, session_name: session_name.as_deref(), ..Request::default() };
    exchange(sources, path.as_ref(), &request).map(Some)
}

/// A setting of the environment, where that counts, otherwise of the profile.
fn setting(
    sources: &Sources<'_>,
    profile: Option<Profile<'_>>,
    environment: bool,
    variable: &'static str,
    option: &str,
) -> Result<Option<String>, Error> {
    let set = if environment { sources.variables.text(variable)? } else { None };
    let in_profile = || profile.and_then(|profile| profile.text(option)).filter(|text| !text.is_empty());
    Ok(set.or_else(|| in_profile().map(str::to_owned)))
}

/// The file of the token, where a web identity is set up.
///
/// # Errors
/// The variable is not UTF-8.
pub(super) fn token_file(
    sources: &Sources<'_>,
    profile: Option<Profile<'_>>,
    environment: bool,
) -> Result<Option<String>, Error> {
    setting(sources, profile, environment, "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file")
}

/// The role that the token is exchanged for.
fn role_arn(
    sources: &Sources<'_>,
    name: &str,
    profile: Option<Profile<'_>>,
    environment: bool,
) -> Result<String, Error> {
    setting(sources, profile, environment, "AWS_ROLE_ARN", "role_arn")?
        .ok_or_else(|| Error::WebIdentity(Fault::NoRole { profile: name.to_owned() }))
}

/// What this way would give, without a question to anybody: its role, and the file of its token.
///
/// # Errors
/// What is missing, or why the token cannot be read.
pub(super) fn describe(
    sources: &Sources<'_>,
    name: &str,
    profile: Option<Profile<'_>>,
    environment: bool,
) -> Result<Option<Details>, Error> {
    let Some(path) = token_file(sources, profile, environment)? else {
        return Ok(None);
    };
    let role = role_arn(sources, name, profile, environment)?;
    read(path.as_ref()).map_err(|problem| Fault::Token { path: path.clone().into(), problem })?;
    Ok(Some(Details::new(format!("role {}", Shown(&role))).note(format!("assumed with the token in {}", Shown(&path)))))
}

/// Exchanges a token for keys.
fn exchange(sources: &Sources<'_>, path: &Path, request: &Request<'_>) -> Result<Identity, Error> {
    let token = read(path).map_err(|problem| Fault::Token { path: path.to_owned(), problem })?;
    let config = sources.network.config(Service::Sts, &(sources.region)()?, None)?;
    let call = Client::new(&config)
        .assume_role_with_web_identity()
        .role_arn(request.role_arn)
        .role_session_name(request.session_name(sources.now))
        .web_identity_token(token.expose());
    let refused = |fault| Fault::Refused { role: request.role_arn.to_owned(), fault: Box::new(fault) };
    let answer = sources
        .network
        .wait_for(STS, call.send())
        .map_err(Error::Network)?
        .map_err(|error| refused(CallFault::new(STS, &error)))?;
    Ok(sts::identity(answer.credentials, sources.now).map_err(refused)?)
}

/// Reads a token: the whole file, as botocore sends it.
fn read(path: &Path) -> Result<Secret, TokenProblem> {
    let token = secret::read(path, LONGEST_TOKEN).map_err(|error| TokenProblem::Unreadable(not_read(&error)))?;
    if token.expose().trim().is_empty() { Err(TokenProblem::Empty) } else { Ok(token) }
}
