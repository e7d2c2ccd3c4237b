//! What a user reads below Git's own words where CodeCommit did not do what it was asked.

use std::fs;

use crate::command::{Finished, finish};
use crate::gits::for_each_git;
use crate::world::{KEY, TEMPORARY_KEY, World};

/// The lines that are not Git's or the server's. The Git that waits for the helper can have a last word of its own, since it sees
/// its input end when the process that speaks to the server does.
fn added(finished: &Finished) -> String {
    let stderr = finished.stderr();
    let lines = stderr.split_inclusive('\n').skip_while(|line| !line.starts_with("codecommit: "));
    lines.filter(|line| !line.starts_with("fatal: ")).collect()
}

/// Fails where a list of references ends in anything but these lines, and Git's status.
#[track_caller]
fn says(world: &World, url: &str, expected: &str) {
    let failed = world.finish("", &["ls-remote", url]).failed();
    assert_eq!(world.plain(&added(&failed)), expected, "{failed}");
    assert_eq!((failed.status(), failed.stdout().as_str()), (Some(128), ""));
}

/// The hint about permissions.
fn denied(key: &str, of_profile: &str, option: &str) -> String {
    format!(
        "codecommit: CodeCommit refused access key {key}{of_profile} for repository 'demo' in region us-east-1\n\
         hint: codecommit:GitPull and codecommit:GitPush have to be allowed; \
         `aws codecommit get-repository --repository-name demo --region us-east-1{option}` says why they are not\n"
    )
}

#[test]
fn a_clock_that_is_off_is_told_and_by_how_much() {
    for_each_git(|world| {
        world.fill("demo");
        for (seconds, offset) in [
            ("3600", "1 hour behind that of"),
            ("-3600", "1 hour ahead of that of"),
            ("1200", "20 minutes behind that of"),
            ("-180000", "2 days and 2 hours ahead of that of"),
        ] {
            world.set_faults(&[&format!("clock={seconds}")]);
            let expected = format!(
                "codecommit: the clock of this machine is {offset} localhost:PORT\n\
                 hint: set the clock: `sudo timedatectl set-ntp true`\n"
            );
            #[cfg(target_os = "macos")]
            let expected = expected.replace("timedatectl set-ntp true", "sntp -sS time.apple.com");
            says(world, "codecommit://demo", &expected);
        }
        // Off by less than a signature holds, and by more than a request takes: it is let in.
        world.set_faults(&["clock=600"]);
        world.finish("", &["ls-remote", "codecommit://demo"]).succeeded();
    });
}

#[test]
fn a_refusal_names_the_key_the_repository_and_what_says_why() {
    for_each_git(|world| {
        world.fill("demo");
        for fault in ["status=403,authenticated", "status=401,authenticated"] {
            world.set_faults(&[fault]);
            says(world, "codecommit://demo", &denied(KEY, "", ""));
            says(
                world,
                "codecommit::us-east-1://default@demo",
                &denied(KEY, " of profile 'default'", " --profile default"),
            );
        }
    });
}

#[test]
fn temporary_keys_of_which_nobody_knows_the_end_may_have_expired() {
    for_each_git(|world| {
        world.fill("demo");
        world.set_faults(&["status=403,authenticated"]);
        let expected = format!(
            "codecommit: CodeCommit refused access key {TEMPORARY_KEY} of profile 'session' for repository 'demo' \
             in region us-east-1\n\
             hint: these keys are temporary: `aws sts get-caller-identity --profile session` says whether they have expired\n"
        );
        says(world, "codecommit://session@demo", &expected);
    });
}

#[test]
fn a_server_that_is_busy_or_fails_is_told_as_such() {
    for_each_git(|world| {
        world.fill("demo");
        world.set_faults(&["status=429"]);
        let busy = "codecommit: CodeCommit takes no more requests of this account for the moment (status 429)\n\
            hint: wait a minute, and try again\n";
        says(world, "codecommit://demo", busy);
        world.set_faults(&["status=503,method=POST"]);
        let failed = "codecommit: CodeCommit failed (status 503)\n\
            hint: try again in a minute; https://health.aws.amazon.com/health/status has what AWS knows\n";
        says(world, "codecommit://demo", failed);
    });
}

#[test]
fn the_region_is_told_with_the_variable_that_names_it() {
    for_each_git(|world| {
        world.set_faults(&["status=404,authenticated"]);
        let mut git = world.command("", &["ls-remote", "codecommit://session@demo"]);
        let failed = finish(git.env("AWS_DEFAULT_REGION", "eu-west-1")).failed();
        let expected = format!(
            "codecommit: there is no repository 'demo' in region eu-west-1 (AWS_DEFAULT_REGION) \
             of the account of access key {TEMPORARY_KEY}\n\
             hint: `aws codecommit list-repositories --region eu-west-1 --profile session` lists those there are\n"
        );
        assert_eq!(added(&failed), expected, "{failed}");
    });
}

/// From 2.46 on Git asks for another signature where the first has ended, and goes on.
#[test]
fn a_signature_that_ends_in_the_middle_is_made_anew_once() {
    for_each_git(|world| {
        world.fill("demo");
        world.run("", &["clone", "--quiet", "codecommit://demo", "work"]);
        let is_new = world.git().is_since(2, 46);
        for (number, operation) in
            [&["clone", "--quiet", "codecommit://demo", "clone"][..], &["push", "--quiet"], &["fetch", "--quiet"]]
                .into_iter()
                .enumerate()
        {
            world.commit("work", number.to_string());
            let folder = if number == 0 { "" } else { "work" };
            // Whatever is sent from the second request on with the first signature.
            world.set_faults(&["status=401,authenticated,from=2,times=1"]);
            world.requests();
            let finished = world.finish(folder, operation);
            let requests = world.requests();
            assert!(requests.len() <= 5, "{requests:#?}");
            if is_new {
                assert_eq!(finished.succeeded().stderr(), "");
            } else {
                assert_eq!(added(&finished.failed()), denied(KEY, "", ""));
            }
            // For ever: one new signature, and the end.
            world.set_faults(&["expired=401,from=2"]);
            let failed = world.finish("", &["ls-remote", "codecommit://demo"]).failed();
            let requests = world.requests();
            assert!((2..=4).contains(&requests.len()), "{requests:#?}");
            assert_eq!(added(&failed), denied(KEY, "", ""), "{failed}");
            world.set_faults(&[]);
            world.run("work", &["push", "--quiet"]);
        }
    });
}

/// What is added costs no identity: no program is run again, and nobody is asked for a code.
#[test]
fn to_explain_a_refusal_no_keys_are_looked_for_again() {
    for_each_git(|world| {
        world.fill("demo");
        let script = world.write_script(
            "home/tool",
            &format!(
                "echo x >>'{}'\nprintf '{{\"Version\": 1, \"AccessKeyId\": \"{KEY}\", \"SecretAccessKey\": \"example\"}}'\n",
                world.path("home/runs").display()
            ),
        );
        world.write_aws_config(&format!(
            "[profile tool]\nregion = us-east-1\ncredential_process = \"{}\"\n",
            script.display()
        ));
        says(world, "codecommit://tool@demo", &denied(KEY, " of profile 'tool'", " --profile tool"));
        assert_eq!(fs::read_to_string(world.path("home/runs")).unwrap(), "x\n");
    });
}

/// The user sees in that trace what the helper would have read in its own.
#[test]
fn a_user_who_traces_git_reads_what_git_says() {
    for_each_git(|world| {
        world.set_faults(&["status=404"]);
        let trace = world.path("trace");
        let mut git = world.command("", &["ls-remote", "codecommit://demo"]);
        let failed = finish(git.env("GIT_TRACE2_EVENT", &trace)).failed();
        assert_eq!(added(&failed), "");
        assert!(fs::read_to_string(trace).unwrap().contains("not found"));
    });
}
