//! `git codecommit doctor` in a job: whether the agent is there, and what it says.

use std::fs;
use std::os::unix::net::UnixListener;

use super::{Agent, RULE, job};
use crate::command::finish;
use crate::gits::for_latest_git;
use crate::world::World;

/// The lines about the agent and the remote that a job reads, and the status.
#[track_caller]
fn finds(world: &World, arguments: &[&str], lines: &str, status: i32) {
    let finished = finish(&mut job(world, "", &[&["codecommit", "doctor"], arguments].concat()));
    assert_eq!((finished.stderr().as_str(), finished.status()), ("", Some(status)), "{finished}");
    let folder = world.path("").to_str().unwrap().trim_end_matches('/').to_owned();
    let text = world.plain(&finished.stdout()).replace(&folder, "WORLD");
    let mut is_ours = false;
    let ours = text.split_inclusive('\n').filter(|line| {
        if !line.starts_with(' ') {
            is_ours = ["  agent  ", "  remote  "].iter().any(|what| line.contains(what));
        }
        is_ours
    });
    assert_eq!(ours.collect::<String>(), lines, "{text}");
}

const URL: &str = "codecommit::us-east-1://demo";
const REMOTE: &str = "ok       remote      codecommit::us-east-1://demo: the signing agent at WORLD/agent.sock\n";

#[test]
fn an_agent_that_gives_a_credential_is_found_well() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE]);
        let gives = format!(
            "{REMOTE}ok       agent       it listens on WORLD/agent.sock\n\
             ok       agent       {URL}: it gives a credential of access key AKIAIOSFODNN7EXAMPLE\n"
        );
        finds(world, &[URL], &gives, 0);
        let offline = format!(
            "{REMOTE}ok       agent       it listens on WORLD/agent.sock\n\
             -        agent       not asked, for --offline: it may have to ask AWS\n"
        );
        finds(world, &["--offline", URL], &offline, 0);
        assert_eq!(agent.audit().len(), 1);
    });
}

#[test]
fn what_the_agent_refuses_is_told_of_each_remote() {
    for_latest_git(|world| {
        let _agent = Agent::start(world, &["--allow", RULE]);
        world.run("", &["init", "--quiet", "work"]);
        world.run("work", &["remote", "add", "origin", "codecommit::us-east-1://prod@demo"]);
        world.run("work", &["remote", "add", "other", "codecommit::us-east-1://other"]);
        let finished = finish(&mut job(world, "work", &["codecommit", "doctor"]));
        let text = finished.stdout();
        let ours: Vec<&str> = text
            .lines()
            .skip_while(|line| !line.contains("  agent  "))
            .take_while(|line| !line.contains("  keychain  "))
            .collect();
        let hint =
            "                     hint: whoever runs the agent can add a rule; its audit log says what none fits";
        let socket = world.path("agent.sock");
        assert_eq!(
            ours,
            [
                format!("ok       agent       it listens on {}", socket.display()).as_str(),
                "failed   agent       origin: the signing agent refuses: no rule allows this user the repository 'demo' in \
                 us-east-1 with the profile 'prod'",
                hint,
                "failed   agent       other: the signing agent refuses: no rule allows this user the repository 'other' in \
                 us-east-1",
                hint,
            ]
        );
        assert_eq!(finished.status(), Some(1));
    });
}

/// None of it is waited for, as the helper waits for an agent that is about to be back.
#[test]
fn a_socket_that_is_none_or_on_which_nobody_listens_is_told() {
    for_latest_git(|world| {
        let path = world.path("agent.sock");
        let start = "                     hint: start it: git codecommit agent --socket WORLD/agent.sock; or unset \
                     CODECOMMIT_AGENT_SOCK\n";
        let nothing = format!(
            "{REMOTE}failed   agent       CODECOMMIT_AGENT_SOCK is WORLD/agent.sock, where nothing is\n{start}"
        );
        finds(world, &["--offline", URL], &nothing, 1);

        fs::write(&path, "").unwrap();
        let no_socket = format!(
            "{REMOTE}failed   agent       CODECOMMIT_AGENT_SOCK is WORLD/agent.sock, which is no socket\n\
             \x20                    hint: set CODECOMMIT_AGENT_SOCK to the agent's socket, or unset it\n"
        );
        finds(world, &["--offline", URL], &no_socket, 1);

        fs::remove_file(&path).unwrap();
        drop(UnixListener::bind(&path).unwrap());
        let nobody = format!(
            "{REMOTE}failed   agent       CODECOMMIT_AGENT_SOCK is WORLD/agent.sock, on which nobody listens\n{start}"
        );
        finds(world, &["--offline", URL], &nobody, 1);

        // Without a remote it is looked at all the same.
        let _agent = Agent::start(world, &["--allow", RULE]);
        let none = "-        remote      none of CodeCommit here: name a URL to look at its profile and server\n\
                    ok       agent       it listens on WORLD/agent.sock\n";
        finds(world, &[], none, 0);
    });
}
