//! What stands beside the programs: manual pages and completions, which `git-codecommit` writes itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Platform, programs};
use crate::command::{read, run};
use crate::failure::Failure;

/// The folder of the manual pages.
const MANUAL: &str = "man/man1";

/// The shells with completions, and where each looks for them. Git's own completion for bash loads that of `git-codecommit` for
/// `git codecommit`.
const COMPLETIONS: [(&str, &str); 4] = [
    ("bash", "bash-completion/completions/git-codecommit"),
    ("fish", "fish/vendor_completions.d/git-codecommit.fish"),
    ("powershell", "powershell/git-codecommit.ps1"),
    ("zsh", "zsh/site-functions/_git-codecommit"),
];

/// The folder that they are written to, from which the package for Debian takes them too.
///
/// # Errors
/// As [`programs::folder`].
pub(super) fn folder(platform: Platform) -> Result<PathBuf, Failure> {
    Ok(programs::folder(platform)?.join("share"))
}

/// Writes them, and gives their names in that folder.
///
/// # Errors
/// Where the program does not write one of them.
pub(super) fn write(platform: Platform, programs: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let program = programs.last().ok_or_else(|| Failure::new("no program was built"))?;
    let folder = folder(platform)?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Failure::file("remove", &folder))?;
    }
    run(Command::new(program).arg("man-pages").arg(folder.join(MANUAL)))?;
    let mut names = pages(&folder)?;
    for (shell, name) in COMPLETIONS {
        let script = read(Command::new(program).args(["completions", shell]))?;
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Failure::file("create", parent))?;
        }
        fs::write(&path, script).map_err(Failure::file("write", &path))?;
        names.push(name.to_owned());
    }
    Ok(names)
}

/// The names of the manual pages in that folder.
///
/// # Errors
/// Where the folder cannot be read.
pub(super) fn pages(folder: &Path) -> Result<Vec<String>, Failure> {
    let pages = folder.join(MANUAL);
    let files = fs::read_dir(&pages).map_err(Failure::file("read", &pages))?;
    Ok(files.flatten().map(|file| format!("{MANUAL}/{}", file.file_name().to_string_lossy())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn the_package_for_debian_takes_the_completions_of_its_shells() {
        let manifest = fs::read_to_string(workspace::root().join("host/Cargo.toml")).unwrap();
        for (_, name) in COMPLETIONS.into_iter().filter(|(shell, _)| *shell != "powershell") {
            assert!(manifest.contains(&format!("[\"target/release/share/{name}\", ")), "{name}");
        }
    }
}
