//! `git codecommit doctor`: looks at all that has to be right, and says what mends what is not.

#[cfg(unix)]
mod agent;
mod keychains;
mod programs;
mod protocols;
mod remote;
mod settings;
mod system;

use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use git_remote_codecommit::printable::Sentence;
use git_remote_codecommit::variables::Variables;

use crate::fault::Fault;
use crate::output::Output;
use crate::remotes;

/// How it stands with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// Not looked at.
    Skipped,
    Ok,
    /// It works, and something else may not.
    Warning,
    /// It does not work.
    Failed,
}

/// What was found of something.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    level: Level,
    what: &'static str,
    found: String,
    /// What to type.
    mend: Option<String>,
}

impl Finding {
    fn ok(what: &'static str, found: impl Into<String>) -> Self {
        Self { level: Level::Ok, what, found: found.into(), mend: None }
    }

    fn skipped(what: &'static str, found: impl Into<String>) -> Self {
        Self { level: Level::Skipped, what, found: found.into(), mend: None }
    }

    fn warning(what: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { level: Level::Warning, what, found: found.into(), mend: Some(mend.into()) }
    }

    fn failed(what: &'static str, found: impl Into<String>, mend: impl Into<Option<String>>) -> Self {
        Self { level: Level::Failed, what, found: found.into(), mend: mend.into() }
    }
}

/// Prints what was found, each as it is found.
struct Report<'a> {
    output: &'a mut Output,
    worst: Level,
}

impl Report<'_> {
    fn add(&mut self, findings: impl IntoIterator<Item = Finding>) -> Result<(), Fault> {
        for Finding { level, what, found, mend } in findings {
            self.worst = self.worst.max(level);
            let (word, colour) = match level {
                Level::Skipped => ("-", None),
                Level::Ok => ("ok", Some(AnsiColor::Green)),
                Level::Warning => ("warning", Some(AnsiColor::Yellow)),
                Level::Failed => ("failed", Some(AnsiColor::Red)),
            };
            let style = Style::new().fg_color(colour.map(Into::into));
            self.output.line(format_args!("{style}{word:<7}{style:#}  {what:<10}  {}", Sentence(&found)))?;
            if let Some(mend) = mend {
                self.output.line(format_args!("{:21}hint: {mend}", ""))?;
            }
            self.output.flush()?;
        }
        Ok(())
    }
}

/// Looks at everything, for a remote, a URL or every remote of the repository. The status is 1 where anything failed, 3 where
/// there is a warning.
///
/// # Errors
/// What is asked for is not there; [`Fault::Output`].
pub(crate) fn run(
    argument: Option<&str>,
    offline: bool,
    variables: Variables<'_>,
    output: &mut Output,
) -> Result<ExitCode, Fault> {
    let mut report = Report { output, worst: Level::Ok };
    let git = programs::git(variables);
    let has_git = git.level != Level::Failed;
    report.add([git])?;
    report.add([programs::helper(variables)])?;
    // Everything else is asked of Git.
    if has_git {
        let targets = match remotes::targets(argument) {
            // A machine can be looked at without a repository.
            Err(Fault::NoRepository { said: None }) if argument.is_none() => Vec::new(),
            targets => targets?,
        };
        report.add(protocols::transports(variables))?;
        report.add(protocols::submodules())?;
        let remotes = remote::Looked::at(targets, variables)?;
        report.add(settings::all(&remotes, variables))?;
        report.add(remotes.findings())?;
        #[cfg(unix)]
        report.add(agent::all(&remotes, offline, variables))?;
        report.add(keychains::all(&remotes.hosts()))?;
        if offline {
            report.add([Finding::skipped("endpoint", "not asked, for --offline")])?;
        } else {
            report.add(remotes.reach())?;
        }
    }
    Ok(match report.worst {
        Level::Failed => ExitCode::FAILURE,
        Level::Warning => ExitCode::from(3),
        Level::Ok | Level::Skipped => ExitCode::SUCCESS,
    })
}
