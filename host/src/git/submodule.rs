//! Submodules, whose URLs are chosen by whoever wrote a repository's `.gitmodules` and not by its user.
//!
//! Such a URL can name any profile of the user's, and with it a program to run or a role to assume. Git's own guard
//! (`protocol.codecommit.allow`) is for the transport as a whole; this one is for each profile.

use std::path::{Path, PathBuf};

use super::config;
use crate::Error;
use crate::policy::{self, Instance};
use crate::variables::Variables;

/// The setting that names profiles which submodules can use; `*` stands for all.
const ALLOWED: &str = "codecommit.submoduleProfile";

/// The repository of a submodule.
#[derive(Debug, PartialEq, Eq)]
pub struct Submodule {
    /// The Git directories of the repositories around it, the nearest first.
    around: Vec<PathBuf>,
}

impl Submodule {
    /// The submodule that Git works for: Git has said that the URL is not the user's, or the repository is kept where Git keeps
    /// submodules, in `modules` of another's Git directory.
    ///
    /// # Errors
    /// [`Error::VariableNotUtf8`] for a `GIT_PROTOCOL_FROM_USER` that is not UTF-8.
    pub fn of(variables: Variables<'_>) -> Result<Option<Self>, Error> {
        const FROM_USER: &str = "GIT_PROTOCOL_FROM_USER";
        // An empty one is "false" for Git, and for a variable of text the same as none.
        let is_from_user = match variables.text(FROM_USER)? {
            Some(value) => !is_false(&value),
            None => variables.0(FROM_USER).is_none(),
        };
        let around = variables.0("GIT_DIR").and_then(|folder| std::path::absolute(folder).ok());
        let around = around.map(|folder| around_of(&folder)).unwrap_or_default();
        Ok((!is_from_user || !around.is_empty()).then_some(Self { around }))
    }

    /// The profile to use where the submodule's URL names this one, or none.
    ///
    /// One that it names has to be allowed by the user. Where it names none, as every URL that was relative, it is the profile of the
    /// repository around the submodule, which the user chose.
    ///
    /// # Errors
    /// [`Error::SubmoduleProfile`] for a profile that is not allowed; others where Git's configuration cannot be read.
    pub fn profile(&self, of_url: Option<String>, policy: &mut Instance) -> Result<Option<String>, Error> {
        let Some(name) = of_url else {
            return self.profile_around(policy);
        };
        let allowed = config::values(ALLOWED)?;
        if allowed.iter().any(|allowed| allowed == "*" || *allowed == name) {
            Ok(Some(name))
        } else {
            Err(Error::SubmoduleProfile { profile: name })
        }
    }

    /// The profile in the URL of the nearest repository around it that has one.
    fn profile_around(&self, policy: &mut Instance) -> Result<Option<String>, Error> {
        for folder in &self.around {
            for url in config::remote_urls(folder)? {
                match policy.parse(&url) {
                    Ok(remote) if remote.profile.is_some() => return Ok(remote.profile),
                    // Somebody else's URL.
                    Ok(_) | Err(policy::Error::Refused(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(None)
    }
}

/// What Git takes for false (`git_parse_maybe_bool`).
fn is_false(value: &str) -> bool {
    ["0", "false", "no", "off"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// The Git directories in whose `modules` a Git directory is.
fn around_of(folder: &Path) -> Vec<PathBuf> {
    let modules = folder.ancestors().skip(1).filter(|folder| folder.file_name().is_some_and(|name| name == "modules"));
    // A folder of the user's can have that name too: what is a Git directory has a HEAD.
    modules.filter_map(Path::parent).filter(|parent| parent.join("HEAD").is_file()).map(Path::to_owned).collect()
}

#[cfg(test)]
mod tests;
