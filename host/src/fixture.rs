//! A user for a test: variables, and AWS files, that nobody else has.

pub(crate) mod endpoint;

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::aws::config_files::{ConfigFiles, Locations, home_folder};
use crate::variables::Variables;

/// The secret access key of AWS's documentation.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A user with a home folder, and no variables but those that name it, and one that says that this is no EC2 instance.
pub(crate) struct User {
    home: TempDir,
    variables: Vec<(&'static str, OsString)>,
}

impl User {
    /// A user without AWS files.
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join(".aws")).unwrap();
        let mut variables: Vec<(_, OsString)> = ["HOME", "USERPROFILE"].map(|name| (name, home.path().into())).into();
        // No test asks the machine it runs on who it is.
        variables.push(("AWS_EC2_METADATA_DISABLED", "true".into()));
        Self { home, variables }
    }

    /// The same with `~/.aws/config`.
    pub(crate) fn config(self, text: impl AsRef<[u8]>) -> Self {
        fs::write(self.file("config"), text).unwrap();
        self
    }

    /// The same with `~/.aws/credentials`.
    pub(crate) fn credentials(self, text: impl AsRef<[u8]>) -> Self {
        fs::write(self.file("credentials"), text).unwrap();
        self
    }

    /// The same with a variable.
    pub(crate) fn set(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// One of the two files.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(".aws").join(name)
    }

    /// Both files, read.
    #[track_caller]
    pub(crate) fn files(&self) -> ConfigFiles {
        let locations = self.with(|variables| Locations::find(variables.0, home_folder(variables.0).as_deref()));
        ConfigFiles::read(&locations).unwrap()
    }

    /// What comes of this user's variables.
    #[track_caller]
    pub(crate) fn with<T>(&self, act: impl FnOnce(Variables<'_>) -> T) -> T {
        let value = |name: &str| Some(self.variables.iter().rfind(|(known, _)| *known == name)?.1.clone());
        act(Variables(&value))
    }
}

/// The options of a section with keys, of which the access key ID tells where they came from.
pub(crate) fn keys(access_key_id: &str) -> String {
    format!("aws_access_key_id = {access_key_id}\naws_secret_access_key = {SECRET}\n")
}

/// A text that is not UTF-8, as a variable can be.
#[cfg(unix)]
pub(crate) fn not_utf_8() -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(b"us-\xff-1".to_vec())
}
