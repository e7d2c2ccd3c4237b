//! What the measured programs find: a home, identities, and a Git that does nothing.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::measure::{Request, Row};
use crate::failure::Failure;
use crate::original;

/// The row that all are compared with.
pub(crate) const TRUE: &str = "/bin/true";
/// The helper as Git calls it, up to and including the Git that it becomes.
pub(crate) const EXEC: &str = "helper to exec";
/// The helper as the credential helper of that Git, with the static keys of a profile.
pub(crate) const CREDENTIAL: &str = "helper to credential";
/// The same, with the keys in the environment.
pub(crate) const CREDENTIAL_FROM_ENVIRONMENT: &str = "helper to credential, keys in the environment";
/// The same, with keys of a role that an earlier command, or the AWS CLI, left in the cache.
pub(crate) const CREDENTIAL_OF_CACHED_ROLE: &str = "helper to credential, role in the cache";
/// The Python original as Git calls it.
pub(crate) const ORIGINAL: &str = "the original to its git";

/// How many times as long as `/bin/true` the helper may take until Git has taken its place. That Git is a second `/bin/true`.
const EXEC_LIMIT: f64 = 4.0;
/// How many times as long it may take to answer with a credential.
const CREDENTIAL_LIMIT: f64 = 5.0;

const URL: &str = "codecommit://MyRepo";

/// AWS's own example keys.
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The role that is in the cache.
const ROLE: &str = "arn:aws:iam::123456789012:role/bench";
/// The name of its file: the SHA-1 of `{"RoleArn": "arn:aws:iam::123456789012:role/bench"}`.
const ROLE_FILE: &str = "93d7ad8b225e6a80016da700f8eb0e9365423264.json";
const REGION: &str = "us-east-1";

/// What Git writes to a credential helper.
const REQUEST: &str = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/MyRepo\n\n";

/// A temporary folder with all of it.
pub(crate) struct Stage {
    folder: TempDir,
    /// A program that does nothing.
    idle: PathBuf,
}

impl Stage {
    /// Sets everything up.
    ///
    /// # Errors
    /// Where there is no `true`, or a file cannot be written.
    pub(crate) fn new() -> Result<Self, Failure> {
        let idle = ["/bin/true", "/usr/bin/true"].iter().map(PathBuf::from).find(|path| path.exists());
        let idle = idle.ok_or_else(|| Failure::new("there is no /bin/true to compare with"))?;
        let folder =
            tempfile::tempdir().map_err(|error| Failure::new(format!("could not create a folder: {error}")))?;
        let stage = Self { folder, idle };
        for name in ["home", "home/.aws", "home/.aws/cli", "home/.aws/cli/cache", "programs"] {
            let path = stage.path(name);
            fs::create_dir(&path).map_err(Failure::file("create", &path))?;
        }
        let credentials = format!("[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n");
        let config = format!(
            "[default]\nregion = {REGION}\n\
             [profile role]\nregion = {REGION}\nrole_arn = {ROLE}\nsource_profile = default\n"
        );
        let role = format!(
            "{{\"Credentials\": {{\"AccessKeyId\": \"{KEY}\", \"SecretAccessKey\": \"{SECRET}\", \
             \"SessionToken\": \"{}\", \"Expiration\": \"2099-12-31T23:59:59Z\"}}}}",
            "example-token".repeat(80)
        );
        let role_file = format!("home/.aws/cli/cache/{ROLE_FILE}");
        for (name, text) in
            [("credentials", credentials.as_str()), ("config", &config), ("request", REQUEST), (&role_file, &role)]
        {
            let path = stage.path(name);
            fs::write(&path, text).map_err(Failure::file("write", &path))?;
        }
        // A link and not a script, because the Git of the helper must cost what `/bin/true` itself does.
        let git = stage.path("programs/git");
        std::os::unix::fs::symlink(&stage.idle, &git).map_err(Failure::file("create", &git))?;
        // As programs of its own name, which some systems keep together in one, it would not do nothing.
        if !Command::new(&git).stdin(Stdio::null()).output().is_ok_and(|output| output.status.success()) {
            return Err(Failure::new(format!("{} does nothing only under its own name", stage.idle.display())));
        }
        Ok(stage)
    }

    /// What is measured, `/bin/true` first. The original is there where the tests have installed it.
    ///
    /// # Errors
    /// Where the stage's files cannot be opened.
    pub(crate) fn rows(&self, helper: &Path, runs: usize, runs_of_original: usize) -> Result<Vec<Row>, Failure> {
        let request = || Request::open(&self.path("request"));
        let files =
            [("AWS_CONFIG_FILE", self.path("config")), ("AWS_SHARED_CREDENTIALS_FILE", self.path("credentials"))];
        let variables = [("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_REGION", REGION)]
            .map(|(name, value)| (name, value.into()));
        let files = || files.iter().map(|(name, path)| (*name, OsString::from(path)));
        let role = files().chain([("AWS_PROFILE", "role".into())]);
        let row = |name, program: &Path, arguments: &[&str]| {
            Ok::<_, Failure>(Row::new(name, self.command(program, arguments, files()), request()?, runs))
        };
        let credential = ["--credential", URL, "get"];
        let mut rows = vec![
            row(TRUE, &self.idle, &[])?,
            row(EXEC, helper, &["origin", URL])?.limited(EXEC_LIMIT),
            row(CREDENTIAL, helper, &credential)?.limited(CREDENTIAL_LIMIT).answering("password="),
            Row::new(CREDENTIAL_FROM_ENVIRONMENT, self.command(helper, &credential, variables), request()?, runs)
                .limited(CREDENTIAL_LIMIT)
                .answering("password="),
            Row::new(CREDENTIAL_OF_CACHED_ROLE, self.command(helper, &credential, role), request()?, runs)
                .limited(CREDENTIAL_LIMIT)
                .answering("password="),
        ];
        if let Some(original) = original::installed()? {
            rows.push(Row::new(
                ORIGINAL,
                self.command(&original, &["origin", URL], files()),
                request()?,
                runs.min(runs_of_original),
            ));
        }
        Ok(rows)
    }

    /// The program with the keys of the stage's profile.
    pub(crate) fn agent(&self, program: &Path) -> Command {
        let files =
            [("AWS_CONFIG_FILE", self.path("config")), ("AWS_SHARED_CREDENTIALS_FILE", self.path("credentials"))];
        self.command(program, &[], files.map(|(name, path)| (name, path.into())))
    }

    /// The folder, which is gone afterwards.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command that finds this stage and nothing of the user's.
    fn command(
        &self,
        program: &Path,
        arguments: &[&str],
        variables: impl IntoIterator<Item = (&'static str, OsString)>,
    ) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path("home")).env_clear();
        command.env("PATH", self.path("programs")).env("HOME", self.path("home")).envs(variables);
        command
    }
}
