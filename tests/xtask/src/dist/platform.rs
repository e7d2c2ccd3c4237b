//! The machines that there are packages for, and the names of these.

use std::env;

use super::VERSION;
use crate::failure::Failure;

/// A kind of machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Platform {
    triple: &'static str,
    /// As the standard library calls it.
    system: &'static str,
    /// As the standard library calls it.
    processor: &'static str,
}

/// All of them, the first before the others.
pub(super) const ALL: [Platform; 6] = [
    Platform { triple: "x86_64-unknown-linux-musl", system: "linux", processor: "x86_64" },
    Platform { triple: "aarch64-unknown-linux-musl", system: "linux", processor: "aarch64" },
    Platform { triple: "x86_64-apple-darwin", system: "macos", processor: "x86_64" },
    Platform { triple: "aarch64-apple-darwin", system: "macos", processor: "aarch64" },
    Platform { triple: "x86_64-pc-windows-msvc", system: "windows", processor: "x86_64" },
    Platform { triple: "aarch64-pc-windows-msvc", system: "windows", processor: "aarch64" },
];

/// The programs that a package has.
const PROGRAMS: [&str; 3] = ["git-remote-codecommit", "git-credential-codecommit", "git-codecommit"];

impl Default for Platform {
    fn default() -> Self {
        ALL[0]
    }
}

impl Platform {
    /// The platform of a Rust target.
    pub(crate) fn named(triple: &str) -> Option<Self> {
        ALL.into_iter().find(|platform| platform.triple == triple)
    }

    /// The Rust target.
    pub(super) fn triple(self) -> &'static str {
        self.triple
    }

    /// Whether programs for it need nothing else of their system.
    pub(super) fn is_static(self) -> bool {
        self.system == "linux"
    }

    /// The files of the programs.
    pub(super) fn programs(self) -> [String; 3] {
        let ending = if self.system == "windows" { ".exe" } else { "" };
        PROGRAMS.map(|name| format!("{name}{ending}"))
    }

    /// The folder in the archive.
    pub(super) fn folder(self) -> String {
        format!("git-remote-codecommit-{VERSION}-{}", self.triple)
    }

    /// The archive, in the form that the system opens by itself.
    pub(super) fn archive(self) -> String {
        let ending = if self.system == "windows" { "zip" } else { "tar.gz" };
        format!("{}.{ending}", self.folder())
    }

    /// The package for Debian, where it has the system.
    pub(super) fn debian_package(self) -> Option<String> {
        let processor = match self.processor {
            _ if self.system != "linux" => return None,
            "x86_64" => "amd64",
            _ => "arm64",
        };
        Some(format!("git-remote-codecommit_{VERSION}_{processor}.deb"))
    }

    /// Checks that this machine is one of them: the programs write the pages and completions of their packages themselves.
    ///
    /// # Errors
    /// Where it is another.
    pub(super) fn check_machine(self) -> Result<(), Failure> {
        if (self.system, self.processor) == (env::consts::OS, env::consts::ARCH) {
            return Ok(());
        }
        Err(Failure::new(format!(
            "this machine is {} {}: packages for {} are built on {} {}",
            env::consts::OS,
            env::consts::ARCH,
            self.triple,
            self.system,
            self.processor
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_for_linux_on_x86_64_unless_told() {
        assert_eq!(Platform::default().triple(), "x86_64-unknown-linux-musl");
        assert_eq!(Platform::named("x86_64-unknown-linux-gnu"), None);
    }

    #[test]
    fn programs_of_windows_have_their_ending() {
        let programs = Platform::named("aarch64-pc-windows-msvc").unwrap().programs();
        assert_eq!(programs, ["git-remote-codecommit.exe", "git-credential-codecommit.exe", "git-codecommit.exe"]);
        assert_eq!(Platform::default().programs(), PROGRAMS);
    }

    #[test]
    fn a_package_is_built_on_a_machine_of_its_kind() {
        let other = Platform { triple: "m68k-amiga", system: "amiga", processor: "m68k" };
        let this = (env::consts::OS, env::consts::ARCH);
        assert_eq!(
            other.check_machine().unwrap_err().to_string(),
            format!("this machine is {} {}: packages for m68k-amiga are built on amiga m68k", this.0, this.1)
        );
        let own = Platform { triple: "own", system: this.0, processor: this.1 };
        assert!(own.check_machine().is_ok());
    }
}
