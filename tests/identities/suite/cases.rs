//! Cases as tests.
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

use std::path::Path;

use identity_cases::{Case, Stage, deviations, helper, verdict};
use libtest_mimic::{Failed, Trial};

use crate::explained;

/// Set to see each outcome in the form of `expected.toml`.
const PROPOSE: &str = "IDENTITIES_PROPOSE";

/// A test for each case, by its name, and one for the document.
pub(crate) fn trials() -> Vec<Trial> {
    let cases = Case::all();
    let trial = |case: Case| {
        let is_elsewhere = case.description.only_on.as_ref().is_some_and(|system| system != std::env::consts::OS);
        Trial::test(case.name.clone(), move || passes(&case)).with_ignored_flag(is_elsewhere)
    };
    let mut trials: Vec<_> = cases.iter().cloned().map(trial).collect();
    trials.push(Trial::test("the_document_of_deviations_is_complete", move || document(&cases)));
    trials
}

fn passes(case: &Case) -> Result<(), Failed> {
    let stage = Stage::new(case);
    let explained = explained::explain(&stage);
    let ran = helper::run(&stage, Path::new(env!("CARGO_BIN_EXE_git-remote-codecommit")));
    let mut problems = verdict::problems(&stage, &ran);
    problems.extend(explained.problems(&stage, &ran.outcome));
    if std::env::var_os(PROPOSE).is_some() {
        problems.push(format!("expected.toml would be\n{}", verdict::proposal(case, &ran.outcome)));
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n\n{}", case.description.shows, problems.join("\n\n")).into())
}

fn document(cases: &[Case]) -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("DEVIATIONS.md");
    let problems = deviations::problems(cases, &std::fs::read_to_string(&path).unwrap());
    if problems.is_empty() { Ok(()) } else { Err(format!("{}\n{}", path.display(), problems.join("\n")).into()) }
}
