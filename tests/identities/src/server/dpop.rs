//! The proof of possession that goes with a sign-in token: RFC 9449, section 4.3.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::SecretKey;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use serde_json::Value;
use time::OffsetDateTime;

/// How far the proof's time may be from now, in seconds.
const WINDOW: i64 = 300;

/// A new key, as the AWS CLI writes it.
pub(crate) fn new_key() -> String {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let key = <SecretKey as p256::pkcs8::DecodePrivateKey>::from_pkcs8_der(&pair.serialize_der()).unwrap();
    key.to_sec1_pem(p256::pkcs8::LineEnding::LF).unwrap().to_string()
}

/// `valid`, or what is wrong with a proof.
pub(crate) fn check(proof: &str, key: &str, uri: &str) -> String {
    match fault(proof, key, uri) {
        None => "valid".to_owned(),
        Some(fault) => format!("invalid: {fault}"),
    }
}

fn fault(proof: &str, key: &str, uri: &str) -> Option<&'static str> {
    let [header, payload, signature] = *proof.split('.').collect::<Vec<_>>() else { return Some("not three parts") };
    let (Some(head), Some(claims)) = (json(header), json(payload)) else { return Some("not JSON") };
    let public = SecretKey::from_sec1_pem(key).unwrap().public_key();
    let point = p256::elliptic_curve::sec1::ToSec1Point::to_sec1_point(&public, false);
    let coordinate = |at: usize| URL_SAFE_NO_PAD.encode(&point.as_bytes()[at..at + 32]);
    let signed = format!("{header}.{payload}");
    let signature = URL_SAFE_NO_PAD.decode(signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
    if head["typ"] != "dpop+jwt" || head["alg"] != "ES256" {
        return Some("typ or alg");
    }
    if head["jwk"]["x"] != coordinate(1) || head["jwk"]["y"] != coordinate(33) {
        return Some("another key");
    }
    let is_wrong = |signature| VerifyingKey::from(public).verify(signed.as_bytes(), &signature).is_err();
    if signature.is_none_or(is_wrong) {
        return Some("signature");
    }
    if claims["htm"] != "POST" || claims["htu"] != uri {
        return Some("htm or htu");
    }
    let is_new = |time: i64| (time - OffsetDateTime::now_utc().unix_timestamp()).abs() < WINDOW;
    if !claims["iat"].as_i64().is_some_and(is_new) {
        return Some("iat");
    }
    claims["jti"].as_str().is_none_or(str::is_empty).then_some("jti")
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
