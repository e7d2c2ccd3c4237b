//! The command line of [`codecommit_local`]: starts the server, says how to use it, and stops it on a signal.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use codecommit_local::{Error, Fault, GitCredential, Log, Options, Server};

/// An offline AWS CodeCommit: Git over HTTPS on 127.0.0.1, signatures checked
// `-h` fits one screen; `--help` has the faults too.
#[derive(Parser)]
#[command(version, after_help = NOTES, after_long_help = format!("{NOTES}\n\n{FAULTS}"))]
struct Arguments {
    /// Folder that everything is in; made if missing
    #[arg(long, value_name = "DIR")]
    root: PathBuf,
    /// Port; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// File that holds the port while listening
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// Region a signature must be for
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// Empty repository to make if missing; repeatable
    #[arg(long, value_name = "NAME")]
    repository: Vec<String>,
    /// Host name for the certificate; repeatable
    #[arg(long, value_name = "NAME")]
    host_name: Vec<String>,
    /// File to log requests to, not standard error
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// USER:PASSWORD to let in beside the signatures
    #[arg(long, value_name = "PAIR")]
    git_user: Option<GitCredential>,
    /// What goes wrong, see --help; repeatable
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,
}

const NOTES: &str = "\
Repositories are bare ones in DIR/repositories/NAME.git, identities are in the
AWS file DIR/credentials. Both may be added to while the server runs.

Example:
  codecommit-local --root /tmp/codecommit --repository demo
  . /tmp/codecommit/env     # in another shell
  git clone codecommit://demo";

const FAULTS: &str = "\
FAULT is KIND=VALUE and any number of LIMITs, with commas between.

KIND=VALUE
  status=CODE         answers with a status from 400 to 999
  expired=CODE        takes every signature for too old: 401 or 403
  redirect=CODE:URL   answers 301, 302, 307 or 308, to the same path below URL
  clock=SECONDS       a clock that is ahead, or with a `-` behind: when it
                      checks a signature, and in the answer's `Date`
  delay=MILLISECONDS  waits before it does anything
  cut-request=BYTES   reads so much of a request's body, and cuts the connection
  cut-answer=BYTES    sends so much of an answer's body, and cuts the connection
  silent=connection   accepts a connection, and does not even speak TLS
  silent=request      reads a request, and does not answer
  silent=BYTES        sends so much of an answer's body, and nothing more

LIMIT
  service=NAME         requests for upload-pack (fetch) or receive-pack (push)
  method=GET           requests for references; POST: the others
  authenticated        requests that come with any credential
  from=N               the Nth of these requests, and those after it
  times=N              N of them
  retry-after=SECONDS  for status: says so in a header

Several faults come together; of those that answer or cut, the first counts.

Examples:
  --fault status=429,retry-after=1,times=2
  --fault status=401,authenticated,times=1
  --fault cut-answer=4096,service=upload-pack,method=POST,from=2
  --fault clock=901,from=2";

fn main() -> ExitCode {
    let Err(error) = run(Arguments::parse()) else { return ExitCode::SUCCESS };
    let _ = writeln!(io::stderr(), "codecommit-local: {error}");
    ExitCode::FAILURE
}

fn run(arguments: Arguments) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    // Before anyone is told that the server listens, and so before anyone can ask it to stop.
    let stopped = {
        let _inside = runtime.enter();
        stop_signal().map_err(Error::Runtime)?
    };
    let example = arguments.repository.first().cloned();
    let region = arguments.region.clone();
    let server = Server::start(Options {
        root: arguments.root,
        port: arguments.port,
        region: arguments.region,
        git: None,
        log: arguments.log.map_or(Log::Stderr, Log::File),
        port_file: arguments.port_file,
        repositories: arguments.repository,
        host_names: arguments.host_name,
        git_credential: arguments.git_user,
        faults: arguments.fault,
    })?;
    greet(&server, &region, example.as_deref().unwrap_or("NAME"));
    runtime.block_on(stopped);
    server.stop();
    Ok(())
}

/// Says where the server is and how to use it. It goes on where nobody reads this.
fn greet(server: &Server, region: &str, repository: &str) {
    let mut output = io::stdout().lock();
    let _ = writeln!(
        output,
        "codecommit-local listens on https://localhost:{} (region {region})\n\
         to use it from a shell: {}\n\
         then, for example: git clone codecommit://{repository}",
        server.port(),
        server.shell_line()
    );
    let _ = output.flush();
}

/// Waits for SIGINT or SIGTERM. The handlers are in place once this returns, before the future is first polled.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for Ctrl-C. The handler is in place once this returns, before the future is first polled.
#[cfg(windows)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
