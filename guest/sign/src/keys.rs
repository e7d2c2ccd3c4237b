//! The AWS keys: of the environment, or of standard input.

use std::env;
use std::ffi::OsString;
use std::io::Read;

use codecommit_policy::signing::Credentials;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::fault::Fault;

/// No document of keys has more bytes than this.
const LONGEST: u64 = 1 << 16;

/// AWS keys of one source; wiped when they are dropped.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Keys {
    access_key_id: Zeroizing<String>,
    secret_access_key: Zeroizing<String>,
    session_token: Option<Zeroizing<String>>,
}

impl Keys {
    /// Those of the environment.
    ///
    /// # Errors
    /// [`Fault::NoKey`], [`Fault::NotText`].
    pub(crate) fn of_environment() -> Result<Self, Fault> {
        let text = |name| match env::var_os(name).filter(|value| !value.is_empty()).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(Zeroizing::new(text))),
            Some(Err(_)) => Err(Fault::NotText(name)),
        };
        let key = |name| text(name)?.ok_or(Fault::NoKey(name));
        Ok(Self {
            access_key_id: key("AWS_ACCESS_KEY_ID")?,
            secret_access_key: key("AWS_SECRET_ACCESS_KEY")?,
            session_token: text("AWS_SESSION_TOKEN")?,
        })
    }

    /// Those of a JSON document, as programs for `credential_process` write it.
    ///
    /// # Errors
    /// [`Fault::NoKeysOnStdin`]; what was read is not quoted.
    pub(crate) fn read(input: impl Read) -> Result<Self, Fault> {
        // Room for all that there may be, because a buffer that grows leaves a copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
        input.take(LONGEST).read_to_end(&mut bytes).map_err(|_| Fault::NoKeysOnStdin)?;
        serde_json::from_slice(&bytes).map_err(|_| Fault::NoKeysOnStdin)
    }

    /// The keys, lent to the policy.
    pub(crate) fn credentials(&self) -> Credentials<'_> {
        Credentials {
            access_key_id: &self.access_key_id,
            secret_access_key: &self.secret_access_key,
            session_token: self.session_token.as_ref().map(|token| token.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_credential_processes_write_them() {
        let document =
            r#"{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c", "Expiration": "x"}"#;
        let keys = Keys::read(document.as_bytes()).ok().unwrap();
        let Credentials { access_key_id, secret_access_key, session_token } = keys.credentials();
        assert_eq!((access_key_id, secret_access_key, session_token), ("a", "b", Some("c")));
        let keys = Keys::read(&br#"{"AccessKeyId": "a", "SecretAccessKey": "b"}"#[..]).ok().unwrap();
        assert_eq!(keys.credentials().session_token, None);
    }

    #[test]
    fn what_has_no_keys_is_not_quoted() {
        for document in ["", "{}", r#"{"AccessKeyId": "example-secret"}"#, "example-secret"] {
            let fault = Keys::read(document.as_bytes()).err().unwrap().to_string();
            assert!(!fault.contains("example-secret"), "{fault}");
        }
    }
}
