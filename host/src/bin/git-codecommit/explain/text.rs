//! An explanation for people: a block a remote, each value with where it came from.

use std::time::SystemTime;

use git_remote_codecommit::Error;
use git_remote_codecommit::aws::identity::{Caller, Description, Overridden};
use git_remote_codecommit::explanation::{Explanation, Fact};
use git_remote_codecommit::printable::Shown;

use super::{Explained, Meaning, shown_url};
use crate::expiry;
use crate::fault::Fault;
use crate::output::Output;

/// Values are not made longer than this, so that what is said of them stands beside them.
const WIDEST: usize = 32;

/// Prints the explanations, with an empty line between them.
///
/// # Errors
/// [`Fault::Output`].
pub(super) fn write(explained: &[Explained], now: SystemTime, output: &mut Output) -> Result<(), Fault> {
    for (index, one) in explained.iter().enumerate() {
        if index > 0 {
            output.line("")?;
        }
        for line in block(one, now) {
            output.line(line.trim_end())?;
        }
    }
    Ok(())
}

fn block(explained: &Explained, now: SystemTime) -> Vec<String> {
    let target = &explained.target;
    let url = shown_url(&target.url);
    let title = match &target.name {
        Some(name) => format!("{}  {url}", Shown(name)),
        None => url,
    };
    let mut rows = Rows::default();
    match &explained.meaning {
        Meaning::Codecommit(_) => {
            rows.lines.push(title);
            rows.rows("read as", explained.read_as.as_ref());
        }
        Meaning::Other => {
            rows.lines.push(format!("{title} is not a codecommit remote"));
            rows.lines.extend(explained.read_as.iter().map(|url| format!("  hint: use {}", Shown(url))));
        }
    }
    if target.written != target.url {
        let by = explained.rewritten_by.as_ref().map(|base| format!("rewritten by url.{}.insteadOf", shown_url(base)));
        rows.row("written", &shown_url(&target.written), by);
    }
    rows.rows("pushes to", &target.push);
    if let Meaning::Codecommit(explanation) = &explained.meaning {
        rows.explanation(explanation, now);
    }
    rows.lines
}

/// The lines of a block.
#[derive(Default)]
struct Rows {
    lines: Vec<String>,
}

impl Rows {
    fn explanation(&mut self, explanation: &Explanation, now: SystemTime) {
        let facts = [
            ("repository", &explanation.repository),
            ("profile", &explanation.profile),
            ("region", &explanation.region),
            ("endpoint", &explanation.endpoint),
        ];
        let short = facts[..3].iter().filter_map(|(_, fact)| Some(fact.as_ref()?.value.chars().count()));
        let width = short.max().unwrap_or_default().min(WIDEST);
        let mut fault = explanation.fault.as_ref();
        for (label, fact) in facts {
            match fact {
                Some(fact) if label == "endpoint" => self.row(label, &fact.value, notes(fact)),
                Some(fact) => self.beside(label, fact, width),
                // Which it is, the agent knows.
                None if label == "profile" && explanation.are_agents => {}
                // Of those that are not known, the first says why.
                None => {
                    if let Some(fault) = fault.take() {
                        self.fault(label, fault);
                    }
                }
            }
        }
        if let Some(identity) = &explanation.identity {
            self.identity(identity, now);
            match &explanation.caller {
                Some(Ok(caller)) => self.caller(caller),
                Some(Err(error)) if identity.details.fault.is_none() => self.fault("caller", error),
                _ => {}
            }
        }
    }

    fn identity(&mut self, identity: &Description, now: SystemTime) {
        let details = &identity.details;
        if let Some(fault) = details.fault.as_ref().filter(|_| details.value.is_empty()) {
            self.fault("identity", fault);
            self.notes(identity.way.map(|_| from(&identity.source)).into_iter().chain(ignored(&identity.overridden)));
            return;
        }
        let expires = details.expires.as_ref().map(|expiry| expiry::words(expiry, now));
        self.row("identity", &details.value, [from(&identity.source)]);
        self.notes(details.notes.iter().cloned().chain(expires).chain(ignored(&identity.overridden)));
        if let Some(fault) = &details.fault {
            self.fault("", fault);
        }
    }

    fn caller(&mut self, caller: &Caller) {
        for (label, value) in [("account", &caller.account), ("arn", &caller.arn), ("user id", &caller.user_id)] {
            self.row(label, &Shown(value).to_string(), None);
        }
    }

    /// A value, and what is said of it on the lines below.
    fn row(&mut self, label: &str, value: &str, notes: impl IntoIterator<Item = String>) {
        self.lines.push(format!("  {label:10}  {value}"));
        self.notes(notes);
    }

    /// URLs, a row each.
    fn rows<'a>(&mut self, label: &str, urls: impl IntoIterator<Item = &'a String>) {
        for url in urls {
            self.row(label, &shown_url(url), None);
        }
    }

    fn notes(&mut self, notes: impl IntoIterator<Item = String>) {
        self.lines.extend(notes.into_iter().map(|note| format!("{:14}{note}", "")));
    }

    /// A value, and what is said of it beside it.
    fn beside(&mut self, label: &str, fact: &Fact, width: usize) {
        let mut notes = notes(fact).into_iter();
        let first = notes.next().unwrap_or_default();
        self.lines.push(format!("  {label:10}  {:width$}  {first}", fact.value));
        self.lines.extend(notes.map(|note| format!("{:1$}{note}", "", 16 + width)));
    }

    fn fault(&mut self, label: &str, fault: &Error) {
        self.row(label, &format!("fault: {fault}"), fault.hint().map(|hint| format!("hint: {hint}")));
    }
}

fn notes(fact: &Fact) -> Vec<String> {
    [from(&fact.source)].into_iter().chain(ignored(&fact.overridden)).collect()
}

fn from(source: &str) -> String {
    format!("from {source}")
}

fn ignored(overridden: &[Overridden]) -> impl Iterator<Item = String> {
    overridden.iter().map(|overridden| format!("{} ignored: {}", overridden.what, overridden.why))
}
