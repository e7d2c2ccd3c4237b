//! A redirect leads nowhere: nobody but the repository's server is asked anything, and the user is told.

use std::fs;

use codecommit_local::{Options, Server};

use crate::attempts::{Attempts, Operation};
use crate::command::finish;
use crate::gits::for_each_git;
use crate::listener::Listener;
use crate::world::World;

const STATUSES: [u16; 4] = [301, 302, 307, 308];

/// Other servers, which the client trusts as it does the repository's, and which know the same keys.
struct Others {
    secure: Server,
    plain: Listener,
}

impl Others {
    fn new(world: &World) -> Self {
        let mut options = Options::new(world.path("other"));
        options.git = Some(world.git().program().to_owned());
        options.repositories = vec!["demo".to_owned()];
        let secure = Server::start(options).unwrap();
        let both = [world.server().ca_file(), secure.ca_file()].map(|file| fs::read(file).unwrap()).concat();
        fs::write(world.path("authorities"), both).unwrap();
        Self { secure, plain: Listener::start("401 Unauthorized", "WWW-Authenticate: Basic realm=\"codecommit\"") }
    }

    /// Another host, another port of the same one, and no encryption.
    fn urls(&self) -> [String; 3] {
        let port = self.secure.port();
        [
            format!("https://127.0.0.1:{port}"),
            format!("https://localhost:{port}"),
            format!("http://{}", self.plain.host()),
        ]
    }
}

/// Fails where a redirected operation is not an error of Git's, which `expected` begins, or anybody else was asked anything.
#[track_caller]
fn leads_nowhere(world: &World, method: &str, expected: &str) {
    // Also where the user lets Git follow every redirect.
    world.add_git_config("[http]\n\tfollowRedirects = true\n");
    let attempts = Attempts::new(world);
    let others = Others::new(world);
    for operation in [Operation::Fetch, Operation::Push] {
        let limits = format!("authenticated,{},method={method}", operation.service());
        attempts.renew(operation, b"");
        for url in others.urls() {
            for status in STATUSES {
                world.set_faults(&[&format!("redirect={status}:{url},{limits}")]);
                let failure = attempts.fails(operation, |command| {
                    command.env("GIT_SSL_CAINFO", world.path("authorities"));
                });
                failure.says(&expected.replace("STATUS", &status.to_string()));
                assert!(failure.requests.iter().any(|request| request.status == status));
            }
        }
        attempts.succeeds(operation);
    }
    assert_eq!((others.secure.requests(), others.plain.heads()), (Vec::new(), Vec::new()));
}

#[test]
fn a_redirected_discovery_leads_nowhere() {
    for_each_git(|world| {
        let expected =
            "fatal: unable to access 'https://localhost:PORT/v1/repos/demo/': The requested URL returned error: STATUS";
        leads_nowhere(world, "GET", expected);
    });
}

#[test]
fn a_redirected_post_leads_nowhere() {
    for_each_git(|world| {
        let expected = "error: RPC failed; HTTP STATUS curl 22 The requested URL returned error: STATUS";
        leads_nowhere(world, "POST", expected);
    });
}

/// Requests of others would be counted, and told apart: Git by itself follows, and whoever comes with a header is seen.
#[test]
fn a_redirect_that_is_followed_would_be_seen() {
    for_each_git(|world| {
        world.fill("demo");
        let others = Others::new(world);
        let list = |url: &str, setting: &str| {
            let mut list = world.command("", &["-c", setting, "ls-remote", url]);
            finish(list.env("GIT_SSL_CAINFO", world.path("authorities"))).failed();
        };
        let seen = || {
            let secure: Vec<bool> = others.secure.requests().iter().map(|request| request.authenticated).collect();
            let is_authenticated = |head: &String| head.to_lowercase().contains("\nauthorization: ");
            (secure, others.plain.heads().iter().map(is_authenticated).collect::<Vec<_>>())
        };
        for url in others.urls() {
            world.set_faults(&[&format!("redirect=302:{url}")]);
            list(&world.url("demo"), "http.followRedirects=true");
        }
        assert_eq!(seen(), (vec![false; 2], vec![false]));
        for url in others.urls() {
            list(&format!("{url}/v1/repos/demo"), "http.extraHeader=Authorization: Basic eDp5");
        }
        assert_eq!(seen(), (vec![false, false, true, true], vec![false, true]));
    });
}
