//! When something ends, in words.

use std::time::{Duration, SystemTime};

use git_remote_codecommit::aws::identity::Expiry;
use git_remote_codecommit::aws::time;

/// How much time something has left; one that is further away than two days as a time.
pub(crate) fn words(expiry: &Expiry, now: SystemTime) -> String {
    const TWO_DAYS: Duration = Duration::from_hours(48);
    let of = expiry.of;
    let date = || time::show(expiry.at).unwrap_or_else(|| "a time before 1970".to_owned());
    let (ended, between) = match expiry.at.duration_since(now) {
        Ok(left) if !left.is_zero() => (false, left),
        Ok(left) => (true, left),
        Err(error) => (true, error.duration()),
    };
    let words = match (ended, between > TWO_DAYS) {
        (false, true) => format!("{of} last until {}", date()),
        (false, false) => format!("{of} last {} more", span(between)),
        (true, true) => format!("{of} expired at {}", date()),
        (true, false) => format!("{of} expired {} ago", span(between)),
    };
    // One thing is said otherwise than several.
    let words = if of.ends_with('s') { words } else { words.replacen(" last ", " lasts ", 1) };
    if expiry.is_renewed { format!("{words}; renewed when next needed") } else { words }
}

/// A time between two, in the largest unit of which there are at least two.
pub(crate) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        _ => (seconds / 3600, "hour"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-02T03:04:05Z.
    const NOW: u64 = 1_767_323_045;

    #[track_caller]
    fn says(of: &'static str, seconds: i64, is_renewed: bool, expected: &str) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW.saturating_add_signed(seconds));
        assert_eq!(words(&Expiry { of, at, is_renewed }, now), expected);
    }

    #[test]
    fn the_time_left_is_told_in_the_unit_that_fits() {
        says("the keys", 1, false, "the keys last 1 second more");
        says("the keys", 119, false, "the keys last 119 seconds more");
        says("the keys", 42 * 60 + 59, false, "the keys last 42 minutes more");
        says("the sign-in", 7 * 3600 + 59, false, "the sign-in lasts 7 hours more");
        says("the sign-in", 48 * 3600, false, "the sign-in lasts 48 hours more");
        says("the keys", 48 * 3600 + 1, false, "the keys last until 2026-01-04T03:04:06Z");
    }

    #[test]
    fn what_has_ended_is_told_with_how_long_ago() {
        says("the keys", 0, false, "the keys expired 0 seconds ago");
        says("the sign-in", -5 * 60, false, "the sign-in expired 5 minutes ago");
        says("the sign-in", -48 * 3600 - 1, false, "the sign-in expired at 2025-12-31T03:04:04Z");
    }

    #[test]
    fn what_is_renewed_is_said_to_be() {
        says("the keys", -300, true, "the keys expired 5 minutes ago; renewed when next needed");
    }
}
