//! A Git credential that IAM made for the same host, in the user's `store`: it goes on to serve plain HTTPS remotes, and is neither
//! asked for, replaced nor erased by ours.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::attempts::{Attempts, Operation};
use crate::command::finish;
use crate::gits::for_each_git;
use crate::world::{GIT_PASSWORD, GIT_USER, KEY, World};

/// The user's store. Each change of it makes a new file.
struct Store(PathBuf);

impl Store {
    fn new(world: &World) -> Self {
        let path = world.path("home/store");
        let host = world.host().replace(':', "%3a");
        let text = format!("https://{GIT_USER}:{GIT_PASSWORD}@{host}\nhttps://bob:other@example.invalid\n");
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn helper(&self) -> String {
        format!("store --file '{}'", self.0.display())
    }

    /// Its bytes.
    fn content(&self) -> Vec<u8> {
        fs::read(&self.0).unwrap()
    }

    /// Its bytes and which file they are in.
    fn file(&self) -> (Vec<u8>, u64) {
        (self.content(), fs::metadata(&self.0).unwrap().ino())
    }
}

/// The users that the server let in, each once in a row.
fn let_in(world: &World) -> Vec<String> {
    let requests = world.server().requests();
    world.server().forget_requests();
    let mut users: Vec<String> = requests
        .into_iter()
        .filter(|request| request.status == 200)
        .filter_map(|request| request.access_key_id)
        .collect();
    users.dedup();
    users
}

/// Uses both kinds of remote, with `arguments` of Git before every command.
#[track_caller]
fn uses_both(world: &World, store: &Store, arguments: &[&str]) {
    let attempts = Attempts::new(world);
    let git = |folder: &str, rest: &[&str]| finish(&mut world.command(folder, &[arguments, rest].concat()));
    let before = store.file();

    // Ours: let in, and refused, after which Git asks its helpers to forget.
    for operation in Operation::ALL {
        attempts.renew(operation, b"");
        let command = attempts.command(operation);
        let words: Vec<&str> = command.get_args().map(|word| word.to_str().unwrap()).collect();
        let folder = if operation == Operation::Clone { "" } else { "work" };
        let_in(world);
        git(folder, &words).succeeded();
        attempts.is_done(operation);
        assert_eq!(let_in(world), [KEY]);
        assert_eq!(store.file(), before);

        attempts.renew(operation, b"");
        world.set_faults(&["status=401,authenticated"]);
        git(folder, &words).failed();
        world.set_faults(&[]);
        assert_eq!(let_in(world), [""; 0]);
        assert_eq!(store.file(), before);
    }

    // The user's: Git stores again what has served it, and that is what was there.
    let url = world.url("demo");
    git("", &["clone", "--quiet", &url, "plain"]).succeeded();
    assert_eq!(let_in(world), [GIT_USER]);
    assert_eq!(store.content(), before.0);
    world.commit("plain", "from plain");
    git("plain", &["push", "--quiet", "origin", "main:plain"]).succeeded();
    assert_eq!(let_in(world), [GIT_USER]);
    git("plain", &["fetch", "--quiet"]).succeeded();
    assert_eq!(let_in(world), [GIT_USER]);
    assert_eq!(store.content(), before.0);

    // And ours again, in the same repository.
    git("plain", &["fetch", "--quiet", "codecommit://demo"]).succeeded();
    assert_eq!(let_in(world), [KEY]);
    assert_eq!(store.content(), before.0);
}

#[test]
fn it_serves_plain_remotes_and_no_others_from_the_users_configuration() {
    for_each_git(|world| {
        let store = Store::new(world);
        world.add_git_config(&format!("[credential]\n\thelper = \"{}\"\n", store.helper()));
        uses_both(world, &store, &[]);
    });
}

#[test]
fn it_serves_plain_remotes_and_no_others_from_the_configuration_of_its_host() {
    for_each_git(|world| {
        let store = Store::new(world);
        let host = world.host();
        world.add_git_config(&format!(
            "[credential \"https://{host}\"]\n\thelper = \"{}\"\n\tusername = {GIT_USER}\n",
            store.helper()
        ));
        uses_both(world, &store, &[]);
    });
}

#[test]
fn it_serves_plain_remotes_and_no_others_from_the_command_line() {
    for_each_git(|world| {
        let store = Store::new(world);
        let helper = format!("credential.helper={}", store.helper());
        uses_both(world, &store, &["-c", &helper]);
    });
}
