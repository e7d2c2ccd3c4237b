//! `git codecommit sign`: each form of a credential works for what it is made for, without a helper.

use std::path::Path;
use std::process::Command;

use crate::command::{Finished, finish};
use crate::gits::{Git, for_each_git_in};
use crate::world::{KEY, SECRET, TEMPORARY_KEY, World, helper};

/// A URL, and the key that signs for it. That of the other profile comes with a token.
const SIGNERS: [(&str, &str); 2] = [("codecommit://demo", KEY), ("codecommit://session@demo", TEMPORARY_KEY)];

/// A world whose repository has something to be read.
fn filled(git: Git) -> World {
    let world = World::new(git);
    world.fill("demo");
    world
}

/// Lines of a shell in which `$URL` is the repository, for the helper, and `$HTTPS`, for Git alone.
fn shell(world: &World, url: &str, lines: &str) -> Command {
    let lines = format!("set -e\n{lines}");
    let mut command = world.program_with(helper().parent().unwrap(), Path::new("/bin/sh"), "", &["-c", &lines]);
    command.env("URL", url).env("HTTPS", world.url("demo"));
    command
}

/// Runs the lines for both keys, each of which has to be let in, and the notice of the end has to be all that is said.
#[track_caller]
fn lets_in(world: &World, lines: &str) -> Vec<Finished> {
    let run = |(url, key): (&str, &str)| {
        world.requests();
        let finished = finish(&mut shell(world, url, lines)).succeeded();
        let requests = world.requests();
        assert!(requests.iter().any(|request| request.contains(" 200 ") && request.ends_with(key)), "{requests:?}");
        let said = finished.stderr();
        assert!(
            said.starts_with("codecommit: this credential for demo in us-east-1 ends in 15 minutes, at "),
            "{said}"
        );
        assert!(said.ends_with("Z\n") && said.lines().count() == 1, "{said}");
        assert!(!said.contains(SECRET) && !finished.stdout().contains(SECRET), "{finished}");
        finished
    };
    SIGNERS.map(run).into()
}

/// The line of the branch, as `git ls-remote` prints it.
fn branch(world: &World) -> String {
    format!("{}\trefs/heads/main\n", world.run("server/repositories/demo.git", &["rev-parse", "main"]))
}

#[test]
fn a_url_is_cloned() {
    for_each_git_in(filled, |world| {
        lets_in(world, r#"rm -rf clone; git clone --quiet "$(git codecommit sign "$URL" --format url)" clone"#);
        assert_eq!(world.file("clone"), "three");
    });
}

#[test]
fn lines_for_git_are_kept_by_a_helper_that_git_asks_afterwards() {
    for_each_git_in(filled, |world| {
        let lines = "rm -f kept
            git config --global credential.helper \"store --file $PWD/kept\"
            git codecommit sign \"$URL\" --format git | git credential approve
            git ls-remote \"$HTTPS\" refs/heads/main";
        for finished in lets_in(world, lines) {
            assert_eq!(finished.stdout(), branch(world));
        }
    });
}

#[test]
fn a_header_is_sent_by_git() {
    for_each_git_in(filled, |world| {
        let lines = r#"header=$(git codecommit sign "$URL" --format header)
            git -c http.extraHeader="$header" ls-remote "$HTTPS" refs/heads/main"#;
        for finished in lets_in(world, lines) {
            assert_eq!(finished.stdout(), branch(world));
        }
    });
}

#[test]
fn variables_are_read_by_a_shell() {
    for_each_git_in(filled, |world| {
        let lines = r#"git codecommit sign "$URL" --format env > variables
            set -a; . ./variables
            test "$CODECOMMIT_URL" = "$HTTPS"
            git -c credential.helper='!echo "username=$CODECOMMIT_USERNAME"; echo "password=$CODECOMMIT_PASSWORD"; :' \
                ls-remote "$CODECOMMIT_URL" refs/heads/main"#;
        for finished in lets_in(world, lines) {
            assert_eq!(finished.stdout(), branch(world));
        }
    });
}

#[test]
fn json_is_read_by_programs() {
    for_each_git_in(filled, |world| {
        let finished = finish(&mut shell(world, "codecommit://demo", r#"git codecommit sign "$URL" --format json"#));
        let json: serde_json::Value = serde_json::from_str(&finished.succeeded().stdout()).unwrap();
        let url = json["authenticated_url"].as_str().unwrap();
        assert!(!world.run("", &["ls-remote", url]).is_empty());
        assert_eq!(json["url"], world.url("demo"));
        assert_eq!(json["username"], KEY);
    });
}
