//! The keys of a role that IAM Identity Center gives to whom `aws sso login` signed in: botocore's `SSOProvider`.
//!
//! In the order of what each costs: keys that the AWS CLI or this program kept, `~/.aws/cli/cache`; the token of the sign-in,
//! `~/.aws/sso/cache`, which is refreshed where it can be; a call that exchanges the token for keys, which are then kept. A
//! token that is no longer good is told at once, without network.
//!
//! # Deviations
//! - An option that is empty is missing; botocore asks the service for the role, account or region of that name.
//! - Of processes that need the same token, or the same keys, one refreshes or asks, and the others wait for what it kept: a
//!   refresh token may be good for one use.
//! - A token that was refreshed without a new refresh token keeps the old one, as RFC 6749 has it (section 6); botocore drops it.
//! - Fields of a token's file that botocore does not know stay in it.
//! - A refresh that failed is no fault as long as the token is good; for botocore it is one where the network failed.
//! - A refreshed token that cannot be written is used; one whose file may not be written is not refreshed.
//! - Where a refresh is refused the file is read again: another program may have refreshed the token first.

mod fault;
mod role;
mod settings;
mod token;

pub use fault::Fault;
use settings::Settings;

use super::description::{Details, Expiry};
use super::{Identity, Sources};
use crate::Error;
use crate::aws::cache::role::{LEAST_LEFT, RoleCache};
use crate::aws::config_files::Profile;
use crate::printable::Shown;

/// How a sentence names the service.
const SERVICE: &str = "IAM Identity Center";

pub(super) use settings::is_for;

/// Finds the keys of the profile's role, where it names one, or an account.
///
/// # Errors
/// What is missing in the configuration, who has to sign in, or what the service said.
pub(super) fn find(sources: &Sources<'_>, name: &str, profile: Profile<'_>) -> Result<Option<Identity>, Error> {
    let Some(settings) = Settings::find(sources.files, name, profile)? else {
        return Ok(None);
    };
    let cache = RoleCache::new(sources.home().as_deref());
    let key = role::cache_key(&settings);
    if let Some(identity) = cache.find(&key, sources.now, LEAST_LEFT) {
        return Ok(Some(identity));
    }
    // Before the lock: whoever has to sign in is told so, and not that another process failed.
    token::check(sources, &settings)?;
    let get = || {
        let token = token::find(sources, &settings)?;
        let identity = role::ask(sources, &settings, &token)?;
        let body = role::body(&settings, &identity);
        Ok::<_, Error>((identity, body))
    };
    cache.get(&key, sources.now, LEAST_LEFT, get).map(Some)
}

/// What this way would give, without a question to anybody: its role, and how long the sign-in is good for.
///
/// # Errors
/// What is missing in the configuration, or who has to sign in.
pub(super) fn describe(sources: &Sources<'_>, name: &str, profile: Profile<'_>) -> Result<Option<Details>, Error> {
    let Some(settings) = Settings::find(sources.files, name, profile)? else {
        return Ok(None);
    };
    let (role, account) = (Shown(settings.role), Shown(settings.account));
    let details = Details::new(format!("role {role} of account {account} in IAM Identity Center"));
    let cache = RoleCache::new(sources.home().as_deref());
    if let Some((folder, identity)) = cache.find_in(&role::cache_key(&settings), sources.now, LEAST_LEFT) {
        return Ok(Some(details.cached(folder, &identity)));
    }
    let kept = token::kept(sources, &settings)?;
    let details = details.note(format!("signed in to '{}'", Shown(settings.sign_in())));
    let expiry = Expiry { of: "the sign-in", at: kept.expires, is_renewed: kept.is_renewed };
    Ok(Some(details.expires(expiry).fault(token::check(sources, &settings).err().map(Error::Sso))))
}

#[cfg(test)]
mod tests;
