//! The packages' helper under valgrind's callgrind, on fixed files: what it does in a run, whatever else the machine does.
//!
//! The program is that of the packages for Linux on `x86_64`, which has its C library in it, so that nothing of it is another system's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::failure::Failure;
use crate::{system, target, workspace};

pub(crate) const TARGET: &str = "x86_64-unknown-linux-musl";

const URL: &str = "codecommit://MyRepo";

/// What Git writes to a credential helper.
const REQUEST: &str = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/MyRepo\n\n";

const FILES: [(&str, &str); 3] = [
    ("config", "[default]\nregion = us-east-1\n"),
    (
        "credentials",
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
         aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    ),
    ("request", REQUEST),
];

/// The two ways that Git goes with every fetch and push.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// To the Git that the helper runs.
    Exec,
    /// To the credential of a static profile.
    Credential,
}

impl Way {
    /// The helper's arguments, and what its answer has to contain.
    fn call(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Exec => (&["origin", URL], ""),
            Self::Credential => (&["--credential", URL, "get"], "password="),
        }
    }
}

/// The command that builds the helper, of Cargo's subcommand `build` or `rustc`. What it and callgrind need is there then.
///
/// # Errors
/// Where the machine is none that the program is for, or something is missing.
pub(crate) fn build_command(subcommand: &str) -> Result<Command, Failure> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(Failure::new(
            "this needs Linux on x86_64: what the helper does is other instructions on other processors",
        ));
    }
    system::ensure(&["musl-gcc", "valgrind"], "the program is the static one, and runs under valgrind")?;
    target::ensure()?;
    target::ensure_for(TARGET)?;
    let mut cargo = workspace::cargo()?;
    cargo.args([subcommand, "--locked", "--release", "--package", "git-remote-codecommit"]);
    cargo.args(["--bin", "git-remote-codecommit", "--target", TARGET]);
    cargo.env("CC_x86_64_unknown_linux_musl", "musl-gcc");
    Ok(cargo)
}

/// A folder with what the helper finds: files of a user, and a Git that does nothing.
pub(crate) struct Stage(TempDir);

impl Stage {
    pub(crate) fn new() -> Result<Self, Failure> {
        let folder =
            tempfile::tempdir().map_err(|error| Failure::new(format!("could not create a folder: {error}")))?;
        for (name, text) in FILES {
            let path = folder.path().join(name);
            fs::write(&path, text).map_err(Failure::file("write", &path))?;
        }
        // Git's own instructions are not counted, whatever it is.
        let git = folder.path().join("git-remote-https");
        let link = |to| symlink(Path::new(to), &git);
        link("/bin/true").map_err(Failure::file("create", &git))?;
        Ok(Self(folder))
    }

    /// What callgrind, with these options, writes of a run.
    ///
    /// # Errors
    /// Where the helper does not answer as it has to.
    pub(crate) fn profile(&self, helper: &Path, way: Way, options: &[&str]) -> Result<String, Failure> {
        let (arguments, answer) = way.call();
        let path = |name: &str| self.0.path().join(name);
        let request = fs::File::open(path("request")).map_err(Failure::file("read", &path("request")))?;
        let counts = path("counts");
        let mut option = std::ffi::OsString::from("--callgrind-out-file=");
        option.push(&counts);
        let valgrind = which("valgrind")?;
        let mut command = Command::new(valgrind);
        command.args(["--tool=callgrind", "--quiet", "--trace-children=no"]).args(options).arg(option);
        command.arg(helper).args(arguments);
        command.env_clear().env("PATH", self.0.path()).env("HOME", self.0.path());
        command.env("AWS_CONFIG_FILE", path("config")).env("AWS_SHARED_CREDENTIALS_FILE", path("credentials"));
        let failure =
            |said: &dyn std::fmt::Display| Failure::new(format!("the helper could not be run under valgrind: {said}"));
        let output = command.stdin(request).stderr(Stdio::piped()).output().map_err(|error| failure(&error))?;
        if !output.status.success() || !String::from_utf8_lossy(&output.stdout).contains(answer) {
            return Err(failure(&String::from_utf8_lossy(&output.stderr).trim()));
        }
        fs::read_to_string(&counts).map_err(Failure::file("read", &counts))
    }
}

#[cfg(unix)]
use std::os::unix::fs::symlink;

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// The program of this name on PATH, for a process that has another.
fn which(program: &str) -> Result<PathBuf, Failure> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
        .ok_or_else(|| Failure::new(format!("{program} is not on PATH")))
}
