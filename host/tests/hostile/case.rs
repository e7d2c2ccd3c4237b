//! A case: what the helper is handed, and what it has to do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// One table of a file of `cases/`. Texts that are handed to the helper are written as [`crate::text::bytes`] reads them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Case {
    /// One sentence: what the case shows.
    pub(crate) shows: String,
    /// What was broken in another program by input of this kind.
    #[serde(default)]
    pub(crate) cve: Vec<String>,
    /// The remote's name.
    #[serde(default = "remote")]
    pub(crate) remote: String,
    /// The URL.
    #[serde(default = "url")]
    pub(crate) url: String,
    /// Variables, beside those that every case has.
    #[serde(default)]
    pub(crate) environment: BTreeMap<String, String>,
    /// `~/.aws/config`.
    pub(crate) config: Option<String>,
    /// `~/.aws/credentials`.
    pub(crate) credentials: Option<String>,
    /// What `codecommit.extraRegion` has, each value ended by a NUL.
    pub(crate) extra_regions: Option<String>,
    /// What Git sends where it asks for a credential. With it the helper is run for that, without it for a remote.
    pub(crate) request: Option<String>,

    /// It is refused, in these words.
    pub(crate) refused: Option<String>,
    /// It is taken, and this is the URL that Git is given.
    pub(crate) accepted: Option<String>,
    /// The URL as one word of sh, where that is more than a `'` before and after it.
    pub(crate) word: Option<String>,
    /// The user name with which the request is answered; of a case that is accepted, the one that the Gits of this machine get when
    /// they run the helper through sh.
    pub(crate) username: Option<String>,
    /// It is a request for another server: not answered, and nothing is said.
    #[serde(default)]
    pub(crate) passed_over: bool,
}

fn remote() -> String {
    "origin".to_owned()
}

fn url() -> String {
    "codecommit://demo".to_owned()
}

/// What is to come of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected<'c> {
    /// These words on standard error.
    Refused(&'c str),
    /// Git is given this URL.
    Accepted(&'c str),
    /// A credential with this user name.
    Answered(&'c str),
    /// Nothing.
    PassedOver,
}

impl Case {
    /// All cases, by file and name.
    pub(crate) fn all() -> Vec<(String, Self)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/cases");
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let cases = files.iter().flat_map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let cases: BTreeMap<String, Self> =
                toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let kind = path.file_stem().unwrap().to_str().unwrap().to_owned();
            cases.into_iter().map(move |(name, case)| (format!("{kind}::{name}"), case))
        });
        cases.collect()
    }

    /// What is to come of it; none where the case says nothing, or things that do not go together.
    pub(crate) fn expected(&self) -> Option<Expected<'_>> {
        let is_request = self.request.is_some();
        match (&self.refused, &self.accepted, &self.username, self.passed_over) {
            (Some(words), None, None, false) => Some(Expected::Refused(words)),
            (None, Some(url), _, false) if !is_request => Some(Expected::Accepted(url)),
            (None, None, Some(username), false) if is_request => Some(Expected::Answered(username)),
            (None, None, None, true) if is_request => Some(Expected::PassedOver),
            _ => None,
        }
    }
}
