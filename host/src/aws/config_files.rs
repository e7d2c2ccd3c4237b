//! `~/.aws/config` and `~/.aws/credentials`, and the profiles they make together.
//!
//! What is a profile, an SSO session or a set of services follows botocore's `configloader.build_profile_map`, and how
//! the files are merged its `Session.full_config`:
//! - In the config file a section is a profile if its name starts with `profile` and is two words to `shlex.split`, of
//!   which the second is the profile's name; `[default]` is one too. `sso-session` and `services` likewise. Of two that
//!   come to the same name the later counts, whole. One that is not two words, as `[profile a b]`, is ignored.
//! - In the credentials file every section is a profile of exactly its name.
//! - A profile in both has the options of both, and the credentials file's value where both have one.
//!
//! The files of boto 2 (`AWS_CREDENTIAL_FILE`, `BOTO_CONFIG`, `/etc/boto.cfg`, `~/.boto`) are not read. botocore asks
//! them for keys after these two files, before containers and instance metadata.
//!
//! # Deviations
//! - A file that is there but cannot be read is an error. botocore takes it for an empty one, and goes on to report
//!   that the profile or its credentials do not exist.

mod locations;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use thiserror::Error;
use zeroize::Zeroizing;

use super::ini::{self, Ini, Section, Value};
use super::words::{SPACES, words};
use crate::error::not_read;
use crate::printable::Shown;

pub(crate) use locations::expand;
pub use locations::{Environment, Locations, home_folder};

/// A configuration file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {fault}", Shown(&path.to_string_lossy()))]
pub struct ConfigError {
    /// The file, as it was opened.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: ConfigFault,
}

/// What is wrong with a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigFault {
    /// It exists, and the system does not let us read it.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It breaks a rule of the dialect.
    #[error(transparent)]
    Dialect(#[from] ini::Fault),
}

/// Both files, read. By default they are empty.
#[derive(Debug, Default)]
pub struct ConfigFiles {
    config: Ini,
    credentials: Ini,
}

impl ConfigFiles {
    /// Reads both files; one that is missing, or is no regular file, is empty.
    ///
    /// # Errors
    /// The first file that cannot be read or parsed, as for botocore a fault in either is one for every profile.
    pub fn read(locations: &Locations) -> Result<Self, ConfigError> {
        Ok(Self { config: read(&locations.config)?, credentials: read(&locations.credentials)? })
    }

    /// The names of all profiles, in the order of botocore's `Session.available_profiles`.
    pub fn profile_names(&self) -> Vec<Cow<'_, str>> {
        let mut seen = HashSet::new();
        let config = self.config.sections().filter_map(|section| profile_name(section.name()));
        let credentials = self.credentials.sections().map(|section| Cow::Borrowed(section.name()));
        config.chain(credentials).filter(|name| seen.insert(name.clone())).collect()
    }

    /// The profile of exactly this name.
    pub fn profile(&self, name: &str) -> Option<Profile<'_>> {
        let config =
            self.config.sections().rfind(|section| profile_name(section.name()).is_some_and(|found| found == name));
        let credentials = self.credentials.section(name);
        (config.is_some() || credentials.is_some()).then_some(Profile { config, credentials })
    }

    /// The section `[sso-session NAME]` of the config file.
    pub fn sso_session(&self, name: &str) -> Option<Section<'_>> {
        self.named("sso-session", name)
    }

    /// The section `[services NAME]` of the config file.
    pub fn services(&self, name: &str) -> Option<Section<'_>> {
        self.named("services", name)
    }

    /// Whether the config file has a section `[plugins]`, which the AWS CLI would import Python modules from.
    pub fn has_plugins(&self) -> bool {
        self.config.section("plugins").is_some()
    }

    fn named(&self, kind: &str, name: &str) -> Option<Section<'_>> {
        self.config.sections().rfind(|section| {
            section.name().starts_with(kind) && second_word(section.name()).is_some_and(|found| found == name)
        })
    }
}

/// A profile: its section in each file.
///
/// botocore looks for keys in the credentials file, then elsewhere, then in the config file, and for all else in the two
/// merged.
#[derive(Debug, Clone, Copy)]
pub struct Profile<'a> {
    config: Option<Section<'a>>,
    credentials: Option<Section<'a>>,
}

impl<'a> Profile<'a> {
    /// The value of an option in the merged profile; the name is given in lower case.
    pub fn get(self, option: &str) -> Option<Value<'a>> {
        let in_section = |section: Option<Section<'a>>| section.and_then(|section| section.get(option));
        in_section(self.credentials).or_else(|| in_section(self.config))
    }

    /// The text of an option in the merged profile; an option without value has the empty one.
    pub fn text(self, option: &str) -> Option<&'a str> {
        self.get(option).and_then(Value::text)
    }

    /// What the config file alone says.
    pub fn config(self) -> Option<Section<'a>> {
        self.config
    }

    /// What the credentials file alone says.
    pub fn credentials(self) -> Option<Section<'a>> {
        self.credentials
    }
}

/// The profile that a section of the config file describes: a branch of `build_profile_map`.
fn profile_name(section: &str) -> Option<Cow<'_, str>> {
    match section {
        "default" => Some(Cow::Borrowed(section)),
        _ if section.starts_with("profile") => second_word(section),
        _ => None,
    }
}

/// The second of exactly two words: `configloader._parse_section`.
fn second_word(section: &str) -> Option<Cow<'_, str>> {
    if section.contains(['\'', '"', '\\']) {
        return match <[String; 2]>::try_from(words(section)?) {
            Ok([_, second]) => Some(Cow::Owned(second)),
            Err(_) => None,
        };
    }
    let mut words = section.split(SPACES).filter(|word| !word.is_empty());
    let (_, second, third) = (words.next()?, words.next()?, words.next());
    third.is_none().then_some(Cow::Borrowed(second))
}

/// Reads one file, where `os.path.isfile` holds; the buffer is wiped.
fn read(path: &Path) -> Result<Ini, ConfigError> {
    let Some(file) = fs::metadata(path).ok().filter(fs::Metadata::is_file) else {
        log::debug!("no file {}", Shown(&path.to_string_lossy()));
        return Ok(Ini::default());
    };
    log::debug!("reading {}, {} bytes", Shown(&path.to_string_lossy()), file.len());
    let fail = |fault| ConfigError { path: path.to_owned(), fault };
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(file.len()).unwrap_or_default()));
    File::open(path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(|error| fail(ConfigFault::Unreadable(not_read(&error))))?;
    ini::parse(&bytes).map_err(|fault| fail(fault.into()))
}
