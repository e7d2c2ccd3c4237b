//! What a repository may be called, and how an empty one is made.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::backend::Git;
use crate::error::Error;

/// Whether a request may name a repository so: no character that means anything to a file system, so none leads elsewhere.
pub(crate) fn is_safe_name(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && name != "."
        && name != ".."
}

/// Where the repository called `name` is, below the folder of all; the name has been checked.
pub(crate) fn path(repositories: &Path, name: &str) -> PathBuf {
    repositories.join(format!("{name}.git"))
}

/// Makes an empty bare repository, or leaves the one there as it is.
///
/// # Errors
/// Where CodeCommit would not take the name, or Git fails.
pub(crate) fn create(git: &Git, repositories: &Path, name: &str) -> Result<PathBuf, Error> {
    // CodeCommit takes no name that ends so: https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html
    if !is_safe_name(name) || name.to_ascii_lowercase().ends_with(".git") {
        return Err(Error::RepositoryName { name: name.to_owned() });
    }
    let path = path(repositories, name);
    if path.join("HEAD").exists() {
        return Ok(path);
    }
    let mut command = Command::new(git.program());
    git.prepare(&mut command);
    let output = command
        // An empty template leaves out the sample hooks and whatever the machine's own template holds.
        .args(["init", "--quiet", "--bare", "--initial-branch=main", "--template=", "--"])
        .arg(&path)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| git.missing(source))?;
    if output.status.success() {
        Ok(path)
    } else {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let message = stderr.lines().last().unwrap_or("no message").to_owned();
        Err(Error::Git { command: "init", message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_safe_name_has_1_to_100_of_a_few_characters() {
        let longest = "x".repeat(100);
        for name in ["a", "a.b_c-D", "...", ".git", "-x", longest.as_str()] {
            assert!(is_safe_name(name), "{name}");
        }
        let too_long = "x".repeat(101);
        for name in ["", ".", "..", "a/b", "a\\b", "a b", "a%2e", "a\0", "é", "a:b", too_long.as_str()] {
            assert!(!is_safe_name(name), "{name}");
        }
    }
}
