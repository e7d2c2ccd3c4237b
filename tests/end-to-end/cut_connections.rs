//! A connection that is cut, at each tenth of all that a clean run takes, and in the middle of each request.

use codecommit_local::Request;

use crate::attempts::{Attempts, Operation};
use crate::command::finish;
use crate::gits::for_each_git;
use crate::world::{World, noise};

/// The faults that cut at each tenth of the bytes of all bodies, and in the middle of each body.
fn cuts(kind: &str, bodies: &[u64]) -> Vec<String> {
    let total: u64 = bodies.iter().sum();
    let mut cuts = Vec::new();
    for tenth in 0..=10 {
        let mut at = total * tenth / 10;
        let mut request = 0;
        while at > bodies[request] {
            at -= bodies[request];
            request += 1;
        }
        cuts.push((request, at));
    }
    cuts.extend(bodies.iter().enumerate().map(|(request, bytes)| (request, bytes / 2)));
    cuts.into_iter().map(|(request, bytes)| format!("{kind}={bytes},from={}", request + 1)).collect()
}

/// The bytes of each body of an operation when nothing is wrong.
#[track_caller]
fn bodies(attempts: &Attempts<'_>, operation: Operation, bytes: impl Fn(&Request) -> u64) -> Vec<u64> {
    attempts.world.server().forget_requests();
    attempts.succeeds(operation);
    attempts.world.server().requests().iter().map(bytes).collect()
}

/// Git does without the text of a 401, and asks again with a credential: before 2.46 it is the first answer of all.
fn is_text_of_401(cut: &str, world: &World) -> bool {
    cut.ends_with(",from=1") && !world.git().is_since(2, 46)
}

#[test]
fn a_clone_that_is_cut_leaves_nothing_and_is_tried_again_with_success() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        attempts.renew(Operation::Clone, &noise(5, 300_000));
        let bodies = bodies(&attempts, Operation::Clone, |request| request.sent);
        let all = format!("cut-answer={},from={}", bodies[bodies.len() - 1], bodies.len());
        let cuts = cuts("cut-answer", &bodies);
        assert!(cuts.contains(&all), "{cuts:?}");
        for cut in cuts {
            world.set_faults(&[&format!("{cut},times=1")]);
            let finished = finish(&mut attempts.command(Operation::Clone));
            if is_text_of_401(&cut, world) {
                finished.succeeded();
                attempts.is_done(Operation::Clone);
                continue;
            }
            if cut == all && finished.status() == Some(0) {
                // Git has every object, and may have looked at them before it hears of the end that is missing.
                attempts.is_done(Operation::Clone);
                continue;
            }
            let failed = finished.failed();
            assert_eq!(failed.status(), Some(128), "{cut} {failed}");
            assert!(failed.stderr().contains("fatal: "), "{cut} {failed}");
            assert!(!world.path("new").exists(), "{cut} {failed}");
            attempts.succeeds(Operation::Clone);
        }
    });
}

/// Below and above what Git sends at once. Each cut is there for as long as the push is tried: curl tries again by itself what it
/// sent on a connection that had been used before.
#[test]
fn a_push_that_is_cut_loses_nothing_and_is_tried_again_with_success() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for length in [300_000, 1_200_000] {
            attempts.renew(Operation::Push, &noise(5, length));
            let bodies = bodies(&attempts, Operation::Push, |request| request.received);
            attempts.renew(Operation::Push, &noise(6, length));
            for cut in cuts("cut-request", &bodies) {
                world.set_faults(&[&cut]);
                let failure = attempts.fails(Operation::Push, |_| {});
                failure.says_what_begins(if cut.contains("=0,") {
                    "fatal: unable to access "
                } else {
                    "error: RPC failed; curl "
                });
                assert!(failure.requests.len() <= bodies.len() + 1, "{cut} {:?}", failure.requests);
            }
            attempts.succeeds(Operation::Push);
        }
    });
}

/// The server has the push, and the user does not know: trying again says so, and changes nothing.
#[test]
fn a_push_whose_answer_is_lost_is_found_done() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        attempts.renew(Operation::Push, b"");
        world.set_faults(&["cut-answer=1,method=POST"]);
        let failure = attempts.fails(Operation::Push, |_| {});
        failure.says_what_begins("error: RPC failed; curl ");
        attempts.is_done(Operation::Push);
        attempts.succeeds(Operation::Push);
    });
}
