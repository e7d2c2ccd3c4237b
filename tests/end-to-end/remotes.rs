//! How a remote is named, and by which ways its URL reaches the helper.

use crate::gits::for_each_git;

#[test]
fn a_repository_has_any_name_that_codecommit_allows() {
    let longest = "x".repeat(100);
    for_each_git(|world| {
        for name in ["a", "Upper-lower_1.2", "-dash", ".dot", "dots...", "_", "git", longest.as_str()] {
            world.fill(name);
            world.run("", &["clone", "--quiet", &format!("codecommit://{name}"), &format!("clone of {name}")]);
            assert_eq!(world.file(&format!("clone of {name}")), "three");
        }
    });
}

#[test]
fn a_url_may_end_in_a_slash() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "codecommit://demo/"]);
        assert_eq!(world.file("demo"), "three");
    });
}

/// The first argument of the helper is the remote's name: data, whatever the helper's own commands and options are called.
/// Only `--help` cannot be: Git answers `git remote-codecommit --help URL` with the manual, and runs no helper.
#[test]
fn a_remote_has_any_name_that_git_allows() {
    for_each_git(|world| {
        world.fill("demo");
        let mut content = "three";
        for name in ["sign", "explain", "doctor", "agent", "get", "--version", "-h", "--credential", "-", "a/b"] {
            let folder = format!("clone as {name}");
            let origin = format!("--origin={name}");
            // `git remote add` takes such names, `git clone` does not.
            if name.starts_with('-') {
                world.run("", &["init", "--quiet", &folder]);
                world.run(&folder, &["remote", "add", "--", name, "codecommit://demo"]);
                world.run(&folder, &["fetch", "--quiet", "--", name]);
                world.run(&folder, &["reset", "--quiet", "--hard", &format!("refs/remotes/{name}/main")]);
            } else {
                world.run("", &["clone", "--quiet", &origin, "codecommit://demo", &folder]);
            }
            assert_eq!(world.file(&folder), content);
            world.commit(&folder, name);
            world.run(&folder, &["push", "--quiet", "--", name, "HEAD:main"]);
            assert_eq!(world.run("server/repositories/demo.git", &["show", "main:file"]), name);
            content = name;
        }
    });
}

#[test]
fn a_remote_names_the_helper_with_vcs() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["init", "--quiet", "work"]);
        // Git takes no prefix off here.
        for (remote, url) in
            [("plain", "codecommit://demo"), ("prefixed", "codecommit::us-east-1://demo"), ("bare", "us-east-1://demo")]
        {
            world.run("work", &["config", &format!("remote.{remote}.vcs"), "codecommit"]);
            world.run("work", &["config", &format!("remote.{remote}.url"), url]);
            world.run("work", &["fetch", "--quiet", remote, "main"]);
            assert_eq!(world.run("work", &["show", "FETCH_HEAD:file"]), "three");
        }
    });
}

#[test]
fn a_url_of_https_is_rewritten_to_codecommit_by_the_users_configuration() {
    const HTTPS: &str = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/";
    for_each_git(|world| {
        world.fill("demo");
        world.write_aws_config("");
        world.add_git_config(&format!("[url \"codecommit::us-east-1://\"]\n\tinsteadOf = {HTTPS}\n"));
        world.run("", &["clone", "--quiet", &format!("{HTTPS}demo"), "clone"]);
        assert_eq!(world.file("clone"), "three");
        world.commit("clone", "four");
        world.run("clone", &["push", "--quiet"]);
        assert_eq!(world.run("clone", &["config", "remote.origin.url"]), format!("{HTTPS}demo"));
        assert_eq!(world.run("server/repositories/demo.git", &["show", "main:file"]), "four");
    });
}
