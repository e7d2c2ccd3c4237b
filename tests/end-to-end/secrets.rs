//! Nothing secret is left behind: not in a trace, a message or a file, and not with the user's own credential helpers.

use std::fs;
use std::path::Path;

use crate::command::{finish, finish_with};
use crate::gits::for_each_git;
use crate::world::{SECRET, TOKEN, World};

/// Clones, pushes and fetches with a session token; returns the messages.
#[track_caller]
fn work(world: &World, environment: &[(&str, &str)]) -> String {
    world.fill("demo");
    let mut said = String::new();
    let mut git = |folder: &str, arguments: &[&str]| {
        let finished = finish(world.command(folder, arguments).envs(environment.iter().copied())).succeeded();
        said += &finished.stdout();
        said += &finished.stderr();
    };
    git("", &["clone", "codecommit://session@demo", "clone"]);
    world.commit("clone", "four");
    git("clone", &["push", "--verbose"]);
    git("clone", &["fetch", "--verbose"]);
    said
}

/// Fails where a text holds the secret, the token in any form it is sent in, or a signature.
#[track_caller]
fn holds_no_secret(place: &str, text: &str) {
    let token_in_url = TOKEN.replace('%', "%25").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    // The end of the token, whatever is done to the characters in the middle.
    for secret in [SECRET, TOKEN, &token_in_url, "IQoJb3JpZ2luX2VjE"] {
        assert!(!text.contains(secret), "{place} holds {secret}: {text}");
    }
    // An object's name has 40.
    let longest = text.split(|character: char| !matches!(character, '0'..='9' | 'a'..='f')).map(str::len).max();
    assert!(longest < Some(64), "{place} holds a signature: {text}");
}

/// Every file below a folder; those of Git's object store are left out.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("objects") {
            found.extend(files(&path));
        } else if path.is_file() {
            let content = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            found.push((path.display().to_string(), content));
        }
    }
    found
}

#[test]
fn traces_messages_and_the_clone_hold_nothing_secret() {
    for_each_git(|world| {
        let trace = world.path("trace");
        let events = world.path("events");
        let said = work(
            world,
            &[
                ("GIT_TRACE", trace.to_str().unwrap()),
                ("GIT_TRACE2_EVENT", events.to_str().unwrap()),
                ("GIT_TRACE2_CONFIG_PARAMS", "credential.*,http.*,remote.*,url.*"),
                ("GIT_TRACE2_ENV_VARS", "GIT_CONFIG_PARAMETERS,GIT_CONFIG_COUNT,GIT_CONFIG_VALUE_0,GIT_ASKPASS"),
            ],
        );
        holds_no_secret("the messages", &said);
        let trace = fs::read_to_string(trace).unwrap();
        let events = fs::read_to_string(events).unwrap();
        // What is looked for would be seen: the helper's own command is.
        for text in [&trace, &events] {
            assert!(text.contains(&world.url("demo")), "{text}");
            assert!(text.contains("--credential"), "{text}");
        }
        holds_no_secret("GIT_TRACE", &trace);
        holds_no_secret("GIT_TRACE2_EVENT", &events);
        for (path, content) in files(&world.path("clone")).into_iter().chain(files(&world.path("home"))) {
            holds_no_secret(&path, &content);
        }
    });
}

#[test]
fn a_store_that_the_user_configured_stays_empty() {
    for_each_git(|world| {
        let store = world.path("store");
        world.add_git_config(&format!("[credential]\n\thelper = \"store --file '{}'\"\n", store.display()));
        work(world, &[]);
        assert!(!store.exists(), "{}", fs::read_to_string(store).unwrap());
    });
}

#[test]
fn the_users_own_credential_helpers_are_not_called() {
    for_each_git(|world| {
        let log = world.path("log");
        let script = format!("{{ echo \"$1\"; cat; }} >>'{}'\n", log.display());
        let script = world.write_script("bin/recorder", &script);
        let script = script.display();
        let authority = format!("https://{}", world.host());
        let url = world.url("demo");
        world.add_git_config(&format!(
            "[credential]\n\thelper = \"{script}\"\n\
             [credential \"{authority}\"]\n\thelper = \"{script}\"\n\
             [credential \"{url}\"]\n\thelper = \"{script}\"\n"
        ));
        work(world, &[]);
        assert!(!log.exists(), "{}", fs::read_to_string(log).unwrap());

        // For any other URL they are: the record would have shown it.
        let mut fill = world.command("", &["credential", "fill"]);
        finish_with(&mut fill, &format!("url={authority}/other\n\n")).failed();
        let called = fs::read_to_string(log).unwrap();
        assert_eq!(called.matches("get\n").count(), 2, "{called}");
    });
}
