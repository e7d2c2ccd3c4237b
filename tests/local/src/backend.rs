//! `git http-backend` as a CGI program (RFC 3875; `git help http-backend`): a request goes in, an answer comes out, both
//! as streams, so that a large repository needs no more memory than a small one.

use std::ffi::OsString;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame};
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

use crate::error::Error;

/// How much is read from the backend at once.
const BUFFER: usize = 64 * 1024;

/// More than the backend's headers ever take.
const HEADERS: u64 = 64 * 1024;

/// What a repository made by plain `git init --bare` needs to serve what CodeCommit serves.
const CONFIGURATION: [(&str, &str); 5] = [
    ("http.receivepack", "true"),
    // Partial clones, and what they fetch later.
    ("uploadpack.allowFilter", "true"),
    ("uploadpack.allowAnySHA1InWant", "true"),
    // No process is left behind in a folder that a test is about to remove.
    ("receive.autoGc", "false"),
    ("gc.auto", "0"),
];

/// The Git to run, and what it may see.
pub(crate) struct Git {
    program: PathBuf,
    path: OsString,
    home: PathBuf,
}

impl Git {
    /// Takes `program`, or the `git` on PATH; `home` is an empty folder.
    pub(crate) fn new(program: Option<PathBuf>, home: PathBuf) -> Self {
        Self {
            program: program.unwrap_or_else(|| PathBuf::from("git")),
            path: std::env::var_os("PATH").unwrap_or_default(),
            home,
        }
    }

    /// The program.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Clears the environment but for what Git needs to start; no configuration of user or machine is read.
    pub(crate) fn prepare(&self, command: &mut Command) {
        command
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", &self.home)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            // Messages that end up in an answer are the same everywhere.
            .env("LC_ALL", "C");
        #[cfg(windows)]
        for name in ["SystemRoot", "TEMP", "TMP"] {
            // Without these a Windows process does not get as far as its own code.
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
    }

    /// Whether the backend is installed: it answers a request without a method with a CGI error.
    ///
    /// # Errors
    /// Where Git or its backend is missing.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut command = Command::new(&self.program);
        self.prepare(&mut command);
        let output =
            command.arg("http-backend").stdin(Stdio::null()).output().map_err(|source| self.missing(source))?;
        if output.stdout.starts_with(b"Status: ") {
            Ok(())
        } else {
            Err(Error::BackendMissing { git: self.program.clone() })
        }
    }

    /// The error for a Git that could not be started.
    pub(crate) fn missing(&self, source: io::Error) -> Error {
        Error::GitMissing { git: self.program.clone(), source }
    }
}

/// One request, as CGI wants it.
pub(crate) struct Call<'a> {
    pub(crate) repositories: &'a Path,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) user: &'a str,
    pub(crate) client: IpAddr,
}

/// The beginning of an answer, and the stream of the rest.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Output,
}

/// Why there is no answer; the text goes to the client, who is the one who tries things out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("cannot run git http-backend: {0}")]
    Start(#[from] io::Error),
    #[error("git http-backend gave no answer: {0}")]
    NoAnswer(String),
}

/// Runs the backend as far as its headers.
///
/// # Errors
/// Where it cannot be started or does not speak CGI.
pub(crate) async fn run<B>(git: &Git, call: &Call<'_>, body: B) -> Result<Answer, Fault>
where
    B: Body<Data = Bytes, Error: Send> + Send + Unpin + 'static,
{
    let mut running = Running::start(command(git, call, body.size_hint().exact()))?;
    let (Some(stdin), Some(stdout), Some(stderr)) = running.pipes() else {
        return Err(Fault::NoAnswer("no pipes".into()));
    };
    tokio::spawn(feed(body, stdin));
    let stderr = tokio::spawn(last_line(stderr));
    let mut stdout = BufReader::with_capacity(BUFFER, stdout);
    if let Some((status, headers)) = headers(&mut stdout).await? {
        return Ok(Answer { status, headers, body: Output { stdout, running } });
    }
    // Ended first: it may have more to say, and nobody to say it to.
    drop((running, stdout));
    Err(Fault::NoAnswer(stderr.await.unwrap_or_default()))
}

fn command(git: &Git, call: &Call<'_>, length: Option<u64>) -> Command {
    let mut command = Command::new(git.program());
    git.prepare(&mut command);
    command
        .arg("http-backend")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("GIT_PROJECT_ROOT", call.repositories)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", call.method.as_str())
        .env("PATH_INFO", call.path)
        .env("QUERY_STRING", call.query)
        .env("REMOTE_USER", call.user)
        .env("REMOTE_ADDR", call.client.to_string());
    for (variable, header) in [
        ("CONTENT_TYPE", "content-type"),
        ("HTTP_CONTENT_ENCODING", "content-encoding"),
        // Version 2 of the protocol is asked for here.
        ("GIT_PROTOCOL", "git-protocol"),
    ] {
        if let Some(value) = call.headers.get(header).and_then(|value| value.to_str().ok()) {
            command.env(variable, value);
        }
    }
    // Unknown for a chunked body: the backend then reads to the end.
    if let Some(length) = length {
        command.env("CONTENT_LENGTH", length.to_string());
    }
    command.env("GIT_CONFIG_COUNT", CONFIGURATION.len().to_string());
    for (index, (key, value)) in CONFIGURATION.iter().enumerate() {
        command.env(format!("GIT_CONFIG_KEY_{index}"), key).env(format!("GIT_CONFIG_VALUE_{index}"), value);
    }
    command
}

/// Writes the request's body to the backend. What the backend does not want is read and dropped, so that the client gets to
/// the end of its request and reads the answer.
async fn feed(mut body: impl Body<Data = Bytes> + Unpin, stdin: ChildStdin) {
    let mut stdin = Some(stdin);
    while let Some(Ok(frame)) = body.frame().await {
        if let (Some(pipe), Ok(data)) = (&mut stdin, frame.into_data())
            && pipe.write_all(&data).await.is_err()
        {
            stdin = None;
        }
    }
}

/// Reads standard error to its end, for the backend must not wait on it, and returns the last line.
async fn last_line(stderr: ChildStderr) -> String {
    let mut lines = BufReader::new(stderr).split(b'\n');
    let mut last = Vec::new();
    while let Ok(Some(line)) = lines.next_segment().await {
        last = line;
    }
    String::from_utf8_lossy(&last).trim().to_owned()
}

/// Reads CGI headers up to the empty line; none where there is no such thing.
async fn headers(output: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<(StatusCode, HeaderMap)>> {
    let mut output = output.take(HEADERS);
    let mut status = StatusCode::OK;
    let mut headers = HeaderMap::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        output.read_until(b'\n', &mut line).await?;
        let Some(text) = line.strip_suffix(b"\n") else { return Ok(None) };
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.is_empty() {
            return Ok(Some((status, headers)));
        }
        let Some((name, value)) = header(text) else { return Ok(None) };
        if name == "status" {
            let code = value.to_str().ok().and_then(|value| value.get(..3)?.parse().ok());
            let Some(code) = code else { return Ok(None) };
            status = code;
        } else {
            headers.append(name, value);
        }
    }
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let (name, value) = line.split_at(colon);
    let name = HeaderName::from_bytes(name).ok()?;
    let value = HeaderValue::from_bytes(value.get(1..)?.trim_ascii()).ok()?;
    Some((name, value))
}

/// A backend that ends, with all it started, when it is no longer wanted.
struct Running {
    child: Child,
    /// Whether the output has been read to its end, so that there is nothing left to end.
    finished: bool,
}

impl Running {
    fn start(command: Command) -> io::Result<Self> {
        let mut command = tokio::process::Command::from(command);
        // A group of its own: an interrupt from the terminal is for the server, which lets requests finish.
        #[cfg(unix)]
        command.process_group(0);
        Ok(Self { child: command.spawn()?, finished: false })
    }

    fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdin.take(), self.child.stdout.take(), self.child.stderr.take())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.finished || matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        // Not waited for yet, so the number is still this child's. TERM rather than KILL: Git removes its lock files.
        #[cfg(unix)]
        if let Some(id) = self.child.id()
            && let Some(group) = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
        }
        // What it started ends by itself, at the end of its pipes.
        #[cfg(not(unix))]
        let _ = self.child.start_kill();
    }
}

/// The rest of the backend's output, as the body of an answer. Dropping it ends the backend.
pub(crate) struct Output {
    stdout: BufReader<ChildStdout>,
    running: Running,
}

impl Body for Output {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        let mut stdout = Pin::new(&mut this.stdout);
        let data = match ready!(stdout.as_mut().poll_fill_buf(context)) {
            Ok(data) => Bytes::copy_from_slice(data),
            Err(error) => return Poll::Ready(Some(Err(error))),
        };
        if data.is_empty() {
            this.running.finished = true;
            return Poll::Ready(None);
        }
        stdout.consume(data.len());
        Poll::Ready(Some(Ok(Frame::data(data))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(mut output: &[u8]) -> Option<(u16, String, Vec<u8>)> {
        let (status, headers) = headers(&mut output).await.unwrap()?;
        Some((status.as_u16(), format!("{headers:?}"), output.to_vec()))
    }

    #[tokio::test]
    async fn headers_end_at_the_empty_line_and_the_rest_is_left() {
        assert_eq!(
            read(b"Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\nbody\n").await,
            Some((404, "{\"content-type\": \"text/plain\"}".into(), b"body\n".to_vec()))
        );
        assert_eq!(read(b"\n").await, Some((200, "{}".into(), Vec::new())));
    }

    #[tokio::test]
    async fn output_that_is_not_cgi_is_told_apart() {
        for output in [&b""[..], b"Status: 200 OK\n", b"no header\n\n", b"Status: x\n\n", b"a b: c\n\n"] {
            assert_eq!(read(output).await, None);
        }
    }
}
