//! Settings of Git, read and written by Git.

use std::process::{Command, Stdio};

use git_remote_codecommit::Error;

use crate::fault::Fault;

/// Whose settings.
#[derive(Clone, Copy)]
pub(super) enum Scope {
    /// The user's.
    Global,
    /// The repository's.
    Local,
}

impl Scope {
    fn option(self) -> &'static str {
        match self {
            Self::Global => "--global",
            Self::Local => "--local",
        }
    }

    /// The command that writes there.
    pub(super) fn command(self) -> String {
        format!("git config {}", self.option())
    }
}

/// A setting and its values, of which the order counts.
pub(super) struct Setting {
    key: String,
    values: Vec<String>,
}

impl Setting {
    pub(super) fn new(key: String, values: &[&str]) -> Self {
        Self { key, values: values.iter().map(|value| (*value).to_owned()).collect() }
    }
}

/// A value that is added or taken out.
pub(super) struct Change {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) is_removal: bool,
}

/// A file of settings.
pub(super) struct File {
    pub(super) scope: Scope,
}

impl File {
    pub(super) fn new(scope: Scope) -> Self {
        Self { scope }
    }

    /// What has to be added for the settings to be there: nothing of one whose values are already the last.
    pub(super) fn additions(&self, settings: &[Setting]) -> Result<Vec<Change>, Fault> {
        let mut changes = Vec::new();
        for Setting { key, values } in settings {
            if !self.values(key)?.ends_with(values) {
                changes.extend(values.iter().map(|value| Change {
                    key: key.clone(),
                    value: value.clone(),
                    is_removal: false,
                }));
            }
        }
        Ok(changes)
    }

    /// What has to be taken out for the settings to be gone: of each, the values that are there; those of others stay.
    pub(super) fn removals(&self, settings: &[Setting]) -> Result<Vec<Change>, Fault> {
        let mut changes = Vec::new();
        for Setting { key, values } in settings {
            let there = self.values(key)?;
            // One value is the mark of all: an empty one can be the user's.
            if values.last().is_some_and(|last| there.contains(last)) {
                let here = values.iter().filter(|value| there.contains(value));
                changes.extend(here.map(|value| Change { key: key.clone(), value: value.clone(), is_removal: true }));
            }
        }
        Ok(changes)
    }

    /// The keys under which the AWS CLI's helper is.
    pub(super) fn helpers_of_the_cli(&self) -> Result<Vec<String>, Fault> {
        let pairs = self.git(&["--null", "--get-regexp", r"^credential\.(.*\.)?helper$"])?.unwrap_or_default();
        let pairs = pairs.split_terminator('\0').filter_map(|pair| pair.split_once('\n'));
        // A profile can be named before that, as an option of `aws`.
        let keys = pairs.filter(|(_, value)| value.contains("codecommit credential-helper"));
        let mut keys: Vec<String> = keys.map(|(key, _)| key.to_owned()).collect();
        keys.dedup();
        Ok(keys)
    }

    /// Makes the changes, or none of them.
    pub(super) fn apply(&self, changes: &[Change]) -> Result<(), Fault> {
        for (done, change) in changes.iter().enumerate() {
            if let Err(fault) = self.change(change) {
                // What Git could write a moment ago, it can write again; where not, the fault is the same.
                for change in changes[..done].iter().rev() {
                    let Change { key, value, is_removal } = change;
                    let back = Change { key: key.clone(), value: value.clone(), is_removal: !is_removal };
                    let _ = self.change(&back);
                }
                return Err(fault);
            }
        }
        Ok(())
    }

    fn change(&self, Change { key, value, is_removal }: &Change) -> Result<(), Fault> {
        if *is_removal {
            let pattern = format!("^{}$", escaped(value));
            self.git(&["--unset-all", key, &pattern]).map(|_| ())
        } else {
            self.git(&["--add", key, value]).map(|_| ())
        }
    }

    fn values(&self, key: &str) -> Result<Vec<String>, Fault> {
        let values = self.git(&["--null", "--get-all", key])?.unwrap_or_default();
        Ok(values.split_terminator('\0').map(str::to_owned).collect())
    }

    /// What `git config` prints; none where there is no such setting.
    fn git(&self, arguments: &[&str]) -> Result<Option<String>, Fault> {
        let mut git = Command::new("git");
        git.args(["config", self.scope.option()]).args(arguments).env("LC_ALL", "C").stdin(Stdio::null());
        let output = git.output().map_err(|error| Fault::Codecommit(Error::GitNotRun(error)))?;
        match output.status.code() {
            Some(0) => Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned())),
            // Nothing is set, or there is no such value to unset.
            Some(1 | 5) if output.stderr.is_empty() => Ok(None),
            _ => {
                let said = String::from_utf8_lossy(&output.stderr);
                let line = said.lines().next_back().unwrap_or("git config failed");
                let said = ["fatal: ", "error: "].iter().find_map(|label| line.strip_prefix(label)).unwrap_or(line);
                Err(Fault::GitConfig { said: said.to_owned() })
            }
        }
    }
}

/// A text as an extended regular expression that is this text alone.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| if r"\.+*?()[]{}|^$".contains(c) { vec!['\\', c] } else { vec![c] }).collect()
}
