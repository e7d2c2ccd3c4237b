//! The Git command that the helper runs in its place.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use codecommit_formats::sh_word;

use crate::Error;

/// The first argument with which Git runs this program for a credential.
pub const CREDENTIAL: &str = "--credential";

/// The command that speaks to a repository's server: `git remote-https`, with this program as the only credential helper.
///
/// No secret is in it: Git asks for the credential when it needs it.
/// - `helper` is the path of this program, `url` the URL that it was called with, `name` the remote's name.
/// - `https` is the endpoint's URL. Every setting holds for this URL alone; Git takes it for the most specific, and the last one
///   of several counts, which `-c` is.
///
/// # Errors
/// [`Error::OwnPath`] where the path of this program is not UTF-8.
pub fn remote_https(helper: &Path, name: &OsStr, url: &str, https: &str) -> Result<Command, Error> {
    let helper = helper.to_str().ok_or(Error::OwnPath)?;
    let mut git = Command::new("git");
    let mut set = |setting: String| {
        git.arg("-c").arg(setting);
    };
    // An empty one drops the user's own helpers: they would be asked first, and be given our credential to keep.
    set(format!("credential.{https}.helper="));
    // A command, run by sh: what is a path and a URL here must be one word each there.
    set(format!("credential.{https}.helper=!{} {CREDENTIAL} {}", sh_word(helper), sh_word(url)));
    // Sends the credential with the first request, and saves the one that is answered with 401 (Git 2.46; unknown before).
    set(format!("http.{https}.proactiveAuth=basic"));
    // A proactive credential would follow a redirect to another host.
    set(format!("http.{https}.followRedirects=false"));
    // A server that says nothing for ten minutes has stopped talking: Git would wait for ever. A setting of the user's for this URL
    // counts instead, and so do GIT_HTTP_LOW_SPEED_LIMIT and GIT_HTTP_LOW_SPEED_TIME.
    set("http.lowSpeedLimit=1".to_owned());
    set("http.lowSpeedTime=600".to_owned());
    // `git remote-https --help` would open a manual page.
    let name = if name == "--help" { OsStr::new(https) } else { name };
    git.arg("remote-https").arg(name).arg(https);
    Ok(git)
}

/// The words of a command, for tests and for looking at.
pub fn words(command: &Command) -> Vec<OsString> {
    std::iter::once(command.get_program()).chain(command.get_args()).map(OsStr::to_owned).collect()
}

#[cfg(test)]
mod tests;
