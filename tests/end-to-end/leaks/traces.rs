//! What Git writes down when it is asked to, and what it and the helper say.
//!
//! One place is known: libcurl's line `Server auth using Basic with user '…'`, for which there is no switch but
//! `GIT_TRACE_CURL` itself. It holds the user name, and so the session token, which is worth nothing without the secret.

use std::collections::BTreeSet;
use std::fs;

use crate::gits::for_each_git;
use crate::leaks::search::Kind;
use crate::leaks::work::{Ran, URL, let_in, search, work};
use crate::world::{TEMPORARY_KEY, TOKEN, World};

/// The traces that Git writes, each with a text that shows that it was written.
const TRACES: [(&str, &str); 8] = [
    ("GIT_TRACE", " --credential "),
    ("GIT_TRACE_CURL", "=> Send header: Authorization: Basic <redacted>"),
    ("GIT_TRACE_PACKET", "packet:"),
    ("GIT_TRACE_SETUP", "setup: git_dir"),
    ("GIT_TRACE_PERFORMANCE", "performance:"),
    ("GIT_TRACE2", " --credential "),
    ("GIT_TRACE2_PERF", " --credential "),
    ("GIT_TRACE2_EVENT", " --credential "),
];

/// All of the configuration, and all variables in which Git hands it on, in the traces that can have them.
const ALL: [(&str, &str); 2] = [
    ("GIT_TRACE2_CONFIG_PARAMS", "*"),
    (
        "GIT_TRACE2_ENV_VARS",
        "GIT_CONFIG_PARAMETERS,GIT_CONFIG_COUNT,GIT_CONFIG_KEY_0,GIT_CONFIG_VALUE_0,GIT_ASKPASS,CODE_COMMIT_ENDPOINT,\
         AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY,AWS_SESSION_TOKEN",
    ),
];

/// Fails where a text holds anything but the lines of libcurl that are known. How many these are.
#[track_caller]
fn known_lines(place: &str, text: &str) -> usize {
    let known = format!("== Info: Server auth using Basic with user '{TEMPORARY_KEY}%{TOKEN}'");
    let (known, rest): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.ends_with(&known));
    search().nothing_in(place, rest.join("\n"));
    for line in &known {
        assert_eq!(search().find(line.as_bytes()), BTreeSet::from([Kind::Token]), "{line}");
    }
    known.len()
}

/// How many such lines there have to be: one a request with a credential, before Git 2.54.
#[track_caller]
fn expected_lines(world: &World) -> usize {
    let requests = let_in(world, TEMPORARY_KEY);
    if world.git().is_since(2, 54) { 0 } else { requests }
}

/// All that four commands said.
fn said(ran: &[Ran]) -> String {
    ran.iter().map(|ran| ran.finished.stdout() + &ran.finished.stderr()).collect()
}

#[test]
fn no_trace_in_a_file_holds_a_secret_but_the_token_where_libcurl_names_the_user() {
    for_each_git(|world| {
        world.fill("demo");
        fs::create_dir(world.path("traces")).unwrap();
        let path = |name: &str| world.path("traces").join(name);
        let ran = work(world, URL, "clone", |folder, arguments| {
            let mut command = world.command(folder, arguments);
            command.envs(ALL).envs(TRACES.map(|(name, _)| (name, path(name))));
            command
        });
        let expected = expected_lines(world);
        assert_eq!(known_lines("the output", &said(&ran)), 0);
        for (name, shown) in TRACES {
            let trace = String::from_utf8_lossy(&fs::read(path(name)).unwrap()).into_owned();
            assert!(trace.contains(shown), "{name} does not hold {shown}: {trace}");
            let is_curls = name == "GIT_TRACE_CURL";
            assert_eq!(known_lines(name, &trace), if is_curls { expected } else { 0 }, "{name}");
            // The settings that stand in the way of a leak, and the variable they are in, are there to be searched.
            if name.starts_with("GIT_TRACE2") {
                let https = world.url("demo");
                for seen in [format!("credential.{https}.helper"), format!("http.{https}.proactiveauth")] {
                    assert!(trace.to_lowercase().contains(&seen), "{name} does not hold {seen}: {trace}");
                }
                assert!(trace.contains("GIT_CONFIG_PARAMETERS"), "{name}: {trace}");
            }
        }
    });
}

#[test]
fn no_trace_on_the_terminal_holds_a_secret_but_the_token_where_libcurl_names_the_user() {
    for_each_git(|world| {
        world.fill("demo");
        let ran = work(world, URL, "clone", |folder, arguments| {
            let mut command = world.command(folder, arguments);
            // It is GIT_TRACE_CURL without the data, and only where that is not set.
            command.envs(ALL).env("GIT_CURL_VERBOSE", "1").env("GIT_REMOTE_CODECOMMIT_LOG", "debug");
            command.envs(TRACES.iter().filter(|(name, _)| *name != "GIT_TRACE_CURL").map(|(name, _)| (name, "1")));
            command
        });
        let said = said(&ran);
        for shown in ["Authorization: Basic <redacted>", " --credential ", "packet:", "ms: signed for https://"] {
            assert!(said.contains(shown), "{said}");
        }
        assert_eq!(known_lines("the output", &said), expected_lines(world));
    });
}

/// What the tests above would find if Git did not leave it out.
#[test]
fn a_user_who_tells_git_to_leave_nothing_out_has_token_and_signature_in_the_trace() {
    for_each_git(|world| {
        world.fill("demo");
        let ran = work(world, URL, "clone", |folder, arguments| {
            let mut command = world.command(folder, arguments);
            command.env("GIT_TRACE_CURL", "1").env("GIT_TRACE_REDACT", "0");
            command
        });
        let requests = let_in(world, TEMPORARY_KEY);
        let said = said(&ran);
        let headers: Vec<_> = said.lines().filter(|line| line.contains("Send header: Authorization: Basic ")).collect();
        assert_eq!(headers.len(), requests);
        for header in headers {
            assert_eq!(search().find(header.as_bytes()), BTreeSet::from([Kind::Token, Kind::Signature]), "{header}");
        }
    });
}
