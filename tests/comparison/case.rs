//! A user, a URL and an environment, made by chance: what is right, what is nearly right, and what is wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::chance::Chance;
use crate::homes::{Home, PROFILES, access_key, secret, token};
use crate::regions;

/// What both helpers are asked.
#[derive(Clone)]
pub(crate) struct Case {
    /// As Git passes it.
    pub(crate) url: String,
    /// All variables but `HOME`.
    pub(crate) environment: BTreeMap<&'static str, String>,
    pub(crate) home: Arc<Home>,
    /// Whether the tokens of the home's files that are empty are there.
    pub(crate) has_empty_tokens: bool,
    /// Regions that the original is told of.
    pub(crate) regions: &'static [&'static str],
}

impl Case {
    /// A case in one of these homes.
    pub(crate) fn new(chance: &mut Chance, homes: &[Arc<Home>]) -> Self {
        let home = Arc::clone(chance.one(homes));
        Self { url: url(chance), environment: environment(chance), home, has_empty_tokens: true, regions: &[] }
    }

    /// The home's folder.
    pub(crate) fn folder(&self) -> String {
        let folder = if self.has_empty_tokens { self.home.folder() } else { self.home.without_empty_tokens() };
        folder.to_str().unwrap().to_owned()
    }

    /// A variable, where it is not empty.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What stands before and after the URL's `://`.
    pub(crate) fn parts(&self) -> (&str, &str) {
        self.url.split_once("://").unwrap_or((&self.url, ""))
    }

    /// The URL's part that names profile and repository.
    pub(crate) fn authority(&self) -> &str {
        self.parts().1.split(['/', '?', '#']).next().unwrap_or_default()
    }

    /// The profile and the repository of the URL.
    pub(crate) fn named(&self) -> (Option<&str>, &str) {
        self.authority().rsplit_once('@').map_or((None, self.authority()), |(profile, name)| (Some(profile), name))
    }

    /// The options of the profile in use.
    pub(crate) fn profile(&self) -> BTreeMap<&'static str, &str> {
        let variables = || self.variable("AWS_DEFAULT_PROFILE").or_else(|| self.variable("AWS_PROFILE"));
        self.home.profile(self.named().0.or_else(variables).unwrap_or("default"))
    }

    /// The region in use.
    pub(crate) fn region(&self) -> Option<String> {
        let scheme = self.parts().0.to_lowercase();
        if scheme != "codecommit" {
            return Some(scheme);
        }
        let of_profile = || self.profile().get("region").copied().filter(|name| !name.is_empty()).map(str::to_owned);
        let variable = |name| self.variable(name).map(str::to_owned);
        variable("AWS_DEFAULT_REGION").or_else(of_profile).or_else(|| variable("AWS_REGION"))
    }

    /// What counts of it, to be shown.
    pub(crate) fn describe(&self) -> String {
        format!("URL        {:?}\nvariables  {:?}\nprofile    {:?}", self.url, self.environment, self.profile())
    }
}

fn url(chance: &mut Chance) -> String {
    let region = match chance.below(100) {
        0..90 => chance.one(&regions::KNOWN),
        90..96 => chance.one(&regions::VOUCHED),
        _ => chance.one(&regions::OTHER),
    };
    let scheme = match chance.below(100) {
        0..50 => "codecommit".to_owned(),
        50..54 => (*chance.one(&["CodeCommit", "CODECOMMIT"])).to_owned(),
        54..91 => (*region).to_owned(),
        91..95 => region.to_uppercase(),
        95..97 => format!("codecommit::{region}"),
        _ => (*chance.one(&["https", "http", "ssh", "", "s3", "us_east-1", "codecommit+x", "codecommit:", "é"]))
            .to_owned(),
    };
    let separator = *chance.weighted(&[(194, "://"), (1, ":/"), (1, ":"), (1, "//"), (1, ":///"), (1, "::"), (1, "")]);
    let profile = match chance.below(100) {
        0..45 => String::new(),
        45..95 => format!("{}@", chance.one(&PROFILES)),
        95..96 => "nobody@".to_owned(),
        _ => (*chance.one(&["@", " prod@", "prod @", "@prod@", "prod%20@", "prod@@", "[prod]@", "prod:secret@"]))
            .to_owned(),
    };
    let surplus = match chance.below(100) {
        0..90 => "",
        90..95 => "/",
        _ => chance.one(&["/x", "//", ":8443", ":", "?x=1", "?", "#x", "#", "/v1/repos/x", "/?", ":443/x"]),
    };
    let url = format!("{scheme}{separator}{profile}{}{surplus}", repository(chance));
    if chance.percent(4) { changed(chance, &url) } else { url }
}

fn repository(chance: &mut Chance) -> String {
    const LETTERS: &str = "abcxyzABCXYZ0189.-_";
    match chance.below(100) {
        0..35 => "MyRepo".to_owned(),
        35..80 => {
            let length = 1 + chance.below(40);
            chance.text(length, LETTERS)
        }
        80..84 => {
            let length = 98 + chance.below(5);
            chance.text(length, LETTERS)
        }
        84..88 => format!("My{}Repo", chance.one(&[" ", "%20", "é", "+", "$", "~", "(x)", ",", "'", "\\", "本"])),
        88..90 => "git-codecommit.us-east-1.amazonaws.com".to_owned(),
        _ => (*chance.one(&["", ".", "..", "...", "MyRepo.git", ".git", "MyRepo.GIT", "-", "-x", "--upload-pack=x"]))
            .to_owned(),
    }
}

/// A URL with one character more, less, or other.
fn changed(chance: &mut Chance, url: &str) -> String {
    let mut characters: Vec<char> = url.chars().collect();
    let at = chance.below(characters.len().max(1));
    let other = *chance.one(&[
        ' ', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{200b}', '\u{202e}', '@', ':', '/', '.', '-', 'a', 'Z', '0', '[',
    ]);
    match chance.below(4) {
        0 => characters.insert(at, other),
        1 if !characters.is_empty() => characters[at] = other,
        2 if !characters.is_empty() => {
            characters.remove(at);
        }
        _ => characters.insert(*chance.one(&[0, characters.len()]), *chance.one(&[' ', '\n', '\t', '\u{feff}'])),
    }
    characters.into_iter().collect()
}

fn environment(chance: &mut Chance) -> BTreeMap<&'static str, String> {
    let mut environment = BTreeMap::new();
    for name in ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"] {
        match chance.below(100) {
            0..16 => drop(environment.insert(name, (*chance.one(&PROFILES)).to_owned())),
            16..17 => drop(environment.insert(name, "nobody".to_owned())),
            17..19 => drop(environment.insert(name, String::new())),
            _ => {}
        }
    }
    for name in ["AWS_DEFAULT_REGION", "AWS_REGION"] {
        match chance.below(100) {
            0..30 => drop(environment.insert(name, (*chance.one(&regions::KNOWN)).to_owned())),
            30..32 => drop(environment.insert(name, (*chance.one(&regions::VOUCHED)).to_owned())),
            32..34 => drop(environment.insert(name, (*chance.one(&regions::OTHER)).to_owned())),
            34..36 => drop(environment.insert(name, String::new())),
            _ => {}
        }
    }
    keys(chance, &mut environment);
    if chance.percent(4) {
        environment.insert("AWS_USE_FIPS_ENDPOINT", (*chance.one(&["true", "True", "false", "", "yes"])).to_owned());
    }
    match chance.below(100) {
        0..8 => drop(environment.insert("CODE_COMMIT_ENDPOINT", (*chance.one(&HOSTS)).to_owned())),
        8..10 => drop(environment.insert("CODE_COMMIT_ENDPOINT", (*chance.one(&NO_HOSTS)).to_owned())),
        10..12 => drop(environment.insert("CODE_COMMIT_ENDPOINT", String::new())),
        _ => {}
    }
    environment
}

fn keys(chance: &mut Chance, environment: &mut BTreeMap<&'static str, String>) {
    if !chance.percent(40) {
        return;
    }
    if chance.percent(97) {
        environment.insert("AWS_ACCESS_KEY_ID", access_key(chance));
    }
    if chance.percent(97) {
        environment.insert("AWS_SECRET_ACCESS_KEY", secret(chance));
    }
    for name in ["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"] {
        if chance.percent(if name == "AWS_SESSION_TOKEN" { 40 } else { 6 }) {
            environment.insert(name, token(chance));
        }
    }
    if chance.percent(5) {
        let time =
            *chance.one(&["2999-01-01T00:00:00Z", "2999-12-31T23:59:59+00:00", "2001-01-01T00:00:00Z", "soon", ""]);
        environment.insert("AWS_CREDENTIAL_EXPIRATION", time.to_owned());
    }
}

/// Values of `CODE_COMMIT_ENDPOINT` that are hosts.
const HOSTS: [&str; 7] = [
    "localhost:8443",
    "vpce-0a-1b.git-codecommit.us-east-1.vpce.amazonaws.com",
    "127.0.0.1",
    "[::1]:8443",
    "Example.COM",
    "under_score.example:65535",
    "xn--mller-kva.example",
];

/// Values of it that are none.
const NO_HOSTS: [&str; 10] = [
    "https://localhost:8443",
    "localhost/v1",
    "me@localhost",
    "local host",
    "localhost:0",
    "localhost:port",
    "a..example",
    "-a.example",
    "exämple.com",
    "[::1",
];
