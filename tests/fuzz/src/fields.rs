//! An input of several texts.

use std::str::Split;

/// Texts between NULs, which no variable, argument or file of configuration can hold. They are given one after another; once
/// there are no more, the rest is unset.
pub(crate) struct Fields<'a>(Split<'a, char>);

impl<'a> Fields<'a> {
    /// Takes an input apart.
    pub(crate) fn new(input: &'a str) -> Self {
        Self(input.split('\0'))
    }

    /// The next text; `-` stands for none.
    pub(crate) fn optional(&mut self) -> Option<&'a str> {
        self.0.next().filter(|text| *text != "-")
    }

    /// The next text, empty where there is none.
    pub(crate) fn text(&mut self) -> &'a str {
        self.optional().unwrap_or_default()
    }

    /// Whether the next text is `true`.
    pub(crate) fn flag(&mut self) -> bool {
        self.text() == "true"
    }

    /// All that is left.
    pub(crate) fn rest(self) -> Vec<&'a str> {
        self.0.collect()
    }
}
