//! A picture of what the programs take: one bar each, on a scale where ten times as long is one step further.

use std::fmt::Write as _;

use super::{DARK, FAINT, OTHER, OURS, RULE, escaped, head};

/// Sizes in pixels.
const LABELS: f64 = 380.0;
const BARS: f64 = 420.0;
const VALUES: f64 = 90.0;
const LINE: f64 = 24.0;
const HEAD: f64 = 44.0;

/// The bars begin at this many milliseconds.
const FROM: f64 = 0.1;

/// A drawing of names and milliseconds.
pub(crate) fn bars(medians: &[(&str, f64)]) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let height = HEAD + LINE * medians.len() as f64 + 8.0;
    let width = LABELS + BARS + VALUES;
    let most = medians.iter().map(|(_, median)| *median).fold(FROM * 10.0, f64::max);
    let steps = (most / FROM).log10().ceil();
    let length = |time: f64| (time / FROM).max(1.0).log10() / steps * BARS;
    let mut text = head(width, height, "Time of one run in milliseconds, the median, on a logarithmic scale");
    let mut at = FROM;
    while at <= FROM * 10_f64.powf(steps) * 1.001 {
        let x = LABELS + length(at);
        let _ = writeln!(
            text,
            "<path d=\"M{x:.1} 28V{:.0}\" stroke=\"{RULE}\"/><text x=\"{x:.1}\" y=\"20\" text-anchor=\"middle\" fill=\"{FAINT}\">{} ms</text>",
            height - 8.0,
            (at * 10.0).round() / 10.0
        );
        at *= 10.0;
    }
    let mut y = HEAD;
    for (name, median) in medians {
        let colour = if name.starts_with("helper to") { OURS } else { OTHER };
        let _ = writeln!(
            text,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\" fill=\"{DARK}\">{}</text>\
             <rect x=\"{LABELS:.0}\" y=\"{:.0}\" width=\"{:.1}\" height=\"14\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{:.0}\" fill=\"{DARK}\">{median:.2}</text>",
            LABELS - 8.0,
            y + 4.0,
            escaped(name),
            y - 7.0,
            length(*median),
            LABELS + length(*median) + 6.0,
            y + 4.0,
        );
        y += LINE;
    }
    text.push_str("</svg>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_times_as_long_is_one_step_further() {
        let text = bars(&[("a", 0.1), ("b", 1.0), ("helper to <exec>", 10.0)]);
        let widths: Vec<_> = text.split(" width=\"").skip(2).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(widths, ["0.0", "210.0", "420.0"]);
        assert!(text.contains("helper to &lt;exec></text>"));
        assert!(text.contains(">0.1 ms<") && text.contains(">1 ms<") && text.contains(">10 ms<"));
    }
}
