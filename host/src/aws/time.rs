//! Times as AWS writes them in caches and answers.

use std::time::SystemTime;

use aws_sdk_sts::primitives::{DateTime, DateTimeFormat};

/// Reads a time such as `2026-01-02T03:04:05Z`; `+00:00` and `UTC`, which the AWS CLI has written too, stand for `Z`. So that what
/// scripts make with `date` is read too, an offset can be without its colon, and a space can be in place of the `T`.
pub fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let mut time = match text.strip_suffix("UTC") {
        Some(time) => format!("{}Z", time.trim_end()),
        None => text.to_owned(),
    };
    if time.as_bytes().get(10) == Some(&b' ') {
        time.replace_range(10..11, "T");
    }
    let offset = time.len().checked_sub(5).map(|start| &time.as_bytes()[start..]);
    if let Some([b'+' | b'-', digits @ ..]) = offset
        && digits.iter().all(u8::is_ascii_digit)
    {
        time.insert(time.len() - 2, ':');
    }
    SystemTime::try_from(DateTime::from_str(&time, DateTimeFormat::DateTimeWithOffset).ok()?).ok()
}

/// Writes a time as botocore does, in whole seconds: `2026-01-02T03:04:05Z`.
pub fn show(time: SystemTime) -> Option<String> {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    DateTime::from_secs(i64::try_from(seconds).ok()?).fmt(DateTimeFormat::DateTime).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_way_to_write_utc_is_read() {
        let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05UTC",
            "2026-01-02T03:04:05+00:00",
            "2026-01-02T04:04:05+01:00",
            "2026-01-02T03:04:05+0000",
            "2026-01-01T22:04:05-0500",
            "2026-01-02 03:04:05Z",
            "2026-01-02 03:04:05 UTC",
            " 2026-01-02T03:04:05.000Z\n",
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "UTC",
            "tomorrow",
            "2026-01-02",
            "1767323045",
            "2026-13-02T03:04:05Z",
            "0001-01-01T00:00:00Z x",
            "é-+0000",
            "+0000",
            "2026-01-0é 03:04:05Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_written_in_whole_seconds() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_323_045_999);
        assert_eq!(show(time).as_deref(), Some("2026-01-02T03:04:05Z"));
    }
}
