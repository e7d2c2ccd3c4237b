//! Standard output: the one place that writes there.

use std::fmt::Display;
use std::fs::File;
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

    /// Hands over what there is.
    ///
    /// # Errors
    /// [`Fault::Output`].
    pub(crate) fn flush(&mut self) -> Result<(), Fault> {
        self.0.flush().map_err(Fault::Output)
    }

    /// Writes a secret, of which no buffer keeps a copy.
    ///
    /// # Errors
    /// [`Fault::Output`].
    pub(crate) fn secret(&mut self, text: &[u8]) -> Result<(), Fault> {
        self.flush()?;
        // What Rust calls standard output has a buffer of its own.
        #[cfg(unix)]
        let output = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned();
        #[cfg(windows)]
        let output = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned();
        output.and_then(|output| File::from(output).write_all(text)).map_err(Fault::Output)
    }

    /// Hands all of it over.
    ///
    /// # Errors
    /// [`Fault::Output`].
    pub(crate) fn end(mut self) -> Result<(), Fault> {
        self.flush()
    }
}
