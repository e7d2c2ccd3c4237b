//! Reading: `RawConfigParser._read`, step by step.

use std::borrow::Cow;
use std::collections::HashSet;

use zeroize::Zeroizing;

use super::{Fault, FaultKind, Ini, OptionSpan, SectionSpan, Span, is_space, nested_lines, shown_option};
use crate::printable::Shown;

/// Reads a file.
///
/// # Errors
/// The first [`Fault`] of the file, where botocore raises `ConfigParseError`.
pub fn parse(bytes: &[u8]) -> Result<Ini, Fault> {
    let text = str::from_utf8(bytes)
        .map_err(|error| Fault { line: line_after(&bytes[..error.valid_up_to()]), kind: FaultKind::NotUtf8 })?;
    if text.starts_with('\u{feff}') {
        return Err(Fault { line: 1, kind: FaultKind::ByteOrderMark });
    }
    let mut reader = Reader::new(text);
    // Nearly no file has a `\r`, and looking for one in each line costs more than looking once.
    if text.as_bytes().contains(&b'\r') {
        let lines = text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
        reader.read(lines)?;
    } else {
        reader.read(text.split('\n'))?;
    }
    reader.finish()
}

/// The state of `RawConfigParser._read`.
struct Reader<'t> {
    ini: Ini,
    place: Place,
    /// Whether the section has an option yet, so that a deeper line goes on with its value.
    open: bool,
    /// The indentation of the last header or option.
    indent: usize,
    /// Empty lines that belong to the open option if its value goes on.
    blank: usize,
    sections: HashSet<&'t str>,
    /// The options of the present section, once there are [`MANY`].
    options: HashSet<String>,
    /// Faults in nested values of `[DEFAULT]`, by position. They count only where a section takes the value.
    deferred: Vec<(usize, Fault)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Start,
    Defaults,
    Section,
}

impl<'t> Reader<'t> {
    fn new(text: &str) -> Self {
        // No growth, which would leave a copy behind. Only a name in lower case can be longer than it was, by half at
        // most (U+0130).
        let room = if text.is_ascii() { text.len() } else { text.len() + text.len() / 2 };
        let ini = Ini { text: Zeroizing::new(String::with_capacity(room)), ..Ini::default() };
        Self {
            ini,
            place: Place::Start,
            open: false,
            indent: 0,
            blank: 0,
            sections: HashSet::new(),
            options: HashSet::new(),
            deferred: Vec::new(),
        }
    }

    fn read(&mut self, lines: impl Iterator<Item = &'t str>) -> Result<(), Fault> {
        for (index, line) in lines.enumerate() {
            self.line(line).map_err(|kind| Fault { line: index + 1, kind }).or_else(|fault| self.defer(fault))?;
        }
        Ok(())
    }

    fn line(&mut self, line: &'t str) -> Result<(), FaultKind> {
        let body = line.trim_start_matches(is_space);
        if body.is_empty() {
            self.blank += 1;
            return Ok(());
        }
        if body.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line[..line.len() - body.len()].chars().count();
        let body = body.trim_end_matches(is_space);
        if self.open && indent > self.indent {
            return self.continuation(body);
        }
        self.indent = indent;
        match header(body) {
            Some(name) => self.header(name),
            None if self.place == Place::Start => Err(FaultKind::NoSection),
            None => self.option(body),
        }
    }

    fn header(&mut self, name: &'t str) -> Result<(), FaultKind> {
        self.open = false;
        self.options.clear();
        if name == DEFAULT {
            self.place = Place::Defaults;
            return Ok(());
        }
        if !self.sections.insert(name) {
            return Err(FaultKind::DuplicateSection { section: Shown(name).to_string() });
        }
        self.place = Place::Section;
        let name = self.push(name);
        let here = self.ini.options.len();
        self.ini.sections.push(SectionSpan { name, options: Span { start: here, end: here } });
        Ok(())
    }

    fn option(&mut self, body: &'t str) -> Result<(), FaultKind> {
        let end = body.bytes().position(|byte| matches!(byte, b'=' | b':')).ok_or(FaultKind::NoDelimiter)?;
        let name = match body[..end].trim_end_matches(is_space) {
            "" => return Err(FaultKind::NoName),
            name if name.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) => {
                Cow::Owned(name.to_lowercase())
            }
            name => Cow::Borrowed(name),
        };
        if self.is_known(&name) {
            return Err(FaultKind::DuplicateOption { option: shown_option(&name), section: self.section_shown() });
        }
        let name = self.push(&name);
        let value = self.push(body[end + 1..].trim_start_matches(is_space));
        let option = OptionSpan { name, value };
        match self.ini.sections.last_mut() {
            Some(section) if self.place == Place::Section => {
                self.ini.options.push(option);
                section.options.end += 1;
            }
            _ => self.ini.defaults.push(option),
        }
        self.open = true;
        self.blank = 0;
        Ok(())
    }

    /// Whether the present section, which for `[DEFAULT]` may have started earlier, has the option already.
    fn is_known(&mut self, name: &str) -> bool {
        let ini = &self.ini;
        let known = match ini.sections.last() {
            Some(section) if self.place == Place::Section => &ini.options[section.options.start..],
            _ => &ini.defaults[..],
        };
        let mut names = known.iter().map(|option| ini.at(option.name));
        if known.len() < MANY {
            return names.any(|known| known == name);
        }
        if self.options.is_empty() {
            self.options.extend(names.map(str::to_owned));
        }
        !self.options.insert(name.to_owned())
    }

    fn continuation(&mut self, body: &str) -> Result<(), FaultKind> {
        let options = if self.place == Place::Defaults { &mut self.ini.defaults } else { &mut self.ini.options };
        let Some(option) = options.last_mut() else {
            return Ok(());
        };
        let text = &mut self.ini.text;
        // Its value is the last thing in the buffer, and goes on there.
        let nested = text[option.value.start..].is_empty() || text[option.value.start..].starts_with('\n');
        for _ in 0..=self.blank {
            text.push('\n');
        }
        text.push_str(body);
        option.value.end = text.len();
        self.blank = 0;
        if nested && nested_lines(body).any(|line| !line.contains('=')) {
            let option = shown_option(&text[option.name.start..option.name.end]);
            return Err(FaultKind::NoNestedDelimiter { option, section: self.section_shown() });
        }
        Ok(())
    }

    /// Puts a fault in a nested value of `[DEFAULT]` off: botocore parses the value in each section that takes it.
    fn defer(&mut self, fault: Fault) -> Result<(), Fault> {
        if self.place == Place::Defaults && matches!(fault.kind, FaultKind::NoNestedDelimiter { .. }) {
            self.deferred.push((self.ini.defaults.len() - 1, fault));
            return Ok(());
        }
        Err(fault)
    }

    fn finish(self) -> Result<Ini, Fault> {
        for (position, fault) in self.deferred {
            let name = self.ini.at(self.ini.defaults[position].name);
            if self.ini.sections().any(|section| !section.has(name)) {
                return Err(fault);
            }
        }
        Ok(self.ini)
    }

    fn push(&mut self, text: &str) -> Span {
        let start = self.ini.text.len();
        self.ini.text.push_str(text);
        Span { start, end: self.ini.text.len() }
    }

    fn section_shown(&self) -> String {
        match (self.place, self.ini.sections.last()) {
            (Place::Section, Some(section)) => Shown(self.ini.at(section.name)).to_string(),
            _ => DEFAULT.to_owned(),
        }
    }
}

/// How many options in a section are worth a table to look for duplicates.
const MANY: usize = 32;

/// The section whose options every other section has too.
const DEFAULT: &str = "DEFAULT";

/// `SECTCRE`: `\[(?P<header>.+)\]`, at the start of the line.
fn header(body: &str) -> Option<&str> {
    let inner = body.strip_prefix('[')?;
    let end = inner.rfind(']').filter(|end| *end > 0)?;
    Some(&inner[..end])
}

/// The number of the line that follows this much text.
fn line_after(text: &[u8]) -> usize {
    let ends =
        |(index, byte): &(usize, &u8)| **byte == b'\n' || (**byte == b'\r' && text.get(index + 1) != Some(&b'\n'));
    1 + text.iter().enumerate().filter(ends).count()
}
