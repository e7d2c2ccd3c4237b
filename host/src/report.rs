//! The one writer to stderr. A fact is one line, a hint another, and nothing else is ever written there.

use std::fmt::Display;
use std::io::Write;

use crate::Error;

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

/// Tells the user how the program is used.
pub fn usage() {
    write(
        "codecommit: git runs this program with two arguments, a remote and its URL\nhint: git-remote-codecommit --help\n",
    );
}

fn write(lines: &str) {
    let _ = std::io::stderr().write_all(lines.as_bytes());
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
    fn a_fact_without_a_hint_is_one_line() {
        assert_eq!(lines(&Error::UrlNotUtf8, None), "codecommit: the URL is not UTF-8 text\n");
    }
}
