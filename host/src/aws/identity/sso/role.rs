//! The keys of a role: asked of the service, and their place in the cache.

use std::time::{Duration, SystemTime};

use aws_sdk_sso::Client;
use zeroize::Zeroizing;

use super::{Fault, SERVICE, Settings};
use crate::Error;
use crate::aws::cache::{json, role};
use crate::aws::identity::{Identity, Sources};
use crate::aws::network::{CallFault, Service};
use crate::aws::time;
use crate::secret::Secret;

/// The name of the cache file: `SSOCredentialFetcher._create_cache_key`, a hash of the sorted arguments without spaces.
pub(super) fn cache_key(settings: &Settings<'_>) -> String {
    let session = settings.session.as_ref().map(|session| session.name).filter(|name| !name.is_empty());
    let (name, value) = session.map_or(("startUrl", settings.start_url), |session| ("sessionName", session));
    let mut arguments = String::from("{\"accountId\":");
    json::string(&mut arguments, settings.account);
    arguments.push_str(",\"roleName\":");
    json::string(&mut arguments, settings.role);
    arguments.push(',');
    json::string(&mut arguments, name);
    arguments.push(':');
    json::string(&mut arguments, value);
    arguments.push('}');
    role::key(&arguments)
}

/// The text of a cache file, as the AWS CLI writes it.
pub(super) fn body(settings: &Settings<'_>, identity: &Identity) -> Option<Zeroizing<String>> {
    let keys = identity.credentials();
    let expires = time::show(identity.expires?)?;
    let fields = [
        ("AccessKeyId", keys.access_key_id),
        ("SecretAccessKey", keys.secret_access_key),
        ("SessionToken", keys.session_token?),
        ("Expiration", &expires),
        ("AccountId", settings.account),
    ];
    // Room for all of it, because a buffer that grows leaves a copy behind: a character is at most `\uXXXX`.
    let room = 256 + 6 * fields.iter().map(|field| field.1.len()).sum::<usize>();
    let mut body = Zeroizing::new(String::with_capacity(room));
    body.push_str("{\"ProviderType\": \"sso\", \"Credentials\": ");
    let mut before = "{";
    for (name, value) in fields {
        body.push_str(before);
        json::string(&mut body, name);
        body.push_str(": ");
        json::string(&mut body, value);
        before = ", ";
    }
    body.push_str("}}");
    Some(body)
}

/// Exchanges the token of a sign-in for keys.
///
/// # Errors
/// The session has ended, or what the service says of the role.
pub(super) fn ask(sources: &Sources<'_>, settings: &Settings<'_>, token: &Secret) -> Result<Identity, Error> {
    let config = sources.network.config(Service::Sso, settings.region, None)?;
    let call = Client::new(&config)
        .get_role_credentials()
        .role_name(settings.role)
        .account_id(settings.account)
        .access_token(token.expose());
    let answer = sources
        .network
        .wait_for(SERVICE, call.send())
        .map_err(Error::Network)?
        .map_err(|error| refused(settings, CallFault::new(SERVICE, &error)))?;
    let keys = answer.role_credentials.and_then(|keys| {
        let milliseconds = u64::try_from(keys.expiration).ok()?;
        Some(Identity {
            access_key_id: Secret::new(keys.access_key_id?),
            secret_access_key: Secret::new(keys.secret_access_key?),
            session_token: Some(Secret::new(keys.session_token?)),
            expires: Some(SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds))?),
        })
    });
    Ok(keys.ok_or_else(|| Fault::Call(Box::new(CallFault::Unreadable { service: SERVICE })))?)
}

/// What it comes down to that the service gave no keys.
fn refused(settings: &Settings<'_>, fault: CallFault) -> Fault {
    let profile = settings.profile.to_owned();
    match fault.code() {
        Some("UnauthorizedException") => Fault::Ended { profile, session: settings.sign_in().to_owned() },
        Some(
            "AccessDeniedException" | "ForbiddenException" | "InvalidRequestException" | "ResourceNotFoundException",
        ) => {
            let (role, account) = (settings.role.to_owned(), settings.account.to_owned());
            Fault::Role { profile, role, account, fault: Box::new(fault) }
        }
        _ => Fault::Call(Box::new(fault)),
    }
}
