//! The command line of [`codecommit_local`]: starts the server, says how to use it, and stops it on a signal.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use codecommit_local::{Error, Log, Options, Server};

/// An offline AWS CodeCommit: Git over HTTPS on 127.0.0.1, signatures checked
// No second paragraph here: clap would print the long form, which does not fit one screen.
#[derive(Parser)]
#[command(version, after_help = NOTES)]
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
    /// File to log requests to, not standard error
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

const NOTES: &str = "\
Repositories are bare ones in DIR/repositories/NAME.git. Identities are in
DIR/credentials, an AWS shared credentials file, read at each request. Both may
be added to while the server runs.

Example:
  codecommit-local --root /tmp/codecommit --repository demo
  . /tmp/codecommit/env     # in another shell
  git clone codecommit://demo";

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
