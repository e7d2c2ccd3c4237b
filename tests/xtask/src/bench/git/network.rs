//! The network between Git and its server: a proxy on this machine that holds back all that either side says, as a long way does.
//!
//! Git is so given the URLs that users have, without a port. The proxy leads to one server, and no other host is reached through it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// How much is passed on at once.
const PIECE: usize = 1 << 16;
/// How many pieces may be on their way at once: 64 MiB, more than comes in half a round trip.
const PIECES: usize = 1 << 10;

/// A proxy. It is there until the process ends.
pub(super) struct Network {
    port: u16,
}

impl Network {
    /// One to the server on a port of this machine, which is known as this host. An answer takes a round trip to come.
    ///
    /// # Errors
    /// Where no port can be had.
    pub(super) fn to(host: &'static str, server: u16, round_trip: Duration) -> Result<Self, Failure> {
        let failure = |error| Failure::new(format!("no proxy could be started: {error}"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failure)?;
        let port = listener.local_addr().map_err(failure)?.port();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // Git tells of one that fails.
                thread::spawn(move || lead(client, host, server, round_trip));
            }
        });
        Ok(Self { port })
    }

    /// The URL for `https_proxy`.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// Answers `CONNECT HOST:443` after a round trip, which is what TCP's handshake with a server so far away takes, and passes on what
/// either side says.
fn lead(mut client: TcpStream, host: &str, server: u16, round_trip: Duration) -> io::Result<()> {
    client.set_nodelay(true)?;
    // Nothing follows the empty line before the answer.
    let mut lines = BufReader::new(client.try_clone()?).lines();
    let asked = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    if asked != format!("CONNECT {host}:443 HTTP/1.1") {
        return client.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    }
    thread::sleep(round_trip);
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server))?;
    server.set_nodelay(true)?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (answers, back) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || pass_on(answers, back, round_trip / 2));
    pass_on(client, server, round_trip / 2);
    Ok(())
}

/// Passes on all that one says, each byte so much later, and then that this was all.
fn pass_on(from: TcpStream, to: TcpStream, later: Duration) {
    let (ours, theirs) = (from.try_clone(), to.try_clone());
    let passed = if later.is_zero() { at_once(from, to) } else { held_back(from, to, later) };
    // Whoever hears no end any more is told by the other side's.
    let _ = theirs.and_then(|to| to.shutdown(Shutdown::Write));
    if passed.is_err() {
        let _ = ours.and_then(|from| from.shutdown(Shutdown::Both));
    }
}

fn at_once(mut from: TcpStream, mut to: TcpStream) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        match from.read(&mut piece)? {
            0 => return Ok(()),
            length => to.write_all(&piece[..length])?,
        }
    }
}

/// Reads without a wait, so that a long way is no narrow one.
fn held_back(mut from: TcpStream, to: TcpStream, later: Duration) -> io::Result<()> {
    let (way, arrivals) = sync_channel(PIECES);
    let writer = thread::spawn(move || arrive(to, &arrivals));
    let read = depart(&mut from, &way, later);
    drop(way);
    let written = writer.join().map_err(|_| io::Error::other("a thread failed"))?;
    read.and(written)
}

fn depart(from: &mut TcpStream, way: &SyncSender<(Instant, Vec<u8>)>, later: Duration) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece)?;
        if length == 0 || way.send((Instant::now() + later, piece[..length].to_vec())).is_err() {
            return Ok(());
        }
    }
}

fn arrive(mut to: TcpStream, arrivals: &Receiver<(Instant, Vec<u8>)>) -> io::Result<()> {
    for (due, piece) in arrivals {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        to.write_all(&piece)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND_TRIP: Duration = Duration::from_millis(200);
    const OPEN: &[u8] = b"CONNECT git.example:443 HTTP/1.1\r\nHost: git.example:443\r\n\r\n";
    const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

    /// A network to a server that says what it hears, once, and a client's connection to its proxy.
    fn connected(round_trip: Duration) -> TcpStream {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = server.local_addr().unwrap().port();
        thread::spawn(move || {
            let (from, _) = server.accept().unwrap();
            let to = from.try_clone().unwrap();
            pass_on(from, to, Duration::ZERO);
        });
        let network = Network::to("git.example", port, round_trip).unwrap();
        let client = TcpStream::connect(network.url().strip_prefix("http://").unwrap()).unwrap();
        client.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        client
    }

    /// What the client hears of so many bytes, and after how long.
    fn hears(client: &mut TcpStream, length: usize) -> (Vec<u8>, Duration) {
        let begun = Instant::now();
        let mut heard = vec![0; length];
        client.read_exact(&mut heard).unwrap();
        (heard, begun.elapsed())
    }

    #[test]
    fn a_connection_takes_a_round_trip_and_each_answer_takes_one_more() {
        let mut client = connected(ROUND_TRIP);
        for (said, answer) in [(OPEN, ESTABLISHED), (b"one", b"one"), (b"two", b"two")] {
            client.write_all(said).unwrap();
            let (heard, time) = hears(&mut client, answer.len());
            assert_eq!(heard, answer);
            assert!(time >= ROUND_TRIP, "{time:?}");
        }
    }

    #[test]
    fn a_long_way_is_no_narrow_one() {
        let mut client = connected(ROUND_TRIP);
        client.write_all(OPEN).unwrap();
        hears(&mut client, ESTABLISHED.len());
        let said: Vec<u8> = (0..=250).cycle().take(PIECE * 256).collect();
        let (sent, mut sender) = (said.clone(), client.try_clone().unwrap());
        let sender = thread::spawn(move || sender.write_all(&sent));
        let (heard, time) = hears(&mut client, said.len());
        sender.join().unwrap().unwrap();
        assert!(heard == said);
        // One piece after the other, each would have waited for the one before it.
        assert!(time < ROUND_TRIP * 32, "{time:?}");
    }

    #[test]
    fn the_end_is_passed_on_behind_all_else() {
        for round_trip in [Duration::ZERO, ROUND_TRIP] {
            let mut client = connected(round_trip);
            client.write_all(OPEN).unwrap();
            hears(&mut client, ESTABLISHED.len());
            client.write_all(b"last").unwrap();
            client.shutdown(Shutdown::Write).unwrap();
            let mut heard = Vec::new();
            client.read_to_end(&mut heard).unwrap();
            assert_eq!(heard, b"last");
        }
    }

    #[test]
    fn no_other_host_is_reached() {
        for asked in ["CONNECT other.example:443 HTTP/1.1", "CONNECT git.example:22 HTTP/1.1", "GET / HTTP/1.1"] {
            let mut client = connected(Duration::ZERO);
            client.write_all(format!("{asked}\r\n\r\n").as_bytes()).unwrap();
            let mut heard = String::new();
            client.read_to_string(&mut heard).unwrap();
            assert_eq!(heard, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "{asked}");
        }
    }
}
