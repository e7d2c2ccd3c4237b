//! What is between the user and the server, and the user's own disk.

use std::fs;
use std::process::Command;

use codecommit_local::{Options, Server};
use serde_json::json;

use crate::attempts::{Attempts, Operation};
use crate::command::finish;
use crate::gits::for_each_git;
use crate::listener::{Listener, closed_port};
use crate::services::{Services, USER};
use crate::world::noise;

const NO_ACCESS: &str = "fatal: unable to access 'https://localhost:PORT/v1/repos/demo/': ";

#[test]
fn a_host_without_an_address_is_told() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for operation in Operation::ALL {
            attempts.renew(operation, b"");
            let failure = attempts.fails(operation, |command| {
                // The resolver is let ask nobody: no such name leaves the machine.
                command.env("RES_OPTIONS", "attempts:0").env("CODE_COMMIT_ENDPOINT", "git-codecommit.invalid");
            });
            failure.says(
                "fatal: unable to access 'https://git-codecommit.invalid/v1/repos/demo/': \
                 Could not resolve host: git-codecommit.invalid",
            );
            assert_eq!((failure.status, failure.requests.len()), (Some(128), 0));
            attempts.succeeds(operation);
        }
    });
}

#[test]
fn a_host_that_does_not_listen_is_told() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        let host = format!("localhost:{}", closed_port());
        for operation in Operation::ALL {
            attempts.renew(operation, b"");
            let failure = attempts.fails(operation, |command| {
                command.env("CODE_COMMIT_ENDPOINT", &host);
            });
            failure.says_what_begins(&format!(
                "fatal: unable to access 'https://{host}/v1/repos/demo/': Failed to connect to "
            ));
            assert_eq!(failure.status, Some(128));
            attempts.succeeds(operation);
        }
    });
}

/// The credential is not sent to who cannot be trusted.
#[test]
fn a_certificate_of_another_authority_is_told() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        let other = Server::start(Options::new(world.path("other"))).unwrap();
        for operation in Operation::ALL {
            attempts.renew(operation, b"");
            let failure = attempts.fails(operation, |command| {
                command.env("GIT_SSL_CAINFO", other.ca_file());
            });
            failure.says_what_begins(NO_ACCESS);
            assert!(failure.message.contains("certificate"), "{}", failure.message);
            assert_eq!((failure.status, failure.requests.len()), (Some(128), 0));
            attempts.succeeds(operation);
        }
    });
}

#[test]
fn a_proxy_that_refuses_is_told_and_gets_no_credential() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for (status, header) in
            [("403 Forbidden", "X: y"), ("407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"x\"")]
        {
            let proxy = Listener::start(status, header);
            for operation in Operation::ALL {
                attempts.renew(operation, b"");
                let failure = attempts.fails(operation, |command| {
                    command.env("https_proxy", format!("http://{}", proxy.host()));
                });
                failure.says(&format!("{NO_ACCESS}CONNECT tunnel failed, response {}", &status[..3]));
                assert_eq!((failure.status, failure.requests.len()), (Some(128), 0));
                attempts.succeeds(operation);
            }
            let heads = proxy.heads();
            assert_eq!(heads.len(), 3);
            for head in heads {
                assert!(head.starts_with(&format!("CONNECT {} HTTP/1.1", world.host())), "{head}");
                assert!(!head.to_lowercase().contains("authorization"), "{head}");
            }
        }
    });
}

#[test]
fn a_proxy_that_does_not_listen_is_told() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for operation in Operation::ALL {
            attempts.renew(operation, b"");
            let failure = attempts.fails(operation, |command| {
                command.env("https_proxy", format!("http://127.0.0.1:{}", closed_port()));
            });
            failure.says_what_begins(&format!("{NO_ACCESS}Failed to connect to 127.0.0.1 port "));
            assert_eq!((failure.status, failure.requests.len()), (Some(128), 0));
            attempts.succeeds(operation);
        }
    });
}

/// The command where no file may grow over so many blocks of 512 bytes, as on a disk that is full: what writes is told so.
fn on_a_full_disk(command: &Command, blocks: u32) -> Command {
    let mut full = Command::new("sh");
    full.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"]);
    full.arg(command.get_program()).args(command.get_args());
    full.current_dir(command.get_current_dir().unwrap()).env_clear();
    full.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    full
}

#[test]
fn a_full_disk_is_told() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for operation in [Operation::Clone, Operation::Fetch] {
            attempts.renew(operation, &noise(7, 500_000));
            let failure = attempts.fails(operation, |command| *command = on_a_full_disk(command, 100));
            assert!(failure.message.contains("File too large"), "{}", failure.message);
            assert_eq!(failure.status, Some(128));
            attempts.succeeds(operation);
        }
    });
}

/// A role's keys need no disk: where they cannot be kept, they are got again the next time.
#[test]
fn a_cache_that_cannot_be_written_costs_no_more_than_asking_again() {
    for_each_git(|world| {
        let answers = json!([{ "to": "sts AssumeRole", "keys": "role" }]);
        let services = Services::new(world, &["role"], &[], answers);
        services.write(".aws/credentials", USER);
        services.write(
            ".aws/config",
            "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nrole_session_name = alice\nsource_profile = user\n",
        );
        let list = ["ls-remote", "codecommit::us-east-1://role@demo"];
        let asked = || services.asked().as_array().unwrap().len();

        // A file where the folder would be: not even who may do everything can write below it.
        services.write(".aws/cli", "");
        for number in 1..=2 {
            let finished = finish(&mut services.command("", &list)).succeeded();
            assert_eq!((finished.stderr(), asked()), (String::new(), number));
        }
        fs::remove_file(world.path("home/.aws/cli")).unwrap();

        // A disk that is full: nothing is left that would be taken for keys.
        for number in 3..=4 {
            let finished = finish(&mut on_a_full_disk(&services.command("", &list), 0)).succeeded();
            assert_eq!((finished.stderr(), asked()), (String::new(), number));
            let left: Vec<_> =
                fs::read_dir(world.path("home/.aws/cli/cache")).unwrap().map(|entry| entry.unwrap().path()).collect();
            assert!(left.iter().all(|path| path.extension().is_some_and(|name| name == "lock")), "{left:?}");
        }

        // And with room again it is asked once more, and then no more.
        for _ in 0..2 {
            finish(&mut services.command("", &list)).succeeded();
            assert_eq!(asked(), 5);
        }
    });
}
