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

    /// What is read of a file with this, where 8 bytes are the most.
    fn read_of(bytes: &[u8]) -> Result<String, io::ErrorKind> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, bytes).unwrap();
        read(&path, 8).map(|secret| secret.expose().to_owned()).map_err(|error| error.kind())
    }

    #[test]
    fn a_file_is_read_as_it_is() {
        for text in ["", "secret", " a\r\n\0é\n", "12345678"] {
            assert_eq!(read_of(text.as_bytes()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_file_that_is_too_long_or_no_text_is_not_taken() {
        assert_eq!(read_of(b"123456789"), Err(io::ErrorKind::FileTooLarge));
        assert_eq!(read_of(&vec![b'x'; 1 << 20]), Err(io::ErrorKind::FileTooLarge));
        assert_eq!(read_of(b"a\xff"), Err(io::ErrorKind::InvalidData));
        // A character of which the last byte is missing.
        assert_eq!(read_of(b"a\xc3"), Err(io::ErrorKind::InvalidData));
    }

    #[test]
    fn what_is_no_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let kind = |path: &Path| read(path, 8).unwrap_err().kind();
        assert_eq!(kind(folder.path()), io::ErrorKind::InvalidInput);
        assert_eq!(kind(&folder.path().join("missing")), io::ErrorKind::NotFound);
    }

    /// Nobody writes to it: whoever opened it would wait.
    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(read(&pipe, 8).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn a_secret_is_not_shown_even_for_debugging() {
        assert_eq!(format!("{:?}", Secret::new("wJalrXUtnFEMI".to_owned())), "Secret(…)");
    }
}
