//! Who may come in: the Basic credentials of a request, checked as CodeCommit does.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use crate::identities::Identity;
use crate::signature::Scope;

/// How far a signature's time may be from the server's, either way.
const WINDOW: Duration = Duration::minutes(15);

/// Why a request is turned away; the text is the body of the answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Not a fault yet: Git asks without a credential first.
    #[error("authentication required")]
    Unauthenticated,
    #[error("authorization malformed: expected HTTP Basic")]
    NotBasic,
    #[error("unknown access key")]
    UnknownAccessKey,
    #[error("session token missing: this access key is temporary")]
    SessionTokenMissing,
    #[error("session token not expected: this access key is not temporary")]
    SessionTokenUnexpected,
    #[error("session token wrong for this access key")]
    SessionTokenWrong,
    #[error("timestamp malformed: expected YYYYMMDDTHHMMSSZ at the start of the password")]
    TimestampMalformed,
    #[error("timestamp too old: more than 15 minutes before the server's clock")]
    TimestampTooOld,
    #[error("timestamp too new: more than 15 minutes after the server's clock")]
    TimestampTooNew,
    #[error("signature malformed: expected 64 lower case hexadecimal digits after the timestamp")]
    SignatureMalformed,
    #[error(
        "signature wrong: made for another repository, region, host, day or secret than \
         repository {repository}, region {region}, host {host}, day {day} and the secret of {access_key_id}"
    )]
    SignatureWrong { repository: String, region: String, host: String, day: String, access_key_id: String },
}

/// What a request asks for, as far as a signature covers it.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The repository's name, for the words of a refusal.
    pub(crate) repository: &'a str,
    /// The path that is signed.
    pub(crate) path: &'a str,
    /// The host as sent.
    pub(crate) host: &'a str,
    /// The server's region.
    pub(crate) region: &'a str,
}

/// A user name and a password that may come in, as those that IAM makes for CodeCommit: lasting, and for every repository.
#[derive(Clone)]
pub struct GitCredential {
    username: String,
    password: String,
}

impl GitCredential {
    /// Any two texts; the user name has no colon.
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self { username: username.into(), password: password.into() }
    }
}

impl fmt::Debug for GitCredential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GitCredential").field("username", &self.username).finish_non_exhaustive()
    }
}

impl FromStr for GitCredential {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (username, password) = text.split_once(':').ok_or("a user name, `:` and a password")?;
        Ok(Self::new(username, password))
    }
}

/// The user name and password of an `Authorization` header.
pub(crate) struct Credential {
    username: String,
    password: String,
}

impl Credential {
    /// Reads the header's value (RFC 7617).
    ///
    /// # Errors
    /// Where there is none, or it is not one of the Basic scheme.
    pub(crate) fn from_header(value: Option<&[u8]>) -> Result<Self, Refusal> {
        let value = value.ok_or(Refusal::Unauthenticated)?;
        let pair = || {
            let (scheme, encoded) = std::str::from_utf8(value).ok()?.split_once(' ')?;
            if !scheme.eq_ignore_ascii_case("basic") {
                return None;
            }
            let pair = String::from_utf8(STANDARD.decode(encoded.trim_matches(' ')).ok()?).ok()?;
            let (username, password) = pair.split_once(':')?;
            Some(Self { username: username.to_owned(), password: password.to_owned() })
        };
        pair().ok_or(Refusal::NotBasic)
    }

    /// Whether it is this one; a user name alone is another's who has mistyped.
    pub(crate) fn is(&self, known: &GitCredential) -> bool {
        self.username == known.username && self.password == known.password
    }

    /// The user name up to the first `%`.
    pub(crate) fn access_key_id(&self) -> &str {
        self.username.split_once('%').map_or(self.username.as_str(), |(key, _)| key)
    }

    fn session_token(&self) -> Option<&str> {
        self.username.split_once('%').map(|(_, token)| token)
    }

    /// Whether one of `identities` made this credential for what is asked, within the time allowed.
    ///
    /// # Errors
    /// The first fault, in the order key, token, time, signature.
    pub(crate) fn check(&self, identities: &[Identity], asked: Asked<'_>, now: OffsetDateTime) -> Result<(), Refusal> {
        let identity = self.identity(identities)?;
        let (timestamp, signature) = self
            .password
            .split_once('Z')
            // The parser alone would also take a year with a sign.
            .filter(|(timestamp, _)| timestamp.len() == "YYYYMMDDTHHMMSS".len())
            .ok_or(Refusal::TimestampMalformed)?;
        let signed_at =
            PrimitiveDateTime::parse(timestamp, format_description!("[year][month][day]T[hour][minute][second]"))
                .map_err(|_| Refusal::TimestampMalformed)?
                .assume_utc();
        if now - signed_at > WINDOW {
            return Err(Refusal::TimestampTooOld);
        }
        if signed_at - now > WINDOW {
            return Err(Refusal::TimestampTooNew);
        }
        let digits = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if signature.len() != 64 || !signature.bytes().all(digits) {
            return Err(Refusal::SignatureMalformed);
        }
        let signature = hex::decode(signature).map_err(|_| Refusal::SignatureMalformed)?;
        let scope = Scope { timestamp, region: asked.region, host: asked.host, path: asked.path };
        if scope.is_signed(identity.secret_access_key(), &signature) {
            Ok(())
        } else {
            Err(Refusal::SignatureWrong {
                repository: asked.repository.to_owned(),
                region: asked.region.to_owned(),
                host: asked.host.to_owned(),
                day: scope.day().to_owned(),
                access_key_id: identity.access_key_id().to_owned(),
            })
        }
    }

    /// Two profiles may share an access key and differ in the token; the token then tells which is meant.
    fn identity<'a>(&self, identities: &'a [Identity]) -> Result<&'a Identity, Refusal> {
        let mut refusal = Refusal::UnknownAccessKey;
        for identity in identities.iter().filter(|known| known.access_key_id() == self.access_key_id()) {
            if identity.has_session_token(self.session_token()) {
                return Ok(identity);
            }
            refusal = match (identity.is_temporary(), self.session_token()) {
                (true, None) => Refusal::SessionTokenMissing,
                (true, Some(_)) => Refusal::SessionTokenWrong,
                (false, _) => Refusal::SessionTokenUnexpected,
            };
        }
        Err(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = time::macros::datetime!(2026-01-02 03:04:05 UTC);
    /// From the vector "session token", of 2026-01-02 03:04:05.
    const SIGNATURE: &str = "a65e1c7316c46466c73a462eb9fd7d4d94742a4d4f77bb5d51ac08f2531191a5";
    const USERNAME: &str = "AKIAIOSFODNN7EXAMPLE%IQoJb3JpZ2luX2VjE+/=EXAMPLE";
    const ASKED: Asked<'_> = Asked {
        repository: "MyDemoRepo",
        path: "/v1/repos/MyDemoRepo",
        host: "git-codecommit.us-east-1.amazonaws.com",
        region: "us-east-1",
    };

    fn identities() -> Vec<Identity> {
        crate::identities::parse(
            "[a]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\
             aws_session_token = IQoJb3JpZ2luX2VjE+/=EXAMPLE\n\
             [b]\naws_access_key_id = AKIDLASTING\naws_secret_access_key = x\n",
        )
        .unwrap()
    }

    fn check(username: &str, password: &str, asked: Asked<'_>, now: OffsetDateTime) -> Result<(), String> {
        let header = format!("Basic {}", STANDARD.encode(format!("{username}:{password}")));
        Credential::from_header(Some(header.as_bytes()))
            .and_then(|credential| credential.check(&identities(), asked, now))
            .map_err(|refusal| refusal.to_string())
    }

    #[track_caller]
    fn refused(username: &str, password: &str, expected: &str) {
        assert_eq!(check(username, password, ASKED, NOW), Err(expected.to_owned()));
    }

    fn right() -> String {
        format!("20260102T030405Z{SIGNATURE}")
    }

    #[test]
    fn a_right_credential_is_let_in_for_15_minutes_either_way() {
        for minutes in [-15, 0, 15] {
            assert_eq!(check(USERNAME, &right(), ASKED, NOW + Duration::minutes(minutes)), Ok(()));
        }
        assert_eq!(
            check(USERNAME, &right(), ASKED, NOW + Duration::seconds(901)).unwrap_err(),
            "timestamp too old: more than 15 minutes before the server's clock"
        );
        assert_eq!(
            check(USERNAME, &right(), ASKED, NOW - Duration::seconds(901)).unwrap_err(),
            "timestamp too new: more than 15 minutes after the server's clock"
        );
    }

    #[test]
    fn a_header_that_is_not_basic_is_named() {
        for (header, expected) in [
            (None, "authentication required"),
            (Some("Bearer x"), "authorization malformed: expected HTTP Basic"),
            (Some("Basic"), "authorization malformed: expected HTTP Basic"),
            (Some("Basic ???"), "authorization malformed: expected HTTP Basic"),
            (Some("Basic YQ=="), "authorization malformed: expected HTTP Basic"),
        ] {
            let refusal = Credential::from_header(header.map(str::as_bytes)).err().unwrap();
            assert_eq!(refusal.to_string(), expected);
        }
        assert!(Credential::from_header(Some(b"bASIC YTpi")).is_ok());
    }

    #[test]
    fn a_wrong_key_or_token_is_named() {
        refused("AKIAOTHER", &right(), "unknown access key");
        refused("", &right(), "unknown access key");
        refused("AKIAIOSFODNN7EXAMPLE", &right(), "session token missing: this access key is temporary");
        refused("AKIAIOSFODNN7EXAMPLE%", &right(), "session token wrong for this access key");
        refused(&format!("{USERNAME}="), &right(), "session token wrong for this access key");
        refused("AKIDLASTING%x", &right(), "session token not expected: this access key is not temporary");
    }

    #[test]
    fn a_malformed_password_is_named() {
        let timestamp = "timestamp malformed: expected YYYYMMDDTHHMMSSZ at the start of the password";
        for password in ["", "Z", "20260102T030405", "20260102Z030405", "20261302T030405Z", "-20260102T030405Z"] {
            refused(USERNAME, &format!("{password}{SIGNATURE}"), timestamp);
        }
        let signature = "signature malformed: expected 64 lower case hexadecimal digits after the timestamp";
        for wrong in
            ["", &SIGNATURE[1..], &SIGNATURE.to_uppercase(), &SIGNATURE.replace('a', "g"), &SIGNATURE.replace('a', "é")]
        {
            refused(USERNAME, &format!("20260102T030405Z{wrong}"), signature);
        }
    }

    #[test]
    fn a_signature_for_something_else_is_answered_with_what_was_expected() {
        let other = Asked { repository: "Other", path: "/v1/repos/Other", host: "localhost:1", region: "eu-west-1" };
        assert_eq!(
            check(USERNAME, &right(), other, NOW).unwrap_err(),
            "signature wrong: made for another repository, region, host, day or secret than repository Other, \
             region eu-west-1, host localhost:1, day 20260102 and the secret of AKIAIOSFODNN7EXAMPLE"
        );
    }

    #[test]
    fn a_signature_for_another_second_is_refused() {
        let error = check(USERNAME, &format!("20260102T030406Z{SIGNATURE}"), ASKED, NOW).unwrap_err();
        assert!(error.starts_with("signature wrong: "), "{error}");
    }
}
