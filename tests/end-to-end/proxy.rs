//! A proxy that leads every host to one server on this machine, so that Git can be given URLs as users have them.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The proxy. It is there until the process ends.
pub(crate) struct Proxy {
    port: u16,
    hosts: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Leads to a port of this machine.
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let hosts = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&hosts);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, seen) = (client.unwrap(), Arc::clone(&seen));
                // One that goes in the middle is none of this test's.
                thread::spawn(move || _ = lead(client, server, &seen));
            }
        });
        Self { port, hosts }
    }

    /// The URL for Git's `http.proxy`.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The hosts that were asked for so far, with their ports, each once in a row.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let mut hosts = self.hosts.lock().unwrap().clone();
        hosts.dedup();
        hosts
    }
}

/// Answers `CONNECT HOST:PORT`, and passes on what either side says.
fn lead(mut client: TcpStream, server: u16, seen: &Mutex<Vec<String>>) -> io::Result<()> {
    // Nothing follows the empty line before the answer.
    let mut lines = BufReader::new(client.try_clone()?).lines();
    let first = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let host = first.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next());
    seen.lock().unwrap().push(host.ok_or(io::ErrorKind::InvalidData)?.to_owned());
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, server))?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    let _ = io::copy(&mut client, &mut server);
    server.shutdown(Shutdown::Both)
}
