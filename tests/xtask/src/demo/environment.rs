//! The file with which codecommit-local sets up a shell, read without a shell.

use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// One thing that the file does to the environment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Gives a variable a value.
    Set(String, String),
    /// Takes a variable away.
    Unset(String),
}

/// Reads the file.
///
/// # Errors
/// Where it cannot be read, or has a line that is neither `export` nor `unset`.
pub(crate) fn read(path: &Path) -> Result<Vec<Change>, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::file("read", path))?;
    parse(&text)
}

fn parse(text: &str) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let failure = || Failure::new(format!("the server's env file has a line that is not understood: {line}"));
        if let Some(names) = line.strip_prefix("unset ") {
            changes.extend(names.split_whitespace().map(|name| Change::Unset(name.to_owned())));
        } else {
            let (name, word) =
                line.strip_prefix("export ").and_then(|rest| rest.split_once('=')).ok_or_else(failure)?;
            changes.push(Change::Set(name.to_owned(), unquoted(word).ok_or_else(failure)?));
        }
    }
    Ok(changes)
}

/// What a POSIX shell makes of one word in single quotes, in which a quote is written `'\''`.
fn unquoted(word: &str) -> Option<String> {
    let inner = word.strip_prefix('\'')?.strip_suffix('\'')?;
    let value = inner.replace(r"'\''", "\0");
    (!value.contains('\'')).then(|| value.replace('\0', "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_set_and_taken_away_in_the_files_order() {
        let text = "# a comment\nunset A B\nexport C='x y'\n\nexport D='it'\\''s $HOME'\n";
        let set = |name: &str, value: &str| Change::Set(name.to_owned(), value.to_owned());
        let unset = |name: &str| Change::Unset(name.to_owned());
        assert_eq!(parse(text).unwrap(), [unset("A"), unset("B"), set("C", "x y"), set("D", "it's $HOME")]);
    }

    #[test]
    fn a_line_that_would_need_a_shell_is_refused() {
        for line in ["export A=$HOME", "export A='x", "export A", "A='x'", "export A='x' B='y'", "source other"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_refusal_quotes_the_line() {
        let failure = parse("export A=1").unwrap_err();
        assert_eq!(failure.to_string(), "the server's env file has a line that is not understood: export A=1");
    }
}
