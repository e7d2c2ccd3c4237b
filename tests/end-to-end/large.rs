//! More than fits into one buffer.

use std::fs;

use crate::gits::{for_each_git, for_latest_git};
use crate::world::noise;

/// Git sends a push of up to this many bytes at once, and a larger one in chunks, once a small request has been let in.
const POST_BUFFER: usize = 1024 * 1024;

/// One on either side of the buffer, and one of many buffers; about 3 seconds each Git.
#[test]
fn pushes_of_half_a_megabyte_3_and_50_arrive() {
    for_each_git(|world| {
        world.add_git_config("[core]\n\tcompression = 0\n");
        for (length, chunked) in [(500_000, false), (3_000_000, true), (50_000_000, true)] {
            assert_eq!(length > POST_BUFFER, chunked);
            let content = noise(1, length);
            let branch = format!("of-{length}");
            world.commit("work", &content);
            world.run("work", &["push", "--quiet", "codecommit://demo", &format!("main:{branch}")]);
            let option = format!("--branch={branch}");
            world.run("", &["clone", "--quiet", "--depth=1", &option, "codecommit://demo", &branch]);
            assert!(fs::read(world.path(&branch).join("file")).unwrap() == content, "{length}");
        }
    });
}

#[test]
fn a_push_larger_than_a_small_post_buffer_arrives() {
    for_each_git(|world| {
        let content = noise(1, 200_000);
        world.commit("work", &content);
        world.run("work", &["-c", "http.postBuffer=65536", "push", "--quiet", "codecommit://session@demo", "main"]);
        assert_eq!(world.references("demo"), ["refs/heads/main"]);
    });
}

/// Ten files, so that there is more than one object to pack; about 6 seconds.
#[test]
fn a_repository_of_100_mb_is_pushed_and_cloned() {
    for_latest_git(|world| {
        // What does not compress is not worth the try, on either side.
        world.add_git_config("[core]\n\tcompression = 0\n[pack]\n\twindow = 0\n");
        world.run("server/repositories/demo.git", &["config", "receive.unpackLimit", "1"]);
        world.run("", &["init", "--quiet", "work"]);
        for seed in 1..=10 {
            fs::write(world.path("work").join(seed.to_string()), noise(seed, 10_000_000)).unwrap();
        }
        world.run("work", &["add", "."]);
        world.run("work", &["commit", "--quiet", "--message=large"]);
        world.run("work", &["push", "--quiet", "codecommit://demo", "main"]);
        world.run("", &["clone", "--quiet", "codecommit://demo", "clone"]);
        for seed in 1..=10 {
            let cloned = fs::read(world.path("clone").join(seed.to_string())).unwrap();
            assert!(cloned == noise(seed, 10_000_000), "file {seed}");
        }
    });
}
