//! What the examples measure of themselves, each figure beside its limit.

use std::fmt::Write as _;
use std::process::Command;

use crate::command::read;
use crate::failure::Failure;

/// In how many processes the figures are taken. A component is loaded once in each.
const PROCESSES: usize = 5;

/// How long a host takes: to load the component, in milliseconds, and for a call, in microseconds.
#[derive(Debug, PartialEq)]
pub(super) struct Figures {
    load_ms: f64,
    parse_us: f64,
    sign_us: f64,
}

/// What a host may take at most, where anything is promised.
pub(super) struct Limits {
    pub(super) load_ms: f64,
    pub(super) call_us: Option<f64>,
}

impl Figures {
    /// The medians of what an example prints, a line of JSON, in several processes.
    pub(super) fn of(mut command: Command) -> Result<Self, Failure> {
        let mut all = Vec::new();
        for _ in 0..PROCESSES {
            let printed = String::from_utf8_lossy(&read(&mut command)?).into_owned();
            let figures = Self::read(&printed);
            all.push(figures.ok_or_else(|| Failure::new(format!("these are no figures: {}", printed.trim())))?);
        }
        Ok(Self::medians(&all))
    }

    fn read(json: &str) -> Option<Self> {
        let number = |name: &str| {
            let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
            rest.split([',', '}']).next()?.trim().parse().ok()
        };
        Some(Self { load_ms: number("load_ms")?, parse_us: number("parse_us")?, sign_us: number("sign_us")? })
    }

    fn medians(all: &[Self]) -> Self {
        let median = |figure: fn(&Self) -> f64| {
            let mut figures: Vec<f64> = all.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures.get(figures.len() / 2).copied().unwrap_or_default()
        };
        Self { load_ms: median(|f| f.load_ms), parse_us: median(|f| f.parse_us), sign_us: median(|f| f.sign_us) }
    }
}

/// The table of what was measured, and under it what is over its limit: told and no failure, for a busy machine is enough for it.
pub(super) fn table(measured: &[(&str, Figures, &Limits)]) -> String {
    let mut text = format!("{:<10}{:<8}{:>10}{:>10}\n", "host", "figure", "median", "limit");
    let mut over = 0;
    for (host, Figures { load_ms, parse_us, sign_us }, limits) in measured {
        for (figure, median, limit, unit) in [
            ("load", load_ms, Some(limits.load_ms), "ms"),
            ("parse", parse_us, limits.call_us, "us"),
            ("sign", sign_us, limits.call_us, "us"),
        ] {
            let verdict = limit.map_or("", |limit| if *median <= limit { "ok" } else { "OVER" });
            over += usize::from(verdict == "OVER");
            // Rounded up, so that nothing over a limit looks like the limit.
            let median = format!("{:.1} {unit}", (median * 10.0).ceil() / 10.0);
            let limit = limit.map(|limit| format!("{limit:.1} {unit}")).unwrap_or_default();
            let line = format!("{host:<10}{figure:<8}{median:>10}{limit:>10}  {verdict}");
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    match over {
        0 => {}
        1 => text.push_str("one figure is over its limit: measure again when nothing else runs\n"),
        over => {
            let _ = writeln!(text, "{over} figures are over their limits: measure again when nothing else runs");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_a_line_of_json() {
        let figures = Figures { load_ms: 8.5, parse_us: 5.0, sign_us: 21.75 };
        assert_eq!(Figures::read(r#"{"load_ms":8.5,"parse_us":5,"sign_us":21.75}"#), Some(figures));
        assert_eq!(Figures::read(r#"{"load_ms": 8.5, "parse_us": 5.0}"#), None);
        assert_eq!(Figures::read("Killed"), None);
    }

    #[test]
    fn the_median_of_each_figure_counts() {
        let of = |load_ms, parse_us, sign_us| Figures { load_ms, parse_us, sign_us };
        let all = [of(1.0, 9.0, 5.0), of(3.0, 7.0, 4.0), of(2.0, 8.0, 6.0)];
        assert_eq!(Figures::medians(&all), of(2.0, 8.0, 5.0));
    }

    #[test]
    fn every_figure_is_beside_its_limit() {
        let node = Figures { load_ms: 8.54, parse_us: 5.0, sign_us: 20.01 };
        let python = Figures { load_ms: 5.0, parse_us: 60.0, sign_us: 70.0 };
        let measured = [
            ("node", node, &Limits { load_ms: 20.0, call_us: Some(20.0) }),
            ("python", python, &Limits { load_ms: 5.0, call_us: None }),
        ];
        let expected = "\
host      figure      median     limit
node      load        8.6 ms   20.0 ms  ok
node      parse       5.0 us   20.0 us  ok
node      sign       20.1 us   20.0 us  OVER
python    load        5.0 ms    5.0 ms  ok
python    parse      60.0 us
python    sign       70.0 us
one figure is over its limit: measure again when nothing else runs
";
        assert_eq!(table(&measured), expected);
    }
}
