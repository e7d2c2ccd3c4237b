//! What came of a Git operation, read from what Git told while it worked ([`super::trace`]).

use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use super::trace::{Told, told};

/// Who signed the latest credential, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The access key ID.
    pub access_key_id: String,
    /// Whether the keys have a session token, and so an end.
    pub is_temporary: bool,
    /// Their end, where it is known.
    pub expires: Option<SystemTime>,
    /// The time of the signature.
    pub at: SystemTime,
}

/// Four words in a line. A key that is no word is left out by who reads it.
impl Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_temporary { "temporary" } else { "lasting" };
        write!(f, "{} {kind} {} {}", self.access_key_id, seconds(self.at), self.expires.map_or(0, seconds))
    }
}

impl FromStr for Signer {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let mut words = line.split(' ');
        let mut next = || words.next().ok_or(());
        let access_key_id = next()?.to_owned();
        let is_temporary = next()? == "temporary";
        let mut time = || Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(next()?.parse().map_err(|_| ())?));
        let (at, expires) = (time()?, time()?);
        let expires = Some(expires).filter(|&expires| expires != SystemTime::UNIX_EPOCH);
        Ok(Self { access_key_id, is_temporary, expires, at })
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Why the server did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The credential was not taken, and where Git can ask for another, that one neither.
    Unauthorized,
    /// There is no such repository.
    NotFound,
    /// The status of the answer.
    Status(u16),
}

/// What came of it, as far as Git told.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Who signed; none where no credential was given.
    pub signer: Option<Signer>,
    /// Whether the user knows why there was no credential.
    pub was_told: bool,
    /// Whether the server took a credential before.
    pub was_let_in: bool,
    /// Why the server did not do what it was asked; none where it did, or was not reached.
    pub failure: Option<Failure>,
}

impl Outcome {
    /// Reads the trace of an operation on a repository.
    ///
    /// Git's sentences are in the user's language. Of those that count, one has what curl says, which is in English always, and
    /// the other two have the repository's URL and not that.
    pub fn of(trace: &str, https: &str) -> Self {
        let mut outcome = Self::default();
        let mut was_rejected = false;
        for line in trace.lines() {
            match told(line) {
                Some(Told::Signed(signer)) => outcome.signer = Some(signer),
                Some(Told::Why) => outcome.was_told = true,
                None => {}
            }
            let is_call =
                |action| line.contains(" child_start[") && line.contains(" --credential ") && line.ends_with(action);
            was_rejected |= is_call(" erase'");
            outcome.was_let_in |= is_call(" store'");
            if let Some((_, message)) = line.split_once(" error ")
                && let Some(failure) = failure(message, https, was_rejected)
            {
                outcome.failure = Some(failure);
            }
        }
        outcome
    }
}

/// The failure that an error message of Git tells of.
fn failure(message: &str, https: &str, was_rejected: bool) -> Option<Failure> {
    const CURL: &str = "The requested URL returned error: ";
    if let Some((_, status)) = message.split_once(CURL) {
        return match status.get(..3)?.parse().ok()? {
            401 => Some(Failure::Unauthorized),
            404 => Some(Failure::NotFound),
            status => Some(Failure::Status(status)),
        };
    }
    let (_, rest) = message.split_once(https)?;
    // What curl says would follow.
    if rest.contains(": ") {
        return None;
    }
    Some(if was_rejected { Failure::Unauthorized } else { Failure::NotFound })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTPS: &str = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/demo";

    #[track_caller]
    fn is(lines: &[&str], failure: Option<Failure>) {
        let trace: Vec<_> =
            lines.iter().map(|line| format!("17:22:13.767907 usage.c:64                        {line}\n")).collect();
        assert_eq!(Outcome::of(&trace.concat(), HTTPS).failure, failure, "{lines:?}");
    }

    fn unable(reason: &str) -> String {
        format!("error unable to access '{HTTPS}/': {reason}")
    }

    #[test]
    fn the_status_is_what_curl_says() {
        is(&[&unable("The requested URL returned error: 403")], Some(Failure::Status(403)));
        is(&[&unable("The requested URL returned error: 503 Slow Down")], Some(Failure::Status(503)));
        let rpc = "error RPC failed; HTTP 403 curl 22 The requested URL returned error: 403";
        is(&[rpc, "error the remote end hung up unexpectedly"], Some(Failure::Status(403)));
        is(&["error RPC failed; HTTP 401 curl 22 The requested URL returned error: 401"], Some(Failure::Unauthorized));
    }

    #[test]
    fn a_repository_that_is_not_found_is_told_in_any_language() {
        is(&[&format!("error repository '{HTTPS}/' not found")], Some(Failure::NotFound));
        is(&[&format!("error Repository '{HTTPS}/' nicht gefunden")], Some(Failure::NotFound));
    }

    #[test]
    fn a_credential_that_is_not_taken_is_told_by_git_letting_go_of_it() {
        // A command for sh is one word, and quoted as such.
        let erase = r"child_start[2] ''\''/bin/h'\'' --credential '\''codecommit://demo'\'' erase'";
        is(&[erase, &format!("error Authentication failed for '{HTTPS}/'")], Some(Failure::Unauthorized));
    }

    #[test]
    fn a_credential_that_is_taken_is_told_by_git_keeping_it() {
        let store = r"17:22:13.7 run-command.c:733     child_start[2] ''\''/bin/h'\'' --credential '\''codecommit://demo'\'' store'";
        assert!(Outcome::of(store, HTTPS).was_let_in);
        assert!(!Outcome::of(&store.replace("store", "get"), HTTPS).was_let_in);
    }

    #[test]
    fn a_server_that_is_not_reached_has_done_nothing_wrong() {
        is(&[&unable("Could not resolve host: git-codecommit.us-east-1.amazonaws.com")], None);
        is(&[&unable("SSL certificate problem: unable to get local issuer certificate")], None);
        is(&["error the remote end hung up unexpectedly"], None);
        is(&["exit elapsed:0.001 code:128", "error repository 'https://other/' not found"], None);
        is(&[], None);
    }

    #[test]
    fn what_the_second_process_tells_is_read() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let mut signer =
            Signer { access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(), is_temporary: true, expires: None, at };
        let read = |signer: &Signer| Outcome::of(&format!("codecommit-signed {signer}\n"), HTTPS).signer;
        assert_eq!(read(&signer), Some(signer.clone()));
        signer.expires = Some(at + Duration::from_mins(1));
        signer.is_temporary = false;
        assert_eq!(read(&signer), Some(signer));
        for line in ["codecommit-signed A temporary x 0", "codecommit-signed A", " codecommit-signed A temporary 1 0"] {
            assert_eq!(Outcome::of(line, HTTPS).signer, None, "{line}");
        }
        assert!(Outcome::of("codecommit-told\n", HTTPS).was_told);
    }
}
