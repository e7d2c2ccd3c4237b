//! What is not allowed is refused, in words to the job and in a line of the log.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use nix::unistd::geteuid;
use serde_json::json;

use super::{Agent, RULE, is_credential, job, request};
use crate::command::finish;
use crate::gits::{for_each_git, for_latest_git};
use crate::world::{KEY, SECRET, TEMPORARY_KEY, World, helper};

const HINT: &str = "hint: whoever runs the agent can add a rule; its audit log says what none fits\n";

/// What a job is told that asks for the references of a URL.
#[track_caller]
fn told(world: &World, url: &str) -> String {
    let finished = finish(&mut job(world, "", &["ls-remote", url])).failed();
    let said = finished.stderr();
    let ours = said.lines().filter(|line| line.starts_with("codecommit:") || line.starts_with("hint:"));
    ours.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn a_repository_a_region_and_a_profile_that_no_rule_has_are_refused_word_for_word() {
    for_each_git(|world| {
        world.fill("demo");
        world.fill("other");
        let agent = Agent::start(world, &["--allow", RULE]);
        for (url, words) in [
            ("codecommit::us-east-1://other", "'other' in us-east-1"),
            ("codecommit::us-east-1://Demo", "'Demo' in us-east-1"),
            ("codecommit::eu-west-1://demo", "'demo' in eu-west-1"),
            ("codecommit::us-east-1://session@demo", "'demo' in us-east-1 with the profile 'session'"),
        ] {
            let expected = format!(
                "codecommit: the signing agent refuses: no rule allows this user the repository {words}\n{HINT}"
            );
            assert_eq!(told(world, url), expected, "{url}");
        }
        let reasons: Vec<_> = agent.audit().iter().map(|line| line["reason"].clone()).collect();
        assert_eq!(reasons, ["repository", "repository", "region", "profile"]);
        let line = agent.audit().pop().unwrap();
        assert_eq!(
            json!({"event": line["event"], "path": line["path"], "region": line["region"], "profile": line["profile"],
                   "uid": line["uid"]}),
            json!({"event": "refused", "path": "v1/repos/demo", "region": "us-east-1", "profile": "session",
                   "uid": geteuid().as_raw()})
        );
        finish(&mut job(world, "", &["ls-remote", "codecommit::us-east-1://default@demo"])).succeeded();
        finish(&mut job(world, "", &["ls-remote", "codecommit::us-east-1://demo"])).succeeded();
    });
}

/// The job has neither a profile nor the AWS CLI: what it is told of is the agent.
#[test]
fn what_codecommit_refuses_is_for_whoever_runs_the_agent_to_look_at() {
    for_each_git(|world| {
        world.fill("demo");
        let session = "codecommit::us-east-1://session@demo";
        let _agent = Agent::start(world, &["--allow", RULE, "--allow", session]);
        let refused = |key| {
            format!(
                "codecommit: CodeCommit refused access key {key} of the signing agent for repository 'demo' in region us-east-1\n"
            )
        };
        let allowed = "codecommit:GitPull and codecommit:GitPush";
        for fault in ["status=403,authenticated", "status=401,authenticated"] {
            world.set_faults(&[fault]);
            let lasting = format!(
                "{}hint: whoever runs the agent has to look: {allowed} have to be allowed to its keys\n",
                refused(KEY)
            );
            assert_eq!(told(world, "codecommit::us-east-1://demo"), lasting);
            assert_eq!(told(world, "codecommit::us-east-1://default@demo"), lasting);
            let temporary = format!(
                "{}hint: whoever runs the agent has to look: its keys may have expired, or not be allowed {allowed}\n",
                refused(TEMPORARY_KEY)
            );
            assert_eq!(told(world, session), temporary);
        }
        world.set_faults(&["status=404,authenticated"]);
        assert_eq!(
            told(world, "codecommit::us-east-1://demo"),
            format!(
                "codecommit: there is no repository 'demo' in region us-east-1 of the account of access key {KEY}\n\
                 hint: whoever runs the agent can say which there are: the profile of its rule decides on the account\n"
            )
        );
    });
}

#[test]
fn a_url_that_names_no_region_says_so_and_no_file_is_looked_at() {
    for_latest_git(|world| {
        let finished = finish(&mut job(world, "", &["ls-remote", "codecommit://demo"])).failed();
        assert!(
            finished.stderr().starts_with(
                "codecommit: no AWS Region is given\nhint: write it in the URL, codecommit::REGION://…, or set AWS_REGION\n"
            ),
            "{finished}"
        );
    });
}

#[test]
fn no_spelling_of_a_path_gets_more_than_the_rules_allow() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE]);
        let mut client = agent.client();
        for name in [
            "other",
            "../demo",
            "demo/..",
            "demo/../other",
            "Demo",
            "DEMO",
            "demo%2f..%2fother",
            "%64emo",
            "demo.git",
            "demo/",
            "demo//",
            "/demo",
            "demo?x",
            "demo#x",
            "demo\\..\\other",
            "demo\u{0}",
            "demo\u{301}",
            "d\u{435}mo",
            "demo*",
            "*",
            "..",
            ".",
            "",
            "demo ",
            " demo",
            "demo\r",
            "demo\t",
            "demo\u{202e}",
        ] {
            let answer = client.ask(&request(world, name));
            assert!(answer.starts_with("error=no rule allows this user the repository '"), "{name:?}: {answer}");
            assert!(answer.ends_with("\nquit=1\n\n"), "{name:?}: {answer}");
            assert!(answer.chars().all(|c| c == '\n' || !c.is_control()), "{name:?}: {answer}");
        }
        let host = world.host();
        let malformed = "error=the request is not for one repository over HTTPS\n\
                         hint=ask as Git asks a credential helper\nquit=1\n\n";
        for other in [
            "\n".to_owned(),
            "protocol=https\n\n".to_owned(),
            format!("protocol=http\nhost={host}\npath=v1/repos/demo\n\n"),
            format!("protocol=https\nhost={host}\nhost={host}\npath=v1/repos/demo\n\n"),
            format!("protocol=https\nhost={host}\npath=v1/repos/other\npath=v1/repos/demo\n\n"),
            format!("protocol=https\nhost={host}\npath=v1/repos/demo\nregion=us-east-1\nregion=eu-west-1\n\n"),
            format!("protocol=https\nhost={host}\npath=v1/repos/demo\nusername=a\nusername=default\n\n"),
            format!("protocol=https\r\nhost={host}\npath=v1/repos/demo\n\n"),
            format!("protocol=HTTPS\nhost={host}\npath=v1/repos/demo\n\n"),
            format!("protocol=\nhost={host}\npath=v1/repos/demo\n\n"),
            format!("protocol=https\npath=v1/repos/demo\nurl=https://{host}/v1/repos/demo\n\n"),
            format!("Protocol=https\nhost={host}\npath=v1/repos/demo\n\n"),
        ] {
            assert_eq!(client.ask(&other), malformed, "{other:?}");
        }
        let elsewhere = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/demo\n\n";
        assert!(client.ask(elsewhere).starts_with("error=no rule allows this user the repository 'demo'\n"));
        for spoofed in [
            format!("{host}."),
            format!("{host}\r"),
            format!("{host}\0"),
            format!("{host}\0.evil.example"),
            format!("{host} "),
            format!(" {host}"),
            format!("user@{host}"),
            format!("{host}@evil.example"),
            format!("evil.example/{host}"),
            format!("{host}/v1/repos/demo"),
            format!("{host}.evil.example"),
            host.to_uppercase(),
            "localhost".to_owned(),
            "localhost:443".to_owned(),
            String::new(),
        ] {
            let answer = client.ask(&format!("protocol=https\nhost={spoofed}\npath=v1/repos/demo\n\n"));
            assert!(
                answer.starts_with("error=no rule allows this user the repository 'demo'\n"),
                "{spoofed:?}: {answer}"
            );
            assert_eq!(agent.audit().pop().unwrap()["reason"], "server", "{spoofed:?}");
        }
        // A region that is not the server's, or not spelt as it is.
        for region in ["eu-west-1", "us-east-1\r", "US-EAST-1", "us-east-1 ", ""] {
            let asked = format!("protocol=https\nhost={host}\npath=v1/repos/demo\nregion={region}\n\n");
            assert!(
                client.ask(&asked).starts_with("error=no rule allows this user the repository 'demo' in "),
                "{region:?}"
            );
            assert_eq!(agent.audit().pop().unwrap()["reason"], "region", "{region:?}");
        }
        // What is no text is nobody's.
        for line in ["host=", "path=", "username=", "region="] {
            let before = format!("protocol=https\nhost={host}\npath=v1/repos/demo\n");
            let before = before.lines().filter(|other| !other.starts_with(line)).collect::<Vec<_>>().join("\n");
            client.0.write_all(&[before.as_bytes(), b"\n", line.as_bytes(), b"\xff\n\n"].concat()).unwrap();
            assert_eq!(client.answer(), malformed, "{line}");
        }
        // All of it on one connection, which still gives what is allowed.
        assert!(is_credential(&client.ask(&request(world, "demo-2"))));
    });
}

#[test]
fn neither_the_log_nor_the_words_hold_a_secret() {
    for_latest_git(|world| {
        let agent = Agent::start(world, &["--allow", RULE, "--allow", "codecommit::us-east-1://session@session*"]);
        let mut client = agent.client();
        let answers = ["demo", "session"].map(|name| client.ask(&request(world, name)));
        client.ask(&request(world, "other"));
        let log = fs::read_to_string(world.path("audit")).unwrap();
        assert_eq!(log.lines().count(), 3);
        for answer in answers {
            assert!(is_credential(&answer), "{answer}");
            let password = answer.lines().find_map(|line| line.strip_prefix("password=")).unwrap();
            assert!(!log.contains(password));
        }
        for secret in [SECRET, crate::world::TOKEN] {
            assert!(!log.contains(secret));
        }
        assert_eq!(fs::metadata(world.path("audit")).unwrap().permissions().mode() & 0o777, 0o600);
    });
}

/// The helper's second process as another user of this machine, asked by Git for the repository `demo`.
fn as_nobody(world: &World, groups: &str) -> Command {
    let mut command = world.program_with(helper().parent().unwrap(), "setpriv".as_ref(), "", &[]);
    command.args(["--reuid", "65534", "--regid", "65534", groups, "--"]).arg(helper());
    command.args(["--credential", "codecommit::us-east-1://demo", "get"]);
    command.env("CODECOMMIT_AGENT_SOCK", world.path("agent.sock"));
    command
}

/// It takes root to be another user; who is not is refused as one of another number.
#[test]
fn a_user_is_let_in_by_the_socket_and_by_a_rule() {
    for_latest_git(|world| {
        let asked = format!("protocol=https\nhost={}\n\n", world.host());
        let own = geteuid().as_raw();
        let other = format!("uid={} {RULE}", own + 1);
        let agent = Agent::start(world, &["--allow", &other]);
        let mode = || fs::metadata(agent.socket()).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        let refusal = format!(
            "error=no rule allows this user the repository 'demo'\n{}quit=1\n\n",
            HINT.replace("hint: ", "hint=")
        );
        assert_eq!(agent.client().ask(&request(world, "demo")), refusal);
        assert_eq!(agent.audit()[0]["reason"], "user");
        drop(agent);
        if !geteuid().is_root() {
            return;
        }
        // Everybody may enter the folders on the way, but not write to the socket.
        let folder = world.path("");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let ask = |groups| {
            let finished = crate::command::finish_with(&mut as_nobody(world, groups), &asked);
            (finished.stdout(), finished.stderr())
        };
        let nobody = format!("uid=65534 {RULE}");
        let agent = Agent::start(world, &["--allow", &nobody]);
        let socket = agent.socket();
        assert_eq!(
            ask("--clear-groups"),
            (
                "quit=1\n".to_owned(),
                format!(
                    "codecommit: the signing agent at {} does not answer: permission denied\n\
                     hint: whoever runs the agent can let your group in: git codecommit agent --group\n",
                    socket.display()
                )
            )
        );
        drop(agent);
        let agent = Agent::start(world, &["--allow", &nobody, "--group", "12345"]);
        assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o660);
        assert!(ask("--clear-groups").1.contains("permission denied"));
        let (answer, said) = ask("--groups=12345");
        assert!(answer.starts_with("username=") && said.is_empty(), "{answer}{said}");
        let line = agent.audit().pop().unwrap();
        assert_eq!((&line["event"], &line["uid"]), (&json!("signed"), &json!(65534)));
        // The rule is for that user, and not for root.
        assert_eq!(agent.client().ask(&request(world, "demo")), refusal);
    });
}
