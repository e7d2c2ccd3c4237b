//! A user at a terminal, whom the helper asks for a code while Git waits for it.
//!
//! Git is to be started by the leader of a session, which this test program is when it runs itself: the test
//! `leader_of_a_session`.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use nix::pty::{OpenptyResult, openpty};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::{pipe, setsid, ttyname};
use serde_json::json;

use crate::command::{shown, wait};
use crate::gits::for_each_git;
use crate::marked::Mark;
use crate::services::{Services, USER, assume_role};

/// What the leader of a session writes to the terminal before it ends. It waits for an answer, for what a terminal shows is lost
/// when the leader ends and nobody has read it yet.
const END: &str = "the session ends";

/// Runs a command in a session with a terminal, and types at the first prompt. What the terminal shows, and how the command ended.
#[track_caller]
pub(crate) fn on_a_terminal(command: &Command, keys: &'static str) -> (String, String) {
    let OpenptyResult { master, slave } = openpty(None, None).unwrap();
    // Duplicates are closed in the children of other tests, which would hold the terminal open.
    let own = |descriptor: OwnedFd| File::from(descriptor.try_clone().unwrap());
    let (ours, theirs) = (own(master), own(slave));
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_str().unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    let ended = folder.path().join("ended");
    let mut leader = Command::new(env::current_exe().unwrap());
    let name = concat!(module_path!(), "::leader_of_a_session").split_once("::").unwrap().1;
    leader
        .args([name, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .current_dir(command.get_current_dir().unwrap())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("TERMINAL", ttyname(&theirs).unwrap())
        .env("WORDS", words.join("\n"))
        .env("ENDED", &ended)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let leader = leader.spawn().unwrap();
    // Whoever closes this side hangs up on the session.
    let terminal = ours.try_clone().unwrap();
    let follower = thread::spawn(move || follow(terminal, keys));
    let finished = wait(leader, shown(command));
    drop((ours, theirs));
    let text = follower.join().unwrap();
    assert_eq!(finished.status(), Some(0), "{finished}\n-- terminal\n{text}");
    (text, fs::read_to_string(ended).unwrap())
}

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
            break;
        }
        if shown.ends_with(": ")
            && let Some(keys) = typed.take()
        {
            terminal.write_all(keys.as_bytes()).unwrap();
        }
    }
    shown
}

#[test]
#[ignore = "another test runs it, in a session of its own"]
fn leader_of_a_session() {
    let (Some(terminal), Ok(words), Some(ended)) = (env::var_os("TERMINAL"), env::var("WORDS"), env::var_os("ENDED"))
    else {
        return;
    };
    setsid().unwrap();
    // The first terminal that the leader of a session opens is that of the session.
    let mut terminal = OpenOptions::new().read(true).write(true).open(terminal).unwrap();
    let mut words = words.split('\n');
    let mut command = Command::new(words.next().unwrap());
    let side = || Stdio::from(terminal.try_clone().unwrap());
    command.args(words).stdin(side()).stdout(side()).stderr(side());
    // A Ctrl-C is for every process of the session. This one is to live, and Git begins with no such handler.
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::default()).unwrap();
    // Every process that the command starts has the writing end. Git does not wait for all that it interrupts, and the last of them
    // gives the terminal its settings back, which drops what was typed until then.
    let (ends, all) = pipe().unwrap();
    let status = command.env_remove("TERMINAL").env_remove("WORDS").env_remove("ENDED").status().unwrap();
    drop(all);
    assert_eq!(File::from(ends).read(&mut [0]).unwrap(), 0);
    let flags = tcgetattr(&terminal).unwrap().local_flags;
    let echo = if flags.contains(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG) { "" } else { ", no echo" };
    terminal.write_all(END.as_bytes()).unwrap();
    assert_eq!(terminal.read(&mut [0]).unwrap(), 1);
    fs::write(ended, format!("{status}{echo}")).unwrap();
}

const PROMPT: &str = "Enter MFA code for arn:aws:iam::123456789012:mfa/alice: ";

/// A clone over a role that needs a code.
fn clone_on_a_terminal(services: &Services<'_>) -> Command {
    services.write(".aws/credentials", USER);
    services.write(
        ".aws/config",
        "[profile role]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/deploy\nrole_session_name = alice\n\
         mfa_serial = arn:aws:iam::123456789012:mfa/alice\nsource_profile = user\n",
    );
    let mut clone = services.command("", &["clone", "--quiet", "codecommit://role@demo", "clone"]);
    clone.env_remove("GIT_TERMINAL_PROMPT");
    clone
}

#[test]
fn a_clone_on_a_terminal_prompts_there_for_the_mfa_code_and_does_not_show_it() {
    for_each_git(|world| {
        let when = json!({ "TokenCode": "492816" });
        let answers = json!([{ "to": "sts AssumeRole", "when": when, "keys": "role", "times": 1 }]);
        let services = Services::new(world, &["role"], &[], answers);
        let clone = clone_on_a_terminal(&services);
        let shown = format!("{PROMPT}\r\n");
        assert_eq!(on_a_terminal(&clone, "492816\n"), (shown, "exit status: 0".to_owned()));
        assert_eq!(world.file("clone"), "three");
        assert_eq!(services.let_in(), ["ASIAEXAMPLEROLE"]);
        let parameters = json!({
            "RoleArn": "arn:aws:iam::123456789012:role/deploy", "RoleSessionName": "alice",
            "SerialNumber": "arn:aws:iam::123456789012:mfa/alice", "TokenCode": "492816",
        });
        assert_eq!(services.asked(), json!([assume_role("AKIAEXAMPLEUSER", &parameters)]));
    });
}

#[test]
fn ctrl_c_at_the_prompt_ends_all_says_nothing_and_gives_the_terminal_its_echo_back() {
    for_each_git(|world| {
        let services = Services::new(world, &["role"], &[], json!([]));
        let mut clone = clone_on_a_terminal(&services);
        let mark = Mark::new();
        mark.put_on(&mut clone);
        let shown = format!("{PROMPT}\r\n");
        assert_eq!(on_a_terminal(&clone, "4928\x03"), (shown, "signal: 2 (SIGINT)".to_owned()));
        mark.is_gone();
        assert!(!world.path("clone").exists());
        assert_eq!(services.asked(), json!([]));
    });
}
