//! Keys that are written down: in the environment, and in the two files.
//!
//! # Deviations
//! - A key in a file that is empty is missing, and an empty token is none; botocore signs with the empty text.

use super::Identity;
use super::description::{Details, Expiry};
use crate::Error;
use crate::aws::ini::{Section, Value};
use crate::aws::time;
use crate::printable::Shown;
use crate::secret::Secret;
use crate::variables::Variables;

/// Whether there are keys in the environment.
///
/// # Errors
/// A variable that is not UTF-8.
pub(super) fn are_in_environment(variables: Variables<'_>) -> Result<bool, Error> {
    Ok(variables.text("AWS_ACCESS_KEY_ID")?.is_some())
}

/// Whether there are keys in a file's section.
pub(super) fn are_in(section: Section<'_>) -> bool {
    section.get("aws_access_key_id").is_some()
}

/// When the keys in the environment end, as far as it says.
///
/// # Errors
/// It says no time.
pub(super) fn expiration(variables: Variables<'_>) -> Result<Option<std::time::SystemTime>, Error> {
    match variables.text("AWS_CREDENTIAL_EXPIRATION")? {
        Some(text) => Ok(Some(time::parse(&text).ok_or(Error::NoTime { name: "AWS_CREDENTIAL_EXPIRATION", text })?)),
        None => Ok(None),
    }
}

/// The keys in the environment, where there are any: botocore's `EnvProvider`.
///
/// # Errors
/// A key without its secret, or keys that say themselves that they have expired.
pub(super) fn from_environment(
    variables: Variables<'_>,
    now: std::time::SystemTime,
) -> Result<Option<Identity>, Error> {
    let Some(access_key_id) = variables.text("AWS_ACCESS_KEY_ID")? else {
        return Ok(None);
    };
    let Some(secret_access_key) = variables.text("AWS_SECRET_ACCESS_KEY")? else {
        return Err(Error::PartialKeys { place: "the environment".to_owned(), missing: "AWS_SECRET_ACCESS_KEY" });
    };
    // Of these two, botocore takes the older name first.
    let session_token = match variables.text("AWS_SECURITY_TOKEN")? {
        Some(token) => Some(token),
        None => variables.text("AWS_SESSION_TOKEN")?,
    };
    let expires = expiration(variables)?;
    if expires.is_some_and(|expires| expires <= now) {
        return Err(Error::EnvironmentExpired);
    }
    Ok(Some(Identity {
        access_key_id: Secret::new(access_key_id),
        secret_access_key: Secret::new(secret_access_key),
        session_token: session_token.map(Secret::new),
        expires,
    }))
}

/// The keys in a file's section, where there are any: botocore's `SharedCredentialProvider` and `ConfigProvider`.
///
/// # Errors
/// [`Error::PartialKeys`] for a key without its secret.
pub(super) fn from_section(section: Section<'_>, profile: &str, file: &str) -> Result<Option<Identity>, Error> {
    let value = |option| section.get(option).and_then(Value::text);
    let secret = |option| value(option).filter(|text| !text.is_empty()).map(|text| Secret::new(text.to_owned()));
    if !are_in(section) {
        return Ok(None);
    }
    let partial = |missing| Error::PartialKeys { place: format!("profile '{profile}' of the {file}"), missing };
    Ok(Some(Identity {
        access_key_id: secret("aws_access_key_id").ok_or_else(|| partial("aws_access_key_id"))?,
        secret_access_key: secret("aws_secret_access_key").ok_or_else(|| partial("aws_secret_access_key"))?,
        session_token: secret("aws_security_token").or_else(|| secret("aws_session_token")),
        expires: None,
    }))
}

/// The keys in the environment, described.
///
/// # Errors
/// As for [`from_environment`], but for keys that have expired.
pub(super) fn describe_environment(
    variables: Variables<'_>,
    now: std::time::SystemTime,
) -> Result<Option<Details>, Error> {
    match from_environment(variables, now) {
        Ok(found) => Ok(found.map(|identity| describe(&identity))),
        Err(Error::EnvironmentExpired) => {
            let id = variables.text("AWS_ACCESS_KEY_ID")?.unwrap_or_default();
            let at = expiration(variables)?.unwrap_or(now);
            let details = Details::new(format!("access key {}", Shown(&id)));
            let expiry = Expiry { of: "the keys", at, is_renewed: false };
            Ok(Some(details.expires(expiry).fault(Some(Error::EnvironmentExpired))))
        }
        Err(error) => Err(error),
    }
}

/// Keys that are written down, described.
pub(super) fn describe(identity: &Identity) -> Details {
    let details = Details::new(format!("access key {}", Shown(identity.access_key_id.expose()))).keys(identity);
    match identity.expires {
        Some(at) => details.expires(Expiry { of: "the keys", at, is_renewed: false }),
        None => details,
    }
}
