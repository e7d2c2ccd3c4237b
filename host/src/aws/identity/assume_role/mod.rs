//! A role that a profile assumes with the keys of another source: botocore's `AssumeRoleProvider`.
//!
//! Each role of a chain is looked up in the cache first, and only what is not there needs its source and STS. Of processes that
//! need the same role at once, one asks the user and STS, and the others wait and take what it kept.
//!
//! # Deviations
//! - A role in the cache is used without a look at its source. botocore runs a `credential_process`, or asks instance metadata,
//!   whose keys it then does not need.
//! - A session without `role_session_name` is named `git-remote-codecommit-SECONDS`, after the program.
//! - The region of STS is that of the repository where the user has none; botocore's is us-east-1 then.
//! - Keys of a role with `mfa_serial` are used until a minute before they end, for the user would be asked for new ones; botocore
//!   asks 15 minutes before.
//! - Keys of a source profile that have expired are not refused before STS does.

mod fault;
mod settings;

use aws_sdk_sts::Client;
use zeroize::Zeroizing;

use super::description::Details;
use super::sts::{self, STS};
use super::way::{Asked, OF_PROFILE};
use super::{Identity, Sources, container, metadata, mfa, static_keys};
use crate::Error;
use crate::aws::cache::role::RoleCache;
use crate::aws::config_files::Profile;
use crate::aws::network::{CallFault, Service};
use crate::printable::Shown;

pub use fault::{Fault, Refusal};
pub(super) use settings::is_for;
use settings::{Role, Source};

/// Finds the keys of a profile's role.
///
/// # Errors
/// What is wrong with the profile, with the source of its keys, or with the call of STS.
pub(super) fn find<'a>(sources: &Sources<'a>, name: &str, profile: Profile<'a>) -> Result<Identity, Error> {
    assume(sources, name, profile, &mut vec![name.to_owned()])
}

/// Assumes the role of one profile of a chain; the profiles before it are those visited.
fn assume<'a>(
    sources: &Sources<'a>,
    name: &str,
    profile: Profile<'a>,
    visited: &mut Vec<String>,
) -> Result<Identity, Error> {
    let role = Role::read(sources.files, name, profile, visited)?;
    let cache = RoleCache::new(sources.home().as_deref());
    let key = role.request.cache_key();
    let least_left = role.least_left();
    if let Some(identity) = cache.find(&key, sources.now, least_left) {
        return Ok(identity);
    }
    // Before the lock, so that no process ever waits for one lock while it holds another.
    let source = source_keys(sources, name, &role, visited)?;
    cache.get(&key, sources.now, least_left, || call(sources, name, &role, &source))
}

/// Asks the user for a code, where the role wants one, and STS for the role's keys.
fn call(
    sources: &Sources<'_>,
    name: &str,
    role: &Role<'_>,
    source: &Identity,
) -> Result<(Identity, Option<Zeroizing<String>>), Error> {
    let code = match role.request.mfa_serial {
        Some(serial) => Some(mfa::ask(serial, name, sources.variables).map_err(Error::Mfa)?),
        None => None,
    };
    let config = sources.network.config(Service::Sts, &(sources.region)()?, Some(source))?;
    let call = Client::new(&config)
        .assume_role()
        .role_arn(role.request.role_arn)
        .role_session_name(role.request.session_name(sources.now))
        .set_external_id(role.request.external_id.map(str::to_owned))
        .set_duration_seconds(role.request.duration)
        .set_serial_number(role.request.mfa_serial.map(str::to_owned))
        .set_token_code(code.map(|code| code.expose().to_owned()));
    let refused = |fault| {
        Error::Role(Fault::Refused(Box::new(Refusal {
            profile: name.to_owned(),
            role: role.request.role_arn.to_owned(),
            from: role.source.name(),
            with_code: role.request.mfa_serial.is_some(),
            fault,
        })))
    };
    let answer = sources
        .network
        .wait_for(STS, call.send())
        .map_err(Error::Network)?
        .map_err(|error| refused(CallFault::new(STS, &error)))?;
    let identity = sts::identity(answer.credentials, sources.now).map_err(refused)?;
    let body = sts::body(&identity, answer.assumed_role_user.as_ref());
    Ok((identity, body))
}

/// The keys that a role is assumed with.
fn source_keys<'a>(
    sources: &Sources<'a>,
    name: &str,
    role: &Role<'a>,
    visited: &mut Vec<String>,
) -> Result<Identity, Error> {
    let found = match role.source {
        Source::Environment => static_keys::from_environment(sources.variables, sources.now)?,
        Source::Container => container::find(sources)?,
        Source::InstanceMetadata => metadata::find(sources)?,
        Source::Profile { name: source, profile } => {
            visited.push(source.to_owned());
            if settings::is_next(profile) {
                return assume(sources, source, profile, visited);
            }
            let asked = Asked { name: source, profile: Some(profile), environment: false };
            sources.visit_each(OF_PROFILE, asked, |way, asked| sources.take(way, asked))?
        }
    };
    found.ok_or_else(|| role.no_keys(name))
}

/// What this way would give, without a question to anybody: the role, and what it is assumed with where its keys are not cached.
///
/// # Errors
/// What is wrong with the profile, or with the source of its keys.
pub(super) fn describe<'a>(
    sources: &Sources<'a>,
    name: &str,
    profile: Profile<'a>,
    visited: &mut Vec<String>,
) -> Result<Details, Error> {
    let role = Role::read(sources.files, name, profile, visited)?;
    let details = Details::new(format!("role {}", Shown(role.request.role_arn)));
    let cache = RoleCache::new(sources.home().as_deref());
    let key = role.request.cache_key();
    if let Some((folder, identity)) = cache.find_in(&key, sources.now, role.least_left()) {
        return Ok(details.cached(folder, &identity));
    }
    let (variables, now) = (sources.variables, sources.now);
    let source = match role.source {
        Source::Environment => static_keys::describe_environment(variables, now)?,
        Source::Container => container::describe(variables)?,
        Source::InstanceMetadata if metadata::is_off(variables)? => None,
        Source::InstanceMetadata => Some(metadata::describe(sources.chosen.find(sources.files)?, variables)?),
        Source::Profile { name: source, profile } => {
            visited.push(source.to_owned());
            if settings::is_next(profile) {
                Some(describe(sources, source, profile, visited)?)
            } else {
                let asked = Asked { name: source, profile: Some(profile), environment: false };
                sources.visit_each(OF_PROFILE, asked, |way, asked| sources.details(way, asked))?
            }
        }
    };
    let source = source.ok_or_else(|| role.no_keys(name))?;
    let kept = cache.kept(&key);
    let details = details.source(&role.source.name(), source).kept(kept.as_ref());
    Ok(match role.request.mfa_serial {
        Some(serial) => details.note(format!("asks for a code of the device {}", Shown(serial))),
        None => details,
    })
}

#[cfg(test)]
mod tests;
