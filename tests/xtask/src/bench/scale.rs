//! What there can be more of: profiles, remotes, operations at once, and a repository's bytes; and what the helper costs then.

use super::at_once::Together;
use super::figure::{Figure, Unit};
use super::git::{Operation, growth};
use super::report::{self, Timing};
use super::stage;

/// Rows that differ in one number.
type Rows = [(&'static str, usize); 4];

/// The helper with so many profiles in the configuration file, of which the one in use is the last.
pub(super) const PROFILES_TO_EXEC: Rows = [
    ("helper to exec, 1 profile", 1),
    ("helper to exec, 10 profiles", 10),
    ("helper to exec, 100 profiles", 100),
    ("helper to exec, 1,000 profiles", 1000),
];
/// The same of the second process, which reads that file too.
pub(super) const PROFILES_TO_CREDENTIAL: Rows = [
    ("helper to credential, 1 profile", 1),
    ("helper to credential, 10 profiles", 10),
    ("helper to credential, 100 profiles", 100),
    ("helper to credential, 1,000 profiles", 1000),
];
/// The helper in a repository with so many remotes, of which the one in use is the last.
pub(super) const REMOTES_TO_EXEC: Rows = [
    ("helper to exec, 1 remote", 1),
    ("helper to exec, 10 remotes", 10),
    ("helper to exec, 100 remotes", 100),
    ("helper to exec, 1,000 remotes", 1000),
];

/// What a series has more and more of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// Things, or operations at once.
    Number,
    /// The bytes of a repository's files.
    Bytes,
}

/// Times of one program, as there is more and more of something.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    pub(super) name: &'static str,
    pub(super) of: Of,
    /// How many, and medians in milliseconds.
    pub(super) points: Vec<(f64, f64)>,
}

impl Series {
    /// The first and the last of its times; none where it has none.
    pub(super) fn ends(&self) -> Option<(f64, f64)> {
        Some((self.points.first()?.1, self.points.last()?.1))
    }

    /// The same for programs: an object a point.
    pub(crate) fn json(&self) -> impl Iterator<Item = String> + '_ {
        let of = match self.of {
            Of::Number => "number",
            Of::Bytes => "bytes",
        };
        let name = report::string(self.name);
        self.points
            .iter()
            .map(move |(number, time)| format!("{{\"series\": {name}, \"{of}\": {number}, \"median_ms\": {time:.4}}}"))
    }
}

/// Whether a row is one of a series, of which there are too many to be beside the other programs.
pub(super) fn is_row(name: &str) -> bool {
    [PROFILES_TO_EXEC, PROFILES_TO_CREDENTIAL, REMOTES_TO_EXEC].iter().flatten().any(|(row, _)| *row == name)
}

/// The series of a run. One that was not measured is left out.
pub(super) fn series(timings: &[Timing], together: &[Together], operations: &[Operation]) -> Vec<Series> {
    let rows = |name, rows: Rows| {
        let time = |row: &str| timings.iter().find(|timing| timing.name() == row).map(Timing::median);
        let points = rows.iter().filter_map(|(row, number)| Some((count(*number), time(row)?))).collect();
        Series { name, of: Of::Number, points }
    };
    let at_once = |name, program: &str| {
        let of_program = together.iter().filter(|together| together.name == program);
        let points = of_program.map(|together| (count(together.number), together.each())).collect();
        Series { name, of: Of::Number, points }
    };
    let clones = |name, points| Series { name, of: Of::Bytes, points };
    let all = [
        rows("to exec, with 1 to 1,000 profiles", PROFILES_TO_EXEC),
        rows("to exec, with 1 to 1,000 remotes", REMOTES_TO_EXEC),
        rows("to credential, with 1 to 1,000 profiles", PROFILES_TO_CREDENTIAL),
        at_once("to credential, 1 to 64 at once, each", stage::CREDENTIAL),
        at_once("/bin/true, 1 to 64 at once, each", stage::TRUE),
        clones("clone with the helper", growth::with_helper(operations)),
        clones("clone, Git alone", growth::alone(operations)),
        clones("the helper's own time in the clone", growth::of_helper(operations)),
    ];
    all.into_iter().filter(|series| !series.points.is_empty()).collect()
}

/// How much more the last of a series costs than its first.
pub(super) fn figures(series: &[Series]) -> Vec<Figure> {
    let ours = series.iter().filter(|series| series.of == Of::Number || series.name.starts_with("the helper"));
    let growth = ours.filter_map(|series| {
        let (first, last) = series.ends().filter(|(first, _)| *first > 0.0)?;
        Some(Figure::new(format!("{}: the last in times of the first", series.name), last / first, Unit::Times))
    });
    growth.collect()
}

#[expect(clippy::cast_precision_loss, reason = "a thousand at the most")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timings() -> Vec<Timing> {
        // Not in the order of their numbers.
        let rows = PROFILES_TO_EXEC.iter().rev().map(|(name, number)| Timing::of(name, 1.0 + count(*number) / 1000.0));
        rows.chain([Timing::of(stage::EXEC, 9.0)]).collect()
    }

    fn together(number: usize, time: f64) -> Together {
        Together { name: stage::CREDENTIAL, number, time }
    }

    #[test]
    fn a_series_goes_from_the_least_to_the_most() {
        let series = series(&timings(), &[together(1, 1.0), together(64, 96.0)], &[]);
        let points: Vec<_> = series.iter().map(|series| series.points.as_slice()).collect();
        assert_eq!(
            points,
            [
                [(1.0, 1.001), (10.0, 1.01), (100.0, 1.1), (1000.0, 2.0)].as_slice(),
                // What one of many takes is its part of the time of all.
                [(1.0, 1.0), (64.0, 1.5)].as_slice(),
            ]
        );
    }

    #[test]
    fn what_was_not_measured_is_no_series() {
        assert_eq!(series(&[], &[], &[]), []);
        assert_eq!(figures(&[]), []);
    }

    #[test]
    fn every_row_of_a_series_is_known_as_one() {
        assert!(is_row("helper to exec, 1 profile") && is_row("helper to credential, 1,000 profiles"));
        assert!(!is_row(stage::EXEC) && !is_row(stage::CREDENTIAL));
    }

    #[test]
    fn the_last_is_compared_with_the_first() {
        let series = Series { name: "x", of: Of::Number, points: vec![(1.0, 2.0), (1000.0, 3.0)] };
        let expected = Figure::new("x: the last in times of the first", 1.5, Unit::Times);
        assert_eq!(figures(&[series]), [expected]);
    }

    #[test]
    fn a_program_reads_a_point_a_line() {
        let series = Series { name: "clone", of: Of::Bytes, points: vec![(6000.0, 1.5), (1_048_576_000.0, 2.25)] };
        assert_eq!(
            series.json().collect::<Vec<_>>(),
            [
                r#"{"series": "clone", "bytes": 6000, "median_ms": 1.5000}"#,
                r#"{"series": "clone", "bytes": 1048576000, "median_ms": 2.2500}"#,
            ]
        );
    }
}
