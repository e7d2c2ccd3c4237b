//! The endpoint of a repository. An input is a region, a repository, the value of `CODE_COMMIT_ENDPOINT`, whether FIPS is asked
//! for, and the regions that the user vouches for.

use codecommit_policy::endpoint::{Endpoint, Options, resolve};
use codecommit_policy::refusal::{Cause, Refusal};
use codecommit_policy::regions;
use codecommit_policy::signing::authenticated_url;
use http::Uri;

use crate::fields::Fields;
use crate::sentence::{refusal_is_fit_to_be_shown, suggestion};

/// What an HTTP client makes of the URL is the host and the repository asked for, and nothing else; a value that is refused is
/// answered with one that is taken.
pub fn check(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let mut fields = Fields::new(&input);
    let (region, repository, host, fips) = (fields.text(), fields.text(), fields.optional(), fields.flag());
    let extra_regions: Vec<String> = fields.rest().into_iter().map(str::to_owned).collect();
    let options = Options { fips, host, extra_regions: &extra_regions };
    match resolve(region, repository, &options) {
        Ok(endpoint) => resolved(&endpoint, region, repository, &options),
        Err(refusal) => refused(&refusal, region, repository, &options),
    }
}

fn resolved(endpoint: &Endpoint, region: &str, repository: &str, options: &Options<'_>) {
    assert_eq!(endpoint.region, region);
    assert!(regions::find(region).is_some() || options.extra_regions.iter().any(|extra| extra == region), "{region:?}");
    assert_eq!(endpoint.path, format!("/v1/repos/{repository}"));
    assert_eq!(endpoint.url(), format!("https://{}/v1/repos/{repository}", endpoint.host));
    assert!(endpoint.check().is_ok(), "{endpoint:?}");
    if let Some(host) = options.host.filter(|host| !host.is_empty()) {
        assert_eq!(endpoint.host, host);
    } else {
        let service = if options.fips { "git-codecommit-fips" } else { "git-codecommit" };
        assert!(endpoint.host.starts_with(&format!("{service}.{region}.")), "{endpoint:?}");
    }
    assert!(endpoint.host.chars().all(|c| c.is_ascii_alphanumeric() || ".-_:[]".contains(c)), "{endpoint:?}");
    leads_to(&endpoint.url(), endpoint, "");
    // A user name that tries to lead elsewhere does not.
    let url =
        authenticated_url(endpoint, "AKIAIOSFODNN7EXAMPLE%/@:?#", "20200101T000000Z@/").expect("it is an endpoint");
    leads_to(&url, endpoint, "AKIAIOSFODNN7EXAMPLE%25%2F%40%3A%3F%23:20200101T000000Z%40%2F@");
}

/// Checks what an HTTP client makes of a URL.
fn leads_to(url: &str, endpoint: &Endpoint, user: &str) {
    let uri: Uri = url.parse().unwrap_or_else(|error| panic!("{url:?}: {error}"));
    let authority = uri.authority().expect("it has a scheme").as_str();
    assert_eq!(uri.scheme_str(), Some("https"), "{url:?}");
    assert_eq!(authority, format!("{user}{}", endpoint.host), "{url:?}");
    assert_eq!((uri.path(), uri.query()), (endpoint.path.as_str(), None), "{url:?}");
}

fn refused(refusal: &Refusal, region: &str, repository: &str, options: &Options<'_>) {
    refusal_is_fit_to_be_shown(refusal);
    let hint = refusal.hint().unwrap_or_default();
    if let Some(host) = suggestion(&hint, "set it to the host alone: CODE_COMMIT_ENDPOINT=", &[]) {
        let options = Options { host: Some(host), ..*options };
        assert!(resolve(region, repository, &options).is_ok(), "{refusal}: {hint}");
    }
    // The user before an `@` can have a password.
    if refusal.cause() == Cause::MalformedHost && options.host.is_some_and(|host| host.contains('@')) {
        let message = refusal.to_string();
        assert!(message.matches('@').count() <= 1 && !hint.contains('@'), "{message}: {hint}");
    }
}
