//! Homes of users: AWS configuration files, made by chance.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::chance::Chance;
use crate::regions;

/// Names of profiles; not every home has each.
pub(crate) const PROFILES: [&str; 9] =
    ["default", "prod", "Prod", "me", "me@example.com", "my profile", "a:b", "ключ", "x.y-z_1"];

/// The options of a section, in the order of the file.
type Options = Vec<(&'static str, String)>;

/// A home, and what its files say.
pub(crate) struct Home {
    folder: PathBuf,
    /// The same, without tokens that are empty.
    without_empty_tokens: PathBuf,
    config: Vec<(&'static str, Options)>,
    credentials: Vec<(&'static str, Options)>,
}

impl Home {
    /// A home below a folder.
    pub(crate) fn new(chance: &mut Chance, below: &Path) -> Self {
        let (mut config, mut credentials) = (Vec::new(), Vec::new());
        for profile in PROFILES {
            let [in_config, in_credentials] =
                *chance.weighted(&[(12, [false, false]), (20, [true, false]), (28, [false, true]), (40, [true, true])]);
            if in_config {
                let has_keys = !in_credentials || chance.percent(20);
                config.push((profile, options(chance, has_keys)));
            }
            if in_credentials {
                credentials.push((profile, options(chance, true)));
            }
        }
        // So that nobody reads it.
        let is_broken = chance.percent(4);
        let home = Self {
            folder: below.join("as-it-is"),
            without_empty_tokens: below.join("without-empty-tokens"),
            config,
            credentials,
        };
        let style = chance.seed();
        for (folder, has_empty_tokens) in [(&home.folder, true), (&home.without_empty_tokens, false)] {
            // The same choices of style for both.
            let chance = &mut Chance::new(style);
            let folder = folder.join(".aws");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("config"), file(chance, &home.config, has_empty_tokens, is_broken, true)).unwrap();
            fs::write(folder.join("credentials"), file(chance, &home.credentials, has_empty_tokens, false, false))
                .unwrap();
        }
        home
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of the same home, without tokens that are empty.
    pub(crate) fn without_empty_tokens(&self) -> &Path {
        &self.without_empty_tokens
    }

    /// The options of a profile, those of the credentials file first; none where no file has it.
    pub(crate) fn profile(&self, name: &str) -> BTreeMap<&'static str, &str> {
        let mut merged = BTreeMap::new();
        for (_, options) in self.config.iter().chain(&self.credentials).filter(|(profile, _)| *profile == name) {
            merged.extend(options.iter().map(|(name, value)| (*name, value.as_str())));
        }
        merged
    }
}

/// The options of a profile in one file.
fn options(chance: &mut Chance, has_keys: bool) -> Options {
    let mut options = vec![("output", "json".to_owned())];
    let mut push = |name, value: String| options.push((name, value));
    match chance.below(100) {
        0..75 => push("region", (*chance.one(&regions::KNOWN)).to_owned()),
        75..79 => push("region", (*chance.one(&regions::VOUCHED)).to_owned()),
        79..82 => push("region", chance.one(&regions::OTHER).trim().to_owned()),
        82..84 => push("region", String::new()),
        _ => {}
    }
    if chance.percent(4) {
        push("use_fips_endpoint", (*chance.one(&["true", "TRUE", "false", "1"])).to_owned());
    }
    if !has_keys {
        return options;
    }
    if chance.percent(2) {
        let answer =
            r#"{"Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "example-secret-of-program"}"#;
        push("credential_process", format!("printf %s '{answer}'"));
        return options;
    }
    if chance.percent(97) {
        push("aws_access_key_id", access_key(chance));
    }
    if chance.percent(98) {
        push("aws_secret_access_key", secret(chance));
    }
    for name in ["aws_security_token", "aws_session_token"] {
        if chance.percent(if name == "aws_session_token" { 40 } else { 6 }) {
            push(name, token(chance));
        }
    }
    options
}

/// An access key, seldom one that cannot be.
pub(crate) fn access_key(chance: &mut Chance) -> String {
    match chance.below(100) {
        0..2 => String::new(),
        2..5 => format!("example{}key", chance.one(&["%", ":", " ", "é", "\t"])),
        5..60 => (*chance.one(&["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"])).to_owned(),
        _ => format!("example-key-{}", chance.text(6, "ABCDEFGHIJ234567/+=~.-_")),
    }
}

/// A secret key, seldom none.
pub(crate) fn secret(chance: &mut Chance) -> String {
    match chance.below(100) {
        0..2 => String::new(),
        2..4 => "example-sécret with spaces".to_owned(),
        _ => format!("example-secret-{}", chance.text(10, "abcXYZ0189/+=")),
    }
}

/// A session token, seldom one that cannot be.
pub(crate) fn token(chance: &mut Chance) -> String {
    match chance.below(100) {
        0..5 => String::new(),
        5..8 => format!("example{}token", chance.one(&[" ", ":", "é"])),
        _ => {
            let length = 1 + chance.below(200);
            format!("example-token-{}", chance.text(length, "abcXYZ0189/+=%&?#@'\"~"))
        }
    }
}

/// A file with these sections.
fn file(
    chance: &mut Chance,
    sections: &[(&'static str, Options)],
    has_empty_tokens: bool,
    is_broken: bool,
    is_config: bool,
) -> String {
    let mut text = String::new();
    for (profile, options) in sections {
        let quoted = if profile.contains(' ') { format!("\"{profile}\"") } else { (*profile).to_owned() };
        let header = match *profile {
            "default" => "default".to_owned(),
            _ if is_config => format!("profile {quoted}"),
            name => name.to_owned(),
        };
        let _ = writeln!(text, "{}[{header}]", chance.one(&["", "", "# a comment\n", "\n"]));
        for (name, value) in options {
            let is_token = name.ends_with("_token");
            let delimiter = *chance.one(&[" = ", "=", ": "]);
            let name = if chance.percent(10) { name.to_uppercase() } else { (*name).to_owned() };
            if has_empty_tokens || !(value.is_empty() && is_token) {
                let _ = writeln!(text, "{name}{delimiter}{value}");
            }
        }
    }
    if is_broken {
        text += *chance.one(&["[default\n", "[twice]\n[twice]\n", "no delimiter\n", "[x]\na = 1\nA = 2\n"]);
    }
    text
}
