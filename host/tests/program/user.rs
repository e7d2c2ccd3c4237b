//! A user with a home, AWS files and a `git`, and nothing of the machine's.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The program under test.
pub(crate) const HELPER: &str = env!("CARGO_BIN_EXE_git-remote-codecommit");
/// The access key ID of AWS's documentation.
pub(crate) const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// Its secret access key.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The status with which the `git` of a [`User`] ends.
pub(crate) const STATUS_OF_GIT: i32 = 42;

/// A home folder, and the variables `HOME` and `PATH`; on the path is a `git` that writes down what it is run with.
pub(crate) struct User {
    folder: TempDir,
    variables: Vec<(OsString, OsString)>,
}

impl User {
    /// A user without AWS files.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["bin", "home", "home/.aws"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        // A link: a program that another test's child still has open for writing could not be run.
        let git = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/program/git");
        symlink(git, folder.path().join("bin/git")).unwrap();
        let user = Self { folder, variables: Vec::new() };
        let (home, path) = (user.path("home"), user.path("bin"));
        user.set("HOME", home).set("PATH", path)
    }

    /// The same with `~/.aws/config`.
    pub(crate) fn config(self, text: &str) -> Self {
        fs::write(self.path("home/.aws/config"), text).unwrap();
        self
    }

    /// The same with `~/.aws/credentials`.
    pub(crate) fn credentials(self, text: &str) -> Self {
        fs::write(self.path("home/.aws/credentials"), text).unwrap();
        self
    }

    /// The same with a variable.
    pub(crate) fn set(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.into(), value.into()));
        self
    }

    /// The same with keys in the environment.
    pub(crate) fn keys(self) -> Self {
        self.set("AWS_ACCESS_KEY_ID", KEY).set("AWS_SECRET_ACCESS_KEY", SECRET)
    }

    /// The same with the machine's Git in place of the one that writes down.
    pub(crate) fn real_git(self) -> Self {
        let configuration = self.path("gitconfig");
        self.set("PATH", std::env::var_os("PATH").unwrap_or_default())
            .set("GIT_CONFIG_NOSYSTEM", "1")
            .set("GIT_CONFIG_GLOBAL", configuration)
    }

    /// A path in the user's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The user's variables, sorted.
    pub(crate) fn variables(&self) -> Vec<String> {
        let text = |part: &OsString| part.to_str().unwrap().to_owned();
        let mut lines: Vec<_> =
            self.variables.iter().map(|(name, value)| format!("{}={}", text(name), text(value))).collect();
        lines.sort();
        lines
    }

    /// A program as this user runs it.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).env_clear().envs(self.variables.iter().cloned());
        command
    }

    /// The helper, run to its end.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Ended {
        end(self.command(HELPER, arguments), "")
    }

    /// The helper as Git runs it for a remote.
    #[track_caller]
    pub(crate) fn connect(&self, url: &str) -> Ended {
        self.run(&["origin", url])
    }

    /// The helper as Git runs it for a credential.
    #[track_caller]
    pub(crate) fn credential(&self, url: &str, action: &str, request: impl AsRef<[u8]>) -> Ended {
        end(self.command(HELPER, &["--credential", url, action]), request)
    }

    /// What `git` was run with; none where it was not.
    #[track_caller]
    pub(crate) fn arguments_for_git(&self) -> Option<Vec<String>> {
        let written = self.written_by_git("arguments")?;
        Some(written.split_terminator('\0').map(str::to_owned).collect())
    }

    /// The variables that `git` was run with, sorted, but for those that a shell sets for itself.
    #[track_caller]
    pub(crate) fn variables_for_git(&self) -> Option<Vec<String>> {
        const OF_SHELLS: [&str; 4] = ["PWD=", "OLDPWD=", "SHLVL=", "_="];
        let written = self.written_by_git("environment")?;
        let is_of_shell = |line: &&str| OF_SHELLS.iter().any(|name| line.starts_with(name));
        let mut lines: Vec<_> = written.lines().filter(|line| !is_of_shell(line)).map(str::to_owned).collect();
        lines.sort();
        Some(lines)
    }

    fn written_by_git(&self, name: &str) -> Option<String> {
        let path: &Path = &self.path("bin").join(name);
        path.exists().then(|| fs::read_to_string(path).unwrap())
    }
}

/// What a program did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The exit status; none where a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Fails where it did anything but this.
    #[track_caller]
    pub(crate) fn is(&self, status: i32, stdout: &str, stderr: &str) {
        assert_eq!(self, &Self { status: Some(status), stdout: stdout.to_owned(), stderr: stderr.to_owned() });
    }
}

/// Runs a program to its end, with this on its standard input.
#[track_caller]
pub(crate) fn end(mut command: Command, input: impl AsRef<[u8]>) -> Ended {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // One that does not read its input has closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_ref());
    let output = child.wait_with_output().unwrap();
    Ended {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
