//! What a user does every day.

use crate::gits::for_each_git;

#[test]
fn a_repository_is_cloned_changed_pushed_fetched_and_pulled() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "codecommit://demo", "one"]);
        world.run("", &["clone", "--quiet", "codecommit://demo", "other"]);
        assert_eq!(world.file("one"), "three");
        assert_eq!(world.run("one", &["rev-list", "--count", "HEAD"]), "3");

        world.commit("one", "four");
        world.run("one", &["push", "--quiet"]);
        world.run("other", &["fetch", "--quiet"]);
        assert_eq!(world.run("other", &["show", "origin/main:file"]), "four");
        assert_eq!(world.file("other"), "three");
        world.run("other", &["pull", "--quiet"]);
        assert_eq!(world.file("other"), "four");

        let head = world.run("one", &["rev-parse", "HEAD"]);
        let listed = format!("{head}\tHEAD\n{head}\trefs/heads/main");
        assert_eq!(world.run("one", &["ls-remote", "--quiet"]), listed);
        assert_eq!(world.run("", &["ls-remote", "codecommit://demo"]), listed);
    });
}

#[test]
fn an_empty_repository_is_cloned_and_pushed_to() {
    for_each_git(|world| {
        let clone = world.finish("", &["clone", "codecommit://demo", "clone"]).succeeded();
        assert_eq!(
            clone.stderr(),
            "Cloning into 'clone'...\nwarning: You appear to have cloned an empty repository.\n"
        );
        assert_eq!(world.run("", &["ls-remote", "codecommit://demo"]), "");
        world.commit("clone", "one");
        world.run("clone", &["push", "--quiet", "--set-upstream", "origin", "main"]);
        assert_eq!(world.references("demo"), ["refs/heads/main"]);
    });
}

#[test]
fn a_push_that_would_lose_commits_is_refused_until_it_is_forced() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "codecommit://demo", "clone"]);
        world.run("clone", &["reset", "--quiet", "--hard", "HEAD~1"]);
        world.commit("clone", "other");
        let refused = world.finish("clone", &["push", "--quiet"]).failed();
        assert_eq!(refused.status(), Some(1), "{refused}");
        let expected = "To codecommit://demo\n ! [rejected]        main -> main (non-fast-forward)\n";
        assert!(refused.stderr().starts_with(expected), "{refused}");
        world.run("clone", &["push", "--quiet", "--force-with-lease"]);
        world.run("", &["clone", "--quiet", "codecommit://demo", "again"]);
        assert_eq!(world.file("again"), "other");
    });
}

#[test]
fn branches_are_created_and_deleted() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "codecommit://demo", "clone"]);
        world.run("clone", &["switch", "--quiet", "--create", "topic/one"]);
        world.commit("clone", "topic");
        world.run("clone", &["push", "--quiet", "--set-upstream", "origin", "topic/one"]);
        assert_eq!(world.references("demo"), ["refs/heads/main", "refs/heads/topic/one"]);
        assert_eq!(world.run("clone", &["rev-parse", "--abbrev-ref", "@{upstream}"]), "origin/topic/one");

        world.run("", &["clone", "--quiet", "--branch=topic/one", "codecommit://demo", "topic"]);
        assert_eq!(world.file("topic"), "topic");

        world.run("clone", &["push", "--quiet", "origin", "--delete", "topic/one"]);
        assert_eq!(world.references("demo"), ["refs/heads/main"]);
        world.run("topic", &["fetch", "--quiet", "--prune"]);
        assert_eq!(
            world.run("topic", &["branch", "--remotes", "--format=%(refname)"]),
            "refs/remotes/origin/HEAD\nrefs/remotes/origin/main"
        );
    });
}

#[test]
fn tags_are_pushed_fetched_and_deleted() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "codecommit://demo", "clone"]);
        world.run("clone", &["tag", "light"]);
        world.run("clone", &["tag", "--annotate", "--message=first", "v1"]);
        world.run("clone", &["push", "--quiet", "origin", "v1"]);
        assert_eq!(world.references("demo"), ["refs/heads/main", "refs/tags/v1"]);
        world.run("clone", &["push", "--quiet", "--tags"]);
        assert_eq!(world.references("demo"), ["refs/heads/main", "refs/tags/light", "refs/tags/v1"]);

        world.run("", &["clone", "--quiet", "codecommit://demo", "other"]);
        assert_eq!(world.run("other", &["cat-file", "-t", "light"]), "commit");
        assert_eq!(world.run("other", &["cat-file", "-t", "v1"]), "tag");

        world.run("clone", &["push", "--quiet", "origin", ":light", ":v1"]);
        assert_eq!(world.references("demo"), ["refs/heads/main"]);
        world.run("other", &["fetch", "--quiet", "--prune", "--prune-tags"]);
        assert_eq!(world.run("other", &["tag"]), "");
    });
}

#[test]
fn each_version_of_the_protocol_is_spoken() {
    for_each_git(|world| {
        world.fill("demo");
        let mut content = "three";
        for version in ["0", "1", "2"] {
            let setting = format!("protocol.version={version}");
            let folder = format!("clone{version}");
            world.run("", &["-c", &setting, "clone", "--quiet", "codecommit://demo", &folder]);
            assert_eq!(world.file(&folder), content);
            world.commit(&folder, version);
            world.run(&folder, &["-c", &setting, "push", "--quiet"]);
            assert_eq!(world.run("server/repositories/demo.git", &["show", "main:file"]), version);
            content = version;
        }
    });
}
