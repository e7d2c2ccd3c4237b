//! A server in a temporary folder, credentials for it, and Git with nothing of the machine's configuration.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use codecommit_local::{Options, Server};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::format_description;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub(crate) const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const TEMPORARY_KEY: &str = "ASIAIOSFODNN7EXAMPLE";
pub(crate) const TEMPORARY_USERNAME: &str = "ASIAIOSFODNN7EXAMPLE%IQoJb3JpZ2luX2VjE+/=%EXAMPLE";

/// The password for a repository, from now on.
pub(crate) fn password(secret: &str, region: &str, host: &str, repository: &str) -> String {
    let now =
        OffsetDateTime::now_utc().format(format_description!("[year][month][day]T[hour][minute][second]")).unwrap();
    let request = format!("GIT\n/v1/repos/{repository}\n\nhost:{host}\n\nhost\n");
    let hash = hex::encode(Sha256::digest(request));
    let scope = format!("{}/{region}/codecommit/aws4_request", &now[..8]);
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in scope.split('/') {
        key = hmac(&key, part);
    }
    let signature = hex::encode(hmac(&key, &format!("AWS4-HMAC-SHA256\n{now}\n{scope}\n{hash}")));
    format!("{now}Z{signature}")
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Percent-encodes whatever a URL's user name may not hold as it is.
fn encoded(username: &str) -> String {
    username.bytes().fold(String::new(), |text, byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => text + char::from(byte).encode_utf8(&mut [0; 4]),
        other => text + &format!("%{other:02X}"),
    })
}

/// A running server, and a folder to work in.
pub(crate) struct Trial {
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
}

impl Trial {
    /// A server in us-east-1 with the repository `demo`.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// The same, with other options.
    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::new(folder.path().join("server"));
        options.repositories = vec!["demo".into()];
        change(&mut options);
        fs::create_dir(folder.path().join("home")).unwrap();
        Self { server: Server::start(options).unwrap(), folder }
    }

    /// A path in the folder to work in.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn host(&self) -> String {
        format!("localhost:{}", self.server.port())
    }

    /// A repository's URL with the credential of the lasting key in it.
    pub(crate) fn url(&self, repository: &str) -> String {
        self.url_as(KEY, repository)
    }

    /// A repository's URL with the credential of `username` in it.
    pub(crate) fn url_as(&self, username: &str, repository: &str) -> String {
        let host = self.host();
        let password = password(SECRET, "us-east-1", &host, repository);
        format!("https://{}:{password}@{host}/v1/repos/{repository}", encoded(username))
    }

    /// Git in one of the folders, with an environment of its own.
    pub(crate) fn git(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_SSL_CAINFO", self.server.ca_file())
            .env("LC_ALL", "C");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "A").env(format!("GIT_{role}_EMAIL"), "a@example.com");
        }
        command.current_dir(self.path(folder)).args(arguments).stdin(Stdio::null());
        command
    }

    /// The standard output of a Git command that succeeds.
    #[track_caller]
    pub(crate) fn run(&self, folder: &str, arguments: &[&str]) -> String {
        output(&mut self.git(folder, arguments))
    }

    /// The status and standard error of a Git command that fails.
    pub(crate) fn fail(&self, folder: &str, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.git(folder, arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }

    /// A new repository `name` with one commit that holds `content` in the file `file`.
    pub(crate) fn repository(&self, name: &str, content: &[u8]) {
        self.run("", &["init", "--quiet", "--initial-branch=main", name]);
        self.commit(name, content);
    }

    /// One more commit.
    pub(crate) fn commit(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name).join("file"), content).unwrap();
        self.run(name, &["add", "file"]);
        self.run(name, &["commit", "--quiet", "--message=one more"]);
    }

    /// The requests so far, one line each.
    pub(crate) fn log(&self) -> Vec<String> {
        self.server.requests().iter().map(ToString::to_string).collect()
    }

    /// A TLS connection that trusts this server's authority and no other.
    pub(crate) fn connect(&self) -> StreamOwned<ClientConnection, TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.server.ca_file()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", self.server.port())).unwrap())
    }

    /// What one request is answered with, hyper's own headers left out. `request` is its first line and headers, apart from the host.
    pub(crate) fn ask(&self, request: &str) -> String {
        let mut stream = self.connect();
        let (line, headers) = request.split_once('\n').unwrap_or((request, ""));
        write!(stream, "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.host()).unwrap();
        for header in headers.lines() {
            write!(stream, "{header}\r\n").unwrap();
        }
        stream.write_all(b"\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let kept = |line: &&str| !line.starts_with("date: ") && !line.starts_with("connection: ");
        answer.split("\r\n").filter(kept).collect::<Vec<_>>().join("\n")
    }
}

/// The standard output of a command that succeeds.
#[track_caller]
pub(crate) fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {stderr}", command.get_args());
    String::from_utf8(output.stdout).unwrap()
}

/// Bytes that do not compress, the same at each run.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        // xorshift64, from Marsaglia's "Xorshift RNGs".
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Whether two files hold the same.
pub(crate) fn same(one: &Path, other: &Path) -> bool {
    fs::read(one).unwrap() == fs::read(other).unwrap()
}
