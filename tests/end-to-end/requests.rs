//! How many requests an operation takes: each is a round trip that the user waits for.
//!
//! From 2.46 on, Git sends the credential with the first request (`http.proactiveAuth`); before, it waits to be refused.

use crate::gits::for_each_git;
use crate::world::{KEY, World, noise};

/// The requests of an operation on `demo`: the discovery of a service, and what is posted to it after.
fn operation(world: &World, service: &str, posts: usize) -> Vec<String> {
    let discovery = format!("GET /v1/repos/demo/info/refs?service=git-{service}");
    let refused = (!world.git().is_since(2, 46)).then(|| format!("{discovery} 401 -"));
    let posted = format!("POST /v1/repos/demo/git-{service} 200 {KEY}");
    refused.into_iter().chain([format!("{discovery} 200 {KEY}")]).chain(vec![posted; posts]).collect()
}

#[test]
fn a_clone_takes_three() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "codecommit://demo", "clone"]);
        // The second asks for the references, the third for the objects.
        assert_eq!(world.requests(), operation(world, "upload-pack", 2));
    });
}

#[test]
fn a_fetch_takes_two_where_nothing_has_changed_and_three_where_something_has() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "codecommit://demo", "clone"]);
        world.requests();
        world.run("clone", &["fetch", "--quiet"]);
        assert_eq!(world.requests(), operation(world, "upload-pack", 1));
        world.run("", &["ls-remote", "codecommit://demo"]);
        assert_eq!(world.requests(), operation(world, "upload-pack", 1));
        world.commit("source of demo", "four");
        world.run("source of demo", &["push", "--quiet", "../server/repositories/demo.git", "main"]);
        world.run("clone", &["fetch", "--quiet"]);
        assert_eq!(world.requests(), operation(world, "upload-pack", 2));
    });
}

#[test]
fn a_push_takes_two_and_one_without_change_takes_one() {
    for_each_git(|world| {
        world.commit("work", "one");
        world.run("work", &["push", "--quiet", "codecommit://demo", "main"]);
        assert_eq!(world.requests(), operation(world, "receive-pack", 1));
        world.run("work", &["push", "--quiet", "codecommit://demo", "main"]);
        assert_eq!(world.requests(), operation(world, "receive-pack", 0));
    });
}

/// Before it sends what it could not send again, Git asks with an empty request whether it would be let in.
#[test]
fn a_push_over_the_post_buffer_takes_one_more() {
    for_each_git(|world| {
        world.commit("work", noise(1, 1_100_000));
        world.run("work", &["push", "--quiet", "codecommit://demo", "main"]);
        assert_eq!(world.requests(), operation(world, "receive-pack", 2));
    });
}
