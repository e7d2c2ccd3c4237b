//! A person with a home, AWS files and a repository, who runs `git codecommit`.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::bounded;

/// The access key ID of AWS's documentation, and its secret access key.
pub(crate) const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// What every other secret of these tests begins with.
const OTHER_SECRETS: &str = "example-secret";

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_git-codecommit");

/// The status of a command, what it printed, and what it said.
pub(crate) type Ended = (Option<i32>, String, String);

/// Nothing of the machine's but its Git.
pub(crate) struct Person {
    folder: TempDir,
    variables: Vec<(&'static str, OsString)>,
}

impl Person {
    /// A person without AWS files, in a folder that is no repository.
    pub(crate) fn new() -> Self {
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
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.home().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// The same with `~/.aws/config`.
    pub(crate) fn config(self, text: &str) -> Self {
        self.file(".aws/config", text)
    }

    /// The same with keys of a profile in `~/.aws/credentials`.
    pub(crate) fn keys(self, profile: &str) -> Self {
        let text = format!("[{profile}]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n");
        self.file(".aws/credentials", &text)
    }

    /// The same with keys in the environment.
    pub(crate) fn keys_in_environment(self) -> Self {
        self.set("AWS_ACCESS_KEY_ID", KEY).set("AWS_SECRET_ACCESS_KEY", SECRET)
    }

    /// The same with a variable.
    pub(crate) fn set(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.into()));
        self
    }

    /// The same without a variable.
    pub(crate) fn unset(mut self, name: &str) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self
    }

    /// The same with a web identity, whose token is in the file `token`.
    pub(crate) fn token(self) -> Self {
        let token = self.home().join("token");
        self.set("AWS_WEB_IDENTITY_TOKEN_FILE", token)
    }

    /// The same after a command of Git.
    #[track_caller]
    pub(crate) fn git(self, arguments: &[&str]) -> Self {
        let output = bounded::output_of_all(&mut self.command(Path::new("git"), arguments));
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        self
    }

    /// The same in a repository with a remote.
    #[track_caller]
    pub(crate) fn remote(self, url: &str) -> Self {
        self.git(&["init", "--quiet"]).git(&["remote", "add", "origin", url])
    }

    /// The home folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The folder to work in.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// The same with a shell script that is found before all other programs.
    pub(crate) fn script(self, name: &str, text: &str) -> Self {
        let this = self.file(&format!("bin/{name}"), &format!("#!/bin/sh\n{text}"));
        let folder = this.home().join("bin");
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([folder].into_iter().chain(std::env::split_paths(&path))).unwrap();
        this.set("PATH", path)
    }

    /// A program in the folder to work in.
    pub(crate) fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path().join("work")).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
        command
    }

    /// `git-codecommit`, not yet started.
    pub(crate) fn codecommit(&self, arguments: &[&str]) -> Command {
        self.command(Path::new(PROGRAM), arguments)
    }

    /// A line of a shell, in which `$0` is `git-codecommit`, run to its end.
    #[track_caller]
    pub(crate) fn shell(&self, line: &str) -> Ended {
        self.finish(&mut self.command(Path::new("/bin/sh"), &["-c", line, PROGRAM]))
    }

    /// `git-codecommit`, run to its end.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.finish(&mut self.codecommit(arguments))
    }

    /// A command run to its end.
    #[track_caller]
    pub(crate) fn finish(&self, command: &mut Command) -> Ended {
        self.ended(&bounded::output_of_all(command))
    }

    /// How a command ended, with the names of this person's folders replaced.
    #[track_caller]
    pub(crate) fn ended(&self, output: &Output) -> Ended {
        (output.status.code(), self.text(&output.stdout), self.text(&output.stderr))
    }

    /// What was printed, with the names of this person's folders replaced. Nothing secret may be in it.
    #[track_caller]
    pub(crate) fn text(&self, bytes: &[u8]) -> String {
        let [home, work] = ["home", "work"].map(|name| self.folder.path().join(name).to_str().unwrap().to_owned());
        let text = str::from_utf8(bytes).unwrap();
        assert!(!text.contains(SECRET) && !text.contains(OTHER_SECRETS), "it tells a secret: {text}");
        text.replace(&home, "HOME").replace(&work, "WORK")
    }

    /// Fails where a command ends otherwise, or prints or says something else.
    #[track_caller]
    pub(crate) fn ends(&self, arguments: &[&str], status: i32, printed: &str, said: &str) {
        assert_eq!(self.run(arguments), (Some(status), printed.to_owned(), said.to_owned()), "{arguments:?}");
    }

    /// `git codecommit explain`, run to its end with each Git.
    #[track_caller]
    fn explain(&self, arguments: &[&str]) -> Ended {
        let path = self.variables.iter().find(|(name, _)| *name == "PATH").map(|(_, path)| path.clone());
        let path = path.unwrap_or_default();
        // The distribution's, and the one installed beside it, where they are.
        let [one, other] = ["/usr/bin", "/usr/local/bin"].map(|folder| {
            let folders = [PathBuf::from(folder)].into_iter().chain(std::env::split_paths(&path));
            let mut command = self.codecommit(&[&["explain"], arguments].concat());
            self.finish(command.env("PATH", std::env::join_paths(folders).unwrap()))
        });
        assert_eq!(one, other);
        one
    }

    /// Fails where it is not explained so. Nor may anything of it be secret, which is asked of what programs read as well.
    #[track_caller]
    pub(crate) fn is_told(&self, arguments: &[&str], status: i32, expected: &str) {
        let (ended, printed, said) = self.explain(arguments);
        assert_eq!(printed, expected);
        assert_eq!((ended, said.as_str()), (Some(status), ""));
        let (ended, json, said) = self.explain(&[arguments, &["--json"]].concat());
        assert_eq!((ended, said.as_str()), (Some(status), ""));
        serde_json::from_str::<Vec<serde_json::Value>>(&json).unwrap();
    }

    /// Fails where there is an explanation, or not this fact and hint in place of one.
    #[track_caller]
    pub(crate) fn is_refused(&self, arguments: &[&str], expected: &str) {
        assert_eq!(self.explain(arguments), (Some(1), String::new(), expected.to_owned()));
    }

    /// What is printed for programs.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> String {
        self.explain(&[arguments, &["--json"]].concat()).1
    }
}
