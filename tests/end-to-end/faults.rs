//! A server on a bad day: each operation ends in a message and a status, in few requests, with nothing lost, and is tried again with
//! success.

use crate::attempts::{Attempts, Failure, Operation};
use crate::gits::for_each_git;
use crate::world::noise;

/// More requests than this no operation makes, whatever comes of them: a loop would.
const MOST_REQUESTS: usize = 4;

/// The beginning of what Git says of a discovery that failed.
const NO_ACCESS: &str = "fatal: unable to access 'https://localhost:PORT/v1/repos/demo/': ";

#[track_caller]
fn asked_little(failure: &Failure) {
    let lines: Vec<String> = failure.requests.iter().map(ToString::to_string).collect();
    assert!((1..=MOST_REQUESTS).contains(&lines.len()), "{lines:#?}");
}

#[test]
fn a_server_that_is_busy_or_broken_at_discovery_is_told() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for status in ["429,retry-after=1", "500", "502", "503"] {
            for operation in Operation::ALL {
                let failure = attempts.fails_then_succeeds(operation, &[&format!("status={status}")]);
                failure.says(&format!("{NO_ACCESS}The requested URL returned error: {}", &status[..3]));
                assert_eq!(failure.status, Some(128));
                // Not tried again: that is the user's to decide.
                assert_eq!(failure.requests.len(), 1);
            }
        }
    });
}

#[test]
fn a_server_that_is_busy_or_broken_later_is_told() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for status in ["429,retry-after=1", "500", "502", "503"] {
            for operation in Operation::ALL {
                let failure = attempts.fails_then_succeeds(operation, &[&format!("status={status},method=POST")]);
                failure.says_what_begins(&format!("error: RPC failed; HTTP {} curl 22", &status[..3]));
                asked_little(&failure);
            }
        }
    });
}

/// Refused for good, from any request on, or all at once: never a loop.
#[test]
fn a_refusal_that_stays_takes_few_requests() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for fault in ["status=401", "status=403", "status=404", "clock=901"] {
            for limits in ["", ",authenticated,from=2"] {
                for operation in Operation::ALL {
                    let failure = attempts.fails_then_succeeds(operation, &[&format!("{fault}{limits}")]);
                    asked_little(&failure);
                }
            }
        }
    });
}

/// A push that is too large to be sent again: Git asks first with an empty request.
#[test]
fn a_refusal_of_a_large_push_takes_few_requests() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for (seed, fault) in [(1, "status=401"), (2, "expired=403")] {
            for (more, from) in [(10, ""), (20, ",from=2")] {
                attempts.renew(Operation::Push, &noise(seed + more, 1_100_000));
                world.set_faults(&[&format!("{fault},authenticated,method=POST{from}")]);
                let failure = attempts.fails(Operation::Push, |_| {});
                asked_little(&failure);
                attempts.succeeds(Operation::Push);
            }
        }
    });
}

/// Refused once: from 2.46 on Git asks for another signature and goes on.
#[test]
fn a_401_once_is_recovered_from_where_git_can_ask_again() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for limits in ["", ",method=POST"] {
            for operation in Operation::ALL {
                attempts.renew(operation, b"");
                world.set_faults(&[&format!("status=401,authenticated,times=1{limits}")]);
                world.requests();
                let finished = crate::command::finish(&mut attempts.command(operation));
                let requests = world.requests();
                // One more than an operation that recovers: it is refused, asks again, and goes on.
                assert!((1..=MOST_REQUESTS + 1).contains(&requests.len()), "{requests:#?}");
                if world.git().is_since(2, 46) {
                    finished.succeeded();
                    attempts.is_done(operation);
                } else {
                    finished.failed();
                    attempts.succeeds(operation);
                }
            }
        }
    });
}

/// Git gives up on a transfer that is slower than a limit for a time: here after a second of nothing.
#[test]
fn a_server_that_stops_talking_is_given_up() {
    for_each_git(|world| {
        let attempts = Attempts::new(world);
        for fault in ["silent=request", "silent=12", "silent=0,method=POST"] {
            for operation in Operation::ALL {
                attempts.renew(operation, b"");
                world.set_faults(&[fault]);
                let failure = attempts.fails(operation, |command| {
                    command.envs([("GIT_HTTP_LOW_SPEED_LIMIT", "1"), ("GIT_HTTP_LOW_SPEED_TIME", "1")]);
                });
                assert!(
                    failure.message.contains("Operation too slow. Less than 1 bytes/sec"),
                    "{fault}: {}",
                    failure.message
                );
                attempts.succeeds(operation);
            }
        }
    });
}
