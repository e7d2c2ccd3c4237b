//! `git codecommit doctor`, on a machine where all is well, and on ones that are broken: each names the cause and what mends it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::command::finish;
use crate::gits::for_each_git;
use crate::listener::closed_port;
use crate::world::{GIT_PASSWORD, GIT_USER, KEY, SECRET, World, helper};

/// Where the server's profile is named, its keys and its region.
const REMOTE: &str = "codecommit://session@demo";

/// What doctor says, with the names of this run replaced, and its status.
#[track_caller]
fn doctor(world: &World, command: &mut Command) -> (String, Option<i32>) {
    let finished = finish(command);
    assert_eq!(finished.stderr(), "", "{finished}");
    assert!(!finished.stdout().contains(SECRET) && !finished.stdout().contains("EXAMPLETOKEN"), "{finished}");
    let folder = world.path("").to_str().unwrap().trim_end_matches('/').to_owned();
    let text = world.plain(&finished.stdout()).replace(&folder, "WORLD");
    let git = world.git().program().to_str().unwrap();
    (text.replace(git, "GIT"), finished.status())
}

/// The command.
fn command(world: &World, arguments: &[&str]) -> Command {
    world.command("", &[&["codecommit", "doctor"], arguments].concat())
}

/// Without its first line, of Git's version.
fn without_git(text: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap();
    assert!(first.starts_with("ok       git         2."), "{first}");
    rest.to_owned()
}

#[test]
fn all_is_well_where_the_server_is_reached() {
    for_each_git(|world| {
        let (text, status) = doctor(world, &mut command(world, &[REMOTE]));
        assert_eq!(
            without_git(&text),
            "ok       helper      HELPER\n\
             ok       transport   allowed\n\
             ok       ca          GIT_SSL_CAINFO: WORLD/server/ca.pem\n\
             ok       remote      codecommit://session@demo: access key ASIAIOSFODNN7EXAMPLE\n\
             ok       keychain    no credential helper of Git's that keeps anything\n\
             ok       endpoint    localhost:PORT answers, and its certificate is trusted\n\
             ok       clock       near that of localhost:PORT\n"
        );
        assert_eq!(status, Some(0));
        // No credential went there.
        assert!(world.server().requests().iter().all(|request| request.access_key_id.is_none()));
    });
}

#[test]
fn every_remote_of_a_repository_is_looked_at_and_none_where_there_is_none() {
    for_each_git(|world| {
        let offline = |folder| world.command(folder, &["codecommit", "doctor", "--offline"]);
        let (text, status) = doctor(world, &mut offline(""));
        assert!(
            text.ends_with(
                "-        remote      none of CodeCommit here: name a URL to look at its profile and server\n\
                 ok       keychain    no credential helper of Git's that keeps anything\n\
                 -        endpoint    not asked, for --offline\n"
            ),
            "{text}"
        );
        assert_eq!(status, Some(0));
        world.run("", &["init", "--quiet", "work"]);
        world.run("work", &["remote", "add", "origin", REMOTE]);
        world.run("work", &["remote", "add", "other", "codecommit://nobody@demo"]);
        world.run("work", &["remote", "add", "elsewhere", "https://example.com/demo"]);
        let (text, status) = doctor(world, &mut offline("work"));
        let remotes: Vec<&str> = text.lines().filter(|line| line.contains("  remote  ")).collect();
        assert_eq!(
            remotes,
            [
                "ok       remote      origin: access key ASIAIOSFODNN7EXAMPLE",
                "failed   remote      other: there is no AWS profile 'nobody'",
            ]
        );
        assert_eq!(status, Some(1));
    });
}

/// Breaks something, and finds these lines in what doctor says, and this status.
#[track_caller]
fn finds(world: &World, command: &mut Command, lines: &str, status: i32) {
    let (text, ended) = doctor(world, command);
    assert!(text.contains(lines), "{lines}\nis not in\n{text}");
    assert_eq!(ended, Some(status), "{text}");
}

#[test]
fn a_helper_that_git_does_not_find_or_finds_second_is_told() {
    for_each_git(|world| {
        let doctor = world.path("programs");
        fs::create_dir(&doctor).unwrap();
        fs::copy(helper().with_file_name("git-codecommit"), doctor.join("git-codecommit")).unwrap();
        let run = || world.program_with(&doctor, &doctor.join("git-codecommit"), "", &["doctor", "--offline"]);
        finds(
            world,
            &mut run(),
            "failed   helper      Git finds no git-remote-codecommit, neither on PATH nor among its own programs\n\
             \x20                    hint: install git-remote-codecommit\n",
            1,
        );
        let original = doctor.join("git-remote-codecommit");
        fs::write(&original, "#!/usr/bin/python3\n").unwrap();
        fs::set_permissions(&original, fs::Permissions::from_mode(0o755)).unwrap();
        finds(
            world,
            &mut run(),
            "failed   helper      Git finds the Python original first, WORLD/programs/git-remote-codecommit\n\
             \x20                    hint: pip uninstall git-remote-codecommit\n",
            1,
        );
        let ours = helper().with_file_name("git-codecommit");
        fs::write(&original, "#!/bin/sh\n").unwrap();
        let (text, status) = self::doctor(world, &mut world.program_with(&doctor, &ours, "", &["doctor", "--offline"]));
        let expected =
            "warning  helper      Git finds another one first, WORLD/programs/git-remote-codecommit, and not HELPER\n";
        assert!(text.contains(expected), "{text}");
        assert_eq!(status, Some(3));
    });
}

#[test]
fn no_git_at_all_is_told_and_nothing_else_is_looked_at() {
    for_each_git(|world| {
        let mut doctor = Command::new(helper().with_file_name("git-codecommit"));
        doctor.arg("doctor").current_dir(world.path("")).env_clear().env("PATH", world.path("home"));
        let (text, status) = self::doctor(world, &mut doctor);
        assert_eq!(
            text.lines().take(2).collect::<Vec<_>>(),
            ["failed   git         there is none on PATH", "                     hint: install Git, or put it on PATH"]
        );
        assert_eq!(status, Some(1));
    });
}

#[test]
fn a_transport_that_is_not_allowed_is_told() {
    for_each_git(|world| {
        finds(
            world,
            command(world, &["--offline", REMOTE]).env("GIT_ALLOW_PROTOCOL", "codecommit:ssh"),
            "failed   transport   GIT_ALLOW_PROTOCOL leaves out https\n\
             \x20                    hint: export GIT_ALLOW_PROTOCOL=codecommit:ssh:https\n",
            1,
        );
        world.add_git_config("[protocol]\n\tallow = never\n[protocol \"https\"]\n\tallow = always\n");
        finds(
            world,
            &mut command(world, &["--offline", REMOTE]),
            "failed   transport   protocol.allow is never\n\
             \x20                    hint: git config --global protocol.codecommit.allow always\n",
            1,
        );
    });
}

#[test]
fn submodules_for_which_git_runs_no_helper_are_told() {
    for_each_git(|world| {
        world.run("", &["init", "--quiet", "work"]);
        world.run("work", &["config", "--file=.gitmodules", "submodule.a.url", "../other"]);
        let run = || world.command("work", &["codecommit", "doctor", "--offline"]);
        finds(
            world,
            &mut run(),
            "warning  submodules  1 of CodeCommit or by a relative URL, for which Git runs no helper\n\
             \x20                    hint: git config --global protocol.codecommit.allow always\n",
            3,
        );
        world.run("work", &["config", "--global", "protocol.codecommit.allow", "always"]);
        finds(world, &mut run(), "ok       submodules  1 of CodeCommit or by a relative URL\n", 0);
    });
}

#[test]
fn what_a_keychain_keeps_is_told_with_the_command_that_removes_it() {
    for_each_git(|world| {
        let host = world.host().replace(':', "%3a");
        let store = world.path("home/store");
        let helper = format!("store --file {}", store.to_str().unwrap());
        world.add_git_config(&format!("[credential]\n\thelper = {helper}\n"));
        finds(
            world,
            &mut command(world, &["--offline", REMOTE]),
            "ok       keychain    nothing of CodeCommit in store --file WORLD/home/store\n",
            0,
        );
        let kept = [
            (
                GIT_USER,
                "keeps a password of alice-at-123456789012 for localhost:PORT; HTTPS remotes use it, codecommit ones do not",
            ),
            (KEY, "keeps a signature of AKIAIOSFODNN7EXAMPLE for localhost:PORT, which ended after 15 minutes"),
            (
                "ASIAIOSFODNN7EXAMPLE%25EXAMPLETOKEN",
                "keeps a signature of ASIAIOSFODNN7EXAMPLE for localhost:PORT, which ended after 15 minutes",
            ),
        ];
        for (user, words) in kept {
            fs::write(&store, format!("https://{user}:{GIT_PASSWORD}@{host}\n")).unwrap();
            let mut run = command(world, &["--offline", REMOTE]);
            let finished = finish(&mut run);
            let text = finished.stdout();
            assert!(!text.contains(GIT_PASSWORD), "{text}");
            finds(world, &mut run, &format!("warning  keychain    store --file WORLD/home/store {words}\n"), 3);
            // What is said to remove it does.
            let (_, mend) = text.split_once("hint: printf").unwrap();
            let mend = format!("printf{}", mend.lines().next().unwrap());
            let sh = std::path::Path::new("/bin/sh");
            let folder = helper_folder();
            finish(&mut world.program_with(&folder, sh, "", &["-c", &mend])).succeeded();
            assert_eq!(fs::read_to_string(&store).unwrap(), "", "{mend}");
        }
    });
}

fn helper_folder() -> std::path::PathBuf {
    helper().parent().unwrap().to_owned()
}

#[test]
fn settings_that_send_or_trust_something_else_are_told() {
    for_each_git(|world| {
        let run = || command(world, &["--offline", REMOTE]);
        finds(
            world,
            run().env("GIT_SSL_NO_VERIFY", "1"),
            "failed   tls         GIT_SSL_NO_VERIFY is set: whoever is in between can read and change everything\n\
             \x20                    hint: unset GIT_SSL_NO_VERIFY\n",
            1,
        );
        finds(
            world,
            run().env("GIT_SSL_CAINFO", "/nonexistent"),
            "failed   ca          GIT_SSL_CAINFO is /nonexistent, which cannot be read: entity not found\n\
             \x20                    hint: set GIT_SSL_CAINFO to a file of certificates in PEM, or unset it\n",
            1,
        );
        finds(
            world,
            run().env("AWS_CA_BUNDLE", world.path("home/gitconfig")),
            "failed   ca          AWS_CA_BUNDLE is WORLD/home/gitconfig, which has no certificate\n",
            1,
        );
        finds(
            world,
            run().env("HTTPS_PROXY", "http://me:example-password@proxy.example.com:3128"),
            "ok       proxy       HTTPS_PROXY: http://me:…@proxy.example.com:3128\n",
            0,
        );
        world.add_git_config("[http]\n\textraHeader = Authorization: Basic eHg=\n\tsslVerify = false\n");
        let expected = "\
            failed   headers     http.extraHeader has an Authorization, which is sent in place of the signature\n\
            \x20                    hint: git config --global --unset-all http.extraHeader '^[Aa]uthorization:'\n\
            failed   tls         http.sslVerify is false: whoever is in between can read and change everything\n\
            \x20                    hint: git config --global --unset-all http.sslVerify\n";
        finds(world, &mut run(), expected, 1);
        world.run("", &["config", "--global", "--unset-all", "http.extraHeader", "^[Aa]uthorization:"]);
        world.run("", &["config", "--global", "--unset-all", "http.sslVerify"]);
        assert!(!doctor(world, &mut run()).0.contains("failed"));
    });
}

#[test]
fn a_profile_that_cannot_sign_is_told() {
    for_each_git(|world| {
        let run = |url: &str| command(world, &["--offline", url]);
        finds(
            world,
            &mut run("codecommit://nobody@demo"),
            "failed   remote      codecommit://nobody@demo: there is no AWS profile 'nobody'\n\
             \x20                    hint: the profiles there are: default, session\n",
            1,
        );
        world.write_aws_config(
            "[profile sso]\nregion = us-east-1\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n\
             sso_account_id = 123456789012\nsso_role_name = Developer\n[profile none]\n",
        );
        finds(
            world,
            &mut run("codecommit://sso@demo"),
            "failed   remote      codecommit://sso@demo: there is no IAM Identity Center session for \
             'https://corp.awsapps.com/start'\n\
             \x20                    hint: aws sso login --profile sso\n",
            1,
        );
        finds(
            world,
            &mut run("codecommit://none@demo"),
            "failed   remote      codecommit://none@demo: no AWS Region is given, and the profile 'none' has none\n",
            1,
        );
        world.write_aws_config("broken\n");
        finds(world, &mut run("codecommit://demo"), "failed   remote      codecommit://demo: WORLD/server/config", 1);
    });
}

#[test]
fn a_server_that_is_not_reached_is_told_with_gits_reason() {
    for_each_git(|world| {
        let run = || command(world, &[REMOTE]);
        world.set_faults(&["clock=3600"]);
        finds(
            world,
            &mut run(),
            "failed   clock       this machine's is 1 hour behind that of localhost:PORT\n\
             \x20                    hint: set the clock: `sudo timedatectl set-ntp true`\n",
            1,
        );
        world.set_faults(&[]);
        // Reached, whatever it says.
        world.set_faults(&["status=503"]);
        finds(world, &mut run(), "ok       endpoint    localhost:PORT answers, and its certificate is trusted\n", 0);
        world.set_faults(&[]);
        let certificate = "\x20                    hint: where a proxy inspects TLS: git config --global http.sslCAInfo FILE, with its certificate\n";
        finds(world, run().env_remove("GIT_SSL_CAINFO"), certificate, 1);
        let port = closed_port();
        let mut closed = run();
        closed.env("CODE_COMMIT_ENDPOINT", format!("localhost:{port}"));
        let connect = "\x20                    hint: a proxy may be missing: git config --global http.proxy URL; in a VPC, an \
            endpoint: CODE_COMMIT_ENDPOINT\n";
        finds(world, &mut closed, connect, 1);
        finds(world, run().env("CODE_COMMIT_ENDPOINT", "codecommit.invalid"), connect, 1);
        let mut refused = run();
        refused.env("HTTPS_PROXY", "http://proxy.invalid:3128");
        let proxy = "\x20                    hint: the proxy: git config --get-regexp 'http.*proxy', and the variables HTTPS_PROXY and NO_PROXY\n";
        finds(world, &mut refused, proxy, 1);
    });
}
