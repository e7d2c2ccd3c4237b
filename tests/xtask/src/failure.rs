//! Why a task ended early.

use std::fmt;
use std::io;
use std::path::Path;

/// One sentence for the user, which says what to type where that is known.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure in the given words.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// What the system says against doing something (`"read"`) to a file.
    pub(crate) fn file(verb: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self(format!("could not {verb} {}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
