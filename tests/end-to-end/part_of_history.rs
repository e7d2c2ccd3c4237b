//! Clones that leave something out, and get it later.

use crate::gits::for_each_git;

#[test]
fn a_shallow_clone_is_deepened_and_completed() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "--depth=1", "codecommit://demo", "clone"]);
        assert_eq!(world.run("clone", &["rev-list", "--count", "HEAD"]), "1");
        world.run("clone", &["fetch", "--quiet", "--deepen=1"]);
        assert_eq!(world.run("clone", &["rev-list", "--count", "HEAD"]), "2");
        world.run("clone", &["fetch", "--quiet", "--unshallow"]);
        assert_eq!(world.run("clone", &["rev-list", "--count", "HEAD"]), "3");
    });
}

#[test]
fn a_shallow_clone_is_pushed_from() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "--depth=1", "codecommit://demo", "clone"]);
        world.commit("clone", "four");
        world.run("clone", &["push", "--quiet"]);
        assert_eq!(world.run("server/repositories/demo.git", &["rev-list", "--count", "main"]), "4");
    });
}

#[test]
fn a_partial_clone_fetches_blobs_when_they_are_checked_out() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "--no-checkout", "--filter=blob:none", "codecommit://demo", "clone"]);
        let missing = || {
            let objects = world.run("clone", &["rev-list", "--objects", "--missing=print", "origin/main"]);
            objects.lines().filter(|line| line.starts_with('?')).count()
        };
        assert_eq!(missing(), 3);
        world.run("clone", &["checkout", "--quiet", "main"]);
        assert_eq!((world.file("clone").as_str(), missing()), ("three", 2));
        assert_eq!(world.run("clone", &["show", "main~2:file"]), "one");
        assert_eq!(missing(), 1);
        world.run("clone", &["checkout", "--quiet", "main~1"]);
        assert_eq!((world.file("clone").as_str(), missing()), ("two", 0));
    });
}

#[test]
fn a_commit_that_no_branch_names_is_fetched_by_its_id() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "codecommit://demo", "clone"]);
        let left = world.run("clone", &["rev-parse", "main"]);
        world.run("clone", &["push", "--quiet", "--force", "origin", "main~1:main"]);
        world.run("", &["init", "--quiet", "other"]);
        world.run("other", &["fetch", "--quiet", "codecommit://demo", &left]);
        assert_eq!(world.run("other", &["rev-parse", "FETCH_HEAD"]), left);
    });
}
