//! One Git, one server, one home: all that a test needs, and nothing of the machine's own configuration.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use codecommit_local::{GitCredential, Options, Server};
use tempfile::TempDir;

use crate::command::{Finished, finish};
use crate::gits::Git;

/// The access key of the server's profile `default`.
pub(crate) const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// The access key of the server's profile `session`.
pub(crate) const TEMPORARY_KEY: &str = "ASIAIOSFODNN7EXAMPLE";
/// The secret of both.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The session token of the profile `session`.
pub(crate) const TOKEN: &str = "IQoJb3JpZ2luX2VjE+/=%EXAMPLE";

/// A user name of IAM's Git credentials, and its password, which the server lets in too.
pub(crate) const GIT_USER: &str = "alice-at-123456789012";
pub(crate) const GIT_PASSWORD: &str = "example-git-password";

/// The user's own configuration of Git: no question of identity or advice, and no process left behind.
const CONFIGURATION: &str = "\
[user]
\tname = A
\temail = a@example.com
[init]
\tdefaultBranch = main
[gc]
\tauto = 0
[maintenance]
\tauto = false
";

/// A running server with the repository `demo`, a user's home, and a folder to work in.
pub(crate) struct World {
    git: Git,
    server: Server,
    /// The folder of the helper.
    helper: PathBuf,
    folder: TempDir,
}

impl World {
    /// A new world with this project's helper.
    pub(crate) fn new(git: Git) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(folder.path().join("server"));
        Self::with(git, folder, Options { repositories: vec!["demo".to_owned()], ..options })
    }

    /// A new world, whose server has no repository, stands in a region and goes by the host's names of it.
    pub(crate) fn of_region(git: Git, region: &str, host_names: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(folder.path().join("server"));
        let host_names = host_names.iter().map(|name| (*name).to_owned()).collect();
        Self::with(git, folder, Options { region: region.to_owned(), host_names, ..options })
    }

    fn with(git: Git, folder: TempDir, mut options: Options) -> Self {
        options.git = Some(git.program().to_owned());
        options.git_credential = Some(GitCredential::new(GIT_USER, GIT_PASSWORD));
        let server = Server::start(options).unwrap();
        let home = folder.path().join("home");
        fs::create_dir(&home).unwrap();
        fs::write(home.join("gitconfig"), CONFIGURATION).unwrap();
        Self { git, server, helper: helper().parent().unwrap().to_owned(), folder }
    }

    /// The Git in use.
    pub(crate) fn git(&self) -> &Git {
        &self.git
    }

    /// The server.
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    /// A path in the folder to work in.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The server's host and port.
    pub(crate) fn host(&self) -> String {
        format!("localhost:{}", self.server.port())
    }

    /// The HTTPS URL that stands behind a `codecommit` one.
    pub(crate) fn url(&self, repository: &str) -> String {
        format!("https://{}/v1/repos/{repository}", self.host())
    }

    /// A program in this world, which finds the helper in the folder given.
    pub(crate) fn program_with(&self, helper: &Path, program: &Path, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path(folder)).env_clear();
        for (name, value) in [
            ("PATH", self.search_path(helper)),
            ("HOME", self.path("home").into()),
            ("LC_ALL", "C".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_CONFIG_GLOBAL", self.path("home/gitconfig").into()),
            ("GIT_TERMINAL_PROMPT", "0".into()),
            ("GIT_SSL_CAINFO", self.server.ca_file().into()),
            ("CODE_COMMIT_ENDPOINT", self.host().into()),
            ("AWS_CONFIG_FILE", self.server.config_file().into()),
            ("AWS_SHARED_CREDENTIALS_FILE", self.server.credentials_file().into()),
            // On a cloud machine, its own identity is out of the way too.
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ] {
            command.env(name, value);
        }
        command
    }

    /// Git in one of the folders, not yet started.
    pub(crate) fn command(&self, folder: &str, arguments: &[&str]) -> Command {
        self.program_with(&self.helper, self.git.program(), folder, arguments)
    }

    /// Git in one of the folders, run to its end.
    #[track_caller]
    pub(crate) fn finish(&self, folder: &str, arguments: &[&str]) -> Finished {
        finish(&mut self.command(folder, arguments))
    }

    /// The standard output of a Git command that succeeds, without the end of its last line.
    #[track_caller]
    pub(crate) fn run(&self, folder: &str, arguments: &[&str]) -> String {
        self.finish(folder, arguments).succeeded().stdout().trim_end().to_owned()
    }

    /// One more commit, with `content` in the file `file`; the repository is made where there is none.
    #[track_caller]
    pub(crate) fn commit(&self, folder: &str, content: impl AsRef<[u8]>) {
        if !self.path(folder).exists() {
            self.run("", &["init", "--quiet", folder]);
        }
        fs::write(self.path(folder).join("file"), content).unwrap();
        self.run(folder, &["add", "file"]);
        self.run(folder, &["commit", "--quiet", "--message=one more"]);
    }

    /// Puts three commits, `one`, `two` and `three`, into a repository of the server, past the helper.
    #[track_caller]
    pub(crate) fn fill(&self, repository: &str) {
        let bare = self.server.create_repository(repository).unwrap();
        let source = format!("source of {repository}");
        for content in ["one", "two", "three"] {
            self.commit(&source, content);
        }
        self.run(&source, &["push", "--quiet", bare.to_str().unwrap(), "main"]);
    }

    /// The references the server has in a repository, one `NAME` a line; sorted.
    #[track_caller]
    pub(crate) fn references(&self, repository: &str) -> Vec<String> {
        let bare = format!("server/repositories/{repository}.git");
        let names = self.run(&bare, &["for-each-ref", "--format=%(refname)"]);
        names.lines().map(str::to_owned).collect()
    }

    /// What the file `file` holds in a folder.
    #[track_caller]
    pub(crate) fn file(&self, folder: &str) -> String {
        let path = self.path(folder).join("file");
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Replaces the server's `config`, which its client reads too.
    pub(crate) fn write_aws_config(&self, text: &str) {
        fs::write(self.server.config_file(), text).unwrap();
    }

    /// Adds to the user's own configuration of Git.
    pub(crate) fn add_git_config(&self, text: &str) {
        let path = self.path("home/gitconfig");
        let before = fs::read_to_string(&path).unwrap();
        fs::write(path, before + text).unwrap();
    }

    /// Writes a shell script that can be run.
    pub(crate) fn write_script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{text}")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// The requests since the last time they were asked for, one line each: method, path, status, access key.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.server.requests().iter().map(ToString::to_string).collect();
        self.server.forget_requests();
        requests
    }

    /// Lets these things go wrong, and nothing else, from now on.
    #[track_caller]
    pub(crate) fn set_faults(&self, faults: &[&str]) {
        self.server.set_faults(faults.iter().map(|fault| fault.parse().unwrap()));
    }

    /// A message with the names of this run replaced: the port, and the helper's path.
    pub(crate) fn plain(&self, message: &str) -> String {
        message.replace(&self.host(), "localhost:PORT").replace(helper().to_str().unwrap(), "HELPER")
    }

    fn search_path(&self, helper: &Path) -> OsString {
        let system = std::env::var_os("PATH").unwrap_or_default();
        let first = [helper.to_owned(), self.git.program().parent().unwrap().to_owned()];
        std::env::join_paths(first.into_iter().chain(std::env::split_paths(&system))).unwrap()
    }
}

/// The helper under test.
pub(crate) fn helper() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_git-remote-codecommit"))
}

/// Bytes that do not compress: the same for the same seed, which is not 0.
pub(crate) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        // xorshift64, from Marsaglia's "Xorshift RNGs".
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
