//! The inputs that the fuzzer starts from, and those that once broke something, with each `cargo test`.

#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use fuzz_checks::TARGETS;

/// The files of a folder beside this crate's manifest, by name. There need not be one.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_kept_input_passes_the_check_of_its_target() {
    for (target, check) in TARGETS {
        let inputs = files(&format!("corpus/{target}"));
        assert!(inputs.len() >= 10, "{target} has {} inputs to start from", inputs.len());
        for path in inputs.into_iter().chain(files(&format!("regressions/{target}"))) {
            let input = fs::read(&path).unwrap();
            // The check's own words are above.
            let passed = panic::catch_unwind(AssertUnwindSafe(|| check(&input)));
            assert!(passed.is_ok(), "{} breaks the target {target}", path.display());
        }
    }
}

#[test]
fn inputs_dictionaries_and_programs_are_those_of_the_targets() {
    let mut targets = TARGETS.map(|(target, _)| target);
    targets.sort_unstable();
    for folder in ["corpus", "dictionaries", "libfuzzer/targets"] {
        let names: Vec<_> = files(folder).iter().map(|path| path.file_stem().unwrap().to_owned()).collect();
        assert_eq!(names, targets, "{folder}");
    }
}
