//! `cargo xtask instructions`: what the helper takes in instructions, which no other load of the machine changes, against what was
//! accepted.
//!
//! Counted are the two ways that Git goes with every fetch and push, on fixed files: to the Git that the helper runs, and to the
//! credential of a static profile. The program is that of the packages for Linux on `x86_64`, which has its C library in it, so that
//! the count is not that of another system's.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::callgrind::{Stage, TARGET, Way, build_command};
use crate::command::{run as run_command, say};
use crate::failure::Failure;
use crate::workspace;

/// How much more than was accepted is no failure, in hundredths.
const GROWTH: u64 = 3;

/// How many instructions each of the two ways takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    exec: u64,
    credential: u64,
}

/// Counts, and compares with the last counts that were accepted. With a reason, accepts what was counted.
///
/// # Errors
/// Where something needed is missing, a program fails, or a count has grown by more than 3 in 100.
pub(crate) fn run(reason: Option<&str>) -> Result<(), Failure> {
    let helper = build()?;
    let stage = Stage::new()?;
    let count = |way| {
        let profile = stage.profile(&helper, way, &[])?;
        total(&profile).ok_or_else(|| Failure::new("valgrind tells no total of instructions"))
    };
    let counted = Counts { exec: count(Way::Exec)?, credential: count(Way::Credential)? };
    let path = workspace::root().join("tests/xtask/instructions.txt");
    let text = fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
    // The first counts of all have nothing before them.
    let accepted = last(&text).or_else(|none| reason.map(|_| counted).ok_or(none))?;
    say(format_args!("\n{}", table(counted, accepted)));
    match reason {
        None => check(counted, accepted),
        Some(reason) => {
            let line = line(counted, reason)?;
            fs::write(&path, text + &line).map_err(Failure::file("write", &path))?;
            say(format_args!("accepted, in {}", path.display()));
            Ok(())
        }
    }
}

/// Builds the program that is counted.
fn build() -> Result<PathBuf, Failure> {
    run_command(&mut build_command("build")?)?;
    workspace::built(&format!("{TARGET}/release"), "git-remote-codecommit")
}

/// The total in a file of callgrind's, the sum of all its parts.
fn total(text: &str) -> Option<u64> {
    let line = text.lines().rev().find_map(|line| line.strip_prefix("totals:").or(line.strip_prefix("summary:")))?;
    line.trim().parse().ok()
}

/// The last line of accepted counts.
fn last(text: &str) -> Result<Counts, Failure> {
    let counts = |line: &str| {
        let mut words = line.split(' ');
        Some(Counts { exec: words.next()?.parse().ok()?, credential: words.next()?.parse().ok()? })
    };
    text.lines().rev().find_map(counts).ok_or_else(|| Failure::new("tests/xtask/instructions.txt has no counts"))
}

/// A line to accept counts by.
fn line(counts: Counts, reason: &str) -> Result<String, Failure> {
    if reason.trim().is_empty() || reason.contains('\n') {
        return Err(Failure::new("the reason is one line that says why: `cargo xtask instructions --accept REASON`"));
    }
    Ok(format!("{} {} {}\n", counts.exec, counts.credential, reason.trim()))
}

fn table(counted: Counts, accepted: Counts) -> String {
    let mut table = format!("{:<24}{:>12}{:>12}{:>10}\n", "instructions", "counted", "accepted", "change");
    for (name, now, before) in rows(counted, accepted) {
        #[expect(clippy::cast_precision_loss, reason = "far fewer than there are digits for")]
        let change = (now as f64 / before as f64 - 1.0) * 100.0;
        let _ = writeln!(table, "{name:<24}{now:>12}{before:>12}{change:>+9.2}%");
    }
    table
}

fn rows(counted: Counts, accepted: Counts) -> [(&'static str, u64, u64); 2] {
    [("helper to exec", counted.exec, accepted.exec), ("helper to credential", counted.credential, accepted.credential)]
}

/// Whether nothing has grown too much.
fn check(counted: Counts, accepted: Counts) -> Result<(), Failure> {
    let grown = rows(counted, accepted).into_iter().filter(|(_, now, before)| now * 100 > before * (100 + GROWTH));
    let grown: Vec<_> = grown.map(|(name, ..)| name).collect();
    if grown.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "over {GROWTH} % more instructions than were accepted, {}: take them out again, or type \
         `cargo xtask instructions --accept REASON`",
        grown.join(" and ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCEPTED: Counts = Counts { exec: 1000, credential: 2000 };

    #[test]
    fn the_total_is_read_from_what_callgrind_writes() {
        assert_eq!(total("version: 1\nevents: Ir\nsummary: 5\n\nfn=(1)\n1 5\n\ntotals: 5\n"), Some(5));
        assert_eq!(total("version: 1\nevents: Ir\n"), None);
    }

    #[test]
    fn the_last_counts_are_those_that_count() {
        let text = "# what a line is\n900 1900 the first\n1000 2000 a reason, in words\n";
        assert_eq!(last(text).unwrap(), ACCEPTED);
        assert_eq!(last("# none\n").unwrap_err().to_string(), "tests/xtask/instructions.txt has no counts");
        let next = line(Counts { exec: 1100, credential: 2100 }, "retries are told").unwrap();
        assert_eq!(last(&(text.to_owned() + &next)).unwrap(), Counts { exec: 1100, credential: 2100 });
    }

    #[test]
    fn counts_are_not_accepted_without_a_reason() {
        for reason in ["", " ", "a\nb"] {
            assert_eq!(
                line(ACCEPTED, reason).unwrap_err().to_string(),
                "the reason is one line that says why: `cargo xtask instructions --accept REASON`"
            );
        }
    }

    #[test]
    fn three_in_a_hundred_more_is_no_failure_and_one_instruction_above_is() {
        assert!(check(Counts { exec: 1030, credential: 1 }, ACCEPTED).is_ok());
        let failure = check(Counts { exec: 1031, credential: 2060 }, ACCEPTED).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "over 3 % more instructions than were accepted, helper to exec: take them out again, or type \
             `cargo xtask instructions --accept REASON`"
        );
        let failure = check(Counts { exec: 2000, credential: 4000 }, ACCEPTED).unwrap_err();
        assert!(failure.to_string().contains("accepted, helper to exec and helper to credential: take"), "{failure}");
    }

    #[test]
    fn the_table_has_what_was_counted_beside_what_was_accepted() {
        assert_eq!(
            table(Counts { exec: 1010, credential: 1000 }, ACCEPTED),
            "instructions                 counted    accepted    change\n\
             helper to exec                  1010        1000    +1.00%\n\
             helper to credential            1000        2000   -50.00%\n"
        );
    }
}
