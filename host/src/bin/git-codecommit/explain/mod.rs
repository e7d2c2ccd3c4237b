//! `git codecommit explain`: what becomes of a URL, and why.

mod json;
mod text;

use std::ffi::OsStr;
use std::process::ExitCode;
use std::time::SystemTime;

use git_remote_codecommit::explanation::Explanation;
use git_remote_codecommit::policy::{self, Address, Defaults};
use git_remote_codecommit::printable::Shown;
use git_remote_codecommit::variables::Variables;

use crate::fault::Fault;
use crate::output::Output;
use crate::remotes::{self, Target};

/// A remote, or a URL, explained.
struct Explained {
    target: Target,
    /// The section `url.BASE` that made the URL of the one that is written down.
    rewritten_by: Option<String>,
    /// The codecommit URL of the same repository, where this is none.
    read_as: Option<String>,
    meaning: Meaning,
}

/// What a URL is.
enum Meaning {
    /// One of this helper's, or to be one.
    Codecommit(Box<Explanation>),
    /// Another.
    Other,
}

/// Explains a remote, a URL or every remote of the repository.
///
/// # Errors
/// What is asked for is not there; Git cannot be run; [`Fault::Output`].
pub(crate) fn run(
    argument: Option<&str>,
    json: bool,
    identity: bool,
    variables: Variables<'_>,
    output: &mut Output,
) -> Result<ExitCode, Fault> {
    let targets = remotes::targets(argument)?;
    if targets.is_empty() {
        return Err(Fault::NoRemotes);
    }
    // As Git tells it to the helper.
    let folder = remotes::git_directory();
    let value = |name: &str| variables.0(name).or_else(|| folder.clone().filter(|_| name == "GIT_DIR"));
    let now = SystemTime::now();
    let explain = |target: Target| -> Result<Explained, Fault> {
        let rewritten = target.written != target.url;
        let rewritten_by = if rewritten { remotes::rewritten_by(&target.written, &target.url) } else { None };
        let read_as = if is_codecommit(&target.url) { None } else { read_as(&target.url)? };
        // A URL on the command line is asked for, whatever it is.
        let meaning = if target.name.is_none() || is_codecommit(&target.url) {
            let url = OsStr::new(read_as.as_ref().unwrap_or(&target.url));
            Meaning::Codecommit(Box::new(Explanation::of(url, Variables(&value), now, identity)))
        } else {
            Meaning::Other
        };
        Ok(Explained { target, rewritten_by, read_as, meaning })
    };
    let explained = targets.into_iter().map(explain).collect::<Result<Vec<_>, _>>()?;
    if json {
        output.json(&json::rows(&explained))?;
    } else {
        text::write(&explained, now, output)?;
    }
    let is_faulty = |explained: &Explained| match &explained.meaning {
        Meaning::Codecommit(explanation) => explanation.is_faulty(),
        Meaning::Other => false,
    };
    Ok(if explained.iter().any(is_faulty) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Whether Git gives a URL to this helper: by its scheme, or the name before `::`.
pub(crate) fn is_codecommit(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("codecommit"))
}

/// The codecommit URL of a repository whose address is written in another form; none where it is not one of CodeCommit's.
pub(crate) fn read_as(url: &str) -> Result<Option<String>, Fault> {
    match Address::read(url, Defaults::default()) {
        Ok(address) => Ok(address.codecommit),
        Err(policy::Error::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A URL as it can be shown: without a password or token.
pub(crate) fn shown_url(url: &str) -> String {
    let shown = |url: String| Shown(&url).to_string();
    let Some((scheme, rest)) = url.split_once("://") else {
        return shown(url.to_owned());
    };
    let rest = rest.split_once('?').map_or_else(|| rest.to_owned(), |(before, _)| format!("{before}?…"));
    let end = rest.find('/').unwrap_or(rest.len());
    let Some((user, host)) = rest[..end].rsplit_once('@').map(|(user, host)| (user, format!("{host}{}", &rest[end..])))
    else {
        return shown(format!("{scheme}://{rest}"));
    };
    let user = match user.split_once(':') {
        Some((user, _)) => format!("{user}:…"),
        // A token can be the user.
        None if scheme.starts_with("http") => "…".to_owned(),
        None => user.to_owned(),
    };
    shown(format!("{scheme}://{user}@{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_or_token_in_a_url_is_not_shown() {
        for (url, expected) in [
            ("codecommit://prod@MyRepo", "codecommit://prod@MyRepo"),
            ("codecommit::eu-west-1://prod@MyRepo", "codecommit::eu-west-1://prod@MyRepo"),
            ("codecommit://me:example-password@MyRepo", "codecommit://me:…@MyRepo"),
            ("https://example-token@example.com/a/b?x=example", "https://…@example.com/a/b?…"),
            ("https://me:example-password@example.com", "https://me:…@example.com"),
            ("ssh://git@example.com/a", "ssh://git@example.com/a"),
            ("git@example.com:a/b", "git@example.com:a/b"),
            ("a\u{1b}[31m", r"a\u{1b}[31m"),
        ] {
            assert_eq!(shown_url(url), expected);
        }
    }

    #[test]
    fn a_url_is_codecommits_by_its_scheme_alone() {
        for url in ["codecommit://demo", "codecommit::eu-west-1://demo", "CodeCommit://demo"] {
            assert!(is_codecommit(url), "{url}");
        }
        for url in ["https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo", "codecommit", "/codecommit/a:b"] {
            assert!(!is_codecommit(url), "{url}");
        }
    }
}
