//! The signing agent under load: 64 clients of another process, on this machine.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::figure::{Figure, Unit};
use crate::failure::Failure;

/// How many clients ask at once, each as soon as it has its answer.
const CLIENTS: usize = 64;
/// How many signatures they get together: enough to see memory that grows.
const SIGNATURES: usize = 1_000_000;
/// How many clients say nothing meanwhile.
const IDLE: usize = 10_000;

/// At least so many signatures in a second.
const RATE: f64 = 10_000.0;
/// At most so many milliseconds for 99 of 100.
const LATE: f64 = 20.0;
/// At most so much memory, in bytes, whenever it is looked at.
const MEMORY: f64 = 64.0 * 1024.0 * 1024.0;
/// By how much, in bytes, it may grow between a tenth of the signatures and all of them.
const GROWTH: f64 = 2.0 * 1024.0 * 1024.0;

const REQUEST: &[u8] =
    b"protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/MyRepo\nregion=us-east-1\n\n";

/// Measures the agent of a program, started by this command, in this folder.
///
/// # Errors
/// The agent does not start, or an answer is none.
pub(crate) fn measure(mut command: Command, folder: &Path) -> Result<Vec<Figure>, Failure> {
    let socket = folder.join("agent.sock");
    command.args(["agent", "--allow", "codecommit::us-east-1://MyRepo", "--socket"]).arg(&socket);
    command.arg("--audit").arg(folder.join("audit"));
    let mut agent = Running(command.stderr(Stdio::piped()).spawn().map_err(|error| failure(&error))?);
    let said = agent.0.stderr.take().ok_or_else(|| failure(&"it cannot be heard"))?;
    let mut line = String::new();
    BufReader::new(said).read_line(&mut line).map_err(|error| failure(&error))?;
    if !line.contains("listens on") {
        return Err(failure(&line.trim()));
    }
    let begun = Instant::now();
    let mut times = load(&socket, SIGNATURES / 10)?;
    let early = memory(&agent)?;
    times.extend(load(&socket, SIGNATURES - SIGNATURES / 10)?);
    let took = begun.elapsed();
    let late = memory(&agent)?;
    let idle = idle(&socket)?;
    let crowded = memory(&agent)?;
    times.sort_unstable();
    let of_hundred = |share: usize| milliseconds(times.get(times.len() * share / 100).copied().unwrap_or_default());
    #[expect(clippy::cast_precision_loss, reason = "far fewer than there are digits for")]
    let (rate, idle) = (times.len() as f64 / took.as_secs_f64(), idle as f64);
    let bytes = |name, kibibytes: f64| Figure::new(name, kibibytes * 1024.0, Unit::Bytes);
    Ok(vec![
        Figure::new("signatures, 64 clients", rate, Unit::PerSecond).least(RATE),
        Figure::new("half of the answers within", of_hundred(50), Unit::Milliseconds),
        Figure::new("99 of 100 answers within", of_hundred(99), Unit::Milliseconds).most(LATE),
        bytes("memory after 100,000 signatures", early).most(MEMORY),
        bytes("memory after 1,000,000 signatures", late).most(MEMORY),
        bytes("growth between the two", late - early).most(GROWTH),
        bytes("memory with the idle clients", crowded).most(MEMORY),
        Figure::new("idle clients", idle, Unit::Count),
    ])
}

/// An agent that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn failure(said: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("the agent could not be measured: {said}"))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Lets all clients ask, and takes the time of each answer.
fn load(socket: &Path, signatures: usize) -> Result<Vec<Duration>, Failure> {
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(move || client(socket, signatures / CLIENTS))).collect();
        let mut times = Vec::with_capacity(signatures);
        for client in clients {
            let answered = client.join().map_err(|_| failure(&"a client failed"))?;
            times.extend(answered.map_err(|error| failure(&error))?);
        }
        Ok(times)
    })
}

fn client(socket: &Path, signatures: usize) -> std::io::Result<Vec<Duration>> {
    let mut stream = UnixStream::connect(socket)?;
    let mut times = Vec::with_capacity(signatures);
    let mut answer = [0; 4096];
    for _ in 0..signatures {
        let begun = Instant::now();
        stream.write_all(REQUEST)?;
        let mut length = 0;
        while !answer[..length].ends_with(b"\n\n") {
            match stream.read(&mut answer[length..])? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                count => length += count,
            }
        }
        times.push(begun.elapsed());
        if !answer.starts_with(b"username=") {
            return Err(std::io::Error::other("an answer is no credential"));
        }
    }
    Ok(times)
}

/// Connects clients that say half of a request, as many as this process may; one that asks is answered meanwhile. How many there were.
fn idle(socket: &Path) -> Result<usize, Failure> {
    let hard = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
    rustix::process::setrlimit(
        rustix::process::Resource::Nofile,
        rustix::process::Rlimit { current: hard, maximum: hard },
    )
    .map_err(|error| failure(&error))?;
    let room = hard.map_or(IDLE, |files| usize::try_from(files).unwrap_or(IDLE).saturating_sub(200));
    let connect = |_| {
        let mut stream = UnixStream::connect(socket)?;
        stream.write_all(&REQUEST[..20]).map(|()| stream)
    };
    let clients: Vec<UnixStream> =
        (0..room.min(IDLE)).map(connect).collect::<Result<_, _>>().map_err(|error| failure(&error))?;
    load(socket, CLIENTS * 10)?;
    Ok(clients.len())
}

/// What the agent has in memory now, in KiB.
#[cfg(target_os = "linux")]
fn memory(agent: &Running) -> Result<f64, Failure> {
    let path = format!("/proc/{}/status", agent.0.id());
    let status = fs::read_to_string(&path).map_err(Failure::file("read", Path::new(&path)))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).ok_or_else(|| failure(&"its memory is not told"))
}

/// The same as `ps` tells it.
#[cfg(not(target_os = "linux"))]
fn memory(agent: &Running) -> Result<f64, Failure> {
    let output = Command::new("ps").args(["-o", "rss=", "-p", &agent.0.id().to_string()]).output();
    let output = output.map_err(|error| failure(&error))?;
    String::from_utf8_lossy(&output.stdout).trim().parse().map_err(|error| failure(&error))
}
