//! The agent's start, end and all between: sockets that are there, signals, systemd, and an agent that is killed.

use std::fs::{self, File};
use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use nix::sys::signal::Signal;

use super::{Agent, LONGEST, RULE, command, is_credential, job, request};
use crate::command::{finish, finish_with};
use crate::gits::for_latest_git;
use crate::world::{KEY, World, helper};

/// A pipe, whoever is at its other end, and if nobody is.
fn open(pipe: &Path) -> File {
    File::options().read(true).write(true).open(pipe).unwrap()
}

/// What an agent says that does not start, and its status.
#[track_caller]
fn not_started(world: &World, arguments: &[&str]) -> (String, Option<i32>) {
    let finished = finish(&mut command(world, arguments)).failed();
    (finished.stderr(), finished.status())
}

#[test]
fn a_dead_socket_is_replaced_and_nothing_else_is() {
    for_latest_git(|world| {
        let path = world.path("agent.sock");
        // One that nobody listens on any more.
        drop(UnixListener::bind(&path).unwrap());
        let agent = Agent::start(world, &["--allow", RULE]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(is_credential(&agent.client().ask(&request(world, "demo"))));
        let live = "codecommit: an agent listens on agent.sock already\nhint: end it first, or name another path\n";
        assert_eq!(not_started(world, &["--allow", RULE]), (live.to_owned(), Some(1)));
        assert!(is_credential(&agent.client().ask(&request(world, "demo"))));
        drop(agent);

        // A killed one leaves its socket.
        assert!(path.exists());
        let agent = Agent::start(world, &["--allow", RULE]);
        assert!(is_credential(&agent.client().ask(&request(world, "demo"))));
        drop(agent);

        // One of another program, which listens.
        fs::remove_file(&path).unwrap();
        let listener = UnixListener::bind(&path).unwrap();
        assert_eq!(not_started(world, &["--allow", RULE]), (live.to_owned(), Some(1)));
        drop(listener);
        fs::remove_file(&path).unwrap();
        fs::write(&path, "precious").unwrap();
        assert_eq!(
            not_started(world, &["--allow", RULE]).0,
            "codecommit: agent.sock is there, and is no socket\nhint: name a path where nothing is\n"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");

        // Nor is a link followed that stands where the lock would: whoever put it there would have a file made elsewhere.
        fs::remove_file(&path).unwrap();
        fs::remove_file(world.path("agent.sock.lock")).unwrap();
        std::os::unix::fs::symlink(world.path("elsewhere"), world.path("agent.sock.lock")).unwrap();
        assert_eq!(
            not_started(world, &["--allow", RULE]).0,
            "codecommit: agent.sock.lock is a link, and not the agent's lock\n\
             hint: remove it; in a folder that is everybody's, somebody else may have put it there\n"
        );
        assert!(!world.path("elsewhere").exists() && !path.exists());
    });
}

#[test]
fn an_agent_that_cannot_start_says_why_and_leaves_no_socket() {
    for_latest_git(|world| {
        let rule = "hint: write a rule as codecommit::eu-west-1://PROFILE@team-*\n";
        for (arguments, words) in [
            (vec![], format!("codecommit: no rule allows anything\n{rule}")),
            (vec!["--allow", "codecommit://demo"], format!("codecommit: the rule 'codecommit://demo' names no region\n{rule}")),
            (
                vec!["--allow", "codecommit::us-east-1://nobody@demo"],
                "codecommit: the rule 'codecommit::us-east-1://nobody@demo' cannot be used: there is no AWS profile 'nobody'\n\
                 hint: the profiles there are: default, session\n"
                    .to_owned(),
            ),
            (
                vec!["--allow", "codecommit::us-esat-1://demo"],
                "codecommit: the rule 'codecommit::us-esat-1://demo' cannot be used: CodeCommit is not known in region \
                 'us-esat-1'\nhint: did you mean us-east-1? if AWS has added us-esat-1: git config --global --add \
                 codecommit.extraRegion us-esat-1\n"
                    .to_owned(),
            ),
            (vec!["--allow", RULE, "--group", "no-such-group"], "codecommit: there is no group 'no-such-group'\n".to_owned()),
            (
                vec!["--allow", RULE, "--rules", "missing"],
                "codecommit: the rules in missing cannot be read: there is no such file\n".to_owned(),
            ),
        ] {
            assert_eq!(not_started(world, &arguments), (words, Some(1)), "{arguments:?}");
        }
        assert!(!world.path("agent.sock").exists());
        let program = helper().with_file_name("git-codecommit");
        let mut bare = world.program_with(helper().parent().unwrap(), &program, "", &["agent", "--allow", RULE]);
        assert_eq!(
            finish(&mut bare).failed().stderr(),
            "codecommit: the agent needs a socket\nhint: add --socket PATH, or let systemd open one\n"
        );
        let mut nowhere = world.program_with(helper().parent().unwrap(), &program, "", &["agent", "--allow", RULE]);
        assert_eq!(
            finish(nowhere.args(["--socket", "no/folder"])).failed().stderr(),
            "codecommit: the socket no/folder could not be made: entity not found\nhint: make its folder first\n"
        );
    });
}

/// A program that gives keys waits at the pipe until the agent has been told to end.
#[test]
fn an_agent_that_is_told_to_end_answers_what_it_was_asked_and_removes_its_socket() {
    for_latest_git(|world| {
        for signal in [Signal::SIGTERM, Signal::SIGINT] {
            let pipe = world.path("pipe");
            let _ = nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU);
            let keys = format!(
                "{{\"Version\": 1, \"AccessKeyId\": \"{KEY}\", \"SecretAccessKey\": \"{}\"}}",
                crate::world::SECRET
            );
            let script = format!("read line <{}\necho '{keys}'\n", pipe.display());
            let script = world.write_script("program", &script);
            world.write_aws_config(&format!("[profile program]\ncredential_process = {}\n", script.display()));
            let mut agent = Agent::start(world, &["--allow", "codecommit::us-east-1://program@demo"]);
            let (mut idle, mut waits) = (agent.client(), agent.client());
            waits.send(&request(world, "demo"));
            agent.signal(signal);
            // It has begun to end when it lets go who asks nothing.
            assert!(idle.has_ended());
            // Open until it is read, by a program that need not have been started yet.
            let mut written = open(&pipe);
            written.write_all(b"\n").unwrap();
            assert!(is_credential(&waits.answer()));
            drop(written);
            assert!(waits.has_ended());
            assert_eq!(agent.ended(), Some(0));
            assert!(!world.path("agent.sock").exists());
        }
    });
}

#[test]
fn rules_are_read_anew_and_no_client_is_dropped() {
    for_latest_git(|world| {
        let rules = world.path("rules");
        fs::write(&rules, format!("{RULE}\n")).unwrap();
        let agent = Agent::start(world, &["--rules", "rules"]);
        let mut client = agent.client();
        let mut half = agent.client();
        let asked = request(world, "other");
        half.send(&asked[..20]);
        assert!(is_credential(&client.ask(&request(world, "demo"))));
        assert!(client.ask(&asked).starts_with("error=no rule allows this user the repository 'other'\n"));

        fs::write(&rules, "# all\ncodecommit::us-east-1://default@other\ncodecommit::us-east-1://session@x\n").unwrap();
        fs::rename(world.path("audit"), world.path("audit.1")).unwrap();
        agent.signal(Signal::SIGHUP);
        agent.wait_for("codecommit: the agent has read its configuration anew: 2 rules");
        half.send(&asked[20..]);
        assert!(is_credential(&half.answer()));
        assert!(is_credential(&client.ask(&asked)));
        assert!(
            client.ask(&request(world, "demo")).starts_with("error=no rule allows this user the repository 'demo'\n")
        );
        // The log is a new file, for whoever has moved the old one away.
        assert_eq!(agent.audit().len(), 3);

        fs::write(&rules, "codecommit://demo\n").unwrap();
        agent.signal(Signal::SIGHUP);
        agent.wait_for("codecommit: the rules stay as they were: the rule 'codecommit://demo' names no region");
        assert!(is_credential(&client.ask(&asked)));

        // Neither does it lose a log that cannot be opened anew: the old file has the lines.
        fs::rename(world.path("audit"), world.path("audit.2")).unwrap();
        fs::create_dir(world.path("audit")).unwrap();
        fs::write(&rules, format!("{RULE}\n")).unwrap();
        agent.signal(Signal::SIGHUP);
        agent.wait_for("codecommit: the audit log could not be opened anew: is a directory");
        agent.wait_for("codecommit: the agent has read its configuration anew: one rule");
        let lines = || fs::read_to_string(world.path("audit.2")).unwrap().lines().count();
        let before = lines();
        assert!(is_credential(&client.ask(&request(world, "demo"))));
        assert_eq!(lines(), before + 1);
    });
}

/// Systemd opens the socket, and is told what happens: its parts are played by this test.
#[test]
fn systemd_may_open_the_socket_and_is_told_what_happens() {
    for_latest_git(|world| {
        let path = world.path("agent.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let told = UnixDatagram::bind(world.path("notify")).unwrap();
        told.set_read_timeout(Some(LONGEST)).unwrap();
        let hear = || {
            let mut text = [0; 256];
            let length = told.recv(&mut text).unwrap();
            String::from_utf8_lossy(&text[..length]).into_owned()
        };
        let program = helper().with_file_name("git-codecommit");
        let mut shell = world.program_with(helper().parent().unwrap(), "sh".as_ref(), "", &["-c"]);
        shell.arg("LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" agent --audit audit --allow \"$1\" 3<&0 </dev/null");
        shell
            .arg(program)
            .arg(RULE)
            .env("NOTIFY_SOCKET", world.path("notify"))
            .stdin(Stdio::from(OwnedFd::from(listener)));
        let mut agent = Agent::of(world, shell);
        assert_eq!(hear().trim_end(), "READY=1");
        assert!(is_credential(&agent.client().ask(&request(world, "demo"))));
        agent.signal(Signal::SIGHUP);
        let reloading = hear();
        assert!(reloading.starts_with("RELOADING=1\nMONOTONIC_USEC="), "{reloading}");
        assert_eq!(hear().trim_end(), "READY=1");
        agent.signal(Signal::SIGTERM);
        assert_eq!(hear().trim_end(), "STOPPING=1");
        assert_eq!(agent.ended(), Some(0));
        // It is not this agent's to remove.
        assert!(path.exists());
    });
}

/// Killed again and again while jobs ask: each gets its credential in the end, and none a wrong one.
#[test]
fn jobs_get_their_credentials_from_an_agent_that_is_killed_and_started_again() {
    for_latest_git(|world| {
        world.fill("demo");
        let mut agent = Agent::start(world, &["--allow", RULE]);
        let asked = format!("protocol=https\nhost={}\n\n", world.host());
        let done = AtomicBool::new(false);
        let credential = |repository: &str| {
            let url = format!("codecommit::us-east-1://{repository}");
            let mut command =
                world.program_with(helper().parent().unwrap(), helper(), "", &["--credential", &url, "get"]);
            command.env("CODECOMMIT_AGENT_SOCK", world.path("agent.sock"));
            finish_with(&mut command, &asked)
        };
        thread::scope(|scope| {
            let jobs: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        for _ in 0..25 {
                            let given = credential("demo").succeeded().stdout();
                            assert!(given.starts_with(&format!("username={KEY}\npassword=")), "{given}");
                            let refused = credential("other").failed();
                            assert_eq!(refused.stdout(), "quit=1\n");
                            assert!(
                                refused
                                    .stderr()
                                    .contains("no rule allows this user the repository 'other' in us-east-1"),
                                "{refused}"
                            );
                        }
                    })
                })
                .collect();
            let watch = scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    // So that it has done something before it is killed.
                    assert!(is_credential(&agent.client().ask(&request(world, "demo"))));
                    agent.process.kill().unwrap();
                    agent.process.wait().unwrap();
                    let mut again = Agent::start(world, &["--allow", RULE]);
                    std::mem::swap(&mut agent, &mut again);
                }
            });
            let ended: Vec<_> = jobs.into_iter().map(thread::ScopedJoinHandle::join).collect();
            done.store(true, Ordering::SeqCst);
            watch.join().unwrap();
            assert!(ended.iter().all(Result::is_ok));
        });
        finish(&mut job(world, "", &["ls-remote", "codecommit::us-east-1://demo"])).succeeded();
    });
}
