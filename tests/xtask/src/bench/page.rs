//! `host/BENCHMARKS.md`: the tables of a run, between two marks.

use std::fs;

use super::plot;
use super::report::Report;
use crate::failure::Failure;
use crate::workspace;

const BEGIN: &str = "<!-- written by `cargo xtask bench --write` -->\n";
const END: &str = "<!-- to here -->\n";

/// Writes tables and plots.
///
/// # Errors
/// Where the page or its marks are missing, or something cannot be written.
pub(super) fn write(report: &Report) -> Result<(), Failure> {
    let folder = workspace::root().join("host");
    let page = folder.join("BENCHMARKS.md");
    let text = fs::read_to_string(&page).map_err(Failure::file("read", &page))?;
    let written = format!("{}\n\n```text\n{report}\n```\n", machine());
    let text = replaced(&text, &written)
        .ok_or_else(|| Failure::new(format!("{} has lost the marks between which it is written", page.display())))?;
    fs::write(&page, text).map_err(Failure::file("write", &page))?;
    let pictures = [("benchmarks.svg", plot::bars(&report.medians())), ("scale.svg", plot::scale(report.scale()))];
    pictures.into_iter().try_for_each(|(name, picture)| {
        let path = folder.join(name);
        fs::write(&path, picture).map_err(Failure::file("write", &path))
    })
}

/// The page with something else between its marks.
fn replaced(page: &str, written: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some([before, BEGIN, written, END, after].concat())
}

/// One line about the machine and the Git.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor_of(&processor).unwrap_or("processor unknown");
    let git = std::process::Command::new("git").arg("--version").output();
    let git = git.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').nth(1).unwrap_or("unknown");
    let system = std::env::consts::OS;
    // Work of others makes all figures larger, and their order less sure.
    format!("{cores} cores ({processor}), {system}, {git}, load of the last 5 minutes {load}.")
}

/// The name of the processor in Linux's file about it.
fn processor_of(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_written() {
        let page = format!("# Title\n{BEGIN}old\n{END}rest\n");
        assert_eq!(replaced(&page, "new\n").unwrap(), format!("# Title\n{BEGIN}new\n{END}rest\n"));
        assert_eq!(replaced("# Title\n", "new\n"), None);
        assert_eq!(replaced(&format!("{END}{BEGIN}"), "new\n"), None);
    }

    #[test]
    fn the_page_has_its_marks() {
        let page = fs::read_to_string(workspace::root().join("host/BENCHMARKS.md")).unwrap();
        assert!(replaced(&page, "").is_some());
    }

    #[test]
    fn the_processor_is_named_as_linux_does() {
        assert_eq!(processor_of("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n"), Some("Some CPU @ 2 GHz"));
        assert_eq!(processor_of(""), None);
    }
}
