//! Every process that takes part, interrupted at a moment at which all of them are there: what ends, with what, and what is said.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, kill, killpg};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, mkfifo};
use serde_json::json;

use crate::command::{Watchdog, finish};
use crate::gits::for_each_git;
use crate::marked::{Mark, Process};
use crate::services::Services;
use crate::world::{World, helper};

const URL: &str = "codecommit://tool@demo";
const CONFIG: &str = "[profile tool]\nregion = us-east-1\ncredential_process = sh \"@home@/tool\"\n";
/// Gives the keys once it is let go on. It is one process.
const TOOL: &str = r#"printf x >"@home@/arrived"
read -r go <"@home@/go"
printf '{"Version": 1, "AccessKeyId": "ASIAEXAMPLETOOL", "SecretAccessKey": "example-secret-of-tool", "SessionToken": "example-token-of-tool"}'
"#;

/// Two pipes on which somebody says that it is there, and is let go on. They are open for both sides, so that nobody waits for
/// somebody who opens the other.
struct Gate {
    arrived: File,
    go: File,
}

impl Gate {
    fn new(world: &World) -> Self {
        let pipe = |name: &str| {
            let path = world.path("home").join(name);
            mkfifo(&path, Mode::S_IRWXU).unwrap();
            OpenOptions::new().read(true).write(true).open(path).unwrap()
        };
        Self { arrived: pipe("arrived"), go: pipe("go") }
    }

    /// Waits until one is there: a minute is for a Git that has failed before.
    #[track_caller]
    fn wait(&mut self) {
        let mut arrived = [PollFd::new(self.arrived.as_fd(), PollFlags::POLLIN)];
        // A signal that another test brings about is no reason to stop.
        let told = loop {
            match poll(&mut arrived, PollTimeout::from(60_000_u16)) {
                Err(Errno::EINTR) => {}
                told => break told,
            }
        };
        assert_eq!(told, Ok(1));
        self.arrived.read_exact(&mut [0]).unwrap();
    }

    /// Lets one go on.
    fn open(&mut self) {
        self.go.write_all(b"\n").unwrap();
    }
}

/// Whom a signal is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    /// All of them, as by Ctrl-C.
    Group,
    /// The Git that the user started.
    Git,
    /// The helper that Git started.
    Helper,
    /// Its second process, which gives the credential.
    Credential,
    /// The user's program, which that one waits for.
    Tool,
}

/// A command that is under way.
struct Running {
    child: Child,
    mark: Mark,
    watchdog: Watchdog,
    said: std::path::PathBuf,
}

impl Running {
    fn start(world: &World, mut command: Command) -> Self {
        let mark = Mark::new();
        mark.put_on(&mut command);
        // A file, because a pipe would be open for as long as somebody is left behind.
        let said = world.path("said");
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&said).unwrap());
        let child = command.spawn().unwrap();
        let watchdog = Watchdog::of(child.id());
        let mark = mark.with_group(child.id().cast_signed());
        Self { child, mark, watchdog, said }
    }

    #[track_caller]
    fn process(&self, is_it: impl Fn(&str) -> bool) -> Process {
        let processes = self.mark.processes();
        let list: String = processes.iter().map(ToString::to_string).collect();
        let mut found = processes.into_iter().filter(|process| is_it(&process.line));
        let process = found.next().unwrap_or_else(|| panic!("it is not there:{list}"));
        assert!(found.next().is_none(), "it is there twice:{list}");
        process
    }

    #[track_caller]
    fn send(&self, to: To, signal: Signal) {
        let (git, helper) = (Pid::from_raw(self.child.id().cast_signed()), helper().display());
        match to {
            To::Group => killpg(git, signal).unwrap(),
            To::Git => kill(git, signal).unwrap(),
            To::Helper => self.process(|line| line.starts_with(&format!("{helper} origin "))).kill(signal),
            To::Credential => self.process(|line| line.starts_with(&format!("{helper} --credential "))).kill(signal),
            To::Tool => self.process(|line| line.starts_with("sh /") && line.ends_with("/tool")).kill(signal),
        }
    }

    /// Waits until nothing of it is left. How Git ended, and what was said.
    #[track_caller]
    fn end(mut self) -> (String, String) {
        let status = self.child.wait().unwrap();
        assert!(!self.watchdog.has_ended_it());
        self.mark.is_gone();
        (status.to_string(), fs::read_to_string(self.said).unwrap())
    }
}

/// A user whose keys come from a program that waits at a gate, and who has a clone.
fn user(world: &World) -> (Services<'_>, Gate) {
    let services = Services::new(world, &["tool"], &[], json!([]));
    services.write(".aws/config", CONFIG);
    services.write("tool", TOOL);
    let mut gate = Gate::new(world);
    gate.open();
    finish(&mut services.command("", &["clone", "--quiet", URL, "clone"])).succeeded();
    gate.wait();
    (services, gate)
}

/// Sends a signal while a fetch waits for keys. How Git ended, and what was said.
///
/// Where the process that waits for the program was killed, it has told nobody: the program is `let_go` on, and has to end by itself.
#[track_caller]
fn interrupted(world: &World, to: To, signal: Signal, let_go: bool) -> (String, String) {
    let (services, mut gate) = user(world);
    let fetch = || services.command("clone", &["fetch", "--quiet"]);
    let running = Running::start(world, fetch());
    gate.wait();
    running.send(to, signal);
    if let_go {
        gate.open();
    }
    let ended = running.end();
    world.run("clone", &["fsck", "--strict"]);
    gate.open();
    finish(&mut fetch()).succeeded();
    gate.wait();
    ended
}

/// What Git 2.46 and later says last where the helper failed.
fn aborted(world: &World) -> &'static str {
    if world.git().is_since(2, 46) { "fatal: remote helper 'codecommit' aborted session\n" } else { "" }
}

#[track_caller]
fn is(world: &World, (to, signal): (To, Signal), let_go: bool, status: &str, said: &str) {
    let ended = interrupted(world, to, signal, let_go);
    let (ended_with, was_said) = (ended.0, world.plain(&ended.1));
    assert_eq!((ended_with.as_str(), was_said.as_str()), (status, said), "{to:?} {signal}");
}

#[test]
fn ctrl_c_ends_all_at_once_and_nothing_is_said() {
    for_each_git(|world| is(world, (To::Group, Signal::SIGINT), false, "signal: 2 (SIGINT)", ""));
}

#[test]
fn sigterm_to_all_ends_all_and_nothing_is_said() {
    for_each_git(|world| is(world, (To::Group, Signal::SIGTERM), false, "signal: 15 (SIGTERM)", ""));
}

/// It tells nobody, least of all when it is killed: the helper finds out.
#[test]
fn what_a_git_that_was_ended_alone_had_started_ends_too_and_nothing_is_said() {
    for (signal, status) in [
        (Signal::SIGINT, "signal: 2 (SIGINT)"),
        (Signal::SIGTERM, "signal: 15 (SIGTERM)"),
        (Signal::SIGKILL, "signal: 9 (SIGKILL)"),
    ] {
        for_each_git(|world| is(world, (To::Git, signal), false, status, ""));
    }
}

#[test]
fn a_helper_that_sigint_ends_ends_by_it_with_all_that_it_started() {
    for_each_git(|world| is(world, (To::Helper, Signal::SIGINT), false, "exit status: 128", aborted(world)));
}

#[test]
fn a_helper_that_sigterm_ends_ends_by_it_with_all_that_it_started() {
    for_each_git(|world| {
        let said = "error: git-remote-codecommit died of signal 15\n".to_owned() + aborted(world);
        is(world, (To::Helper, Signal::SIGTERM), false, "exit status: 128", &said);
    });
}

/// Git speaks with the helper's child all the same, and gets what it wants.
#[test]
fn a_helper_that_is_killed_leaves_nothing_behind() {
    for_each_git(|world| {
        let said = "error: git-remote-codecommit died of signal 9\n";
        is(world, (To::Helper, Signal::SIGKILL), true, "exit status: 0", said);
    });
}

#[test]
fn a_credential_process_that_is_ended_ends_the_program_and_says_nothing() {
    for (signal, of_shell, let_go) in
        [(Signal::SIGINT, "", false), (Signal::SIGTERM, "Terminated\n", false), (Signal::SIGKILL, "Killed\n", true)]
    {
        for_each_git(|world| {
            let username = "fatal: could not read Username for 'https://localhost:PORT': terminal prompts disabled\n";
            let said = of_shell.to_owned() + username + aborted(world);
            is(world, (To::Credential, signal), let_go, "exit status: 128", &said);
        });
    }
}

/// It is a program of the user's that failed, and is told of as such.
#[test]
fn a_program_that_is_ended_is_named() {
    for_each_git(|world| {
        let said = "codecommit: credential_process of profile 'tool' gave no keys: 'sh' was ended by signal 9\n\
            hint: run the command of credential_process in a terminal, to see why\n\
            fatal: credential helper '!'HELPER' --credential 'codecommit://tool@demo'' told us to quit\n"
            .to_owned()
            + aborted(world);
        is(world, (To::Tool, Signal::SIGKILL), false, "exit status: 128", &said);
    });
}

/// SIGPIPE is Git's default, and what the user's shell ignores or blocks is ignored or blocked.
#[test]
fn git_and_the_program_have_the_signals_that_the_user_gave_to_git() {
    for_each_git(|world| {
        let (services, mut gate) = user(world);
        let fetch = services.command("clone", &["fetch", "--quiet"]);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "trap '' USR2; exec \"$0\" \"$@\""]).arg(fetch.get_program()).args(fetch.get_args());
        shell.current_dir(fetch.get_current_dir().unwrap()).env_clear();
        shell.envs(fetch.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let blocked = SigSet::from(Signal::SIGUSR1);
        blocked.thread_block().unwrap();
        let running = Running::start(world, shell);
        blocked.thread_unblock().unwrap();
        gate.wait();

        let looked_at = |signals: u64| {
            [Signal::SIGPIPE, Signal::SIGUSR1, Signal::SIGUSR2]
                .into_iter()
                .filter(move |signal| signals & bit(*signal) != 0)
        };
        let is_below = |line: &str| line.contains("remote-https ") || line.ends_with("/tool");
        let below: Vec<_> = running.mark.processes().into_iter().filter(|process| is_below(&process.line)).collect();
        assert_eq!(below.len(), 2);
        for process in below {
            let signals = |name| looked_at(mask(&process, name)).collect::<Vec<_>>();
            assert_eq!(signals("SigIgn"), [Signal::SIGUSR2], "{process}");
            // A shell unblocks what it likes.
            if !process.line.ends_with("/tool") {
                assert_eq!(signals("SigBlk"), [Signal::SIGUSR1], "{process}");
            }
        }

        gate.open();
        assert_eq!(running.end(), ("exit status: 0".to_owned(), String::new()));
    });
}

/// The terminal goes away, as under nohup. Git handles SIGHUP for itself and what it starts, so the helper is started without it.
#[test]
fn a_helper_that_ignores_sighup_goes_on_and_does_not_pass_it_on() {
    for_each_git(|world| {
        let (services, mut gate) = user(world);
        let like = services.command("clone", &[]);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "trap '' HUP; exec \"$0\" \"$@\" <../list"]).arg(helper()).args(["origin", URL]);
        shell.current_dir(like.get_current_dir().unwrap()).env_clear();
        shell.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.env("GIT_DIR", world.path("clone/.git"));
        fs::write(world.path("list"), "list\n\n").unwrap();
        let running = Running::start(world, shell);
        gate.wait();
        running.send(To::Helper, Signal::SIGHUP);
        gate.open();
        assert_eq!(running.end(), ("exit status: 0".to_owned(), String::new()));
    });
}

fn bit(signal: Signal) -> u64 {
    1 << (signal as u64 - 1)
}

/// One of the masks of `/proc/PID/status`.
#[track_caller]
fn mask(process: &Process, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id)).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    u64::from_str_radix(line.trim_start_matches(':').trim(), 16).unwrap()
}

/// The server has all of the push by then, and has not said yet what became of it.
#[test]
fn a_push_that_is_interrupted_while_the_server_works_leaves_nothing_behind_and_can_be_tried_again() {
    for to in [To::Group, To::Git, To::Helper] {
        for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGKILL] {
            for_each_git(|world| push_is_interrupted(world, to, signal));
        }
    }
}

#[track_caller]
fn push_is_interrupted(world: &World, to: To, signal: Signal) {
    world.fill("demo");
    world.run("", &["clone", "--quiet", "codecommit://demo", "clone"]);
    world.commit("clone", "four");
    let mut gate = Gate::new(world);
    let home = world.path("home");
    let hook = format!("printf x >'{0}/arrived'\nread -r go <'{0}/go'\nexit 1\n", home.display());
    let hook = world.write_script("server/repositories/demo.git/hooks/pre-receive", &hook);
    let running = Running::start(world, world.command("clone", &["push", "--quiet"]));
    gate.wait();
    running.send(to, signal);
    // The server's own, which nobody ended, and which refuses the push.
    if signal == Signal::SIGKILL || to == To::Git {
        gate.open();
    }
    let (status, said) = running.end();
    // Git has its own to say of it.
    let is_ours =
        |line: &str| line.starts_with("codecommit:") || line.starts_with("hint:") || line.contains("panicked");
    assert!(!said.lines().any(is_ours), "{to:?} {signal}: {said}");
    let by_signal = format!("signal: {} ({signal})", signal as i32);
    match to {
        // Either is Git's word for a push that has failed.
        To::Helper => assert!(["exit status: 1", "exit status: 128"].contains(&status.as_str()), "{status}"),
        _ => assert_eq!(status, by_signal),
    }
    if !(signal == Signal::SIGKILL || to == To::Git) {
        gate.open();
    }
    fs::remove_file(hook).unwrap();
    world.run("clone", &["fsck", "--strict"]);
    world.run("clone", &["push", "--quiet"]);
    assert_eq!(world.run("server/repositories/demo.git", &["show", "main:file"]), "four");
}
