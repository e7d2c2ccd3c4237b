//! `cargo xtask component`: the guest as components, each with its size and hash.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::command::{run as run_command, say};
use crate::failure::Failure;
use crate::{target, workspace};

/// How large a component may be, in bytes.
pub(crate) const LIMIT: usize = 64 * 1024;

/// The target of the WASI command.
const WASI: &str = "wasm32-wasip2";

/// A component that was written.
pub(crate) struct Component {
    /// Its file.
    pub(crate) path: PathBuf,
    /// Its size in bytes.
    pub(crate) size: usize,
    /// Its SHA-256 in hexadecimal.
    pub(crate) sha256: String,
}

/// Runs the task.
///
/// # Errors
/// Where a target cannot be installed, a component is not built, or it is too large.
pub(crate) fn run() -> Result<(), Failure> {
    target::ensure()?;
    for component in build()? {
        component.describe(Some(LIMIT));
        component.check_size()?;
    }
    build_command()?.describe(None);
    Ok(())
}

/// Builds the components of this workspace into `target/component`. The target has been ensured.
///
/// # Errors
/// Where it is not built.
pub(crate) fn build() -> Result<[Component; 2], Failure> {
    build_with(workspace::cargo()?, &workspace::target_dir()?.join("component"))
}

/// Builds the components that the workspace of this Cargo holds, into a folder: the policy's, and that of addresses.
///
/// # Errors
/// Where one is not built.
pub(crate) fn build_with(mut cargo: Command, folder: &Path) -> Result<[Component; 2], Failure> {
    write(&mut cargo, folder, None)?;
    Ok([
        Component::of(folder.join("codecommit-policy.wasm"))?,
        Component::of(folder.join("codecommit-addresses.wasm"))?,
    ])
}

/// Builds `codecommit-sign.wasm` beside them, which is loaded by no program of this project and has no limit of its size.
///
/// # Errors
/// Where its target cannot be installed, or it is not built.
pub(crate) fn build_command() -> Result<Component, Failure> {
    target::ensure_for(WASI)?;
    let folder = workspace::target_dir()?.join("component");
    write(&mut workspace::cargo()?, &folder, Some("codecommit-sign"))?;
    Component::of(folder.join("codecommit-sign.wasm"))
}

/// Runs the builder: for the components with interfaces, or that of a package.
fn write(cargo: &mut Command, folder: &Path, package: Option<&str>) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(Failure::file("create", folder))?;
    let builder = ["run", "--quiet", "--package", "codecommit-policy-component", "--"];
    run_command(cargo.args(builder).arg(folder).args(package))
}

impl Component {
    fn of(path: PathBuf) -> Result<Self, Failure> {
        let bytes = fs::read(&path).map_err(Failure::file("read", &path))?;
        Ok(Self { path, size: bytes.len(), sha256: hash(&bytes) })
    }

    /// Says where it is, how large, and its hash.
    pub(crate) fn describe(&self, limit: Option<usize>) {
        let Self { path, size, sha256 } = self;
        let limit = limit.map(|limit| format!(" (limit {limit})")).unwrap_or_default();
        say(format_args!("{}\n  {size} bytes{limit}\n  sha256 {sha256}", path.display()));
    }

    /// Checks the size.
    ///
    /// # Errors
    /// Where it is over [`LIMIT`].
    pub(crate) fn check_size(&self) -> Result<(), Failure> {
        if self.size <= LIMIT {
            return Ok(());
        }
        Err(Failure::new(format!("the component has {} bytes, and {LIMIT} is the limit", self.size)))
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_in_hexadecimal() {
        assert_eq!(hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_component_may_be_as_large_as_the_limit() {
        let component = |size| Component { path: PathBuf::new(), size, sha256: String::new() };
        assert!(component(65_536).check_size().is_ok());
        let failure = component(65_537).check_size().unwrap_err();
        assert_eq!(failure.to_string(), "the component has 65537 bytes, and 65536 is the limit");
    }
}
