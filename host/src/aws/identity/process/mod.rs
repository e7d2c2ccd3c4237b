//! `credential_process`: a program of the user's that gives keys, botocore's `ProcessProvider`.
//!
//! # Deviations
//! - The program's standard input is empty; botocore lets it read this process's, which is Git's.
//! - What it writes to standard error is the user's to read at once; botocore shows it where the program fails.
//! - It has three minutes, and a mebibyte to write; botocore sets no limits.
//! - It is run once. botocore runs it again where its keys end within 15 minutes, and uses them until they do.
//! - A key that is empty or null is missing, and an empty token is none; botocore signs with the empty text.
//! - A name that is there twice in the answer is an error; botocore takes the last.
//! - The account ID is not read, for no endpoint of CodeCommit has it in its name.

mod answer;
mod command_line;

use std::process::Command;
use std::time::{Duration, SystemTime};

use thiserror::Error;

use super::Identity;
use super::description::Details;
use super::program::{self, Limits};
use crate::printable::Shown;

pub use answer::AnswerFault;

/// Why a program gave no keys.
#[derive(Debug, Error)]
#[error("credential_process of profile '{}' {cause}", Shown(profile))]
pub struct Fault {
    profile: String,
    cause: Cause,
}

/// The rest of the sentence.
#[derive(Debug, Error)]
enum Cause {
    /// There is no word in it.
    #[error("is empty")]
    Empty,
    /// It cannot be split into words.
    #[error("has a quotation mark that is not closed, or ends in a backslash")]
    Unclosed,
    /// The program was not run, or to no good end.
    #[error("gave no keys: '{}' {fault}", Shown(program))]
    Program {
        /// Its name, or path.
        program: String,
        fault: program::Fault,
    },
    /// What it wrote are no keys that can be used.
    #[error("gave no keys: '{}' {fault}", Shown(program))]
    Answer {
        /// Its name, or path.
        program: String,
        fault: AnswerFault,
    },
}

impl Fault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        let hint = match &self.cause {
            Cause::Empty => "set credential_process to a command, or remove it",
            Cause::Unclosed => "correct credential_process in ~/.aws/config; no shell reads it",
            Cause::Program { fault: program::Fault::NotRun(_), .. } => {
                "set credential_process to the whole path of the program; no shell reads it"
            }
            Cause::Program { fault: program::Fault::TimedOut(_), .. } => {
                "run the command of credential_process in a terminal, to see what it waits for"
            }
            Cause::Program { .. } => "run the command of credential_process in a terminal, to see why",
            Cause::Answer { fault, .. } => fault.hint(),
        };
        Some(hint.to_owned())
    }
}

/// What is allowed to the program: it may open a browser, and wait for a second factor.
const LIMITS: Limits = Limits { bytes: 1 << 20, time: Some(Duration::from_mins(3)) };

/// Runs the program of a profile.
///
/// `now` is for keys that have ended.
///
/// # Errors
/// The command has no words, the program cannot be run, it fails, or does not write keys that can be used.
pub(super) fn find(command: &str, profile: &str, now: SystemTime) -> Result<Identity, Fault> {
    keys(command, now, LIMITS).map_err(|cause| Fault { profile: profile.to_owned(), cause })
}

fn keys(command: &str, now: SystemTime, limits: Limits) -> Result<Identity, Cause> {
    let (program, words) = words(command)?;
    let answer = match program::answer(Command::new(&program).args(words), limits) {
        Ok(answer) => answer,
        Err(fault) => return Err(Cause::Program { program, fault }),
    };
    answer::identity(&answer, now).map_err(|fault| Cause::Answer { program, fault })
}

/// The program, and what it is run with.
fn words(command: &str) -> Result<(String, impl Iterator<Item = String>), Cause> {
    let mut words = command_line::split(command).ok_or(Cause::Unclosed)?.into_iter();
    Ok((words.next().ok_or(Cause::Empty)?, words))
}

/// What this way would give, without running the program. Its arguments can be secret, and are not told.
///
/// # Errors
/// The command has no words.
pub(super) fn describe(command: &str, profile: &str) -> Result<Details, Fault> {
    let (program, _) = words(command).map_err(|cause| Fault { profile: profile.to_owned(), cause })?;
    Ok(Details::new(format!("what the program {} gives", Shown(&program))))
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
