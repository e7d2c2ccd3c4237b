//! What is checked of the component's answers before they are used.
//!
//! The component decides which host and path it is. The host makes sure that what goes into Git's command line and credential
//! protocol is a plain HTTPS URL and two plain lines, whatever a component says.

//!
//! # What cannot be checked
//! Which host serves a region is the policy's to say: a list of hosts here would be a second policy, and one that is asked of the
//! component would be checked against itself. So a host is held to what the caller gave where `CODE_COMMIT_ENDPOINT` names one,
//! and otherwise only to being a host. The region, which is in the signature, and the repository are always the ones asked for.

use super::{
    Address, Cause, ChosenRegion, Endpoint, Error, Options, Refusal, RegionSource, RegionSources, Remote, Signed,
};
use crate::printable::is_unprintable;

/// More bytes than this has no text that is handed to the component: it could not read it within its memory and instructions.
const LONGEST_INPUT: usize = 128 << 10;

/// More bytes than this has no user name or password. A session token is in it.
const LONGEST_CREDENTIAL: usize = 256 << 10;

/// More bytes than this has no message or hint: a URL of 2,048 bytes is the most that one quotes, beside words of its own.
const LONGEST_WORDS: usize = 4096;

/// More characters than this has no URL of an endpoint.
const LONGEST_URL: usize = 1024;

/// Checks that a text is not too long for the component, which would otherwise fail without saying why.
///
/// # Errors
/// A refusal in the host's own words: the limit is the host's.
pub(super) fn check_input(what: &str, bytes: usize, cause: Cause) -> Result<(), Error> {
    if bytes <= LONGEST_INPUT {
        return Ok(());
    }
    let message = format!("{what} has {bytes} bytes, and at most {LONGEST_INPUT} are taken");
    Err(Error::Refused(Refusal { cause, message, hint: None }))
}

/// A refusal, if its words are such as can be shown: one line each, not too long, without a character that acts on a terminal.
pub(super) fn refusal(refusal: Refusal) -> Error {
    let is_line = |text: &str| !text.is_empty() && text.len() <= LONGEST_WORDS && !text.chars().any(is_unprintable);
    if is_line(&refusal.message) && refusal.hint.as_deref().is_none_or(is_line) {
        Error::Refused(refusal)
    } else {
        Error::Unusable("the words of its refusal are not one line that can be shown")
    }
}

/// Checks that what was read of a URL stands in it: profile and repository as they are, the region but for its case.
pub(super) fn check_remote(remote: &Remote, url: &str) -> Result<(), &'static str> {
    let Remote { repository, profile, region } = remote;
    let stands_there = |text: &str| !text.is_empty() && url.contains(text);
    if !stands_there(repository) || !profile.as_deref().is_none_or(stands_there) {
        return Err("it reads of the URL what is not there");
    }
    let url = url.to_ascii_lowercase();
    if region.as_ref().is_some_and(|region| region.is_empty() || !url.contains(region.as_str())) {
        return Err("it reads of the URL what is not there");
    }
    Ok(())
}

/// Checks that each part of an address stands in the text or is one of the defaults, the region and the host but for their case, and
/// that each form is a line that can be shown and holds the repository.
pub(super) fn check_address(address: &Address, text: &str, defaults: &[&str; 3]) -> Result<(), &'static str> {
    let text = text.to_ascii_lowercase();
    let stands_there = |part: &str| text.contains(&part.to_ascii_lowercase()) || defaults.contains(&part);
    let Address { repository, region, profile, account, host, codecommit, https, ssh, console, arn, fips: _ } = address;
    let parts = [Some(repository), region.as_ref(), profile.as_ref(), account.as_ref(), host.as_ref()];
    if repository.is_empty() || !parts.into_iter().flatten().all(|part| stands_there(part)) {
        return Err("it reads of the text what is not there");
    }
    let forms =
        [(codecommit, "codecommit:"), (https, "https://"), (ssh, "ssh://"), (console, "https://"), (arn, "arn:")];
    for (form, start) in forms {
        let is_right = |form: &String| {
            form.starts_with(start) && form.contains(repository.as_str()) && !form.chars().any(is_unprintable)
        };
        if !form.as_ref().is_none_or(is_right) {
            return Err("a form that it writes is not one of this repository");
        }
    }
    Ok(())
}

/// Checks that a region is what the source that it is said to be of has.
pub(super) fn check_region(chosen: &ChosenRegion, sources: &RegionSources<'_>) -> Result<(), &'static str> {
    let of_source = match chosen.source {
        RegionSource::Url => sources.url,
        RegionSource::AwsDefaultRegion => sources.aws_default_region,
        RegionSource::Profile => sources.profile,
        RegionSource::AwsRegion => sources.aws_region,
    };
    if of_source == Some(chosen.name.as_str()) {
        Ok(())
    } else {
        Err("its region is not the one that its source names")
    }
}

/// Checks that an endpoint is an HTTPS URL made of its host and path, without user, query or fragment, that ends in the
/// repository asked for; that its region is the one asked for, and its host the one that the caller gave in place of the region's.
pub(super) fn check_endpoint(
    endpoint: &Endpoint,
    region: &str,
    repository: &str,
    options: &Options<'_>,
) -> Result<(), &'static str> {
    if endpoint.region != region {
        return Err("its region is not the one asked for");
    }
    if options.host.is_some_and(|host| !host.is_empty() && host != endpoint.host) {
        return Err("its host is not the one asked for");
    }
    let Endpoint { host, path, url, .. } = endpoint;
    let rest = url.strip_prefix("https://").ok_or("its URL is not https")?;
    if rest.strip_prefix(host.as_str()) != Some(path) {
        return Err("its URL is not made of its host and path");
    }
    if url.len() > LONGEST_URL {
        return Err("its URL is too long");
    }
    let is_host = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    if host.is_empty() || !host.bytes().all(is_host) {
        return Err("its host holds a character that no host does");
    }
    let is_path = |b: u8| b.is_ascii_alphanumeric() || b"-._/".contains(&b);
    if !path.starts_with('/') || !path.bytes().all(is_path) {
        return Err("its path holds a character that no repository's does");
    }
    if path.split('/').any(|segment| segment == "." || segment == "..") {
        return Err("its path leads elsewhere");
    }
    if path.rsplit('/').next() != Some(repository) {
        return Err("its path is another repository's");
    }
    Ok(())
}

/// Checks that user name and password are one line each.
pub(super) fn check_signed(signed: &Signed) -> Result<(), &'static str> {
    let is_line = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    if signed.username.expose().len().max(signed.password.expose().len()) > LONGEST_CREDENTIAL {
        return Err("its credential is too long");
    }
    if is_line(signed.username.expose()) && is_line(signed.password.expose()) {
        Ok(())
    } else {
        Err("its credential is not one line")
    }
}
