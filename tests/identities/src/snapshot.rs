//! A folder before and after: which files are new or changed, with their permissions.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The files of a folder, by path.
pub type Files = BTreeMap<String, (String, Vec<u8>)>;

/// A file that is new or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The permissions, in octal.
    pub mode: String,
    /// The content, with placeholders.
    pub content: String,
}

/// Reads all regular files below a folder; links are not followed.
pub fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    visit(folder, folder, &mut files);
    files
}

fn visit(top: &Path, folder: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        if metadata.is_dir() {
            visit(top, &path, files);
        } else if metadata.is_file() {
            let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
            let mode = format!("{:03o}", metadata.permissions().mode() & 0o777);
            files.insert(name, (mode, fs::read(&path).unwrap()));
        }
    }
}

/// The files that are in the second and not, or not so, in the first.
pub fn changed(before: &Files, after: Files) -> Files {
    after.into_iter().filter(|(name, file)| before.get(name) != Some(file)).collect()
}
