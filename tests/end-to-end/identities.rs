//! Whose keys sign, and for which region.

use std::fs;

use crate::command::finish;
use crate::gits::for_each_git;
use crate::world::{KEY, SECRET, TEMPORARY_KEY, TOKEN, World};

/// Clones and returns the access key that the server let in.
#[track_caller]
fn key_of_clone(world: &World, url: &str, environment: &[(&str, &str)]) -> String {
    let mut command = world.command("", &["clone", "--quiet", url, "clone"]);
    finish(command.envs(environment.iter().copied())).succeeded();
    fs::remove_dir_all(world.path("clone")).unwrap();
    let requests = world.server().requests();
    world.server().forget_requests();
    let last = requests.last().unwrap();
    assert_eq!(last.status, 200);
    last.access_key_id.clone().unwrap()
}

#[test]
fn a_profile_in_the_url_signs_with_its_session_token() {
    for_each_git(|world| {
        world.fill("demo");
        assert_eq!(key_of_clone(world, "codecommit://session@demo", &[]), TEMPORARY_KEY);
        assert_eq!(key_of_clone(world, "codecommit::us-east-1://session@demo", &[]), TEMPORARY_KEY);
        assert_eq!(key_of_clone(world, "codecommit://demo", &[]), KEY);
    });
}

#[test]
fn a_profile_in_the_environment_signs_where_the_url_has_none() {
    for_each_git(|world| {
        world.fill("demo");
        let session = ("AWS_PROFILE", "session");
        assert_eq!(key_of_clone(world, "codecommit://demo", &[session]), TEMPORARY_KEY);
        assert_eq!(key_of_clone(world, "codecommit://default@demo", &[session]), KEY);
        assert_eq!(key_of_clone(world, "codecommit://demo", &[session, ("AWS_DEFAULT_PROFILE", "default")]), KEY);
    });
}

#[test]
fn keys_in_the_environment_sign_where_the_url_has_no_profile() {
    for_each_git(|world| {
        world.fill("demo");
        let keys =
            [("AWS_ACCESS_KEY_ID", TEMPORARY_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_SESSION_TOKEN", TOKEN)];
        assert_eq!(key_of_clone(world, "codecommit://demo", &keys), TEMPORARY_KEY);
        assert_eq!(key_of_clone(world, "codecommit://default@demo", &keys), KEY);
    });
}

#[test]
fn keys_in_the_environment_need_no_file() {
    for_each_git(|world| {
        world.fill("demo");
        let absent = world.path("absent");
        let absent = absent.to_str().unwrap();
        let environment = [
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_CONFIG_FILE", absent),
            ("AWS_SHARED_CREDENTIALS_FILE", absent),
        ];
        assert_eq!(key_of_clone(world, "codecommit://demo", &environment), KEY);
    });
}

/// The server takes signatures for us-east-1 only, so that another region in use would be refused.
#[test]
fn the_region_is_the_urls_or_the_environments_or_the_profiles() {
    for_each_git(|world| {
        world.fill("demo");
        let wrong = "[default]\nregion = eu-west-1\n";
        let default_region = |region| ("AWS_DEFAULT_REGION", region);
        world.write_aws_config(wrong);
        key_of_clone(world, "codecommit::us-east-1://demo", &[default_region("eu-west-1")]);
        key_of_clone(world, "codecommit://demo", &[default_region("us-east-1")]);
        world.write_aws_config("[default]\nregion = us-east-1\n");
        key_of_clone(world, "codecommit://demo", &[("AWS_REGION", "eu-west-1")]);
        world.write_aws_config("");
        key_of_clone(world, "codecommit://demo", &[("AWS_REGION", "us-east-1")]);
    });
}
