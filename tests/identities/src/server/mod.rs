//! The services of one case, over HTTP and HTTPS, and a proxy before them; on a thread of their own.

mod answers;
mod arrived;
mod authority;
mod connection;
mod dpop;
pub mod log;
pub mod script;
mod signature;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::names::Names;
use crate::secrets::Secrets;
use answers::Reply;
use arrived::Arrived;
use authority::Authority;
use connection::{Listener, accept};
use log::Request;
use script::{Script, ScriptedAnswer};

pub use answers::keys;
pub(crate) use dpop::new_key;

/// Running services. They stop when dropped.
#[derive(Debug)]
pub struct Server {
    addresses: Addresses,
    state: Arc<State>,
    /// Dropped to stop the thread.
    running: Option<watch::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Where the services are.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    plain: SocketAddr,
    tls: SocketAddr,
    proxy: SocketAddr,
}

impl Addresses {
    /// The services over HTTP.
    pub fn server(&self) -> String {
        format!("http://{}", self.plain)
    }

    /// The same by the machine's name for itself.
    pub fn localhost(&self) -> String {
        format!("http://localhost:{}", self.plain.port())
    }

    /// The services over HTTPS.
    pub fn tls(&self) -> String {
        format!("https://localhost:{}", self.tls.port())
    }

    /// A proxy, which leads to them whatever host is asked for.
    pub fn proxy(&self) -> String {
        format!("http://{}", self.proxy)
    }
}

/// What every request of one run shares.
#[derive(Debug)]
struct State {
    script: Mutex<Script>,
    log: Mutex<Vec<Request>>,
    targets: Mutex<Vec<String>>,
    told: Mutex<Option<(Names, Secrets)>>,
}

impl Server {
    /// Listens on free ports of 127.0.0.1.
    pub fn start(answers: &[ScriptedAnswer]) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let [plain, tls, proxy] =
            [(); 3].map(|()| runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap());
        let address = |listener: &TcpListener| listener.local_addr().unwrap();
        let addresses = Addresses { plain: address(&plain), tls: address(&tls), proxy: address(&proxy) };
        let state = Arc::new(State {
            script: Mutex::new(Script::new(answers)),
            log: Mutex::default(),
            targets: Mutex::default(),
            told: Mutex::default(),
        });
        let (running, mut stopped) = watch::channel(());
        let acceptor = TlsAcceptor::from(Arc::clone(&Authority::get().tls));
        let listener = |by_proxy, tls: Option<TlsAcceptor>, origin| Listener {
            by_proxy,
            acceptor: tls,
            origin,
            tls_address: addresses.tls,
            state: Arc::clone(&state),
        };
        let listeners = [
            (plain, listener(false, None, addresses.server())),
            (tls, listener(false, Some(acceptor), addresses.tls())),
            (proxy, listener(true, None, addresses.proxy())),
        ];
        let thread = std::thread::spawn(move || {
            runtime.block_on(async move {
                for (socket, listener) in listeners {
                    tokio::spawn(accept(socket, listener));
                }
                let _ = stopped.changed().await;
            });
        });
        Self { addresses, state, running: Some(running), thread: Some(thread) }
    }

    /// Where the services are.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// The authority's certificate, and that of another one, in PEM.
    pub fn authorities() -> (&'static str, &'static str) {
        let authority = Authority::get();
        (&authority.pem, &authority.other_pem)
    }

    /// Tells the services what placeholders stand for and which secrets there are; before the first request.
    pub fn tell(&self, names: Names, secrets: Secrets) {
        *self.state.told.lock().unwrap() = Some((names, secrets));
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.state.log.lock().unwrap().clone()
    }

    /// Their targets, as they stood in the request line.
    pub fn targets(&self) -> Vec<String> {
        self.state.targets.lock().unwrap().clone()
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

impl State {
    /// The answer to a request, which is logged; none where it is not to be answered.
    fn answer(&self, arrived: &Arrived) -> Option<Reply> {
        let told = self.told.lock().unwrap().clone();
        let (names, secrets) = told.unwrap();
        let mut request = arrived.request(&names, &secrets);
        self.targets.lock().unwrap().push(arrived.target());
        if let Some(proof) = request.parameters.get_mut("dpop") {
            *proof = dpop::check(proof, names.get("dpop_key"), &arrived.uri());
        }
        let answer = self.script.lock().unwrap().answer(&request);
        request.unexpected = answer.is_none();
        let reply = match &answer {
            None => Some(answers::unexpected(&request)),
            Some(answer) if answer.hangs => None,
            Some(answer) => Some(answers::scripted(&request, answer, &names)),
        };
        self.log.lock().unwrap().push(request);
        reply
    }

    /// Logs that a tunnel was asked for.
    fn log_tunnel(&self, to: &str) {
        let told = self.told.lock().unwrap().clone();
        let to = told.unwrap().0.normalise(&format!("https://{to}"));
        let parameters = [("to".to_owned(), to)].into();
        let operation = "CONNECT".to_owned();
        self.log.lock().unwrap().push(Request {
            service: "proxy".to_owned(),
            operation,
            parameters,
            ..Request::default()
        });
    }
}
