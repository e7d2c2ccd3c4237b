use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::secret::Secret;

/// Keys that are told apart by a number, and end.
fn identity(number: usize, expires: Option<SystemTime>) -> Identity {
    let secret = |text: &str| Secret::new(text.to_owned());
    Identity {
        access_key_id: secret(&format!("AKIAEXAMPLE{number}")),
        secret_access_key: secret("example-secret"),
        session_token: None,
        expires,
    }
}

fn remote(profile: &str) -> Remote {
    Remote { repository: "x".to_owned(), profile: Some(profile.to_owned()), region: None }
}

/// What a search finds.
enum Found {
    Lasting,
    For(Duration),
    Nothing,
}

/// Finds these keys, one after the other, and then none.
fn identities(ends: Vec<Found>) -> (Arc<Identities>, Arc<AtomicUsize>) {
    let (count, counted) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let told = Arc::clone(&counted);
    let find = move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        counted.fetch_add(1, Ordering::SeqCst);
        match ends.get(number) {
            Some(Found::Lasting) => Ok(identity(number, None)),
            Some(Found::For(time)) => Ok(identity(number, Some(SystemTime::now() + *time))),
            Some(Found::Nothing) | None => Err(Error::UrlNotUtf8),
        }
    };
    (Arc::new(Identities::new(Box::new(find), Box::new(|_| {}))), told)
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap().block_on(future)
}

fn key(known: Known) -> Option<String> {
    match known {
        Known::Good(identity) | Known::Ageing(identity) => Some(identity.access_key_id.expose().to_owned()),
        Known::Failed | Known::Unknown => None,
    }
}

#[test]
fn of_many_who_wait_one_looks_for_keys() {
    let (identities, count) = identities(vec![Found::Lasting]);
    run(async {
        let waiting: Vec<_> = (0..64).map(|_| tokio::spawn(Arc::clone(&identities).renew(remote("a")))).collect();
        for one in waiting {
            one.await.unwrap();
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert_eq!(key(identities.known(Some("a"))).as_deref(), Some("AKIAEXAMPLE0"));
    assert!(matches!(identities.known(Some("b")), Known::Unknown));
    assert!(matches!(identities.known(None), Known::Unknown));
}

#[test]
fn who_waits_for_one_profile_holds_up_no_other() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let receiver = Mutex::new(receiver);
    let find = move |remote: Remote| {
        // The first is found when the second has been.
        if remote.profile.as_deref() == Some("a") {
            receiver.lock().unwrap().recv_timeout(Duration::from_mins(1)).unwrap();
        } else {
            sender.send(()).unwrap();
        }
        Ok(identity(0, None))
    };
    let identities = Arc::new(Identities::new(Box::new(find), Box::new(|_| {})));
    run(async {
        let first = tokio::spawn(Arc::clone(&identities).renew(remote("a")));
        tokio::spawn(Arc::clone(&identities).renew(remote("b"))).await.unwrap();
        first.await.unwrap();
    });
    assert!(["a", "b"].iter().all(|name| matches!(identities.known(Some(name)), Known::Good(_))));
}

#[test]
fn keys_age_before_they_end_and_are_used_until_there_are_others() {
    let hour = Duration::from_hours(1);
    let (identities, count) = identities(vec![Found::For(hour)]);
    run(Arc::clone(&identities).renew(remote("a")));
    let (at, now) = (Instant::now(), SystemTime::now());
    let known = |after| identities.known_at(Some("a"), at + after, now + after);
    assert!(matches!(known(Duration::from_mins(39)), Known::Good(_)));
    assert!(matches!(known(Duration::from_mins(41)), Known::Ageing(_)));
    // One is told to look for others, and the next only where that has come to nothing.
    assert!(matches!(known(Duration::from_mins(41)), Known::Good(_)));
    assert!(matches!(known(Duration::from_mins(59)), Known::Ageing(_)));
    assert!(matches!(known(Duration::from_mins(61)), Known::Unknown));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn keys_that_are_still_good_outlive_a_search_that_fails() {
    let (identities, count) = identities(vec![Found::For(Duration::from_hours(1)), Found::Nothing]);
    run(async {
        Arc::clone(&identities).renew(remote("a")).await;
        let held = || identities.held().profiles.get(&Some("a".to_owned())).cloned();
        let Some(Keys::Found { identity, .. }) = held() else { panic!() };
        let renew = Instant::now();
        identities.held().profiles.insert(Some("a".to_owned()), Keys::found(identity, renew));
        Arc::clone(&identities).renew(remote("a")).await;
        assert!(matches!(held(), Some(Keys::Found { renew: later, .. }) if later > renew));
    });
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[test]
fn keys_that_have_ended_are_not_looked_for_again_at_once_where_there_are_no_others() {
    let (identities, count) = identities(vec![Found::For(Duration::ZERO), Found::Nothing]);
    run(async {
        for _ in 0..10 {
            Arc::clone(&identities).renew(remote("a")).await;
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), 2);
    assert!(matches!(identities.known(Some("a")), Known::Failed));
}

#[test]
fn a_failure_is_told_once_and_not_tried_again_at_once() {
    let (identities, count) = identities(vec![]);
    run(async {
        for _ in 0..10 {
            Arc::clone(&identities).renew(remote("a")).await;
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert!(matches!(identities.known(Some("a")), Known::Failed));
    assert!(matches!(identities.known_at(Some("a"), Instant::now() + PAUSE, SystemTime::now()), Known::Unknown));
}

#[test]
fn keys_that_are_forgotten_are_looked_for_anew_also_where_a_search_began_before() {
    let (identities, count) = identities(vec![Found::Lasting, Found::Lasting]);
    run(Arc::clone(&identities).renew(remote("a")));
    identities.forget();
    assert!(matches!(identities.known(Some("a")), Known::Unknown));
    run(Arc::clone(&identities).renew(remote("a")));
    assert_eq!(key(identities.known(Some("a"))).as_deref(), Some("AKIAEXAMPLE1"));
    assert_eq!(count.load(Ordering::SeqCst), 2);

    // One that forgets while it looks.
    let itself: Arc<Mutex<Option<Arc<Identities>>>> = Arc::default();
    let inner = Arc::clone(&itself);
    let find = move |_| {
        inner.lock().unwrap().as_ref().unwrap().forget();
        Ok(identity(7, None))
    };
    let identities = Arc::new(Identities::new(Box::new(find), Box::new(|_| {})));
    *itself.lock().unwrap() = Some(Arc::clone(&identities));
    run(Arc::clone(&identities).renew(remote("a")));
    assert!(matches!(identities.known(Some("a")), Known::Unknown));
}

#[test]
fn keys_are_used_for_as_long_as_a_signature_with_them_has_its_time() {
    let now = SystemTime::now();
    let minutes = Duration::from_mins;
    let lasts = |left| lasts(Some(now + left), now);
    assert_eq!(lasts(minutes(60)), minutes(40));
    assert_eq!(lasts(minutes(41)), minutes(21));
    assert_eq!(lasts(minutes(40)), minutes(20));
    assert_eq!(lasts(minutes(15)), Duration::from_secs(450));
    assert_eq!(lasts(Duration::ZERO), Duration::ZERO);
    assert_eq!(super::lasts(None, now), LASTING);
}
