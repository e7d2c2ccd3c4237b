//! A session of its own, with a terminal or without one, in which this test program runs itself and asks for a code.
//!
//! The first process leads the session, lives through a Ctrl-C, and looks at the terminal afterwards; the second asks. Both are
//! the test `process_of_a_session`.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::symlink;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::pty::{OpenptyResult, openpty};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::{setsid, ttyname};
use tempfile::TempDir;

use super::super::ask;
use crate::variables::Variables;

/// The device that is asked for.
pub(super) const SERIAL: &str = "arn:aws:iam::123456789012:mfa/user";
/// What is written to the terminal before the code is typed.
pub(super) const PROMPT: &str = "Enter MFA code for arn:aws:iam::123456789012:mfa/user: ";
/// What stands on standard input, and is Git's.
pub(super) const LINES_OF_GIT: &str = "protocol=https\n\n";

/// A session to be started.
pub(super) struct Session {
    folder: TempDir,
    variables: Vec<(String, OsString)>,
    typed: Option<&'static str>,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ended {
    /// The code, or the fact and the hint.
    pub(super) answer: String,
    /// What was left on standard input for Git.
    pub(super) input: String,
    /// What the asking process ended with.
    pub(super) status: String,
    /// What programs wrote to standard error.
    pub(super) errors: String,
    /// What the terminal showed.
    pub(super) shown: String,
    /// What the program that asks for Git wrote down.
    pub(super) asked: String,
}

impl Session {
    /// Without a terminal, and with no variables but those that it needs.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let variables = vec![
            ("PATH".to_owned(), env::var_os("PATH").unwrap_or_default()),
            ("HOME".to_owned(), folder.path().into()),
            ("GIT_CONFIG_NOSYSTEM".to_owned(), "1".into()),
            ("ASKED".to_owned(), folder.path().join("asked").into()),
        ];
        Self { folder, variables, typed: None }
    }

    /// The same on a terminal, at whose prompt this is typed.
    pub(super) fn typed(self, keys: &'static str) -> Self {
        Self { typed: Some(keys), ..self }
    }

    /// The same on a terminal on which nothing is to be asked.
    pub(super) fn with_terminal(self) -> Self {
        self.typed("\n")
    }

    /// The same on a terminal in whose background the process that asks is.
    pub(super) fn in_background(self) -> Self {
        self.with_terminal().set("IN_BACKGROUND", "1")
    }

    /// The same with a variable.
    pub(super) fn set(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// The same with `~/.gitconfig`.
    pub(super) fn git_config(self, text: &str) -> Self {
        fs::write(self.folder.path().join(".gitconfig"), text).unwrap();
        self
    }

    /// A program that asks for Git, by a name that it writes down.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        // A link: a program that another test's child still has open for writing could not be run.
        symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/src/aws/identity/mfa/tests/askpass"), &path).unwrap();
        path
    }

    /// The same with a program that asks, named by a variable and named like it.
    pub(super) fn askpass(self, variable: &str) -> Self {
        let program = self.program(variable);
        self.set(variable, program)
    }

    /// Starts it and waits for its end.
    #[track_caller]
    pub(super) fn run(self) -> Ended {
        let terminal = self.typed.map(|keys| (Terminal::open(), keys));
        let mut leader = itself();
        leader.env_clear().envs(self.variables.iter().cloned()).env("LEADS", self.folder.path());
        if let Some((terminal, _)) = &terminal {
            leader.env("TERMINAL", ttyname(&terminal.theirs).unwrap());
        }
        let mut leader = leader.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        leader.stdin.take().unwrap().write_all(LINES_OF_GIT.as_bytes()).unwrap();
        let (shown, output) = match terminal {
            Some((terminal, keys)) => terminal.answer(keys, leader),
            None => (String::new(), leader.wait_with_output().unwrap()),
        };
        assert!(output.status.success());
        let read = |name| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        Ended {
            answer: read("answer"),
            input: read("input"),
            status: read("status"),
            errors: String::from_utf8(output.stderr).unwrap(),
            shown,
            asked: read("asked"),
        }
    }
}

/// A terminal: this test's side of it, and that of the session.
struct Terminal {
    ours: File,
    theirs: File,
}

impl Terminal {
    fn open() -> Self {
        let OpenptyResult { master, slave } = openpty(None, None).unwrap();
        // Duplicates are closed in the children of other tests, which would hold the terminal open.
        let own = |descriptor: std::os::fd::OwnedFd| File::from(descriptor.try_clone().unwrap());
        Self { ours: own(master), theirs: own(slave) }
    }

    /// Types at the prompt, where there is one, and gives what was shown until the end of the session.
    #[track_caller]
    fn answer(self, keys: &'static str, leader: Child) -> (String, Output) {
        let terminal = self.ours.try_clone().unwrap();
        let shown = thread::spawn(move || follow(terminal, keys));
        let (sender, ended) = mpsc::channel();
        thread::spawn(move || sender.send(leader.wait_with_output().unwrap()));
        // A minute is for a program that waits for something else.
        let output = ended.recv_timeout(Duration::from_mins(1)).unwrap();
        (shown.join().unwrap(), output)
    }
}

/// What the leader of a session writes to the terminal before it ends. It waits for an answer, for what a terminal shows is lost
/// when the leader ends and nobody has read it yet.
const END: &str = "the session ends";

/// Types at the first prompt of a terminal, and gives what it shows up to the end of the session.
fn follow(mut terminal: File, keys: &'static str) -> String {
    let mut shown = String::new();
    let mut typed = Some(keys);
    let mut bytes = [0; 1024];
    while let Ok(length @ 1..) = terminal.read(&mut bytes) {
        shown.push_str(str::from_utf8(&bytes[..length]).unwrap());
        if let Some(end) = shown.find(END) {
            shown.truncate(end);
            terminal.write_all(b"\n").unwrap();
            return shown;
        }
        if shown.ends_with(": ")
            && let Some(keys) = typed.take()
        {
            terminal.write_all(keys.as_bytes()).unwrap();
        }
    }
    shown
}

/// This test program, to run the one test below.
fn itself() -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    let name = concat!(module_path!(), "::process_of_a_session");
    let name = name.split_once("::").unwrap().1;
    command.args([name, "--exact", "--ignored", "--nocapture", "--test-threads=1"]).stdout(Stdio::null());
    command
}

#[test]
#[ignore = "the other tests run it, in a session of its own"]
fn process_of_a_session() {
    if let Some(folder) = env::var_os("LEADS") {
        lead(Path::new(&folder));
    } else if let Some(folder) = env::var_os("ASKS") {
        ask_and_tell(Path::new(&folder));
    }
}

/// Leads a session: starts the process that asks, and tells how it ended.
fn lead(folder: &Path) {
    setsid().unwrap();
    // The first terminal that the leader of a session opens is that of the session.
    let terminal = env::var_os("TERMINAL").map(|path| OpenOptions::new().read(true).write(true).open(path).unwrap());
    // A Ctrl-C is for every process of the session. This one is to live, and the next begins with no such handler.
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::default()).unwrap();
    let mut asking = itself();
    asking.env_remove("LEADS").env("ASKS", folder);
    if env::var_os("IN_BACKGROUND").is_some() {
        // In a group of its own; that of this process stays in the foreground.
        asking.process_group(0);
    }
    let status = asking.status().unwrap();
    let mut text = match status.signal() {
        Some(signal) => format!("signal {signal}"),
        None => format!("status {}", status.code().unwrap()),
    };
    if let Some(mut terminal) = terminal {
        let flags = tcgetattr(&terminal).unwrap().local_flags;
        if !flags.contains(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG) {
            text.push_str(", and no echo");
        }
        terminal.write_all(END.as_bytes()).unwrap();
        assert_eq!(terminal.read(&mut [0]).unwrap(), 1);
    }
    fs::write(folder.join("status"), text).unwrap();
}

/// Asks for a code, and tells what came of it and what is left on standard input.
fn ask_and_tell(folder: &Path) {
    let answer = match ask(SERIAL, "prod", Variables(&|name| env::var_os(name))) {
        Ok(code) => code.expose().to_owned(),
        Err(fault) => format!("{fault}\n{}", fault.hint().unwrap_or_default()),
    };
    fs::write(folder.join("answer"), answer).unwrap();
    fs::write(folder.join("input"), io::read_to_string(io::stdin()).unwrap()).unwrap();
    if env::var_os("INTERRUPTED").is_some() {
        let killed = Command::new("/bin/sh").args(["-c", "kill -INT $PPID"]).status().unwrap();
        assert!(killed.success());
        loop {
            thread::park();
        }
    }
}
