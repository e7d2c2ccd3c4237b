//! The one writer to stderr. A fact is one line, a hint another, and nothing else is ever written there.

use std::fmt::{Arguments, Display};
use std::io::{IsTerminal, Write, stderr};
use std::time::Duration;

use crate::Error;
use crate::printable::Sentence;

/// Tells the user why it ended.
///
/// Git's progress may stand on the line, so it is one write of whole lines. That nobody reads it is no reason to fail.
pub fn error(error: &Error) {
    fact(error, error.hint());
}

/// The same for who has no [`Error`]: what is wrong, and what to type. Both are one line, safe to print.
pub fn fact(fact: impl Display, hint: Option<String>) {
    write(&lines(fact, hint));
}

fn lines(fact: impl Display, hint: Option<String>) -> String {
    let hint = hint.map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
    format!("codecommit: {fact}\n{hint}")
}

/// Tells the user something that is no fault, in one line.
pub fn note(note: impl Display) {
    write(&format!("codecommit: {note}\n"));
}

/// Tells whoever looks for a fault what was done, and how long after the process began.
pub fn step(after: Duration, step: &Arguments<'_>) {
    write(&step_line(after, step));
}

fn step_line(after: Duration, step: &Arguments<'_>) -> String {
    format!("codecommit: debug {:>9.3} ms: {}\n", after.as_secs_f64() * 1000.0, Sentence(&step.to_string()))
}

/// Tells whoever measures it when each phase of a run ended.
#[cfg(all(unix, feature = "phases"))]
pub(crate) fn phases(lines: &str) {
    write(lines);
}

/// A line on a terminal that says what is waited for, and is gone when it is dropped. It stands in no log and no file.
pub struct Waiting {
    width: usize,
}

impl Waiting {
    /// Says it; nothing where standard error is no terminal.
    pub fn show(what: impl Display) -> Option<Self> {
        let line = format!("codecommit: waiting for {what}");
        stderr().is_terminal().then(|| {
            write(&line);
            Self { width: line.chars().count() }
        })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Spaces, which every terminal knows.
        write(&format!("\r{:1$}\r", "", self.width));
    }
}

/// Tells the user how the program is used.
pub fn usage() {
    write(
        "codecommit: git runs this program with two arguments, a remote and its URL\nhint: git-remote-codecommit --help\n",
    );
}

fn write(lines: &str) {
    let _ = stderr().write_all(lines.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_one_line_and_a_hint_another() {
        let error = Error::PartialKeys { place: "the environment".to_owned(), missing: "AWS_SECRET_ACCESS_KEY" };
        assert_eq!(
            lines(&error, error.hint()),
            "codecommit: the environment has AWS keys without AWS_SECRET_ACCESS_KEY\n\
             hint: set AWS_SECRET_ACCESS_KEY too\n"
        );
    }

    #[test]
    fn a_step_is_one_line_with_its_time() {
        let line = |after, step| step_line(Duration::from_micros(after), &step);
        assert_eq!(line(1_234, format_args!("a")), "codecommit: debug     1.234 ms: a\n");
        assert_eq!(
            line(90_000_000, format_args!("a{}b", "\n\u{1b}")),
            "codecommit: debug 90000.000 ms: a\\u{a}\\u{1b}b\n"
        );
    }

    #[test]
    fn a_fact_without_a_hint_is_one_line() {
        assert_eq!(lines(&Error::UrlNotUtf8, None), "codecommit: the URL is not UTF-8 text\n");
    }
}
