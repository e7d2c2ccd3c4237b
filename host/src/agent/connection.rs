//! One client: its requests one after the other, each up to its empty line, and an answer to each.

use std::io::{self, ErrorKind, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream as StdStream;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout, timeout_at};
use zeroize::Zeroize;

use super::audit::Peer;
use super::limits::{self, Limits};
use super::signer::{Refusal, Signer};

/// How many bytes are read at once.
const READ: usize = 4096;

/// What all clients have in common.
pub(super) struct Shared {
    pub(super) signer: Signer,
    pub(super) limits: Limits,
    /// Wakes the client that has been silent for the longest time, which has to go.
    pub(super) room: Notify,
}

/// Serves a client until it ends, is silent for too long, or has to go.
pub(super) async fn serve(stream: UnixStream, shared: Arc<Shared>, mut ends: watch::Receiver<bool>) {
    let Ok(peer) = stream.peer_cred() else { return };
    let peer = Peer { uid: peer.uid(), gid: peer.gid(), pid: peer.pid() };
    let signer = &shared.signer;
    let half_sent = limits::HALF_SENT.min(shared.limits.idle);
    // What has come and is not answered. Empty between requests, and then without room of its own.
    let mut received = Vec::new();
    let mut deadline = Instant::now() + shared.limits.idle;
    loop {
        let end = end_of_request(&received);
        if end.unwrap_or(received.len()) > limits::REQUEST {
            received.zeroize();
            say(&stream, &signer.refuse(Refusal::TooLong, peer)).await;
            return;
        }
        let Some(end) = end else {
            let was_empty = received.is_empty();
            let came = match read(&stream, &mut received) {
                Came::Nothing => wait(&stream, &shared.room, &mut ends, deadline).await,
                came => came,
            };
            match came {
                Came::Some if was_empty => deadline = Instant::now() + half_sent,
                Came::Some | Came::Nothing => {}
                Came::End => {
                    // What came in the last moment is answered.
                    let _ = read_past_runtime(&stream, &mut received);
                    if let Some(end) = end_of_request(&received) {
                        say(&stream, &signer.answer(&received[..end], peer).await).await;
                    } else if !received.is_empty() {
                        received.zeroize();
                        say(&stream, &signer.refuse(Refusal::HalfSent, peer)).await;
                    }
                    return;
                }
            }
            continue;
        };
        let answer = signer.answer(&received[..end], peer).await;
        received[..end].zeroize();
        received.drain(..end);
        if received.is_empty() {
            received = Vec::new();
        }
        if !say(&stream, &answer).await {
            return;
        }
        let patience = if received.is_empty() { shared.limits.idle } else { half_sent };
        deadline = Instant::now() + patience;
        // Others have their turn, however many requests have come from this one.
        tokio::task::yield_now().await;
    }
}

/// What came of a try to read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    Some,
    Nothing,
    End,
}

/// Reads what there is, without waiting.
fn read(stream: &UnixStream, received: &mut Vec<u8>) -> Came {
    let mut bytes = [0; READ];
    let result = stream.try_read(&mut bytes);
    took(result, &mut bytes, received)
}

/// The same for a client that is so new that the runtime does not know yet whether there is something to read.
fn read_past_runtime(stream: &UnixStream, received: &mut Vec<u8>) -> Came {
    let mut bytes = [0; READ];
    // Of the same file, which does not wait.
    let result = stream.as_fd().try_clone_to_owned().and_then(|file| StdStream::from(file).read(&mut bytes));
    took(result, &mut bytes, received)
}

/// Keeps what was read, and overwrites it where it was read to.
fn took(result: io::Result<usize>, bytes: &mut [u8; READ], received: &mut Vec<u8>) -> Came {
    match result {
        Ok(0) => Came::End,
        Ok(count) => {
            // Git sends what it has, and that can be a password of another helper: a buffer that grows leaves no copy.
            if received.capacity() < received.len() + count {
                let mut larger = Vec::with_capacity(received.len() + count + READ / 4);
                larger.extend_from_slice(received);
                received.zeroize();
                *received = larger;
            }
            received.extend_from_slice(&bytes[..count]);
            bytes[..count].zeroize();
            Came::Some
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Came::Nothing,
        Err(_) => Came::End,
    }
}

/// Waits until there is something to read: nothing came yet, then. It is the end when it has taken too long, when room is needed for
/// another client, and when the agent ends.
async fn wait(stream: &UnixStream, room: &Notify, ends: &mut watch::Receiver<bool>, deadline: Instant) -> Came {
    tokio::select! {
        biased;
        _ = ends.wait_for(|ends| *ends) => Came::End,
        ready = timeout_at(deadline, stream.readable()) => match ready {
            Ok(Ok(())) => Came::Nothing,
            _ => Came::End,
        },
        () = room.notified() => Came::End,
    }
}

/// Writes an answer. Whether it has arrived.
async fn say(stream: &UnixStream, answer: &[u8]) -> bool {
    let mut rest = answer;
    let write = async {
        while !rest.is_empty() {
            match stream.try_write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if stream.writable().await.is_err() {
                        return false;
                    }
                }
                Err(_) => return false,
            }
        }
        true
    };
    timeout(limits::UNREAD, write).await.unwrap_or(false)
}

/// Where the first request ends, behind its empty line.
fn end_of_request(received: &[u8]) -> Option<usize> {
    if received.first() == Some(&b'\n') {
        return Some(1);
    }
    received.windows(2).position(|two| two == b"\n\n").map(|at| at + 2)
}

/// How long a client that cannot be accepted is not tried again.
pub(super) const BREATH: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_ends_with_its_first_empty_line() {
        for (received, end) in [
            ("", None),
            ("a=b", None),
            ("a=b\n", None),
            ("a=b\n\r\n", None),
            ("a=b\n\n", Some(5)),
            ("a=b\n\nc=d\n\n", Some(5)),
            ("\n", Some(1)),
            ("\na=b\n\n", Some(1)),
        ] {
            assert_eq!(end_of_request(received.as_bytes()), end, "{received:?}");
        }
    }
}
