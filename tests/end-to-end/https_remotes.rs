//! Remotes with CodeCommit's plain HTTPS URLs, for which Git asks the credential helper.

use std::process::Command;

use crate::command::{finish, finish_with};
use crate::gits::{Git, for_each_git, for_each_git_in};
use crate::listener::Listener;
use crate::proxy::Proxy;
use crate::world::{KEY, SECRET, TEMPORARY_KEY, World, helper};

pub(crate) const HOST: &str = "git-codecommit.eu-west-1.amazonaws.com";
pub(crate) const URL: &str = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo";

/// A world where CodeCommit goes by its own name, and Git is configured for HTTPS URLs.
pub(crate) fn in_europe(git: Git) -> World {
    let world = World::of_region(git, "eu-west-1", &[HOST]);
    let proxy = Proxy::to(world.server().port());
    world.add_git_config(&format!("[http]\n\tproxy = {}\n", proxy.url()));
    world.fill("demo");
    finish(&mut git_of(&world, "", &["codecommit", "configure", "--yes"])).succeeded();
    world
}

/// Git without a server that variables name.
fn git_of(world: &World, folder: &str, arguments: &[&str]) -> Command {
    let mut git = world.command(folder, arguments);
    git.env_remove("CODE_COMMIT_ENDPOINT");
    git
}

#[track_caller]
fn run(world: &World, folder: &str, arguments: &[&str]) {
    finish(&mut git_of(world, folder, arguments)).succeeded();
}

#[test]
fn a_clone_a_push_and_a_fetch_over_https_sign_with_the_default_profile() {
    for_each_git_in(in_europe, |world| {
        run(world, "", &["clone", "--quiet", URL, "clone"]);
        assert_eq!(world.file("clone"), "three");
        world.commit("clone", "four");
        run(world, "clone", &["push", "--quiet"]);
        run(world, "clone", &["fetch", "--quiet"]);
        assert_eq!(world.run("server/repositories/demo.git", &["show", "main:file"]), "four");
        let let_in = world.requests().iter().filter(|request| request.contains(" 200 ")).all(|one| one.ends_with(KEY));
        assert!(let_in);
    });
}

#[test]
fn the_profile_is_the_user_of_the_url_or_a_setting() {
    for_each_git_in(in_europe, |world| {
        let key_of = |arguments: &[&str]| {
            world.requests();
            run(world, "", &[arguments, &["ls-remote"]].concat().iter().copied().chain([URL]).collect::<Vec<_>>());
            let requests = world.requests();
            requests.last().unwrap().rsplit(' ').next().unwrap().to_owned()
        };
        assert_eq!(key_of(&[]), KEY);
        assert_eq!(key_of(&["-c", "codecommit.profile=session"]), TEMPORARY_KEY);
        assert_eq!(key_of(&["-c", &format!("codecommit.https://{HOST}.profile=session")]), TEMPORARY_KEY);
        assert_eq!(key_of(&["-c", &format!("codecommit.{URL}x.profile=session")]), KEY);
        assert_eq!(key_of(&["-c", &format!("credential.{URL}.username=session")]), TEMPORARY_KEY);
        // Of the two the URL's.
        let both = ["-c", "codecommit.profile=session", "-c", &format!("credential.{URL}.username=default")];
        assert_eq!(key_of(&both), KEY);
    });
}

/// Why the help names settings, and not the URL.
#[test]
fn a_user_in_the_url_itself_is_sent_by_git_in_place_of_the_one_it_is_given() {
    for_each_git_in(in_europe, |world| {
        let finished = finish(&mut git_of(world, "", &["ls-remote", &format!("https://session@{HOST}/v1/repos/demo")]));
        assert_eq!(finished.status(), Some(128));
        assert!(finished.stderr().starts_with("remote: unknown access key\n"), "{}", finished.stderr());
    });
}

/// A keychain is neither asked nor given anything.
#[test]
fn other_helpers_of_the_user_get_nothing() {
    for_each_git_in(in_europe, |world| {
        let store = world.path("home/store");
        let helper = format!("store --file {}", store.to_str().unwrap());
        world.add_git_config(&format!("[credential]\n\thelper = {helper}\n"));
        let mut clone = git_of(world, "", &["-c"]);
        clone.args([&format!("credential.helper={helper}"), "ls-remote", URL]);
        // What the command line adds comes after what resets: then it is asked, as the user says.
        finish(&mut clone).succeeded();
        std::fs::remove_file(&store).unwrap_or_default();
        // In a file, the more specific counts wherever it stands, and resets only what stands before.
        let config = std::fs::read_to_string(world.path("home/gitconfig")).unwrap();
        let (before, after) = config.split_once("[credential \"https").unwrap();
        let (section, rest) = after.split_at(after.find("[credential]").unwrap());
        std::fs::write(world.path("home/gitconfig"), format!("{before}{rest}[credential \"https{section}")).unwrap();
        run(world, "", &["ls-remote", URL]);
        assert!(!store.exists());
    });
}

/// What the credential helper answers to a request, with its status and its words.
#[track_caller]
fn answer(world: &World, request: &str, environment: &[(&str, &str)]) -> (String, Option<i32>, String) {
    let program = helper().with_file_name("git-credential-codecommit");
    let mut command = world.program_with(helper().parent().unwrap(), &program, "", &["get"]);
    command.env_remove("CODE_COMMIT_ENDPOINT").envs(environment.iter().copied());
    let finished = finish_with(&mut command, request);
    (finished.stdout(), finished.status(), finished.stderr())
}

fn request(host: &str, path: &str) -> String {
    format!("protocol=https\nhost={host}\npath={path}\n\n")
}

#[test]
fn only_codecommits_own_hosts_are_answered() {
    for_each_git(|world| {
        let silence = (String::new(), Some(0), String::new());
        for host in [
            "github.com",
            "git-codecommit.us-east-1.amazonaws.com.evil.example",
            "evil.example/git-codecommit.us-east-1.amazonaws.com",
            "xgit-codecommit.us-east-1.amazonaws.com",
            "git-codecommit.us-east-1.amazonaws.com:8443",
            "git-codecommit.us-east-1.amazonaws.com.",
            "git-codecommit.us-east-1.amazonaws.com.cn",
            "localhost",
            "",
        ] {
            assert_eq!(answer(world, &request(host, "v1/repos/demo"), &[]), silence, "{host}");
        }
        let ours = "git-codecommit.us-east-1.amazonaws.com";
        for path in ["v1/repos/demo/info/lfs", "v1/repos/", "v2/repos/demo", "demo"] {
            let (answer, _, _) = answer(world, &request(ours, path), &[]);
            assert!(!answer.contains("password="), "{path}");
        }
        for other in [
            format!("protocol=http\nhost={ours}\npath=v1/repos/demo\n\n"),
            format!("protocol=ssh\nhost={ours}\npath=v1/repos/demo\n\n"),
            format!("protocol=https\nhost={ours}\nhost=evil.example\npath=v1/repos/demo\n\n"),
            format!("protocol=https\nhost={ours}\npath=v1/repos/demo\npath=v1/repos/other\n\n"),
            // Somebody whose password is elsewhere.
            format!("protocol=https\nhost={ours}\npath=v1/repos/demo\nusername=alice-at-123456789012\n\n"),
            format!("protocol=https\nhost={ours}\npath=v1/repos/demo\nusername=AKIAIOSFODNN7EXAMPLE\n\n"),
        ] {
            assert_eq!(answer(world, &other, &[]), silence, "{other}");
        }
    });
}

#[test]
fn regions_fips_endpoints_vpc_endpoints_and_the_one_that_a_variable_names_are_answered() {
    for_each_git(|world| {
        let own = ("CODE_COMMIT_ENDPOINT", world.host());
        for (host, environment) in [
            ("git-codecommit.us-east-1.amazonaws.com", vec![]),
            ("git-codecommit.us-east-1.amazonaws.com:443", vec![]),
            ("git-codecommit-fips.us-east-1.amazonaws.com", vec![]),
            ("git-codecommit.cn-north-1.amazonaws.com.cn", vec![]),
            ("vpce-0a1b-2c3d.git-codecommit.us-east-1.vpce.amazonaws.com", vec![]),
            (own.1.as_str(), vec![(own.0, own.1.as_str())]),
        ] {
            let (answer, status, words) = answer(world, &request(host, "v1/repos/demo"), &environment);
            let lines: Vec<&str> = answer.lines().collect();
            assert_eq!((status, words.as_str()), (Some(0), ""), "{host}");
            assert_eq!(lines[0], format!("username={KEY}"), "{host}");
            let names: Vec<&str> = lines.iter().map(|line| line.split('=').next().unwrap()).collect();
            assert_eq!(names, ["username", "password", "password_expiry_utc", "quit"], "{host}");
            assert!(!answer.contains(SECRET));
        }
        // A region of the signature is the host's, and no setting changes it.
        let elsewhere = [("AWS_DEFAULT_REGION", "eu-west-1"), ("AWS_USE_FIPS_ENDPOINT", "true")];
        let ours = request("git-codecommit.us-east-1.amazonaws.com", "v1/repos/demo");
        assert_eq!(answer(world, &ours, &elsewhere).1, Some(0));
    });
}

#[test]
fn what_is_missing_is_said_once_and_nobody_else_is_asked() {
    for_each_git(|world| {
        let ours = "git-codecommit.us-east-1.amazonaws.com";
        let (answered, status, words) = answer(world, &format!("protocol=https\nhost={ours}\n\n"), &[]);
        assert_eq!((answered.as_str(), status), ("quit=1\n", Some(1)));
        assert_eq!(
            words,
            "codecommit: Git does not say which repository of git-codecommit.us-east-1.amazonaws.com it is, and a CodeCommit \
             credential is for one alone\n\
             hint: `git codecommit configure`, or `git config --global \
             credential.https://git-codecommit.us-east-1.amazonaws.com.useHttpPath true`\n"
        );
        let user = format!("protocol=https\nhost={ours}\npath=v1/repos/demo\nusername=nobody\n\n");
        let (answered, status, words) = answer(world, &user, &[]);
        assert_eq!((answered.as_str(), status), ("quit=1\n", Some(1)));
        assert_eq!(
            words,
            "codecommit: there is no AWS profile 'nobody'\nhint: the profiles there are: default, session\n"
        );
    });
}

#[test]
fn another_server_that_asks_for_a_password_gets_none() {
    for_each_git_in(in_europe, |world| {
        let listener = Listener::start("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"");
        world.add_git_config("[credential]\n\thelper = codecommit\n\tuseHttpPath = true\n[http]\n\tproxy =\n");
        let url = format!("http://{}/v1/repos/demo", listener.host());
        finish(&mut git_of(world, "", &["ls-remote", &url])).failed();
        assert!(!listener.heads().join("\n").contains("Authorization"));
    });
}

#[test]
fn store_and_erase_are_nothing_and_other_arguments_are_answered_with_the_usage() {
    for_each_git(|world| {
        let program = helper().with_file_name("git-credential-codecommit");
        let run = |arguments: &[&str]| {
            let mut command = world.program_with(helper().parent().unwrap(), &program, "", arguments);
            let finished = finish(&mut command);
            (finished.status(), finished.stdout(), finished.stderr())
        };
        for action in ["store", "erase"] {
            assert_eq!(run(&[action]), (Some(0), String::new(), String::new()));
        }
        let usage = "codecommit: git runs this program with one argument: get, store or erase\n\
                     hint: git-credential-codecommit --help\n";
        for arguments in [&[][..], &["put"], &["get", "get"]] {
            assert_eq!(run(arguments), (Some(2), String::new(), usage.to_owned()));
        }
        assert!(run(&["--help"]).1.starts_with("git-credential-codecommit: credentials for CodeCommit's HTTPS URLs"));
    });
}
