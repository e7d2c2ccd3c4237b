//! What the agent has given and refused, a line of JSON each: who asked, what for, until when. There is nothing secret in it.
//!
//! A line is written before its answer is: what cannot be written down is not given.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write, stderr};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde::Serialize;

use crate::aws::time;
use crate::report;

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
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    /// None is standard error.
    file: Option<File>,
    /// A disk that fills up takes the beginning of a line, and the next one is not to be a part of it.
    is_torn: bool,
    /// Whether the last line could not be written, which is told once.
    is_failing: bool,
}

impl Audit {
    /// Opens the file to append to, for the user alone where it is new; standard error without one.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: Option<PathBuf>) -> io::Result<Self> {
        let audit = Self { path, log: Mutex::default() };
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
        // Nobody writes meanwhile. One that cannot be read is taken for whole.
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let is_torn = ends_within_a_line(path).unwrap_or(false);
        *log = Log { file: Some(file), is_torn, is_failing: false };
        Ok(())
    }

    /// Writes a line. The first of several that cannot be written is told on standard error.
    ///
    /// # Errors
    /// What the system says; then nothing may be given.
    pub fn write(&self, event: &Event<'_>, peer: Peer, at: SystemTime) -> io::Result<()> {
        let line = line(event, peer, at)?;
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let Log { file, is_torn, is_failing } = &mut *log;
        let written = match file {
            Some(file) => append(file, &line, is_torn),
            None => append(stderr(), &line, is_torn),
        };
        let was_failing = std::mem::replace(is_failing, written.is_err());
        drop(log);
        if let (Err(error), false) = (&written, was_failing) {
            report::note(format_args!("the audit log cannot be written, and nothing is given: {}", error.kind()));
        }
        written
    }
}

/// Whether a file ends before its last line does.
fn ends_within_a_line(path: &Path) -> io::Result<bool> {
    let file = File::open(path)?;
    let found = file.metadata()?;
    let mut last = [b'\n'];
    if found.is_file() && found.len() > 0 {
        file.read_exact_at(&mut last, found.len() - 1)?;
    }
    Ok(last != [b'\n'])
}

/// Writes a line, on a line of its own also behind a torn one.
fn append(mut output: impl Write, line: &[u8], is_torn: &mut bool) -> io::Result<()> {
    if *is_torn {
        output.write_all(b"\n")?;
        *is_torn = false;
    }
    let mut rest = line;
    while !rest.is_empty() {
        match output.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => {
                rest = &rest[count..];
                *is_torn = !rest.is_empty();
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
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

    #[test]
    fn a_line_that_is_written_in_part_is_no_part_of_the_next() {
        /// A disk with room for so many bytes.
        struct Disk(usize, Vec<u8>);
        impl Write for Disk {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let count = bytes.len().min(self.0);
                if count == 0 {
                    return Err(ErrorKind::StorageFull.into());
                }
                self.0 -= count;
                self.1.extend_from_slice(&bytes[..count]);
                Ok(count)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (mut disk, mut is_torn) = (Disk(6, Vec::new()), false);
        append(&mut disk, b"one\n", &mut is_torn).unwrap();
        for _ in 0..2 {
            let error = append(&mut disk, b"two\n", &mut is_torn).unwrap_err();
            assert_eq!((error.kind(), is_torn), (ErrorKind::StorageFull, true));
        }
        disk.0 = 100;
        append(&mut disk, b"three\n", &mut is_torn).unwrap();
        append(&mut disk, b"four\n", &mut is_torn).unwrap();
        assert_eq!(String::from_utf8(disk.1).unwrap(), "one\ntw\nthree\nfour\n");
    }

    #[test]
    fn a_file_that_ends_within_a_line_is_gone_on_with_on_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit");
        for (before, lines) in [("", 1), ("whole\n", 2), ("tor", 2)] {
            fs::write(&path, before).unwrap();
            Audit::open(Some(path.clone())).unwrap().write(&refused("a"), PEER, at()).unwrap();
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(text.lines().count(), lines, "{text}");
            assert!(text.lines().last().unwrap().starts_with("{\"time\":"), "{text}");
        }
    }
}
