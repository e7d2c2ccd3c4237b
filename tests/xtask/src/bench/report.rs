//! The figures as a table for people and as JSON for programs.

use std::fmt::{self, Write as _};
use std::time::Duration;

use super::figure::Figure;
use super::git::{self, Operation};
use super::measure::{Row, Samples};
use super::phases::{self, Phase};
use super::scale::{self, Series};
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
    /// Its name in the table.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// In milliseconds.
    pub(crate) fn median(&self) -> f64 {
        self.spread.median
    }

    /// One whose runs all took the same.
    #[cfg(test)]
    pub(crate) fn of(name: &'static str, time: f64) -> Self {
        Self { name, runs: 3, spread: Spread { min: time, p25: time, median: time, p75: time }, limit: None }
    }

    /// What was measured of a row.
    pub(crate) fn new(row: &Row, samples: &Samples) -> Self {
        let milliseconds = |time: &Duration| time.as_secs_f64() * 1000.0;
        let spread = Spread::of(samples.times().iter().map(milliseconds));
        Self { name: row.name(), runs: samples.times().len(), spread, limit: row.limit() }
    }
}

/// Figures that belong together.
pub(crate) struct Section {
    /// Their name in the JSON.
    pub(crate) key: &'static str,
    /// What they are about.
    pub(crate) title: &'static str,
    /// One a line.
    pub(crate) figures: Vec<Figure>,
}

/// Everything measured. It is displayed as tables.
pub(crate) struct Report {
    timings: Vec<Timing>,
    phases: Vec<Phase>,
    operations: Vec<Operation>,
    sections: Vec<Section>,
    scale: Vec<Series>,
}

impl Report {
    /// A report; the first of the timings is what the others are compared with.
    pub(crate) fn new(
        timings: Vec<Timing>,
        phases: Vec<Phase>,
        operations: Vec<Operation>,
        sections: Vec<Section>,
        scale: Vec<Series>,
    ) -> Self {
        Self { timings, phases, operations, sections, scale }
    }

    /// How many figures are over their limits.
    pub(crate) fn over(&self) -> usize {
        let timings = self.timings.iter().map(|timing| self.is_within(timing));
        let figures = self.sections.iter().flat_map(|section| &section.figures).map(Figure::is_within);
        timings.chain(figures).filter(|is_within| *is_within == Some(false)).count()
    }

    /// The same for a program: times in milliseconds, sizes in bytes, limits as in the table, `null` where there is none.
    pub(crate) fn json(&self) -> String {
        let timings = self.timings.iter().map(|timing| {
            let (name, runs, factor) = (string(timing.name), timing.runs, self.factor(timing));
            format!(
                "{{\"name\": {name}, \"runs\": {runs}, {}, \"factor\": {factor:.3}, \"factor_limit\": {}, \"ok\": {}}}",
                spread(&timing.spread),
                optional(timing.limit),
                optional(self.is_within(timing)),
            )
        });
        let operations = self.operations.iter().map(Operation::json).collect();
        let phases = self.phases.iter().map(Phase::json).collect();
        let mut lists = vec![("timings", timings.collect()), ("phases", phases), ("git", operations)];
        lists.extend(
            self.sections.iter().map(|section| (section.key, section.figures.iter().map(Figure::json).collect())),
        );
        lists.push(("scale", self.scale.iter().flat_map(Series::json).collect()));
        let list = |(key, items): (&str, Vec<String>)| format!("  \"{key}\": [\n    {}\n  ]", items.join(",\n    "));
        format!("{{\n{}\n}}\n", lists.into_iter().map(list).collect::<Vec<_>>().join(",\n"))
    }

    /// The timings, for a plot: names and medians in milliseconds. Those of a series are in [`Report::scale`].
    pub(crate) fn medians(&self) -> Vec<(&'static str, f64)> {
        let timings = self.timings.iter().filter(|timing| !scale::is_row(timing.name));
        timings.map(|timing| (timing.name, timing.spread.median)).collect()
    }

    /// The series, for a plot of their own.
    pub(crate) fn scale(&self) -> &[Series] {
        &self.scale
    }

    /// A timing's median in medians of the first.
    fn factor(&self, timing: &Timing) -> f64 {
        self.timings.first().map_or(0.0, |first| timing.spread.median / first.spread.median)
    }

    fn is_within(&self, timing: &Timing) -> Option<bool> {
        timing.limit.map(|limit| self.factor(timing) <= limit)
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
        if !self.phases.is_empty() {
            writeln!(formatter, "{}", table(&phases::lines(&self.phases)))?;
        }
        if !self.operations.is_empty() {
            writeln!(formatter, "{}", table(&git::lines(&self.operations)))?;
        }
        let sections = self.sections.iter().map(|section| {
            let mut lines = vec![[section.title, "", "", "limit", ""].map(str::to_owned).to_vec()];
            lines.extend(section.figures.iter().map(Figure::cells));
            table(&lines)
        });
        formatter.write_str(sections.collect::<Vec<_>>().join("\n").trim_end())
    }
}

/// The middle and the rest of times in milliseconds, as members of a JSON object.
pub(crate) fn spread(spread: &Spread) -> String {
    let Spread { min, p25, median, p75 } = spread;
    format!("\"min_ms\": {min:.4}, \"p25_ms\": {p25:.4}, \"median_ms\": {median:.4}, \"p75_ms\": {p75:.4}")
}

/// What is said of a figure beside its limit.
pub(crate) fn verdict(is_within: Option<bool>) -> String {
    is_within.map_or("", |is_within| if is_within { "ok" } else { "OVER" }).to_owned()
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
pub(crate) fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A JSON number or truth value, or `null`.
pub(crate) fn optional(value: Option<impl fmt::Display>) -> String {
    value.map_or_else(|| "null".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing(name: &'static str, time: f64, limit: Option<f64>) -> Timing {
        Timing { limit, ..Timing::of(name, time) }
    }

    fn report() -> Report {
        let timings =
            vec![timing("true", 0.5, None), timing("within", 2.0, Some(4.0)), timing("over", 2.505, Some(5.0))];
        let figures = vec![
            Figure::bytes("small", 1024).most(1024.0),
            Figure::bytes("large", 1025).most(1024.0),
            Figure::bytes("free", 3_000_000),
        ];
        let sections = vec![Section { key: "figures", title: "sizes", figures }];
        Report::new(timings, Vec::new(), Vec::new(), sections, Vec::new())
    }

    #[test]
    fn every_figure_is_beside_its_limit() {
        let expected = "\
time in ms  runs   min   p25  median   p75  × true  limit
true           3  0.50  0.50    0.50  0.50    1.00
within         3  2.00  2.00    2.00  2.00    4.00   4.00  ok
over           3  2.50  2.50    2.50  2.50    5.01   5.00  OVER

sizes               limit
small     1.0  KiB    ≤ 1  ok
large     1.1  KiB    ≤ 1  OVER
free   2929.7  KiB";
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
        assert_eq!(
            lines[13],
            "{\"name\": \"small\", \"value\": 1024, \"unit\": \"bytes\", \"most\": 1024, \"ok\": true},"
        );
        assert_eq!(lines.last(), Some(&"}"));
    }

    #[test]
    fn a_json_string_has_its_quotes_escaped() {
        assert_eq!(string(r#"a "b" \c"#), r#""a \"b\" \\c""#);
    }
}
