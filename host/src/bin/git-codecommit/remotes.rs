//! What a command is about: a remote by its name, a URL, or every remote of the repository. What the words mean, Git says.

use std::ffi::OsString;
use std::io;
use std::process::{Command, Output, Stdio};

use git_remote_codecommit::Error;

use crate::fault::Fault;

/// A URL, and the remote that it is of.
pub(crate) struct Target {
    /// The remote's name; a URL on the command line has none.
    pub(crate) name: Option<String>,
    /// The URL that Git uses for fetching, `url.*.insteadOf` applied.
    pub(crate) url: String,
    /// The URL as it is written down.
    pub(crate) written: String,
    /// The URLs that Git pushes to, where they are others.
    pub(crate) push: Vec<String>,
}

/// Finds what an argument means; without one, all remotes of the repository, of which there may be none.
///
/// # Errors
/// [`Fault::NoRepository`], [`Fault::UnknownRemote`]; Git cannot be run.
pub(crate) fn targets(argument: Option<&str>) -> Result<Vec<Target>, Fault> {
    let Some(argument) = argument else {
        return names()?.iter().map(|name| of_remote(name)).collect();
    };
    let names = match names() {
        Ok(names) => names,
        // A URL is one everywhere, whatever is wrong with the repository.
        Err(Fault::NoRepository { .. }) if argument.contains(':') => Vec::new(),
        Err(Fault::NoRepository { said: None }) => Vec::new(),
        Err(fault) => return Err(fault),
    };
    if names.iter().any(|name| name == argument) {
        return Ok(vec![of_remote(argument)?]);
    }
    // As every URL has, and no remote's name: Git takes none with it.
    if !argument.contains(':') {
        return Err(Fault::UnknownRemote { name: argument.to_owned(), known: names });
    }
    Ok(vec![Target { name: None, url: used(argument)?, written: argument.to_owned(), push: Vec::new() }])
}

/// The folder of the repository that the program was started in, as Git tells it to a helper.
pub(crate) fn git_directory() -> Option<OsString> {
    let folder = first_line(git(&["rev-parse", "--absolute-git-dir"]).ok()?)?;
    Some(folder.into())
}

/// The section `url.BASE` that made one URL of another: where several fit, Git takes the longest.
pub(crate) fn rewritten_by(written: &str, url: &str) -> Option<String> {
    let output = git(&["config", "--null", "--get-regexp", r"^url\..*\.insteadof$"]).ok()?;
    let settings = String::from_utf8(output.stdout).ok()?;
    let fits = |setting: &str| {
        let (key, prefix) = setting.split_once('\n')?;
        let base = key.strip_prefix("url.")?.strip_suffix(".insteadof")?;
        let is_it = written.strip_prefix(prefix).is_some_and(|rest| format!("{base}{rest}") == url);
        is_it.then(|| (prefix.len(), base.to_owned()))
    };
    settings.split_terminator('\0').filter_map(fits).max_by_key(|(length, _)| *length).map(|(_, base)| base)
}

/// The names of the remotes, in Git's order.
fn names() -> Result<Vec<String>, Fault> {
    let output = git(&["remote"])?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().next().unwrap_or_default();
    let line = line.strip_prefix("fatal: ").unwrap_or(line).to_owned();
    Err(Fault::NoRepository { said: Some(line).filter(|line| !line.starts_with("not a git repository")) })
}

fn of_remote(name: &str) -> Result<Target, Fault> {
    let url = used(name)?;
    let written = first_line(git(&["config", "--get-all", &format!("remote.{name}.url")])?);
    let push = git(&["remote", "get-url", "--push", "--all", "--", name])?;
    let push = String::from_utf8_lossy(&push.stdout).lines().filter(|line| *line != url).map(str::to_owned).collect();
    Ok(Target { name: Some(name.to_owned()), written: written.unwrap_or_else(|| url.clone()), url, push })
}

/// The URL that Git uses for a remote, or in place of a URL.
fn used(remote: &str) -> Result<String, Fault> {
    Ok(first_line(git(&["ls-remote", "--get-url", "--", remote])?).unwrap_or_else(|| remote.to_owned()))
}

fn first_line(output: Output) -> Option<String> {
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    text.lines().next().map(str::to_owned)
}

/// Runs Git, whose words are for this program: in English.
fn git(arguments: &[&str]) -> Result<Output, Fault> {
    let run = || -> io::Result<Output> {
        Command::new("git").args(arguments).env("LC_ALL", "C").stdin(Stdio::null()).output()
    };
    run().map_err(|error| Fault::Codecommit(Error::GitNotRun(error)))
}
