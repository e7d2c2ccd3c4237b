//! One clone after the other, and many at once: nothing fails, nothing is left behind, and none needs more than the first.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, thread};

use nix::sys::resource::{UsageWho, getrusage};

use crate::command::finish;
use crate::gits::{for_each_git, for_latest_git};
use crate::marked::Mark;
use crate::world::World;

/// So many of the first clones, and of the last, are looked at for the memory that they need.
const SAMPLE: usize = 10;

/// What is below a folder: the size of each file, and when it was written.
fn contents(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        if metadata.is_dir() {
            all.extend(contents(&path));
        }
        all.insert(path, (metadata.len(), metadata.modified().unwrap()));
    }
    all
}

/// A world in which all temporary files have one folder, and what its home has held from the start.
struct Soak<'a> {
    world: &'a World,
    mark: Mark,
    home: BTreeMap<PathBuf, (u64, SystemTime)>,
}

impl<'a> Soak<'a> {
    fn new(world: &'a World) -> Self {
        world.fill("demo");
        for folder in ["tmp", "clones"] {
            fs::create_dir(world.path(folder)).unwrap();
        }
        Self { world, mark: Mark::new(), home: contents(&world.path("home")) }
    }

    /// A clone with keys of a session.
    fn command(&self, folder: &str) -> Command {
        let mut clone = self.world.command("clones", &["clone", "--quiet", "codecommit://session@demo", folder]);
        self.mark.put_on(&mut clone);
        clone.env("TMPDIR", self.world.path("tmp"));
        clone
    }

    #[track_caller]
    fn succeeds(&self, mut clone: Command, folder: &str) {
        let finished = finish(&mut clone).succeeded();
        assert_eq!(finished.stderr(), "");
        let folder = Path::new("clones").join(folder);
        assert_eq!(self.world.file(folder.to_str().unwrap()), "three");
        fs::remove_dir_all(self.world.path(folder)).unwrap();
    }

    #[track_caller]
    fn clone(&self, folder: &str) {
        self.succeeds(self.command(folder), folder);
    }

    /// The most memory in KiB that one of the processes of a clone had.
    #[track_caller]
    fn memory_of_clone(&self, folder: &str) -> i64 {
        let clone = self.command(folder);
        let file = self.world.path("memory");
        let words = std::iter::once(clone.get_program()).chain(clone.get_args());
        let words: Vec<_> = words.map(|word| word.to_str().unwrap()).collect();
        let mut measured = Command::new(env::current_exe().unwrap());
        let name = concat!(module_path!(), "::clone_that_is_measured").split_once("::").unwrap().1;
        measured
            .args([name, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
            .current_dir(clone.get_current_dir().unwrap())
            .env_clear()
            .envs(clone.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("MEMORY", &file)
            .env("WORDS", words.join("\n"));
        self.succeeds(measured, folder);
        fs::read_to_string(file).unwrap().parse().unwrap()
    }

    #[track_caller]
    fn has_left_nothing_behind(&self) {
        self.mark.is_gone();
        for folder in ["tmp", "clones"] {
            assert_eq!(contents(&self.world.path(folder)), BTreeMap::new());
        }
        assert_eq!(contents(&self.world.path("home")), self.home);
    }
}

#[test]
#[ignore = "the other tests run it, in a process of its own"]
fn clone_that_is_measured() {
    let (Some(file), Ok(words)) = (env::var_os("MEMORY"), env::var("WORDS")) else { return };
    let mut words = words.split('\n');
    let mut command = Command::new(words.next().unwrap());
    let status = command.args(words).env_remove("MEMORY").env_remove("WORDS").status().unwrap();
    assert!(status.success(), "{status}");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    fs::write(file, usage.max_rss().to_string()).unwrap();
}

#[track_caller]
fn in_a_row(world: &World, clones: usize) {
    let soak = Soak::new(world);
    let sample = || (1..=SAMPLE).map(|number| soak.memory_of_clone(&number.to_string())).max().unwrap();
    let first = sample();
    for number in 2 * SAMPLE..clones {
        soak.clone(&number.to_string());
    }
    let last = sample();
    // A tenth is what one run differs from another by.
    assert!(first > 0 && last < first + first / 10, "{first} KiB at first, {last} KiB at last");
    soak.has_left_nothing_behind();
}

#[test]
fn of_50_clones_in_a_row_none_fails_or_leaves_anything_behind_and_the_last_needs_no_more_memory() {
    for_each_git(|world| in_a_row(world, 50));
}

#[test]
#[ignore = "takes minutes: `cargo test --workspace --test end_to_end -- --ignored soak::of_1000`"]
fn of_1000_clones_in_a_row_none_fails_or_leaves_anything_behind_and_the_last_needs_no_more_memory() {
    for_latest_git(|world| in_a_row(world, 1000));
}

#[test]
fn of_64_clones_at_once_none_fails_or_leaves_anything_behind() {
    for_each_git(|world| {
        let soak = Soak::new(world);
        let soak = &soak;
        thread::scope(|scope| {
            for number in 1..=64 {
                scope.spawn(move || soak.clone(&number.to_string()));
            }
        });
        soak.has_left_nothing_behind();
    });
}
