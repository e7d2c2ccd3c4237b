//! The INI dialect of AWS configuration files, exactly as botocore reads it.
//!
//! botocore's `configloader.raw_config_parse` is Python's `configparser.RawConfigParser` with its defaults, and one
//! level of nesting on top. The rules, and the function each comes from:
//!
//! | rule | source |
//! |---|---|
//! | strict UTF-8; a byte order mark is text, so that line 1 has no section header | `open` |
//! | lines end with `\n`, `\r\n` or `\r`, and with nothing else | `open`, universal newlines |
//! | white space is Unicode's, and U+001C to U+001F | `str.isspace`, `re` `\s` |
//! | a line that starts with `#` or `;`, indented or not, is a comment; none starts later in a line | `_read` |
//! | a line indented deeper (in characters) than its option goes on with the value, whatever it holds | `_read` |
//! | empty lines belong to a value that goes on after them, comments do not | `_read` |
//! | a header is `[` name `]`, up to the last `]`; the rest is ignored, the name kept as it is | `SECTCRE` |
//! | an option ends at the first `=` or `:`, is stripped and put in lower case | `OPTCRE`, `optionxform` |
//! | a section or an option that is there twice is an error, but `[DEFAULT]` may come again | `_read`, `strict` |
//! | so is a line before any header, without delimiter, or with nothing before it | `_read` |
//! | `[DEFAULT]` is no section; its options follow those of every section | `options`, `get` |
//! | a value that starts below its option is nested, each line `name = value`, the last counts | `_parse_nested` |
//! | those lines end where `str.splitlines` says, which is at U+000B, U+2028 and others too | `_parse_nested` |
//!
//! Of several faults in a file the first is told. `tests/config_dialect` holds what botocore makes of over 200 files.
//!
//! # Deviations
//! - On Windows, Python decodes files with the ANSI code page. Here they are UTF-8 everywhere.

// Why not a crate. Of the 214 recorded config files without a credentials file, read through the settings nearest to
// Python's and with option names put in lower case afterwards:
// - configparser 3.3.0 reads 54 otherwise: it merges duplicate sections and options, takes options before any header
//   and lines without delimiter, strips section names, and knows neither `[DEFAULT]` nor a lone `\r`.
// - rust-ini 0.21.3 reads 88 otherwise: it also flattens nested values, refuses indented comments, takes what follows a
//   header for an option, and a backslash for a continuation.
// - ini_core 0.2.0 reads 93 otherwise: no `:`, no `#`, no continuations. ini-roundtrip 0.2.1 has the same design.
// - aws-runtime, the SDK's own, refuses a whole file for an indented option or for `option: value`.
// None wipes the values.

mod reader;

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

pub use reader::parse;

/// Why a file is refused.
///
/// The sentence names sections and options, never a value or a whole line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {kind}")]
pub struct Fault {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What is wrong with a line.
///
/// Names are fit to be shown: control characters are escaped, and an option name as long as a secret is left out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FaultKind {
    /// Bytes that are not UTF-8.
    #[error("this is not UTF-8 text")]
    NotUtf8,
    /// The file starts with U+FEFF.
    #[error("the file starts with a byte order mark, which is not allowed")]
    ByteOrderMark,
    /// Something stands before the first section header.
    #[error("no section header before this line")]
    NoSection,
    /// Neither a header nor an option.
    #[error("neither a section header nor 'option = value'")]
    NoDelimiter,
    /// A delimiter with nothing before it.
    #[error("no option name before the '=' or ':'")]
    NoName,
    /// A nested line without `=`.
    #[error("no '=' in this line below option '{option}' in section '{section}'")]
    NoNestedDelimiter {
        /// The option that the line is nested in.
        option: String,
        /// Its section.
        section: String,
    },
    /// A section header for the second time.
    #[error("section '{section}' is there twice")]
    DuplicateSection {
        /// The section.
        section: String,
    },
    /// An option for the second time in a section.
    #[error("option '{option}' is there twice in section '{section}'")]
    DuplicateOption {
        /// The option.
        option: String,
        /// Its section.
        section: String,
    },
}

/// One parsed file: its sections in order.
///
/// Names and values lie in one buffer that is wiped on drop. `Debug` shows neither.
#[derive(Default)]
pub struct Ini {
    text: Zeroizing<String>,
    sections: Vec<SectionSpan>,
    options: Vec<OptionSpan>,
    defaults: Vec<OptionSpan>,
}

/// A part of [`Ini::text`].
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

struct SectionSpan {
    name: Span,
    /// Its part of [`Ini::options`].
    options: Span,
}

struct OptionSpan {
    name: Span,
    value: Span,
}

impl Ini {
    /// The sections in the order of the file, without `[DEFAULT]`.
    pub fn sections(&self) -> impl DoubleEndedIterator<Item = Section<'_>> {
        self.sections.iter().map(|span| Section { ini: self, span })
    }

    /// The section of exactly this name.
    pub fn section(&self, name: &str) -> Option<Section<'_>> {
        self.sections().find(|section| section.name() == name)
    }

    fn at(&self, span: Span) -> &str {
        &self.text[span.start..span.end]
    }

    fn value(&self, span: Span) -> Value<'_> {
        let text = self.at(span);
        if text.starts_with('\n') { Value::Nested(Nested(text)) } else { Value::Text(text) }
    }
}

impl fmt::Debug for Ini {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ini").field("sections", &self.sections.len()).finish_non_exhaustive()
    }
}

/// A section, and the options of `[DEFAULT]` behind its own.
#[derive(Clone, Copy)]
pub struct Section<'a> {
    ini: &'a Ini,
    span: &'a SectionSpan,
}

impl<'a> Section<'a> {
    /// What stands between the brackets, unchanged.
    pub fn name(self) -> &'a str {
        self.ini.at(self.span.name)
    }

    /// The value of an option, whose name is given in lower case.
    pub fn get(self, option: &str) -> Option<Value<'a>> {
        let named = |span: &&OptionSpan| self.ini.at(span.name) == option;
        let span = self.own().iter().find(named).or_else(|| self.ini.defaults.iter().find(named))?;
        Some(self.ini.value(span.value))
    }

    /// The options in botocore's order: its own, then those of `[DEFAULT]` that it does not have.
    pub fn options(self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let ini = self.ini;
        let inherited = ini.defaults.iter().filter(move |span| !self.has(ini.at(span.name)));
        self.own().iter().chain(inherited).map(move |span| (ini.at(span.name), ini.value(span.value)))
    }

    fn own(self) -> &'a [OptionSpan] {
        &self.ini.options[self.span.options.start..self.span.options.end]
    }

    fn has(self, option: &str) -> bool {
        self.own().iter().any(|span| self.ini.at(span.name) == option)
    }
}

impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Section").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// What an option is set to. `Debug` does not show it.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// Text, possibly empty, possibly of several lines.
    Text(&'a str),
    /// Options of its own, on the lines below.
    Nested(Nested<'a>),
}

impl<'a> Value<'a> {
    /// The text, unless the value is nested.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Nested(_) => None,
        }
    }

    /// The nested options, unless the value is text.
    pub fn nested(self) -> Option<Nested<'a>> {
        match self {
            Value::Text(_) => None,
            Value::Nested(nested) => Some(nested),
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.text().is_some() { "Text(..)" } else { "Nested(..)" })
    }
}

/// The options nested in an option, such as those below `s3 =`.
#[derive(Clone, Copy)]
pub struct Nested<'a>(&'a str);

impl<'a> Nested<'a> {
    /// The value of a nested option: the last one of that name, which is compared exactly.
    pub fn get(self, name: &str) -> Option<&'a str> {
        self.pairs().filter(|pair| pair.0 == name).last().map(|pair| pair.1)
    }

    /// The nested options in the order of the file; the last one of a name counts.
    pub fn pairs(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        nested_lines(self.0).filter_map(|line| line.split_once('=')).map(|(name, value)| (strip(name), strip(value)))
    }
}

impl fmt::Debug for Nested<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nested(..)")
    }
}

/// The lines of a nested value that are not empty, stripped.
fn nested_lines(text: &str) -> impl Iterator<Item = &str> {
    // What `str.splitlines` splits at, of which `\r` cannot be in a line.
    let ends = |c| matches!(c, '\n' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}');
    text.split(ends).map(strip).filter(|line| !line.is_empty())
}

/// `str.strip`.
fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `str.isspace`.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// An option's name, unless it is as long as a secret access key (40 characters) or longer, which may be a pasted one.
fn shown_option(name: &str) -> String {
    if name.chars().count() < 40 { crate::printable::Shown(name).to_string() } else { "…".to_owned() }
}
