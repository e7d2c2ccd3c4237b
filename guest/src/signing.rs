//! The signature of a request: AWS Signature Version 4 in CodeCommit's dialect.
//!
//! It differs from the standard one, so that aws-sigv4's request signer cannot make it: the method is `GIT`, `host` is the only
//! header, the canonical request has no line for the payload's hash, and the time in the string to sign has no `Z`. Source: the
//! original's `sign()`.

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;

use crate::Refusal;
use crate::canonical_request::CanonicalRequest;
use crate::endpoint::Endpoint;
use crate::refusal::CredentialFault;
use crate::signing_key::{Scope, SigningKey};
use crate::text::concat;

/// How long the server takes a signature, in seconds.
pub const LIFETIME: u64 = 900;

/// The service of the credential scope.
pub(crate) const SERVICE: &str = "codecommit";

/// AWS keys of one source. Not to be printed, so there is no `Debug`.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The access key ID.
    pub access_key_id: &'a str,
    /// The secret access key.
    pub secret_access_key: &'a str,
    /// The session token; an empty string counts as unset.
    pub session_token: Option<&'a str>,
}

/// A user name and a password for one repository. Not to be printed, so there is no `Debug`.
pub struct Signed {
    /// The access key ID; then `%` and the session token, where there is one.
    pub username: String,
    /// The time as `YYYYMMDDTHHMMSSZ`, then the signature.
    pub password: String,
    /// When the server stops taking it, in seconds since 1970.
    pub expires: u64,
}

/// Signs for an endpoint at a time in seconds since 1970.
///
/// # Errors
/// Refuses an endpoint that is none, credentials that are none, and a time outside the years 1970 to 9999.
pub fn sign(endpoint: &Endpoint, credentials: &Credentials<'_>, at: u64) -> Result<Signed, Refusal> {
    Signer::default().sign(endpoint, credentials, at)
}

/// Signs again and again: the signing key and the canonical request of a signature are kept for the next, which is the same signature as
/// without, for a quarter of the work. Dropped, it leaves nothing of the key.
#[derive(Default)]
pub struct Signer {
    // In boxes, because a key has 400 bytes, and both are handed on.
    request: Option<Box<CanonicalRequest>>,
    key: Option<Box<SigningKey>>,
}

impl Signer {
    /// One that has not signed yet.
    pub const fn new() -> Self {
        Self { request: None, key: None }
    }

    /// See [`sign`].
    ///
    /// # Errors
    /// As for [`sign`].
    pub fn sign(&mut self, endpoint: &Endpoint, credentials: &Credentials<'_>, at: u64) -> Result<Signed, Refusal> {
        check_credentials(credentials).map_err(Refusal::MalformedCredentials)?;
        let timestamp = Timestamp::new(at)?;
        let string_to_sign = self.string_to_sign(endpoint, &timestamp)?;
        let of = Scope { secret_access_key: credentials.secret_access_key, region: &endpoint.region, at };
        let key = match self.key.take() {
            Some(key) if key.is_of(&of) => key,
            _ => Box::new(SigningKey::derive(&of)),
        };
        let signature = self.key.insert(key).sign(&string_to_sign);
        let username = match credentials.session_token.unwrap_or_default() {
            "" => credentials.access_key_id.to_owned(),
            token => concat(&[credentials.access_key_id, "%", token]),
        };
        let signature = Hexadecimal::new(&signature);
        Ok(Signed {
            username,
            password: concat(&[timestamp.as_str(), "Z", signature.as_str()]),
            expires: at + LIFETIME,
        })
    }

    // Once in the component, which is small: two of its exports come here.
    #[inline(never)]
    fn string_to_sign(&mut self, endpoint: &Endpoint, timestamp: &Timestamp) -> Result<String, Refusal> {
        let request = CanonicalRequest::new(endpoint, self.request.take())?;
        Ok(timestamp.string_to_sign(&endpoint.region, self.request.insert(request)))
    }
}

/// What [`sign`] signs.
///
/// # Errors
/// Refuses an endpoint that is none, and a time outside the years 1970 to 9999.
pub fn string_to_sign(endpoint: &Endpoint, at: u64) -> Result<String, Refusal> {
    let timestamp = Timestamp::new(at)?;
    Signer::new().string_to_sign(endpoint, &timestamp)
}

/// The endpoint's URL with the credential in it.
///
/// # Errors
/// Refuses an endpoint that is none.
pub fn authenticated_url(endpoint: &Endpoint, username: &str, password: &str) -> Result<String, Refusal> {
    endpoint.check()?;
    let mut url = "https://".to_owned();
    percent_encode(username, &mut url);
    url.push(':');
    percent_encode(password, &mut url);
    url.push('@');
    url += &endpoint.host;
    url += &endpoint.path;
    Ok(url)
}

/// Appends a text with all but RFC 3986's unreserved characters percent-encoded, as Python's `quote(text, safe="")` does.
fn percent_encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'A' - 10 + value });
            into.push('%');
            into.push(digit(byte >> 4));
            into.push(digit(byte & 15));
        }
    }
}

/// The time so many seconds after 1970 began.
pub(crate) fn time_of(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The 32 bytes of SHA-256 in hexadecimal, which is ASCII. The crate `hex` takes as long for one as the hash does.
pub(crate) struct Hexadecimal([u8; 64]);

impl Hexadecimal {
    pub(crate) fn new(bytes: &[u8; 32]) -> Self {
        let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
        let mut digits = [0; 64];
        for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(bytes) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        Self(digits)
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// A time as a signature writes it, `YYYYMMDDTHHMMSS`, in ASCII.
struct Timestamp([u8; 15]);

impl Timestamp {
    fn new(seconds: u64) -> Result<Self, Refusal> {
        // Later, and the year of the expiry has five digits.
        if seconds > 253_402_300_799 - LIFETIME {
            return Err(Refusal::TimeOutOfRange);
        }
        let time = OffsetDateTime::from(time_of(seconds));
        let (year, month, day) = time.to_calendar_date();
        let (hour, minute, second) = time.to_hms();
        let mut text = *b"00000000T000000";
        let century = u8::try_from(year / 100).unwrap_or_default();
        let of_century = u8::try_from(year % 100).unwrap_or_default();
        for (place, number) in
            [(0, century), (2, of_century), (4, month.into()), (6, day), (9, hour), (11, minute), (13, second)]
        {
            text[place] += number / 10;
            text[place + 1] += number % 10;
        }
        Ok(Self(text))
    }

    fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    fn string_to_sign(&self, region: &str, request: &CanonicalRequest) -> String {
        let (algorithm, timestamp, hash) = ("AWS4-HMAC-SHA256\n", self.as_str(), request.hash());
        let date = timestamp.get(..8).unwrap_or_default();
        // The third line is the credential scope.
        concat(&[algorithm, timestamp, "\n", date, "/", region, "/", SERVICE, "/aws4_request\n", hash])
    }
}

/// Checks what HTTP Basic and Git's credential protocol could not carry.
fn check_credentials(credentials: &Credentials<'_>) -> Result<(), CredentialFault> {
    let is_plain = |text: &str, but: &[u8]| text.bytes().all(|b| b.is_ascii_graphic() && !but.contains(&b));
    if credentials.access_key_id.is_empty() {
        return Err(CredentialFault::EmptyAccessKey);
    }
    // The server takes what follows the first `%` for the token, and what follows `:` for the password.
    if !is_plain(credentials.access_key_id, b"%:") {
        return Err(CredentialFault::AccessKeyCharacter);
    }
    if credentials.secret_access_key.is_empty() {
        return Err(CredentialFault::EmptySecretKey);
    }
    if !is_plain(credentials.session_token.unwrap_or_default(), b":") {
        return Err(CredentialFault::SessionTokenCharacter);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Credentials<'_> =
        Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE", secret_access_key: "secret", session_token: None };

    fn endpoint() -> Endpoint {
        Endpoint {
            region: "us-east-1".to_owned(),
            partition: "aws".to_owned(),
            host: "git-codecommit.us-east-1.amazonaws.com".to_owned(),
            path: "/v1/repos/MyDemoRepo".to_owned(),
        }
    }

    /// Seconds since 1970 of a time as the vectors write it.
    fn seconds(timestamp: &str) -> u64 {
        let number = |from: usize, to: usize| timestamp[from..to].parse::<u16>().unwrap();
        let small = |from, to| u8::try_from(number(from, to)).unwrap();
        let month = time::Month::try_from(small(4, 6)).unwrap();
        let date = time::Date::from_calendar_date(i32::from(number(0, 4)), month, small(6, 8)).unwrap();
        let time = time::Time::from_hms(small(9, 11), small(11, 13), small(13, 15)).unwrap();
        u64::try_from(OffsetDateTime::new_utc(date, time).unix_timestamp()).unwrap()
    }

    #[test]
    fn every_stage_of_a_signature_is_the_one_computed_elsewhere() {
        let vectors: Vec<serde_json::Value> = serde_json::from_str(include_str!("../tests/signatures.json")).unwrap();
        assert_eq!(vectors.len(), 6);
        for vector in &vectors {
            let text = |name: &str| vector[name].as_str().unwrap_or_default();
            let name = text("name");
            let endpoint = Endpoint {
                region: text("region").to_owned(),
                partition: String::new(),
                host: text("host").to_owned(),
                path: concat(&["/v1/repos/", text("repository")]),
            };
            let credentials = Credentials {
                access_key_id: text("access_key_id"),
                secret_access_key: text("secret_access_key"),
                session_token: vector["session_token"].as_str(),
            };
            let at = seconds(text("timestamp"));

            assert_eq!(endpoint.path, text("path"), "{name}: path");
            let request = CanonicalRequest::new(&endpoint, None).unwrap();
            assert_eq!(request.hash(), text("canonical_request_sha256"), "{name}: canonical request");
            assert_eq!(string_to_sign(&endpoint, at).unwrap(), text("string_to_sign"), "{name}: string to sign");
            let signed = sign(&endpoint, &credentials, at).ok().unwrap();
            assert_eq!(signed.password.split_once('Z').unwrap().1, text("signature"), "{name}: signature");
            assert_eq!(signed.username, text("username"), "{name}: user name");
            assert_eq!(signed.password, text("password"), "{name}: password");
            assert_eq!(signed.expires, at + 900, "{name}: expiry");
            let url = authenticated_url(&endpoint, &signed.username, &signed.password).unwrap();
            assert_eq!(url, text("url"), "{name}: URL");
        }
    }

    #[test]
    fn what_was_signed_before_changes_no_signature() {
        let mut signer = Signer::default();
        let (day, region) = (24 * 60 * 60, |name: &str| Endpoint { region: name.to_owned(), ..endpoint() });
        let other_path = Endpoint { path: "/v1/repos/MyDemoRepo2".to_owned(), ..endpoint() };
        let other_host = Endpoint { host: "localhost:8443".to_owned(), ..endpoint() };
        let other = Credentials { secret_access_key: "secret2", ..KEYS };
        let with_token = Credentials { access_key_id: "ASIA", session_token: Some("token"), ..KEYS };
        // Each differs from the one before in one thing.
        for (endpoint, credentials, at) in [
            (endpoint(), KEYS, day - 1),
            (endpoint(), KEYS, day - 1),
            (endpoint(), KEYS, day),
            (endpoint(), KEYS, 2 * day - 1),
            (other_path, KEYS, 2 * day - 1),
            (other_host, KEYS, 2 * day - 1),
            (endpoint(), KEYS, 2 * day - 1),
            (endpoint(), with_token, 2 * day - 1),
            (endpoint(), other, 2 * day - 1),
            (region("us-east-2"), other, 2 * day - 1),
            (endpoint(), other, 2 * day - 1),
            (endpoint(), KEYS, 2 * day - 1),
            (endpoint(), KEYS, day - 1),
        ] {
            let (again, first) = (signer.sign(&endpoint, &credentials, at), sign(&endpoint, &credentials, at));
            let (again, first) = (again.ok().unwrap(), first.ok().unwrap());
            assert_eq!((again.username, again.password), (first.username, first.password));
        }
    }

    #[test]
    fn an_empty_session_token_is_none() {
        let with = |session_token| sign(&endpoint(), &Credentials { session_token, ..KEYS }, 0).ok().unwrap();
        assert_eq!(with(Some("")).username, "AKIAIOSFODNN7EXAMPLE");
        assert_eq!(with(Some("t")).username, "AKIAIOSFODNN7EXAMPLE%t");
        assert_eq!(with(Some("")).password, with(None).password);
    }

    #[test]
    fn keys_that_no_protocol_carries_are_refused() {
        let refused = |credentials: Credentials<'_>| sign(&endpoint(), &credentials, 0).err().unwrap().to_string();
        assert_eq!(refused(Credentials { access_key_id: "", ..KEYS }), "the AWS access key ID is empty");
        for access_key_id in ["A B", "A\nB", "A%B", "A:B", "Ä"] {
            assert_eq!(
                refused(Credentials { access_key_id, ..KEYS }),
                "the AWS access key ID holds a character that none has"
            );
        }
        assert_eq!(refused(Credentials { secret_access_key: "", ..KEYS }), "the AWS secret access key is empty");
        for token in ["a b", "a\nb", "a\r", "a:b", "\u{1b}"] {
            assert_eq!(
                refused(Credentials { session_token: Some(token), ..KEYS }),
                "the AWS session token holds a character that none has"
            );
        }
    }

    #[test]
    fn only_an_endpoint_that_the_policy_gives_is_signed_for() {
        let with = |change: fn(&mut Endpoint)| {
            let mut endpoint = endpoint();
            change(&mut endpoint);
            sign(&endpoint, &KEYS, 0).err()
        };
        assert_eq!(with(|_| {}), None);
        assert_eq!(with(|e| e.region = String::new()), Some(Refusal::MalformedEndpoint));
        assert_eq!(with(|e| e.region = "us-east-1/x".to_owned()), Some(Refusal::MalformedEndpoint));
        assert_eq!(with(|e| e.host = "a\nb".to_owned()), Some(Refusal::MalformedEndpoint));
        assert_eq!(with(|e| e.host = "user@host".to_owned()), Some(Refusal::MalformedEndpoint));
        assert_eq!(with(|e| e.path = "/v1/repos/a/b".to_owned()), Some(Refusal::MalformedEndpoint));
        assert_eq!(with(|e| e.path = "/v1/repos/..".to_owned()), Some(Refusal::MalformedEndpoint));
        assert_eq!(with(|e| e.path = "/v2/repos/a".to_owned()), Some(Refusal::MalformedEndpoint));
    }

    #[test]
    fn times_from_1970_to_9999_are_signed_at() {
        let password = |at| sign(&endpoint(), &KEYS, at).ok().map(|signed| signed.password[..16].to_owned());
        assert_eq!(password(0).as_deref(), Some("19700101T000000Z"));
        assert_eq!(password(951_782_400).as_deref(), Some("20000229T000000Z"));
        assert_eq!(password(253_402_300_799 - 900).as_deref(), Some("99991231T234459Z"));
        assert_eq!(password(253_402_300_800 - 900), None);
        assert_eq!(password(u64::MAX), None);
    }
}
