//! Placeholders: text of a case that is another in each run, and the way back.
//!
//! `@server@`, `@localhost@`, `@tls@`, `@proxy@`, `@ca@`, `@other_ca@`, `@home@`, `@askpass@`, `@cannot_be_read@`, `@dpop_key@`, `@dpop_key_json@`, each of the case's digests, and times:
//! `@now+1h@`, `@now-10m@`, with another form behind a bar: `@now+1h|UTC@`, `@now+1h|+00:00@`, `@now+1h|ms@`.

use std::collections::BTreeMap;

use regex_lite::{Captures, Regex};
use sha2::Digest;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

const SECOND: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");

/// What placeholders stand for in one run.
#[derive(Debug, Clone)]
pub struct Names {
    now: OffsetDateTime,
    values: BTreeMap<String, String>,
}

impl Names {
    /// The case's digests, and now.
    pub fn new(digests: &BTreeMap<String, String>) -> Self {
        let values = digests.iter().map(|(name, text)| (name.clone(), digest(text))).collect();
        Self { now: OffsetDateTime::now_utc(), values }
    }

    /// Adds a name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).unwrap_or_else(|| panic!("there is no placeholder @{name}@"))
    }

    /// The text with every placeholder replaced.
    pub fn expand(&self, text: &str) -> String {
        let placeholder = Regex::new(r"@(now[^@\s]*|[a-z][a-z0-9_]*)@").unwrap();
        let value = |captures: &Captures<'_>| match captures[1].strip_prefix("now") {
            Some(offset) => self.time(offset),
            None => self.get(&captures[1]).to_owned(),
        };
        placeholder.replace_all(text, value).into_owned()
    }

    /// The text with placeholders where this run's values are, and `@time@` for times.
    pub fn normalise(&self, text: &str) -> String {
        let mut values: Vec<_> = self.values.iter().collect();
        // The longest first, for one may begin with another.
        values.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        let text = values
            .into_iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(value.as_str(), &format!("@{name}@")));
        let time = Regex::new(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|UTC|[+-]\d\d:\d\d)?").unwrap();
        time.replace_all(&text, "@time@").into_owned()
    }

    /// Now, and an offset: `+1h`, `-10m|UTC`.
    fn time(&self, offset: &str) -> String {
        let (offset, form) = offset.split_once('|').unwrap_or((offset, "Z"));
        let time = self.now + span(offset);
        match form {
            "ms" => (time.unix_timestamp() * 1000).to_string(),
            zone => format!("{}{zone}", time.format(SECOND).unwrap()),
        }
    }

    /// The time that an answer of a service gives.
    pub fn after(&self, offset: &str) -> OffsetDateTime {
        self.now + span(offset)
    }
}

/// `2006-01-02T15:04:05Z`.
pub(crate) fn iso(time: OffsetDateTime) -> String {
    format!("{}Z", time.format(SECOND).unwrap())
}

/// `+1h`, `-10m`, `+30s`; nothing is 0.
fn span(offset: &str) -> Duration {
    if offset.is_empty() {
        return Duration::ZERO;
    }
    let (number, unit) = offset.split_at(offset.len() - 1);
    let number: i64 = number.parse().unwrap_or_else(|error| panic!("now{offset}: {error}"));
    match unit {
        "s" => Duration::seconds(number),
        "m" => Duration::minutes(number),
        "h" => Duration::hours(number),
        "d" => Duration::days(number),
        _ => panic!("now{offset}: s, m, h or d"),
    }
}

/// `sha1 TEXT` or `sha256 TEXT`.
fn digest(text: &str) -> String {
    match text.split_once(' ') {
        Some(("sha1", text)) => hex::encode(sha1::Sha1::digest(text)),
        Some(("sha256", text)) => hex::encode(sha2::Sha256::digest(text)),
        _ => panic!("{text}: sha1 TEXT or sha256 TEXT"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_replaced_and_found_again() {
        let mut names = Names::new(&BTreeMap::from([("key".to_owned(), "sha1 abc".to_owned())]));
        names.set("server", "http://127.0.0.1:1234");
        let text = names.expand("@server@/x @key@ a@b @now+1h@");
        assert!(text.starts_with("http://127.0.0.1:1234/x a9993e364706816aba3e25717850c26c9cd0d89d a@b 20"), "{text}");
        assert_eq!(names.normalise(&text), "@server@/x @key@ a@b @time@");
    }

    #[test]
    fn times_have_the_forms_that_are_in_use() {
        let mut names = Names::new(&BTreeMap::new());
        names.now = OffsetDateTime::UNIX_EPOCH;
        assert_eq!(
            names.expand("@now@ @now+1h|UTC@ @now-1d|+00:00@ @now+2s|ms@"),
            "1970-01-01T00:00:00Z 1970-01-01T01:00:00UTC 1969-12-31T00:00:00+00:00 2000"
        );
    }
}
