//! A person with a home, AWS files and a repository, who asks `git codecommit explain`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The access key ID of AWS's documentation, and its secret access key.
pub(super) const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub(super) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// What every other secret of these tests begins with.
const OTHER_SECRETS: &str = "example-secret";

/// Nothing of the machine's but its Git.
pub(super) struct Person {
    folder: TempDir,
    variables: Vec<(&'static str, OsString)>,
}

impl Person {
    /// A person without AWS files, in a folder that is no repository.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("home/.aws")).unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        let home = folder.path().join("home");
        let variables = vec![
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            ("GIT_CEILING_DIRECTORIES", folder.path().into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_CONFIG_GLOBAL", home.join("gitconfig").into()),
            ("HOME", home.into()),
            // On a cloud machine, its own identity is out of the way.
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ];
        Self { folder, variables }
    }

    /// The same with a file in the home folder.
    pub(super) fn file(self, name: &str, text: &str) -> Self {
        let path = self.home().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// The same with `~/.aws/config`.
    pub(super) fn config(self, text: &str) -> Self {
        self.file(".aws/config", text)
    }

    /// The same with keys of a profile in `~/.aws/credentials`.
    pub(super) fn keys(self, profile: &str) -> Self {
        let text = format!("[{profile}]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n");
        self.file(".aws/credentials", &text)
    }

    /// The same with keys in the environment.
    pub(super) fn keys_in_environment(self) -> Self {
        self.set("AWS_ACCESS_KEY_ID", KEY).set("AWS_SECRET_ACCESS_KEY", SECRET)
    }

    /// The same with a variable.
    pub(super) fn set(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.into()));
        self
    }

    /// The same with a web identity, whose token is in the file `token`.
    pub(super) fn token(self) -> Self {
        let token = self.home().join("token");
        self.set("AWS_WEB_IDENTITY_TOKEN_FILE", token)
    }

    /// The same after a command of Git.
    #[track_caller]
    pub(super) fn git(self, arguments: &[&str]) -> Self {
        let output = self.command(Path::new("git"), arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        self
    }

    /// The same in a repository with a remote.
    #[track_caller]
    pub(super) fn remote(self, url: &str) -> Self {
        self.git(&["init", "--quiet"]).git(&["remote", "add", "origin", url])
    }

    /// The home folder.
    pub(super) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A program in the folder to work in.
    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path().join("work")).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
        command
    }

    /// `git codecommit explain`, run to its end with each Git: its status, what it printed, and what it said.
    #[track_caller]
    fn explain(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let path = self.variables.iter().find(|(name, _)| *name == "PATH").map(|(_, path)| path.clone());
        let path = path.unwrap_or_default();
        // The distribution's, and the one installed beside it, where they are.
        let first = |folder: &str| {
            std::env::join_paths([PathBuf::from(folder)].into_iter().chain(std::env::split_paths(&path)))
        };
        let [one, other] =
            ["/usr/bin", "/usr/local/bin"].map(|folder| self.explain_with(&first(folder).unwrap(), arguments));
        assert_eq!(one, other);
        one
    }

    fn explain_with(&self, path: &OsStr, arguments: &[&str]) -> (Option<i32>, String, String) {
        let program = Path::new(env!("CARGO_BIN_EXE_git-codecommit"));
        let mut command = self.command(program, &[&["explain"], arguments].concat());
        let output = command.env("PATH", path).output().unwrap();
        let [home, work] = ["home", "work"].map(|name| self.folder.path().join(name).to_str().unwrap().to_owned());
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains(SECRET) && !text.contains(OTHER_SECRETS), "it tells a secret: {text}");
            text.replace(&home, "HOME").replace(&work, "WORK")
        };
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    /// Fails where it is not explained so. Nor may anything of it be secret, which is asked of what programs read as well.
    #[track_caller]
    pub(super) fn is_told(&self, arguments: &[&str], status: i32, expected: &str) {
        let (ended, printed, said) = self.explain(arguments);
        assert_eq!(printed, expected);
        assert_eq!((ended, said.as_str()), (Some(status), ""));
        let (ended, json, said) = self.explain(&[arguments, &["--json"]].concat());
        assert_eq!((ended, said.as_str()), (Some(status), ""));
        serde_json::from_str::<Vec<serde_json::Value>>(&json).unwrap();
    }

    /// Fails where there is an explanation, or not this fact and hint in place of one.
    #[track_caller]
    pub(super) fn is_refused(&self, arguments: &[&str], expected: &str) {
        assert_eq!(self.explain(arguments), (Some(1), String::new(), expected.to_owned()));
    }

    /// What is printed for programs.
    #[track_caller]
    pub(super) fn json(&self, arguments: &[&str]) -> String {
        self.explain(&[arguments, &["--json"]].concat()).1
    }
}
