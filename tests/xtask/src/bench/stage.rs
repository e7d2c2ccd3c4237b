//! What the measured programs find: a home, identities, and a Git that does nothing.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::measure::{Request, Row};
use super::programs::Programs;
use super::scale::{PROFILES_TO_CREDENTIAL, PROFILES_TO_EXEC, REMOTES_TO_EXEC};
use crate::failure::Failure;
use crate::original;

/// The row that all are compared with.
pub(crate) const TRUE: &str = "/bin/true";
/// The helper as Git calls it, up to and including the Git that it runs.
pub(crate) const EXEC: &str = "helper to exec";
/// The helper as the credential helper of that Git, with the static keys of a profile.
pub(crate) const CREDENTIAL: &str = "helper to credential";
/// The same two of the helper that `cargo build --release` makes, with the system's C library.
pub(crate) const ORDINARY_EXEC: &str = "helper of cargo build --release, to exec";
/// See [`ORDINARY_EXEC`].
const ORDINARY_CREDENTIAL: &str = "helper of cargo build --release, to credential";
/// The same two without a sandbox.
pub(crate) const NATIVE_EXEC: &str = "policy as plain Rust, to exec";
/// See [`NATIVE_EXEC`].
pub(crate) const NATIVE_CREDENTIAL: &str = "policy as plain Rust, to credential";
/// The Python original as Git calls it.
pub(crate) const ORIGINAL: &str = "the original to its git";
/// The credential helper of the AWS CLI.
pub(crate) const AWS_CLI: &str = "AWS CLI to credential";

/// How many times as long as `/bin/true` the helper may take until Git has done its work. That Git is a second `/bin/true`.
const EXEC_LIMIT: f64 = 3.0;
/// How many times as long it may take to answer with a credential.
const CREDENTIAL_LIMIT: f64 = 4.0;

const URL: &str = "codecommit://MyRepo";

/// AWS's own example keys.
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The role that is in the cache.
const ROLE: &str = "arn:aws:iam::123456789012:role/bench";
/// The name of its file: the SHA-1 of `{"RoleArn": "arn:aws:iam::123456789012:role/bench"}`.
const ROLE_FILE: &str = "cli/cache/93d7ad8b225e6a80016da700f8eb0e9365423264.json";
/// The name of the file of IAM Identity Center's token: the SHA-1 of `corp`.
const TOKEN_FILE: &str = "sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
/// The name of the file of its keys: the SHA-1 of `{"accountId":"123456789012","roleName":"Developer","sessionName":"corp"}`.
const SSO_FILE: &str = "cli/cache/5ff7ef65433a1f661637cbf499bb9f479b3d3f64.json";
/// After the end of all runs.
const LATER: &str = "2099-12-31T23:59:59Z";
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
        let programs = stage.path("programs");
        fs::create_dir(&programs).map_err(Failure::file("create", &programs))?;
        for (name, text) in files(&stage.path("home/keys.json")) {
            let path = stage.path(&name);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(Failure::file("create", folder))?;
            }
            fs::write(&path, text).map_err(Failure::file("write", &path))?;
        }
        // A link and not a script, because the Git of the helper must cost what `/bin/true` itself does.
        let git = programs.join("git");
        std::os::unix::fs::symlink(&stage.idle, &git).map_err(Failure::file("create", &git))?;
        // As programs of its own name, which some systems keep together in one, it would not do nothing.
        if !Command::new(&git).stdin(Stdio::null()).output().is_ok_and(|output| output.status.success()) {
            return Err(Failure::new(format!("{} does nothing only under its own name", stage.idle.display())));
        }
        Ok(stage)
    }

    /// What is measured, `/bin/true` first. The Python programs are there where the tests have installed them.
    ///
    /// # Errors
    /// Where the stage's files cannot be opened.
    pub(crate) fn rows(&self, programs: &Programs, runs: usize, runs_of_python: usize) -> Result<Vec<Row>, Failure> {
        let row = |name, program: &Path, arguments: &[&str], variables: Vec<(&'static str, OsString)>| {
            Ok::<_, Failure>(Row::new(name, self.command(program, arguments, variables), self.request()?, runs))
        };
        let (connect, credential) = (["origin", URL], ["--credential", URL, "get"]);
        let helper = &programs.helper;
        let mut rows = vec![
            row(TRUE, &self.idle, &[], self.files())?,
            row(EXEC, helper, &connect, self.files())?.limited(EXEC_LIMIT),
            row(CREDENTIAL, helper, &credential, self.files())?.limited(CREDENTIAL_LIMIT).answering("password="),
            row(NATIVE_EXEC, &programs.native, &connect, self.files())?,
            row(NATIVE_CREDENTIAL, &programs.native, &credential, self.files())?.answering("password="),
        ];
        let environment = [("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_REGION", REGION)];
        let of_environment = environment.map(|(name, value)| (name, value.into())).to_vec();
        let name = "helper to credential, keys in the environment";
        rows.push(row(name, helper, &credential, of_environment)?.limited(CREDENTIAL_LIMIT).answering("password="));
        for (name, profile) in [
            ("helper to credential, role in the cache", "role"),
            ("helper to credential, IAM Identity Center in the cache", "sso"),
        ] {
            let variables = self.profile(profile);
            rows.push(row(name, helper, &credential, variables)?.limited(CREDENTIAL_LIMIT).answering("password="));
        }
        // Without a limit, because most of it is what the shell and the program take, which are the user's.
        let name = "helper to credential, credential_process";
        let mut tool = row(name, helper, &credential, self.profile("tool"))?.answering("password=");
        tool.set("PATH", "/usr/bin:/bin");
        rows.push(tool);
        let with_profiles = |profiles| {
            let mut variables = self.files();
            variables[0].1 = self.path(&config_of(profiles)).into();
            variables
        };
        for (name, profiles) in PROFILES_TO_EXEC {
            rows.push(row(name, helper, &connect, with_profiles(profiles))?);
        }
        for (name, profiles) in PROFILES_TO_CREDENTIAL {
            rows.push(row(name, helper, &credential, with_profiles(profiles))?.answering("password="));
        }
        for (name, remotes) in REMOTES_TO_EXEC {
            // As Git runs it: in the repository, whose folder it names.
            let mut variables = self.files();
            variables.push(("GIT_DIR", ".git".into()));
            let mut command = self.command(helper, &[&remote_of(remotes), URL], variables);
            command.current_dir(self.path(&repository_of(remotes)));
            rows.push(Row::new(name, command, self.request()?, runs));
        }
        if let Some(ordinary) = &programs.ordinary {
            rows.push(row(ORDINARY_EXEC, ordinary, &connect, self.files())?);
            rows.push(row(ORDINARY_CREDENTIAL, ordinary, &credential, self.files())?.answering("password="));
        }
        let runs = runs.min(runs_of_python);
        if let Some(original) = original::installed()? {
            rows.push(Row::new(ORIGINAL, self.command(&original, &connect, self.files()), self.request()?, runs));
        }
        if let Some(aws) = original::installed_aws_cli()? {
            let command = self.command(&aws, &["codecommit", "credential-helper", "get"], self.files());
            rows.push(Row::new(AWS_CLI, command, self.request()?, runs).answering("password="));
        }
        Ok(rows)
    }

    /// A helper as Git calls it, and as the credential helper of that Git.
    pub(crate) fn both_ways(&self, helper: &Path) -> [Command; 2] {
        let way = |arguments: &[&str]| self.command(helper, arguments, self.files());
        [way(&["origin", URL]), way(&["--credential", URL, "get"])]
    }

    /// The helper as a credential helper, to be run many times at once; and `/bin/true` in its place.
    pub(crate) fn at_once(&self, programs: &Programs) -> [(&'static str, Command); 2] {
        let helper = self.command(&programs.helper, &["--credential", URL, "get"], self.files());
        [("/bin/true", self.command(&self.idle, &[], self.files())), (CREDENTIAL, helper)]
    }

    /// What Git writes to it.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub(crate) fn request(&self) -> Result<Request, Failure> {
        Request::open(&self.path("request"))
    }

    /// The variables that name the stage's AWS files.
    fn files(&self) -> Vec<(&'static str, OsString)> {
        let files =
            [("AWS_CONFIG_FILE", self.path("config")), ("AWS_SHARED_CREDENTIALS_FILE", self.path("credentials"))];
        files.map(|(name, path)| (name, path.into())).to_vec()
    }

    /// The same and a profile.
    fn profile(&self, name: &str) -> Vec<(&'static str, OsString)> {
        let mut variables = self.files();
        variables.push(("AWS_PROFILE", name.into()));
        variables
    }

    /// The program with the keys of the stage's profile.
    pub(crate) fn agent(&self, program: &Path) -> Command {
        self.command(program, &[], self.files())
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

/// The files that the programs find, by their names in the stage. `keys` is what the program `tool` shows.
fn files(keys: &Path) -> Vec<(String, String)> {
    let config = format!(
        "[default]\nregion = {REGION}\n\
         [profile role]\nregion = {REGION}\nrole_arn = {ROLE}\nsource_profile = default\n\
         [profile sso]\nregion = {REGION}\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\n\
         [sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = {REGION}\n\
         [profile tool]\nregion = {REGION}\ncredential_process = cat \"{}\"\n",
        keys.display()
    );
    let credentials = format!("[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n");
    // As long as those of STS are.
    let token = "example-token".repeat(80);
    let cached = |before: &str, after: &str| {
        format!(
            "{{{before}\"Credentials\": {{\"AccessKeyId\": \"{KEY}\", \"SecretAccessKey\": \"{SECRET}\", \
             \"SessionToken\": \"{token}\", \"Expiration\": \"{LATER}\"{after}}}}}"
        )
    };
    let sign_in = format!(
        "{{\"startUrl\": \"https://corp.awsapps.com/start\", \"region\": \"{REGION}\", \
         \"accessToken\": \"{token}\", \"expiresAt\": \"{LATER}\"}}"
    );
    let shown = format!("{{\"Version\": 1, \"AccessKeyId\": \"{KEY}\", \"SecretAccessKey\": \"{SECRET}\"}}");
    let of_aws = |name: &str| format!("home/.aws/{name}");
    let configs = PROFILES_TO_EXEC.map(|(_, profiles)| (config_of(profiles), config_with(profiles)));
    let repositories = REMOTES_TO_EXEC.map(|(_, remotes)| {
        let folder = format!("{}/.git", repository_of(remotes));
        [("HEAD", "ref: refs/heads/main\n".to_owned()), ("config", remotes_with(remotes, URL))]
            .map(|(name, text)| (format!("{folder}/{name}"), text))
    });
    let mut files = vec![
        ("config".to_owned(), config),
        ("credentials".to_owned(), credentials),
        ("request".to_owned(), REQUEST.to_owned()),
        ("home/keys.json".to_owned(), shown),
        (of_aws(ROLE_FILE), cached("", "")),
        (of_aws(SSO_FILE), cached("\"ProviderType\": \"sso\", ", ", \"AccountId\": \"123456789012\"")),
        (of_aws(TOKEN_FILE), sign_in),
    ];
    files.extend(configs);
    files.extend(repositories.into_iter().flatten());
    files
}

/// The name of the configuration file with so many profiles.
fn config_of(profiles: usize) -> String {
    format!("config-{profiles}")
}

/// A configuration file with so many profiles, roles all but the last.
fn config_with(profiles: usize) -> String {
    let others = (1..profiles).map(|number| {
        format!("[profile team-{number}]\nregion = {REGION}\nrole_arn = {ROLE}-{number}\nsource_profile = default\n\n")
    });
    others.chain([format!("[default]\nregion = {REGION}\n")]).collect()
}

/// The name of the repository with so many remotes.
fn repository_of(remotes: usize) -> String {
    format!("repository-{remotes}")
}

/// The name of the last of so many remotes.
pub(super) fn remote_of(remotes: usize) -> String {
    format!("team-{remotes}")
}

/// A repository's configuration with so many remotes, of which the last has this URL.
pub(super) fn remotes_with(remotes: usize, url: &str) -> String {
    let remote = |number: usize| {
        let (name, other) = (remote_of(number), format!("codecommit://repository-{number}"));
        let url = if number == remotes { url } else { &other };
        format!("[remote \"{name}\"]\n\turl = {url}\n\tfetch = +refs/heads/*:refs/remotes/{name}/*\n")
    };
    let core = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n".to_owned();
    std::iter::once(core).chain((1..=remotes).map(remote)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_in_use_is_the_last_of_so_many() {
        let text = config_with(10);
        let sections: Vec<_> = text.lines().filter(|line| line.starts_with('[')).collect();
        assert_eq!(sections.len(), 10);
        assert_eq!(sections.last(), Some(&"[default]"));
    }

    #[test]
    fn the_remote_in_use_is_the_last_of_so_many() {
        let text = remotes_with(10, "codecommit://mine");
        let urls: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("url = ")).collect();
        assert_eq!(urls.len(), 10);
        assert_eq!([urls[0], urls[9]], ["codecommit://repository-1", "codecommit://mine"]);
        let mut names = text.lines().filter(|line| line.starts_with("[remote"));
        assert_eq!(names.next_back(), Some("[remote \"team-10\"]"));
    }

    #[test]
    fn one_profile_is_the_one_in_use() {
        assert_eq!(config_with(1), "[default]\nregion = us-east-1\n");
    }
}
