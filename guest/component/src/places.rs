//! Where things lie on the machine that builds is nobody's business, and would change the bytes: panic messages hold file names.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

/// What the compiler calls the folder of the standard library's sources, before the hash of its commit.
const RUSTC: &[u8] = b"/rustc/";

/// How many hexadecimal digits that hash has.
const HASH: usize = 40;

/// What it calls the folder of the packages that the standard library depends on.
const DEPENDENCIES: &[u8] = b"/rust/deps/";

/// The flags with which the compiler names sources from where they are found, the workspace and the registries.
pub(crate) fn flags() -> Result<Vec<OsString>, Error> {
    let mut flags = Vec::new();
    let mut remap = |from: &Path, to: &str| {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(from);
        flag.push("=");
        flag.push(to);
        flags.push(flag);
    };
    remap(&crate::workspace(), "");
    if let Some(cargo_home) =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
    {
        // Every registry has a folder of its own, whose name ends in a hash that differs by registry protocol.
        let sources = cargo_home.join("registry").join("src");
        remap(&sources, "");
        for registry in fs::read_dir(&sources).into_iter().flatten().flatten() {
            remap(&registry.path(), "");
        }
    }
    // Who has the component rust-src, for an editor, has those sources on the machine, and the compiler names that folder.
    let sysroot = crate::ask_rustc(&["--print", "sysroot"])?;
    let version = crate::ask_rustc(&["--version", "--verbose"])?;
    if let Some(hash) = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")) {
        let sources: PathBuf = [sysroot.trim(), "lib", "rustlib", "src", "rust"].iter().collect();
        remap(&sources, &format!("/rustc/{hash}"));
    }
    Ok(flags)
}

/// Writes over what the compiler's own builders called their folders: no flag reaches the part of the standard library that comes
/// compiled. What is left is a relative path of the same length, such as `./././library/core/src/time.rs`, so that nothing moves.
pub(crate) fn forget_toolchain(wasm: &mut [u8]) {
    let mut from = 0;
    while let Some(found) = wasm.get(from..) {
        let length = prefix(found);
        for (byte, dot) in wasm[from..from + length].iter_mut().zip(b"./".iter().cycle()) {
            *byte = *dot;
        }
        // After an odd number of bytes a second slash, which says no more than one.
        if length % 2 == 1 {
            wasm[from + length - 1] = b'/';
        }
        from += length.max(1);
    }
}

/// How many bytes of a toolchain's folder this begins with.
fn prefix(bytes: &[u8]) -> usize {
    if bytes.starts_with(DEPENDENCIES) {
        return DEPENDENCIES.len();
    }
    let hash = bytes.strip_prefix(RUSTC).and_then(|rest| rest.split_at_checked(HASH));
    match hash {
        Some((hash, [b'/', ..])) if hash.iter().all(u8::is_ascii_hexdigit) => RUSTC.len() + HASH + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forgotten(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        forget_toolchain(&mut bytes);
        assert_eq!(bytes.len(), text.len());
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_source_of_the_standard_library_is_a_relative_path_of_the_same_length() {
        let hash = "59807616e1fa2540724bfbac14d7976d7e4a3860";
        let relative = "./".repeat(24);
        assert_eq!(
            forgotten(&format!("a/rustc/{hash}/library/core/src/time.rs/rustc/{hash}/library/alloc/src/fmt.rs")),
            format!("a{relative}library/core/src/time.rs{relative}library/alloc/src/fmt.rs")
        );
        assert_eq!(forgotten("/rust/deps/dlmalloc-0.2.11/src/lib.rs"), "./././././/dlmalloc-0.2.11/src/lib.rs");
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        for text in [
            "",
            "/rustc/",
            "/rustc/59807616e1fa2540724bfbac14d7976d7e4a386/library",
            "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860",
            "/rustc/59807616e1fa2540724bfbac14d7976d7e4a386g/",
            "/rust/dep/",
        ] {
            assert_eq!(forgotten(text), text);
        }
    }

    #[test]
    fn the_sources_that_an_editor_has_are_named_as_the_compilers_builders_named_them() {
        let flags = flags().unwrap();
        let flags: Vec<_> = flags.iter().map(|flag| flag.to_string_lossy()).collect();
        assert_eq!(flags[0], format!("--remap-path-prefix={}=", crate::workspace().display()));
        let last = flags.last().unwrap();
        let (folder, name) = last.rsplit_once('=').unwrap();
        assert!(folder.ends_with(&["rustlib", "src", "rust"].join(std::path::MAIN_SEPARATOR_STR)), "{last}");
        assert_eq!(prefix(format!("{name}/").as_bytes()), name.len() + 1, "{last}");
    }
}
