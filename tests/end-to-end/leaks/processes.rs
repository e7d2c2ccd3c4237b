//! Every process that runs, from its first moment as a program to its last.

use std::collections::BTreeSet;

use serde_json::json;

use crate::gits::for_each_git;
use crate::leaks::search::{Kind, Search};
use crate::leaks::tracer::run;
use crate::leaks::work::{Moment, Ran, Seen, URL, let_in, search, work};
use crate::services::{Services, USER};
use crate::world::{TEMPORARY_KEY, TOKEN, World, helper};

/// Fails where one of the four commands showed a secret, or did not run what it has to.
#[track_caller]
fn show_nothing(world: &World, ran: &[Ran], search: &Search, url: &str) {
    let [clone, push, fetch, list] = ran else { panic!("{} commands", ran.len()) };
    for (ran, command, remote) in
        [(clone, "clone", "origin"), (push, "push", "origin"), (fetch, "fetch", "origin"), (list, "ls-remote", url)]
    {
        runs_what_it_has_to(world, &ran.processes, command, remote, url);
        for seen in &ran.processes {
            shows_nothing(seen, search);
        }
    }
}

/// That nothing was found says nothing of a process that was not looked at.
#[track_caller]
fn runs_what_it_has_to(world: &World, processes: &[Seen], command: &str, remote: &str, url: &str) {
    let (git, helper, https) = (world.git().program().display(), helper().display(), world.url("demo"));
    for (first, last) in [
        (format!("{git} {command} "), String::new()),
        (format!("{helper} {remote} {url}"), String::new()),
        ("/".to_owned(), format!("/git-remote-https {remote} {https}")),
        ("/bin/sh -c ".to_owned(), format!("'{helper}' --credential '{url}' get")),
        (format!("{helper} --credential {url} get"), String::new()),
    ] {
        let is_it = |seen: &Seen| {
            let line = seen.command_line();
            line.starts_with(&first) && line.ends_with(&last)
        };
        let lines = || {
            let line = |seen: &Seen| format!("\n{:?} {}", seen.moment, seen.command_line());
            processes.iter().map(line).collect::<Vec<_>>().concat()
        };
        let at = |moment| processes.iter().any(|seen| seen.moment == moment && is_it(seen));
        assert!(at(Moment::Exec), "no '{first}…{last}' has begun:{}", lines());
        // The helper's first process may become another program before it ends.
        assert!(
            first == format!("{helper} {remote} {url}") || at(Moment::Exit),
            "no '{first}…{last}' has ended:{}",
            lines()
        );
    }
}

#[track_caller]
fn shows_nothing(seen: &Seen, search: &Search) {
    let line = seen.command_line();
    search.nothing_in(&format!("the command line of '{line}' at its {:?}", seen.moment), &seen.arguments);
    if let Some(environment) = &seen.environment {
        search.nothing_in(&format!("the environment of '{line}' at its {:?}", seen.moment), environment);
        let is_variable = |variable: &[u8]| variable.starts_with(b"HOME=");
        assert!(environment.split(|byte| *byte == 0).any(is_variable), "the environment of '{line}' was not seen");
    } else {
        let credential_process = format!("{} --credential ", helper().display());
        assert!(seen.moment == Moment::Exit && line.starts_with(&credential_process), "'{line}' hides its environment");
    }
}

#[test]
fn no_process_shows_the_keys_of_a_temporary_identity() {
    for_each_git(|world| {
        world.fill("demo");
        let ran = work(world, URL, "clone", |folder, arguments| world.command(folder, arguments));
        show_nothing(world, &ran, &search(), URL);
        assert!(let_in(world, TEMPORARY_KEY) >= 4);
    });
}

#[test]
fn no_process_shows_the_keys_of_a_role_in_the_cache() {
    for_each_git(|world| {
        let key = ("role_key", r#"sha1 {"RoleArn": "arn:aws:iam::123456789012:role/deploy"}"#);
        let services = Services::new(world, &["cached"], &[key], json!([]));
        services.write(".aws/credentials", USER);
        services.write(
            ".aws/config",
            "[profile role]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = user\n",
        );
        services.write(
            ".aws/cli/cache/@role_key@.json",
            r#"{"Credentials": {"AccessKeyId": "ASIAEXAMPLECACHED", "SecretAccessKey": "example-secret-of-cached",
                "SessionToken": "example-token-of-cached", "Expiration": "@now+1h@"}}"#,
        );
        let url = "codecommit://role@demo";
        let ran = work(world, url, "clone", |folder, arguments| services.command(folder, arguments));
        let secrets = [
            (Kind::Secret, "example-secret-of-cached"),
            (Kind::Token, "example-token-of-cached"),
            (Kind::Secret, "example-secret-of-user"),
        ];
        show_nothing(world, &ran, &Search::new(secrets), url);
        assert!(let_in(world, "ASIAEXAMPLECACHED") >= 4);
    });
}

#[test]
fn no_process_shows_the_keys_that_a_program_gives_and_neither_does_the_program() {
    for_each_git(|world| {
        let services = Services::new(world, &["tool"], &[], json!([]));
        let keys = r#"{"Version": 1, "AccessKeyId": "ASIAEXAMPLETOOL", "SecretAccessKey": "example-secret-of-tool",
            "SessionToken": "example-token-of-tool"}"#;
        services.write("keys", keys);
        services.write("tool", "cat \"$1\"\n");
        services.write(
            ".aws/config",
            "[profile tool]\nregion = us-east-1\ncredential_process = sh \"@home@/tool\" \"@home@/keys\"\n",
        );
        let url = "codecommit://tool@demo";
        let ran = work(world, url, "clone", |folder, arguments| services.command(folder, arguments));
        let secrets = [(Kind::Secret, "example-secret-of-tool"), (Kind::Token, "example-token-of-tool")];
        show_nothing(world, &ran, &Search::new(secrets), url);
        assert!(let_in(world, "ASIAEXAMPLETOOL") >= 4);

        let home = world.path("home");
        for program in [format!("sh {0}/tool {0}/keys", home.display()), format!("cat {}/keys", home.display())] {
            for ran in &ran {
                let lines = ran.processes.iter().filter(|seen| seen.moment == Moment::Exec).map(Seen::command_line);
                assert_eq!(lines.filter(|line| *line == program).count(), 1, "{program}");
            }
        }
    });
}

/// The way of AWS's own helper, with a token and a signature that nobody takes: what the other tests would have found.
#[test]
fn a_credential_in_a_url_or_a_variable_is_seen() {
    for_each_git(|world| {
        let signature = format!("20000101T000000Z{}", "0a".repeat(32));
        let token = TOKEN.replace('%', "%25").replace('/', "%2F");
        let url = format!("https://{TEMPORARY_KEY}%25{token}:{signature}@{}/v1/repos/demo", world.host());
        let mut command = world.command("", &["ls-remote", &url]);
        command.env("AWS_SESSION_TOKEN", TOKEN);
        let (finished, processes) = run(&command, &world.path(""));
        finished.failed();
        let both = BTreeSet::from([Kind::Token, Kind::Signature]);
        let search = search();
        let programs: Vec<_> = processes.iter().filter(|seen| search.find(&seen.arguments) == both).collect();
        for (moment, program) in [(Moment::Exec, "/git-remote-https"), (Moment::Exit, "/git-remote-https")] {
            let is_it = |seen: &&Seen| seen.moment == moment && seen.command_line().contains(program);
            assert!(programs.iter().copied().any(|seen| is_it(&seen)), "{moment:?}");
        }
        for seen in &processes {
            let environment = seen.environment.as_ref().unwrap();
            assert!(search.find(environment).contains(&Kind::Token), "{}", seen.command_line());
        }
    });
}
