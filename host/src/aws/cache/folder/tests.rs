use std::fs;
use std::sync::Barrier;
use std::thread;

use super::*;

/// A folder, and what is in it.
fn folder() -> (tempfile::TempDir, CacheFolder) {
    let temporary = tempfile::tempdir().unwrap();
    let folder = CacheFolder::create(&temporary.path().join("a").join("b")).unwrap();
    (temporary, folder)
}

fn names(temporary: &tempfile::TempDir) -> Vec<String> {
    let entries = fs::read_dir(temporary.path().join("a").join("b")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_is_written_is_read_and_nothing_else_is_left() {
    let (temporary, folder) = folder();
    folder.write("x.json", b"one").unwrap();
    folder.write("x.json", b"two").unwrap();
    assert_eq!(folder.read("x.json").unwrap().as_slice(), b"two");
    assert_eq!(names(&temporary), ["x.json"]);
}

#[cfg(unix)]
#[test]
fn a_file_is_for_the_user_alone_and_so_is_a_folder_that_was_missing() {
    use std::os::unix::fs::PermissionsExt;
    let (temporary, folder) = folder();
    folder.write("x.json", b"one").unwrap();
    let _lock = folder.lock("x.lock", PATIENCE).unwrap();
    let mode = |name: &str| fs::metadata(temporary.path().join(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!([mode("a"), mode("a/b")], [0o700; 2]);
    assert_eq!([mode("a/b/x.json"), mode("a/b/x.lock")], [0o600; 2]);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_could_read_is_replaced_by_one_that_they_cannot() {
    use std::os::unix::fs::PermissionsExt;
    let (temporary, folder) = folder();
    let path = temporary.path().join("a/b/x.json");
    fs::write(&path, "one").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    folder.write("x.json", b"two").unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
}

#[test]
fn what_is_no_file_of_a_fair_size_is_nothing() {
    let (temporary, folder) = folder();
    let path = |name: &str| temporary.path().join("a").join("b").join(name);
    fs::create_dir(path("folder")).unwrap();
    fs::write(path("long"), vec![b'x'; usize::try_from(LONGEST).unwrap() + 1]).unwrap();
    for name in ["missing", "folder", "long", "", ".", "..", "../b/long", "/etc/hostname", "a\0b"] {
        assert!(folder.read(name).is_none(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let (temporary, folder) = folder();
    nix::unistd::mkfifo(&temporary.path().join("a/b/pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    assert!(folder.read("pipe").is_none());
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_folder() {
    let (temporary, folder) = folder();
    let outside = temporary.path().join("outside");
    fs::write(&outside, "secret").unwrap();
    std::os::unix::fs::symlink(&outside, temporary.path().join("a/b/x.json")).unwrap();
    assert!(folder.read("x.json").is_none());
    folder.write("x.json", b"ours").unwrap();
    assert_eq!(fs::read(&outside).unwrap(), b"secret");
    assert_eq!(folder.read("x.json").unwrap().as_slice(), b"ours");
}

/// Each thread opens the folder for itself, as a process would: the lock is the open file's.
#[test]
fn a_lock_is_held_by_one_at_a_time() {
    let (temporary, _folder) = folder();
    let path = temporary.path().join("a").join("b");
    let together = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let folder = CacheFolder::open(&path).unwrap();
                together.wait();
                for _ in 0..50 {
                    let _lock = folder.lock("x.lock", PATIENCE).unwrap();
                    // Read and written apart: without the lock, some of them would count from the same number.
                    let count: u32 =
                        folder.read("count").map_or(0, |bytes| str::from_utf8(&bytes).unwrap().parse().unwrap());
                    folder.write("count", (count + 1).to_string().as_bytes()).unwrap();
                }
            });
        }
    });
    assert_eq!(fs::read(path.join("count")).unwrap(), b"400");
    assert_eq!(names(&temporary), ["count", "x.lock"]);
}

#[test]
fn whoever_reads_meanwhile_finds_a_whole_file() {
    let (_temporary, folder) = folder();
    let texts = [b"a".repeat(20_000), b"b".repeat(30_000)];
    folder.write("x.json", &texts[0]).unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for turn in 0..200 {
                folder.write("x.json", &texts[turn % 2]).unwrap();
            }
        });
        while !writer.is_finished() {
            let read = folder.read("x.json").unwrap();
            assert!(texts.contains(&read), "{} bytes", read.len());
        }
    });
}

#[test]
fn a_lock_is_not_waited_for_for_ever() {
    let (temporary, folder) = folder();
    let _held = folder.lock("x.lock", PATIENCE).unwrap();
    let other = CacheFolder::open(&temporary.path().join("a").join("b")).unwrap();
    assert_eq!(other.lock("x.lock", Duration::ZERO).unwrap_err().kind(), io::ErrorKind::TimedOut);
}

#[test]
fn who_waited_for_a_lock_knows_whether_it_was_for_nothing() {
    let (temporary, folder) = folder();
    let held = folder.lock("x.lock", PATIENCE).unwrap();
    thread::scope(|scope| {
        let (ready, is_ready) = std::sync::mpsc::channel();
        let path = temporary.path().join("a").join("b");
        let waiter = scope.spawn(move || {
            let folder = CacheFolder::open(&path).unwrap();
            let since = SystemTime::now();
            ready.send(()).unwrap();
            let lock = folder.lock("x.lock", PATIENCE).unwrap();
            // As one that had to wait, which on a busy machine it may not have had to.
            Lock { waited_since: Some(since), ..lock }.failed_meanwhile()
        });
        is_ready.recv().unwrap();
        held.fail();
        drop(held);
        assert!(waiter.join().unwrap());
    });
    let lock = folder.lock("x.lock", PATIENCE).unwrap();
    assert!(!lock.was_waited_for() && !lock.failed_meanwhile());
}

#[cfg(unix)]
#[test]
fn a_lock_that_is_a_pipe_is_none() {
    let (temporary, folder) = folder();
    nix::unistd::mkfifo(&temporary.path().join("a/b/x.lock"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    assert!(folder.lock("x.lock", PATIENCE).is_err());
}

/// Root may open it all the same, and then it is a lock like any other.
#[cfg(unix)]
#[test]
fn a_lock_that_may_not_be_opened_is_none() {
    use std::os::unix::fs::PermissionsExt;
    let (temporary, folder) = folder();
    let path = temporary.path().join("a/b/x.lock");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    let opened = fs::OpenOptions::new().write(true).open(&path);
    let locked = folder.lock("x.lock", PATIENCE);
    assert_eq!(locked.map(drop).map_err(|error| error.kind()), opened.map(drop).map_err(|error| error.kind()));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0);
}

#[test]
fn what_a_crashed_program_left_behind_is_in_nobodys_way() {
    let (temporary, folder) = folder();
    let left = ["x.json.1-1", "x.lock"];
    for name in left {
        fs::write(temporary.path().join("a").join("b").join(name), "hal").unwrap();
    }
    let lock = folder.lock("x.lock", Duration::ZERO).unwrap();
    assert!(!lock.was_waited_for() && !lock.failed_meanwhile());
    assert!(folder.read("x.json").is_none());
    folder.write("x.json", b"whole").unwrap();
    assert_eq!(folder.read("x.json").unwrap().as_slice(), b"whole");
    assert_eq!(names(&temporary), ["x.json", left[0], left[1]]);
    for name in left {
        assert_eq!(folder.read(name).unwrap().as_slice(), b"hal", "{name}");
    }
}

/// In a process of its own, for the mask is the process's.
#[cfg(unix)]
#[test]
fn a_file_is_for_the_user_alone_whatever_the_mask() {
    let test = concat!(module_path!(), "::a_file_is_for_the_user_alone_and_so_is_a_folder_that_was_missing");
    let output = std::process::Command::new("/bin/sh")
        .args(["-c", "umask 0 && exec \"$0\" \"$1\" --exact"])
        .arg(std::env::current_exe().unwrap())
        .arg(test.split_once("::").unwrap().1)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}
