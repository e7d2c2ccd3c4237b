//! Standard output: the one place that writes there.

use std::fmt::Display;
use std::io::{self, BufWriter, StdoutLock, Write};

use anstream::AutoStream;
use serde::Serialize;

use crate::fault::Fault;

/// Standard output, with colour only on a terminal and where `NO_COLOR` does not forbid it.
pub(crate) struct Output(BufWriter<AutoStream<StdoutLock<'static>>>);

impl Output {
    /// Takes standard output.
    pub(crate) fn new() -> Self {
        Self(BufWriter::new(AutoStream::auto(io::stdout().lock())))
    }

    /// Writes a text as it is, but for its colours.
    ///
    /// # Errors
    /// [`Fault::Output`].
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Fault> {
        self.0.write_all(text.as_bytes()).map_err(Fault::Output)
    }

    /// Writes a line.
    ///
    /// # Errors
    /// [`Fault::Output`].
    pub(crate) fn line(&mut self, line: impl Display) -> Result<(), Fault> {
        writeln!(self.0, "{line}").map_err(Fault::Output)
    }

    /// Writes a value as JSON, for programs, with an end of line.
    ///
    /// # Errors
    /// [`Fault::Output`].
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Fault> {
        serde_json::to_writer_pretty(&mut self.0, value).map_err(|error| Fault::Output(error.into()))?;
        self.line("")
    }

    /// Hands all of it over.
    ///
    /// # Errors
    /// [`Fault::Output`].
    pub(crate) fn end(mut self) -> Result<(), Fault> {
        self.0.flush().map_err(Fault::Output)
    }
}
