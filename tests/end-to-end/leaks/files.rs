//! What is on the disk after the work: the repository, the user's home and the folder for temporary files.

use std::fs;
use std::path::Path;

use crate::gits::for_each_git;
use crate::leaks::work::{URL, search, work};
use crate::world::World;

/// Every file below a folder but Git's objects, which hold what was committed.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with(".git/objects") {
            found.extend(files(&path));
        } else if path.is_file() {
            let content = fs::read(&path).unwrap();
            found.push((path.display().to_string(), content));
        }
    }
    found
}

/// Fails where a file below one of the folders holds a secret. The names of all that were looked into.
#[track_caller]
fn hold_nothing(world: &World, folders: &[&str]) -> Vec<String> {
    let search = search();
    let all: Vec<_> = folders.iter().flat_map(|folder| files(&world.path(folder))).collect();
    for (path, content) in &all {
        search.nothing_in(path, content);
        // A name is written to the disk as well.
        search.nothing_in("the name of a file", path);
    }
    all.into_iter().map(|(path, _)| path).collect()
}

#[test]
fn neither_the_clone_nor_the_home_nor_the_temporary_folder_holds_a_secret() {
    for_each_git(|world| {
        world.fill("demo");
        fs::create_dir(world.path("temporary")).unwrap();
        work(world, URL, "clone", |folder, arguments| {
            let mut command = world.command(folder, arguments);
            // Where programs and libraries look for one.
            command.envs(["TMPDIR", "TMP", "TEMP"].map(|name| (name, world.path("temporary"))));
            command
        });
        let looked_into = hold_nothing(world, &["clone", "home"]);
        for name in ["clone/.git/config", "clone/.git/FETCH_HEAD", "clone/.git/logs/HEAD", "home/gitconfig"] {
            assert!(looked_into.contains(&world.path(name).display().to_string()), "{looked_into:?}");
        }
        assert_eq!(files(&world.path("temporary")), []);
        let config = fs::read_to_string(world.path("clone/.git/config")).unwrap();
        assert!(config.contains(&format!("url = {URL}\n")), "{config}");
    });
}
