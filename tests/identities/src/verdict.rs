//! What the helper did beside what it has to do, and beside what botocore does.

use std::fmt::Write;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::case::{Case, Expected, ExpectedFile};
use crate::helper::Ran;
use crate::outcome::{Answer, Outcome};
use crate::server::log::Request;
use crate::snapshot::Change;
use crate::stage::Stage;

/// All that is wrong with a case; nothing where it passes.
pub fn problems(stage: &Stage<'_>, ran: &Ran) -> Vec<String> {
    let case = stage.case();
    let mut problems = ran.faults.clone();
    let expected = case.expected();
    let Some(recorded) = case.recorded() else {
        problems.push("botocore.json is missing: type `cargo xtask record`".to_owned());
        return problems;
    };
    let outcome = &ran.outcome;
    match expected_answer(&expected) {
        None => problems.push("expected.toml says neither keys nor stderr".to_owned()),
        Some(answer) => compare("answer", &answer, &outcome.answer, &mut problems),
    }
    if let (Answer::Keys(_), stderr) = (&outcome.answer, expected.stderr.as_deref().unwrap_or_default()) {
        compare("standard error", stderr, &ran.stderr, &mut problems);
    }
    let requests = expected.requests.as_ref().unwrap_or(&recorded.botocore.requests);
    compare("requests", requests, &outcome.requests, &mut problems);
    compare("prompts", &expected.prompts, &outcome.prompts, &mut problems);
    files(stage, &expected, outcome, &mut problems);
    deviation(case, &recorded.botocore, outcome, &mut problems);
    problems
}

/// The outcome as `expected.toml`, for a person to read and paste.
pub fn proposal(case: &Case, outcome: &Outcome) -> String {
    let mut text = String::new();
    match &outcome.answer {
        Answer::Keys(keys) => {
            let _ = writeln!(text, "[keys]\n{}", toml::to_string(keys).unwrap());
        }
        Answer::Error(stderr) => {
            let _ = writeln!(text, "stderr = '''\n{stderr}'''\n");
        }
    }
    let mut top = String::new();
    if !outcome.prompts.is_empty() {
        let _ = writeln!(top, "prompts = {}", serde_json::to_string(&outcome.prompts).unwrap());
    }
    if case.recorded().is_none_or(|recorded| recorded.botocore.requests != outcome.requests) {
        #[derive(Serialize)]
        struct Requests<'a> {
            requests: &'a [Request],
        }
        let list = Requests { requests: &outcome.requests };
        if outcome.requests.is_empty() {
            top.push_str("requests = []\n");
        } else {
            text.push_str(&toml::to_string(&list).unwrap());
        }
    }
    for (name, Change { mode, .. }) in outcome.files.iter().filter(|(name, change)| !is_lock(name, change)) {
        let _ = writeln!(text, "[files.\"{name}\"]\nmode = \"{mode}\"");
    }
    top + &text
}

fn expected_answer(expected: &Expected) -> Option<Answer> {
    match (&expected.keys, &expected.stderr) {
        (Some(keys), _) => Some(Answer::Keys(keys.clone())),
        (None, Some(stderr)) => Some(Answer::Error(stderr.clone())),
        (None, None) => None,
    }
}

fn compare<T: PartialEq + Serialize + ?Sized>(what: &str, expected: &T, actual: &T, problems: &mut Vec<String>) {
    if expected != actual {
        let json = |value| serde_json::to_string_pretty(value).unwrap();
        problems.push(format!("{what}\nexpected: {}\nactual: {}", json(expected), json(actual)));
    }
}

fn files(stage: &Stage<'_>, expected: &Expected, outcome: &Outcome, problems: &mut Vec<String>) {
    for (name, change) in &outcome.files {
        match expected.files.get(name) {
            None if is_lock(name, change) => {}
            None => problems.push(format!("it wrote {name}, mode {}", change.mode)),
            Some(file) => {
                compare(&format!("mode of {name}"), &file.mode, &change.mode, problems);
                content(stage, name, file, change, problems);
            }
        }
    }
    for name in expected.files.keys().filter(|name| !outcome.files.contains_key(*name)) {
        problems.push(format!("it did not write {name}"));
    }
}

/// Whether a file is one on which processes wait for each other: beside a file of a cache, empty, and for the user alone.
fn is_lock(name: &str, change: &Change) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "lock")
        && change.mode == "600"
        && change.content.is_empty()
}

fn content(stage: &Stage<'_>, name: &str, file: &ExpectedFile, change: &Change, problems: &mut Vec<String>) {
    let Some(expected) = &file.content else { return };
    // Times and made-up names are placeholders in both.
    let expected = stage.normalise(&stage.names().expand(&expected.replace("@time@", "2000-01-01T00:00:00Z")));
    let json = |text: &str| serde_json::from_str::<Value>(text).ok();
    match (json(&expected), json(&change.content)) {
        (Some(expected), Some(actual)) if has(&actual, &expected) => {}
        (Some(expected), Some(actual)) => compare(name, &expected, &actual, problems),
        _ => compare(name, &expected, &change.content, problems),
    }
}

/// Whether a value is the expected one, but for members that it has beside.
fn has(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            expected.iter().all(|(name, value)| actual.get(name).is_some_and(|actual| has(actual, value)))
        }
        _ => actual == expected,
    }
}

/// Whether the difference to botocore is one that is meant.
fn deviation(case: &Case, botocore: &Outcome, outcome: &Outcome, problems: &mut Vec<String>) {
    let is_same = match (&botocore.answer, &outcome.answer) {
        (Answer::Error(_), Answer::Error(_)) => true,
        (theirs, ours) => theirs == ours,
    };
    let is_same = is_same && botocore.requests == outcome.requests;
    match (is_same, &case.description.deviation) {
        (false, None) => problems.push(format!(
            "it differs from botocore, and case.toml has no [deviation]\nbotocore: {}",
            serde_json::to_string_pretty(&(&botocore.answer, &botocore.requests)).unwrap()
        )),
        (true, Some(deviation)) => {
            problems.push(format!("case.toml has a [deviation], and there is no difference: {}", deviation.reason));
        }
        _ => {}
    }
}
