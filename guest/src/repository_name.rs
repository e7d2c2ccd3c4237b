//! The names that CodeCommit gives to repositories.
//!
//! Source: `RepositoryName` of the CodeCommit API, 1 to 100 of `[\w\.-]+`, and "cannot end in .git" of the user guide.

use crate::{Refusal, text};

/// The most characters a name has.
const LONGEST: usize = 100;

/// Checks a repository name.
///
/// # Errors
/// Refuses a name that CodeCommit does not allow, and `.` and `..`, which HTTP clients remove from a path.
pub fn check(name: &str) -> Result<(), Refusal> {
    let other = |byte: u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'.' | b'_' | b'-');
    if let Some(at) = name.bytes().position(other) {
        let character = text::first_from(name, at);
        return Err(Refusal::RepositoryCharacter { repository: name.to_owned(), character });
    }
    if name.len() > LONGEST {
        return Err(Refusal::LongRepository { length: name.len() });
    }
    if name.is_empty() || name == "." || name == ".." {
        return Err(Refusal::DotsRepository { repository: name.to_owned() });
    }
    if name.strip_suffix(".git").is_some() {
        return Err(Refusal::DotGitRepository { repository: name.to_owned(), instead: None });
    }
    Ok(())
}

/// Whether a name passes [`check`].
pub fn is_valid(name: &str) -> bool {
    check(name).is_ok()
}
