//! The job's side: asks the agent for a credential in place of signing. Nothing here needs a file or variable of AWS, or a runtime.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use thiserror::Error;
use zeroize::Zeroizing;

use super::SOCKET;
use crate::git::outcome::Signer;
use crate::policy::{Endpoint, Signed};
use crate::printable::{Sentence, Shown};
use crate::secret::Secret;

/// How long an agent is waited for that is not there: one that is started anew is back sooner.
const ABSENT: Duration = Duration::from_secs(10);

/// How long is waited between two tries.
const BETWEEN: Duration = Duration::from_millis(50);

/// How long an answer can take: the agent may have to look for keys first.
const ANSWER: Duration = Duration::from_mins(4);

/// More bytes than this has no answer.
const LONGEST: usize = 512 << 10;

/// Why the agent gave no credential.
#[derive(Debug, Error)]
pub enum Fault {
    /// It is not there, or broke off, again and again.
    #[error("the signing agent at {} does not answer: {why}", Shown(socket))]
    Absent {
        /// Its socket.
        socket: String,
        /// What the system says.
        why: ErrorKind,
    },
    /// It says no.
    #[error("the signing agent refuses: {}", Sentence(words))]
    Refused {
        /// What it says.
        words: String,
        /// What it says about what to do.
        hint: Option<String>,
    },
    /// Its answer is none.
    #[error("the signing agent at {} gave an answer that is no credential", Shown(.0))]
    NoCredential(String),
    /// It gives credentials, and does not tell whose keys make them.
    #[error("whose AWS keys they are is not told by the signing agent")]
    NotTold,
}

impl Fault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Absent { why: ErrorKind::PermissionDenied, .. } => {
                Some("whoever runs the agent can let your group in: git codecommit agent --group".to_owned())
            }
            Self::Absent { .. } => Some(format!("start it with `git codecommit agent`, or unset {SOCKET}")),
            Self::Refused { hint, .. } => hint.as_deref().map(|hint| Sentence(hint).to_string()),
            Self::NoCredential(_) => Some(format!("look what listens there; {SOCKET} names it")),
            Self::NotTold => Some("whoever runs the agent can ask: git codecommit explain --identity".to_owned()),
        }
    }
}

/// Asks for a credential. An agent that is not there or breaks off is asked again for a while, for it may be about to be back.
///
/// # Errors
/// [`Fault`].
pub fn ask(socket: &Path, endpoint: &Endpoint, profile: Option<&str>) -> Result<(Signed, Signer), Fault> {
    let begun = Instant::now();
    let shown = || socket.to_string_lossy().into_owned();
    let request = request(endpoint, profile);
    loop {
        match exchange(socket, &request) {
            Ok(answer) => return read(&answer, SystemTime::now()).ok_or_else(|| Fault::NoCredential(shown()))?,
            Err(error) if is_passing(error.kind()) && begun.elapsed() < ABSENT => {
                log::debug!("the agent is asked again: {}", error.kind());
                thread::sleep(BETWEEN);
            }
            Err(error) => return Err(Fault::Absent { socket: shown(), why: error.kind() }),
        }
    }
}

fn is_passing(kind: ErrorKind) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset, NotFound, UnexpectedEof};
    matches!(kind, BrokenPipe | ConnectionRefused | ConnectionReset | NotFound | UnexpectedEof)
}

/// The request for an endpoint's credential. The component has seen to it that all of it is plain, but for the profile, in which it
/// has left no line end.
fn request(endpoint: &Endpoint, profile: Option<&str>) -> String {
    let Endpoint { host, path, region, .. } = endpoint;
    let profile = profile.map(|name| format!("username={name}\n")).unwrap_or_default();
    format!("protocol=https\nhost={host}\npath={}\nregion={region}\n{profile}\n", path.trim_start_matches('/'))
}

/// Sends a request and reads its answer, up to the empty line.
fn exchange(socket: &Path, request: &str) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(ANSWER))?;
    stream.write_all(request.as_bytes())?;
    // Of the size of nearly every answer, so that it does not grow.
    let mut answer = Zeroizing::new(Vec::with_capacity(8 << 10));
    let mut bytes = Zeroizing::new([0; 4096]);
    while !answer.ends_with(b"\n\n") {
        match stream.read(&mut *bytes) {
            // Half an answer is none.
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) if answer.len() + count > LONGEST => return Err(ErrorKind::InvalidData.into()),
            Ok(count) => answer.extend_from_slice(&bytes[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(answer)
}

/// Reads an answer; none where it is neither a credential nor a refusal.
fn read(answer: &[u8], at: SystemTime) -> Option<Result<(Signed, Signer), Fault>> {
    let text = str::from_utf8(answer).ok()?;
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    if let Some(words) = value("error") {
        return Some(Err(Fault::Refused { words: words.to_owned(), hint: value("hint").map(str::to_owned) }));
    }
    let secret = |name| value(name).filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()));
    let (username, password) = (secret("username")?, secret("password")?);
    let expires =
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(value("password_expiry_utc")?.parse().ok()?))?;
    let (access_key_id, token) = username.split_once('%').map_or((username, None), |(key, token)| (key, Some(token)));
    let by = Signer { access_key_id: access_key_id.to_owned(), is_temporary: token.is_some(), expires: None, at };
    let signed =
        Signed { username: Secret::new(username.to_owned()), password: Secret::new(password.to_owned()), expires };
    Some(Ok((signed, by)))
}

#[cfg(test)]
mod tests;
