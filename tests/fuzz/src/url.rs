//! The URL of a remote. An input is a URL.

use codecommit_policy::endpoint::{Options, resolve};
use codecommit_policy::printable::is_unprintable;
use codecommit_policy::refusal::{Cause, Refusal};
use codecommit_policy::remote_url::{LONGEST, Remote, parse};

use crate::sentence::{refusal_is_fit_to_be_shown, suggestion};

/// A URL that is taken means what its plain form means, and holds nothing that no repository, profile or region does; one that is
/// refused is answered with a URL that is taken.
pub fn check(input: &[u8]) {
    let Ok(url) = str::from_utf8(input) else { return };
    match parse(url) {
        Ok(remote) => taken(url, &remote),
        Err(refusal) => refused(&refusal),
    }
}

fn taken(url: &str, remote: &Remote) {
    let Remote { repository, profile, region } = remote;
    assert!(url.len() <= LONGEST);
    is_repository(repository);
    if let Some(profile) = profile {
        assert!(!profile.is_empty() && profile.trim_matches(' ') == profile, "{profile:?}");
        assert!(!profile.chars().any(is_unprintable), "{profile:?}");
        assert!(url.contains(&format!("{profile}@{repository}")), "{remote:?}");
    }
    if let Some(region) = region {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        assert!(!region.is_empty() && region.chars().all(is_plain) && region != "codecommit", "{region:?}");
        assert!(url.to_ascii_lowercase().contains(&format!("{region}://")), "{remote:?}");
    }
    // What Git shows of a remote, what it passes to a helper, and both with the one slash that is taken.
    let user = profile.as_ref().map(|profile| format!("{profile}@")).unwrap_or_default();
    let forms = match region {
        None => vec![format!("codecommit://{user}{repository}"), format!("codecommit://{user}{repository}/")],
        Some(region) => {
            vec![format!("codecommit::{region}://{user}{repository}"), format!("{region}://{user}{repository}/")]
        }
    };
    for form in forms.iter().filter(|form| form.len() <= LONGEST) {
        assert_eq!(parse(form).as_ref(), Ok(remote), "{form:?}");
    }
    assert!(resolve("us-east-1", repository, &Options::default()).is_ok(), "{repository:?}");
}

/// The rules of CodeCommit, and of paths.
fn is_repository(name: &str) {
    assert!((1..=100).contains(&name.len()), "{name:?}");
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c)), "{name:?}");
    assert!(name.strip_suffix(".git").is_none() && name != "." && name != "..", "{name:?}");
}

fn refused(refusal: &Refusal) {
    refusal_is_fit_to_be_shown(refusal);
    let hint = refusal.hint().unwrap_or_default();
    let after = [" for the default profile", ", and name another server with CODE_COMMIT_ENDPOINT=HOST:PORT"];
    if let Some(url) = suggestion(&hint, "use ", &after) {
        assert!(parse(url).is_ok(), "{refusal}: {hint}");
    }
    // A pasted URL can have a password before its `@`.
    if refusal.cause() == Cause::OtherTransport {
        let message = refusal.to_string();
        assert!(!message.contains('@') && !hint.replace("[PROFILE@]", "").contains('@'), "{message}: {hint}");
    }
}
