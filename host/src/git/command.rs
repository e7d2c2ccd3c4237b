//! The Git command that the helper runs in its place.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use codecommit_formats::sh_word;

use crate::Error;
use crate::variables::Variables;

/// The first argument with which Git runs this program for a credential.
pub const CREDENTIAL: &str = "--credential";

/// The command that speaks to a repository's server: `git remote-https`, with this program as the only credential helper. Where Git has
/// its own folder of programs on PATH, as for every program that it runs, it is the one in there, without a `git` to start it.
///
/// No secret is in it: Git asks for the credential when it needs it.
/// - `helper` is the path of this program, `url` the URL that it was called with, `name` the remote's name.
/// - `https` is the endpoint's URL. Every setting holds for this URL alone; Git takes it for the most specific, and the last one
///   of several counts, which `-c` is.
///
/// # Errors
/// [`Error::OwnPath`] where the path of this program is not UTF-8.
pub fn remote_https(
    helper: &Path,
    name: &OsStr,
    url: &str,
    https: &str,
    variables: Variables<'_>,
) -> Result<Command, Error> {
    let settings = settings(helper.to_str().ok_or(Error::OwnPath)?, url, https);
    // `git remote-https --help` would open a manual page.
    let name = if name == "--help" { OsStr::new(https) } else { name };
    let mut command = Command::new("git");
    if let Some(program) = on_path(REMOTE_HTTPS, variables) {
        command = Command::new(program);
        command.env(PARAMETERS, parameters(&settings, variables));
    } else {
        for setting in settings {
            command.arg("-c").arg(setting);
        }
        command.arg("remote-https");
    }
    command.arg(name).arg(https);
    Ok(command)
}

/// What `git remote-https` runs.
const REMOTE_HTTPS: &str = "git-remote-https";

/// Where `git -c` puts its settings, for the programs that it runs.
const PARAMETERS: &str = "GIT_CONFIG_PARAMETERS";

/// The settings, each as `-c` takes it.
fn settings(helper: &str, url: &str, https: &str) -> [String; 6] {
    [
        // An empty one drops the user's own helpers: they would be asked first, and be given our credential to keep.
        format!("credential.{https}.helper="),
        // A command, run by sh: what is a path and a URL here must be one word each there.
        format!("credential.{https}.helper=!{} {CREDENTIAL} {}", sh_word(helper), sh_word(url)),
        // Sends the credential with the first request, and saves the one that is answered with 401 (Git 2.46; unknown before).
        format!("http.{https}.proactiveAuth=basic"),
        // A proactive credential would follow a redirect to another host.
        format!("http.{https}.followRedirects=false"),
        // A server that says nothing for ten minutes has stopped talking: Git would wait for ever. A setting of the user's for this URL
        // counts instead, and so do GIT_HTTP_LOW_SPEED_LIMIT and GIT_HTTP_LOW_SPEED_TIME.
        "http.lowSpeedLimit=1".to_owned(),
        "http.lowSpeedTime=600".to_owned(),
    ]
}

/// The settings behind those of the Git that runs this program, as `git -c` writes them: a quoted word each.
fn parameters(settings: &[String], variables: Variables<'_>) -> OsString {
    let mut parameters = variables.0(PARAMETERS).unwrap_or_default();
    for setting in settings {
        if !parameters.is_empty() {
            parameters.push(" ");
        }
        parameters.push(sh_word(setting));
    }
    parameters
}

/// A program on PATH. Windows is left to look by itself, for what it calls a program there.
fn on_path(program: &str, variables: Variables<'_>) -> Option<PathBuf> {
    if cfg!(windows) {
        return None;
    }
    let path = variables.0("PATH")?;
    // A relative folder is one of whoever started this program, and no place of Git's.
    let mut programs = env::split_paths(&path).filter(|folder| folder.is_absolute()).map(|folder| folder.join(program));
    programs.find(|program| is_executable(program))
}

/// Whether a file can be run as a program, by somebody.
fn is_executable(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    path.is_file()
}

/// The words of a command, for tests and for looking at.
pub fn words(command: &Command) -> Vec<OsString> {
    std::iter::once(command.get_program()).chain(command.get_args()).map(OsStr::to_owned).collect()
}

#[cfg(test)]
mod tests;
