//! The server of the demo, a process of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::command;
use crate::failure::Failure;
use crate::workspace;

/// How long the server may take to start, and to stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// The keys that codecommit-local starts with: AWS's own examples.
const LASTING_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const TEMPORARY_KEY: &str = "ASIAIOSFODNN7EXAMPLE";

/// A running server. It is killed where it has not been stopped.
pub(crate) struct Server {
    process: Child,
    port: u16,
    log: PathBuf,
}

/// How many signed requests were let in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Requests {
    /// With the key that lasts.
    pub(crate) lasting: usize,
    /// With the key that has a session token.
    pub(crate) temporary: usize,
}

impl Server {
    /// Starts the release server on a folder, with empty repositories.
    ///
    /// # Errors
    /// Where it does not start; what it said about that is above.
    pub(crate) fn start(root: &Path, repositories: &[&str]) -> Result<Self, Failure> {
        Self::start_with(root, repositories, &[])
    }

    /// The same with more arguments.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub(crate) fn start_with(root: &Path, repositories: &[&str], arguments: &[&str]) -> Result<Self, Failure> {
        let (port_file, log) = (root.with_extension("port"), root.with_extension("log"));
        let mut server = Command::new(workspace::built("release", "codecommit-local")?);
        server.arg("--root").arg(root).arg("--port-file").arg(&port_file).arg("--log").arg(&log);
        server.args(repositories.iter().flat_map(|name| ["--repository", name])).args(arguments);
        command::say(format_args!("==> {}", command::line(&server)));
        // Its greeting is left out: it says what the demo does next.
        server.stdin(Stdio::null()).stdout(Stdio::null());
        let process = server.spawn().map_err(|error| command::not_started(&server, &error))?;
        let mut server = Self { process, port: 0, log };
        let start = Instant::now();
        loop {
            if let Some(port) = fs::read_to_string(&port_file).ok().and_then(|text| text.trim().parse().ok()) {
                server.port = port;
                return Ok(server);
            }
            if let Ok(Some(status)) = server.process.try_wait() {
                return Err(Failure::new(format!("codecommit-local did not start ({status})")));
            }
            if start.elapsed() > PATIENCE {
                return Err(Failure::new(format!("codecommit-local did not listen within {} s", PATIENCE.as_secs())));
            }
            thread::sleep(PAUSE);
        }
    }

    /// The port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How many requests it has answered.
    ///
    /// # Errors
    /// Where its log cannot be read.
    #[cfg(unix)]
    pub(crate) fn answered(&self) -> Result<usize, Failure> {
        let log = fs::read_to_string(&self.log).map_err(Failure::file("read", &self.log))?;
        Ok(log.lines().count())
    }

    /// Stops the server, and says what it was asked.
    ///
    /// # Errors
    /// Where it does not stop as it should, or its log cannot be read.
    pub(crate) fn stop(mut self) -> Result<Requests, Failure> {
        self.ask_to_stop()?;
        let log = fs::read_to_string(&self.log).map_err(Failure::file("read", &self.log))?;
        Ok(let_in(&log))
    }

    #[cfg(unix)]
    fn ask_to_stop(&mut self) -> Result<(), Failure> {
        let failure =
            |error: &dyn std::fmt::Display| Failure::new(format!("codecommit-local could not be stopped: {error}"));
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.process), rustix::process::Signal::TERM)
            .map_err(|error| failure(&error))?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            match self.process.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(failure(&status)),
                Ok(None) => thread::sleep(PAUSE),
                Err(error) => return Err(failure(&error)),
            }
        }
        Err(failure(&"it took too long"))
    }

    #[cfg(not(unix))]
    fn ask_to_stop(&mut self) -> Result<(), Failure> {
        let stop = |process: &mut Child| process.kill().and_then(|()| process.wait());
        stop(&mut self.process)
            .map(drop)
            .map_err(|error| Failure::new(format!("codecommit-local could not be stopped: {error}")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Neither does anything to a process that has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Counts the lines `METHOD TARGET STATUS KEY` of requests that were answered well.
fn let_in(log: &str) -> Requests {
    let count = |key: &str| {
        let end = format!(" 200 {key}");
        log.lines().filter(|line| line.ends_with(&end)).count()
    };
    Requests { lasting: count(LASTING_KEY), temporary: count(TEMPORARY_KEY) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_let_in_with_a_key_count() {
        let log = "GET /v1/repos/demo/info/refs?service=git-upload-pack 401 -\n\
            GET /v1/repos/demo/info/refs?service=git-upload-pack 200 AKIAIOSFODNN7EXAMPLE\n\
            POST /v1/repos/demo/git-upload-pack 200 ASIAIOSFODNN7EXAMPLE\n\
            POST /v1/repos/demo/git-upload-pack 403 ASIAIOSFODNN7EXAMPLE\n\
            POST /v1/repos/demo/git-receive-pack 200 ASIAIOSFODNN7EXAMPLE\n";
        assert_eq!(let_in(log), Requests { lasting: 1, temporary: 2 });
    }
}
