//! What is put right before a signal ends the program: a terminal's echo, a program of the user's that would be left behind.
//!
//! Git that ends does not end this program, which it waits for, and does not tell it. But nobody reads the answer then, and that
//! is found out while a person or a program is waited for: it counts as the signal that a write would have brought.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::git::run::{ignored, wait_for_end_of_reader};

/// What is done, in the order in which it was asked for.
static BEFORE: Mutex<Vec<fn()>> = Mutex::new(Vec::new());

/// Whether a signal is about to end the program. It is set by the handler itself, before anybody can see what else the signal did.
static ENDING: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Whether the program sees to its signals by itself.
static LEFT_TO_PROGRAM: AtomicBool = AtomicBool::new(false);

/// From now on no signal ends the program from here, nor does the end of its reader: what is to be put right is, when the program
/// calls [`act_before_end`]. It is to be called before any keys are looked for.
pub(crate) fn leave_to_program() {
    LEFT_TO_PROGRAM.store(true, Ordering::SeqCst);
}

/// Puts right what is to be before the program ends.
pub(crate) fn act_before_end() {
    for act in BEFORE.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        act();
    }
}

/// From now on, does this before a signal does what it would have done; asked for twice, it is done once.
///
/// # Errors
/// What the system says. The signals do what they did, then.
pub(super) fn before_end(act: fn()) -> io::Result<()> {
    let mut before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    if before.is_empty() && !LEFT_TO_PROGRAM.load(Ordering::SeqCst) {
        watch()?;
    }
    if !before.iter().any(|known| std::ptr::fn_addr_eq(*known, act)) {
        before.push(act);
    }
    Ok(())
}

/// Returns unless a signal is about to end the program. What a program of the user's did of the same signal, or was made to do, is
/// nothing to tell the user then.
pub(super) fn go_on_unless_ending() {
    while ENDING.load(Ordering::SeqCst) {
        thread::park();
    }
}

fn watch() -> io::Result<()> {
    let ignored = ignored();
    let ending = || [SIGHUP, SIGINT, SIGQUIT, SIGTERM].into_iter().filter(|signal| !ignored(*signal));
    for signal in ending() {
        flag::register(signal, Arc::clone(&ENDING))?;
    }
    let mut signals = Signals::new(ending())?;
    // It is never stopped: a signal that nobody waits for would do nothing.
    thread::Builder::new().spawn(move || signals.forever().for_each(end))?;
    thread::Builder::new().spawn(|| {
        if wait_for_end_of_reader().is_ok() {
            end(SIGPIPE);
        }
    })?;
    Ok(())
}

/// Ends the program as the signal does.
fn end(signal: i32) {
    ENDING.store(true, Ordering::SeqCst);
    act_before_end();
    let _ = emulate_default_handler(signal);
}
