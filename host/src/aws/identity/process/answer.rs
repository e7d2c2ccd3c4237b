//! What a `credential_process` writes: one JSON object, `Version` 1.

use std::borrow::Cow;
use std::time::SystemTime;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::aws::identity::Identity;
use crate::aws::time;
use crate::printable::Shown;
use crate::secret::Secret;

/// Why an answer has no keys that can be used: the rest of a sentence about the program. Nothing of what can be a key is in it.
#[derive(Debug, Error)]
pub enum AnswerFault {
    /// It is no JSON object, or what is to be a text in it is none.
    #[error("did not write the JSON of a credential_process")]
    Unreadable,
    /// It does not say which version it is.
    #[error("wrote JSON without Version")]
    NoVersion,
    /// It is of a version that nobody has described yet.
    #[error("wrote JSON of a Version other than the number 1")]
    OtherVersion,
    /// A key is missing.
    #[error("wrote JSON without {0}")]
    Missing(&'static str),
    /// When the keys end is not known.
    #[error("wrote JSON whose Expiration is no time as 2026-01-02T03:04:05Z")]
    NoTime,
    /// The keys have ended.
    #[error("wrote keys that ended at {}", Shown(.0))]
    Expired(String),
}

impl AnswerFault {
    /// What to type.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::NoTime => "the program is to write Expiration as 2026-01-02T03:04:05Z",
            Self::Expired(_) => "sign in again where the program of credential_process has its keys from",
            _ => {
                r#"the program is to write {"Version": 1, "AccessKeyId": "…", "SecretAccessKey": "…"} and nothing else"#
            }
        }
    }
}

/// The names are compared exactly, and others are passed over.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    #[serde(default)]
    version: Value,
    access_key_id: Option<Secret>,
    secret_access_key: Option<Secret>,
    session_token: Option<Secret>,
    #[serde(borrow)]
    expiration: Option<Cow<'a, str>>,
}

/// The keys of an answer.
///
/// Each is copied once, into its [`Secret`]. One with an escape in it, as `\/`, leaves a copy in the parser's own memory.
pub(super) fn identity(answer: &[u8], now: SystemTime) -> Result<Identity, AnswerFault> {
    // What serde says can quote what it met.
    let answer: Answer<'_> = serde_json::from_slice(answer).map_err(|_| AnswerFault::Unreadable)?;
    match answer.version {
        Value::Null => return Err(AnswerFault::NoVersion),
        version if version.as_u64() != Some(1) => return Err(AnswerFault::OtherVersion),
        _ => {}
    }
    let there = |key: Option<Secret>| key.filter(|key| !key.expose().is_empty());
    let identity = Identity {
        access_key_id: there(answer.access_key_id).ok_or(AnswerFault::Missing("AccessKeyId"))?,
        secret_access_key: there(answer.secret_access_key).ok_or(AnswerFault::Missing("SecretAccessKey"))?,
        session_token: there(answer.session_token),
        expires: match answer.expiration {
            Some(text) => Some(time::parse(&text).ok_or(AnswerFault::NoTime)?),
            None => None,
        },
    };
    match identity.expires {
        Some(expires) if expires <= now => {
            Err(AnswerFault::Expired(time::show(expires).unwrap_or_else(|| "an unknown time".to_owned())))
        }
        _ => Ok(identity),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// 2026-01-02T03:04:05Z
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
    }

    #[track_caller]
    fn refuses(answer: impl AsRef<[u8]>, expected: &str) {
        assert_eq!(identity(answer.as_ref(), now()).unwrap_err().to_string(), expected);
    }

    /// An answer with keys, and these members before them.
    fn with(members: &str) -> String {
        format!(r#"{{{members}"AccessKeyId":"ASIAEXAMPLEPROCESS","SecretAccessKey":"example-secret"}}"#)
    }

    #[test]
    fn keys_of_an_answer_are_taken_together() {
        let answer = with(
            r#""Version": 1, "SessionToken": "example\/token", "Expiration": "2026-01-02T03:04:06Z", "AccountId": "123456789012", "#,
        );
        let identity = identity(answer.as_bytes(), now()).unwrap();
        let keys = identity.credentials();
        assert_eq!(keys.access_key_id, "ASIAEXAMPLEPROCESS");
        assert_eq!(keys.secret_access_key, "example-secret");
        assert_eq!(keys.session_token, Some("example/token"));
        assert_eq!(identity.expires, Some(now() + Duration::from_secs(1)));
    }

    #[test]
    fn a_token_and_an_end_need_not_be_there() {
        for members in ["", r#""SessionToken": null, "Expiration": null, "#, r#""SessionToken": "", "#] {
            let identity = identity(with(&format!("{members}\"Version\": 1, ")).as_bytes(), now()).unwrap();
            assert!(identity.session_token.is_none() && identity.expires.is_none(), "{members}");
        }
    }

    #[test]
    fn an_answer_that_is_no_such_json_is_refused_without_being_shown() {
        let double = with(r#""Version": 1, "AccessKeyId": "example-secret", "#);
        let number = r#"{"Version": 1, "AccessKeyId": 5, "SecretAccessKey": "example-secret"}"#;
        let followed = with(r#""Version": 1, "#) + "example-secret";
        for answer in ["", "example-secret", "null", "\"example-secret\"", "{", &double, number, &followed] {
            refuses(answer, "did not write the JSON of a credential_process");
        }
        refuses(b"\xff", "did not write the JSON of a credential_process");
    }

    #[test]
    fn the_version_is_the_number_1() {
        refuses(with(""), "wrote JSON without Version");
        refuses(with(r#""version": 1, "#), "wrote JSON without Version");
        refuses(with(r#""Version": null, "#), "wrote JSON without Version");
        for version in ["0", "2", "\"1\"", "\"example-secret\"", "[1]"] {
            refuses(with(&format!(r#""Version": {version}, "#)), "wrote JSON of a Version other than the number 1");
        }
    }

    #[test]
    fn a_key_that_is_missing_is_named() {
        for access_key_id in ["", r#", "AccessKeyId": null"#, r#", "AccessKeyId": """#, r#", "accessKeyId": "AKIA""#] {
            let answer = format!(r#"{{"Version": 1, "SecretAccessKey": "example-secret"{access_key_id}}}"#);
            refuses(answer, "wrote JSON without AccessKeyId");
        }
        for secret in ["", r#", "SecretAccessKey": null"#, r#", "SecretAccessKey": """#] {
            let answer = format!(r#"{{"Version": 1, "AccessKeyId": "ASIAEXAMPLEPROCESS"{secret}}}"#);
            refuses(answer, "wrote JSON without SecretAccessKey");
        }
    }

    #[test]
    fn an_end_that_is_no_time_is_refused() {
        for text in ["", "tomorrow", "example-secret"] {
            let answer = with(&format!(r#""Version": 1, "Expiration": "{text}", "#));
            refuses(answer, "wrote JSON whose Expiration is no time as 2026-01-02T03:04:05Z");
        }
    }

    #[test]
    fn keys_that_have_ended_are_refused() {
        for (text, when) in
            [("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"), ("2025-12-31T23:00:00+01:00", "2025-12-31T22:00:00Z")]
        {
            let answer = with(&format!(r#""Version": 1, "Expiration": "{text}", "#));
            refuses(answer, &format!("wrote keys that ended at {when}"));
        }
    }
}
