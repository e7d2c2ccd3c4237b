//! The credential process keeps its memory to itself: from other programs of the same user, and from core dumps.
//!
//! Who looks is the user's own `credential_process`, which runs while the helper waits for it. Root may look at everything, so
//! that where the tests are run by root, both are somebody else.

use std::fs::{self, File};
use std::os::unix::fs::lchown;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::Output;

use nix::unistd::geteuid;

use crate::user::{HELPER, KEY, SECRET, User};

/// A user and a group that nothing belongs to.
const NOBODY: u32 = 65534;

/// Starts the helper with the request in `$1` and the highest limit for core dumps. It is run by its descriptor, because the path
/// to it may lead through folders that are for root alone.
const START: &str = r#"ulimit -S -c "$(ulimit -H -c)"; exec 3<&0 <"$1"; shift; exec /proc/self/fd/3 "$@""#;

/// Runs the helper for a credential; where it comes to the keys, it runs `script`, as whose parent it can be looked at.
#[track_caller]
fn run(script: &str) -> (Output, User) {
    let user = User::new();
    let program = user.path("home/program");
    fs::write(&program, script).unwrap();
    let user = user.config(&format!("[default]\ncredential_process = /bin/sh \"{}\"\n", program.display()));
    let request = user.path("request");
    fs::write(&request, "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n").unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let seen = user.path("seen");
    let user = user.set("PATH", path).set("SEEN", seen);

    let request = request.to_str().unwrap();
    let arguments = ["-c", START, "sh", request, "--credential", "us-east-1://demo", "get"];
    let mut command = user.command("/bin/sh", &arguments);
    command.stdin(File::open(HELPER).unwrap());
    if geteuid().is_root() {
        give_away(&user.path(""));
        command.uid(NOBODY).gid(NOBODY);
    }
    (command.output().unwrap(), user)
}

fn give_away(path: &Path) {
    lchown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
}

/// The files that a debugger and a thief open. Yama, where it is on, refuses the memory of one's parent in any case.
const LOOK: &str = r#"
look() { if ( : <"/proc/$1/$2" ) 2>/dev/null; then echo "$3 $2: open"; else echo "$3 $2: refused"; fi; }
for name in environ maps; do look $$ $name own; done >"$SEEN"
for name in environ maps mem; do look $PPID $name helper; done >>"$SEEN"
grep '^Max core file size' /proc/$PPID/limits | { read -r _ _ _ _ soft _; echo "helper core: $soft"; } >>"$SEEN"
"#;

#[test]
fn a_program_of_the_same_user_cannot_look_into_it() {
    let answer = format!("echo '{{\"Version\": 1, \"AccessKeyId\": \"{KEY}\", \"SecretAccessKey\": \"{SECRET}\"}}'\n");
    let (output, user) = run(&format!("{LOOK}{answer}"));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.starts_with(&format!("username={KEY}\npassword=")), "{stdout}");
    assert_eq!(
        fs::read_to_string(user.path("seen")).unwrap(),
        "own environ: open\nown maps: open\n\
         helper environ: refused\nhelper maps: refused\nhelper mem: refused\n\
         helper core: 0\n"
    );
}

#[test]
fn it_leaves_no_core_dump() {
    let (output, _user) = run("kill -ABRT $PPID\n");
    assert_eq!(output.status.signal(), Some(nix::libc::SIGABRT), "{output:?}");
    assert!(!output.status.core_dumped());
}
