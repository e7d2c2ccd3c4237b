//! A clone, a push, a fetch and an `ls-remote`, each of which has something to say, and all that is seen of it.

use std::process::Command;

use crate::command::Finished;
use crate::leaks::search::{Kind, Search};
#[cfg(target_os = "linux")]
use crate::leaks::tracer::run;
use crate::world::{SECRET, TOKEN, World};

/// The URL of the profile with a session token.
pub(crate) const URL: &str = "codecommit://session@demo";

/// When a process was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// It has become a program.
    Exec,
    /// It is about to end, whatever it has written over its command line and environment.
    Exit,
}

/// A process as others see it.
pub(crate) struct Seen {
    pub(crate) moment: Moment,
    /// Its command line: words that end with NUL.
    pub(crate) arguments: Vec<u8>,
    /// Its environment, in the same form; none where it keeps that to itself.
    pub(crate) environment: Option<Vec<u8>>,
}

impl Seen {
    /// The command line with spaces between the words.
    pub(crate) fn command_line(&self) -> String {
        let words = self.arguments.split(|byte| *byte == 0);
        words.map(|word| String::from_utf8_lossy(word)).collect::<Vec<_>>().join(" ").trim_end().to_owned()
    }
}

/// What was seen of a command.
pub(crate) struct Ran {
    /// What it said.
    pub(crate) finished: Finished,
    /// The processes of it; none where the system has no tracer for this.
    pub(crate) processes: Vec<Seen>,
}

/// The secrets of the profile `session`.
pub(crate) fn search() -> Search {
    Search::new([(Kind::Secret, SECRET), (Kind::Token, TOKEN)])
}

/// Clones into a folder, pushes, fetches and lists; the repository is filled. `git` makes the commands.
#[track_caller]
pub(crate) fn work(world: &World, url: &str, clone: &str, git: impl Fn(&str, &[&str]) -> Command) -> Vec<Ran> {
    let bare = world.path("server/repositories/demo.git");
    let bare = bare.to_str().unwrap();
    let mut all = Vec::new();
    let mut run = |folder: &str, arguments: &[&str]| all.push(run_and_look(world, &git(folder, arguments)));

    run("", &["clone", "--verbose", url, clone]);
    world.commit(clone, format!("pushed from {clone}"));
    run(clone, &["push", "--verbose"]);
    assert_eq!(world.run(bare, &["show", "main:file"]), format!("pushed from {clone}"));

    let source = "source of demo";
    world.run(source, &["pull", "--quiet", bare, "main"]);
    world.commit(source, format!("to be fetched into {clone}"));
    world.run(source, &["push", "--quiet", bare, "main"]);
    run(clone, &["fetch", "--verbose"]);
    assert_eq!(world.run(clone, &["show", "origin/main:file"]), format!("to be fetched into {clone}"));
    run(clone, &["ls-remote", url]);
    all
}

/// Runs one command, which succeeds.
#[track_caller]
pub(crate) fn run_and_look(world: &World, command: &Command) -> Ran {
    let (finished, processes) = run(command, &world.path(""));
    Ran { finished: finished.succeeded(), processes }
}

/// Only Linux has a way to follow a process that takes no code of this project's own in it.
#[cfg(not(target_os = "linux"))]
#[track_caller]
fn run(command: &Command, _: &std::path::Path) -> (Finished, Vec<Seen>) {
    let mut again = Command::new(command.get_program());
    again.args(command.get_args()).current_dir(command.get_current_dir().unwrap()).env_clear();
    again.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    (crate::command::finish(&mut again), Vec::new())
}

/// How many requests came with a credential since the last time; each was let in with the key given, and is forgotten.
#[track_caller]
pub(crate) fn let_in(world: &World, key: &str) -> usize {
    let requests = world.server().requests();
    world.server().forget_requests();
    let with_key: Vec<_> = requests.iter().filter(|request| request.access_key_id.is_some()).collect();
    for request in &with_key {
        assert_eq!((request.access_key_id.as_deref(), request.status), (Some(key), 200), "{request}");
    }
    with_key.len()
}
