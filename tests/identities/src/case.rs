//! What a case's folder says: `case.toml`, `home/`, `expected.toml` and `botocore.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::outcome::{Keys, Recorded};
use crate::server::log::Request;
use crate::server::script::ScriptedAnswer;

/// One case, read from its folder.
#[derive(Debug, Clone)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// `case.toml`.
    pub description: Description,
    /// `case.toml` as text, in which secrets are looked for.
    pub text: String,
}

/// `case.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Description {
    /// One sentence: what the case shows.
    pub shows: String,
    /// The system without which there is no such case, as Rust names it.
    pub only_on: Option<String>,
    /// The URL that Git hands to the helper.
    #[serde(default = "url")]
    pub url: String,
    /// The region of the endpoint, which is also `AWS_DEFAULT_REGION` unless the case says otherwise.
    #[serde(default = "region")]
    pub region: String,
    /// Where the helper and botocore differ on purpose.
    pub deviation: Option<Deviation>,
    /// Variables, beside those that every case has.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Variables that every case has, and this one does not.
    #[serde(default)]
    pub unset: Vec<String>,
    /// The code that a person reads off the MFA device.
    pub mfa_code: Option<String>,
    /// What stands on standard input after Git's request, many times over; no program that the helper starts may get it.
    pub more_input: Option<String>,
    /// Secrets that do not look like one: see [`crate::secrets`].
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Names of files, and other text, that are digests: `NAME = "sha1 TEXT"`; `@NAME@` stands for it.
    #[serde(default)]
    pub digests: BTreeMap<String, String>,
    /// What is in the home and cannot be in `home/`.
    #[serde(default)]
    pub home: Special,
    /// What the services answer.
    #[serde(default)]
    pub answers: Vec<ScriptedAnswer>,
}

/// A difference that is meant; a row of the table in `host/DEVIATIONS.md`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// What botocore does.
    pub botocore: String,
    /// What the helper does.
    pub ours: String,
    /// Why.
    pub reason: String,
}

/// Files that a repository cannot hold, or should not.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Special {
    /// Folders, also where a file is expected.
    #[serde(default)]
    pub folders: Vec<String>,
    /// Symbolic links, and where they lead.
    #[serde(default)]
    pub links: BTreeMap<String, String>,
    /// Files that comments are put in front of, until they have this many bytes.
    #[serde(default)]
    pub padded: BTreeMap<String, usize>,
}

/// `expected.toml`: what the helper has to do. One of the first two is there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The keys that it signs with.
    pub keys: Option<Keys>,
    /// What it says on standard error, where it has no keys; where it has, what a program of the user's said there.
    pub stderr: Option<String>,
    /// The requests it makes; those of botocore unless said.
    pub requests: Option<Vec<Request>>,
    /// The files that it writes, and no others.
    #[serde(default)]
    pub files: BTreeMap<String, ExpectedFile>,
    /// What it asks the user for.
    #[serde(default)]
    pub prompts: Vec<String>,
}

/// A file as it is left.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedFile {
    /// The permissions, in octal.
    pub mode: String,
    /// The content, with placeholders; of JSON the members that count.
    pub content: Option<String>,
}

fn url() -> String {
    "codecommit://demo".to_owned()
}

fn region() -> String {
    "us-east-1".to_owned()
}

impl Case {
    /// All cases, by name.
    pub fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
        folders.sort();
        folders.into_iter().map(Self::read).collect()
    }

    /// One case.
    pub fn read(folder: PathBuf) -> Self {
        let path = folder.join("case.toml");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        Self { name, description: parsed(&path, &text), text, folder }
    }

    /// What the helper has to do; nothing is said where the file is missing.
    pub fn expected(&self) -> Expected {
        let path = self.folder.join("expected.toml");
        if path.exists() { parsed(&path, &fs::read_to_string(&path).unwrap()) } else { Expected::default() }
    }

    /// What the originals were seen to do.
    pub fn recorded(&self) -> Option<Recorded> {
        let path = self.recorded_file();
        let text = fs::read_to_string(&path).ok()?;
        Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    /// The file of [`Case::recorded`].
    pub fn recorded_file(&self) -> PathBuf {
        self.folder.join("botocore.json")
    }

    /// The host that Git asks a credential for.
    pub fn host(&self) -> String {
        format!("git-codecommit.{}.amazonaws.com", self.description.region)
    }

    /// The profile that the URL names.
    pub fn profile(&self) -> Option<&str> {
        let rest = self.description.url.split_once("://").map_or("", |(_, rest)| rest);
        rest.rsplit_once('@').map(|(profile, _)| profile)
    }
}

fn parsed<T: DeserializeOwned>(path: &Path, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
