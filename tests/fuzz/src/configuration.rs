//! The user's AWS configuration. An input is the config file, then the byte FF, which is in no UTF-8 text, and the credentials file.

use std::cell::LazyCell;
use std::fs;
use std::path::{Path, PathBuf};

use git_remote_codecommit::aws::config_files::{ConfigFiles, Locations};
use git_remote_codecommit::aws::ini::{self, Fault, Ini, Section, Value};
use tempfile::TempDir;

use crate::sentence::is_fit_to_be_shown;

/// What is looked up is what is listed; line ends of Windows and a comment change nothing; a fault names a line of the file. The
/// profiles of the files are found under their names.
pub fn check(input: &[u8]) {
    let mut files = input.splitn(2, |byte| *byte == 0xff);
    let [config, credentials] = [(); 2].map(|()| files.next().unwrap_or_default());
    if is_read(config) && is_read(credentials) {
        makes_profiles(config, credentials);
    }
}

/// Reads a file, and says whether it can be.
fn is_read(bytes: &[u8]) -> bool {
    match ini::parse(bytes) {
        Ok(ini) => {
            means_the_same_elsewhere(bytes, &ini);
            consistent(&ini);
            true
        }
        Err(fault) => {
            names_a_line(bytes, &fault);
            false
        }
    }
}

fn consistent(ini: &Ini) {
    let names: Vec<&str> = ini.sections().map(Section::name).collect();
    for (index, section) in ini.sections().enumerate() {
        assert!(!names[..index].contains(&section.name()), "{:?} is there twice", section.name());
        for (name, value) in section.options() {
            assert_eq!(shown(section.get(name)), shown(Some(value)), "{name:?}");
            if let Value::Nested(nested) = value {
                for (name, _) in nested.pairs() {
                    let last = nested.pairs().filter(|pair| pair.0 == name).last().map(|pair| pair.1);
                    assert_eq!(nested.get(name), last, "{name:?}");
                }
            }
        }
        assert_eq!(ini.section(section.name()).map(|found| found.options().count()), Some(section.options().count()));
    }
}

/// Reads the file again, as it would be on Windows, and with a comment below.
fn means_the_same_elsewhere(bytes: &[u8], ini: &Ini) {
    let text = str::from_utf8(bytes).expect("it was read");
    let commented = format!("{text}\n# the end");
    same(ini, &commented);
    if !text.contains('\r') {
        same(ini, &text.replace('\n', "\r\n"));
        same(ini, &text.replace('\n', "\r"));
    }
}

fn same(ini: &Ini, text: &str) {
    let again = ini::parse(text.as_bytes()).unwrap_or_else(|fault| panic!("{fault}: {text:?}"));
    assert_eq!(all(&again), all(ini), "{text:?}");
}

fn all(ini: &Ini) -> Vec<(&str, Vec<(&str, String)>)> {
    ini.sections()
        .map(|section| (section.name(), section.options().map(|(name, value)| (name, shown(Some(value)))).collect()))
        .collect()
}

/// A value with all that is in it.
fn shown(value: Option<Value<'_>>) -> String {
    match value {
        None => "none".to_owned(),
        Some(Value::Text(text)) => format!("{text:?}"),
        Some(Value::Nested(nested)) => format!("{:?}", nested.pairs().collect::<Vec<_>>()),
    }
}

fn names_a_line(bytes: &[u8], fault: &Fault) {
    let ends = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    assert!((1..=ends + 1).contains(&fault.line), "{fault}");
    is_fit_to_be_shown(&fault.to_string());
}

thread_local! {
    /// Where the files of one input after another are.
    static FOLDER: LazyCell<TempDir> = LazyCell::new(|| tempfile::tempdir().expect("there is a folder for temporary files"));
}

fn makes_profiles(config: &[u8], credentials: &[u8]) {
    FOLDER.with(|folder| {
        let locations = Locations {
            config: written(folder.path(), "config", config),
            credentials: written(folder.path(), "credentials", credentials),
        };
        let files = ConfigFiles::read(&locations).expect("both files could be read");
        for name in files.profile_names() {
            let profile = files.profile(&name).unwrap_or_else(|| panic!("{name:?} is not found"));
            for section in [profile.config(), profile.credentials()].into_iter().flatten() {
                for (option, _) in section.options() {
                    let first = profile.credentials().and_then(|section| section.get(option));
                    let merged = first.or_else(|| profile.config().and_then(|section| section.get(option)));
                    assert_eq!(shown(profile.get(option)), shown(merged), "{name:?} {option:?}");
                }
            }
        }
    });
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a temporary file can be written");
    path
}
