//! Programs of the system: installed where that needs nobody's password, and named where it does.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::command::run;
use crate::failure::Failure;

/// Installs the programs that are missing, on Debian and for root. `why` is the end of a sentence.
///
/// # Errors
/// Where one is missing, and cannot be installed.
pub(crate) fn ensure(programs: &[&str], why: &str) -> Result<(), Failure> {
    let missing = missing(programs);
    if missing.is_empty() {
        return Ok(());
    }
    if !(is_root() && Path::new("/etc/debian_version").exists()) {
        return Err(needed(&missing, why));
    }
    // A list of packages that is old has versions that are gone.
    run(Command::new("apt-get").args(["update", "--quiet"]))?;
    let mut install = Command::new("apt-get");
    install
        .args(["install", "--quiet", "--yes", "--no-install-recommends"])
        .args(missing.iter().map(|program| package(program)));
    run(install.env("DEBIAN_FRONTEND", "noninteractive")).map_err(|_| needed(&missing, why))
}

/// The programs that are not on PATH.
fn missing<'a>(programs: &[&'a str]) -> Vec<&'a str> {
    let path = env::var_os("PATH").unwrap_or_default();
    let is_missing = |program: &&str| !env::split_paths(&path).any(|folder| folder.join(program).is_file());
    programs.iter().copied().filter(is_missing).collect()
}

/// Debian's package of a program.
fn package(program: &str) -> &str {
    match program {
        "musl-gcc" => "musl-tools",
        "node" => "nodejs",
        same => same,
    }
}

/// What to install, and why.
fn needed(missing: &[&str], why: &str) -> Failure {
    let packages: Vec<_> = missing.iter().map(|program| package(program)).collect();
    let (all, packages) = (missing.join(" and "), packages.join(" "));
    Failure::new(format!("install {all}, for {why}; on Debian: `sudo apt-get install {packages}`"))
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
            needed(&["zsh", "fish"], "it is tested in them").to_string(),
            "install zsh and fish, for it is tested in them; on Debian: `sudo apt-get install zsh fish`"
        );
        assert_eq!(
            needed(&["node", "npm"], "the examples are run with them").to_string(),
            "install node and npm, for the examples are run with them; on Debian: `sudo apt-get install nodejs npm`"
        );
    }

    #[test]
    fn a_program_is_missing_where_it_is_not_on_path() {
        assert_eq!(missing(&["cargo", "no-program-has-this-name"]), ["no-program-has-this-name"]);
    }
}
