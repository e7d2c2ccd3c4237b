//! The signing agent and the jobs that have nothing but its socket.

mod attacks;
mod doctor;
mod job;
mod keys;
mod lifecycle;
mod page;
mod programs;
mod refusals;
mod site;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::world::{World, helper};

/// How long anything may take; far more than it does.
const LONGEST: Duration = Duration::from_mins(1);

/// What the rules of most tests allow: `demo` and its like, with the server's profile `default`.
const RULE: &str = "codecommit::us-east-1://default@demo*";

/// An agent that runs.
struct Agent<'a> {
    world: &'a World,
    process: Child,
    /// What it says, a line each.
    says: Receiver<String>,
}

/// The command of an agent in a world, which listens on `agent.sock` and keeps its log in `audit`.
fn command(world: &World, arguments: &[&str]) -> Command {
    let program = helper().with_file_name("git-codecommit");
    let mut command = world.program_with(helper().parent().unwrap(), &program, "", &["agent"]);
    command.args(["--socket", "agent.sock", "--audit", "audit"]).args(arguments);
    command
}

impl<'a> Agent<'a> {
    /// Starts an agent with these arguments, and waits until it listens.
    #[track_caller]
    fn start(world: &'a World, arguments: &[&str]) -> Self {
        Self::of(world, command(world, arguments))
    }

    /// The same with another command.
    #[track_caller]
    fn of(world: &'a World, mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, says) = channel();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).all(|line| sender.send(line).is_ok()));
        let agent = Self { world, process, says };
        agent.wait_for("codecommit: the signing agent listens on ");
        agent
    }

    /// Waits until it says something that begins like this. The whole line.
    #[track_caller]
    fn wait_for(&self, beginning: &str) -> String {
        let mut others = Vec::new();
        loop {
            match self.says.recv_timeout(LONGEST) {
                Ok(line) if line.starts_with(beginning) => return line,
                Ok(line) => others.push(line),
                Err(error) => panic!("not said: {beginning} ({error}), but {others:?}"),
            }
        }
    }

    fn socket(&self) -> PathBuf {
        self.world.path("agent.sock")
    }

    /// A connection.
    #[track_caller]
    fn client(&self) -> Client {
        Client::of(&self.socket())
    }

    /// The number of its process.
    fn id(&self) -> u32 {
        self.process.id()
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.id()).unwrap()), signal).unwrap();
    }

    /// Waits for its end. Its status.
    #[track_caller]
    fn ended(&mut self) -> Option<i32> {
        let begun = Instant::now();
        while begun.elapsed() < LONGEST {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.code();
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("the agent has not ended");
    }

    /// The lines of its log, without their times.
    fn audit(&self) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(self.world.path("audit")).unwrap();
        let line = |line: &str| {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            let time = line.as_object_mut().unwrap().remove("time").unwrap();
            assert!(time.as_str().unwrap().ends_with('Z'));
            line
        };
        text.lines().map(line).collect()
    }
}

impl Drop for Agent<'_> {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A connection to an agent, as any program can have one.
struct Client(UnixStream);

impl Client {
    #[track_caller]
    fn of(socket: &Path) -> Self {
        let stream = UnixStream::connect(socket).unwrap();
        stream.set_read_timeout(Some(LONGEST)).unwrap();
        stream.set_write_timeout(Some(LONGEST)).unwrap();
        Self(stream)
    }

    fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    /// The next answer, up to its empty line; what there was of it where the agent has ended the connection.
    #[track_caller]
    fn answer(&mut self) -> String {
        let mut answer = Vec::new();
        let mut byte = [0];
        while !answer.ends_with(b"\n\n") {
            match self.0.read(&mut byte) {
                Ok(0) => break,
                Ok(_) => answer.push(byte[0]),
                // It had more to read, and has gone all the same.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
                Err(error) => panic!("no answer: {error}"),
            }
        }
        String::from_utf8(answer).unwrap()
    }

    /// Whether a request is answered with a credential; it is not where the agent has ended the connection.
    #[track_caller]
    fn is_given(&mut self, request: &str) -> bool {
        self.0.write_all(request.as_bytes()).is_ok() && is_credential(&self.answer())
    }

    #[track_caller]
    fn ask(&mut self, request: &str) -> String {
        self.send(request);
        self.answer()
    }

    /// Whether the agent has ended the connection, or does so.
    #[track_caller]
    fn has_ended(&mut self) -> bool {
        self.answer().is_empty()
    }
}

/// What Git asks of a credential helper for a repository of the world's server.
fn request(world: &World, repository: &str) -> String {
    format!("protocol=https\nhost={}\npath=v1/repos/{repository}\n\n", world.host())
}

/// Whether an answer is a whole credential.
fn is_credential(answer: &str) -> bool {
    let names: Vec<&str> = answer.lines().map(|line| line.split('=').next().unwrap()).collect();
    names == ["username", "password", "password_expiry_utc", "quit", ""] && answer.ends_with("\n\n")
}

/// A command of Git as a job has it: no file and no variable of AWS, but the socket.
fn job(world: &World, folder: &str, arguments: &[&str]) -> Command {
    let mut command = world.command(folder, arguments);
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED"] {
        command.env_remove(name);
    }
    command.env("CODECOMMIT_AGENT_SOCK", world.path("agent.sock"));
    command
}
