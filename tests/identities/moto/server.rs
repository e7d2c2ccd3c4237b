//! A running moto, and what it knows.
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// moto's server, on a port of its own; stopped when dropped.
pub(crate) struct Moto {
    process: Child,
    /// `127.0.0.1:PORT`.
    address: String,
}

impl Moto {
    /// Starts it; it checks no signature and no policy before this many requests, or never.
    pub(crate) fn start(unchecked: Option<u32>) -> Self {
        let mut command = command("moto_server");
        command.args(["-H", "127.0.0.1", "-p", "0"]).stdout(Stdio::null()).stderr(Stdio::piped());
        if let Some(count) = unchecked {
            command.env("INITIAL_NO_AUTH_ACTION_COUNT", count.to_string());
        }
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let address =
            lines.by_ref().find_map(|line| line.split_once("Running on http://").map(|(_, rest)| rest.to_owned()));
        // Its log of requests, which nobody reads and which must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address: address.expect("moto says where it listens") }
    }

    /// The address of its services.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes a user who may assume `role/deploy`: access key ID and secret.
    pub(crate) fn user(&self) -> (String, String) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/identities/programs/moto_user.py");
        let output = command("python").args(["-B", script, &self.url()]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let user: Value = serde_json::from_slice(&output.stdout).unwrap();
        let text = |name: &str| user[name].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    /// The roles that were assumed, with their keys, in order.
    pub(crate) fn assumed_roles(&self) -> Vec<Value> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!("GET /moto-api/data.json HTTP/1.0\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let data: Value = serde_json::from_str(body).unwrap();
        data["sts"]["AssumedRole"].as_array().unwrap().clone()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A program of the Python that has moto, without the user's environment.
fn command(name: &str) -> Command {
    let server = std::env::var_os("CODECOMMIT_MOTO")
        .expect("CODECOMMIT_MOTO is unset: it names moto_server; run cargo xtask test, which installs it");
    let mut command = Command::new(PathBuf::from(server).with_file_name(name));
    command.env_clear();
    command
}
