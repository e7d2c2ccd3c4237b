//! AWS Signature Version 4 of a request to STS, checked against every secret of the case.
//!
//! Written from <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::arrived::Arrived;
use crate::secrets::Secrets;

/// Who signed, and for where.
pub(crate) struct Signature {
    /// The access key ID; followed by `, wrongly` where no known secret made it.
    pub(crate) by: String,
    /// The region.
    pub(crate) region: String,
}

/// The signature of a request that has one.
pub(crate) fn of(request: &Arrived, secrets: &Secrets) -> Option<Signature> {
    let fields = request.header("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
    let (key, scope) = field("Credential")?.split_once('/')?;
    let signature = hex::decode(field("Signature")?).ok()?;
    let text = string_to_sign(request, scope, field("SignedHeaders")?)?;
    let is_right =
        secrets.iter().any(|secret| keyed(&signing_key(secret, scope), &text).verify_slice(&signature).is_ok());
    Some(Signature {
        by: if is_right { key.to_owned() } else { format!("{key}, wrongly") },
        region: scope.split('/').nth(1)?.to_owned(),
    })
}

fn string_to_sign(request: &Arrived, scope: &str, signed: &str) -> Option<String> {
    let headers = signed.split(';').map(|name| Some(format!("{name}:{}\n", request.header(name)?.trim())));
    let headers: String = headers.collect::<Option<_>>()?;
    let uri = &request.parts.uri;
    let canonical = format!(
        "{}\n{}\n{}\n{headers}\n{signed}\n{}",
        request.parts.method,
        uri.path(),
        uri.query().unwrap_or_default(),
        hex::encode(Sha256::digest(&request.body))
    );
    let time = request.header("x-amz-date")?;
    Some(format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex::encode(Sha256::digest(canonical))))
}

fn signing_key(secret: &str, scope: &str) -> Vec<u8> {
    let first = format!("AWS4{secret}").into_bytes();
    scope.split('/').fold(first, |key, part| keyed(&key, part).finalize().into_bytes().to_vec())
}

fn keyed(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac
}
