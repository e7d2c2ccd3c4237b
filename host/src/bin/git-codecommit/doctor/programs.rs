//! Git, and the helper that it would run.

use std::env;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use git_remote_codecommit::error::shell_word;
use git_remote_codecommit::git::config;
use git_remote_codecommit::printable::Shown;
use git_remote_codecommit::variables::Variables;

use super::Finding;
use super::system::{git as ask, is_same, programs};

/// The oldest Git with which the user's own credential helpers can be left out.
const OLDEST: (u32, u32) = (2, 9);

/// Looks at Git.
pub(super) fn git(variables: Variables<'_>) -> Finding {
    const WHAT: &str = "git";
    let Some(program) = programs("git", None, variables).into_iter().next() else {
        return Finding::failed(WHAT, "there is none on PATH", Some("install Git, or put it on PATH".to_owned()));
    };
    let program = shown(&program);
    match config::version() {
        None => Finding::failed(WHAT, format!("{program} does not tell its version"), Some("git version".to_owned())),
        Some(version @ (major, minor)) => {
            let found = format!("{major}.{minor}, {program}");
            if version < OLDEST {
                let found = format!("{found}: older than {}.{}", OLDEST.0, OLDEST.1);
                Finding::failed(WHAT, found, Some("install a newer Git".to_owned()))
            } else if version < (2, 46) {
                Finding::ok(WHAT, format!("{found} (from 2.46 on it saves a round trip an operation)"))
            } else {
                Finding::ok(WHAT, found)
            }
        }
    }
}

/// Looks for the helper, as Git does.
pub(super) fn helper(variables: Variables<'_>) -> Finding {
    const WHAT: &str = "helper";
    const NAME: &str = "git-remote-codecommit";
    // Git puts its own programs before all others.
    let of_git = ask(&["--exec-path"]).map(|path| PathBuf::from(path.trim_end()));
    let found = programs(NAME, of_git, variables);
    let ours = env::current_exe().ok().and_then(|program| program.parent().map(|folder| folder.join(NAME)));
    let ours =
        ours.map(|program| program.with_extension(env::consts::EXE_EXTENSION)).filter(|program| program.exists());
    let Some(first) = found.first() else {
        let mend = match ours.as_deref().and_then(Path::parent) {
            Some(folder) => format!("export PATH={}:\"$PATH\"", shell_word(&folder.to_string_lossy())),
            None => format!("install {NAME}"),
        };
        return Finding::failed(
            WHAT,
            format!("Git finds no {NAME}, neither on PATH nor among its own programs"),
            Some(mend),
        );
    };
    let place = shown(first);
    if is_python(first) {
        let found = format!("Git finds the Python original first, {place}");
        return Finding::failed(WHAT, found, Some("pip uninstall git-remote-codecommit".to_owned()));
    }
    match ours {
        Some(ours) if !is_same(first, &ours) => {
            let mend = match ours.parent() {
                Some(folder) => format!("export PATH={}:\"$PATH\"", shell_word(&folder.to_string_lossy())),
                None => "look at PATH".to_owned(),
            };
            Finding::warning(WHAT, format!("Git finds another one first, {place}, and not {}", shown(&ours)), mend)
        }
        _ => match found.get(1) {
            Some(second) => Finding::ok(WHAT, format!("{place}, before {}", shown(second))),
            None => Finding::ok(WHAT, place),
        },
    }
}

/// Whether a program is a script for Python.
fn is_python(program: &Path) -> bool {
    let mut first = Vec::new();
    let read = File::open(program).and_then(|file| file.take(128).read_to_end(&mut first));
    let line = first.split(|byte| *byte == b'\n').next().unwrap_or_default();
    read.is_ok() && line.starts_with(b"#!") && String::from_utf8_lossy(line).contains("python")
}

fn shown(path: &Path) -> String {
    Shown(&path.to_string_lossy()).to_string()
}
