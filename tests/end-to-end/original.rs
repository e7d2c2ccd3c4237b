//! Programs of others against the same server, beside this project's: the AWS CLI's credential helper, libgit2, and, in this file,
//! git-remote-codecommit 1.17, the original in Python. It is let in where it should be, and nowhere else, so that the server stands
//! in for CodeCommit; and this project's helper gives Git the same URLs, names and passwords.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

mod access;
mod aws_cli;
#[expect(dead_code, reason = "shared with the end-to-end tests, which use all of it")]
mod command;
#[expect(dead_code, reason = "shared with the end-to-end tests, which use all of it")]
mod gits;
mod libgit2;
mod proxy;
#[expect(dead_code, reason = "shared with the end-to-end tests, which use all of it")]
mod world;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::access::Access;
use crate::command::{Finished, finish};
use crate::gits::{for_each_git, for_latest_git};
use crate::world::{KEY, SECRET, TEMPORARY_KEY, TOKEN, World};

/// How often two helpers are run until both sign in the same second.
const TRIES: usize = 30;

/// The original, as pip installs it.
fn original() -> PathBuf {
    let path = std::env::var_os("CODECOMMIT_ORIGINAL")
        .expect("CODECOMMIT_ORIGINAL is unset: it names the Python original; run cargo xtask test, which installs it");
    let path = PathBuf::from(path);
    assert!(path.ends_with("git-remote-codecommit") && path.exists(), "CODECOMMIT_ORIGINAL: {}", path.display());
    path
}

/// Git with the original as its helper.
fn git(world: &World, folder: &str, arguments: &[&str]) -> Command {
    world.program_with(original().parent().unwrap(), world.git().program(), folder, arguments)
}

#[test]
fn the_original_clones_pushes_and_fetches() {
    for_each_git(|world| {
        world.fill("demo");
        let run = |folder: &str, arguments: &[&str]| finish(&mut git(world, folder, arguments)).succeeded();
        for (url, clone) in [
            ("codecommit://demo", "one"),
            ("codecommit://session@demo", "temporary"),
            ("codecommit::us-east-1://demo", "region"),
        ] {
            run("", &["clone", "--quiet", url, clone]);
            world.commit(clone, url);
            run(clone, &["push", "--quiet"]);
            run("", &["clone", "--quiet", url, "check"]);
            assert_eq!(world.file("check"), url);
            run("check", &["fetch", "--quiet"]);
            fs::remove_dir_all(world.path("check")).unwrap();
        }
    });
}

/// What the server says of a wrong signature, and what Git makes of it.
fn wrong_signature(world: &World, repository: &str, day: &str) -> String {
    let host = world.host();
    format!(
        "remote: signature wrong: made for another repository, region, host, day or secret than repository {repository}, \
         region us-east-1, host {host}, day {day} and the secret of {KEY}\n"
    ) + &forbidden(world, repository)
}

fn forbidden(world: &World, repository: &str) -> String {
    format!("fatal: unable to access '{}/': The requested URL returned error: 403\n", world.url(repository))
}

/// The day is that of the signature, which is not far from now.
#[track_caller]
fn refused_for_its_signature(world: &World, refused: &Finished) {
    let stderr = refused.stderr();
    let day = stderr.rsplit(", day ").next().and_then(|rest| rest.get(..8)).unwrap_or_else(|| panic!("{refused}"));
    assert_eq!(stderr, wrong_signature(world, "demo", day));
}

#[test]
fn the_original_is_refused_where_it_signs_for_another_region() {
    for_latest_git(|world| {
        world.fill("demo");
        let mut other = git(world, "", &["ls-remote", "codecommit://demo"]);
        refused_for_its_signature(world, &finish(other.env("AWS_DEFAULT_REGION", "eu-west-1")).failed());
        finish(other.env("AWS_DEFAULT_REGION", "us-east-1")).succeeded();
    });
}

#[test]
fn the_original_is_refused_where_it_signs_with_another_secret_or_key() {
    for_latest_git(|world| {
        world.fill("demo");
        let mut other = git(world, "", &["ls-remote", "codecommit://demo"]);
        other.env("AWS_ACCESS_KEY_ID", KEY).env("AWS_SECRET_ACCESS_KEY", SECRET.to_lowercase());
        refused_for_its_signature(world, &finish(&mut other).failed());
        other.env("AWS_SECRET_ACCESS_KEY", SECRET);
        finish(&mut other).succeeded();
        let refused = finish(other.env("AWS_ACCESS_KEY_ID", "AKIAI44QH8DHBEXAMPLE")).failed();
        assert_eq!(refused.stderr(), format!("remote: unknown access key\n{}", forbidden(world, "demo")));
    });
}

#[test]
fn the_original_is_refused_where_its_session_token_is_another() {
    for_latest_git(|world| {
        world.fill("demo");
        let mut other = git(world, "", &["ls-remote", "codecommit://demo"]);
        other.env("AWS_ACCESS_KEY_ID", TEMPORARY_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET);
        let refused = finish(other.env("AWS_SESSION_TOKEN", TOKEN.to_lowercase())).failed();
        let expected = format!("remote: session token wrong for this access key\n{}", forbidden(world, "demo"));
        assert_eq!(refused.stderr(), expected);
        finish(other.env("AWS_SESSION_TOKEN", TOKEN)).succeeded();
    });
}

/// Not signed anew, but carried to where it does not belong.
#[test]
fn a_signature_of_the_original_holds_for_its_repository_host_and_second_alone() {
    for_latest_git(|world| {
        world.fill("demo");
        world.fill("other");
        let list = |url: &str| finish(&mut git(world, "", &["ls-remote", url]));
        let here = Access::of_original(&original(), world, "codecommit://demo", &[]);
        list(&here.authenticated_url()).succeeded();
        let with = |url: &str, password: &str| Access {
            url: url.to_owned(),
            username: here.username.clone(),
            password: password.to_owned(),
        };

        let refused = list(&with(&world.url("other"), &here.password).authenticated_url()).failed();
        assert_eq!(refused.stderr(), wrong_signature(world, "other", &here.password[..8]));

        let address = world.host().replace("localhost", "127.0.0.1");
        let there = Access::of_original(&original(), world, "codecommit://demo", &[("CODE_COMMIT_ENDPOINT", &address)]);
        list(&there.authenticated_url()).succeeded();
        let refused = list(&with(&here.url, &there.password).authenticated_url()).failed();
        assert_eq!(refused.stderr(), wrong_signature(world, "demo", &there.password[..8]));

        // The last digit of the second, changed; the signature is as it was.
        let (second, signature) = here.password.split_once('Z').unwrap();
        let changed = format!("{}{}Z{signature}", &second[..14], if second.ends_with('0') { '1' } else { '0' });
        let refused = list(&with(&here.url, &changed).authenticated_url()).failed();
        assert_eq!(refused.stderr(), wrong_signature(world, "demo", &changed[..8]));

        let yesteryear = format!("2019{}", &here.password[4..]);
        let refused = list(&with(&here.url, &yesteryear).authenticated_url()).failed();
        let expected = "remote: timestamp too old: more than 15 minutes before the server's clock\n";
        assert_eq!(refused.stderr(), format!("{expected}{}", forbidden(world, "demo")));
    });
}

/// Both helpers, given one identity, give Git the same.
#[track_caller]
fn the_same_from_both(world: &World, url: &str, environment: &[(&str, &str)]) -> Access {
    let https = access::our_url(world, url, environment);
    for _ in 0..TRIES {
        // The original signs just before it ends, and ours soon after it starts: in this order they are close together.
        let originals = Access::of_original(&original(), world, url, environment);
        let ours = Access::of_ours(world, url, environment, &https);
        assert_eq!((&ours.url, &ours.username), (&originals.url, &originals.username), "{url}");
        if ours.second() == originals.second() {
            assert_eq!(ours, originals, "{url}");
            return ours;
        }
    }
    panic!("{url}: no two signatures in the same second, in {TRIES} tries");
}

#[test]
fn both_helpers_give_git_the_same_for_a_url() {
    for_latest_git(|world| {
        for (url, expected, key) in [
            ("codecommit://demo", "git-codecommit.us-east-1.amazonaws.com/v1/repos/demo", KEY),
            ("CodeCommit://demo", "git-codecommit.us-east-1.amazonaws.com/v1/repos/demo", KEY),
            ("codecommit://session@Demo", "git-codecommit.us-east-1.amazonaws.com/v1/repos/Demo", TEMPORARY_KEY),
            ("eu-west-1://demo", "git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo", KEY),
            ("EU-West-1://demo", "git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo", KEY),
            ("us-gov-west-1://default@a", "git-codecommit.us-gov-west-1.amazonaws.com/v1/repos/a", KEY),
            (
                "cn-north-1://session@Upper-lower_1.2",
                "git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/Upper-lower_1.2",
                TEMPORARY_KEY,
            ),
        ] {
            let access = the_same_from_both(world, url, &[("CODE_COMMIT_ENDPOINT", "")]);
            assert_eq!(access.url, format!("https://{expected}"));
            assert_eq!(access.username.split('%').next(), Some(key));
        }
    });
}

#[test]
fn both_helpers_give_git_the_same_for_an_environment() {
    for_latest_git(|world| {
        let keys = [("AWS_ACCESS_KEY_ID", "AKIAI44QH8DHBEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "je7MtGbClwBF/2Zp9Utk")];
        for environment in [
            &[("AWS_PROFILE", "session")][..],
            &[("AWS_PROFILE", "session"), ("AWS_DEFAULT_PROFILE", "default")],
            &[("AWS_DEFAULT_REGION", "eu-west-1"), ("AWS_REGION", "eu-west-2")],
            &keys,
            &[keys[0], keys[1], ("AWS_SESSION_TOKEN", TOKEN)],
            &[keys[0], keys[1], ("AWS_PROFILE", "session")],
        ] {
            for url in ["codecommit://demo", "codecommit://session@demo", "ap-south-1://demo"] {
                the_same_from_both(world, url, environment);
            }
        }
    });
}
