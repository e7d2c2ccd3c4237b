//! A shell as the demo needs one: it shows what a user types, and what comes of it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use super::environment::Change;
use crate::command;
use crate::failure::Failure;

/// Variables of the user's that are kept: without them programs do not start. Everything else could change what is shown.
const KEPT: [&str; 7] = ["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot", "ComSpec", "PATHEXT"];

/// A current folder and an environment.
pub(crate) struct Shell {
    folder: PathBuf,
    environment: BTreeMap<OsString, OsString>,
}

impl Shell {
    /// A shell in a folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        let kept = |name: &str| Some((OsString::from(name), std::env::var_os(name)?));
        Self { folder, environment: KEPT.into_iter().filter_map(kept).collect() }
    }

    /// The current folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Sets a variable, without a word.
    pub(crate) fn set(&mut self, name: &str, value: &OsStr) {
        self.environment.insert(name.into(), value.to_owned());
    }

    /// Shows a line that changes the environment, and does as it says.
    pub(crate) fn apply(&mut self, line: &str, changes: Vec<Change>) {
        prompt(line);
        self.change(changes);
    }

    fn change(&mut self, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::Set(name, value) => self.environment.insert(name.into(), value.into()),
                Change::Unset(name) => self.environment.remove(OsStr::new(&name)),
            };
        }
    }

    /// Changes the current folder, by names and `..`.
    ///
    /// # Errors
    /// Where there is no such folder.
    pub(crate) fn cd(&mut self, path: &str) -> Result<(), Failure> {
        prompt(&format!("cd {path}"));
        self.folder = walked(&self.folder, path);
        if self.folder.is_dir() { Ok(()) } else { Err(Failure::new(format!("there is no folder {path} to go to"))) }
    }

    /// Writes a line to the end of a file.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn append(&self, line: &str, file: &str) -> Result<(), Failure> {
        prompt(&format!("echo {} >> {file}", command::quoted(line)));
        let path = self.folder.join(file);
        let append =
            || OpenOptions::new().create(true).append(true).open(&path)?.write_all(format!("{line}\n").as_bytes());
        append().map_err(Failure::file("write", &path))
    }

    /// Shows a file, which must hold just this.
    ///
    /// # Errors
    /// Where it holds something else.
    pub(crate) fn cat(&self, file: &str, expected: &str) -> Result<(), Failure> {
        prompt(&format!("cat {file}"));
        let path = self.folder.join(file);
        let text = fs::read(&path).map_err(Failure::file("read", &path))?;
        command::write(&text);
        if text == expected.as_bytes() {
            Ok(())
        } else {
            Err(Failure::new(format!("{file} does not hold what was pushed")))
        }
    }

    /// Runs Git, which must do as told.
    ///
    /// # Errors
    /// Where it does not.
    pub(crate) fn git(&self, arguments: &[&str]) -> Result<(), Failure> {
        let (status, _) = self.run_git(arguments)?;
        if status.success() { Ok(()) } else { Err(Failure::new(format!("`{}` failed ({status})", typed(arguments)))) }
    }

    /// Runs Git, which must refuse; gives what it said.
    ///
    /// # Errors
    /// Where it does not refuse.
    pub(crate) fn refused(&self, arguments: &[&str]) -> Result<String, Failure> {
        let (status, said) = self.run_git(arguments)?;
        if status.success() {
            Err(Failure::new(format!("`{}` should have failed", typed(arguments))))
        } else {
            Ok(said)
        }
    }

    /// Shows what Git says while it says it, both outputs in one as on a terminal, and gives it.
    fn run_git(&self, arguments: &[&str]) -> Result<(ExitStatus, String), Failure> {
        prompt(&typed(arguments));
        let failure = |error: io::Error| Failure::new(format!("git could not be run ({error}): is it installed?"));
        let (mut reader, writer) = io::pipe().map_err(failure)?;
        let mut process = {
            // Its end of the pipe goes with the command, so that reading ends when Git does.
            let mut git = Command::new("git");
            git.args(arguments).current_dir(&self.folder).env_clear().envs(&self.environment);
            git.stdin(Stdio::null()).stdout(writer.try_clone().map_err(failure)?).stderr(writer);
            git.spawn().map_err(failure)?
        };
        let mut said = Vec::new();
        let mut part = [0; 4096];
        loop {
            match reader.read(&mut part).map_err(failure)? {
                0 => break,
                length => {
                    command::write(&part[..length]);
                    said.extend_from_slice(&part[..length]);
                }
            }
        }
        let status = process.wait().map_err(failure)?;
        Ok((status, String::from_utf8_lossy(&said).into_owned()))
    }
}

/// The folder that one gets to by names and `..`.
fn walked(from: &Path, path: &str) -> PathBuf {
    let mut folder = from.to_owned();
    for name in path.split('/') {
        if name == ".." {
            folder.pop();
        } else {
            folder.push(name);
        }
    }
    folder
}

/// Shows a line that says what the next ones are about.
pub(crate) fn comment(text: &str) {
    command::say(format_args!("\n# {text}"));
}

fn prompt(line: &str) {
    command::say(format_args!("$ {line}"));
}

fn typed(arguments: &[&str]) -> String {
    let words: Vec<_> = std::iter::once(&"git").chain(arguments).map(|word| command::quoted(word)).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_with_the_quotes_it_needs() {
        assert_eq!(typed(&["commit", "-m", "say hello"]), "git commit -m 'say hello'");
    }

    #[test]
    fn the_folder_changes_by_names_and_dots() {
        assert_eq!(walked(Path::new("/home/a"), "../b"), Path::new("/home/b"));
        assert_eq!(walked(Path::new("/home"), "a/b"), Path::new("/home/a/b"));
    }

    #[test]
    fn nothing_of_the_users_environment_reaches_git_but_what_programs_need() {
        let mut shell = Shell::new(PathBuf::new());
        assert!(shell.environment.keys().all(|name| KEPT.iter().any(|kept| name == kept)));
        shell.change(vec![Change::Set("A".into(), "1".into()), Change::Unset("PATH".into())]);
        assert!(shell.environment.contains_key(OsStr::new("A")));
        assert!(!shell.environment.contains_key(OsStr::new("PATH")));
    }
}
