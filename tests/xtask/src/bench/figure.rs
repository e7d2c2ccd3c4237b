//! One number beside its limit.

use super::report;

/// In what a figure is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Bytes, which people are shown in KiB.
    Bytes,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Something in a second.
    PerSecond,
    /// Things.
    Count,
    /// How many times as much as something else.
    Times,
    /// A part of something, in hundredths.
    Percent,
}

/// What a figure may be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    /// This, or less.
    Most(f64),
    /// This, or more.
    Least(f64),
}

/// A number with a name, and its limit where it has one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure {
    name: String,
    value: f64,
    unit: Unit,
    limit: Option<Limit>,
}

impl Figure {
    /// A figure without a limit.
    pub(crate) fn new(name: impl Into<String>, value: f64, unit: Unit) -> Self {
        Self { name: name.into(), value, unit, limit: None }
    }

    /// A number of bytes.
    #[expect(clippy::cast_precision_loss, reason = "nothing here is larger than there are digits for")]
    pub(crate) fn bytes(name: impl Into<String>, bytes: u64) -> Self {
        Self::new(name, bytes as f64, Unit::Bytes)
    }

    /// With what it may be at most.
    pub(crate) fn most(self, limit: f64) -> Self {
        Self { limit: Some(Limit::Most(limit)), ..self }
    }

    /// With what it must be at least.
    pub(crate) fn least(self, limit: f64) -> Self {
        Self { limit: Some(Limit::Least(limit)), ..self }
    }

    /// Whether it is within its limit; none where it has none.
    pub(crate) fn is_within(&self) -> Option<bool> {
        self.limit.map(|limit| match limit {
            Limit::Most(most) => self.value <= most,
            Limit::Least(least) => self.value >= least,
        })
    }

    /// A line of a table: name, value, unit, limit and verdict.
    pub(crate) fn cells(&self) -> Vec<String> {
        let (limit, value) = match self.limit {
            Some(Limit::Most(most)) => (format!("≤ {}", self.unit.limit(most)), self.unit.value(self.value)),
            Some(Limit::Least(least)) => (format!("≥ {}", self.unit.limit(least)), self.unit.value(self.value)),
            None => (String::new(), self.unit.value(self.value)),
        };
        vec![self.name.clone(), value, self.unit.sign().to_owned(), limit, report::verdict(self.is_within())]
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> String {
        let (kind, limit) = match self.limit {
            Some(Limit::Most(most)) => ("most", Some(most)),
            Some(Limit::Least(least)) => ("least", Some(least)),
            None => ("most", None),
        };
        format!(
            "{{\"name\": {}, \"value\": {}, \"unit\": \"{}\", \"{kind}\": {}, \"ok\": {}}}",
            report::string(&self.name),
            (self.value * 1000.0).round() / 1000.0,
            self.unit.name(),
            report::optional(limit),
            report::optional(self.is_within()),
        )
    }
}

impl Unit {
    /// For people; what is over a limit never looks like the limit.
    fn value(self, value: f64) -> String {
        match self {
            Self::Bytes => format!("{:.1}", (value * 10.0 / 1024.0).ceil() / 10.0),
            Self::PerSecond | Self::Count => format!("{value:.0}"),
            Self::Milliseconds | Self::Microseconds | Self::Times => format!("{value:.2}"),
            Self::Percent => format!("{value:.3}"),
        }
    }

    fn limit(self, limit: f64) -> String {
        match self {
            Self::Bytes => format!("{}", limit / 1024.0),
            _ => format!("{limit}"),
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Bytes => "KiB",
            Self::Milliseconds => "ms",
            Self::Microseconds => "µs",
            Self::PerSecond => "/s",
            Self::Count => "",
            Self::Times => "×",
            Self::Percent => "%",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Milliseconds => "ms",
            Self::Microseconds => "us",
            Self::PerSecond => "per second",
            Self::Count => "count",
            Self::Times => "times",
            Self::Percent => "percent",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_the_most_or_the_least() {
        let figure = || Figure::new("x", 2.0, Unit::Times);
        assert_eq!(figure().is_within(), None);
        assert_eq!([1.9, 2.0].map(|most| figure().most(most).is_within()), [Some(false), Some(true)]);
        assert_eq!([2.0, 2.1].map(|least| figure().least(least).is_within()), [Some(true), Some(false)]);
    }

    #[test]
    fn people_read_kibibytes_and_programs_bytes() {
        let figure = Figure::bytes("size", 1025).most(1024.0);
        assert_eq!(figure.cells(), ["size", "1.1", "KiB", "≤ 1", "OVER"]);
        assert_eq!(figure.json(), r#"{"name": "size", "value": 1025, "unit": "bytes", "most": 1024, "ok": false}"#);
    }

    #[test]
    fn what_has_no_limit_has_no_verdict() {
        let figure = Figure::new("rate", 12345.6, Unit::PerSecond);
        assert_eq!(figure.cells(), ["rate", "12346", "/s", "", ""]);
        assert_eq!(
            figure.json(),
            r#"{"name": "rate", "value": 12345.6, "unit": "per second", "most": null, "ok": null}"#
        );
    }
}
