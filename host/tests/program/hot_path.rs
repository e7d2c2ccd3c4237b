//! What a credential costs where no network is needed, counted and not timed; and what is left of the secret.
//!
//! The secret is looked for in all memory that the process can write to, at each of its system calls and when it ends. Keys in
//! the environment are left out of that: the system put them at the top of the stack before the program began, and a copy
//! stays readable there for whoever may trace the process. So is all that came over the network: buffers of the TLS and HTTP
//! libraries are not ours to wipe, so what is in memory after that says nothing of this program.

use std::fs;

use crate::tracer::{Trace, trace};
use crate::user::{KEY, SECRET, User};

const REQUEST: &str = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n";
const URL: &str = "us-east-1://demo";

/// A static key in the credentials file.
fn with_credentials_file() -> User {
    User::new()
        .config("[default]\nregion = us-east-1\n")
        .credentials(&format!("[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"))
}

/// A role that is in the AWS CLI's cache.
fn with_cached_role() -> User {
    let role = "arn:aws:iam::123456789012:role/demo";
    let user = User::new().config(&format!("[default]\nrole_arn = {role}\ncredential_source = Ec2InstanceMetadata\n"));
    let folder = user.path("home/.aws/cli/cache");
    fs::create_dir_all(&folder).unwrap();
    let entry = format!(
        "{{\"Credentials\": {{\"AccessKeyId\": \"{KEY}\", \"SecretAccessKey\": \"{SECRET}\", \
         \"SessionToken\": \"example-token\", \"Expiration\": \"2099-12-31T23:59:59Z\"}}}}"
    );
    // The SHA-1 of `{"RoleArn": "arn:aws:iam::123456789012:role/demo"}`.
    fs::write(folder.join("5f52c9c583acfd120a607977e4f21fe86b7fa42d.json"), entry).unwrap();
    user
}

/// The files that were opened, with `~` for the home folder, but for those of the system's loader and C library.
fn opened(trace: &Trace, user: &User) -> Vec<String> {
    let home = user.path("home");
    let is_systems = |path: &str| path.contains(".so.") || path == "/proc/self/maps";
    let opened = trace.opened.iter().filter(|path| !is_systems(path));
    opened.map(|path| path.replace(home.to_str().unwrap(), "~")).collect()
}

#[track_caller]
fn answers(trace: &Trace) {
    assert_eq!(trace.stderr, "");
    assert!(trace.stdout.starts_with(&format!("username={KEY}")), "{}", trace.stdout);
}

#[test]
fn a_static_key_takes_two_files_and_no_runtime_and_its_secret_is_wiped() {
    let user = with_credentials_file();
    let trace = trace(&user, URL, REQUEST, SECRET);
    answers(&trace);
    assert_eq!(opened(&trace, &user), ["~/.aws/config", "~/.aws/credentials"]);
    assert!(trace.started.is_empty(), "{:?}", trace.started);
    assert!(trace.held, "the secret was never seen, so that its absence says nothing");
    assert!(!trace.left);
}

#[test]
fn keys_in_the_environment_take_no_runtime() {
    let user = User::new().keys();
    let trace = trace(&user, URL, REQUEST, SECRET);
    answers(&trace);
    assert_eq!(opened(&trace, &user), [""; 0]);
    assert!(trace.started.is_empty(), "{:?}", trace.started);
}

#[test]
fn a_role_in_the_cache_takes_its_file_and_no_runtime_and_its_secret_is_wiped() {
    let user = with_cached_role();
    let trace = trace(&user, URL, REQUEST, SECRET);
    answers(&trace);
    assert_eq!(
        opened(&trace, &user),
        ["~/.aws/config", "~/.aws/cli/cache", "5f52c9c583acfd120a607977e4f21fe86b7fa42d.json"]
    );
    assert!(trace.started.is_empty(), "{:?}", trace.started);
    assert!(trace.held, "the secret was never seen, so that its absence says nothing");
    assert!(!trace.left);
}
