//! The server: started, asked about, stopped. It runs on a thread of its own, so that its user needs no runtime.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use time::OffsetDateTime;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::access::GitCredential;
use crate::backend::Git;
use crate::certificate::Certificate;
use crate::error::Error;
use crate::fault::{Fault, Faults};
use crate::folder::{self, Folder, Published};
use crate::identities::Identities;
use crate::repository;
use crate::request_log::{Log, Request, RequestLog};
use crate::service::{Client, Service};
use crate::transfer::Cuttable;

/// How long requests in progress may take to finish once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How long the server waits before it accepts again where the system would not let it (too many open files).
const BREATH: Duration = Duration::from_millis(50);

/// What to serve, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of repositories, identities and everything written for clients; made where it is missing.
    pub root: PathBuf,
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The region a signature must be for.
    pub region: String,
    /// The Git to run; `git` on PATH where there is none.
    pub git: Option<PathBuf>,
    /// Where requests are logged.
    pub log: Log,
    /// A file to hold the port, as decimal digits and a line feed, while the server runs.
    pub port_file: Option<PathBuf>,
    /// Repositories to make before the first request, where they are missing.
    pub repositories: Vec<String>,
    /// Names that its certificate is for too, for clients that come by a proxy.
    pub host_names: Vec<String>,
    /// A user name and password that may come in beside the signatures.
    pub git_credential: Option<GitCredential>,
    /// What goes wrong; see [`Server::set_faults`].
    pub faults: Vec<Fault>,
}

impl Options {
    /// Any free port, region us-east-1, the Git on PATH, no host name but localhost, requests kept in memory only.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            port: 0,
            region: "us-east-1".to_owned(),
            git: None,
            log: Log::Memory,
            port_file: None,
            repositories: Vec::new(),
            host_names: Vec::new(),
            git_credential: None,
            faults: Vec::new(),
        }
    }
}

/// A running server. It stops when dropped.
pub struct Server {
    port: u16,
    folder: Folder,
    service: Arc<Service>,
    /// Dropped to stop the thread.
    running: Option<watch::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Removed with the server, after its thread has ended.
    published: Vec<Published>,
}

impl Server {
    /// Writes the folder's files, makes the repositories, and listens. Requests are answered once this returns.
    ///
    /// # Errors
    /// Where an option is not valid, the folder or the port cannot be had, the credentials file is broken, or Git or its
    /// `http-backend` is missing.
    pub fn start(options: Options) -> Result<Self, Error> {
        let Options { root, port, region, git, log, port_file, repositories, host_names, git_credential, faults } =
            options;
        if region.is_empty() || !region.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return Err(Error::Region { region });
        }
        let folder = Folder::create(&root)?;
        let log = RequestLog::open(&log)?;
        let git = Git::new(git, folder.home());
        git.check()?;
        for name in &repositories {
            repository::create(&git, &folder.repositories(), name)?;
        }
        folder.write_missing(&region)?;
        let identities = Identities::new(folder.credentials());
        identities.read()?;

        let listen = |source| Error::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let port = listener.local_addr().map_err(listen)?.port();

        let certificate = Certificate::new(OffsetDateTime::now_utc(), &host_names)?;
        folder::write(&folder.authority(), certificate.authority_pem.as_bytes())?;
        let service = Arc::new(Service {
            git,
            repositories: folder.repositories(),
            identities,
            git_credential,
            region,
            log,
            faults: Faults::new(faults),
        });

        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(listen)?
        };
        let (running, stopped) = watch::channel(());
        let acceptor = TlsAcceptor::from(certificate.tls);
        let serving = serve(listener, acceptor, Arc::clone(&service), stopped);
        let thread = std::thread::Builder::new()
            .name("codecommit-local".to_owned())
            .spawn(move || runtime.block_on(serving))
            .map_err(Error::Runtime)?;

        // From here on the server is one to stop, should a file fail. The port file comes last: who waits for it finds the rest.
        let mut server =
            Self { port, folder, service, running: Some(running), thread: Some(thread), published: Vec::new() };
        let environment = server.folder.shell_environment(port);
        server.published.push(Published::write(server.folder.env(), environment)?);
        if let Some(path) = port_file {
            let path = std::path::absolute(&path).map_err(Error::file("find", path))?;
            server.published.push(Published::write(path, format!("{port}\n").into_bytes())?);
        }
        Ok(server)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The file that a POSIX shell reads to use this server; there until the server stops.
    pub fn env_file(&self) -> PathBuf {
        self.folder.env()
    }

    /// The line to type into a POSIX shell to use this server, quoted where the path needs it.
    pub fn shell_line(&self) -> String {
        let path = self.folder.env();
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
        if path.as_os_str().as_encoded_bytes().iter().all(plain) {
            format!(". {}", path.display())
        } else {
            format!(". {}", String::from_utf8_lossy(&folder::quoted(path.as_os_str())))
        }
    }

    /// The certificate authority of this run, in PEM.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.authority()
    }

    /// The AWS shared credentials file, read anew at each request.
    pub fn credentials_file(&self) -> PathBuf {
        self.folder.credentials()
    }

    /// The AWS configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.folder.config()
    }

    /// Makes an empty bare repository whose initial branch is `main`, or leaves the one there as it is; returns its path.
    ///
    /// # Errors
    /// Where CodeCommit would not take the name, or Git fails.
    pub fn create_repository(&self, name: &str) -> Result<PathBuf, Error> {
        repository::create(&self.service.git, &self.service.repositories, name)
    }

    /// The latest requests answered (at most 10,000), oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.service.log.requests()
    }

    /// Drops the requests kept so far, so that the next ones can be counted.
    pub fn forget_requests(&self) {
        self.service.log.forget();
    }

    /// Lets these things go wrong from now on, in place of what went wrong before; requests are counted anew.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.service.faults.set(faults.into_iter().collect());
    }

    /// Takes no more connections, lets requests in progress finish for up to 5 seconds, and removes the port and env files.
    pub fn stop(self) {
        drop(self);
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Server").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Accepts until the other end of `stopped` is dropped. What is left after the grace is dropped with the runtime.
async fn serve(
    listener: tokio::net::TcpListener,
    acceptor: TlsAcceptor,
    service: Arc<Service>,
    mut stopped: watch::Receiver<()>,
) {
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => break,
        };
        if let Ok((stream, client)) = accepted {
            let acceptor = acceptor.clone();
            let service = Arc::clone(&service);
            tokio::spawn(serve_connection(
                stream,
                client.ip(),
                acceptor,
                service,
                connections.watcher(),
                stopped.clone(),
            ));
        } else {
            tokio::time::sleep(BREATH).await;
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
}

async fn serve_connection(
    stream: TcpStream,
    client: IpAddr,
    acceptor: TlsAcceptor,
    service: Arc<Service>,
    watcher: Watcher,
    mut stopped: watch::Receiver<()>,
) {
    // Answers are small and waited for: none is held back to be sent with the next.
    let _ = stream.set_nodelay(true);
    if service.faults.silences_connection() {
        tokio::select! {
            () = hear_out(stream) => {}
            _ = stopped.changed() => {}
        }
        return;
    }
    let handshake = tokio::select! {
        handshake = acceptor.accept(stream) => handshake,
        _ = stopped.changed() => return,
    };
    // A client that does not trust the certificate, or speaks no TLS, has been told so by TLS itself.
    let Ok(stream) = handshake else { return };
    let (stream, scissors) = Cuttable::new(stream);
    let client = Client { address: client, scissors };
    let answer = service_fn(|request| service.answer(request, &client));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    // A connection that fails is the client's to report.
    let _ = watcher.watch(connection).await;
}

/// Reads until the client goes away.
async fn hear_out(mut stream: TcpStream) {
    let mut heard = [0; 1024];
    while stream.read(&mut heard).await.is_ok_and(|bytes| bytes > 0) {}
}
