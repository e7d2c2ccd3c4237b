//! Submodules, for which Git runs no helper until the user says so.

use crate::gits::for_each_git;
use crate::world::World;

/// Makes `outer`, whose submodule `inner` is the repository `demo`.
fn outer(world: &World, url: &str) {
    world.fill("demo");
    world.fill("outer");
    world.run("", &["clone", "--quiet", "codecommit://outer", "work"]);
    let commit = world.run("server/repositories/demo.git", &["rev-parse", "main"]);
    world.run("work", &["config", "--file=.gitmodules", "submodule.inner.path", "inner"]);
    world.run("work", &["config", "--file=.gitmodules", "submodule.inner.url", url]);
    world.run("work", &["add", ".gitmodules"]);
    world.run("work", &["update-index", "--add", "--cacheinfo", &format!("160000,{commit},inner")]);
    world.run("work", &["commit", "--quiet", "--message=submodule"]);
    world.run("work", &["push", "--quiet"]);
}

#[test]
fn a_submodule_is_not_cloned_by_default() {
    for_each_git(|world| {
        outer(world, "codecommit://demo");
        let clone = world.finish("", &["clone", "--quiet", "--recurse-submodules", "codecommit://outer", "clone"]);
        let refused = clone.failed();
        assert!(refused.stderr().contains("fatal: transport 'codecommit' not allowed\n"), "{refused}");
        assert!(!world.path("clone/inner/file").exists());
    });
}

#[test]
fn a_submodule_is_cloned_where_the_user_allows_the_transport() {
    for_each_git(|world| {
        outer(world, "codecommit://demo");
        world.add_git_config("[protocol \"codecommit\"]\n\tallow = always\n");
        world.run("", &["clone", "--quiet", "--recurse-submodules", "codecommit://outer", "clone"]);
        assert_eq!(world.file("clone/inner"), "three");
    });
}

#[test]
fn a_relative_submodule_is_cloned_from_the_region_of_the_repository_around_it() {
    for_each_git(|world| {
        outer(world, "../demo");
        world.write_aws_config("");
        world.add_git_config("[protocol \"codecommit\"]\n\tallow = always\n");
        let url = "codecommit::us-east-1://session@outer";
        world.run("", &["clone", "--quiet", "--recurse-submodules", url, "clone"]);
        assert_eq!(world.file("clone/inner"), "three");
        // The profile is not part of the folder that the submodule's URL is relative to.
        assert_eq!(world.run("clone/inner", &["config", "remote.origin.url"]), "codecommit::us-east-1://demo");
    });
}
