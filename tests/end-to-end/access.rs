//! What a helper lets Git use: found by running it with a `git` that only writes down what it is asked.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command::{finish, finish_with};
use crate::world::{World, helper};

/// The URL that this project's helper hands to Git.
#[track_caller]
pub(crate) fn our_url(world: &World, url: &str, environment: &[(&str, &str)]) -> String {
    arguments_for_git(world, helper(), url, environment).pop().unwrap()
}

/// What a helper, run as Git runs it, would run: the arguments of a `git` that only writes them down.
#[track_caller]
fn arguments_for_git(world: &World, helper: &Path, url: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let written = world.path("arguments");
    let stub = world.write_script("stub/git", &format!("printf '%s\\n' \"$@\" >'{}'\n", written.display()));
    let mut command = world.program_with(stub.parent().unwrap(), helper, "", &["origin", url]);
    finish(changed(&mut command, environment)).succeeded();
    let arguments = fs::read_to_string(&written).unwrap().lines().map(str::to_owned).collect();
    fs::remove_file(written).unwrap();
    arguments
}

/// What a helper lets Git use for a URL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Access {
    /// Without credentials.
    pub(crate) url: String,
    pub(crate) username: String,
    pub(crate) password: String,
}

impl Access {
    /// From the URL that the original hands to Git.
    #[track_caller]
    pub(crate) fn of_original(original: &Path, world: &World, url: &str, environment: &[(&str, &str)]) -> Self {
        let arguments = arguments_for_git(world, original, url, environment);
        let [command, remote, url] = arguments.as_slice() else { panic!("{arguments:?}") };
        assert_eq!((command.as_str(), remote.as_str()), ("remote-http", "origin"));
        let (credential, place) = url.strip_prefix("https://").unwrap().split_once('@').unwrap();
        let (username, password) = credential.split_once(':').unwrap();
        Self { url: format!("https://{place}"), username: decoded(username), password: password.to_owned() }
    }

    /// From the credential that this project's helper answers with, for the URL that it hands to Git ([`our_url`]).
    #[track_caller]
    pub(crate) fn of_ours(world: &World, url: &str, environment: &[(&str, &str)], https: &str) -> Self {
        let host = https.strip_prefix("https://").unwrap().split('/').next().unwrap();
        let folder = helper().parent().unwrap();
        let mut get = world.program_with(folder, helper(), "", &["--credential", url, "get"]);
        let answer =
            finish_with(changed(&mut get, environment), &format!("protocol=https\nhost={host}\n\n")).succeeded();
        let value = |name: &str| {
            let line = |line: &str| line.strip_prefix(name)?.strip_prefix('=').map(str::to_owned);
            answer.stdout().lines().find_map(line).unwrap_or_else(|| panic!("no {name}: {answer}"))
        };
        Self { url: https.to_owned(), username: value("username"), password: value("password") }
    }

    /// With the credential in the URL.
    pub(crate) fn authenticated_url(&self) -> String {
        format!("https://{}:{}@{}", encoded(&self.username), self.password, self.url.strip_prefix("https://").unwrap())
    }

    /// The second of the signature.
    pub(crate) fn second(&self) -> &str {
        self.password.split('Z').next().unwrap()
    }
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| {
        let code = u8::from_str_radix(&part[..2], 16).unwrap();
        text + char::from(code).encode_utf8(&mut [0; 4]) + &part[2..]
    })
}

fn encoded(text: &str) -> String {
    text.replace('%', "%25").replace('/', "%2F").replace('+', "%2B").replace('=', "%3D")
}

/// The command with other variables; an empty value unsets one.
fn changed<'a>(command: &'a mut Command, environment: &[(&str, &str)]) -> &'a mut Command {
    for (name, value) in environment {
        if value.is_empty() {
            command.env_remove(name)
        } else {
            command.env(name, value)
        };
    }
    command
}
