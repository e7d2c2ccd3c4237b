//! `TROUBLESHOOTING.md` quotes what the programs say: each quotation is one that a test expects.
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

use std::fs;
use std::path::Path;

/// The texts of every test of the host and the guest, and of the suites, joined over the ends of lines of string literals.
fn expectations() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut text = String::new();
    for folder in ["host/src", "host/tests", "guest/tests", "tests/end-to-end", "tests/identities/cases"] {
        read(&root.join(folder), &mut text);
    }
    // A literal goes on after `\` and the spaces of the next line.
    let lines = text.split("\\\n").map(str::trim_start);
    lines.collect()
}

/// Adds the texts below a folder but this one's.
fn read(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, text);
        } else if is_test(&path) {
            *text += &fs::read_to_string(&path).unwrap_or_default();
        }
    }
}

/// Whether a file is a test, or says what one expects.
fn is_test(path: &Path) -> bool {
    let name = path.file_name().unwrap();
    let is_below = |folder| path.components().any(|part| part.as_os_str() == folder);
    name == "tests.rs"
        || name == "expected.toml"
        || path.extension().is_some_and(|extension| extension == "rs")
            && (is_below("tests") || is_below("end-to-end"))
            && name != "troubleshooting.rs"
}

/// Whether a line of the text has all of these parts, one after the other.
fn has(text: &str, parts: &[&str]) -> bool {
    text.lines().any(|line| {
        let mut rest = line;
        parts.iter().all(|part| match rest.split_once(part) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    })
}

#[test]
fn every_line_of_ours_that_the_table_quotes_is_expected_by_a_test() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("TROUBLESHOOTING.md")).unwrap();
    let expectations = expectations();
    let mut quoted = 0;
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        let first = row.split(" | ").next().unwrap();
        for quotation in first.split('`').filter_map(|quotation| quotation.strip_prefix("codecommit: ")) {
            quoted += 1;
            let parts: Vec<&str> = quotation.split('…').filter(|part| !part.is_empty()).collect();
            assert!(has(&expectations, &parts), "no test expects: {quotation}");
        }
    }
    assert_ne!(quoted, 0);
}
