//! A case laid out: a home, the services, an environment, and programs run there.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

use crate::alone;
use crate::case::Case;
use crate::names::Names;
use crate::outcome::{Answer, Outcome};
use crate::secrets::Secrets;
use crate::server::{self, Server};
use crate::snapshot::{self, Change, Files};

/// How long a program may take; far more than any does.
const LONGEST: Duration = Duration::from_mins(2);

/// A case ready to be run, once.
#[derive(Debug)]
pub struct Stage<'a> {
    case: &'a Case,
    folder: TempDir,
    names: Names,
    secrets: Secrets,
    server: Server,
    before: Files,
}

impl<'a> Stage<'a> {
    /// Lays the case out, and starts its services.
    pub fn new(case: &'a Case) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // macOS has its temporary folder behind a link.
        let top = fs::canonicalize(folder.path()).unwrap();
        for name in ["home", "home/tmp", "bin", "work"] {
            fs::create_dir(top.join(name)).unwrap();
        }
        let server = Server::start(&case.description.answers);
        let mut names = Names::new(&case.description.digests);
        let (authority, other) = Server::authorities();
        for (name, pem) in [("ca", authority), ("other_ca", other)] {
            fs::write(top.join(name), pem).unwrap();
            names.set(name, top.join(name).to_str().unwrap());
        }
        for program in ["git", "askpass"] {
            // A link: a program that another test's child still has open for writing could not be run.
            let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs").join(program);
            symlink(own, top.join("bin").join(program)).unwrap();
        }
        fs::write(top.join("bin/code"), case.description.mfa_code.as_deref().unwrap_or_default()).unwrap();
        let addresses = server.addresses();
        names.set("server", addresses.server());
        names.set("localhost", addresses.localhost());
        names.set("tls", addresses.tls());
        names.set("proxy", addresses.proxy());
        // What is said of /proc/self/mem: root can open that of a program which nobody is to look into, and reads nothing.
        let reason = if rustix::process::geteuid().is_root() { "input/output error" } else { "permission denied" };
        names.set("cannot_be_read", format!("cannot be read: {reason}"));
        names.set("home", top.join("home").to_str().unwrap());
        names.set("askpass", top.join("bin/askpass").to_str().unwrap());
        let key = server::new_key();
        names.set("dpop_key_json", key.replace('\n', "\\n"));
        names.set("dpop_key", key);
        let home = lay_out(case, &names, &top.join("home"));
        let answered = case.description.answers.iter().filter_map(|answer| answer.keys.as_deref());
        let answered: Vec<_> = answered.map(server::keys).collect();
        let texts =
            home.iter().chain([&case.text]).chain(answered.iter().flat_map(|(_, secret, token)| [secret, token]));
        let more = case.description.secrets.iter().chain(&case.description.mfa_code).cloned();
        let key_lines = names.get("dpop_key").lines().filter(|line| !line.starts_with("---")).map(str::to_owned);
        let secrets = Secrets::of(texts.map(String::as_str), more.chain(key_lines));
        server.tell(names.clone(), secrets.clone());
        let before = snapshot::read(&top.join("home"));
        Self { case, folder, names, secrets, server, before }
    }

    /// The case.
    pub fn case(&self) -> &Case {
        self.case
    }

    /// The case's secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// What stands for what in this run.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// A program's text, with placeholders for what is another in each run.
    pub fn normalise(&self, text: &str) -> String {
        generated(&self.names.normalise(text))
    }

    /// The services.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// What `git` was run with, so far.
    pub fn arguments_of_git(&self) -> Vec<String> {
        let written = self.read("bin/arguments").unwrap_or_default();
        written.split_terminator('\0').map(str::to_owned).collect()
    }

    /// What the user was asked for by a program, so far.
    pub fn prompts(&self) -> Vec<String> {
        self.read("bin/prompts").unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// Runs a program to its end as the case's user, without a terminal, and with this on its standard input.
    pub fn run(&self, program: &Path, arguments: &[&str], input: &str) -> Output {
        let mut command = alone::command(program);
        command.args(arguments).current_dir(self.path("work")).env_clear().envs(self.environment());
        finish(command, input)
    }

    /// What a program that has ended did, beside its answer.
    pub fn outcome(&self, answer: Answer) -> Outcome {
        Outcome { answer, requests: self.requests(), prompts: self.prompts(), files: self.files() }
    }

    /// Files that are new or changed, as they are.
    pub fn changed(&self) -> Files {
        snapshot::changed(&self.before, snapshot::read(&self.path("home")))
    }

    fn files(&self) -> BTreeMap<String, Change> {
        let change = |(name, (mode, bytes)): (String, (String, Vec<u8>))| {
            let content = self.normalise(&String::from_utf8_lossy(&bytes));
            (self.normalise(&name), Change { mode, content })
        };
        self.changed().into_iter().map(change).collect()
    }

    /// The requests, with names that a program thought of itself replaced.
    fn requests(&self) -> Vec<server::log::Request> {
        let mut requests = self.server.requests();
        for request in &mut requests {
            if let Some(name) = request.parameters.get_mut("RoleSessionName")
                && !self.is_in_case(name)
            {
                "@generated@".clone_into(name);
            }
            for value in request.parameters.values_mut() {
                *value = self.normalise(value);
            }
            request.operation = self.normalise(&request.operation);
        }
        requests
    }

    fn is_in_case(&self, text: &str) -> bool {
        self.case.text.contains(text)
            || self.before.values().any(|(_, bytes)| String::from_utf8_lossy(bytes).contains(text))
    }

    fn environment(&self) -> BTreeMap<String, OsString> {
        let system = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([self.path("bin")].into_iter().chain(std::env::split_paths(&system))).unwrap();
        let mut environment: BTreeMap<String, OsString> = [
            ("PATH", path),
            ("HOME", self.path("home").into()),
            ("TMPDIR", self.path("home/tmp").into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("AWS_DEFAULT_REGION", self.case.description.region.clone().into()),
            // The machine's own identity is out of the way.
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        for (name, value) in &self.case.description.environment {
            environment.insert(name.clone(), self.names.expand(value).into());
        }
        environment.retain(|name, _| !self.case.description.unset.contains(name));
        environment
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    fn path(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap().join(name)
    }
}

/// Names of sessions and of temporary files that botocore and the original make up.
fn generated(text: &str) -> String {
    regex_lite::Regex::new(r"botocore-session-\d+|\btmp\w{8}\b").unwrap().replace_all(text, "@generated@").into_owned()
}

/// Copies `home/`, and makes what it cannot hold; the texts of its files.
fn lay_out(case: &Case, names: &Names, home: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    let own = case.folder.join("home");
    if own.exists() {
        for (name, (_, bytes)) in snapshot::read(&own) {
            let path = home.join(names.expand(&name));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            // What is no text has no placeholders.
            let bytes = String::from_utf8(bytes).map_or_else(std::string::FromUtf8Error::into_bytes, |text| {
                let text = names.expand(&text);
                texts.push(text.clone());
                text.into_bytes()
            });
            fs::write(&path, bytes).unwrap();
        }
    }
    let special = &case.description.home;
    for name in &special.folders {
        fs::create_dir_all(home.join(names.expand(name))).unwrap();
    }
    for (name, to) in &special.links {
        let path = home.join(names.expand(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(names.expand(to), path).unwrap();
    }
    for (name, size) in &special.padded {
        let path = home.join(name);
        let text = fs::read(&path).unwrap_or_default();
        let comment = b"# a line that says nothing, of which there are many\n";
        let lines = size.saturating_sub(text.len()).div_ceil(comment.len());
        fs::write(&path, [comment.repeat(lines), text].concat()).unwrap();
    }
    texts
}

fn finish(mut command: Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let group = rustix::process::Pid::from_child(&child);
    // One that does not read its input has closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    if let Ok(output) = receiver.recv_timeout(LONGEST) {
        return output.unwrap();
    }
    // It leads a session and a group of its own.
    let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    panic!("not finished after {} seconds: {:?}", LONGEST.as_secs(), receiver.recv().unwrap())
}
