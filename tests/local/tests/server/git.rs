//! Git's own commands against the server.

use std::fs;

use crate::support::{KEY, TEMPORARY_KEY, TEMPORARY_USERNAME, Trial, noise, output, same};

const DISCOVER_FETCH: &str = "GET /v1/repos/demo/info/refs?service=git-upload-pack";
const DISCOVER_PUSH: &str = "GET /v1/repos/demo/info/refs?service=git-receive-pack";

/// A server whose `demo` holds three commits, and the repository `work` they were pushed from.
fn with_history() -> Trial {
    let trial = Trial::new();
    trial.repository("work", b"one");
    trial.commit("work", b"two");
    trial.commit("work", b"three");
    trial.run("work", &["push", "--quiet", &trial.url("demo"), "main"]);
    trial
}

#[test]
fn a_repository_is_pushed_cloned_and_fetched() {
    let trial = Trial::new();
    trial.repository("work", b"one");
    trial.run("work", &["push", "--quiet", &trial.url("demo"), "main"]);
    assert_eq!(
        trial.log(),
        [
            format!("{DISCOVER_PUSH} 401 -"),
            format!("{DISCOVER_PUSH} 200 {KEY}"),
            format!("POST /v1/repos/demo/git-receive-pack 200 {KEY}"),
        ]
    );

    trial.server.forget_requests();
    trial.run("", &["clone", "--quiet", &trial.url_as(TEMPORARY_USERNAME, "demo"), "clone"]);
    assert!(same(&trial.path("work/file"), &trial.path("clone/file")));
    assert_eq!(
        trial.log(),
        [
            format!("{DISCOVER_FETCH} 401 -"),
            format!("{DISCOVER_FETCH} 200 {TEMPORARY_KEY}"),
            format!("POST /v1/repos/demo/git-upload-pack 200 {TEMPORARY_KEY}"),
            format!("POST /v1/repos/demo/git-upload-pack 200 {TEMPORARY_KEY}"),
        ]
    );

    trial.commit("work", b"two");
    trial.run("work", &["push", "--quiet", &trial.url("demo"), "main"]);
    trial.run("clone", &["pull", "--quiet"]);
    assert!(same(&trial.path("work/file"), &trial.path("clone/file")));
}

#[test]
fn each_version_of_the_protocol_is_spoken() {
    let trial = with_history();
    for version in ["0", "1", "2"] {
        let folder = format!("clone{version}");
        let trace = trial.path(&format!("trace{version}"));
        let setting = format!("protocol.version={version}");
        let mut clone = trial.git("", &["-c", &setting, "clone", "--quiet", &trial.url("demo"), &folder]);
        output(clone.env("GIT_TRACE_PACKET", &trace));
        let answered = |version: &str| fs::read_to_string(&trace).unwrap().contains(&format!("< version {version}"));
        assert_eq!((answered("1"), answered("2")), (version == "1", version == "2"));
        assert!(same(&trial.path("work/file"), &trial.path(&folder).join("file")));
    }
}

#[test]
fn a_push_of_20_mb_in_chunks_arrives() {
    let trial = Trial::new();
    trial.repository("work", &noise(20_000_000));
    let trace = trial.path("trace");
    let mut push = trial.git("work", &["-c", "http.postBuffer=65536", "push", "--quiet", &trial.url("demo"), "main"]);
    output(push.env("GIT_TRACE_CURL", &trace).env("GIT_TRACE_CURL_NO_DATA", "1"));
    assert!(fs::read_to_string(trace).unwrap().to_lowercase().contains("transfer-encoding: chunked"));
    trial.run("", &["clone", "--quiet", &trial.url("demo"), "clone"]);
    assert!(same(&trial.path("work/file"), &trial.path("clone/file")));
}

#[test]
fn a_request_compressed_with_gzip_is_read() {
    let trial = with_history();
    // Git compresses requests over 1 KiB: as many wants and haves as that.
    for number in 0..60 {
        trial.run("work", &["branch", &format!("branch-{number}")]);
        trial.run("work", &["commit", "--quiet", "--allow-empty", "--message=empty"]);
    }
    trial.run("work", &["push", "--quiet", "--all", &trial.url("demo")]);
    let trace = trial.path("trace");
    let mut clone = trial.git("", &["clone", "--quiet", &trial.url("demo"), "clone"]);
    output(clone.env("GIT_TRACE_CURL", &trace).env("GIT_TRACE_CURL_NO_DATA", "1"));
    assert!(fs::read_to_string(trace).unwrap().to_lowercase().contains("content-encoding: gzip"));
    assert_eq!(trial.run("clone", &["branch", "--remotes"]).lines().count(), 62);
}

#[test]
fn a_partial_clone_gets_the_rest_when_it_is_looked_at() {
    let trial = with_history();
    trial.run("", &["clone", "--quiet", "--bare", "--filter=blob:none", &trial.url("demo"), "clone"]);
    let missing = trial.run("clone", &["rev-list", "--objects", "--missing=print", "main"]);
    assert_eq!(missing.lines().filter(|line| line.starts_with('?')).count(), 3);
    assert_eq!(trial.run("clone", &["show", "main~1:file"]), "two");
}

#[test]
fn a_shallow_clone_is_deepened() {
    let trial = with_history();
    trial.run("", &["clone", "--quiet", "--depth=1", &trial.url("demo"), "clone"]);
    assert_eq!(trial.run("clone", &["rev-list", "--count", "HEAD"]), "1\n");
    trial.run("clone", &["fetch", "--quiet", "--unshallow"]);
    assert_eq!(trial.run("clone", &["rev-list", "--count", "HEAD"]), "3\n");
}

#[test]
fn a_commit_that_no_branch_names_is_fetched_by_its_id() {
    let trial = with_history();
    let left = trial.run("work", &["rev-parse", "main"]);
    trial.run("work", &["push", "--quiet", "--force", &trial.url("demo"), "main~1:main"]);
    trial.run("", &["init", "--quiet", "other"]);
    trial.run("other", &["-c", "protocol.version=0", "fetch", "--quiet", &trial.url("demo"), left.trim()]);
    assert_eq!(trial.run("other", &["rev-parse", "FETCH_HEAD"]), left);
}

#[test]
fn an_unknown_repository_is_not_found_and_not_made() {
    let trial = Trial::new();
    trial.repository("work", b"one");
    let url = trial.url("absent");
    let clean = format!("https://{}/v1/repos/absent", trial.host());
    let not_found = format!("remote: repository absent does not exist\nfatal: repository '{clean}/' not found\n");
    assert_eq!(trial.fail("work", &["push", "--quiet", &url, "main"]), (Some(128), not_found));
    assert!(!trial.path("server/repositories/absent.git").exists());
}

#[test]
fn a_signature_for_another_repository_is_refused_with_the_reason() {
    let trial = Trial::new();
    let host = trial.host();
    let url = trial.url("other").replace("/v1/repos/other", "/v1/repos/demo");
    let refused = format!(
        "remote: signature wrong: made for another repository, region, host, day or secret than repository demo, \
         region us-east-1, host {host}, day {} and the secret of {KEY}\n\
         fatal: unable to access 'https://{host}/v1/repos/demo/': The requested URL returned error: 403\n",
        url.split(':').nth(2).and_then(|password| password.get(..8)).unwrap()
    );
    assert_eq!(trial.fail("", &["ls-remote", &url]), (Some(128), refused));
    assert_eq!(trial.log(), [format!("{DISCOVER_FETCH} 401 -"), format!("{DISCOVER_FETCH} 403 {KEY}")]);
}

#[cfg(unix)]
mod with_a_hook_that_waits {
    use std::fs::{self, File, OpenOptions, Permissions};
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpStream;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use crate::support::{Trial, output};

    /// A push that is held by a hook, and the pipe the hook writes to; its end is the end of the hook.
    fn push(trial: &Trial, wait: &str) -> (Child, BufReader<File>) {
        trial.repository("work", b"one");
        let pipe = trial.path("pipe");
        output(Command::new("mkfifo").arg(&pipe));
        let hook = trial.path("server/repositories/demo.git/hooks/pre-receive");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        let text = format!("#!/bin/sh\nexec 3>'{}'\necho started >&3\n{wait}\necho finished >&3\n", pipe.display());
        fs::write(&hook, text).unwrap();
        fs::set_permissions(&hook, Permissions::from_mode(0o755)).unwrap();
        let mut push = trial.git("work", &["push", "--quiet", &trial.url("demo"), "main"]);
        let child = push.process_group(0).stderr(Stdio::null()).spawn().unwrap();
        let mut pipe = BufReader::new(File::open(pipe).unwrap());
        let mut line = String::new();
        pipe.read_line(&mut line).unwrap();
        assert_eq!(line, "started\n");
        (child, pipe)
    }

    #[test]
    fn the_backend_ends_when_its_client_goes_away() {
        let trial = Trial::new();
        let (mut child, mut pipe) = push(&trial, "sleep 20");
        output(Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]));
        child.wait().unwrap();
        let mut rest = String::new();
        pipe.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }

    #[test]
    fn a_request_in_progress_finishes_when_the_server_stops() {
        let trial = Trial::new();
        let release = trial.path("release");
        output(Command::new("mkfifo").arg(&release));
        let (mut child, mut pipe) = push(&trial, &format!("read line <'{}'", release.display()));
        let (port, env) = (trial.server.port(), trial.server.env_file());
        assert!(env.exists());
        let Trial { server, folder: _folder } = trial;
        let stopping = std::thread::spawn(move || server.stop());
        // Refused from the moment the server has stopped listening: nothing else tells of it.
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_ok() {
            assert!(started.elapsed() < Duration::from_secs(4));
        }
        OpenOptions::new().write(true).open(release).unwrap().write_all(b"go\n").unwrap();
        assert!(child.wait().unwrap().success());
        let mut rest = String::new();
        pipe.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "finished\n");
        stopping.join().unwrap();
        assert!(!env.exists());
    }
}
