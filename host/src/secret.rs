//! Text that must not be printed.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::{fmt, str};

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use zeroize::Zeroizing;

/// A key, token or signature: it cannot be printed, and is overwritten in memory when it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over a text, which is not copied.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text. The one way out: what it is given to must not keep or print it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Reads a file with a secret, and leaves no copy of it behind.
///
/// # Errors
/// What the system says; [`io::ErrorKind::FileTooLarge`] for more than `most` bytes, [`io::ErrorKind::InvalidData`] for what is
/// not UTF-8, [`io::ErrorKind::InvalidInput`] for what is no file.
pub(crate) fn read(path: &Path, most: usize) -> io::Result<Secret> {
    // To open a pipe would wait for somebody who writes to it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    // Room for all that there may be, because a buffer that grows leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(most + 1));
    File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let text = str::from_utf8(&bytes).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Secret::new(text.to_owned()))
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// From a text, which is copied once. The errors of serde can quote what they met: they must not be shown.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_from_a_text_and_nothing_else() {
        let secret = |json| serde_json::from_slice::<Secret>(json).map(|secret| secret.expose().to_owned()).ok();
        assert_eq!(secret(br#""example-secret""#).as_deref(), Some("example-secret"));
        assert_eq!(secret(br#""example\/\u0073ecret""#).as_deref(), Some("example/secret"));
        for other in [&b"null"[..], b"1", b"[\"example-secret\"]", b"\"\xff\""] {
            assert_eq!(secret(other), None);
        }
    }

    #[test]
    fn a_secret_is_not_shown_even_for_debugging() {
        assert_eq!(format!("{:?}", Secret::new("wJalrXUtnFEMI".to_owned())), "Secret(…)");
    }
}
