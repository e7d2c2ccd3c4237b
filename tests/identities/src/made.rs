//! A case that is not kept: its files are written for one test.

use std::fs;
use std::ops::Deref;

use tempfile::TempDir;

use crate::case::Case;

/// A case in a temporary folder.
#[derive(Debug)]
pub struct MadeCase {
    case: Case,
    _folder: TempDir,
}

impl MadeCase {
    /// A case of this `case.toml`, without its sentence, and these files in its home.
    pub fn new(description: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("case.toml"), format!("shows = \"made for one test\"\n{description}")).unwrap();
        for (name, text) in files {
            let path = folder.path().join("home").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self { case: Case::read(folder.path().to_owned()), _folder: folder }
    }
}

impl Deref for MadeCase {
    type Target = Case;

    fn deref(&self) -> &Case {
        &self.case
    }
}
