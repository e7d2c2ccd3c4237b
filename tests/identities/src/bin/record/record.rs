//! The originals, on several cases at a time.
#![expect(clippy::unwrap_used, reason = "a tool of the tests: whatever goes wrong is for a person to see")]

use std::fs;
use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use identity_cases::Case;
use identity_cases::oracle::Oracles;

const USAGE: &str = "usage: record PYTHON ORIGINAL [--check] [CASE ...]";

/// How many cases are run at a time: most of it is waiting, for a timeout or between attempts.
const AT_ONCE: usize = 4;

/// Records the cases of the command line, or all; with `--check` it fails where they are recorded otherwise.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let (Some(python), Some(original)) = (arguments.next(), arguments.next()) else {
        say(USAGE);
        return ExitCode::from(2);
    };
    let (options, names): (Vec<_>, Vec<_>) = arguments.partition(|argument| argument.starts_with('-'));
    let cases = Case::all();
    let unknown = names.iter().find(|name| cases.iter().all(|case| case.name != **name));
    if let Some(name) = unknown.or_else(|| options.iter().find(|option| *option != "--check")) {
        say(&format!("there is no case or option {name}\n{USAGE}"));
        return ExitCode::from(2);
    }
    let chosen: Vec<_> = cases.iter().filter(|case| names.is_empty() || names.contains(&case.name)).collect();
    let oracles = Oracles { python: python.into(), original: original.into() };
    if all(&oracles, &chosen, !options.is_empty()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Records, or compares; whether nothing was other than it is recorded.
fn all(oracles: &Oracles, cases: &[&Case], is_check: bool) -> bool {
    let (next, is_same) = (AtomicUsize::new(0), AtomicBool::new(true));
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let recorded = serde_json::to_string_pretty(&oracles.record(case)).unwrap() + "\n";
            if fs::read_to_string(case.recorded_file()).is_ok_and(|known| known == recorded) {
                continue;
            }
            if is_check {
                is_same.store(false, Ordering::Relaxed);
                say(&format!("{}: other than recorded:\n{recorded}", case.name));
            } else {
                fs::write(case.recorded_file(), &recorded).unwrap();
                say(&format!("{}: written", case.name));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    is_same.into_inner()
}

fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
