//! The program that asks for Git, as an editor or a desktop sets one up.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::process::Command;

use zeroize::Zeroizing;

use super::{Fault, LONGEST};
use crate::aws::identity::program::{self, Limits};
use crate::variables::Variables;

/// What names the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The variable `GIT_ASKPASS`.
    GitAskpass,
    /// Git's configuration.
    CoreAskPass,
    /// The variable `SSH_ASKPASS`.
    SshAskpass,
}

impl fmt::Display for NamedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GitAskpass => "GIT_ASKPASS",
            Self::CoreAskPass => "core.askPass",
            Self::SshAskpass => "SSH_ASKPASS",
        })
    }
}

/// The program, as Git finds it: the first of the three that is set. One that is empty means that there is none.
///
/// `configured` reads `core.askPass`, and is called only where it counts.
pub(super) fn find(
    variables: Variables<'_>,
    configured: impl FnOnce() -> Option<OsString>,
) -> Option<(OsString, NamedBy)> {
    let from = |named_by| move |program| (program, named_by);
    variables.0("GIT_ASKPASS")
        .map(from(NamedBy::GitAskpass))
        .or_else(|| configured().map(from(NamedBy::CoreAskPass)))
        .or_else(|| variables.0("SSH_ASKPASS").map(from(NamedBy::SshAskpass)))
        .filter(|(program, _)| !program.is_empty())
}

/// Runs the program with the prompt as its argument, and gives what it wrote. It has all the time that the user takes.
///
/// # Errors
/// [`Fault::Askpass`].
pub(super) fn ask(program: &OsStr, named_by: NamedBy, prompt: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let limits = Limits { bytes: LONGEST, time: None };
    program::answer(Command::new(program).arg(prompt), limits).map_err(|fault| {
        let program = program.to_string_lossy().into_owned();
        Fault::Askpass { program, named_by, fault }
    })
}
