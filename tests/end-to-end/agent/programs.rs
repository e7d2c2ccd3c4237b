//! The other programs in a job: the credential helper for HTTPS URLs, `git codecommit sign` and `git codecommit url`.

use std::process::Command;

use super::{Agent, RULE, command, job};
use crate::command::{Finished, finish};
use crate::gits::{for_each_git_in, for_latest_git};
use crate::https_remotes::{HOST, URL, in_europe};
use crate::world::{KEY, World};

const HINT: &str = "hint: whoever runs the agent can add a rule; its audit log says what none fits\n";

/// A job where CodeCommit goes by its own name.
fn https_job(world: &World, folder: &str, arguments: &[&str]) -> Command {
    let mut job = job(world, folder, arguments);
    job.env_remove("CODE_COMMIT_ENDPOINT");
    job
}

/// What our programs say.
fn ours(finished: &Finished) -> String {
    let said = finished.stderr();
    let ours = said.lines().filter(|line| line.starts_with("codecommit:") || line.starts_with("hint:"));
    ours.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn a_clone_a_push_and_a_fetch_over_https_are_signed_by_the_agent() {
    for_each_git_in(in_europe, |world| {
        let mut agent = command(world, &["--allow", "codecommit::eu-west-1://default@demo"]);
        agent.env_remove("CODE_COMMIT_ENDPOINT");
        let agent = Agent::of(world, agent);
        let run = |folder: &str, arguments: &[&str]| finish(&mut https_job(world, folder, arguments)).succeeded();
        world.requests();
        run("", &["clone", "--quiet", URL, "clone"]);
        assert_eq!(world.file("clone"), "three");
        world.commit("clone", "four");
        run("clone", &["push", "--quiet"]);
        run("clone", &["fetch", "--quiet"]);
        assert_eq!(world.run("server/repositories/demo.git", &["show", "main:file"]), "four");
        let requests = world.requests();
        assert!(requests.iter().filter(|request| request.contains(" 200 ")).all(|request| request.ends_with(KEY)));
        // A profile that is named has to be the rule's.
        run("", &["-c", "codecommit.profile=default", "ls-remote", URL]);
        assert!(agent.audit().iter().all(|line| line["event"] == "signed" && line["host"] == HOST));

        let other = format!("https://{HOST}/v1/repos/other");
        for (arguments, words) in [
            (&["ls-remote", &other][..], "'other' in eu-west-1"),
            (&["-c", "codecommit.profile=session", "ls-remote", URL], "'demo' in eu-west-1 with the profile 'session'"),
        ] {
            let refused = finish(&mut https_job(world, "", arguments)).failed();
            let expected = format!(
                "codecommit: the signing agent refuses: no rule allows this user the repository {words}\n{HINT}"
            );
            assert_eq!(ours(&refused), expected, "{refused}");
        }
    });
}

#[test]
fn a_credential_for_another_program_is_the_agents() {
    for_latest_git(|world| {
        world.fill("demo");
        let _agent = Agent::start(world, &["--allow", RULE]);
        let sign = |arguments: &[&str]| finish(&mut job(world, "", &[&["codecommit", "sign"], arguments].concat()));
        for url in [
            "codecommit::us-east-1://demo",
            "codecommit::us-east-1://default@demo",
            "arn:aws:codecommit:us-east-1:123456789012:demo",
        ] {
            let signed = sign(&[url, "--format", "url"]).succeeded();
            let said = signed.stderr();
            assert!(
                said.starts_with("codecommit: this credential for demo in us-east-1 ends in 15 minutes, at "),
                "{said}"
            );
            assert_eq!(said.lines().count(), 1, "{said}");
            // Git alone, with nothing but this.
            let mut git = job(world, "", &["ls-remote", signed.stdout().trim_end()]);
            git.env_remove("CODECOMMIT_AGENT_SOCK");
            assert!(finish(&mut git).succeeded().stdout().ends_with("\trefs/heads/main\n"));
        }
        for (arguments, words) in [
            (&["codecommit::us-east-1://other", "--format", "git"][..], "'other' in us-east-1"),
            (
                &["codecommit::us-east-1://demo", "--format", "git", "--profile", "session"],
                "'demo' in us-east-1 with the profile 'session'",
            ),
        ] {
            let refused = sign(arguments).failed();
            let expected = format!(
                "codecommit: the signing agent refuses: no rule allows this user the repository {words}\n{HINT}"
            );
            assert_eq!((refused.stdout().as_str(), refused.stderr(), refused.status()), ("", expected, Some(1)));
        }
    });
}

/// The agent is not asked: it has no say in how a repository is written.
#[test]
fn the_forms_of_a_repository_are_written_without_the_agent_and_without_a_file() {
    for_latest_git(|world| {
        let url = |text: &str| job(world, "", &["codecommit", "url", text, "--to", "https"]);
        let written = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo\n";
        for text in ["codecommit::eu-west-1://demo", "codecommit::eu-west-1://prod@demo"] {
            let finished = finish(&mut url(text)).succeeded();
            assert_eq!((finished.stdout().as_str(), finished.stderr().as_str()), (written, ""), "{text}");
        }
        // No file is looked at for the profile, which is the agent's to know.
        let finished = finish(url("codecommit://prod@demo").env("AWS_REGION", "eu-west-1")).succeeded();
        assert_eq!((finished.stdout().as_str(), finished.stderr().as_str()), (written, ""));
        let refused = finish(&mut url("codecommit://prod@demo")).failed();
        assert_eq!(
            (refused.stdout().as_str(), refused.stderr().as_str(), refused.status()),
            (
                "",
                "codecommit: no AWS Region is given\n\
                 hint: write it in the URL, codecommit::REGION://…, or set AWS_REGION\n",
                Some(1)
            )
        );
    });
}
