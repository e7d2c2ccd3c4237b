//! The binary: what it prints, what it leaves behind, and how it ends.

use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use codecommit_local::Fault;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codecommit-local"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn finished(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

#[test]
fn it_says_in_one_line_why_it_cannot_start() {
    let temporary = tempfile::tempdir().unwrap();
    let root = temporary.path().to_str().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (arguments, expected) in [
        (["--root", root, "--port", &port], format!("cannot listen on 127.0.0.1:{port}: ")),
        (
            ["--root", root, "--repository", "a/b"],
            "repository name \"a/b\" is not valid: 1 to 100 of letters, digits, `.`, `_` and `-`, not ending in `.git`\n".into(),
        ),
        (
            ["--root", root, "--repository", "demo.git"],
            "repository name \"demo.git\" is not valid: 1 to 100 of letters, digits, `.`, `_` and `-`, not ending in `.git`\n".into(),
        ),
        (
            ["--root", root, "--region", "EU\n"],
            "region \"EU\\n\" is not valid: lower case letters, digits and `-`\n".into(),
        ),
    ] {
        let output = finished(&arguments);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with(&format!("codecommit-local: {expected}")), "{stderr}");
        assert_eq!((stderr.lines().count(), output.status.code()), (1, Some(1)));
        assert!(!temporary.path().join("env").exists());
    }
}

#[test]
fn a_wrong_command_line_is_told_apart_by_its_status() {
    assert_eq!(finished(&[]).status.code(), Some(2));
    assert_eq!(finished(&["--root", "x", "--port", "70000"]).status.code(), Some(2));
}

#[test]
fn its_help_fits_one_screen() {
    let help = String::from_utf8(finished(&["-h"]).stdout).unwrap();
    assert!(help.lines().count() <= 24 && help.lines().all(|line| line.len() <= 80), "{help}");
    assert!(help.contains("  git clone codecommit://demo\n"), "{help}");
}

#[test]
fn its_long_help_explains_every_fault_and_its_examples_are_ones() {
    let help = String::from_utf8(finished(&["--help"]).stdout).unwrap();
    assert!(help.lines().all(|line| line.len() <= 80), "{help}");
    let kinds = [
        "status",
        "expired",
        "redirect",
        "clock",
        "delay",
        "cut-request",
        "cut-answer",
        "silent",
        "service",
        "method",
        "from",
        "times",
        "retry-after",
    ];
    for kind in kinds {
        assert!(help.contains(&format!("\n  {kind}=")), "{kind}: {help}");
    }
    let examples: Vec<&str> = help.lines().filter_map(|line| line.strip_prefix("  --fault ")).collect();
    assert_eq!(examples.len(), 4, "{help}");
    for example in examples {
        example.parse::<Fault>().unwrap();
    }
}

#[test]
fn a_fault_that_is_none_is_refused_with_the_reason() {
    for (arguments, expected) in [
        (["--fault", "delay=1s"], "error: invalid value 'delay=1s' for '--fault <FAULT>': delay takes milliseconds\n"),
        (
            ["--git-user", "alice"],
            "error: invalid value 'alice' for '--git-user <PAIR>': a user name, `:` and a password\n",
        ),
    ] {
        let output = finished(&[&["--root", "x"], &arguments[..]].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with(expected), "{stderr}");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[cfg(unix)]
mod with_signals {
    use std::fs;
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::{Child, Command};

    use super::command;
    use crate::support::output;

    /// Starts the binary and reads the three lines it greets with; by then it listens.
    fn started(command: &mut Command) -> (Child, [String; 3]) {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let lines = std::array::from_fn(|_| lines.next().unwrap().unwrap());
        (child, lines)
    }

    /// What is left in the folder, sorted.
    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn it_starts_says_how_to_use_it_and_leaves_in_good_order() {
        for signal in ["-TERM", "-INT"] {
            let temporary = tempfile::tempdir().unwrap();
            let root = temporary.path().join("it's a root");
            let port_file = temporary.path().join("port");
            let (mut child, lines) = started(
                command(&["--region", "eu-west-1", "--repository", "one", "--repository", "two", "--root"])
                    .arg(&root)
                    .arg("--port-file")
                    .arg(&port_file),
            );
            let port = fs::read_to_string(&port_file).unwrap();
            let port = port.strip_suffix('\n').unwrap();
            let quoted = root.join("env").display().to_string().replace('\'', r"'\''");
            assert_eq!(
                lines,
                [
                    format!("codecommit-local listens on https://localhost:{port} (region eu-west-1)"),
                    format!("to use it from a shell: . '{quoted}'"),
                    "then, for example: git clone codecommit://one".to_owned(),
                ]
            );
            assert_eq!(names(&root), ["ca.pem", "config", "credentials", "env", "home", "repositories"]);
            assert_eq!(names(&root.join("repositories")), ["one.git", "two.git"]);

            let shell = format!(
                ". '{quoted}' && printf '%s\\n' \"$AWS_CONFIG_FILE\" \"$AWS_SHARED_CREDENTIALS_FILE\" \
                 \"$CODE_COMMIT_ENDPOINT\" \"$GIT_SSL_CAINFO\" \"${{AWS_PROFILE-none}}\""
            );
            let root_text = root.display();
            assert_eq!(
                output(Command::new("sh").args(["-euc", &shell]).env("AWS_PROFILE", "work")),
                format!("{root_text}/config\n{root_text}/credentials\nlocalhost:{port}\n{root_text}/ca.pem\nnone\n")
            );
            let url = format!("https://localhost:{port}/v1/repos/one");
            let mut ask = Command::new("git");
            ask.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", temporary.path());
            ask.env("GIT_CONFIG_NOSYSTEM", "1")
                .env("GIT_TERMINAL_PROMPT", "0")
                .env("GIT_SSL_CAINFO", root.join("ca.pem"));
            assert!(!ask.args(["ls-remote", &url]).output().unwrap().status.success());

            output(Command::new("kill").args([signal, &child.id().to_string()]));
            assert_eq!(child.wait().unwrap().code(), Some(0));
            let mut log = String::new();
            child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
            assert_eq!(log, "GET /v1/repos/one/info/refs?service=git-upload-pack 401 -\n");
            assert!(!port_file.exists());
            assert_eq!(names(&root), ["ca.pem", "config", "credentials", "home", "repositories"]);
        }
    }

    #[test]
    fn the_credentials_it_writes_are_for_their_owner_only() {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path();
        let (mut child, _) = started(command(&["--root"]).arg(root));
        let mode = fs::metadata(root.join("credentials")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
