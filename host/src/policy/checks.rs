//! What is checked of the component's answers before they are used.
//!
//! The component decides which host and path it is. The host makes sure that what goes into Git's command line and credential
//! protocol is a plain HTTPS URL and two plain lines, whatever a component says.

use super::{Endpoint, Signed};

/// More characters than this has no URL of an endpoint.
const LONGEST_URL: usize = 1024;

/// Checks that an endpoint is an HTTPS URL made of its host and path, without user, query or fragment, that ends in the
/// repository asked for.
pub(super) fn check_endpoint(endpoint: &Endpoint, repository: &str) -> Result<(), &'static str> {
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
    if is_line(signed.username.expose()) && is_line(signed.password.expose()) {
        Ok(())
    } else {
        Err("its credential is not one line")
    }
}
