//! Submodules, for which Git runs no helper until the user says so, and whose URLs choose no profile until he does.

use crate::command::finish;
use crate::gits::for_each_git;
use crate::world::{TEMPORARY_KEY, World};

/// The user's permission for the transport, which Git asks for.
const TRANSPORT: &str = "[protocol \"codecommit\"]\n\tallow = always\n";

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
        world.add_git_config(TRANSPORT);
        world.run("", &["clone", "--quiet", "--recurse-submodules", "codecommit://outer", "clone"]);
        assert_eq!(world.file("clone/inner"), "three");
    });
}

/// The requests for the submodule that were let in, by access key.
fn keys_of_submodule(world: &World) -> Vec<String> {
    let requests = world.requests();
    let let_in = requests.iter().filter_map(|request| {
        let key = request.split_once(" 200 ").map(|(_, key)| key.to_owned());
        key.filter(|_| request.contains("/repos/demo/"))
    });
    let mut keys: Vec<_> = let_in.collect();
    keys.dedup();
    keys
}

#[test]
fn a_relative_submodule_is_cloned_with_the_region_and_the_profile_of_the_repository_around_it() {
    for_each_git(|world| {
        outer(world, "../demo");
        // There is no other profile with keys or a region.
        world.write_aws_config("");
        let credentials = std::fs::read_to_string(world.server().credentials_file()).unwrap();
        let (_, session) = credentials.split_once("[session]").unwrap();
        std::fs::write(world.path("home/credentials"), format!("[session]{session}")).unwrap();
        world.add_git_config(TRANSPORT);
        let run = |folder: &str, arguments: &[&str]| {
            let mut git = world.command(folder, arguments);
            finish(git.env("AWS_SHARED_CREDENTIALS_FILE", world.path("home/credentials"))).succeeded();
        };
        world.requests();
        let url = "codecommit::us-east-1://session@outer";
        run("", &["clone", "--quiet", "--recurse-submodules", url, "clone"]);
        assert_eq!(world.file("clone/inner"), "three");
        assert_eq!(keys_of_submodule(world), [TEMPORARY_KEY]);
        // The profile is not part of the folder that the submodule's URL is relative to.
        assert_eq!(world.run("clone/inner", &["config", "remote.origin.url"]), "codecommit::us-east-1://demo");
        for (folder, arguments) in [
            ("clone/inner", &["fetch", "--quiet"][..]),
            ("clone", &["fetch", "--quiet", "--recurse-submodules=yes"]),
            ("clone", &["submodule", "--quiet", "update", "--remote"]),
        ] {
            run(folder, arguments);
            assert_eq!(keys_of_submodule(world), [TEMPORARY_KEY], "{arguments:?}");
        }
    });
}

const REFUSED: &str = "codecommit: a submodule asks for the AWS profile 'session', which is not allowed for submodules\n\
    hint: if you trust the repository: git config --global --add codecommit.submoduleProfile session\n";

#[test]
fn a_profile_that_a_submodule_names_is_used_once_the_user_has_typed_what_the_hint_says() {
    for_each_git(|world| {
        outer(world, "codecommit::us-east-1://session@demo");
        world.add_git_config(TRANSPORT);
        world.add_git_config("[codecommit]\n\tsubmoduleProfile = default\n");
        let clone = ["clone", "--quiet", "--recurse-submodules", "codecommit://session@outer", "clone"];
        world.requests();
        let refused = world.finish("", &clone).failed();
        assert!(refused.stderr().contains(REFUSED), "{refused}");
        assert_eq!(keys_of_submodule(world), [""; 0]);
        assert!(!world.path("clone/inner/file").exists());

        world.run("", &["config", "--global", "--add", "codecommit.submoduleProfile", "session"]);
        world.run("clone", &["submodule", "--quiet", "update", "--init"]);
        assert_eq!(world.file("clone/inner"), "three");
        assert_eq!(keys_of_submodule(world), [TEMPORARY_KEY]);
    });
}

/// Git says nothing of where the URL came from here: the repository is below `modules`.
#[test]
fn a_profile_that_a_submodule_names_is_refused_to_a_fetch_in_its_folder() {
    for_each_git(|world| {
        outer(world, "codecommit::us-east-1://session@demo");
        world.add_git_config(TRANSPORT);
        let everything = ["-c", "codecommit.submoduleProfile=*"];
        let clone = ["clone", "--quiet", "--recurse-submodules", "codecommit://outer", "clone"];
        world.run("", &[&everything[..], &clone].concat());
        assert_eq!(world.file("clone/inner"), "three");
        for (folder, arguments) in [
            ("clone/inner", &["fetch"][..]),
            ("clone/inner", &["ls-remote"]),
            ("clone", &["fetch", "--recurse-submodules=yes"]),
        ] {
            let refused = world.finish(folder, arguments).failed();
            assert!(refused.stderr().contains(REFUSED), "{refused}");
            world.run(folder, &[&everything[..], arguments].concat());
        }
    });
}
