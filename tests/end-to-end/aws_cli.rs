//! `aws codecommit credential-helper` of the AWS CLI beside `git-credential-codecommit`: for CodeCommit's own servers both answer
//! the same, and where the AWS CLI's helper is known to be wrong, ours is not.

use std::path::{Path, PathBuf};

use crate::command::{Finished, finish, finish_with};
use crate::gits::{Git, for_each_git_in, for_latest_git};
use crate::proxy::Proxy;
use crate::world::{KEY, TEMPORARY_KEY, World, helper};

const HOST: &str = "git-codecommit.eu-west-1.amazonaws.com";

/// How often both are run until they sign in the same second.
const TRIES: usize = 30;

/// The AWS CLI, as pip installs it.
fn aws() -> PathBuf {
    let path = std::env::var_os("CODECOMMIT_AWS_CLI")
        .expect("CODECOMMIT_AWS_CLI is unset: it names the AWS CLI; run cargo xtask test, which installs it");
    PathBuf::from(path)
}

/// What a credential helper did with a request.
fn ask(world: &World, program: &Path, arguments: &[&str], request: &str, environment: &[(&str, &str)]) -> Finished {
    let mut command = world.program_with(helper().parent().unwrap(), program, "", arguments);
    command.env_remove("CODE_COMMIT_ENDPOINT").env("AWS_DEFAULT_REGION", "us-west-2");
    finish_with(command.envs(environment.iter().copied()), request)
}

fn ask_ours(world: &World, request: &str, environment: &[(&str, &str)]) -> Finished {
    ask(world, &helper().with_file_name("git-credential-codecommit"), &["get"], request, environment)
}

fn ask_theirs(world: &World, request: &str, environment: &[(&str, &str)]) -> Finished {
    ask(world, &aws(), &["codecommit", "credential-helper", "get"], request, environment)
}

fn request(host: &str, path: &str) -> String {
    format!("protocol=https\nhost={host}\npath={path}\n\n")
}

/// The user name and the password of an answer.
#[track_caller]
fn credential(finished: Finished) -> [String; 2] {
    let answer = finished.succeeded().stdout();
    ["username=", "password="].map(|name| {
        let value = answer.lines().find_map(|line| line.strip_prefix(name));
        value.unwrap_or_else(|| panic!("no {name} in {answer}")).to_owned()
    })
}

/// Both sign the same, once they do so in the same second. The user name that both give.
#[track_caller]
fn the_same_from_both(world: &World, request: &str, environment: &[(&str, &str)]) -> String {
    for _ in 0..TRIES {
        // Theirs signs just before it ends, and ours soon after it starts.
        let [username, password] = credential(ask_theirs(world, request, environment));
        let ours = credential(ask_ours(world, request, environment));
        assert_eq!(ours[0], username, "{request}");
        if ours[1][..15] == password[..15] {
            assert_eq!(ours[1], password, "{request}");
            return username;
        }
    }
    panic!("{request}: no two signatures in the same second, in {TRIES} tries");
}

#[test]
fn both_answer_the_same_for_codecommits_own_servers() {
    for_latest_git(|world| {
        for host in [
            HOST,
            "git-codecommit-fips.us-east-1.amazonaws.com",
            "git-codecommit.cn-north-1.amazonaws.com.cn",
            "vpce-0a1b-2c3d.git-codecommit.us-east-1.vpce.amazonaws.com",
        ] {
            assert_eq!(the_same_from_both(world, &request(host, "v1/repos/demo"), &[]), KEY, "{host}");
        }
        let session = [("AWS_PROFILE", "session")];
        let username = the_same_from_both(world, &request(HOST, "v1/repos/Upper-lower_1.2"), &session);
        assert_eq!(username.split('%').next(), Some(TEMPORARY_KEY));
    });
}

/// A credential for a host that has `amazonaws.com` somewhere in it goes to whoever owns that host.
#[test]
fn a_host_that_is_not_codecommits_gets_a_credential_from_theirs_and_none_from_ours() {
    for_latest_git(|world| {
        for host in
            ["git-codecommit.us-east-1.amazonaws.com.evil.example", "amazonaws.com.evil.example", "s3.amazonaws.com"]
        {
            let request = request(host, "v1/repos/demo");
            assert_eq!(credential(ask_theirs(world, &request, &[]))[0], KEY, "{host}");
            assert_eq!(ask_ours(world, &request, &[]).succeeded().stdout(), "", "{host}");
        }
    });
}

/// The port is left out of what theirs signs, so that a signature for one server is good for another one.
#[test]
fn a_server_on_another_port_gets_a_credential_from_theirs_and_none_from_ours() {
    for_latest_git(|world| {
        let request = request(&format!("{HOST}:8443"), "v1/repos/demo");
        assert_eq!(credential(ask_theirs(world, &request, &[]))[0], KEY);
        assert_eq!(ask_ours(world, &request, &[]).succeeded().stdout(), "");
    });
}

#[test]
fn without_use_http_path_theirs_fails_with_the_name_of_a_variable_and_ours_says_what_to_type() {
    for_latest_git(|world| {
        let request = format!("protocol=https\nhost={HOST}\n\n");
        let theirs = ask_theirs(world, &request, &[]).failed().stderr();
        assert!(theirs.contains("path") && !theirs.contains("useHttpPath"), "{theirs}");
        assert_eq!(
            ask_ours(world, &request, &[]).failed().stderr(),
            format!(
                "codecommit: Git does not say which repository of {HOST} it is, and a CodeCommit credential is for one alone\n\
                 hint: `git codecommit configure`, or `git config --global credential.https://{HOST}.useHttpPath true`\n"
            )
        );
    });
}

fn in_europe(git: Git) -> World {
    let world = World::of_region(git, "eu-west-1", &[HOST]);
    let proxy = Proxy::to(world.server().port());
    world.add_git_config(&format!("[http]\n\tproxy = {}\n", proxy.url()));
    world.fill("demo");
    world
}

#[test]
fn git_clones_with_either_and_asks_the_server_the_same() {
    for_each_git_in(in_europe, |world| {
        let url = format!("https://{HOST}/v1/repos/demo");
        let clone = |helper: &str, folder: &str| {
            let helper = format!("credential.helper={helper}");
            let arguments = ["-c", &helper, "-c", "credential.useHttpPath=true", "clone", "--quiet", &url, folder];
            finish(world.command("", &arguments).env_remove("CODE_COMMIT_ENDPOINT")).succeeded();
            assert_eq!(world.file(folder), "three");
            world.requests()
        };
        world.requests();
        let theirs = clone(&format!("!{} codecommit credential-helper $@", aws().to_str().unwrap()), "theirs");
        assert_eq!(clone("codecommit", "ours"), theirs);
    });
}
