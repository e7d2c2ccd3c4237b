//! Reading the URL of a remote.
//!
//! # Deviations from git-remote-codecommit 1.17
//! The original reads URLs with Python's `urlparse` and takes what that leaves. Here
//! - the last `@` ends the profile, not the first: a profile can hold one, a repository name cannot;
//! - a port, path, query or fragment is refused, where the original drops it silently; one trailing slash is taken;
//! - a repository name that CodeCommit does not allow is refused, where the original sends it to the server;
//! - any scheme but `codecommit` is a region, right or wrong; which ones exist is for [`crate::endpoint`] to say.

use crate::printable::is_unprintable;
use crate::refusal::{Part, Refusal};
use crate::text::{concat, rsplit_once, split_once};
use crate::{regions, repository_name};

/// The most bytes of a URL that is read at all.
pub const LONGEST: usize = 2048;

/// A repository as a URL names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// The repository, as CodeCommit allows it.
    pub repository: String,
    /// The profile, not empty.
    pub profile: Option<String>,
    /// The region in lower case, known or not.
    pub region: Option<String>,
}

/// Reads `codecommit://[PROFILE@]REPOSITORY` or `[codecommit::]REGION://[PROFILE@]REPOSITORY`.
///
/// # Errors
/// Refuses anything else, and says which part is wrong.
pub fn parse(url: &str) -> Result<Remote, Refusal> {
    check_text(url)?;
    // Git takes `codecommit::` off before it runs a remote helper; a program that reads Git's configuration does not.
    let (scheme, rest) = split_once(without_prefix(url), b':')
        .and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)))
        .ok_or_else(|| Refusal::MalformedUrl { url: without_user(url) })?;
    let scheme = scheme.to_ascii_lowercase();
    // Programs show pasted URLs as they are, credentials included: these are told apart before anything is quoted.
    if matches!(scheme.as_str(), "https" | "http" | "ssh" | "git" | "file" | "ftp" | "ftps") {
        return Err(Refusal::OtherTransport { instead: pasted(rest), scheme: Some(scheme) });
    }
    if scheme.is_empty() || !scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        return Err(Refusal::MalformedUrl { url: without_user(url) });
    }
    let region = (scheme != "codecommit").then_some(scheme);
    let end = rest.bytes().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let (authority, surplus) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let (profile, repository) = match rsplit_once(authority, b'@') {
        Some((profile, repository)) => (Some(profile), repository),
        None => (None, authority),
    };
    let written = Written { region: region.as_deref(), profile };

    if names_a_server(repository) {
        return Err(Refusal::OtherTransport { instead: pasted(rest), scheme: None });
    }
    if let Some(profile) = profile {
        if profile.is_empty() {
            return Err(Refusal::EmptyProfile { instead: Written { profile: None, ..written }.url(repository) });
        }
        if profile.starts_with(' ') || profile.ends_with(' ') {
            return Err(Refusal::PaddedProfile { profile: without_password(profile) });
        }
    }
    if repository.is_empty() {
        return Err(Refusal::EmptyRepository { before: written.before_repository() });
    }
    let (part, name, text) = match repository.bytes().position(|byte| byte == b':') {
        Some(colon) => (Some(Part::Port), repository.get(..colon), repository.get(colon..)),
        None if surplus.starts_with('?') => (Some(Part::Query), Some(repository), Some(surplus)),
        None if surplus.starts_with('#') => (Some(Part::Fragment), Some(repository), Some(surplus)),
        None if surplus.len() > 1 => (Some(Part::Path), Some(repository), Some(surplus)),
        None => (None, None, None),
    };
    if let Some(part) = part {
        let text = without_user(text.unwrap_or_default());
        return Err(Refusal::SurplusPart { part, text, instead: written.url(name.unwrap_or_default()) });
    }
    repository_name::check(repository).map_err(|refusal| match refusal {
        Refusal::DotGitRepository { repository, .. } => {
            let instead = repository.strip_suffix(".git").and_then(|name| written.url(name));
            Refusal::DotGitRepository { repository, instead }
        }
        other => other,
    })?;
    Ok(Remote { repository: repository.to_owned(), profile: profile.map(str::to_owned), region })
}

/// Checks that a text is one that is read at all.
///
/// # Errors
/// Refuses one that is too long, and one that would not be shown as it is.
pub(crate) fn check_text(url: &str) -> Result<(), Refusal> {
    if url.len() > LONGEST {
        return Err(Refusal::UrlTooLong { length: url.len() });
    }
    match url.chars().find(|c| is_unprintable(*c)) {
        Some(character) => Err(Refusal::UnprintableCharacter { character }),
        None => Ok(()),
    }
}

/// The URL of a repository, as a user types it. An empty region or profile is none.
pub(crate) fn write(region: &str, profile: &str, repository: &str) -> String {
    let set = |text| Some(text).filter(|text: &&str| !text.is_empty());
    Written { region: set(region), profile: set(profile) }.before_repository() + repository
}

/// The URL without the prefix by which Git finds the helper.
fn without_prefix(url: &str) -> &str {
    const PREFIX: &str = "codecommit::";
    match url.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => url,
    }
}

/// A text to be shown, without what stands before an `@`: whoever pastes a URL of another kind pastes its password.
fn without_user(text: &str) -> String {
    rsplit_once(text, b'@').map_or_else(|| text.to_owned(), |(_, rest)| concat(&["…@", rest]))
}

/// A profile to be shown, without what can be a password.
fn without_password(profile: &str) -> String {
    split_once(profile, b':').map_or_else(|| profile.to_owned(), |(user, _)| concat(&[user, ":…"]))
}

/// What a URL has before the repository.
#[derive(Clone, Copy)]
struct Written<'a> {
    region: Option<&'a str>,
    profile: Option<&'a str>,
}

impl Written<'_> {
    /// The URL up to the repository, as a user types it.
    fn before_repository(self) -> String {
        let start =
            self.region.map_or_else(|| "codecommit://".to_owned(), |region| concat(&["codecommit::", region, "://"]));
        let profile = self.profile.map(|profile| concat(&[&without_password(profile), "@"])).unwrap_or_default();
        start + &profile
    }

    /// The URL with this repository, where it would be taken.
    fn url(self, repository: &str) -> Option<String> {
        let is_taken = repository_name::is_valid(repository) && !names_a_server(repository);
        is_taken.then(|| self.before_repository() + repository)
    }
}

/// Whether a text is one of CodeCommit's servers, with or without a port.
fn names_a_server(text: &str) -> bool {
    regions::server_of_host(without_port(text)).is_some()
}

/// What stands before a port.
fn without_port(text: &str) -> &str {
    split_once(text, b':').map_or(text, |(host, _)| host)
}

/// The codecommit URL for what follows `https://` or `ssh://` in a CodeCommit URL of that kind. [`crate::addresses`] reads more
/// forms, and exactly; this is a hint, in a component that has no room for them.
fn pasted(rest: &str) -> Option<String> {
    let (authority, path) = split_once(rest, b'/')?;
    let host = rsplit_once(authority, b'@').map_or(authority, |(_, host)| host);
    let region = regions::server_of_host(without_port(host))?.region;
    let name = path.strip_prefix("v1/repos/")?;
    let name = name.strip_suffix('/').unwrap_or(name);
    let name = name.strip_suffix(".git").unwrap_or(name);
    Written { region: Some(&region), profile: None }.url(name)
}
