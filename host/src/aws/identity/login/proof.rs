//! The proof that who refreshes a session has the key that it was signed in with: a JWT for one request, RFC 9449.

use std::fmt;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::DecodePrivateKey;
use rustls::crypto::SecureRandom;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::aws::cache::json;

/// A key of the curve P-256.
pub(super) struct ProofKey(SigningKey);

/// The machine cannot make a proof: it has no random numbers, or a clock before 1970.
#[derive(Debug, Error)]
#[error("this machine has no random numbers, or not the time")]
pub(super) struct NoProof;

impl ProofKey {
    /// Reads a key: PEM with whatever label, as botocore does, around `ECPrivateKey` (SEC 1) or PKCS #8.
    pub(super) fn parse(pem: &str) -> Option<Self> {
        // As long as the text, so that it does not grow and leave a copy behind.
        let mut base64 = Zeroizing::new(String::with_capacity(pem.len()));
        pem.lines().filter(|line| !line.starts_with("-----")).for_each(|line| base64.push_str(line.trim()));
        let mut der = Zeroizing::new(vec![0; base64.len()]);
        let length = STANDARD.decode_slice(base64.as_bytes(), &mut der).ok()?;
        let der = der.get(..length)?;
        let key = SecretKey::from_sec1_der(der).ok().or_else(|| SecretKey::from_pkcs8_der(der).ok())?;
        Some(Self(key.into()))
    }

    /// Proves the key for a request: `POST` to a URL, at a time, in an ID that is used once.
    ///
    /// # Errors
    /// [`NoProof`].
    pub(super) fn prove(&self, url: &str, now: SystemTime, id: &str) -> Result<String, NoProof> {
        let seconds = now.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| NoProof)?.as_secs();
        let point = self.0.verifying_key().to_sec1_point(false);
        let coordinate = |bytes: Option<_>| bytes.map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).ok_or(NoProof);
        let (x, y) = (coordinate(point.x())?, coordinate(point.y())?);
        let header =
            format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{{"kty":"EC","x":"{x}","y":"{y}","crv":"P-256"}}}}"#);
        let mut htu = String::new();
        json::string(&mut htu, url);
        let payload = format!(r#"{{"htm":"POST","htu":{htu},"iat":{seconds},"jti":"{id}"}}"#);
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        // Deterministic (RFC 6979): no random number that is not random enough gives the key away.
        let signature: Signature = self.0.try_sign(signed.as_bytes()).map_err(|_| NoProof)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())))
    }
}

impl fmt::Debug for ProofKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProofKey(…)")
    }
}

/// An ID that nothing has had before.
///
/// # Errors
/// [`NoProof`].
pub(super) fn new_id() -> Result<String, NoProof> {
    let random: &dyn SecureRandom = rustls::crypto::ring::default_provider().secure_random;
    let mut bytes = [0; 16];
    random.fill(&mut bytes).map_err(|_| NoProof)?;
    Ok(uuid(bytes))
}

/// Random bytes as a UUID of version 4 (RFC 9562), which is what botocore sends.
fn uuid(bytes: [u8; 16]) -> String {
    let number = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let digits = format!("{number:032x}");
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests;
