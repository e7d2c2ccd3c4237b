use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, mpsc};
use std::{fs, thread};

use tempfile::TempDir;

use super::*;

const KEY: &str = "0b9d2800b64534153ac7f7f7590c3c648c7a4bc8";
/// 2026-01-02T03:04:05Z.
const NOW: Duration = Duration::from_secs(1_767_323_045);

/// A home folder with a file in one of the caches.
fn home(folder: &str, text: impl AsRef<[u8]>) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    put(&home, folder, text);
    home
}

fn put(home: &TempDir, folder: &str, text: impl AsRef<[u8]>) {
    let folder = home.path().join(".aws").join(folder).join("cache");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{KEY}.json")), text).unwrap();
}

/// The access key ID that is found.
fn find(home: &TempDir) -> Option<String> {
    let found = RoleCache::new(Some(home.path())).find(KEY, SystemTime::UNIX_EPOCH + NOW, LEAST_LEFT)?;
    assert_eq!(found.credentials().secret_access_key, "example/secret");
    Some(found.credentials().access_key_id.to_owned())
}

fn entry(key: &str, expiration: &str) -> String {
    format!(
        "{{\"Credentials\": {{\"AccessKeyId\": \"{key}\", \"SecretAccessKey\": \"example\\/secret\", \
         \"SessionToken\": \"example-token\", \"Expiration\": \"{expiration}\", \"AccountId\": \"123456789012\"}}, \
         \"AssumedRoleUser\": {{\"AssumedRoleId\": \"A:me\", \"Arn\": \"arn\"}}, \"ResponseMetadata\": {{\"x\": [1]}}}}"
    )
}

#[test]
fn both_folders_are_read_and_the_clis_first() {
    let later = "2026-01-02T04:04:05Z";
    assert_eq!(find(&home("cli", entry("CLI", later))).as_deref(), Some("CLI"));
    let home = home("boto", entry("BOTO", later));
    assert_eq!(find(&home).as_deref(), Some("BOTO"));
    put(&home, "cli", entry("CLI", later));
    assert_eq!(find(&home).as_deref(), Some("CLI"));
}

#[test]
fn keys_that_end_in_less_than_15_minutes_are_not_used() {
    for (expiration, is_used) in [
        ("2026-01-02T03:19:05Z", true),
        ("2026-01-02T03:19:05UTC", true),
        ("2026-01-02T03:19:05+00:00", true),
        ("2026-01-02T03:19:04Z", false),
        ("2026-01-02T03:04:04Z", false),
        ("2025-01-02T03:04:04Z", false),
    ] {
        assert_eq!(find(&home("cli", entry("CLI", expiration))).is_some(), is_used, "{expiration}");
    }
    let home = home("cli", entry("CLI", "2026-01-02T03:19:04Z"));
    put(&home, "boto", entry("BOTO", "2026-01-02T04:00:00Z"));
    assert_eq!(find(&home).as_deref(), Some("BOTO"));
}

#[test]
fn what_is_not_such_a_file_is_nothing() {
    let whole = entry("CLI", "2026-01-02T04:04:05Z");
    for end in 0..whole.len() - 1 {
        assert_eq!(find(&home("cli", &whole[..end])), None, "{end} bytes");
    }
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "{\"Credentials\": null}",
        "{\"Credentials\": {\"AccessKeyId\": \"CLI\"}}",
        &whole.replace("\"CLI\"", "1"),
        &whole.replace("CLI", ""),
        &whole.replace("2026-01-02T04:04:05Z", "tomorrow"),
        &whole.replace("\"2026-01-02T04:04:05Z\"", "1767323045"),
    ] {
        assert_eq!(find(&home("cli", text)), None, "{text}");
    }
    assert_eq!(find(&home("cli", [&b"\xff"[..], whole.as_bytes()].concat())), None);
    assert_eq!(find(&home("cli", vec![0; 10 << 20])), None);
    assert_eq!(find(&tempfile::tempdir().unwrap()), None);
}

/// Keys that are good for longer than any test runs, as `get` has to give them.
fn got(key: &str) -> (Identity, Option<Zeroizing<String>>) {
    let body = entry(key, "2099-01-02T04:04:05Z");
    (read(body.as_bytes()).unwrap(), Some(Zeroizing::new(body)))
}

#[test]
fn what_was_got_is_found_by_the_next_command() {
    let home = tempfile::tempdir().unwrap();
    let cache = RoleCache::new(Some(home.path()));
    cache.get(KEY, SystemTime::now(), LEAST_LEFT, || Ok::<_, Waited>(got("CLI"))).unwrap();
    assert_eq!(find(&home).as_deref(), Some("CLI"));
    cache.get(KEY, SystemTime::now(), LEAST_LEFT, || -> Result<_, Waited> { panic!("it is there") }).unwrap();
    assert!(!home.path().join(".aws/boto").exists());
}

#[test]
fn without_a_folder_to_write_to_keys_are_got_and_not_kept() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(".aws"), "").unwrap();
    for cache in [RoleCache::new(Some(home.path())), RoleCache::new(None)] {
        assert_eq!(
            cache
                .get(KEY, SystemTime::now(), LEAST_LEFT, || Ok::<_, Waited>(got("CLI")))
                .unwrap()
                .credentials()
                .access_key_id,
            "CLI"
        );
        assert!(cache.find(KEY, SystemTime::UNIX_EPOCH + NOW, LEAST_LEFT).is_none());
    }
}

/// Each thread has a cache of its own, as a process would.
#[test]
fn of_many_that_need_the_same_keys_one_gets_them() {
    let home = tempfile::tempdir().unwrap();
    let (together, count) = (Barrier::new(16), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                together.wait();
                let get = || {
                    count.fetch_add(1, Ordering::Relaxed);
                    Ok::<_, Waited>(got("CLI"))
                };
                let identity = RoleCache::new(Some(home.path())).get(KEY, SystemTime::now(), LEAST_LEFT, get).unwrap();
                assert_eq!(identity.credentials().access_key_id, "CLI");
            });
        }
    });
    assert_eq!(count.into_inner(), 1);
}

/// The one that gets them waits until all others do, which they have said when they are about to.
#[test]
fn of_many_that_need_keys_that_are_not_to_be_had_one_asks_and_the_others_are_told() {
    let home = tempfile::tempdir().unwrap();
    let (asking, is_asking) = mpsc::channel();
    let (end, is_over) = mpsc::channel::<()>();
    let fails = || -> Result<_, String> { Err("denied".to_owned()) };
    thread::scope(|scope| {
        let path = home.path();
        let first = scope.spawn(move || {
            let get = || {
                asking.send(()).unwrap();
                is_over.recv().unwrap();
                fails()
            };
            RoleCache::new(Some(path)).get(KEY, SystemTime::now(), LEAST_LEFT, get).unwrap_err()
        });
        is_asking.recv().unwrap();
        let other =
            scope.spawn(move || RoleCache::new(Some(path)).get(KEY, SystemTime::now(), LEAST_LEFT, fails).unwrap_err());
        // Whether the other waits already or comes later, it has its answer: to be told, or to be denied itself.
        end.send(()).unwrap();
        assert_eq!(first.join().unwrap(), "denied");
        let other = other.join().unwrap();
        let told = Waited::Failed.to_string();
        assert!(other == told || other == "denied", "{other}");
    });
    // Who comes after that asks anew.
    assert_eq!(RoleCache::new(Some(home.path())).get(KEY, SystemTime::now(), LEAST_LEFT, fails).unwrap_err(), "denied");
}

impl From<Waited> for String {
    fn from(waited: Waited) -> Self {
        waited.to_string()
    }
}

#[test]
fn where_there_can_be_no_lock_keys_are_got_and_kept_all_the_same() {
    let home = home("cli", "");
    fs::create_dir(home.path().join(".aws").join("cli").join("cache").join(format!("{KEY}.lock"))).unwrap();
    let got = RoleCache::new(Some(home.path())).get(KEY, SystemTime::UNIX_EPOCH + NOW, LEAST_LEFT, || {
        let text = entry("CLI", "2026-01-02T04:04:05Z");
        Ok::<_, Waited>((read(text.as_bytes()).unwrap(), Some(Zeroizing::new(text))))
    });
    assert_eq!(got.unwrap().credentials().access_key_id, "CLI");
    assert_eq!(find(&home).as_deref(), Some("CLI"));
}
