//! The tools, installed into `target/tools` in fixed versions, when they are first used.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::command::run;
use crate::failure::Failure;
use crate::workspace;

/// A program from crates.io.
pub(crate) struct Tool {
    /// The program.
    name: &'static str,
    /// The package, where that has another name.
    package: &'static str,
    version: &'static str,
    /// What of it is wanted; all that is usual where it is empty.
    features: &'static str,
}

impl Tool {
    const fn subcommand(name: &'static str, version: &'static str) -> Self {
        Self { name, package: name, version, features: "" }
    }
}

/// Licences, bans, sources and advisories, by the rules of `deny.toml`.
pub(crate) const DENY: Tool = Tool::subcommand("cargo-deny", "0.20.2");

/// Advisories by `RustSec`'s own reading of them, and those of a built program.
pub(crate) const AUDIT: Tool = Tool::subcommand("cargo-audit", "0.22.2");

/// Puts the list of dependencies into a program.
pub(crate) const AUDITABLE: Tool = Tool::subcommand("cargo-auditable", "0.7.7");

/// The bill of materials: the tool of those who write the format, which names licences and checksums, and writes the same each time.
pub(crate) const CYCLONEDX: Tool = Tool::subcommand("cargo-cyclonedx", "0.5.9");

/// Makes a package for Debian of programs that were built, as `host/Cargo.toml` describes it.
pub(crate) const DEB: Tool = Tool::subcommand("cargo-deb", "3.8.0");

/// Runs components, without a line of this project: of the version that the host has.
pub(crate) const WASMTIME: Tool =
    Tool { name: "wasmtime", package: "wasmtime-cli", version: "48.0.8", features: "run,component-model,compile" };

impl Tool {
    /// The tool, to be run in the workspace's folder. Installs it where it is missing.
    ///
    /// # Errors
    /// Where it cannot be installed.
    pub(crate) fn command(&self) -> Result<Command, Failure> {
        let root = workspace::target_dir()?.join("tools");
        if !self.is_recorded(&fs::read_to_string(root.join(".crates.toml")).unwrap_or_default()) {
            self.install(&root)?;
        }
        let mut command = Command::new(root.join("bin").join(format!("{}{}", self.name, std::env::consts::EXE_SUFFIX)));
        command.current_dir(workspace::root()).env("CARGO_TARGET_DIR", workspace::target_dir()?);
        Ok(command)
    }

    /// Without optimization: what each has to do takes seconds either way, and its compilation minutes.
    fn install(&self, root: &std::path::Path) -> Result<(), Failure> {
        let build: PathBuf = root.join("build");
        let mut cargo = workspace::cargo()?;
        cargo.args(["install", "--quiet", "--locked", "--debug", "--root"]).arg(root);
        cargo.arg(format!("{}@{}", self.package, self.version));
        if !self.features.is_empty() {
            cargo.args(["--no-default-features", "--features", self.features]);
        }
        cargo.env("CARGO_TARGET_DIR", &build).env("CARGO_PROFILE_DEV_DEBUG", "false");
        run(&mut cargo)?;
        // A gigabyte that nobody needs again.
        fs::remove_dir_all(&build).map_err(Failure::file("remove", &build))
    }

    /// Whether Cargo's record of what it installed names this version.
    fn is_recorded(&self, record: &str) -> bool {
        let start = format!("\"{} {} (", self.package, self.version);
        record.lines().any(|line| line.starts_with(&start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_there_where_cargo_recorded_its_version() {
        let record = |version: &str| {
            format!(
                "[v1]\n\"cargo-deny {version} (registry+https://github.com/rust-lang/crates.io-index)\" = [\"cargo-deny\"]\n"
            )
        };
        assert!(DENY.is_recorded(&record("0.20.2")));
        assert!(!DENY.is_recorded(&record("0.20.20")));
        assert!(!DENY.is_recorded(&record("0.19.2")));
        assert!(!AUDIT.is_recorded(&record("0.22.2")));
        assert!(!DENY.is_recorded(""));
    }
}
