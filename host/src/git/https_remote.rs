//! Remotes with CodeCommit's plain HTTPS URLs, for which Git, and programs that have no remote helpers, ask a credential helper.
//!
//! # Deviations from `aws codecommit credential-helper`
//! - A host is one of CodeCommit's or the one that `CODE_COMMIT_ENDPOINT` names, exactly. There, a host that has `amazonaws.com`
//!   somewhere in it is one, whatever else it is, and a port is left out of what is signed.
//! - Where Git tells no path, which it does unless `useHttpPath` is set, the user is told. There, it is a traceback.

use crate::Error;
use crate::git::config;
use crate::git::credential::{Https, Request};
use crate::git::submodule::Submodule;
use crate::policy::{self, Address, Cause, Defaults, Policy};
use crate::remote::{ENDPOINT, Remote};
use crate::variables::Variables;

/// The remote that Git asks a credential for; none where it is not one of CodeCommit's, or where somebody else's password is asked
/// for.
///
/// The profile is the request's user name, otherwise `codecommit.profile` of Git's configuration, for this URL or any, and otherwise
/// as for a URL that names none.
///
/// # Errors
/// Why the remote has no endpoint.
pub fn find(request: &Request, variables: Variables<'_>) -> Result<Option<Remote>, Error> {
    let Some(Https { host, path, username, .. }) = request.https() else { return Ok(None) };
    if username.is_some_and(is_user_of_iam) {
        return Ok(None);
    }
    let configured = variables.text(ENDPOINT)?;
    let is_configured = configured.as_deref() == Some(host);
    let url = format!("https://{host}/{path}");
    let (repository, region, fips, host) = if is_configured {
        // Which path it is on that server is checked below.
        let Some(repository) = path.rsplit('/').next().filter(|name| !name.is_empty()) else {
            return Err(Error::NoPath { host: host.to_owned() });
        };
        (repository.to_owned(), None, false, configured)
    } else {
        match Address::read(&url, Defaults::default()) {
            Ok(address) => (address.repository, address.region, address.fips, address.host),
            Err(policy::Error::Refused(refusal)) if refusal.cause == Cause::OtherAddress => return Ok(None),
            Err(policy::Error::Refused(refusal)) if refusal.cause == Cause::MalformedRepository && path.is_empty() => {
                return Err(Error::NoPath { host: host.to_owned() });
            }
            Err(error) => return Err(error.into()),
        }
    };
    let mut policy = Policy::load()?.instance()?;
    let mut profile = username.map(str::to_owned);
    // Who wrote the URL of a submodule is not to choose who reads it.
    if let Some(submodule) = Submodule::of(variables)? {
        profile = submodule.profile(profile, &mut policy)?;
    }
    if profile.is_none() {
        profile = config::value_for(PROFILE, &url)?;
    }
    let remote = policy::Remote { repository, profile, region };
    let remote = Remote::on_server(policy, remote, fips, host.as_deref(), variables)?;
    let is_its_path = remote.endpoint().path.strip_prefix('/') == Some(path.trim_end_matches('/'));
    Ok((!is_configured || is_its_path).then_some(remote))
}

/// The setting of Git that names a profile.
const PROFILE: &str = "codecommit.profile";

/// Whether a user name is one that IAM made for HTTPS, or that of a credential of a remote helper: whoever asks with it has its
/// password elsewhere, and it is no profile.
///
/// Source: "Git credentials for HTTPS connections" of the IAM user guide, `NAME-at-ACCOUNT`; access key IDs have a prefix.
fn is_user_of_iam(name: &str) -> bool {
    let is_account = |text: &str| text.len() >= 12 && text.bytes().take(12).all(|b| b.is_ascii_digit());
    name.rsplit_once("-at-").is_some_and(|(_, account)| is_account(account))
        || name.contains('%')
        || ["AKIA", "ASIA"].iter().any(|prefix| name.starts_with(prefix))
}
