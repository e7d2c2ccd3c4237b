//! The signing agent, where a variable names its socket: whether it is there, and what it says of each remote.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use git_remote_codecommit::Error;
use git_remote_codecommit::agent::SOCKET;
use git_remote_codecommit::agent::client::Fault;
use git_remote_codecommit::error::shell_word;
use git_remote_codecommit::git::outcome::Signer;
use git_remote_codecommit::printable::Shown;
use git_remote_codecommit::variables::Variables;

use super::Finding;
use super::remote::Looked;

const WHAT: &str = "agent";

/// Looks at the socket, and asks for a credential of each remote, where there is an agent to be asked.
pub(super) fn all(remotes: &Looked, offline: bool, variables: Variables<'_>) -> Vec<Finding> {
    let Some(socket) = variables.0(SOCKET).filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Vec::new();
    };
    let listens = match listens(&socket) {
        Ok(listens) => listens,
        // What asks would wait for it to come back.
        Err(failed) => return vec![failed],
    };
    if offline {
        return vec![listens, Finding::skipped(WHAT, "not asked, for --offline: it may have to ask AWS")];
    }
    let ask = |(name, answer): (&str, Result<Signer, Error>)| match answer {
        Ok(Signer { access_key_id, .. }) => {
            Finding::ok(WHAT, format!("{name}: it gives a credential of access key {}", Shown(&access_key_id)))
        }
        Err(error) => Finding::failed(WHAT, format!("{name}: {error}"), error.hint()),
    };
    [listens].into_iter().chain(remotes.signed(variables).into_iter().map(ask)).collect()
}

/// Whether somebody listens there.
fn listens(socket: &Path) -> Result<Finding, Finding> {
    let text = socket.to_string_lossy();
    let shown = Shown(&text);
    let failed = |what: &str, mend: String| Finding::failed(WHAT, format!("{SOCKET} is {shown}, {what}"), Some(mend));
    let start = || format!("start it: git codecommit agent --socket {}; or unset {SOCKET}", shell_word(&text));
    let absent = |why| {
        let fault = Fault::Absent { socket: text.to_string(), why };
        Finding::failed(WHAT, fault.to_string(), fault.hint())
    };
    match fs::metadata(socket) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(failed("where nothing is", start())),
        Err(error) => return Err(absent(error.kind())),
        Ok(file) if !file.file_type().is_socket() => {
            return Err(failed("which is no socket", format!("set {SOCKET} to the agent's socket, or unset it")));
        }
        Ok(_) => {}
    }
    match UnixStream::connect(socket) {
        Ok(_) => Ok(Finding::ok(WHAT, format!("it listens on {shown}"))),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Err(failed("on which nobody listens", start())),
        Err(error) => Err(absent(error.kind())),
    }
}
