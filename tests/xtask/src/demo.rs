//! `cargo xtask demo`: a repository cloned, pushed to and fetched from through `codecommit://`, with a server on this machine.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::command::{quoted, run as run_command, say};
use crate::failure::Failure;
use crate::{target, workspace};

pub(crate) mod environment;
pub(crate) mod server;
mod shell;

use server::Server;
use shell::{Shell, comment};

/// What the user of the demo gets instead of their own Git configuration.
pub(crate) const GIT_CONFIG: &str = "\
[user]
\tname = A. User
\temail = user@example.com
[init]
\tdefaultBranch = main
";

/// Runs the task. Everything but the build happens in a temporary folder, and no file of the user is read.
///
/// # Errors
/// Where something cannot be built or a step does not do what it should.
pub(crate) fn run() -> Result<(), Failure> {
    target::ensure()?;
    run_command(workspace::cargo()?.args(workspace::BUILD_RELEASE))?;

    let temporary = tempfile::Builder::new()
        .prefix("codecommit-demo-")
        .tempdir()
        .map_err(|error| Failure::new(format!("could not create a folder: {error}")))?;
    let root = temporary.path().join("server");
    let server = Server::start(&root, &["demo", "copy"])?;
    say(format_args!(
        "codecommit-local, a CodeCommit on this machine, listens on https://localhost:{}\n",
        server.port()
    ));

    let home = temporary.path().join("home");
    fs::create_dir(&home).map_err(Failure::file("create", &home))?;
    let configuration = home.join(".gitconfig");
    fs::write(&configuration, GIT_CONFIG).map_err(Failure::file("write", &configuration))?;

    let mut shell = Shell::new(home);
    let home = shell.folder().to_owned();
    shell.set("HOME", home.as_os_str());
    shell.set("GIT_CONFIG_GLOBAL", configuration.as_os_str());
    // A system's configuration may name another credential helper; and no step may wait for someone to type a password.
    shell.set("GIT_CONFIG_NOSYSTEM", "1".as_ref());
    shell.set("GIT_TERMINAL_PROMPT", "0".as_ref());
    shell.set("LC_ALL", "C".as_ref());
    let programs = workspace::target_dir()?.join("release");
    shell.set("PATH", &path_with(&programs)?);
    shell.apply(&format!("export PATH={}:$PATH", quoted(&programs.to_string_lossy())), Vec::new());
    let file = root.join("env");
    shell.apply(&format!(". {}", quoted(&file.to_string_lossy())), environment::read(&file)?);
    story(&mut shell)?;
    let requests = server.stop()?;
    say(format_args!(
        "\nthe server has stopped; it let in {} requests signed with the lasting key and {} with the temporary one",
        requests.lasting, requests.temporary
    ));
    if requests.lasting == 0 || requests.temporary == 0 {
        return Err(Failure::new("one of the identities was not used"));
    }
    temporary.close().map_err(|error| Failure::new(format!("could not remove the demo's folder: {error}")))?;
    say("all worked: cloned, pushed, fetched and refused as it should be");
    Ok(())
}

/// What the user types, and what must come of it.
fn story(shell: &mut Shell) -> Result<(), Failure> {
    comment("an empty repository, with the lasting key of the profile `default`");
    shell.git(&["clone", "codecommit://demo"])?;
    shell.cd("demo")?;
    shell.append("hello", "greeting.txt")?;
    shell.git(&["add", "greeting.txt"])?;
    shell.git(&["commit", "-m", "say hello"])?;
    shell.git(&["push", "origin", "main"])?;
    shell.cd("..")?;

    comment("the same repository, with the temporary key of the profile `session` and the region in the URL");
    shell.git(&["clone", "codecommit::us-east-1://session@demo", "again"])?;
    shell.cd("again")?;
    shell.append("and hello to you", "greeting.txt")?;
    shell.git(&["commit", "-a", "-m", "answer"])?;
    shell.git(&["push"])?;
    shell.cd("../demo")?;

    comment("the answer arrives in the first clone");
    shell.git(&["fetch"])?;
    shell.git(&["pull", "--ff-only"])?;
    shell.cat("greeting.txt", "hello\nand hello to you\n")?;
    shell.git(&["ls-remote", "origin"])?;

    comment("to a second repository, by its URL alone");
    shell.git(&["push", "codecommit://session@copy", "main"])?;
    shell.cd("..")?;

    comment("a misspelt region is refused before anything is sent, with what to type instead");
    let said = shell.refused(&["clone", "codecommit::us-esat-1://demo", "misspelt"])?;
    if !said.contains("us-esat-1") || !said.contains("hint: ") {
        return Err(Failure::new("the refusal says nothing about the region us-esat-1, or gives no hint"));
    }
    Ok(())
}

/// The user's PATH with a folder before it.
///
/// # Errors
/// Where the folder's name cannot be in it.
pub(crate) fn path_with(folder: &Path) -> Result<OsString, Failure> {
    let users = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&users));
    std::env::join_paths(folders)
        .map_err(|error| Failure::new(format!("the workspace's folder cannot be in PATH: {error}")))
}
