//! The code of a second factor, asked of the user: on the terminal, or by the program that asks for Git.
//!
//! Standard input is never read: it is Git's.
//!
//! # Deviations
//! - Where there is no terminal, botocore asks on standard error and reads standard input.
//! - `GIT_TERMINAL_PROMPT` and the programs that ask for Git are honoured. Git asks the program first and the terminal second; the
//!   terminal is first here, as with the AWS CLI.
//! - A code is six digits, which is all that STS takes; botocore sends whatever was typed. Spaces in it, as authenticators show
//!   them, are left out.

mod askpass;
#[cfg_attr(windows, path = "console.rs")]
mod terminal;

use std::ffi::OsString;
use std::io;
use std::sync::{Mutex, PoisonError};

use thiserror::Error;
use zeroize::Zeroizing;

use super::program;
use crate::error::profile_option_of;
use crate::git::config;
use crate::printable::Shown;
use crate::secret::Secret;
use crate::variables::Variables;

pub use askpass::NamedBy;

/// Why there is no code.
#[derive(Debug, Error)]
pub enum Fault {
    /// Nobody can be asked.
    #[error("a code of MFA device '{}' is needed, and there is {} to ask for it", Shown(serial), nothing(*.is_forbidden))]
    NobodyToAsk {
        /// The device.
        serial: String,
        /// The profile that names it.
        profile: String,
        /// Whether the user forbade the terminal.
        is_forbidden: bool,
    },
    /// The terminal could not be used.
    #[error("the terminal could not be asked for an MFA code: {0}")]
    Terminal(io::ErrorKind),
    /// The program that asks for Git gave no code.
    #[error("'{}', which {named_by} names to ask for an MFA code, {fault}", Shown(program))]
    Askpass {
        /// Its name, or path.
        program: String,
        /// What named it.
        named_by: NamedBy,
        /// The rest of the sentence.
        fault: program::Fault,
    },
    /// The user answered with nothing.
    #[error("no MFA code was given")]
    Empty,
    /// The user's answer is no code.
    #[error("what was given is no MFA code of six digits")]
    NoCode,
}

/// What there is not, for a sentence.
fn nothing(is_forbidden: bool) -> &'static str {
    if is_forbidden {
        "no program (GIT_TERMINAL_PROMPT forbids the terminal)"
    } else {
        "neither a terminal nor a program"
    }
}

impl Fault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NobodyToAsk { profile, .. } => Some(format!(
                "type `aws sts get-caller-identity{}` in a terminal: Git gets the keys that it leaves behind",
                profile_option_of(profile)
            )),
            Self::Askpass { named_by, .. } => Some(format!("set {named_by} to a program that asks, or unset it")),
            Self::Empty | Self::NoCode => Some("type the six digits that the MFA device shows".to_owned()),
            Self::Terminal(_) => Some("set GIT_ASKPASS to a program that asks".to_owned()),
        }
    }
}

/// More bytes than this has no line that is a code.
const LONGEST: usize = 1024;

/// Asks for the code of a device: six digits.
///
/// `serial` is the device's number or ARN, `profile` the one that names it.
///
/// # Errors
/// Nobody can be asked, or the answer is no code.
pub(super) fn ask(serial: &str, profile: &str, variables: Variables<'_>) -> Result<Secret, Fault> {
    static ASKING: Mutex<()> = Mutex::new(());
    // Nobody answers two questions at once.
    let _asking = ASKING.lock().unwrap_or_else(PoisonError::into_inner);
    let prompt = format!("Enter MFA code for {}: ", Shown(serial));
    let is_forbidden = !terminal_is_allowed(variables.0("GIT_TERMINAL_PROMPT"));
    if !is_forbidden && let Some(terminal) = terminal::open() {
        return code(&terminal::ask(terminal, &prompt).map_err(|error| Fault::Terminal(error.kind()))?);
    }
    match askpass::find(variables, config::askpass) {
        Some((program, named_by)) => code(&askpass::ask(&program, named_by, &prompt)?),
        None => Err(Fault::NobodyToAsk { serial: serial.to_owned(), profile: profile.to_owned(), is_forbidden }),
    }
}

/// Whether Git would ask on the terminal: not where the variable says no, as its `git_env_bool` reads it, which takes an empty
/// value for no. What Git takes for neither, and what only it takes for a number, as `0x1`, is taken for no.
fn terminal_is_allowed(variable: Option<OsString>) -> bool {
    let Some(value) = variable else {
        return true;
    };
    let is = |word: &str| value.eq_ignore_ascii_case(word);
    is("true")
        || is("yes")
        || is("on")
        || value.to_str().and_then(|text| text.parse().ok()).is_some_and(|n: i64| n != 0)
}

/// The code in the first line of an answer.
fn code(answer: &[u8]) -> Result<Secret, Fault> {
    let line = answer.split(|&byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    // Room for all of it, because a text that grows leaves copies behind.
    let mut code = Zeroizing::new(String::with_capacity(line.len()));
    for &byte in line.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        if !byte.is_ascii_digit() {
            return Err(Fault::NoCode);
        }
        code.push(char::from(byte));
    }
    match code.len() {
        0 => Err(Fault::Empty),
        6 => Ok(Secret::new(std::mem::take(&mut code))),
        _ => Err(Fault::NoCode),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
