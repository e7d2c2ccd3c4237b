//! The Rust targets that are compiled for, first of all the guest's, installed where they are missing.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::command;
use crate::failure::Failure;
use crate::workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// Installs the guest's target where the compiler lacks it.
///
/// # Errors
/// Where it is missing and cannot be installed.
pub(crate) fn ensure() -> Result<(), Failure> {
    ensure_for(TARGET)
}

/// Installs a target where the compiler lacks it. Asked of the compiler, because not every one comes from rustup.
///
/// # Errors
/// Where it is missing and cannot be installed.
pub(crate) fn ensure_for(target: &str) -> Result<(), Failure> {
    if is_installed(target)? {
        return Ok(());
    }
    let channel = channel()?;
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", target, "--toolchain", &channel]).current_dir(workspace::root());
    if Command::new("rustup").arg("--version").output().is_err() {
        return Err(Failure::new(format!(
            "the Rust target {target} is not installed, and there is no rustup: install it from https://rustup.rs, \
             then type `{}`",
            command::line(&rustup)
        )));
    }
    command::run(&mut rustup)?;
    if is_installed(target)? {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`rustc` is not that of the toolchain {channel} and has no target {target}: \
         type `rustup target add {target}` with the toolchain in use, or `cargo +{channel} xtask`"
    )))
}

/// Installs the target for another toolchain of rustup's.
///
/// # Errors
/// Where it is missing and cannot be installed.
pub(crate) fn ensure_in(toolchain: &str) -> Result<(), Failure> {
    let mut rustc = Command::new("rustup");
    rustc.args(["run", toolchain, "rustc"]);
    if has_target(rustc, TARGET)? {
        return Ok(());
    }
    command::run(Command::new("rustup").args(["target", "add", TARGET, "--toolchain", toolchain]))
}

/// Whether the compiler in use has a standard library for the target.
fn is_installed(target: &str) -> Result<bool, Failure> {
    has_target(Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())), target)
}

/// Whether a compiler has a standard library for the target.
fn has_target(mut rustc: Command, target: &str) -> Result<bool, Failure> {
    rustc.args(["--print", "target-libdir", "--target", target]).current_dir(workspace::root());
    let output = command::read(&mut rustc)?;
    let folder = PathBuf::from(String::from_utf8_lossy(&output).trim());
    Ok(fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some()))
}

/// The toolchain of the workspace.
fn channel() -> Result<String, Failure> {
    let path = workspace::root().join("rust-toolchain.toml");
    let text = fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
    named_channel(&text).ok_or_else(|| Failure::new("rust-toolchain.toml names no channel"))
}

fn named_channel(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let value = line.trim().strip_prefix("channel")?.trim_start().strip_prefix('=')?;
        Some(value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_channel_is_the_one_of_the_toolchain_file() {
        assert_eq!(named_channel("[toolchain]\nchannel = \"1.95.0\"\ntargets = []\n").as_deref(), Some("1.95.0"));
        assert_eq!(named_channel("[toolchain]\nprofile = \"minimal\"\n"), None);
    }
}
