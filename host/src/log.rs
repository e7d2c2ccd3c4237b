//! What a process does, a line a step with its time, for reports of bugs: with `GIT_REMOTE_CODECOMMIT_LOG=debug`.
//!
//! A step is told with [`log::debug!`], which costs one look at a number where nobody asked. Nothing secret can be in a line, for
//! [`Secret`](crate::secret::Secret) has no text; and whatever is in it, it is one line, which no terminal acts on.

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::time::Instant;

use log::{LevelFilter, Log, Metadata, Record};

use crate::report;
use crate::variables::Variables;

/// The variable that asks for it.
pub const VARIABLE: &str = "GIT_REMOTE_CODECOMMIT_LOG";

/// Begins to tell, where the user asks for it: with any value but an empty one, `0`, `false` and `off`.
pub fn begin(variables: Variables<'_>) {
    if !variables.0(VARIABLE).is_some_and(|value| is_wish(&value)) {
        return;
    }
    let program = env::args_os().next().unwrap_or_default();
    let program = Path::new(&program).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if log::set_boxed_logger(Box::new(Lines { begun: Instant::now() })).is_ok() {
        log::set_max_level(LevelFilter::Debug);
        log::debug!("{program} {}, process {}", env!("CARGO_PKG_VERSION"), std::process::id());
    }
}

fn is_wish(value: &OsStr) -> bool {
    !["", "0", "false", "off"].iter().any(|off| value.eq_ignore_ascii_case(off))
}

/// Lines on standard error, each with the time since the beginning.
struct Lines {
    begun: Instant,
}

impl Log for Lines {
    /// What libraries tell is not ours to judge: what they hold can be secret.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let krate = metadata.target().split("::").next().unwrap_or_default();
        matches!(krate, "git_remote_codecommit" | "git_credential_codecommit" | "git_codecommit")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            report::step(self.begun.elapsed(), record.args());
        }
    }

    fn flush(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_says_no_asks_for_nothing() {
        for value in ["", "0", "false", "OFF"] {
            assert!(!is_wish(OsStr::new(value)), "{value}");
        }
        for value in ["debug", "1", "true", "trace", " "] {
            assert!(is_wish(OsStr::new(value)), "{value}");
        }
    }

    #[test]
    fn what_libraries_tell_is_left_out() {
        let lines = Lines { begun: Instant::now() };
        let is_told = |target| lines.enabled(&Metadata::builder().target(target).build());
        for target in ["git_remote_codecommit", "git_remote_codecommit::remote", "git_codecommit::sign"] {
            assert!(is_told(target), "{target}");
        }
        for target in ["rustls::client", "wasmtime", "git_remote_codecommit2", ""] {
            assert!(!is_told(target), "{target}");
        }
    }
}
