//! The agent as a process: its socket, its clients, its signals.

use std::env;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sd_notify::NotifyState;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{sleep, timeout};

use super::audit::Audit;
use super::connection::{self, BREATH, Shared};
use super::fault::Fault;
use super::identities::Identities;
use super::limits::{self, Limits};
use super::rules::{RuleFault, Rules};
use super::signer::Signer;
use super::socket::Socket;
use crate::aws::identity::{Identity, signals};
use crate::policy::{self, Policy};
use crate::printable::Shown;
use crate::remote::Remote;
use crate::report;
use crate::variables::Variables;
use crate::{Error, policy::Instance};

/// How the agent is set up.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where it listens, unless systemd has opened a socket.
    pub socket: Option<PathBuf>,
    /// The group that may connect too, by name or number.
    pub group: Option<String>,
    /// Rules.
    pub allow: Vec<String>,
    /// A file with more of them.
    pub rules: Option<PathBuf>,
    /// The audit log; standard error without.
    pub audit: Option<PathBuf>,
    /// What it takes of clients.
    pub limits: Limits,
}

/// Runs the agent until it is told to end. It is to be called before there is a second thread.
///
/// # Errors
/// Why it does not start.
pub fn run(settings: &Settings) -> Result<(), Fault> {
    let rules = read_rules(settings, &mut Policy::load()?.instance()?)?;
    let audit = Audit::open(settings.audit.clone())
        .map_err(|error| Fault::Audit { path: settings.audit.clone().unwrap_or_default(), error })?;
    let mut socket = Socket::open(settings.socket.as_deref(), settings.group.as_deref())?;
    signals::leave_to_program();
    let signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(8);
    // Each worker has one at a time; the rest is for none to be waited for.
    let policy = Policy::load_pooled(u32::try_from(workers).unwrap_or(1) + 2)?;
    let identities = Identities::new(Box::new(find_keys), Box::new(report::error));
    let count = rules.count();
    let shared = Arc::new(Shared {
        signer: Signer::new(policy, rules, Arc::new(identities), audit),
        limits: settings.limits.with_open_files(),
        room: Notify::new(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build()?;
    let place = socket.path().map_or_else(|| "systemd's socket".to_owned(), |path| path.to_string_lossy().into_owned());
    runtime.block_on(async {
        let listener = UnixListener::from_std(socket.listener()?)?;
        let signals = forward(signals)?;
        shared.signer.look_for_keys();
        report::note(format_args!("the signing agent listens on {}, with {}", Shown(&place), rules_of(count)));
        let _ = sd_notify::notify(&[NotifyState::Ready]);
        serve(listener, signals, &shared, settings).await;
        Ok::<_, Fault>(())
    })?;
    // A search for keys may run on, and is not waited for; a program that it runs ends with the agent.
    runtime.shutdown_background();
    signals::act_before_end();
    Ok(())
}

/// Reads the rules, as they are now.
fn read_rules(settings: &Settings, policy: &mut Instance) -> Result<Rules, RuleFault> {
    let host = |remote| Ok(of_rule(remote)?.endpoint().host.clone());
    Rules::read(&settings.allow, settings.rules.as_deref(), policy, host)
}

/// The remote that a rule's stands for, with files and variables as they are now.
fn of_rule(remote: policy::Remote) -> Result<Remote, Error> {
    Remote::of_rule(remote, Variables(&|name| env::var_os(name)))
}

fn find_keys(remote: policy::Remote) -> Result<Identity, Error> {
    of_rule(remote)?.identity(Variables(&|name| env::var_os(name)))
}

fn rules_of(count: usize) -> String {
    if count == 1 { "one rule".to_owned() } else { format!("{count} rules") }
}

/// Signals as they come, from a thread that waits for them.
fn forward(mut signals: Signals) -> std::io::Result<mpsc::UnboundedReceiver<i32>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    thread::Builder::new()
        .spawn(move || signals.forever().take_while(|signal| sender.send(*signal).is_ok()).count())?;
    Ok(receiver)
}

/// Accepts clients until a signal says to end, and then lets them have their answers.
async fn serve(
    listener: UnixListener,
    mut signals: mpsc::UnboundedReceiver<i32>,
    shared: &Arc<Shared>,
    settings: &Settings,
) {
    let (end, ends) = watch::channel(false);
    // Each client has one of these; when all are gone, all is answered.
    let (client, mut clients) = mpsc::channel::<()>(1);
    let count = Arc::new(AtomicUsize::new(0));
    let begin = move |stream| {
        if count.fetch_add(1, Ordering::Relaxed) >= shared.limits.clients {
            shared.room.notify_one();
        }
        let (shared, ends, client, count) = (Arc::clone(shared), ends.clone(), client.clone(), Arc::clone(&count));
        tokio::spawn(async move {
            connection::serve(stream, shared, ends).await;
            count.fetch_sub(1, Ordering::Relaxed);
            drop(client);
        });
    };
    loop {
        tokio::select! {
            signal = signals.recv() => match signal {
                Some(SIGHUP) => reload(shared, settings).await,
                _ => break,
            },
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                begin(stream);
            } else {
                // There are no more open files: somebody has to go.
                shared.room.notify_one();
                sleep(BREATH).await;
            },
        }
    }
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
    // Whoever has connected by now is one of those, whether or not the runtime knows of it yet.
    if let Ok(listener) = listener.into_std() {
        while let Ok((stream, _)) = listener.accept() {
            if let Ok(stream) = stream.set_nonblocking(true).and_then(|()| UnixStream::from_std(stream)) {
                begin(stream);
            }
        }
    }
    drop(begin);
    let _ = end.send(true);
    let _ = timeout(limits::DRAIN, clients.recv()).await;
}

/// Reads everything anew. What is wrong is told, and all stays as it was.
async fn reload(shared: &Arc<Shared>, settings: &Settings) {
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        let _ = sd_notify::notify(&[NotifyState::Reloading, now]);
    }
    if let Err(error) = shared.signer.open_audit_again() {
        report::note(format_args!("the audit log could not be opened anew: {}", error.kind()));
    }
    let again = settings.clone();
    let read = move || -> Result<Rules, Fault> { Ok(read_rules(&again, &mut Policy::load()?.instance()?)?) };
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(rules)) => {
            let count = rules.count();
            shared.signer.replace(rules);
            shared.signer.look_for_keys();
            // Whoever reads this may rely on it.
            report::note(format_args!("the agent has read its configuration anew: {}", rules_of(count)));
        }
        Ok(Err(fault)) => {
            report::fact(format_args!("the rules stay as they were: {fault}"), fault.hint());
        }
        Err(_) => report::note("the rules stay as they were"),
    }
    let _ = sd_notify::notify(&[NotifyState::Ready]);
}
