//! `SECURITY.md` promises nothing without a test: each one that its table names is there.

use std::fs;

use crate::workspace;

/// What stands in backticks in the table's last column, row by row.
fn named(text: &str) -> Vec<Vec<&str>> {
    let rows =
        text.lines().skip_while(|line| !line.starts_with("| promise")).skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let last = row.trim_end().trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        last.split('`').skip(1).step_by(2).collect()
    })
    .collect()
}

/// What is wrong with the name of a test: `path`, or `path::function`.
fn fault(name: &str) -> Option<String> {
    let (path, function) = name.split_once("::").map_or((name, None), |(path, function)| (path, Some(function)));
    let file = workspace::root().join(path);
    if !file.exists() {
        return Some(format!("{name}: there is no {path}"));
    }
    let function = function?;
    let Ok(text) = fs::read_to_string(&file) else {
        return Some(format!("{name}: {path} is not text"));
    };
    // Up to the parenthesis, for one name may begin another.
    let is_there = text.lines().any(|line| line.trim_start().starts_with(&format!("fn {function}(")));
    if is_there { None } else { Some(format!("{name}: {path} has no function {function}")) }
}

#[test]
fn each_promise_names_a_test_and_each_test_is_there() {
    let path = workspace::root().join("SECURITY.md");
    let text = fs::read_to_string(path).unwrap();
    let rows = named(&text);
    assert!(rows.len() >= 10, "the table of promises has {} rows", rows.len());
    let without: Vec<_> =
        rows.iter().enumerate().filter(|(_, names)| names.is_empty()).map(|(row, _)| row + 1).collect();
    assert_eq!(without, [0; 0], "rows without a test");
    let faults: Vec<_> = rows.into_iter().flatten().filter_map(fault).collect();
    assert_eq!(faults, [""; 0]);
}

#[test]
fn the_names_are_those_of_the_last_column() {
    let text = "| other |\n|---|\n| `no` |\n\n| promise | against | tests |\n|---|---|---|\n| `not` this | x | `a.rs::b`, `c` |\n| d | e | f |\n\n| g | `h` |\n";
    assert_eq!(named(text), [vec!["a.rs::b", "c"], vec![]]);
}

#[test]
fn a_file_or_a_function_that_is_not_there_is_told() {
    assert_eq!(fault("host/src/policy/tests/bad.rs::a_component_that_never_ends_is_stopped"), None);
    assert_eq!(fault("tests/end-to-end"), None);
    assert_eq!(fault("host/src/gone.rs").unwrap(), "host/src/gone.rs: there is no host/src/gone.rs");
    assert_eq!(
        fault("host/src/policy/tests.rs::a_component").unwrap(),
        "host/src/policy/tests.rs::a_component: host/src/policy/tests.rs has no function a_component"
    );
}
