//! Git's credential protocol: lines of `name=value`, as `git help credential` describes them.

use std::io::{BufRead, Write};
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::Error;
use crate::policy::{Endpoint, Signed};
use crate::variables::Variables;

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
    /// Bytes, because it is for other servers too, whose paths and users are not ours to refuse.
    paths: Vec<Vec<u8>>,
    usernames: Vec<Vec<u8>>,
    /// Not Git's: the helper says it to the agent, because a server that is named by hand may stand for any region.
    regions: Vec<Vec<u8>>,
    /// Git can ask once more, and tells then what it was told (2.46 and later).
    keeps_state: bool,
    /// Git takes the whole value of an `Authorization` header (2.46 and later).
    takes_authtype: bool,
    /// The server did not take a signature that Git was given before. Git repeats what it was told then, and what the server said;
    /// the former it has forgotten once a request succeeded.
    is_second: bool,
}

/// What of an HTTPS server a credential is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Https<'a> {
    /// The server, with its port where it has one.
    pub host: &'a str,
    /// The path without the slash at its start; empty where Git does not tell it, which is without `useHttpPath`.
    pub path: &'a str,
    /// The user whose password is asked for, where it is known.
    pub username: Option<&'a str>,
    /// The region, where whoever asks has one in mind. Git never has.
    pub region: Option<&'a str>,
}

/// A value that is there once or not at all, as text; otherwise it is an error.
fn at_most_one(values: &[Vec<u8>]) -> Result<Option<&str>, ()> {
    match values {
        [] => Ok(None),
        [value] => str::from_utf8(value).map(Some).map_err(|_| ()),
        _ => Err(()),
    }
}

/// What Git is told with the first signature, and says when it asks for another.
const SECOND: &str = "codecommit.second=1";

/// In which form Git gets a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// User name and password, which every Git takes.
    Password,
    /// The value of the header, of which no trace of curl has any part. Before Git 2.54, pushes of more than a mebibyte fail with it.
    Header,
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
        let (texts, text) = if let Some(protocol) = line.strip_prefix(b"protocol=") {
            (&mut self.protocols, protocol)
        } else if let Some(host) = line.strip_prefix(b"host=") {
            (&mut self.hosts, host)
        } else {
            if let Some(path) = line.strip_prefix(b"path=") {
                self.paths.push(path.to_owned());
            } else if let Some(username) = line.strip_prefix(b"username=") {
                self.usernames.push(username.to_owned());
            } else if let Some(region) = line.strip_prefix(b"region=") {
                self.regions.push(region.to_owned());
            }
            self.keeps_state |= line == b"capability[]=state";
            self.takes_authtype |= line == b"capability[]=authtype";
            // Before the first request, with `http.proactiveAuth`, Git has this for the server; a server has a realm in it (RFC 7617).
            self.is_second |= line.starts_with(b"wwwauth[]=") && line != b"wwwauth[]=Basic";
            self.is_second |= line.strip_prefix(b"state[]=") == Some(SECOND.as_bytes());
            return Ok(());
        };
        let text = str::from_utf8(text).map_err(|_| Error::MalformedRequest("is not UTF-8 text"))?;
        texts.push(text.to_owned());
        Ok(())
    }

    /// What is asked for, where that is one path over HTTPS, for one user at most, and all of it is text.
    pub fn https(&self) -> Option<Https<'_>> {
        let [host] = self.hosts.as_slice() else { return None };
        let path = at_most_one(&self.paths).ok()?.unwrap_or_default();
        let username = at_most_one(&self.usernames).ok()?;
        let region = at_most_one(&self.regions).ok()?;
        (self.protocols == ["https"]).then_some(Https { host, path, username, region })
    }

    /// Whether it is for exactly this endpoint's server, port included, over HTTPS.
    pub fn is_for(&self, endpoint: &Endpoint) -> bool {
        self.protocols == ["https"] && self.hosts == [endpoint.host.as_str()]
    }
}

/// The form of the credential: with the first where it makes no difference, which is unless somebody traces curl.
///
/// curl says for whom it authenticates, and with a session token the user name is half of the secret. `version` asks for Git's
/// version, which takes a process.
pub fn form(request: &Request, variables: Variables<'_>, version: impl FnOnce() -> Option<(u32, u32)>) -> Form {
    let is_traced = ["GIT_TRACE_CURL", "GIT_CURL_VERBOSE"].iter().any(|name| variables.0(name).is_some());
    if is_traced && request.takes_authtype && version() >= Some((2, 54)) { Form::Header } else { Form::Password }
}

/// Answers a request with a credential.
///
/// Where Git can, it asks once more if the server does not take the first signature, which may have ended in the middle of a long
/// operation; and never a third time.
///
/// # Errors
/// [`Error::Protocol`] where Git does not take it.
pub fn answer(request: &Request, signed: &Signed, form: Form, mut output: impl Write) -> Result<(), Error> {
    let expires = signed.expires.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let (username, password) = (signed.username.expose(), signed.password.expose());
    // Room for all of it, because a text that grows leaves copies behind.
    let mut answer = Zeroizing::new(String::with_capacity(2 * (username.len() + password.len()) + 256));
    if request.keeps_state && !request.is_second {
        for line in ["capability[]=state\nstate[]=", SECOND, "\ncontinue=1\n"] {
            answer.push_str(line);
        }
    }
    match form {
        Form::Password => {
            for text in ["username=", username, "\npassword=", password] {
                answer.push_str(text);
            }
        }
        Form::Header => {
            let pair = Zeroizing::new([username, ":", password].concat());
            answer.push_str("capability[]=authtype\nauthtype=Basic\nephemeral=1\ncredential=");
            STANDARD.encode_string(pair.as_bytes(), &mut answer);
        }
    }
    for text in ["\npassword_expiry_utc=", &expires.to_string(), "\nquit=1\n"] {
        answer.push_str(text);
    }
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
