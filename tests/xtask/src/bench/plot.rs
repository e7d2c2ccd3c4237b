//! The pictures of the page. They have a ground of their own, so that they can be read on a dark page too.

mod bars;
mod scale;

pub(super) use bars::bars;
pub(super) use scale::scale;

/// What all text but a name is written in.
const FAINT: &str = "#505050";
/// What names and values are written in.
const DARK: &str = "#202020";
/// Lines that help to read.
const RULE: &str = "#d0d0d0";
/// The helper.
const OURS: &str = "#1f6f43";
/// What it is compared with.
const OTHER: &str = "#8aa0b4";

/// The beginning of a picture of so many pixels.
fn head(width: f64, height: f64, title: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        escaped(title)
    )
}

/// Text as XML has it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
