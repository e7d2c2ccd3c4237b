//! Caches are in the home folder, and never in the current one, which can be a repository that somebody else made.

use std::fs;
use std::path::{Path, PathBuf};

use crate::user::{Ended, KEY, SECRET, User};

const REQUEST: &str = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n";
const DECLINED: &str = "quit=1\n";

/// SHA-1 of `{"RoleArn": "arn:aws:iam::123456789012:role/deploy"}`.
const ROLE_FILE: &str = ".aws/cli/cache/6a9d9ba39800a1773d9a3bd50c4a0db301ff5832.json";
const ROLE: &str = r#"{"Credentials": {"AccessKeyId": "ASIAEXAMPLEPLANTED", "SecretAccessKey": "example-secret",
    "SessionToken": "example-token", "Expiration": "2999-01-02T03:04:05Z"}}"#;

/// SHA-256 of `arn:aws:iam::123456789012:user/demo`.
const LOGIN_FILE: &str = ".aws/login/cache/bf5f7f6d57cc352e6ab0659523fca68f168f8380cdb2191fa6ec63f10880008c.json";
const LOGIN: &str = r#"{"accessToken": {"accessKeyId": "ASIAEXAMPLEPLANTED", "secretAccessKey": "example-secret",
    "sessionToken": "example-token", "expiresAt": "2999-01-02T03:04:05Z"}, "clientId": "example", "refreshToken": "example",
    "dpopKey": "example"}"#;

/// A user with this configuration outside of the home folder, and this file in the current one.
fn user(config: &str, file: &str, text: &str) -> User {
    let user = User::new();
    let (file, configuration) = (user.path(file), user.path("configuration"));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
    fs::write(&configuration, config).unwrap();
    user.set("AWS_CONFIG_FILE", configuration).set("AWS_EC2_METADATA_DISABLED", "true")
}

fn connect(user: &User) -> Ended {
    user.credential("codecommit::us-east-1://prod@demo", "get", REQUEST)
}

/// Every file and folder in a folder, sorted.
fn all_in(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            all.push(path);
        }
    }
    all.sort();
    all
}

/// Fails where the keys of the file are taken for these home folders, or anything is written, or they are not taken where the
/// current folder is the home folder.
#[track_caller]
fn is_believed_at_home_alone(user: impl Fn() -> User, homes: &[&str], stderr: &str) {
    for home in homes {
        let user = user().set("HOME", *home);
        let before = all_in(&user.path(""));
        connect(&user).is(1, DECLINED, stderr);
        assert_eq!(all_in(&user.path("")), before, "HOME={home}");
    }
    let user = user();
    let home = user.path("");
    let ended = connect(&user.set("HOME", home));
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
    assert!(ended.stdout.starts_with("username=ASIAEXAMPLEPLANTED%example-token\n"), "{}", ended.stdout);
}

/// The source has no keys, so that nothing is asked of STS.
#[test]
fn the_keys_of_a_role_in_the_current_folder_are_not_believed() {
    let config = "[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/deploy\ncredential_source = Environment\n";
    is_believed_at_home_alone(
        || user(config, ROLE_FILE, ROLE),
        &["", ".", "./"],
        "codecommit: credential_source Environment of profile 'prod' has no AWS keys\n\
         hint: give it keys, or name another source for the role\n",
    );
}

#[test]
fn a_session_of_aws_login_in_the_current_folder_is_not_believed() {
    let config = "[profile prod]\nlogin_session = arn:aws:iam::123456789012:user/demo\n";
    is_believed_at_home_alone(
        || user(config, LOGIN_FILE, LOGIN),
        &["", ".", "./"],
        "codecommit: the session of aws login for 'arn:aws:iam::123456789012:user/demo' does not exist\n\
         hint: aws login --profile prod\n",
    );
}

/// The endpoint is no URL, which is seen after the place for the keys was made. Not with an empty `HOME`, for which that place is
/// in `/`.
#[test]
fn the_keys_of_a_role_are_not_kept_in_the_current_folder() {
    let config = "[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/deploy\ncredential_source = Environment\n\
                  endpoint_url = x\n";
    let user = user(config, "planted", "").set("AWS_ACCESS_KEY_ID", KEY).set("AWS_SECRET_ACCESS_KEY", SECRET);
    let stderr = "codecommit: endpoint_url is 'x', which is no HTTP endpoint\n\
                  hint: correct endpoint_url in ~/.aws/config, or remove it\n";
    let before = all_in(&user.path(""));
    let user = user.set("HOME", ".");
    connect(&user).is(1, DECLINED, stderr);
    assert_eq!(all_in(&user.path("")), before);
    let home = user.path("");
    let user = user.set("HOME", home);
    connect(&user).is(1, DECLINED, stderr);
    assert_eq!(all_in(&user.path("")).len(), before.len() + 4, "cli, cache, and a lock are to be there");
}
