//! What the agent has given and refused, a line of JSON each: who asked, what for, until when. There is nothing secret in it.
//!
//! A line is written before its answer is: what cannot be written down is not given.

use std::fs::{File, OpenOptions};
use std::io::{self, Write, stderr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde::Serialize;

use crate::aws::time;

/// Who asks, as the system says (`SO_PEERCRED`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Peer {
    /// The user.
    pub uid: u32,
    /// Its group.
    pub gid: u32,
    /// The process, where the system tells; of another PID namespace it is the number in the agent's, or 0.
    pub pid: Option<i32>,
}

/// What a line says.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event<'a> {
    /// A credential was given.
    Signed {
        /// The rule that allows it.
        rule: &'a str,
        /// The repository.
        repository: &'a str,
        /// Its region.
        region: &'a str,
        /// The server.
        host: &'a str,
        /// The profile whose keys signed.
        profile: Option<&'a str>,
        /// The access key ID, which the server has in its log too.
        access_key: &'a str,
        /// When the credential ends.
        expires: &'a str,
    },
    /// None was given.
    Refused {
        /// Why, for a program.
        reason: &'a str,
        /// The server that was asked for, safe to print.
        #[serde(skip_serializing_if = "Option::is_none")]
        host: Option<String>,
        /// The path on it, safe to print.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String>,
        /// The region, safe to print.
        #[serde(skip_serializing_if = "Option::is_none")]
        region: Option<String>,
        /// The profile, safe to print.
        #[serde(skip_serializing_if = "Option::is_none")]
        profile: Option<String>,
    },
}

#[derive(Serialize)]
struct Line<'a> {
    time: &'a str,
    #[serde(flatten)]
    event: &'a Event<'a>,
    #[serde(flatten)]
    peer: Peer,
}

/// The log.
pub struct Audit {
    /// None is standard error.
    path: Option<PathBuf>,
    file: Mutex<Option<File>>,
}

impl Audit {
    /// Opens the file to append to, for the user alone where it is new; standard error without one.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: Option<PathBuf>) -> io::Result<Self> {
        let audit = Self { path, file: Mutex::default() };
        audit.open_again()?;
        Ok(audit)
    }

    /// Opens the file anew, for whoever has moved it away. The old one stays where that fails.
    ///
    /// # Errors
    /// What the system says.
    pub fn open_again(&self) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(())
    }

    /// Writes a line.
    ///
    /// # Errors
    /// What the system says; then nothing may be given.
    pub fn write(&self, event: &Event<'_>, peer: Peer, at: SystemTime) -> io::Result<()> {
        let line = line(event, peer, at)?;
        match &mut *self.file.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(file) => file.write_all(&line),
            None => stderr().write_all(&line),
        }
    }
}

fn line(event: &Event<'_>, peer: Peer, at: SystemTime) -> io::Result<Vec<u8>> {
    let time = time::show(at).unwrap_or_default();
    let mut line = serde_json::to_vec(&Line { time: &time, event, peer })?;
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    use super::*;

    const PEER: Peer = Peer { uid: 1001, gid: 100, pid: Some(42) };

    fn at() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
    }

    fn refused(reason: &str) -> Event<'_> {
        Event::Refused { reason, host: None, path: Some("../a".to_owned()), region: None, profile: None }
    }

    #[test]
    fn an_answer_is_one_line_with_who_what_and_until_when() {
        let event = Event::Signed {
            rule: "codecommit::eu-west-1://prod@team-*",
            repository: "team-x",
            region: "eu-west-1",
            host: "git-codecommit.eu-west-1.amazonaws.com",
            profile: Some("prod"),
            access_key: "AKIAIOSFODNN7EXAMPLE",
            expires: "2026-01-02T03:19:05Z",
        };
        assert_eq!(
            String::from_utf8(line(&event, PEER, at()).unwrap()).unwrap(),
            "{\"time\":\"2026-01-02T03:04:05Z\",\"event\":\"signed\",\"rule\":\"codecommit::eu-west-1://prod@team-*\",\
             \"repository\":\"team-x\",\"region\":\"eu-west-1\",\"host\":\"git-codecommit.eu-west-1.amazonaws.com\",\
             \"profile\":\"prod\",\"access_key\":\"AKIAIOSFODNN7EXAMPLE\",\"expires\":\"2026-01-02T03:19:05Z\",\
             \"uid\":1001,\"gid\":100,\"pid\":42}\n"
        );
    }

    #[test]
    fn a_refusal_is_one_line_with_why() {
        assert_eq!(
            String::from_utf8(line(&refused("repository"), PEER, at()).unwrap()).unwrap(),
            "{\"time\":\"2026-01-02T03:04:05Z\",\"event\":\"refused\",\"reason\":\"repository\",\"path\":\"../a\",\
             \"uid\":1001,\"gid\":100,\"pid\":42}\n"
        );
    }

    #[test]
    fn a_file_is_the_users_alone_is_appended_to_and_is_opened_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit");
        fs::write(&path, "before\n").unwrap();
        let audit = Audit::open(Some(path.clone())).unwrap();
        audit.write(&refused("a"), PEER, at()).unwrap();
        fs::rename(&path, folder.path().join("audit.1")).unwrap();
        audit.write(&refused("b"), PEER, at()).unwrap();
        audit.open_again().unwrap();
        audit.write(&refused("c"), PEER, at()).unwrap();
        let reasons = |path| -> Vec<String> {
            let text = fs::read_to_string(path).unwrap();
            text.lines().map(|line| line.split("reason\":\"").last().unwrap()[..1].to_owned()).collect()
        };
        assert_eq!(reasons(folder.path().join("audit.1")), ["b", "a", "b"]);
        assert_eq!(reasons(path.clone()), ["c"]);
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
