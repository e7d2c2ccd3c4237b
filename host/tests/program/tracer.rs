//! The helper under ptrace: which files it opens, what else it asks of the system, and what is in its memory.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::process::{Child, Stdio};

use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::user::{HELPER, User};

/// What a helper did between Git's request and its end.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// The files that it opened, or tried to, in order.
    pub(crate) opened: Vec<String>,
    /// System calls that start threads, timers or connections.
    pub(crate) started: BTreeSet<&'static str>,
    /// Whether the secret was in its memory at any of its system calls.
    pub(crate) held: bool,
    /// Whether it was there still when it ended.
    pub(crate) left: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// System calls of an asynchronous runtime, and of everything that talks to somebody.
const STARTS: [(libc::c_long, &str); 8] = [
    (libc::SYS_clone, "clone"),
    (libc::SYS_clone3, "clone3"),
    (libc::SYS_connect, "connect"),
    (libc::SYS_epoll_create1, "epoll_create1"),
    (libc::SYS_eventfd2, "eventfd2"),
    (libc::SYS_execve, "execve"),
    (libc::SYS_socket, "socket"),
    (libc::SYS_timerfd_create, "timerfd_create"),
];

/// Runs the helper for a credential, and follows it from Git's request on; the secret is looked for in its memory.
#[track_caller]
pub(crate) fn trace(user: &User, url: &str, request: &str, secret: &str) -> Trace {
    // A shell that waits for a line becomes the helper: that itself could not be traced any more once it has begun.
    let script = r#"read -r line; exec "$@""#;
    let mut command = user.command("/bin/sh", &["-c", script, "sh", HELPER, "--credential", url, "get"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = Pid::from_raw(child.id().cast_signed());
    let options = [Options::PTRACE_O_TRACESYSGOOD, Options::PTRACE_O_TRACEEXEC, Options::PTRACE_O_EXITKILL];
    ptrace::seize(pid, options.into_iter().collect()).unwrap();
    ptrace::interrupt(pid).unwrap();
    waitpid(pid, None).unwrap();
    child.stdin.take().unwrap().write_all(format!("\n{request}").as_bytes()).unwrap();
    let mut trace = Trace::default();
    follow(pid, secret.as_bytes(), &mut trace);
    (trace.stdout, trace.stderr) = read(child);
    trace
}

fn follow(pid: Pid, secret: &[u8], trace: &mut Trace) {
    // A system call stops it twice, before and after.
    let mut is_before = false;
    let (mut is_helper, mut has_begun) = (false, false);
    loop {
        ptrace::syscall(pid, None).unwrap();
        match waitpid(pid, None).unwrap() {
            WaitStatus::Exited(..) | WaitStatus::Signaled(..) => return,
            WaitStatus::PtraceSyscall(_) => is_before = !is_before,
            WaitStatus::PtraceEvent(_, _, libc::PTRACE_EVENT_EXEC) => {
                // Of that one, the stop after it is to come.
                (is_helper, is_before) = (true, true);
                continue;
            }
            _ => continue,
        }
        let Some((number, arguments)) = system_call(pid).filter(|_| is_before && is_helper) else { continue };
        if number == libc::SYS_prctl && arguments[0] == PR_SET_DUMPABLE {
            keep_dumpable(pid);
        }
        // It reads the request.
        has_begun |= number == libc::SYS_read && arguments[0] == 0;
        if !has_begun {
            continue;
        }
        let is_in_memory = is_in_memory(pid, secret);
        trace.held |= is_in_memory;
        if [libc::SYS_openat, libc::SYS_openat2].contains(&number) {
            trace.opened.push(text_at(pid, arguments[1]));
        }
        if number == libc::SYS_exit_group {
            trace.left = is_in_memory;
        }
        trace.started.extend(STARTS.iter().filter(|(known, _)| *known == number).map(|(_, name)| *name));
    }
}

/// What the helper asks for so that nobody looks into it.
const PR_SET_DUMPABLE: u64 = libc::PR_SET_DUMPABLE.cast_unsigned() as u64;

/// Lets the helper stay as it was, because who is not root could not look into it any more: `hardening.rs` tests that.
fn keep_dumpable(pid: Pid) {
    let mut registers = ptrace::getregs(pid).unwrap();
    // The second argument.
    #[cfg(target_arch = "x86_64")]
    {
        registers.rsi = 1;
    }
    #[cfg(target_arch = "aarch64")]
    {
        registers.regs[1] = 1;
    }
    ptrace::setregs(pid, registers).unwrap();
}

/// The system call that a stopped process is in: its number and arguments.
fn system_call(pid: Pid) -> Option<(libc::c_long, Vec<u64>)> {
    let line = fs::read_to_string(format!("/proc/{pid}/syscall")).unwrap();
    let mut words = line.split_whitespace();
    let number = words.next()?.parse().ok()?;
    let arguments = words.map(|word| u64::from_str_radix(word.trim_start_matches("0x"), 16).unwrap());
    Some((number, arguments.collect()))
}

/// The text that ends with a NUL at an address of another process.
fn text_at(pid: Pid, address: u64) -> String {
    let mut bytes = vec![0; 4096];
    let length = File::open(format!("/proc/{pid}/mem")).unwrap().read_at(&mut bytes, address).unwrap();
    let end = bytes[..length].iter().position(|byte| *byte == 0).unwrap();
    String::from_utf8(bytes[..end].to_vec()).unwrap()
}

/// Whether a text is anywhere in the memory that a process can write to.
fn is_in_memory(pid: Pid, text: &[u8]) -> bool {
    let memory = File::open(format!("/proc/{pid}/mem")).unwrap();
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    maps.lines().filter(|line| line.contains(" rw")).any(|line| {
        let (start, end) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let [start, end] = [start, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        // What cannot be read was never written to.
        let length = memory.read_at(&mut bytes, start).unwrap_or_default();
        memchr::memmem::find(&bytes[..length], text).is_some()
    })
}

fn read(child: Child) -> (String, String) {
    use std::io::Read;
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.stdout.unwrap().read_to_string(&mut stdout).unwrap();
    child.stderr.unwrap().read_to_string(&mut stderr).unwrap();
    (stdout, stderr)
}
