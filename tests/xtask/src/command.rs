//! Commands, each shown before it is run, and the one place that writes to standard output.

use std::ffi::OsStr;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::workspace;

/// Writes one line for the user. It goes on where nobody reads it.
pub(crate) fn say(line: impl Display) {
    write(format!("{line}\n").as_bytes());
}

/// Writes bytes as they are, which another program said.
pub(crate) fn write(bytes: &[u8]) {
    let mut output = io::stdout().lock();
    let _ = output.write_all(bytes);
    let _ = output.flush();
}

/// Shows a command and runs it; what it says goes straight to the user.
///
/// # Errors
/// Where it does not start, or does not end well.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    say(format_args!("==> {}", line(command)));
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{}` failed ({status})", line(command)))) }
}

/// Shows a command, runs it, and gives what it wrote to standard output.
///
/// # Errors
/// Where it does not start, or does not end well.
pub(crate) fn read(command: &mut Command) -> Result<Vec<u8>, Failure> {
    say(format_args!("==> {}", line(command)));
    let output =
        command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Failure::new(format!("`{}` failed ({})", line(command), output.status)))
    }
}

/// The failure of a command that could not even be started.
pub(crate) fn not_started(command: &Command, error: &io::Error) -> Failure {
    let program = word(command.get_program());
    Failure::new(format!("{program} could not be started ({error}): is it installed?"))
}

/// A command as one would type it in the workspace's folder, with the folder to go to and the variables set for it.
pub(crate) fn line(command: &Command) -> String {
    let mut words = Vec::new();
    if let Some(folder) = command.get_current_dir().filter(|folder| *folder != workspace::root()) {
        words.push(format!("cd {} &&", quoted(&folder.to_string_lossy())));
    }
    for (name, value) in command.get_envs() {
        // Set so that tasks and users agree on the folder, whatever Cargo's configuration says; it is no news to the user.
        if let Some(value) = value.filter(|_| name != "CARGO_TARGET_DIR") {
            words.push(format!("{}={}", name.to_string_lossy(), quoted(&value.to_string_lossy())));
        }
    }
    words.push(line_without_variables(command));
    words.join(" ")
}

/// The same without the variables.
pub(crate) fn line_without_variables(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).map(word).collect();
    words.join(" ")
}

/// A word of a command as one would type it: no path to Cargo, a path into the workspace without the way there.
fn word(word: &OsStr) -> String {
    let path = Path::new(word);
    if path.file_stem() == Some("cargo".as_ref()) {
        return "cargo".to_owned();
    }
    let short = path.strip_prefix(workspace::root()).ok().filter(|rest| !rest.as_os_str().is_empty()).unwrap_or(path);
    quoted(&short.to_string_lossy())
}

/// A word as a POSIX shell reads it, in quotes where it needs them.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@,+%".contains(&byte) || !byte.is_ascii();
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("/opt/toolchain/bin/cargo");
        command.args(["run", "--", "a b"]).arg(workspace::root().join("target").join("x.wasm"));
        command.env("ORACLE", "it's").env("CARGO_TARGET_DIR", "/elsewhere").env_remove("RUSTFLAGS");
        assert_eq!(line(&command), r"ORACLE='it'\''s' cargo run -- 'a b' target/x.wasm");
        command.current_dir(workspace::root());
        assert_eq!(line(&command), r"ORACLE='it'\''s' cargo run -- 'a b' target/x.wasm");
        command.current_dir("/else where");
        assert_eq!(line(&command), r"cd '/else where' && ORACLE='it'\''s' cargo run -- 'a b' target/x.wasm");
    }

    #[test]
    fn only_what_a_shell_would_take_apart_is_quoted() {
        assert_eq!(quoted("codecommit::us-east-1://session@demo"), "codecommit::us-east-1://session@demo");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a;b"), "'a;b'");
    }
}
