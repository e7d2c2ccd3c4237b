//! What one signature costs, in a process that lives on.

use std::path::Path;
use std::process::Command;

use super::figure::{Figure, Unit};
use crate::command;
use crate::failure::Failure;

/// How many microseconds a signature may take with an instance that is reused.
const WARM: f64 = 6.0;
/// How many it may take with a fresh instance.
const FRESH: f64 = 50.0;

/// Runs the program that times them.
///
/// # Errors
/// Where it fails, or says something else.
pub(super) fn measure(program: &Path) -> Result<Vec<Figure>, Failure> {
    let said = command::read(&mut Command::new(program))?;
    let said = String::from_utf8_lossy(&said);
    figures(&said).ok_or_else(|| Failure::new(format!("the cost of a signature is not told: {}", said.trim())))
}

/// The figures in what it says, all of them or none.
fn figures(said: &str) -> Option<Vec<Figure>> {
    let time = |name: &str| -> Option<f64> {
        said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")?.parse().ok())
    };
    let figure = |name: &str, of: &str| Some(Figure::new(name, time(of)?, Unit::Microseconds));
    Some(vec![
        figure("plain Rust, without a sandbox", "native")?,
        figure("the same for the identity of the last one", "native warm")?,
        figure("an instance that is reused", "warm")?.most(WARM),
        figure("an instance of a pool that is reused", "warm pooled")?.most(WARM),
        figure("an instance that is reused, for another identity", "changing")?,
        figure("a fresh instance", "fresh")?.most(FRESH),
        figure("a fresh instance of a pool, as in the agent", "fresh pooled")?.most(FRESH),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_has_its_line() {
        let said = "native: 1.20\nnative warm: 0.50\nwarm: 6.10\nwarm pooled: 6.00\nchanging: 14.00\nfresh: 90.00\nfresh pooled: 12.50\n";
        let verdicts: Vec<_> = figures(said).unwrap().iter().map(Figure::is_within).collect();
        assert_eq!(verdicts, [None, None, Some(false), Some(true), None, Some(false), Some(true)]);
        assert_eq!(figures("native: 1.20\n"), None);
    }
}
