//! The same compiler as on another machine: with the sources of the standard library, as editors install them (`rust-src`), where this
//! one has none, and without where it has. It names those sources otherwise, and no component may tell.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::read;
use crate::failure::Failure;
use crate::workspace;

/// Makes a compiler in a folder, which is created; for `RUSTC`.
///
/// # Errors
/// Where the folder cannot be filled.
pub(super) fn compiler(folder: &Path) -> Result<PathBuf, Failure> {
    let printed = read(Command::new("rustc").args(["--print", "sysroot"]).current_dir(workspace::root()))?;
    let real = PathBuf::from(String::from_utf8_lossy(&printed).trim());
    let targets = folder.join("lib/rustlib");
    fs::create_dir_all(&targets).map_err(Failure::file("create", &targets))?;
    link_all(&real.join("lib"), &folder.join("lib"), "rustlib")?;
    link_all(&real.join("lib/rustlib"), &targets, "src")?;
    if !real.join("lib/rustlib/src").exists() {
        // The compiler looks for this file, and takes it that the others are beside it.
        let sources = targets.join("src/rust/library/std/src");
        fs::create_dir_all(&sources).map_err(Failure::file("create", &sources))?;
        fs::write(sources.join("lib.rs"), "").map_err(Failure::file("write", &sources))?;
    }
    let program = folder.join("rustc");
    let quoted = |path: &Path| format!("'{}'", path.display().to_string().replace('\'', r"'\''"));
    let script = format!("#!/bin/sh\nexec {} --sysroot {} \"$@\"\n", quoted(&real.join("bin/rustc")), quoted(folder));
    fs::write(&program, script).map_err(Failure::file("write", &program))?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).map_err(Failure::file("change", &program))?;
    Ok(program)
}

/// Links everything of a folder into another but one name.
fn link_all(from: &Path, to: &Path, without: &str) -> Result<(), Failure> {
    for entry in fs::read_dir(from).map_err(Failure::file("read", from))? {
        let entry = entry.map_err(Failure::file("read", from))?;
        if entry.file_name() != without {
            symlink(entry.path(), to.join(entry.file_name())).map_err(Failure::file("link", &entry.path()))?;
        }
    }
    Ok(())
}
