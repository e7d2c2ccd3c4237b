//! Repositories, a server for them, and a home without anything of the user's.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::super::programs::Programs;
use super::super::stage::{remote_of, remotes_with};
use super::Kind;
use super::client::{Client, Urls};
use super::huge::{self, HUGE_FILES};
use super::network::Network;
use crate::command::line_without_variables;
use crate::demo::environment::{self, Change};
use crate::demo::server::Server;
use crate::demo::{GIT_CONFIG, path_with};
use crate::failure::Failure;

/// How many files of a mebibyte the large repository has, none of which can be made smaller.
const LARGE_FILES: u32 = 100;
pub(super) const LARGE_FILE: usize = 1 << 20;
/// How many files and commits the small one has.
const SMALL_FILES: u32 = 20;

/// The repositories' names.
pub(super) const SMALL: &str = "small";
pub(super) const LARGE: &str = "large";
pub(super) const HUGE: &str = "huge";

/// The name of the server, as of CodeCommit's own.
const HOST: &str = "git-codecommit.us-east-1.amazonaws.com";

type Variables = BTreeMap<OsString, OsString>;

/// Two repositories and a home.
pub(super) struct World {
    folder: TempDir,
    variables: Variables,
}

/// A server that is far away, and what its clients have.
pub(super) struct Site {
    folder: PathBuf,
    server: Server,
    variables: Variables,
    /// The URL of a repository's server with a credential in it, by the name of the repository.
    signed: BTreeMap<&'static str, String>,
}

impl World {
    /// Makes the repositories.
    ///
    /// # Errors
    /// Where Git or the system refuses.
    pub(super) fn new() -> Result<Self, Failure> {
        let folder =
            tempfile::tempdir().map_err(|error| Failure::new(format!("could not create a folder: {error}")))?;
        let home = folder.path().join("home");
        fs::create_dir(&home).map_err(Failure::file("create", &home))?;
        let configuration = home.join("gitconfig");
        fs::write(&configuration, GIT_CONFIG).map_err(Failure::file("write", &configuration))?;
        let mut variables = Variables::new();
        for (name, value) in [
            ("HOME", home.as_os_str()),
            ("GIT_CONFIG_GLOBAL", configuration.as_os_str()),
            ("GIT_CONFIG_NOSYSTEM", "1".as_ref()),
            ("GIT_TERMINAL_PROMPT", "0".as_ref()),
            ("LC_ALL", "C".as_ref()),
        ] {
            variables.insert(name.into(), value.to_owned());
        }
        variables.insert("PATH".into(), std::env::var_os("PATH").unwrap_or_default());
        let world = Self { folder, variables };
        world.repository(SMALL, SMALL_FILES, small_file)?;
        world.repository(LARGE, LARGE_FILES, |number| noise(number, LARGE_FILE))?;
        Ok(world)
    }

    /// A repository with a commit a file.
    fn repository(&self, name: &str, files: u32, content: impl Fn(u32) -> Vec<u8>) -> Result<(), Failure> {
        let folder = self.folder.path().join(name);
        self.run(self.folder.path(), &["init", "--quiet", name])?;
        for number in 0..files {
            let path = folder.join(format!("file-{number}"));
            fs::write(&path, content(number)).map_err(Failure::file("write", &path))?;
            self.run(&folder, &["-c", "core.compression=0", "add", "."])?;
            self.run(&folder, &["commit", "--quiet", "--message", &format!("file {number}")])?;
        }
        Ok(())
    }

    /// Runs Git where nothing is measured.
    fn run(&self, folder: &Path, arguments: &[&str]) -> Result<(), Failure> {
        run(folder, &self.variables, arguments)
    }

    /// Starts a server with some of the repositories, to which and back takes so many milliseconds, and signs for Git alone.
    ///
    /// # Errors
    /// Where it does not start, or nothing is signed.
    pub(super) fn serve(
        &self,
        delay: u32,
        repositories: &[&'static str],
        programs: &Programs,
    ) -> Result<Site, Failure> {
        let folder = self.folder.path().join(format!("delay-{delay}"));
        fs::create_dir(&folder).map_err(Failure::file("create", &folder))?;
        let root = folder.join("server");
        let server = Server::start_with(&root, repositories, &["--host-name", HOST])?;
        let network = Network::to(HOST, server.port(), Duration::from_millis(delay.into()))?;
        let mut variables = self.variables.clone();
        for change in environment::read(&root.join("env"))? {
            match change {
                Change::Set(name, value) => variables.insert(name.into(), value.into()),
                Change::Unset(name) => variables.remove(OsStr::new(&name)),
            };
        }
        // The URLs are those of CodeCommit itself. The AWS CLI signs for no other port than its.
        variables.remove(OsStr::new("CODE_COMMIT_ENDPOINT"));
        variables.insert("https_proxy".into(), network.url().into());
        let mut signed = BTreeMap::new();
        for &name in repositories {
            let repository = root.join("repositories").join(format!("{name}.git"));
            if name == HUGE {
                huge::fill(&repository, &self.variables)?;
            } else {
                let to = repository.to_string_lossy();
                self.run(&self.folder.path().join(name), &["push", "--quiet", &to, "HEAD:refs/heads/main"])?;
            }
            let mut sign = Command::new(programs.folder.path().join("git-codecommit"));
            sign.args(["sign", &format!("codecommit://{name}"), "--format", "url"]).env_clear().envs(&variables);
            let said = sign.stdin(Stdio::null()).output();
            let said = check(&sign, said)?;
            signed.insert(name, String::from_utf8_lossy(&said.stdout).trim().to_owned());
        }
        Ok(Site { folder, server, variables, signed })
    }
}

impl Site {
    /// Clones the small repository for each client, to fetch into and to push from.
    ///
    /// # Errors
    /// Where a clone fails.
    pub(super) fn prepare(&self, clients: &[Client]) -> Result<(), Failure> {
        clients.iter().try_for_each(|client| {
            let mut command = self.git(client)?;
            command.args(["clone", "--quiet", &self.url(SMALL, client), &client.word()]).current_dir(&self.folder);
            let output = command.output();
            check(&command, output).map(drop)
        })
    }

    /// The command of an operation; what it needs is there then.
    ///
    /// # Errors
    /// Where a commit to push is not made.
    pub(super) fn command(&self, kind: Kind, client: &Client) -> Result<Command, Failure> {
        let mut git = self.git(client)?;
        let clone = self.folder.join(client.word());
        match kind {
            Kind::LsRemote => git.args(["ls-remote", "--quiet", &self.url(SMALL, client)]).current_dir(&self.folder),
            Kind::CloneSmall => self.clone_of(SMALL, client, &mut git),
            Kind::CloneLarge => self.clone_of(LARGE, client, &mut git),
            Kind::CloneHuge => self.clone_of(HUGE, client, &mut git),
            Kind::LsRemoteAmong(_, remotes) => {
                let folder = self.repository_with(remotes, client)?;
                git.args(["ls-remote", "--quiet", &remote_of(remotes)]).current_dir(folder)
            }
            Kind::FetchNothing => git.args(["fetch", "--quiet", "origin"]).current_dir(clone),
            Kind::Push => {
                run(&clone, &self.variables, &["commit", "--quiet", "--allow-empty", "--message", "one more"])?;
                git.args(["push", "--quiet", "origin", &format!("HEAD:refs/heads/{}", client.word())])
                    .current_dir(clone)
            }
        };
        Ok(git)
    }

    /// The folder of a repository with so many remotes, of which the last is the small one here.
    fn repository_with(&self, remotes: usize, client: &Client) -> Result<PathBuf, Failure> {
        let name = format!("{remotes}-remotes-{}", client.word());
        let folder = self.folder.join(&name);
        if !folder.exists() {
            run(&self.folder, &self.variables, &["init", "--quiet", &name])?;
            let configuration = folder.join(".git/config");
            let text = remotes_with(remotes, &self.url(SMALL, client));
            fs::write(&configuration, text).map_err(Failure::file("write", &configuration))?;
        }
        Ok(folder)
    }

    fn clone_of<'a>(&self, name: &'static str, client: &Client, git: &'a mut Command) -> &'a mut Command {
        git.args(["clone", "--quiet", &self.url(name, client), "new"]).current_dir(&self.folder)
    }

    fn url(&self, name: &'static str, client: &Client) -> String {
        let https = format!("https://{HOST}/v1/repos/{name}");
        match client.urls {
            Urls::CodeCommit => format!("codecommit://{name}"),
            Urls::Https => https,
            Urls::Signed => self.signed.get(name).cloned().unwrap_or(https),
        }
    }

    /// Git as this client has it.
    fn git(&self, client: &Client) -> Result<Command, Failure> {
        let mut git = Command::new("git");
        git.args(client.settings).env_clear().envs(&self.variables).stdin(Stdio::null());
        if let Some(programs) = &client.programs {
            git.env("PATH", path_with(programs)?);
        }
        Ok(git)
    }

    /// Removes what was cloned.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(super) fn tidy(&self) -> Result<(), Failure> {
        let new = self.folder.join("new");
        if new.exists() { fs::remove_dir_all(&new).map_err(Failure::file("remove", &new)) } else { Ok(()) }
    }

    /// How many requests the server has answered.
    ///
    /// # Errors
    /// Where its log cannot be read.
    pub(super) fn requests(&self) -> Result<usize, Failure> {
        self.server.answered()
    }

    /// Stops the server, and removes all that it had.
    ///
    /// # Errors
    /// Where it does not stop.
    pub(super) fn stop(self) -> Result<(), Failure> {
        self.server.stop()?;
        fs::remove_dir_all(&self.folder).map_err(Failure::file("remove", &self.folder))
    }
}

fn run(folder: &Path, variables: &Variables, arguments: &[&str]) -> Result<(), Failure> {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(folder).env_clear().envs(variables).stdin(Stdio::null());
    let output = git.output();
    check(&git, output).map(drop)
}

/// What a command said that must do as told.
///
/// # Errors
/// Where it did not; with what it said.
pub(super) fn check(command: &Command, output: io::Result<Output>) -> Result<Output, Failure> {
    // Not its arguments, of which one may be a URL with a credential.
    let name = line_without_variables(&Command::new(command.get_program()));
    let output = output.map_err(|error| crate::command::not_started(command, &error))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("`{name}` failed ({}) and said: {}", output.status, said.trim())))
}

/// How many bytes the files of a repository have.
pub(super) fn bytes(repository: &str) -> usize {
    match repository {
        SMALL => (0..SMALL_FILES).map(|number| small_file(number).len()).sum(),
        LARGE => LARGE_FILES as usize * LARGE_FILE,
        _ => HUGE_FILES as usize * LARGE_FILE,
    }
}

fn small_file(number: u32) -> Vec<u8> {
    format!("line {number}\n").repeat(40).into_bytes()
}

/// Bytes that no program makes smaller, others for each number: those of a xorshift generator.
pub(super) fn noise(number: u32, length: usize) -> Vec<u8> {
    let mut state = u64::from(number) + 0x9e37_79b9_7f4a_7c15;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_its_length_and_is_another_for_each_number() {
        let bytes = noise(1, 1001);
        assert_eq!(bytes.len(), 1001);
        assert_ne!(bytes, noise(2, 1001));
        assert_eq!(bytes, noise(1, 1001));
    }

    #[test]
    fn a_failure_does_not_tell_the_arguments() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo no >&2; exit 3", "https://user:password@localhost/"]);
        let output = command.output();
        assert_eq!(check(&command, output).unwrap_err().to_string(), "`/bin/sh` failed (exit status: 3) and said: no");
    }
}
