//! When each phase of a run ends, for `cargo xtask bench`. With the feature `phases` the helper tells it on standard error when it
//! ends itself. A program without it, as all are that users get, has nothing of this in it.

#[cfg(any(test, all(unix, feature = "phases")))]
use std::fmt::Write;
#[cfg(any(test, all(unix, feature = "phases")))]
use std::time::Duration;

#[cfg(all(unix, feature = "phases"))]
pub use told::{end, tell};

/// Says that a phase ends here, and that the next one begins.
#[cfg(not(all(unix, feature = "phases")))]
#[inline]
pub fn end(_phase: &'static str) {}

/// Tells all that has ended.
#[cfg(not(all(unix, feature = "phases")))]
#[inline]
pub fn tell() {}

#[cfg(all(unix, feature = "phases"))]
mod told {
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;

    use nix::time::{ClockId, clock_gettime};

    use crate::report;

    /// What has ended, and when.
    static ENDS: Mutex<Vec<(&str, Duration)>> = Mutex::new(Vec::new());

    /// Says that a phase ends here, and that the next one begins.
    pub fn end(phase: &'static str) {
        // The one clock that whoever started this process reads too.
        let now = clock_gettime(ClockId::CLOCK_MONOTONIC).map_or(Duration::ZERO, Duration::from);
        let mut ends = ENDS.lock().unwrap_or_else(PoisonError::into_inner);
        if ends.is_empty() {
            // Room for all, so that no phase pays for a list that grows.
            ends.reserve(32);
        }
        ends.push((phase, now));
    }

    /// Tells all that has ended.
    pub fn tell() {
        report::phases(&super::lines(&ENDS.lock().unwrap_or_else(PoisonError::into_inner)));
    }
}

#[cfg(any(test, all(unix, feature = "phases")))]
fn lines(ends: &[(&str, Duration)]) -> String {
    let mut lines = String::new();
    for (phase, at) in ends {
        // A text takes whatever is written to it.
        let _ = writeln!(lines, "codecommit: phase {} {phase}", at.as_nanos());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_a_line_with_the_time_of_its_end() {
        let ends = [("start", Duration::from_nanos(1_500)), ("profile files", Duration::from_secs(2))];
        assert_eq!(lines(&ends), "codecommit: phase 1500 start\ncodecommit: phase 2000000000 profile files\n");
    }
}
