//! A command under ptrace, with all that it starts: what the command line and the environment of every process were when it
//! became a program, and when it ended. Nothing is sampled: the system stops a process at each of these.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::thread;

use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::command::{Finished, Watchdog, shown};
use crate::leaks::work::{Moment, Seen};

/// Runs a command to its end. What it prints is kept below `folder` meanwhile.
#[track_caller]
#[expect(clippy::zombie_processes, reason = "whoever follows a process waits for it")]
pub(crate) fn run(command: &Command, folder: &Path) -> (Finished, Vec<Seen>) {
    let [stdout, stderr] = ["stdout", "stderr"].map(|name| folder.join(name));
    let mut gated = gated(command);
    gated.stdin(Stdio::piped()).stdout(File::create(&stdout).unwrap()).stderr(File::create(&stderr).unwrap());
    // Only the thread that attached can trace, and no other child of it is to be waited for.
    let (status, seen) = thread::scope(|scope| {
        let traced = scope.spawn(|| {
            let mut child = gated.process_group(0).spawn().unwrap();
            let watchdog = Watchdog::of(child.id());
            let root = Pid::from_raw(child.id().cast_signed());
            let options = Options::PTRACE_O_EXITKILL
                | Options::PTRACE_O_TRACECLONE
                | Options::PTRACE_O_TRACEEXEC
                | Options::PTRACE_O_TRACEEXIT
                | Options::PTRACE_O_TRACEFORK
                | Options::PTRACE_O_TRACEVFORK;
            ptrace::seize(root, options).unwrap();
            child.stdin.take().unwrap().write_all(b"\n").unwrap();
            let followed = follow(root);
            assert!(!watchdog.has_ended_it(), "not finished in time: {}", shown(command));
            followed
        });
        traced.join().unwrap_or_else(|failure| std::panic::resume_unwind(failure))
    });
    let output = Output { status, stdout: fs::read(stdout).unwrap(), stderr: fs::read(stderr).unwrap() };
    (Finished::new(shown(command), output), seen)
}

/// The same command, run by a shell that waits for a line first, so that it is traced from its beginning.
fn gated(command: &Command) -> Command {
    let mut gated = Command::new("/bin/sh");
    gated.args(["-c", r#"read -r line; exec "$@""#, "sh"]).arg(command.get_program()).args(command.get_args());
    gated.env_clear().current_dir(command.get_current_dir().unwrap());
    gated.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    gated
}

/// Follows a process and its descendants until all have ended. The status of the first.
fn follow(root: Pid) -> (ExitStatus, Vec<Seen>) {
    let (mut status, mut seen) = (None, Vec::new());
    loop {
        match waitpid(None, Some(WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD)) {
            Ok(WaitStatus::PtraceEvent(pid, _, event)) => {
                match event {
                    libc::PTRACE_EVENT_EXEC => seen.extend(look_at(pid, Moment::Exec)),
                    libc::PTRACE_EVENT_EXIT => seen.extend(look_at(pid, Moment::Exit)),
                    _ => {}
                }
                go_on(ptrace::cont(pid, None));
            }
            Ok(WaitStatus::Stopped(pid, signal)) => go_on(ptrace::cont(pid, signal)),
            Ok(WaitStatus::Exited(pid, code)) if pid == root => status = Some(ExitStatus::from_raw(code << 8)),
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == root => {
                status = Some(ExitStatus::from_raw(signal as i32));
            }
            Ok(_) | Err(Errno::EINTR) => {}
            Err(Errno::ECHILD) => return (status.unwrap(), seen),
            Err(error) => panic!("{error}"),
        }
    }
}

/// A process that was killed meanwhile has gone on by itself.
fn go_on(result: nix::Result<()>) {
    assert!(matches!(result, Ok(()) | Err(Errno::ESRCH)), "{result:?}");
}

/// What a process shows; nothing where it has no memory any more, as a thread that ends after the first of its process.
fn look_at(pid: Pid, moment: Moment) -> Option<Seen> {
    let read = |name: &str| match fs::read(format!("/proc/{pid}/{name}")) {
        Err(error) if error.raw_os_error() == Some(libc::ESRCH) && moment == Moment::Exit => None,
        content => Some(content),
    };
    let environment = match read("environ")? {
        // The credential process keeps it from everybody but root, and the test need not be root.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => None,
        environment => Some(environment.unwrap()),
    };
    Some(Seen { moment, arguments: read("cmdline")?.unwrap(), environment })
}
