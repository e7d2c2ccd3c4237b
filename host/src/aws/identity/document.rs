//! The JSON document with keys that containers and instance metadata give.

use serde::{Deserialize, Deserializer};
use thiserror::Error;

use crate::secret::Secret;

/// Why a document has no keys; what it says is the rest of a sentence that names the endpoint.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum DocumentFault {
    /// It is not JSON, or not a document of text.
    #[error("gave an answer that is no JSON document of keys")]
    NotJson,
    /// It lacks a field, or has it without a value.
    #[error("gave keys without {0}")]
    Missing(&'static str),
}

/// The fields that count.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) access_key_id: Secret,
    pub(super) secret_access_key: Secret,
    /// None where the field is there and empty.
    pub(super) session_token: Option<Secret>,
    /// When the keys end, as it is written.
    pub(super) expiration: String,
}

/// The document as it is sent. Errors of serde could repeat a part of it, so nothing is made of them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    #[serde(default, deserialize_with = "secret")]
    access_key_id: Option<Secret>,
    #[serde(default, deserialize_with = "secret")]
    secret_access_key: Option<Secret>,
    #[serde(default, deserialize_with = "secret")]
    token: Option<Secret>,
    #[serde(default)]
    expiration: Option<String>,
}

/// Reads a document, which botocore wants all four fields of.
///
/// # Errors
/// The first fault.
pub(super) fn read(bytes: &[u8]) -> Result<Document, DocumentFault> {
    // serde would take an array for the fields in their order.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(DocumentFault::NotJson);
    }
    let sent: Sent = serde_json::from_slice(bytes).map_err(|_| DocumentFault::NotJson)?;
    let filled = |value: Option<Secret>| value.filter(|value| !value.expose().is_empty());
    Ok(Document {
        access_key_id: filled(sent.access_key_id).ok_or(DocumentFault::Missing("AccessKeyId"))?,
        secret_access_key: filled(sent.secret_access_key).ok_or(DocumentFault::Missing("SecretAccessKey"))?,
        session_token: filled(Some(sent.token.ok_or(DocumentFault::Missing("Token"))?)),
        expiration: sent.expiration.ok_or(DocumentFault::Missing("Expiration"))?,
    })
}

/// A field that is there; `null` is the empty text.
fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(Some(Secret::new(Option::<String>::deserialize(deserializer)?.unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"example-secret","Token":"example-token",
        "Expiration":"2026-01-02T03:04:05Z","Code":"Success","RoleArn":"ignored","LastUpdated":1}"#;

    #[test]
    fn a_whole_document_gives_its_keys() {
        let document = read(WHOLE.as_bytes()).unwrap();
        assert_eq!(document.access_key_id.expose(), "ASIAEXAMPLE");
        assert_eq!(document.secret_access_key.expose(), "example-secret");
        assert_eq!(document.session_token.unwrap().expose(), "example-token");
        assert_eq!(document.expiration, "2026-01-02T03:04:05Z");
    }

    #[test]
    fn a_missing_field_is_named() {
        for field in ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"] {
            let fault = read(WHOLE.replace(&format!("\"{field}\""), "\"Other\"").as_bytes()).unwrap_err();
            assert_eq!(fault, DocumentFault::Missing(field));
            assert_eq!(fault.to_string(), format!("gave keys without {field}"));
        }
    }

    #[test]
    fn a_key_without_a_value_is_missing_and_a_token_without_one_is_none() {
        for value in ["\"\"", "null"] {
            let fault = read(WHOLE.replace("\"ASIAEXAMPLE\"", value).as_bytes()).unwrap_err();
            assert_eq!(fault, DocumentFault::Missing("AccessKeyId"));
            let fault = read(WHOLE.replace("\"example-secret\"", value).as_bytes()).unwrap_err();
            assert_eq!(fault, DocumentFault::Missing("SecretAccessKey"));
            assert!(read(WHOLE.replace("\"example-token\"", value).as_bytes()).unwrap().session_token.is_none());
        }
    }

    #[test]
    fn what_is_no_document_of_text_is_refused_without_being_repeated() {
        let number = WHOLE.replace("\"example-secret\"", "7");
        for text in [
            "",
            "[]",
            r#"["ASIAEXAMPLE","example-secret","example-token","2026-01-02T03:04:05Z"]"#,
            "7",
            "not JSON",
            "{\"AccessKeyId\":",
            "<html>",
            &number,
        ] {
            let fault = read(text.as_bytes()).unwrap_err();
            assert_eq!(fault, DocumentFault::NotJson, "{text}");
            assert_eq!(fault.to_string(), "gave an answer that is no JSON document of keys");
        }
        assert_eq!(read(b"{\"AccessKeyId\":\"\xff\"}").unwrap_err(), DocumentFault::NotJson);
    }
}
