//! What a user reads where something is wrong: the helper's own words, or the server's, and what Git adds.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::command::{Finished, finish};
use crate::gits::{for_each_git, for_latest_git};
use crate::world::{KEY, SECRET, World, helper};

/// What Git says, from 2.47 on, of a helper that ends before it has answered anything.
fn aborted(world: &World) -> &'static str {
    if world.git().is_since(2, 47) { "fatal: remote helper 'codecommit' aborted session\n" } else { "" }
}

/// Fails where Git did anything but say this, and end with its status for what is fatal.
#[track_caller]
fn says(world: &World, finished: Finished, expected: &str) {
    let failed = finished.failed();
    assert_eq!(world.plain(&failed.stderr()), expected, "{failed}");
    assert_eq!((failed.status(), failed.stdout().as_str()), (Some(128), ""), "{failed}");
}

/// The same, where the helper refused before it connected.
#[track_caller]
fn refuses(world: &World, finished: Finished, expected: &str) {
    says(world, finished, &format!("{expected}{}", aborted(world)));
    assert_eq!(world.requests(), [""; 0]);
}

fn list(world: &World, url: &str) -> Finished {
    world.finish("", &["ls-remote", url])
}

#[test]
fn a_refusal_is_a_line_of_fact_and_a_line_of_hint_and_status_1() {
    for_each_git(|world| {
        let folder = helper().parent().unwrap();
        let refused = finish(&mut world.program_with(folder, helper(), "", &["origin", "codecommit://demo.git"]));
        assert_eq!((refused.status(), refused.stdout().as_str()), (Some(1), ""));
        assert_eq!(
            refused.stderr(),
            "codecommit: the repository name 'demo.git' ends in '.git', and no CodeCommit name does\n\
             hint: use codecommit://demo\n"
        );
    });
}

/// Before 2.47, Git dies of SIGPIPE where the helper has ended before Git has written its first line.
#[test]
fn a_refusal_ends_once_git_has_been_heard() {
    for_latest_git(|world| {
        let folder = helper().parent().unwrap();
        let mut command = world.program_with(folder, helper(), "", &["origin", "codecommit://demo.git"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut git = child.stdin.take().unwrap();
        let lines: Vec<_> = BufReader::new(child.stderr.take().unwrap()).lines().take(2).collect();
        assert_eq!(lines.len(), 2);
        // All is said, and nothing was written yet: had it not waited, there could be nobody to take this.
        git.write_all(b"capabilities\n").unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1));
    });
}

#[test]
fn a_url_that_names_no_repository_is_refused_by_every_command() {
    const EXPECTED: &str =
        "codecommit: the URL has a path, '/branch'\nhint: use codecommit::us-east-1://session@demo\n";
    const URL: &str = "codecommit::us-east-1://session@demo/branch";
    for_each_git(|world| {
        refuses(world, world.finish("", &["clone", "--quiet", URL, "clone"]), EXPECTED);
        assert!(!world.path("clone").exists());
        world.commit("work", "one");
        world.run("work", &["remote", "add", "origin", URL]);
        refuses(world, world.finish("work", &["fetch"]), EXPECTED);
        refuses(world, world.finish("work", &["push", "origin", "main"]), EXPECTED);
        refuses(world, world.finish("work", &["ls-remote"]), EXPECTED);
    });
}

/// Before 2.47 at the latest, Git did not get as far: 2.39 ends with a segmentation fault of its own.
#[test]
fn a_remote_with_vcs_and_no_url_is_refused() {
    for_each_git(|world| {
        if world.git().is_since(2, 47) {
            world.run("", &["init", "--quiet", "work"]);
            world.run("work", &["config", "remote.x.vcs", "codecommit"]);
            let expected = "codecommit: 'x' is not a codecommit URL\n\
                hint: write codecommit://[PROFILE@]REPOSITORY or codecommit::REGION://[PROFILE@]REPOSITORY\n";
            refuses(world, world.finish("work", &["fetch", "x"]), expected);
        }
    });
}

#[test]
fn an_unknown_profile_is_answered_with_those_there_are() {
    for_each_git(|world| {
        let hint = "hint: the profiles there are: default, session\n";
        let expected = format!("codecommit: there is no AWS profile 'sesion'\n{hint}");
        refuses(world, list(world, "codecommit://sesion@demo"), &expected);
        for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
            let finished = finish(world.command("", &["ls-remote", "codecommit://demo"]).env(name, "sesion"));
            let expected = format!("codecommit: there is no AWS profile 'sesion', which {name} names\n{hint}");
            refuses(world, finished, &expected);
        }
    });
}

#[test]
fn a_misspelt_region_is_answered_with_the_one_most_like_it() {
    let fact = |region: &str| format!("codecommit: CodeCommit is not known in region '{region}'\n");
    for_each_git(|world| {
        let expected = fact("us-eest-1")
            + "hint: did you mean us-east-1? if AWS has added us-eest-1: \
               git config --global --add codecommit.extraRegion us-eest-1\n";
        refuses(world, list(world, "codecommit::us-eest-1://demo"), &expected);
        let mut environment = world.command("", &["ls-remote", "codecommit://demo"]);
        refuses(world, finish(environment.env("AWS_DEFAULT_REGION", "us-eest-1")), &expected);
        world.write_aws_config("[default]\nregion = useast1\n");
        let expected = fact("useast1") + "hint: did you mean us-east-1?\n";
        refuses(world, list(world, "codecommit://demo"), &expected);
    });
}

#[test]
fn a_region_that_no_source_names_is_asked_for() {
    for_each_git(|world| {
        world.write_aws_config("");
        let expected = "codecommit: no AWS Region is given, and the profile 'session' has none\n\
            hint: write it in the URL, codecommit::REGION://…, or set it: \
            aws configure set region REGION --profile 'session'\n";
        refuses(world, list(world, "codecommit://session@demo"), expected);
    });
}

#[test]
fn an_endpoint_with_a_scheme_is_refused() {
    for_each_git(|world| {
        let mut git = world.command("", &["ls-remote", "codecommit://demo"]);
        let finished = finish(git.env("CODE_COMMIT_ENDPOINT", format!("https://{}", world.host())));
        let expected = "codecommit: CODE_COMMIT_ENDPOINT 'https://localhost:PORT' has a scheme, and only host[:port] is taken\n\
            hint: set it to the host alone: CODE_COMMIT_ENDPOINT=localhost:PORT\n";
        refuses(world, finished, expected);
    });
}

/// The helper's second process refuses here: Git adds how it called it.
#[test]
fn a_profile_without_keys_is_refused_and_nobody_is_prompted() {
    for_each_git(|world| {
        world.fill("demo");
        world.write_aws_config("[default]\nregion = us-east-1\n[profile empty]\nregion = us-east-1\n");
        let expected = |profile: &str, environment: &str, option: &str, url: &str| {
            format!(
                "codecommit: no AWS keys were found for profile '{profile}': not in {environment}the profile or a container, \
                 and AWS_EC2_METADATA_DISABLED turns instance metadata off\n\
                 hint: type `aws configure sso{option}` or `aws login{option}`, or with an access key `aws configure{option}`\n\
                 fatal: credential helper '!'HELPER' --credential '{url}'' told us to quit\n{}",
                aborted(world)
            )
        };
        let url = "codecommit://empty@demo";
        says(world, list(world, url), &expected("empty", "", " --profile empty", url));

        let url = "codecommit://demo";
        let mut git = world.command("", &["ls-remote", url]);
        let finished = finish(git.env("AWS_SHARED_CREDENTIALS_FILE", world.path("absent")));
        says(world, finished, &expected("default", "the environment, ", "", url));
        // Before 2.46, each of the two commands asks the server first.
        let discovery = "GET /v1/repos/demo/info/refs?service=git-upload-pack 401 -";
        assert_eq!(world.requests(), vec![discovery; if world.git().is_since(2, 46) { 0 } else { 2 }]);
    });
}

#[test]
fn an_unknown_repository_is_what_the_server_says_and_where_it_was_looked_for() {
    for_each_git(|world| {
        let expected = "remote: repository absent does not exist\n\
            fatal: repository 'https://localhost:PORT/v1/repos/absent/' not found\n\
            codecommit: there is no repository 'absent' in region us-east-1 of the account of access key AKIAIOSFODNN7EXAMPLE\n\
            hint: `aws codecommit list-repositories --region us-east-1` lists those there are\n";
        says(world, list(world, "codecommit://absent"), expected);
        says(world, world.finish("", &["clone", "--quiet", "codecommit://absent"]), expected);
        assert!(!world.path("absent").exists());
        world.commit("work", "one");
        says(world, world.finish("work", &["push", "codecommit://absent", "main"]), expected);
    });
}

/// The server's reason is shown, and it is asked no second time but for its clock.
#[test]
fn a_wrong_secret_is_what_the_server_says() {
    for_each_git(|world| {
        world.fill("demo");
        let credentials = fs::read_to_string(world.server().credentials_file()).unwrap();
        fs::write(world.path("wrong"), credentials.replace(SECRET, &SECRET.to_lowercase())).unwrap();
        let mut git = world.command("", &["ls-remote", "codecommit://demo"]);
        let refused = finish(git.env("AWS_SHARED_CREDENTIALS_FILE", world.path("wrong")));
        let stderr = refused.stderr();
        let day = stderr.rsplit(", day ").next().and_then(|rest| rest.get(..8)).unwrap_or("no day");
        let expected = format!(
            "remote: signature wrong: made for another repository, region, host, day or secret than repository demo, \
             region us-east-1, host localhost:PORT, day {day} and the secret of {KEY}\n\
             fatal: unable to access 'https://localhost:PORT/v1/repos/demo/': The requested URL returned error: 403\n\
             codecommit: CodeCommit refused access key {KEY} for repository 'demo' in region us-east-1\n\
             hint: codecommit:GitPull and codecommit:GitPush have to be allowed; \
             `aws codecommit get-repository --repository-name demo --region us-east-1` says why they are not\n"
        );
        says(world, refused, &expected);
        let discovery = "GET /v1/repos/demo/info/refs?service=git-upload-pack";
        let clock = format!("{discovery} 401 -");
        let mut expected = vec![clock.clone(), format!("{discovery} 403 {KEY}"), clock];
        if world.git().is_since(2, 46) {
            expected.remove(0);
        }
        assert_eq!(world.requests(), expected);
    });
}
