//! What is put right before a signal ends the program: a terminal's echo, a program of the user's that would be left behind.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// What is done, in the order in which it was asked for.
static BEFORE: Mutex<Vec<fn()>> = Mutex::new(Vec::new());

/// From now on, does this before a signal does what it would have done; asked for twice, it is done once.
///
/// # Errors
/// What the system says. The signals do what they did, then.
pub(super) fn before_end(act: fn()) -> io::Result<()> {
    let mut before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    if before.is_empty() {
        watch()?;
    }
    if !before.iter().any(|known| std::ptr::fn_addr_eq(*known, act)) {
        before.push(act);
    }
    Ok(())
}

fn watch() -> io::Result<()> {
    let ignored = ignored();
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM].into_iter().filter(|signal| !ignored(*signal)))?;
    // It is never stopped: a signal that nobody waits for would do nothing.
    thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            for act in BEFORE.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                act();
            }
            let _ = emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// Which signals are ignored, as under nohup, and are to be ignored further on. Only Linux tells without a change of them.
fn ignored() -> impl Fn(i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    move |signal| mask >> (signal - 1) & 1 == 1
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_that_is_ignored_is_known() {
        // Rust ignores SIGPIPE in every program.
        let ignored = ignored();
        assert!(ignored(signal_hook::consts::SIGPIPE));
        assert!(!ignored(SIGTERM));
    }
}
