//! The keys to sign with, found in botocore's order of sources.
//!
//! For now these are static keys, in the environment and in the files. A profile that says to get them in another way is refused
//! with that way's name, at the place in the order where botocore would have taken it.
//!
//! # Deviations
//! - A key in a file that is empty is missing, and an empty token is none; botocore signs with the empty text.
//! - `AWS_CREDENTIAL_EXPIRATION` is not read. That keys have expired is the server's to say; botocore says it before.

use super::config_files::Profile;
use super::ini::{Section, Value};
use super::profile::{ChosenProfile, ProfileSource};
use crate::Error;
use crate::policy::Credentials;
use crate::secret::Secret;
use crate::variables::Variables;

/// AWS keys: all of one answer of one source.
#[derive(Debug)]
pub struct Identity {
    access_key_id: Secret,
    secret_access_key: Secret,
    session_token: Option<Secret>,
}

impl Identity {
    /// The keys, lent to the component.
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials {
            access_key_id: self.access_key_id.expose(),
            secret_access_key: self.secret_access_key.expose(),
            session_token: self.session_token.as_ref().map(Secret::expose),
        }
    }

    /// Finds the keys of a profile.
    ///
    /// # Errors
    /// Keys of which a part is missing, a way to get keys that is not known here, or none at all.
    pub fn find(chosen: &ChosenProfile, profile: Option<Profile<'_>>, variables: Variables<'_>) -> Result<Self, Error> {
        // A profile named in the URL is meant: botocore leaves the environment's keys out then.
        if chosen.source != ProfileSource::Url
            && let Some(identity) = from_environment(variables)?
        {
            return Ok(identity);
        }
        let value = |option| profile.and_then(|profile| profile.get(option));
        let says = |option| value(option).is_some();
        let unsupported =
            |way| Err(Error::UnsupportedIdentity { profile: chosen.name.clone(), from: chosen.source, way });
        // A role with a token file is the web identity's, even where the file's name is empty.
        if says("role_arn") && !says("web_identity_token_file") {
            if says("source_profile") || says("credential_source") {
                return unsupported("an assumed role (role_arn)");
            }
            return Err(Error::RoleWithoutSource { profile: chosen.name.clone() });
        }
        let environment_has_token_file =
            chosen.source != ProfileSource::Url && variables.text("AWS_WEB_IDENTITY_TOKEN_FILE")?.is_some();
        let profile_has_token_file = value("web_identity_token_file").is_some_and(|value| value.text() != Some(""));
        if profile_has_token_file || environment_has_token_file {
            return unsupported("a web identity (web_identity_token_file)");
        }
        if says("sso_account_id") || says("sso_role_name") {
            return unsupported("IAM Identity Center (sso_session)");
        }
        if let Some(keys) = profile.and_then(Profile::credentials)
            && let Some(identity) = from_section(keys, chosen, "credentials file")?
        {
            return Ok(identity);
        }
        if says("login_session") {
            return unsupported("aws login (login_session)");
        }
        if says("credential_process") {
            return unsupported("a program (credential_process)");
        }
        if let Some(keys) = profile.and_then(Profile::config)
            && let Some(identity) = from_section(keys, chosen, "config file")?
        {
            return Ok(identity);
        }
        let container = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
        for name in container {
            if variables.text(name)?.is_some() {
                return unsupported("a container's role (AWS_CONTAINER_CREDENTIALS_…_URI)");
            }
        }
        Err(Error::NoIdentity { profile: chosen.name.clone(), from: chosen.source })
    }
}

/// The keys in the environment, where there are any: botocore's `EnvProvider`.
fn from_environment(variables: Variables<'_>) -> Result<Option<Identity>, Error> {
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
    Ok(Some(Identity {
        access_key_id: Secret::new(access_key_id),
        secret_access_key: Secret::new(secret_access_key),
        session_token: session_token.map(Secret::new),
    }))
}

/// The keys in a file's section, where there are any: botocore's `SharedCredentialProvider` and `ConfigProvider`.
fn from_section(section: Section<'_>, chosen: &ChosenProfile, file: &str) -> Result<Option<Identity>, Error> {
    let value = |option| section.get(option).and_then(Value::text);
    let secret = |option| value(option).filter(|text| !text.is_empty()).map(|text| Secret::new(text.to_owned()));
    if section.get("aws_access_key_id").is_none() {
        return Ok(None);
    }
    let partial = |missing| Error::PartialKeys { place: format!("profile '{}' of the {file}", chosen.name), missing };
    Ok(Some(Identity {
        access_key_id: secret("aws_access_key_id").ok_or_else(|| partial("aws_access_key_id"))?,
        secret_access_key: secret("aws_secret_access_key").ok_or_else(|| partial("aws_secret_access_key"))?,
        session_token: secret("aws_security_token").or_else(|| secret("aws_session_token")),
    }))
}

#[cfg(test)]
mod tests;
