//! The shells in which completions are tested: installed where that needs nobody's password, and named where it does.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::command::run;
use crate::failure::Failure;

/// Each by its name, which is also that of Debian's package.
const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

/// Installs the shells that are missing: on Debian, for root. Where these tests do not run, none is needed.
///
/// # Errors
/// Where one is missing, and cannot be installed.
pub(super) fn ensure() -> Result<(), Failure> {
    let missing = missing();
    if missing.is_empty() || !cfg!(unix) {
        return Ok(());
    }
    if !(is_root() && Path::new("/etc/debian_version").exists()) {
        return Err(needed(&missing));
    }
    // A list of packages that is old has versions that are gone.
    run(Command::new("apt-get").args(["update", "--quiet"]))?;
    let mut install = Command::new("apt-get");
    install.args(["install", "--quiet", "--yes", "--no-install-recommends"]).args(&missing);
    run(install.env("DEBIAN_FRONTEND", "noninteractive")).map_err(|_| needed(&missing))
}

/// The shells that are not on PATH.
fn missing() -> Vec<&'static str> {
    let path = env::var_os("PATH").unwrap_or_default();
    let is_missing = |shell: &&str| !env::split_paths(&path).any(|folder| folder.join(shell).is_file());
    SHELLS.into_iter().filter(is_missing).collect()
}

/// What to install, and why.
fn needed(missing: &[&str]) -> Failure {
    Failure::new(format!(
        "install {}, for the completions are tested in the shells themselves; on Debian: `sudo apt-get install {}`",
        missing.join(" and "),
        missing.join(" ")
    ))
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_how_to_install_it() {
        assert_eq!(
            needed(&["zsh", "fish"]).to_string(),
            "install zsh and fish, for the completions are tested in the shells themselves; on Debian: `sudo apt-get install \
             zsh fish`"
        );
    }
}
