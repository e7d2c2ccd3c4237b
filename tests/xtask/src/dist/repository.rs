//! Where releases are downloaded from. It is known from one place, and never guessed.

use std::env;
use std::fs;

use crate::failure::Failure;
use crate::workspace;

/// Why there is no address, and what to do about it.
pub(super) const UNKNOWN: &str = "the repository's address is not known: set `repository` in Cargo.toml's \
                                  [workspace.package], or GITHUB_REPOSITORY=OWNER/NAME as GitHub does";

/// A repository on GitHub.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Repository {
    /// Its address, without a slash at its end.
    pub(super) url: String,
    /// Who it belongs to.
    pub(super) owner: String,
}

/// The repository that Cargo.toml names, otherwise the one that a workflow runs in.
///
/// # Errors
/// Where Cargo.toml cannot be read, or what was found is no address.
pub(super) fn find() -> Result<Option<Repository>, Failure> {
    let path = workspace::root().join("Cargo.toml");
    let manifest = fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
    let url = named(&manifest).map(str::to_owned).or_else(|| of_workflow(|name| env::var(name).ok()));
    url.map(|url| Repository::at(&url)).transpose()
}

/// What `repository` is in the workspace's manifest.
fn named(manifest: &str) -> Option<&str> {
    manifest.lines().find_map(|line| {
        let value = line.strip_prefix("repository")?.trim_start().strip_prefix('=')?;
        Some(value.trim().trim_matches('"'))
    })
}

/// What GitHub's variables say.
fn of_workflow(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let name = variable("GITHUB_REPOSITORY").filter(|name| !name.is_empty())?;
    let server = variable("GITHUB_SERVER_URL").unwrap_or_else(|| "https://github.com".to_owned());
    Some(format!("{server}/{name}"))
}

impl Repository {
    fn at(url: &str) -> Result<Self, Failure> {
        let url = url.trim_end_matches('/').trim_end_matches(".git");
        let is_plain =
            |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        let parts: Vec<_> = url.strip_prefix("https://").unwrap_or_default().split('/').collect();
        match parts[..] {
            [_, owner, _] if parts.iter().all(is_plain) => Ok(Self { url: url.to_owned(), owner: owner.to_owned() }),
            _ => Err(Failure::new(format!("'{url}' is no repository like https://github.com/OWNER/NAME"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_it() {
        let manifest = "[workspace.package]\nversion = \"1\"\nrepository = \"https://github.com/a/b\"\n";
        assert_eq!(named(manifest), Some("https://github.com/a/b"));
        assert_eq!(named("[workspace.package]\n# repository: none\n"), None);
    }

    #[test]
    fn a_workflow_knows_its_own() {
        let github = |name: &str| (name == "GITHUB_REPOSITORY").then(|| "a/b".to_owned());
        assert_eq!(of_workflow(github).as_deref(), Some("https://github.com/a/b"));
        let other =
            |name: &str| Some(if name == "GITHUB_REPOSITORY" { "a/b" } else { "https://git.example" }.to_owned());
        assert_eq!(of_workflow(other).as_deref(), Some("https://git.example/a/b"));
        assert_eq!(of_workflow(|_| None), None);
    }

    #[test]
    fn it_has_an_owner() {
        let repository = Repository { url: "https://github.com/a/b".to_owned(), owner: "a".to_owned() };
        assert_eq!(Repository::at("https://github.com/a/b.git").unwrap(), repository);
        for url in ["https://github.com/a", "git@github.com:a/b", "https://github.com/a/b\"", "https://github.com//b"] {
            let failure = Repository::at(url).unwrap_err().to_string();
            assert_eq!(failure, format!("'{url}' is no repository like https://github.com/OWNER/NAME"));
        }
    }
}
