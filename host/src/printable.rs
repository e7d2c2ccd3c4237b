//! Text from outside, made safe to print.

use std::fmt::{self, Display, Write};

/// More characters than this of one value are not shown.
const SHOWN_CHARACTERS: usize = 240;

/// More characters than this of somebody else's sentence are not shown: it can hold several names, and its end counts.
const SHOWN_OF_SENTENCE: usize = 1024;

/// Shows a value in one line: what a terminal would act on as `\u{1b}`, a long text cut with `…`.
///
/// Control characters drive a terminal; bidirectional and zero-width characters let a text look like another one.
pub struct Shown<'a>(pub &'a str);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, SHOWN_CHARACTERS, f)
    }
}

/// Shows what a service says as [`Shown`] shows a value.
pub struct Sentence<'a>(pub &'a str);

impl Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, SHOWN_OF_SENTENCE, f)
    }
}

fn show(text: &str, most: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut characters = text.chars();
    for character in characters.by_ref().take(most) {
        if is_unprintable(character) {
            write!(f, "{}", character.escape_unicode())?;
        } else {
            f.write_char(character)?;
        }
    }
    if characters.next().is_some() {
        f.write_char('…')?;
    }
    Ok(())
}

/// Whether a character cannot be shown, or changes how the text around it is shown: those of the policy's own list.
pub(crate) fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_escaped() {
        assert_eq!(Shown("a\u{1b}[31mb\r\n\u{202e}c\u{200b}").to_string(), r"a\u{1b}[31mb\u{d}\u{a}\u{202e}c\u{200b}");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(Shown(&"é".repeat(240)).to_string(), "é".repeat(240));
        assert_eq!(Shown(&"é".repeat(241)).to_string(), format!("{}…", "é".repeat(240)));
        assert_eq!(Sentence(&"é".repeat(1024)).to_string(), "é".repeat(1024));
        assert_eq!(Sentence(&"é".repeat(1025)).to_string(), format!("{}…", "é".repeat(1024)));
    }
}
