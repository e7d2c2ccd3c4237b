//! The figures as a table for people and as JSON for programs.

use std::fmt::{self, Write as _};
use std::time::Duration;

use super::measure::{Row, Samples};
use super::statistics::Spread;

/// The times of one program.
pub(crate) struct Timing {
    name: &'static str,
    runs: usize,
    /// In milliseconds.
    spread: Spread,
    /// In medians of the first.
    limit: Option<f64>,
}

impl Timing {
    /// What was measured of a row.
    pub(crate) fn new(row: &Row, samples: &Samples) -> Self {
        let milliseconds = |time: &Duration| time.as_secs_f64() * 1000.0;
        let spread = Spread::of(samples.times().iter().map(milliseconds));
        Self { name: row.name(), runs: samples.times().len(), spread, limit: row.limit() }
    }
}

/// A number of bytes.
pub(crate) struct Figure {
    name: &'static str,
    bytes: u64,
    limit: Option<u64>,
}

impl Figure {
    /// A number of bytes and what it may be at most.
    pub(crate) fn bytes(name: &'static str, bytes: u64, limit: Option<u64>) -> Self {
        Self { name, bytes, limit }
    }
}

/// Everything measured. It is displayed as two tables.
pub(crate) struct Report {
    timings: Vec<Timing>,
    figures: Vec<Figure>,
}

impl Report {
    /// A report; the first of the timings is what the others are compared with.
    pub(crate) fn new(timings: Vec<Timing>, figures: Vec<Figure>) -> Self {
        Self { timings, figures }
    }

    /// How many figures are over their limits.
    pub(crate) fn over(&self) -> usize {
        let timings = self.timings.iter().filter(|timing| self.is_within(timing) == Some(false)).count();
        timings + self.figures.iter().filter(|figure| figure.is_within() == Some(false)).count()
    }

    /// The same for a program: times in milliseconds, sizes in bytes, limits as in the table, `null` where there is none.
    pub(crate) fn json(&self) -> String {
        let timings = self.timings.iter().map(|timing| {
            let Spread { min, p25, median, p75 } = timing.spread;
            let (name, runs, factor) = (string(timing.name), timing.runs, self.factor(timing));
            format!(
                "{{\"name\": {name}, \"runs\": {runs}, \"min_ms\": {min:.4}, \"p25_ms\": {p25:.4}, \"median_ms\": {median:.4}, \
                 \"p75_ms\": {p75:.4}, \"factor\": {factor:.3}, \"factor_limit\": {}, \"ok\": {}}}",
                optional(timing.limit),
                optional(self.is_within(timing)),
            )
        });
        let figures = self.figures.iter().map(|figure| {
            format!(
                "{{\"name\": {}, \"bytes\": {}, \"bytes_limit\": {}, \"ok\": {}}}",
                string(figure.name),
                figure.bytes,
                optional(figure.limit),
                optional(figure.is_within()),
            )
        });
        let list = |items: Vec<String>| items.join(",\n    ");
        format!(
            "{{\n  \"timings\": [\n    {}\n  ],\n  \"figures\": [\n    {}\n  ]\n}}\n",
            list(timings.collect()),
            list(figures.collect())
        )
    }

    /// A timing's median in medians of the first.
    fn factor(&self, timing: &Timing) -> f64 {
        self.timings.first().map_or(0.0, |first| timing.spread.median / first.spread.median)
    }

    fn is_within(&self, timing: &Timing) -> Option<bool> {
        timing.limit.map(|limit| self.factor(timing) <= limit)
    }
}

impl Figure {
    fn is_within(&self) -> Option<bool> {
        self.limit.map(|limit| self.bytes <= limit)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headings = ["time in ms", "runs", "min", "p25", "median", "p75", "× true", "limit", ""];
        let mut lines = vec![headings.map(str::to_owned).to_vec()];
        lines.extend(self.timings.iter().map(|timing| {
            let Spread { min, p25, median, p75 } = timing.spread;
            let mut line = vec![timing.name.to_owned(), timing.runs.to_string()];
            line.extend([min, p25, median, p75].map(|time| format!("{time:.2}")));
            line.push(format!("{:.2}", self.factor(timing)));
            line.push(timing.limit.map(|limit| format!("{limit:.2}")).unwrap_or_default());
            line.push(verdict(self.is_within(timing)));
            line
        }));
        writeln!(formatter, "{}", table(&lines))?;
        let mut lines = vec![["size in KiB", "", "limit", ""].map(str::to_owned).to_vec()];
        lines.extend(self.figures.iter().map(|figure| {
            let limit = figure.limit.map(kibibytes).unwrap_or_default();
            vec![figure.name.to_owned(), kibibytes(figure.bytes), limit, verdict(figure.is_within())]
        }));
        formatter.write_str(table(&lines).trim_end())
    }
}

fn verdict(is_within: Option<bool>) -> String {
    is_within.map_or("", |is_within| if is_within { "ok" } else { "OVER" }).to_owned()
}

/// Bytes in KiB with one decimal, rounded up so that nothing over a limit looks like the limit.
fn kibibytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1024);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Lines of cells below each other: the first and the last column to the left, numbers to the right.
fn table(lines: &[Vec<String>]) -> String {
    let width = |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max();
    let mut text = String::new();
    for line in lines {
        let mut written = String::new();
        for (column, cell) in line.iter().enumerate() {
            let width = width(column).unwrap_or(0);
            let _ = match column {
                0 => write!(written, "{cell:width$}"),
                _ if column + 1 == line.len() => write!(written, "  {cell}"),
                _ => write!(written, "  {cell:>width$}"),
            };
        }
        text.push_str(written.trim_end());
        text.push('\n');
    }
    text
}

/// A JSON string of text that has no control characters.
fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A JSON number or truth value, or `null`.
fn optional(value: Option<impl fmt::Display>) -> String {
    value.map_or_else(|| "null".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing(name: &'static str, time: f64, limit: Option<f64>) -> Timing {
        Timing { name, runs: 3, spread: Spread { min: time, p25: time, median: time, p75: time }, limit }
    }

    fn report() -> Report {
        let timings =
            vec![timing("true", 0.5, None), timing("within", 2.0, Some(4.0)), timing("over", 2.505, Some(5.0))];
        let figures = vec![
            Figure::bytes("small", 1024, Some(1024)),
            Figure::bytes("large", 1025, Some(1024)),
            Figure::bytes("free", 3_000_000, None),
        ];
        Report::new(timings, figures)
    }

    #[test]
    fn every_figure_is_beside_its_limit() {
        let expected = "\
time in ms  runs   min   p25  median   p75  × true  limit
true           3  0.50  0.50    0.50  0.50    1.00
within         3  2.00  2.00    2.00  2.00    4.00   4.00  ok
over           3  2.50  2.50    2.50  2.50    5.01   5.00  OVER

size in KiB          limit
small           1.0    1.0  ok
large           1.1    1.0  OVER
free         2929.7";
        assert_eq!(report().to_string(), expected);
    }

    #[test]
    fn what_is_over_its_limit_is_counted() {
        assert_eq!(report().over(), 2);
    }

    #[test]
    fn a_program_reads_the_same_figures() {
        let json = report().json();
        let lines: Vec<_> = json.lines().map(str::trim).collect();
        assert_eq!(
            lines[3],
            "{\"name\": \"within\", \"runs\": 3, \"min_ms\": 2.0000, \"p25_ms\": 2.0000, \"median_ms\": 2.0000, \
             \"p75_ms\": 2.0000, \"factor\": 4.000, \"factor_limit\": 4, \"ok\": true},"
        );
        assert_eq!(lines[7], "{\"name\": \"small\", \"bytes\": 1024, \"bytes_limit\": 1024, \"ok\": true},");
        assert_eq!(lines[9], "{\"name\": \"free\", \"bytes\": 3000000, \"bytes_limit\": null, \"ok\": null}");
    }

    #[test]
    fn a_json_string_has_its_quotes_escaped() {
        assert_eq!(string(r#"a "b" \c"#), r#""a \"b\" \\c""#);
    }
}
