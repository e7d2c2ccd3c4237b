//! AWS Signature Version 4 in the form CodeCommit takes as a password over HTTPS.
//!
//! It differs from the general form: the method is `GIT`, the canonical request ends after the signed headers (no payload
//! hash), and the time in the string to sign has no `Z`. Key derivation is the general one:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// What a signature holds for: one repository on one host, in one region, from one second on.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// `YYYYMMDDTHHMMSS`; the caller has checked the form.
    pub timestamp: &'a str,
    /// The server's region.
    pub region: &'a str,
    /// The host as the client sent it, with its port where it sent one.
    pub host: &'a str,
    /// The repository's path, such as `/v1/repos/demo`, as the client sent it.
    pub path: &'a str,
}

impl Scope<'_> {
    /// The day, `YYYYMMDD`.
    pub(crate) fn day(&self) -> &str {
        self.timestamp.get(..8).unwrap_or_default()
    }

    fn canonical_request(&self) -> String {
        format!("GIT\n{}\n\nhost:{}\n\nhost\n", self.path, self.host)
    }

    fn string_to_sign(&self) -> String {
        format!(
            "AWS4-HMAC-SHA256\n{}\n{}/{}/codecommit/aws4_request\n{}",
            self.timestamp,
            self.day(),
            self.region,
            hex::encode(Sha256::digest(self.canonical_request()))
        )
    }

    /// Whether `signature` was made with `secret` for this scope; takes the same time for every wrong one.
    pub fn is_signed(&self, secret: &str, signature: &[u8]) -> bool {
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in [self.day(), self.region, "codecommit", "aws4_request"] {
            key = keyed(&key, part).finalize().into_bytes().to_vec();
        }
        keyed(&key, &self.string_to_sign()).verify_slice(signature).is_ok()
    }
}

/// An HMAC-SHA256 that has taken `message`.
fn keyed(key: &[u8], message: &str) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104, section 2)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(message.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors() -> Vec<serde_json::Value> {
        serde_json::from_str(include_str!("../tests/signatures.json")).unwrap()
    }

    fn text<'a>(vector: &'a serde_json::Value, field: &str) -> &'a str {
        vector[field].as_str().unwrap()
    }

    fn scope(vector: &serde_json::Value) -> Scope<'_> {
        Scope {
            timestamp: text(vector, "timestamp"),
            region: text(vector, "region"),
            host: text(vector, "host"),
            path: text(vector, "path"),
        }
    }

    fn signature(vector: &serde_json::Value) -> Vec<u8> {
        hex::decode(text(vector, "signature")).unwrap()
    }

    #[test]
    fn every_vector_agrees_at_each_stage() {
        let vectors = vectors();
        assert_eq!(vectors.len(), 6);
        for vector in &vectors {
            let scope = scope(vector);
            assert_eq!(
                hex::encode(Sha256::digest(scope.canonical_request())),
                text(vector, "canonical_request_sha256")
            );
            assert_eq!(scope.string_to_sign(), text(vector, "string_to_sign"));
            assert!(scope.is_signed(text(vector, "secret_access_key"), &signature(vector)), "{}", text(vector, "name"));
        }
    }

    #[test]
    fn a_signature_for_anything_else_is_refused() {
        for vector in &vectors() {
            let right = scope(vector);
            let secret = text(vector, "secret_access_key");
            let signature = signature(vector);
            let other_path = format!("{}x", right.path);
            let other_host = format!("{}:1", right.host);
            let other_region = format!("{}1", right.region);
            for wrong in [
                Scope { path: &other_path, ..right },
                Scope { host: &other_host, ..right },
                Scope { region: &other_region, ..right },
                Scope { timestamp: "20000101T000000", ..right },
            ] {
                assert!(!wrong.is_signed(secret, &signature));
            }
            assert!(!right.is_signed("another secret", &signature));
            assert!(!right.is_signed(secret, &signature[..31]));
            assert!(!right.is_signed(secret, &[]));
        }
    }
}
