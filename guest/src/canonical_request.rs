//! The canonical request of a signature. It holds neither time nor key, so that it is one repository's for good, and its hash is too.

use sha2::{Digest, Sha256};

use crate::Refusal;
use crate::endpoint::Endpoint;
use crate::signing::Hexadecimal;
use crate::text::concat;

/// A canonical request, with its hash.
pub(crate) struct CanonicalRequest {
    text: String,
    hash: Hexadecimal,
}

impl CanonicalRequest {
    /// That of an endpoint. Where it is the one before, which may be none, it is not hashed again.
    ///
    /// # Errors
    /// Refuses an endpoint that is none.
    pub(crate) fn new(endpoint: &Endpoint, before: Option<Box<Self>>) -> Result<Box<Self>, Refusal> {
        endpoint.check()?;
        let text = concat(&["GIT\n", &endpoint.path, "\n\nhost:", &endpoint.host, "\n\nhost\n"]);
        Ok(match before {
            Some(before) if before.text == text => before,
            _ => Box::new(Self { hash: Hexadecimal::new(&Sha256::digest(&text).into()), text }),
        })
    }

    /// Its SHA-256, in hexadecimal.
    pub(crate) fn hash(&self) -> &str {
        self.hash.as_str()
    }
}
