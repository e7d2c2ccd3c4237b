//! Clients that mean no good: nobody else is held up by them, and nothing is given to them.

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{Agent, Client, LONGEST, RULE, is_credential, request};
use crate::gits::for_latest_git;

#[test]
fn requests_may_come_in_pieces_and_several_at_once() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE]);
        let mut client = agent.client();
        let request = request(world, "demo");
        for byte in request.bytes() {
            client.0.write_all(&[byte]).unwrap();
        }
        assert!(is_credential(&client.answer()));
        client.send(&request.repeat(100));
        for _ in 0..100 {
            assert!(is_credential(&client.answer()));
        }
        assert_eq!(agent.audit().len(), 101);
    });
}

#[test]
fn half_a_request_gets_nothing_whatever_it_would_have_been() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE]);
        let whole = request(world, "demo-and-more");
        for length in 1..whole.len() {
            let mut client = agent.client();
            client.send(&whole[..length]);
            client.0.shutdown(Shutdown::Write).unwrap();
            assert_eq!(
                client.answer(),
                "error=the request ended before its empty line\nhint=ask as Git asks a credential helper\nquit=1\n\n",
                "{length}"
            );
            assert!(client.has_ended());
        }
        let audit = agent.audit();
        assert_eq!(audit.len(), whole.len() - 1);
        assert!(audit.iter().all(|line| line["reason"] == "half-sent"));
        // Who ends behind the empty line gets the answer.
        let mut client = agent.client();
        client.send(&whole);
        client.0.shutdown(Shutdown::Write).unwrap();
        assert!(is_credential(&client.answer()));
    });
}

#[test]
fn a_line_of_100_megabytes_is_not_read_to_its_end() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE]);
        for beginning in ["", "path=v1/repos/demo", "protocol=https\nhost="] {
            let mut client = agent.client();
            client.send(beginning);
            let block = vec![b'x'; 1 << 20];
            // It has gone long before.
            let written = (0..100).take_while(|_| client.0.write_all(&block).is_ok()).count();
            assert!(written < 100, "{written}");
            assert_eq!(
                client.answer(),
                "error=the request is longer than 16 KiB\nhint=ask as Git asks a credential helper\nquit=1\n\n"
            );
        }
        let many = format!("{}\n", "a=b\n".repeat(5000));
        let mut client = agent.client();
        let _ = client.0.write_all(many.as_bytes());
        assert!(client.answer().starts_with("error=the request is longer than 16 KiB\n"));
        assert!(agent.audit().iter().all(|line| line["reason"] == "too-long"));
        assert!(is_credential(&agent.client().ask(&request(world, "demo"))));
    });
}

#[test]
fn of_too_many_clients_silent_ones_have_to_go_and_new_ones_are_served() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE, "--clients", "10"]);
        let request = request(world, "demo");
        let mut clients: Vec<Client> = (0..10).map(|_| agent.client()).collect();
        assert!(clients.iter_mut().all(|client| client.is_given(&request)));
        for _ in 0..50 {
            clients.push(agent.client());
            assert!(clients.last_mut().unwrap().is_given(&request));
        }
        // Those for whom there was no room are told so a moment later than the one for whom they had to go.
        while clients.len() > 10 {
            let mut ends: Vec<_> =
                clients.iter().map(|client| PollFd::new(client.0.as_fd(), PollFlags::POLLIN)).collect();
            assert!(poll(&mut ends, PollTimeout::from(60_000_u16)).unwrap() > 0, "{} clients are left", clients.len());
            let has_ended: Vec<_> = ends.iter().map(|end| end.any() == Some(true)).collect();
            clients =
                clients.into_iter().zip(has_ended).filter_map(|(client, ended)| (!ended).then_some(client)).collect();
        }
        assert_eq!(clients.iter_mut().filter_map(|client| client.is_given(&request).then_some(())).count(), 10);
    });
}

#[test]
fn ten_thousand_idle_clients_hold_nobody_up() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE]);
        // As many as this process may have, of which others need a few.
        let (soft, hard) = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE).unwrap();
        let wanted = hard.min(11_000).max(soft);
        nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE, wanted, hard).unwrap();
        let count = usize::try_from(wanted.saturating_sub(1000)).unwrap().min(10_000);
        let idle: Vec<UnixStream> = (0..count).map(|_| UnixStream::connect(agent.socket()).unwrap()).collect();
        for (number, mut client) in idle.iter().enumerate() {
            // Some say nothing, and some do not say all.
            if number % 2 == 0 {
                client.write_all(b"protocol=https\n").unwrap();
            }
        }
        for _ in 0..20 {
            assert!(is_credential(&agent.client().ask(&request(world, "demo"))));
        }
        drop(idle);
        assert!(is_credential(&agent.client().ask(&request(world, "demo"))));
    });
}

#[test]
fn a_silent_client_is_not_kept_for_ever() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE, "--idle", "1"]);
        let mut client = agent.client();
        assert!(is_credential(&client.ask(&request(world, "demo"))));
        assert!(client.has_ended());
        // One that does not go on is told.
        let mut client = agent.client();
        client.send("protocol=https\n");
        assert!(client.answer().starts_with("error=the request ended before its empty line\n"));
    });
}

/// Who does not read gets nothing more, and the others theirs.
#[test]
fn a_client_that_reads_no_answer_holds_nobody_up() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE]);
        let request = request(world, "demo");
        let mut deaf = UnixStream::connect(agent.socket()).unwrap();
        deaf.set_nonblocking(true).unwrap();
        // Until neither the agent nor the system takes any more.
        while deaf.write_all(request.repeat(100).as_bytes()).is_ok() {}
        for _ in 0..20 {
            assert!(is_credential(&agent.client().ask(&request)));
        }
    });
}

/// A credential is for one repository, whoever else is asking at the same moment.
#[test]
fn every_client_gets_its_own_answer() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE]);
        thread::scope(|scope| {
            for number in 0..16 {
                let mut client = agent.client();
                scope.spawn(move || {
                    for turn in 0..50 {
                        let name = format!("demo-{number}-{turn}");
                        let refused = (number + turn) % 3 == 0;
                        let name = if refused { format!("x{name}") } else { name };
                        let answer = client.ask(&request(world, &name));
                        assert_eq!(is_credential(&answer), !refused, "{name}: {answer}");
                        assert_eq!(answer.contains(&format!("'{name}'")), refused, "{name}: {answer}");
                    }
                });
            }
        });
        let audit = agent.audit();
        assert_eq!(audit.len(), 800);
        let signed = audit.iter().filter(|line| line["event"] == "signed");
        assert!(signed.clone().all(|line| line["repository"].as_str().unwrap().starts_with("demo-")));
        assert_eq!(signed.count(), 533);
    });
}

/// What the log cannot take is not given.
#[test]
fn without_its_log_the_agent_gives_nothing() {
    for_latest_git(|world| {
        if !fs::exists("/dev/full").unwrap() {
            return;
        }
        std::os::unix::fs::symlink("/dev/full", world.path("audit")).unwrap();
        let agent = Agent::start(world, &["--allow", RULE]);
        let mut client = agent.client();
        let none = "error=the agent cannot write its audit log\nhint=its disk may be full\nquit=1\n\n";
        assert_eq!(client.ask(&request(world, "demo")), none);
        assert_eq!(
            agent.wait_for("codecommit: the audit log "),
            "codecommit: the audit log cannot be written, and nothing is given: no storage space"
        );
        // A refusal holds no credential, and stays one.
        assert!(
            client.ask(&request(world, "other")).starts_with("error=no rule allows this user the repository 'other'\n")
        );
        // With a log that can be written all is as ever.
        fs::remove_file(world.path("audit")).unwrap();
        agent.signal(nix::sys::signal::Signal::SIGHUP);
        // It was told once, however often it failed.
        assert_eq!(
            agent.wait_for("codecommit: the a"),
            "codecommit: the agent has read its configuration anew: one rule"
        );
        assert!(is_credential(&client.ask(&request(world, "demo"))));
        assert_eq!(agent.audit().len(), 1);
        client.0.set_read_timeout(Some(LONGEST)).unwrap();
        client.0.shutdown(Shutdown::Write).unwrap();
        assert_eq!(client.0.read(&mut [0]).unwrap(), 0);
    });
}
