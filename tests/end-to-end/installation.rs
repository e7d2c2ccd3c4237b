//! Where the helper is installed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::command::finish;
use crate::gits::for_each_git;
use crate::world::{World, helper};

/// Clones and pushes with the helper in a folder.
#[track_caller]
fn works_in(world: &World, folder: &Path) {
    let name = folder.file_name().unwrap().to_str().unwrap();
    let git = |inside: &str, arguments: &[&str]| {
        finish(&mut world.program_with(folder, world.git().program(), inside, arguments)).succeeded();
    };
    git("", &["clone", "--quiet", "codecommit://session@demo", "clone"]);
    world.commit("clone", name);
    git("clone", &["push", "--quiet"]);
    assert_eq!(world.run("server/repositories/demo.git", &["show", "main:file"]), name);
    fs::remove_dir_all(world.path("clone")).unwrap();
}

/// Git hands the path of a credential helper to the shell.
#[test]
fn the_helper_is_installed_in_a_folder_with_any_name() {
    for_each_git(|world| {
        world.fill("demo");
        for name in ["a space", "it's", "$HOME", "\"$(exit 1)\" `exit 1`; \\ & | < > * ?", "!bang", "-dash", "é ü"] {
            let folder = world.path("bin").join(name);
            fs::create_dir_all(&folder).unwrap();
            let installed = folder.join("git-remote-codecommit");
            if fs::hard_link(helper(), &installed).is_err() {
                fs::copy(helper(), &installed).unwrap();
            }
            works_in(world, &folder);
        }
    });
}

#[test]
fn the_helper_is_installed_as_a_symbolic_link() {
    for_each_git(|world| {
        world.fill("demo");
        let folder = world.path("link");
        fs::create_dir(&folder).unwrap();
        symlink(helper(), folder.join("git-remote-codecommit")).unwrap();
        works_in(world, &folder);
    });
}
