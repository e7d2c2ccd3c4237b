//! A job in a network and a file system of its own, in which are Git, the helper and the socket.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::socket::{AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto, socket};
use nix::unistd::geteuid;

use super::{Agent, RULE};
use crate::command::finish;
use crate::gits::for_each_git_in;
use crate::world::{KEY, World, helper};

/// Gives this thread, and all that it starts, a network in which there is nothing but itself. It takes root.
fn enter_own_network() {
    unshare(CloneFlags::CLONE_NEWNET).unwrap();
    // A message to the kernel, of rtnetlink(7): RTM_NEWLINK, with an answer; the first link, which is the loopback, up.
    let mut message = Vec::new();
    message.extend_from_slice(&32_u32.to_ne_bytes());
    message.extend_from_slice(&16_u16.to_ne_bytes());
    message.extend_from_slice(&5_u16.to_ne_bytes());
    message.extend_from_slice(&[0; 12]);
    for word in [1_u32, 1, 1] {
        message.extend_from_slice(&word.to_ne_bytes());
    }
    let kernel =
        socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkRoute).unwrap();
    let kernel = std::os::fd::AsRawFd::as_raw_fd(&kernel);
    sendto(kernel, &message, &NetlinkAddr::new(0, 0), MsgFlags::empty()).unwrap();
    let mut answer = [0; 64];
    recv(kernel, &mut answer, MsgFlags::empty()).unwrap();
    // The number of an error stands behind the header: none.
    assert_eq!(answer[16..20], [0; 4]);
}

/// Does something in the network that the tests were started in.
fn outside<T>(act: impl FnOnce() -> T) -> T {
    let inner = File::open("/proc/thread-self/ns/net").unwrap();
    setns(File::open("/proc/self/ns/net").unwrap(), CloneFlags::CLONE_NEWNET).unwrap();
    let done = act();
    setns(inner, CloneFlags::CLONE_NEWNET).unwrap();
    done
}

/// Makes a file system of Git, the helper, the socket and the server's certificate, and runs the job in it.
const ROOT: &str = r#"
set -e
root=$1 helper=$2 socket=$3 certificate=$4 server=$5
mount -t tmpfs none "$root"
for folder in usr bin lib lib64; do
    if [ -L "/$folder" ]; then cp -P "/$folder" "$root"
    elif [ -d "/$folder" ]; then mkdir "$root/$folder"; mount --bind "/$folder" "$root/$folder"; fi
done
mkdir "$root/dev" "$root/home" "$root/job" "$root/proc"
mount --bind /proc "$root/proc"
for file in /dev/null:dev/null /dev/urandom:dev/urandom "$helper:job/git-remote-codecommit" "$socket:job/agent" "$certificate:job/ca"; do
    : >"$root/${file#*:}"
    mount --bind "${file%%:*}" "$root/${file#*:}"
done
cp "$6" "$root/job/script"
exec chroot "$root" /usr/bin/env -i PATH="/job:$7:/usr/bin:/bin" HOME=/home GIT_SSL_CAINFO=/job/ca CODE_COMMIT_ENDPOINT="$server" \
    CODECOMMIT_AGENT_SOCK=/job/agent GIT_TERMINAL_PROMPT=0 sh /job/script /home
"#;

/// What the job does, and shows.
const JOB: &str = r#"
set -e
ls /
cd "$1"
git clone --quiet codecommit::us-east-1://demo clone
cd clone
git config user.name A
git config user.email a@example.com
cat file
printf four >file
git commit --quiet --all --message=four
git push --quiet
git fetch --quiet
git show origin/main:file
env | grep -c ^AWS_ || true
"#;

#[test]
fn a_job_with_nothing_but_git_the_helper_and_the_socket_clones_pushes_and_fetches() {
    let is_root = geteuid().is_root();
    let new_world = |git| {
        if is_root {
            enter_own_network();
        }
        World::new(git)
    };
    for_each_git_in(new_world, |world| {
        world.fill("demo");
        let start = || Agent::start(world, &["--allow", RULE]);
        let agent = if is_root { outside(start) } else { start() };
        let script = world.path("script");
        std::fs::write(&script, JOB).unwrap();
        let git = world.git().program().parent().unwrap();
        let finished = if is_root {
            let root = world.path("root");
            std::fs::create_dir(&root).unwrap();
            let mut command = Command::new("unshare");
            command.args(["--mount", "--propagation", "private", "sh", "-c", ROOT, "job"]);
            command.args([&root, helper(), &agent.socket(), &world.server().ca_file()]).arg(world.host());
            finish(command.arg(script).arg(git)).succeeded()
        } else {
            // Who is not root cannot have a network of his own: there it is only the variables that are missing.
            let path =
                std::env::join_paths([helper().parent().unwrap(), git, Path::new("/usr/bin"), Path::new("/bin")]);
            let mut command = Command::new("sh");
            command.env_clear().env("PATH", path.unwrap_or_default()).env("HOME", world.path("home"));
            command.env("GIT_SSL_CAINFO", world.server().ca_file()).env("CODE_COMMIT_ENDPOINT", world.host());
            command.env("CODECOMMIT_AGENT_SOCK", agent.socket()).arg(script).arg(world.path("home"));
            finish(&mut command).succeeded()
        };
        let shown = finished.stdout();
        if is_root {
            assert!(shown.starts_with("bin\ndev\nhome\njob\nlib\n"), "{shown}");
        }
        assert!(shown.ends_with("\nthreefour0\n"), "{shown}");
        assert_eq!(world.run("server/repositories/demo.git", &["show", "main:file"]), "four");
        let requests = world.requests();
        assert!(requests.iter().filter(|request| request.contains(" 200 ")).all(|request| request.ends_with(KEY)));
        let audit = agent.audit();
        assert!(audit.len() >= 3);
        for line in &audit {
            assert_eq!((&line["event"], &line["repository"]), (&"signed".into(), &"demo".into()), "{line}");
        }
    });
}
