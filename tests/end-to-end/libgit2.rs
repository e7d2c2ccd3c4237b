//! libgit2, on which IDEs and other programs are built, with plain HTTPS URLs and the credential helper.

use std::path::Path;

use crate::command::finish;
use crate::gits::{Git, for_each_git_in};
use crate::proxy::Proxy;
use crate::world::{KEY, World, helper};

const HOST: &str = "git-codecommit.eu-west-1.amazonaws.com";

/// Python, which pip has installed pygit2 for.
fn python() -> std::path::PathBuf {
    crate::original().with_file_name("python")
}

fn in_europe(git: Git) -> World {
    let world = World::of_region(git, "eu-west-1", &[HOST]);
    world.fill("demo");
    finish(world.command("", &["codecommit", "configure", "--yes"]).env_remove("CODE_COMMIT_ENDPOINT")).succeeded();
    world
}

#[test]
fn libgit2_clones_pushes_and_fetches() {
    for_each_git_in(in_europe, |world| {
        let proxy = Proxy::to(world.server().port());
        let url = format!("https://{HOST}/v1/repos/demo");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/end-to-end/libgit2.py");
        let authority = world.server().ca_file().clone();
        let arguments = [script.to_str().unwrap(), &url, "clone", authority.to_str().unwrap(), &proxy.url()];
        let mut program = world.program_with(helper().parent().unwrap(), &python(), "", &arguments);
        let ended = finish(program.env_remove("CODE_COMMIT_ENDPOINT")).succeeded();
        assert_eq!(ended.stdout(), "cloned three\npushed main\nfetched 0\n");
        assert_eq!(ended.stderr(), "");
        assert_eq!(world.run("server/repositories/demo.git", &["show", "main:file"]), "of libgit2");
        assert_eq!(proxy.hosts(), [format!("{HOST}:443")]);
        // libgit2 asks once without a credential, as Git before 2.46 does.
        let served = world.requests();
        assert!(served.iter().all(|request| request.contains(" 401 ") || request.ends_with(KEY)), "{served:#?}");
        assert!(served.iter().any(|request| request.ends_with(KEY)), "{served:#?}");
    });
}
