//! A picture of what the helper takes as there is more and more of something: lines, on scales where ten times as much is one step
//! further, for numbers on the left and for the bytes of a repository on the right.

use std::fmt::Write as _;

use super::super::scale::{Of, Series};
use super::{DARK, FAINT, OTHER, OURS, RULE, escaped, head};

/// Sizes in pixels.
const WIDTH: f64 = 920.0;
const PANEL: f64 = 360.0;
const LEFT: [f64; 2] = [64.0, 506.0];
const TOP: f64 = 52.0;
const HEIGHT: f64 = 250.0;
const LEGEND: f64 = 22.0;

/// A colour, the dashes of a line, and half the size of its points. Lines on top of each other are both seen.
type Style = (&'static str, &'static str, f64);

const OF_NUMBERS: [Style; 5] =
    [(OURS, "", 5.0), ("#d08a00", "7 5", 3.0), ("#1f5fa8", "", 4.0), ("#8a3fa0", "7 5", 3.0), (OTHER, "", 3.0)];
const OF_BYTES: [Style; 3] = [("#1f5fa8", "", 5.0), (OTHER, "7 5", 3.0), (OURS, "", 4.0)];

/// A drawing of all series.
pub(crate) fn scale(series: &[Series]) -> String {
    let of = |of| series.iter().filter(|series| series.of == of).collect::<Vec<_>>();
    let (numbers, bytes) = (of(Of::Number), of(Of::Bytes));
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let lines = numbers.len().max(bytes.len()) as f64;
    let height = TOP + HEIGHT + 34.0 + LEGEND * lines + 4.0;
    let title =
        "What the helper takes with more and more of something, the median in milliseconds, on logarithmic scales";
    let mut text = head(WIDTH, height, title);
    panel(&mut text, LEFT[0], "the helper, by number", &numbers, &OF_NUMBERS);
    panel(&mut text, LEFT[1], "a clone, by the size of the repository", &bytes, &OF_BYTES);
    text.push_str("</svg>\n");
    text
}

/// One of the two drawings; nothing where nothing was measured.
fn panel(text: &mut String, left: f64, title: &str, series: &[&Series], styles: &[Style]) {
    let points = || series.iter().flat_map(|series| &series.points);
    let (Some(x), Some(y)) =
        (Axis::over(points().map(|(number, _)| *number)), Axis::over(points().map(|(_, time)| *time)))
    else {
        return;
    };
    let bottom = TOP + HEIGHT;
    let across = |number: f64| left + x.part(number) * PANEL;
    let up = |time: f64| bottom - y.part(time) * HEIGHT;
    let middle = left + PANEL / 2.0;
    let _ = writeln!(
        text,
        "<text x=\"{middle:.0}\" y=\"24\" text-anchor=\"middle\" fill=\"{DARK}\" font-weight=\"bold\">{}</text>",
        escaped(title)
    );
    for time in y.decades() {
        let _ = writeln!(
            text,
            "<path d=\"M{left:.0} {at:.1}H{:.0}\" stroke=\"{RULE}\"/>\
             <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{FAINT}\">{}</text>",
            left + PANEL,
            left - 8.0,
            up(time) + 4.0,
            shown(time, 0),
            at = up(time),
        );
    }
    let of = series.first().map(|series| series.of);
    // Numbers are read off the scale. Of repositories there are three, each with its name.
    let marks =
        if of == Some(Of::Bytes) { distinct(points().map(|(number, _)| *number)) } else { x.decades().collect() };
    for number in marks {
        let _ = writeln!(
            text,
            "<path d=\"M{at:.1} {TOP:.0}V{bottom:.0}\" stroke=\"{RULE}\"/>\
             <text x=\"{at:.1}\" y=\"{:.0}\" text-anchor=\"middle\" fill=\"{FAINT}\">{}</text>",
            bottom + 18.0,
            if of == Some(Of::Bytes) { bytes(number) } else { grouped(number) },
            at = across(number),
        );
    }
    let mut below = bottom + 34.0 + LEGEND / 2.0;
    for (series, (colour, dashes, size)) in series.iter().zip(styles) {
        let places: Vec<_> =
            series.points.iter().map(|(number, time)| format!("{:.1} {:.1}", across(*number), up(*time))).collect();
        let stroke = format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"");
        let _ = writeln!(text, "<path d=\"M{}\" {stroke}/>", places.join("L"));
        for (number, time) in &series.points {
            let _ = writeln!(
                text,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{size}\" fill=\"{colour}\"/>",
                across(*number),
                up(*time)
            );
        }
        let (first, last) = series.ends().unwrap_or_default();
        let _ = writeln!(
            text,
            "<path d=\"M{left:.0} {below:.0}h28\" {stroke}/><circle cx=\"{:.0}\" cy=\"{below:.0}\" r=\"{size}\" fill=\"{colour}\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\" fill=\"{DARK}\">{}: {} to {}</text>",
            left + 14.0,
            left + 36.0,
            below + 4.0,
            escaped(series.name),
            shown(first, 2),
            shown(last, 2),
        );
        below += LEGEND;
    }
}

/// A scale of whole decades.
struct Axis {
    /// The exponents of its ends.
    from: i32,
    to: i32,
}

impl Axis {
    /// One that has room for all of some numbers above zero; none where there are none.
    fn over(numbers: impl Iterator<Item = f64>) -> Option<Self> {
        let (least, most) = numbers
            .filter(|number| *number > 0.0)
            .fold((f64::INFINITY, 0.0_f64), |(least, most), number| (least.min(number), most.max(number)));
        if most <= 0.0 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a few decades")]
        let exponent = |number: f64| number as i32;
        let from = exponent(least.log10().floor());
        Some(Self { from, to: exponent(most.log10().ceil()).max(from + 1) })
    }

    /// Which part of the scale lies below a number.
    fn part(&self, number: f64) -> f64 {
        (number.log10() - f64::from(self.from)) / f64::from(self.to - self.from)
    }

    /// The numbers where its steps begin, and its end.
    fn decades(&self) -> impl Iterator<Item = f64> {
        (self.from..=self.to).map(|exponent| 10_f64.powi(exponent))
    }
}

fn distinct(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    numbers
}

/// A time, with so many digits behind the point where it has them.
fn shown(milliseconds: f64, digits: usize) -> String {
    match milliseconds {
        time if time >= 1000.0 => format!("{:.*} s", digits.min(1), time / 1000.0),
        time if time < 1.0 => format!("{:.*} ms", digits.max(1), time),
        time if time >= 100.0 => format!("{time:.0} ms"),
        time => format!("{time:.digits$} ms"),
    }
}

/// A whole number, with a comma between thousands.
fn grouped(number: f64) -> String {
    if number >= 1000.0 {
        format!("{:.0},{:03.0}", (number / 1000.0).floor(), number % 1000.0)
    } else {
        format!("{number:.0}")
    }
}

/// A number of bytes, as the rows of the table have it.
fn bytes(number: f64) -> String {
    const MEBIBYTE: f64 = 1_048_576.0;
    match number / MEBIBYTE {
        few if few < 1.0 => format!("{:.0} kB", number / 1000.0),
        some if some < 1000.0 => format!("{some:.0} MB"),
        many => format!("{:.0} GB", many / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_times_as_much_is_one_step_further() {
        let axis = Axis::over([0.7, 3.0, 20.0].into_iter()).unwrap();
        assert_eq!(axis.decades().map(|at| format!("{at}")).collect::<Vec<_>>(), ["0.1", "1", "10", "100"]);
        let parts = [0.1, 1.0, 10.0, 100.0].map(|number| (axis.part(number) * 300.0).round());
        assert_eq!(parts.map(|part| format!("{part}")), ["0", "100", "200", "300"]);
    }

    #[test]
    fn a_scale_has_one_step_at_least() {
        let ends = |axis: Option<Axis>| axis.map(|axis| (axis.from, axis.to));
        assert_eq!(ends(Axis::over([1.0].into_iter())), Some((0, 1)));
        assert_eq!(ends(Axis::over([0.0].into_iter())), None);
    }

    #[test]
    fn numbers_are_on_the_left_and_bytes_on_the_right() {
        let series = |name, of, points: &[(f64, f64)]| Series { name, of, points: points.to_vec() };
        let text = scale(&[
            series("some <profiles>", Of::Number, &[(1.0, 1.0), (1000.0, 10.0)]),
            series("clone", Of::Bytes, &[(6000.0, 100.0), (1_048_576_000.0, 12_345.0)]),
        ]);
        assert!(text.contains("<path d=\"M64.0 302.0L424.0 52.0\" fill=\"none\""), "{text}");
        for said in [">1 ms<", ">10 ms<", ">100 s<", ">1<", ">1,000<", ">6 kB<", ">1 GB<"] {
            assert!(text.contains(said), "{said} in {text}");
        }
        assert!(text.contains(">some &lt;profiles>: 1.00 ms to 10.00 ms<"));
        assert!(text.contains(">clone: 100 ms to 12.3 s<"));
    }

    #[test]
    fn nothing_measured_is_nothing_drawn() {
        assert!(!scale(&[]).contains("<path"));
    }
}
