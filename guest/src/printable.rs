//! Text from outside, made safe to print.

use std::fmt::{self, Display, Write};

/// More characters than this of one value are not shown.
const SHOWN_CHARACTERS: usize = 120;

/// Whether a character cannot be shown, or changes how the text around it is shown.
///
/// Control characters (Unicode's category Cc) drive a terminal; the characters named here (bidirectional controls, zero-width
/// characters, letters without form, separators of lines and tags) let a text look like another one. Signs of a script and
/// selectors of variants are seen, and are none of them.
pub fn is_unprintable(character: char) -> bool {
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

/// Shows a value in one line: unprintable characters as `\u{1b}`, a long one cut with `…`.
pub struct Shown<'a>(pub &'a str);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(SHOWN_CHARACTERS) {
            if is_unprintable(character) {
                write!(f, "\\u{{{:x}}}", u32::from(character))?;
            } else {
                f.write_char(character)?;
            }
        }
        if characters.next().is_some() {
            f.write_char('…')?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_is_shown_and_not_sent() {
        assert_eq!(Shown("a\u{1b}[31mb\r\n\u{202e}c").to_string(), r"a\u{1b}[31mb\u{d}\u{a}\u{202e}c");
    }

    #[test]
    fn letters_without_form_are_shown_by_number() {
        assert_eq!(Shown("a\u{3164}\u{115f}\u{34f}\u{1d173}").to_string(), r"a\u{3164}\u{115f}\u{34f}\u{1d173}");
    }

    #[test]
    fn letters_of_any_script_are_shown_as_they_are() {
        assert_eq!(Shown("prod-ключ 本番 é ❤\u{fe0f}").to_string(), "prod-ключ 本番 é ❤\u{fe0f}");
    }

    #[test]
    fn a_long_value_is_cut() {
        assert_eq!(Shown(&"é".repeat(120)).to_string(), "é".repeat(120));
        assert_eq!(Shown(&"é".repeat(121)).to_string(), format!("{}…", "é".repeat(120)));
    }
}
