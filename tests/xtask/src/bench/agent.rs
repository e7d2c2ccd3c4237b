//! The signing agent under load: 64 clients of another process, on this machine.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

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
/// At most so much memory, in KiB, whenever it is looked at.
const MEMORY: f64 = 64.0 * 1024.0;
/// By how much, in KiB, it may grow between a tenth of the signatures and all of them.
const GROWTH: f64 = 2.0 * 1024.0;

const REQUEST: &[u8] =
    b"protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/MyRepo\nregion=us-east-1\n\n";

/// A figure, and whether it is within its limit.
struct Figure {
    name: &'static str,
    value: f64,
    limit: Option<(f64, bool)>,
}

impl Figure {
    fn most(name: &'static str, value: f64, most: f64) -> Self {
        Self { name, value, limit: Some((most, value <= most)) }
    }

    fn least(name: &'static str, value: f64, least: f64) -> Self {
        Self { name, value, limit: Some((least, value >= least)) }
    }

    fn plain(name: &'static str, value: f64) -> Self {
        Self { name, value, limit: None }
    }
}

/// The figures of the agent.
pub(crate) struct Agent(Vec<Figure>);

impl Agent {
    /// Measures the agent of this program, in this folder, with these variables.
    ///
    /// # Errors
    /// The agent does not start, or an answer is none.
    pub(crate) fn measure(program: &Path, mut command: Command, folder: &Path) -> Result<Self, Failure> {
        let (fresh, reused) = costs(program)?;
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
        let rate = times.len() as f64 / took.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "as above")]
        let figures = vec![
            Figure::least("signatures a second, 64 clients", rate, RATE),
            Figure::plain("half of the answers within, ms", of_hundred(50)),
            Figure::most("99 of 100 answers within, ms", of_hundred(99), LATE),
            Figure::most("memory after 100,000 signatures, KiB", early, MEMORY),
            Figure::most("memory after 1,000,000 signatures, KiB", late, MEMORY),
            Figure::most("growth between the two, KiB", late - early, GROWTH),
            Figure::most("memory with the idle clients, KiB", crowded, MEMORY),
            Figure::plain("idle clients", idle as f64),
            Figure::plain("a signature with a fresh instance, µs", fresh),
            Figure::plain("a signature with a reused one, µs", reused),
        ];
        Ok(Self(figures))
    }

    /// How many figures are over their limits.
    pub(crate) fn over(&self) -> usize {
        self.0.iter().filter(|figure| figure.limit.is_some_and(|(_, is_within)| !is_within)).count()
    }

    /// The figures as a table.
    pub(crate) fn table(&self) -> String {
        let mut table = format!("{:<44}{:>12}{:>10}\n", "agent", "", "limit");
        for Figure { name, value, limit } in &self.0 {
            let limit =
                limit.map(|(limit, is_within)| format!("{limit:>10.0}  {}", if is_within { "ok" } else { "OVER" }));
            let _ = writeln!(table, "{}", format!("{name:<44}{value:>12.2}{}", limit.unwrap_or_default()).trim_end());
        }
        table
    }
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

/// What a signature costs by itself, in microseconds: with a fresh instance, and with a reused one.
fn costs(program: &Path) -> Result<(f64, f64), Failure> {
    let output = Command::new(program).args(["agent", "--measure"]).output().map_err(|error| failure(&error))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let mut numbers = said.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
    numbers.next().zip(numbers.next()).ok_or_else(|| failure(&said))
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
