//! A clone, a fetch and a push that have something to do: tried while something is wrong, and again when nothing is.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::command::{Finished, finish};
use crate::world::World;

/// What a user tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Clone,
    Fetch,
    Push,
}

impl Operation {
    pub(crate) const ALL: [Self; 3] = [Self::Clone, Self::Fetch, Self::Push];

    /// The service that it needs, as a limit of faults.
    pub(crate) fn service(self) -> &'static str {
        match self {
            Self::Clone | Self::Fetch => "service=upload-pack",
            Self::Push => "service=receive-pack",
        }
    }
}

/// The clone `work`, with a branch `topic` to push, while the server has commits to fetch.
pub(crate) struct Attempts<'a> {
    pub(crate) world: &'a World,
    round: Cell<usize>,
}

/// An operation that failed.
pub(crate) struct Failure {
    pub(crate) status: Option<i32>,
    /// What was said, with the names of this run replaced.
    pub(crate) message: String,
    /// What was asked of the server.
    pub(crate) requests: Vec<codecommit_local::Request>,
}

impl Failure {
    /// Fails where a line is not among what was said.
    #[track_caller]
    pub(crate) fn says(&self, line: &str) {
        assert!(self.message.lines().any(|said| said == line), "{line:?} is not in {:?}", self.message);
    }

    /// Fails where no line begins like this.
    #[track_caller]
    pub(crate) fn says_what_begins(&self, line: &str) {
        assert!(self.message.lines().any(|said| said.starts_with(line)), "{line:?} is not in {:?}", self.message);
    }
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "codecommit://demo", "work"]);
        world.run("work", &["switch", "--quiet", "--create", "topic"]);
        Self { world, round: Cell::new(0) }
    }

    /// Gives an operation something to do, which is as large as `content`. A clone has it as it is.
    #[track_caller]
    pub(crate) fn renew(&self, operation: Operation, content: &[u8]) {
        let world = self.world;
        self.round.set(self.round.get() + 1);
        let content = [content, self.round.get().to_string().as_bytes()].concat();
        if operation == Operation::Push {
            fs::write(world.path("work/file"), content).unwrap();
            world.run("work", &["commit", "--quiet", "--all", "--message=to push"]);
        } else if operation == Operation::Fetch || content.len() > 1000 {
            // Past the helper, and with few processes.
            fs::write(world.path("source of demo/file"), content).unwrap();
            world.run("source of demo", &["commit", "--quiet", "--all", "--message=to fetch"]);
            world.run("server/repositories/demo.git", &["fetch", "--quiet", "../../../source of demo", "main:main"]);
        }
    }

    /// The operation, not yet started.
    pub(crate) fn command(&self, operation: Operation) -> Command {
        match operation {
            Operation::Clone => self.world.command("", &["clone", "--quiet", "codecommit://demo", "new"]),
            Operation::Fetch => self.world.command("work", &["fetch", "--quiet"]),
            Operation::Push => self.world.command("work", &["push", "--quiet", "origin", "topic"]),
        }
    }

    /// All that a user could lose: the files of the work tree, and of Git where it keeps references, index and configuration.
    fn kept(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.world.path("work")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(path.clone(), fs::read(path).unwrap());
                }
            }
        }
        // Objects are looked at by fsck; what was last fetched is nothing now.
        files.retain(|path, _| {
            !path.components().any(|part| part.as_os_str() == "objects") && !path.ends_with("FETCH_HEAD")
        });
        files
    }

    /// Tries while something is wrong: that must end in a message and a status, and leave all as it was. `change` is made to the
    /// command.
    #[track_caller]
    pub(crate) fn fails(&self, operation: Operation, change: impl FnOnce(&mut Command)) -> Failure {
        let before = self.kept();
        self.world.server().forget_requests();
        let mut command = self.command(operation);
        change(&mut command);
        let finished = finish(&mut command).failed();
        self.failure(&finished, &before)
    }

    #[track_caller]
    fn failure(&self, finished: &Finished, before: &BTreeMap<PathBuf, Vec<u8>>) -> Failure {
        let requests = self.world.server().requests();
        let message = self.world.plain(&finished.stderr());
        assert!(!message.trim().is_empty(), "{finished}");
        let after = self.kept();
        let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&after), names(before), "{finished}");
        let changed: Vec<_> = after.iter().filter(|(path, content)| before[*path] != **content).collect();
        assert!(changed.is_empty(), "{changed:?} {finished}");
        assert!(!self.world.path("new").exists(), "{finished}");
        Failure { status: finished.status(), message, requests }
    }

    /// Tries when nothing is wrong any more, in a repository that is whole: that must succeed, and do what it is for.
    #[track_caller]
    pub(crate) fn succeeds(&self, operation: Operation) {
        self.world.run("work", &["fsck", "--strict", "--no-dangling"]);
        self.world.set_faults(&[]);
        finish(&mut self.command(operation)).succeeded();
        self.is_done(operation);
    }

    /// Fails where the operation has not done what it is for.
    #[track_caller]
    pub(crate) fn is_done(&self, operation: Operation) {
        let world = self.world;
        let name = |folder: &str, reference: &str| world.run(folder, &["rev-parse", reference]);
        let server = "server/repositories/demo.git";
        match operation {
            Operation::Clone => {
                assert_eq!(name("new", "HEAD"), name(server, "main"));
                assert_eq!(world.run("new", &["status", "--porcelain"]), "");
                fs::remove_dir_all(world.path("new")).unwrap();
            }
            Operation::Fetch => assert_eq!(name("work", "origin/main"), name(server, "main")),
            Operation::Push => assert_eq!(name("work", "topic"), name(server, "topic")),
        }
    }

    /// Tries under faults, and again without.
    #[track_caller]
    pub(crate) fn fails_then_succeeds(&self, operation: Operation, faults: &[&str]) -> Failure {
        self.renew(operation, b"");
        self.world.set_faults(faults);
        let failure = self.fails(operation, |_| {});
        self.succeeds(operation);
        failure
    }
}
