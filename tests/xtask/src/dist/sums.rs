//! The checksums of a release, as `sha256sum --check` reads them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::component::hash;
use crate::failure::Failure;

/// The file that they are in.
const FILE: &str = "SHA256SUMS";

/// Writes the checksums of files in a folder, and gives the file that they are in.
///
/// # Errors
/// Where a file cannot be read or written.
pub(super) fn write(folder: &Path, mut names: Vec<String>) -> Result<PathBuf, Failure> {
    names.sort();
    let mut text = String::new();
    for name in names {
        let _ = writeln!(text, "{}  {name}", of(&folder.join(&name))?);
    }
    let path = folder.join(FILE);
    fs::write(&path, text).map_err(Failure::file("write", &path))?;
    Ok(path)
}

/// The checksum of a file.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn of(path: &Path) -> Result<String, Failure> {
    Ok(hash(&fs::read(path).map_err(Failure::file("read", path))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_in_the_order_of_names() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b"), "abc").unwrap();
        fs::write(folder.path().join("a"), "").unwrap();
        fs::write(folder.path().join("of another release"), "").unwrap();
        let path = write(folder.path(), vec!["b".to_owned(), "a".to_owned()]).unwrap();
        assert_eq!(path, folder.path().join("SHA256SUMS"));
        assert_eq!(
            fs::read_to_string(path).unwrap(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n\
             ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b\n"
        );
    }
}
