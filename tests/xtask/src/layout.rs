//! `cargo xtask layout`: which functions a start of the helper runs, for the linker to put side by side.
//!
//! The system maps a program piece by piece, as it comes to each for the first time. Left to itself, the linker spreads what a start runs
//! over the whole program, most of which is for networks; together, it is a tenth of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::callgrind::{Stage, TARGET, Way, build_command};
use crate::command::{run as run_command, say};
use crate::failure::Failure;
use crate::workspace;

/// The linker's script, in the workspace's folder.
const FILE: &str = "host/layout.ld";

const HEAD: &str = "\
/* What a start of the helper runs, side by side, so that the system has fewer pieces of the program to map. Written by
   `cargo xtask layout`; build.rs has the linker read it. A function that is no more is passed over. */
SECTIONS
{
  .text.start :
  {
";

const TAIL: &str = "  }\n}\nINSERT BEFORE .text;\n";

/// Runs the helper both ways, and writes the script.
///
/// # Errors
/// Where something needed is missing, or a program fails.
pub(crate) fn run() -> Result<(), Failure> {
    let helper = build()?;
    let stage = Stage::new()?;
    // The names as the linker knows them, each in full.
    let options = ["--demangle=no", "--compress-strings=no"];
    let profiles = [Way::Exec, Way::Credential].map(|way| stage.profile(&helper, way, &options));
    let mut patterns = BTreeSet::new();
    for profile in profiles {
        patterns.extend(functions(&profile?).filter_map(pattern));
    }
    let path = workspace::root().join(FILE);
    fs::write(&path, script(&patterns)).map_err(Failure::file("write", &path))?;
    say(format_args!("\n{} functions, in {FILE}", patterns.len()));
    Ok(())
}

/// Builds the helper with the names of its functions, in a folder that nothing is packed of.
fn build() -> Result<PathBuf, Failure> {
    let parts = workspace::target_dir()?;
    let target = parts.join("layout");
    let mut cargo = build_command("rustc")?;
    cargo.env("CARGO_TARGET_DIR", &target).env("CARGO_BUILD_BUILD_DIR", parts);
    run_command(cargo.args(["--", "-Cstrip=none"]))?;
    Ok(target.join(TARGET).join("release").join("git-remote-codecommit"))
}

/// The functions that were run, by callgrind's own word. One that calls itself has a number behind its name.
fn functions(profile: &str) -> impl Iterator<Item = &str> {
    let names = profile.lines().filter_map(|line| line.strip_prefix("fn="));
    names.map(|name| name.split_once('\'').map_or(name, |(name, _)| name))
}

/// What matches a function of Rust's in whatever is built of the same source; none for one of the C library, which has no section of its
/// own, and for the component's code, which lies where it has to.
fn pattern(name: &str) -> Option<String> {
    let is_of_rust = name.starts_with("_ZN") || name.starts_with("_R");
    if !is_of_rust || name.contains("6policy4code") && name.contains("4CODE") {
        return None;
    }
    // What the linker would take for something else than a letter.
    let mut pattern = name.replace('$', "?");
    // The number that two of a name are told apart by.
    if let Some((before, number)) = pattern.rsplit_once('.')
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        pattern = format!("{before}*");
    }
    // The hash of the older form of names, `17h` and sixteen digits.
    if let Some(at) = pattern.rfind("17h") {
        let rest = pattern.get(at + 3..at + 19).unwrap_or_default();
        if rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            pattern.replace_range(at + 3..at + 19, "*");
        }
    }
    Some(if name.starts_with("_R") { without_crate_hashes(&pattern) } else { pattern })
}

/// A name in the newer form without what tells two crates of a name apart: `Cs`, digits of base 62 and `_`.
fn without_crate_hashes(name: &str) -> String {
    let mut parts = name.split("Cs");
    let mut without = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        without += "Cs";
        match part.split_once('_') {
            Some((hash, rest)) if hash.len() > 8 && hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                without += "*_";
                without += rest;
            }
            _ => without += part,
        }
    }
    without
}

fn script(patterns: &BTreeSet<String>) -> String {
    let lines = patterns.iter().map(|pattern| format!("    *(.text.{pattern})\n"));
    HEAD.to_owned() + &lines.collect::<String>() + TAIL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_are_those_that_were_run_and_not_those_that_were_called() {
        let profile = "version: 1\nfn=_ZN1a\n1 5\ncfn=_ZN1b\ncalls=1 1\n1 2\nfn=_ZN1b'2\n1 2\n";
        assert_eq!(functions(profile).collect::<Vec<_>>(), ["_ZN1a", "_ZN1b"]);
    }

    #[test]
    fn a_pattern_has_no_hash_and_nothing_that_is_the_linkers() {
        let pattern = |name| pattern(name).unwrap();
        assert_eq!(
            pattern("_ZN4core3ptr49drop_in_place$LT$tracing..span..Span$GT$17h0123456789abcdefE"),
            "_ZN4core3ptr49drop_in_place?LT?tracing..span..Span?GT?17h*E"
        );
        assert_eq!(pattern("_ZN5wh17h17h0123456789abcdefE.12"), "_ZN5wh17h17h*E*");
        assert_eq!(
            pattern("_RNvMNtCs2Nb3gJ4iU0I_5alloc6stringNtB2_6String11try_reserve"),
            "_RNvMNtCs*_5alloc6stringNtB2_6String11try_reserve"
        );
    }

    #[test]
    fn what_has_no_section_of_its_own_is_left_out() {
        for name in
            ["memcpy", "0x000000000040eb44", "(below main)", "_ZN1a6policy4code6POLICY4CODE17h0123456789abcdefE"]
        {
            assert_eq!(pattern(name), None);
        }
    }

    #[test]
    fn the_script_puts_the_functions_before_the_others() {
        let patterns = ["_ZN1a17h*E", "_RN1b"].map(str::to_owned).into();
        let script = script(&patterns);
        let lines = "  {\n    *(.text._RN1b)\n    *(.text._ZN1a17h*E)\n  }\n";
        assert!(script.contains(lines) && script.ends_with("INSERT BEFORE .text;\n"), "{script}");
    }
}
