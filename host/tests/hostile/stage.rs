//! A case laid out in a folder, and programs run in it with nothing of the machine's.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::case::Case;
use crate::text::bytes;

/// The program under test.
pub(crate) const HELPER: &str = env!("CARGO_BIN_EXE_git-remote-codecommit");

/// The access key ID that every case has in its environment, and its secret: those of AWS's documentation.
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A home, a `git` that writes down what it is run with, and a case's files.
pub(crate) struct Stage {
    folder: TempDir,
    variables: Vec<(OsString, OsString)>,
}

impl Stage {
    pub(crate) fn new(case: &Case) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["bin", "home", "home/.aws"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        // A link: a program that another test's child still has open for writing could not be run.
        symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hostile/git"), folder.path().join("bin/git")).unwrap();
        let files = [
            ("home/.aws/config", &case.config),
            ("home/.aws/credentials", &case.credentials),
            ("bin/regions", &case.extra_regions),
        ];
        for (name, text) in files {
            if let Some(text) = text {
                fs::write(folder.path().join(name), bytes(text)).unwrap();
            }
        }
        let mut variables: Vec<(OsString, OsString)> = [
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            // Where there were a backtrace, it is to be seen.
            ("RUST_BACKTRACE", "1"),
        ]
        .map(|(name, value)| (name.into(), value.into()))
        .into();
        variables.push(("HOME".into(), folder.path().join("home").into()));
        variables.push(("PATH".into(), folder.path().join("bin").into()));
        // The last one of a name counts.
        variables.extend(case.environment.iter().map(|(name, value)| (name.into(), os(value))));
        Self { folder, variables }
    }

    /// The home folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The helper as Git runs it.
    pub(crate) fn helper(&self, case: &Case) -> Output {
        let mut command = self.command(Path::new(HELPER));
        match &case.request {
            None => run(command.args([os(&case.remote), os(&case.url)]), b""),
            Some(request) => run(command.args(["--credential".into(), os(&case.url), "get".into()]), &bytes(request)),
        }
    }

    /// A Git of this machine that is asked for a credential, with these arguments before.
    pub(crate) fn git(&self, git: &Path, settings: &[OsString], request: &str) -> Output {
        let mut command = self.command(git);
        // sh, and what hostile words would run if they could.
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("GIT_TERMINAL_PROMPT", "0");
        run(command.args(settings).args(["credential", "fill"]), request.as_bytes())
    }

    /// What `git` was run with; none where it was not.
    pub(crate) fn arguments_of_git(&self) -> Option<Vec<OsString>> {
        let written = fs::read(self.folder.path().join("bin/arguments")).ok()?;
        let arguments = written.strip_suffix(b"\0").unwrap_or(&written).split(|byte| *byte == 0);
        Some(arguments.map(|argument| OsString::from_vec(argument.to_vec())).collect())
    }

    /// Every file and folder there is, but for what the stand-in for Git writes.
    pub(crate) fn files(&self) -> BTreeSet<PathBuf> {
        let mut files = BTreeSet::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                }
                files.insert(entry.path());
            }
        }
        files.remove(&self.folder.path().join("bin/arguments"));
        files
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env_clear().envs(self.variables.iter().cloned());
        command
    }
}

/// A text of a case as an argument or a variable.
pub(crate) fn os(text: &str) -> OsString {
    OsString::from_vec(bytes(text))
}

/// Runs a program to its end, with this on its standard input.
fn run(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // One that does not read its input has closed it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// Puts texts together.
pub(crate) fn concat(parts: &[&OsStr]) -> OsString {
    parts.iter().copied().collect()
}
