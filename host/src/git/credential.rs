//! Git's credential protocol: lines of `name=value`, as `git help credential` describes them.

use std::io::{BufRead, Write};
use std::time::SystemTime;

use zeroize::Zeroizing;

use crate::Error;
use crate::policy::{Endpoint, Signed};

/// More bytes than this has no request of Git.
const LONGEST_REQUEST: u64 = 64 << 10;

/// The server that Git asks a credential for.
///
/// Of a name that is there twice, Git takes the last value and other programs may take the first: both are kept, and such a
/// request is for no server.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Request {
    protocols: Vec<String>,
    hosts: Vec<String>,
}

impl Request {
    /// Reads a request up to its empty line, or the end of the input. What is not asked about is passed over, whatever it holds.
    ///
    /// # Errors
    /// [`Error::Protocol`] for input that cannot be read, [`Error::MalformedRequest`] for one that is too long, or whose
    /// protocol or host is not UTF-8.
    pub fn read(input: impl BufRead) -> Result<Self, Error> {
        let mut input = input.take(LONGEST_REQUEST + 1);
        // Git sends what it has, and that can be a password of another helper.
        let mut line = Zeroizing::new(Vec::new());
        let mut request = Self::default();
        loop {
            line.clear();
            input.read_until(b'\n', &mut line).map_err(Error::Protocol)?;
            if input.limit() == 0 {
                return Err(Error::MalformedRequest("is longer than 64 KiB"));
            }
            match line.strip_suffix(b"\n").unwrap_or(&line) {
                [] => return Ok(request),
                line => request.add(line)?,
            }
        }
    }

    /// Takes up a line that says which server it is.
    fn add(&mut self, line: &[u8]) -> Result<(), Error> {
        let (values, value) = if let Some(value) = line.strip_prefix(b"protocol=") {
            (&mut self.protocols, value)
        } else if let Some(value) = line.strip_prefix(b"host=") {
            (&mut self.hosts, value)
        } else {
            return Ok(());
        };
        let value = str::from_utf8(value).map_err(|_| Error::MalformedRequest("is not UTF-8 text"))?;
        values.push(value.to_owned());
        Ok(())
    }

    /// Whether it is for exactly this endpoint's server, port included, over HTTPS.
    pub fn is_for(&self, endpoint: &Endpoint) -> bool {
        self.protocols == ["https"] && self.hosts == [endpoint.host.as_str()]
    }
}

/// Answers with a credential.
///
/// # Errors
/// [`Error::Protocol`] where Git does not take it.
pub fn answer(signed: &Signed, mut output: impl Write) -> Result<(), Error> {
    let expires = signed.expires.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let answer = Zeroizing::new(format!(
        "username={}\npassword={}\npassword_expiry_utc={expires}\nquit=1\n",
        signed.username.expose(),
        signed.password.expose(),
    ));
    output.write_all(answer.as_bytes()).and_then(|()| output.flush()).map_err(Error::Protocol)
}

/// Answers that there is none, and that nobody else is to be asked: the user least of all.
///
/// # Errors
/// [`Error::Protocol`] where Git does not take it.
pub fn decline(mut output: impl Write) -> Result<(), Error> {
    output.write_all(b"quit=1\n").and_then(|()| output.flush()).map_err(Error::Protocol)
}

#[cfg(test)]
mod tests;
