//! Git, watched to its end: what would end this process ends it too.

use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::{SIGCHLD, SIGPIPE};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;

/// How long Git may still be there when nobody reads from it any more. It ends at once unless it waits for a credential, that is for
/// a program or a person.
const LAST_WORK: Duration = Duration::from_secs(5);

/// Git, which gets each signal that would end this process, and is ended where the Git that started this process has gone and it has
/// not ended with it.
pub(super) struct Watched {
    child: Child,
    /// When it is ended, once nobody reads from it any more.
    ending: Option<Instant>,
}

impl Watched {
    /// A child that was just started.
    pub(super) fn new(child: Child) -> Self {
        Self { child, ending: None }
    }

    /// Waits for its end, and passes on these signals; of its own end, SIGCHLD tells.
    pub(super) fn wait(mut self, signals: impl Iterator<Item = i32>) -> io::Result<ExitStatus> {
        let delivery =
            UnixStream::pair().and_then(|(read, write)| SignalDelivery::with_pipe(read, write, SignalOnly, signals));
        let Ok(delivery) = delivery else { return self.child.wait() };
        // Never dropped, for this process ends soon: the pipe of the handlers would be closed before they are gone, and a signal in
        // between would write to it, which is SIGPIPE, which would write to it again, for ever.
        let mut delivery = ManuallyDrop::new(delivery);
        let mut has_reader = true;
        loop {
            // First, because it may have ended before anybody would have told.
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            // Git runs, whatever the system says here, and is then left to find out by itself.
            let Ok((has_signal, reader_is_gone)) = self.hear(delivery.get_read(), has_reader) else {
                return self.child.wait();
            };
            if reader_is_gone {
                has_reader = false;
                self.ending = Some(Instant::now() + LAST_WORK);
            }
            if self.ending.is_some_and(|ending| ending <= Instant::now()) {
                self.ending = None;
                // It is what a write would have brought, and Git says nothing of it.
                self.pass_on(SIGPIPE);
            }
            if has_signal {
                delivery.pending().filter(|signal| *signal != SIGCHLD).for_each(|s| self.pass_on(s));
            }
        }
    }

    /// Waits for a signal, for the end of whoever reads this process's standard output, or for the time to end. Which of the first
    /// two it was.
    fn hear(&self, signals: &UnixStream, has_reader: bool) -> nix::Result<(bool, bool)> {
        let output = io::stdout();
        // Of the output nothing is asked for but what is told always: an error or the end.
        let mut waited =
            [PollFd::new(signals.as_fd(), PollFlags::POLLIN), PollFd::new(output.as_fd(), PollFlags::empty())];
        let waited = if has_reader { &mut waited[..] } else { &mut waited[..1] };
        let timeout = self.ending.map_or(PollTimeout::NONE, |ending| {
            // Rounded up, not to ask again and again in the last millisecond.
            let left = ending.saturating_duration_since(Instant::now()) + Duration::from_millis(1);
            PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX)
        });
        match poll(waited, timeout) {
            Ok(_) => {}
            // A signal came, and its handler tells.
            Err(Errno::EINTR) => return Ok((true, false)),
            Err(error) => return Err(error),
        }
        let has_event = |fd: Option<&PollFd<'_>>| fd.and_then(PollFd::revents).is_some_and(|events| !events.is_empty());
        Ok((has_event(waited.first()), has_event(waited.get(1))))
    }

    /// Sends it a signal. Whether it ends by that is its own choice.
    fn pass_on(&self, signal: i32) {
        // Not waited for yet, so the number is still this child's.
        if let (Ok(id), Ok(signal)) = (i32::try_from(self.child.id()), Signal::try_from(signal)) {
            let _ = kill(Pid::from_raw(id), signal);
        }
    }
}
