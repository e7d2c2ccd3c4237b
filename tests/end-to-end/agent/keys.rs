//! Whose keys sign, and how often they are looked for.

use std::fs;
use std::thread;

use nix::sys::signal::Signal;

use super::{Agent, is_credential, request};
use crate::gits::for_latest_git;
use crate::world::{KEY, SECRET, TEMPORARY_KEY, TOKEN, World};

const RULE: &str = "codecommit::us-east-1://program@demo*";

/// A profile whose program notes each of its runs in the file `runs`, and answers with what is in the file `answer`.
fn program(world: &World, more: &str) {
    let (runs, answer) = (world.path("runs"), world.path("answer"));
    let more_of_it = world.path("more");
    fs::write(&more_of_it, more).unwrap();
    let text = format!("echo run >>{}\n. {}\ncat {}\n", runs.display(), more_of_it.display(), answer.display());
    let script = world.write_script("program", &text);
    world.write_aws_config(&format!("[profile program]\ncredential_process = {}\n", script.display()));
}

fn answer(world: &World, key: &str, token: &str, expiration: &str) {
    let text = format!(
        "{{\"Version\": 1, \"AccessKeyId\": \"{key}\", \"SecretAccessKey\": \"{SECRET}\"{token}{expiration}}}",
    );
    fs::write(world.path("answer"), text).unwrap();
}

fn runs(world: &World) -> usize {
    fs::read_to_string(world.path("runs")).unwrap_or_default().lines().count()
}

#[test]
fn sixty_four_clients_at_once_run_the_program_once() {
    for_latest_git(|world| {
        program(world, "");
        answer(world, KEY, "", "");
        let agent = Agent::start(world, &["--allow", RULE]);
        thread::scope(|scope| {
            for _ in 0..64 {
                let mut client = agent.client();
                scope.spawn(move || assert!(is_credential(&client.ask(&request(world, "demo")))));
            }
        });
        assert_eq!(runs(world), 1);
        agent.signal(Signal::SIGHUP);
        agent.wait_for("codecommit: the agent has read its configuration anew: one rule");
        assert!(is_credential(&agent.client().ask(&request(world, "demo"))));
        assert_eq!(runs(world), 2);
    });
}

/// A credential ends with its keys, and keys that have ended sign nothing.
#[test]
fn keys_that_end_are_named_with_their_end_and_got_anew() {
    for_latest_git(|world| {
        program(world, "");
        let token = format!(", \"SessionToken\": \"{TOKEN}\"");
        answer(world, TEMPORARY_KEY, &token, ", \"Expiration\": \"2099-12-31T23:59:59Z\"");
        let agent = Agent::start(world, &["--allow", RULE]);
        let got = agent.client().ask(&request(world, "demo"));
        assert!(got.starts_with(&format!("username={TEMPORARY_KEY}%{TOKEN}\npassword=")), "{got}");
        assert_eq!(runs(world), 1);
        assert_eq!(agent.audit()[0]["access_key"], TEMPORARY_KEY);
        assert!(!agent.audit()[0].to_string().contains(TOKEN));
        drop(agent);

        answer(world, TEMPORARY_KEY, &token, ", \"Expiration\": \"2001-12-31T23:59:59Z\"");
        let agent = Agent::start(world, &["--allow", RULE]);
        let none = "error=it has no AWS keys for this repository at present\n\
                    hint=whoever runs the agent finds in its log why\nquit=1\n\n";
        assert_eq!(agent.client().ask(&request(world, "demo")), none);
        assert_eq!(agent.audit().pop().unwrap()["reason"], "no-keys");
    });
}

#[test]
fn a_program_that_fails_is_told_in_the_agents_words_and_not_to_the_job() {
    for_latest_git(|world| {
        program(world, "exit 3");
        let agent = Agent::start(world, &["--allow", RULE]);
        let mut client = agent.client();
        let none = "error=it has no AWS keys for this repository at present\n\
                    hint=whoever runs the agent finds in its log why\nquit=1\n\n";
        for _ in 0..10 {
            assert_eq!(client.ask(&request(world, "demo")), none);
        }
        assert_eq!(runs(world), 1);
        agent.wait_for("codecommit: credential_process of profile 'program' gave no keys: ");
        // Whoever has mended it need not wait.
        fs::write(world.path("more"), "").unwrap();
        answer(world, KEY, "", "");
        agent.signal(Signal::SIGHUP);
        agent.wait_for("codecommit: the agent has read its configuration anew: one rule");
        assert!(is_credential(&client.ask(&request(world, "demo"))));
    });
}

/// The program hangs until somebody writes to the pipe: who asks for other keys does not wait.
#[test]
fn a_profile_whose_keys_take_long_holds_up_nobody_with_another() {
    for_latest_git(|world| {
        let pipe = world.path("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        program(world, &format!("read line <{}", pipe.display()));
        answer(world, KEY, "", "");
        let credentials = fs::read_to_string(world.server().credentials_file()).unwrap();
        assert!(credentials.contains("[default]"));
        let other = "codecommit::us-east-1://default@other";
        let agent = Agent::start(world, &["--allow", other, "--allow", RULE]);
        let mut quick = agent.client();
        assert!(is_credential(&quick.ask(&request(world, "other"))));
        let mut slow = agent.client();
        slow.send(&request(world, "demo"));
        for _ in 0..100 {
            assert!(is_credential(&quick.ask(&request(world, "other"))));
        }
        let mut pipe = fs::File::options().read(true).write(true).open(&pipe).unwrap();
        std::io::Write::write_all(&mut pipe, b"\n").unwrap();
        assert!(is_credential(&slow.answer()));
    });
}

/// The files in `/proc` of a process that its own user may not look into are root's. Root may in any case, so that the agent is
/// somebody else's here.
#[cfg(target_os = "linux")]
#[test]
fn the_agents_own_user_cannot_look_into_it_and_it_leaves_no_core_dump() {
    use std::os::unix::fs::{MetadataExt, chown};
    use std::os::unix::process::CommandExt;
    use std::path::PathBuf;

    use nix::unistd::geteuid;

    const NOBODY: u32 = 65534;
    for_latest_git(|world| {
        let mut command = super::command(world, &["--allow", super::RULE]);
        if geteuid().is_root() {
            let files = [world.server().config_file(), world.server().credentials_file()].map(PathBuf::from);
            let folders = files.iter().filter_map(|file| file.parent().map(PathBuf::from));
            for path in folders.chain([world.path("")]).chain(files.clone()) {
                chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
            command.uid(NOBODY).gid(NOBODY);
        }
        let agent = Agent::of(world, command);
        assert!(is_credential(&agent.client().ask(&request(world, "demo"))));
        let process = PathBuf::from(format!("/proc/{}", agent.id()));
        for file in ["environ", "maps", "mem"] {
            assert_eq!(fs::metadata(process.join(file)).unwrap().uid(), 0, "{file}");
        }
        let limits = fs::read_to_string(process.join("limits")).unwrap();
        let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().next(), Some("0"));
    });
}
