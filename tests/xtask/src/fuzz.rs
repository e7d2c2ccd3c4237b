//! `cargo xtask fuzz`: looks for inputs that break a check of `tests/fuzz`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::command::{line, not_started, read, run as run_command, say};
use crate::failure::Failure;
use crate::{target, workspace};

/// The version of cargo-fuzz.
const CARGO_FUZZ: &str = "0.13.2";

/// How much a program may have: no input needs more than a few MiB, and the sanitizer keeps what was freed for a while.
const MEMORY_MB: u32 = 2048;

/// The longest input that is made, in bytes: twice as long as a URL that is read.
const LONGEST_INPUT: u32 = 4096;

/// How long one input may take, in seconds, on a machine that does much else.
const SLOWEST_INPUT: u32 = 60;

/// What a run of a target came to.
struct Run {
    target: String,
    executions: u64,
    /// Inputs that reached something new.
    found: u64,
}

/// Runs the task: each target for so many seconds, one after another; all of them where none is named.
///
/// # Errors
/// Where a program cannot be built, or an input breaks a check.
pub(crate) fn run(seconds: u64, targets: &[OsString]) -> Result<(), Failure> {
    let targets = chosen(targets, known()?)?;
    let programs = build(&cargo_fuzz()?)?;
    let mut runs = Vec::new();
    for target in targets {
        runs.push(fuzz(target, &programs, seconds)?);
    }
    say(table(&runs, seconds).trim_end());
    Ok(())
}

/// The folder of targets, dictionaries and inputs.
fn folder() -> PathBuf {
    workspace::root().join("tests").join("fuzz")
}

/// The targets, which are the programs' sources.
fn known() -> Result<Vec<String>, Failure> {
    let sources = folder().join("libfuzzer").join("targets");
    let mut targets = Vec::new();
    for entry in fs::read_dir(&sources).map_err(Failure::file("read", &sources))? {
        let path = entry.map_err(Failure::file("read", &sources))?.path();
        targets.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    targets.sort();
    Ok(targets)
}

/// The targets that are named, or all of them.
fn chosen(named: &[OsString], known: Vec<String>) -> Result<Vec<String>, Failure> {
    if named.is_empty() {
        return Ok(known);
    }
    let find = |name: &OsString| known.iter().find(|target| *name == target.as_str()).cloned();
    let unknown = |name: &OsString| {
        Failure::new(format!("there is no target '{}', but {}", name.to_string_lossy(), known.join(", ")))
    };
    named.iter().map(|name| find(name).ok_or_else(|| unknown(name))).collect()
}

/// Installs cargo-fuzz into `target/oracles`, unless it is there in the right version.
fn cargo_fuzz() -> Result<PathBuf, Failure> {
    let root = workspace::target_dir()?.join("oracles").join("cargo-fuzz");
    let program = root.join("bin").join(format!("cargo-fuzz{}", std::env::consts::EXE_SUFFIX));
    let version = Command::new(&program).arg("--version").output();
    if !version.is_ok_and(|output| output.stdout.trim_ascii() == format!("cargo-fuzz {CARGO_FUZZ}").as_bytes()) {
        let install = ["install", "cargo-fuzz", "--quiet", "--locked", "--force", "--version", CARGO_FUZZ, "--root"];
        run_command(workspace::cargo()?.args(install).arg(&root))?;
    }
    Ok(program)
}

/// Builds the programs of all targets, and gives their folder.
///
/// A nightly compiler can add `AddressSanitizer`, which sees what the engine that runs the component does to memory. Where there
/// is none, the compiler of the workspace builds the same programs without it.
fn build(cargo_fuzz: &Path) -> Result<PathBuf, Failure> {
    let nightly = Command::new("rustup").args(["run", "nightly", "rustc", "--version"]).output();
    let sanitizer = if nightly.is_ok_and(|output| output.status.success()) { "address" } else { "none" };
    let compiler = if sanitizer == "address" { "nightly" } else { "stable" };
    let programs = workspace::target_dir()?.join("fuzz").join(compiler);
    let mut build = if sanitizer == "address" {
        target::ensure_in("nightly")?;
        let mut rustup = Command::new("rustup");
        // What Cargo tells the programs that it runs is about the other toolchain.
        rustup.args(["run", "nightly"]).arg(cargo_fuzz).env_remove("CARGO").env_remove("RUSTC");
        rustup
    } else {
        say("there is no nightly toolchain: the stable one builds without AddressSanitizer");
        target::ensure()?;
        Command::new(cargo_fuzz)
    };
    build.args(["build", "--release", "--debug-assertions", "--sanitizer", sanitizer, "--target-dir"]).arg(&programs);
    build.arg("--fuzz-dir").arg(folder().join("libfuzzer")).current_dir(workspace::root());
    let triple = host()?;
    run_command(build.args(["--target", &triple]))?;
    Ok(programs.join(triple).join("release"))
}

/// This machine's target triple.
fn host() -> Result<String, Failure> {
    let about = read(Command::new("rustc").arg("-vV").current_dir(workspace::root()))?;
    let about = String::from_utf8_lossy(&about);
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::new("`rustc -vV` names no host"))
}

/// Runs the program of a target. What it finds is kept below `target/fuzz`, and the next run goes on from there.
fn fuzz(target: String, programs: &Path, seconds: u64) -> Result<Run, Failure> {
    let kept = workspace::target_dir()?.join("fuzz");
    let [found, crashes] = ["corpus", "crashes"].map(|name| kept.join(name).join(&target));
    for folder in [&found, &crashes] {
        fs::create_dir_all(folder).map_err(Failure::file("create", folder))?;
    }
    let log = kept.join(format!("{target}.log"));
    let mut program = Command::new(programs.join(format!("{target}{}", std::env::consts::EXE_SUFFIX)));
    program
        .arg(&found)
        .arg(folder().join("corpus").join(&target))
        .arg(format!("-dict={}", folder().join("dictionaries").join(format!("{target}.dict")).display()))
        .args([format!("-max_total_time={seconds}"), format!("-max_len={LONGEST_INPUT}")])
        .args([format!("-rss_limit_mb={MEMORY_MB}"), format!("-timeout={SLOWEST_INPUT}")])
        // A folder's name with the separator behind it: what is given here stands before each file's name.
        .arg(format!("-artifact_prefix={}{}", crashes.display(), std::path::MAIN_SEPARATOR))
        .arg("-print_final_stats=1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&log).map_err(Failure::file("create", &log))?);
    say(format_args!("==> {}", line(&program)));
    let status = program.status().map_err(|error| not_started(&program, &error))?;
    let said = fs::read(&log).map_err(Failure::file("read", &log))?;
    let said = String::from_utf8_lossy(&said);
    let figures = (statistic(&said, "number_of_executed_units"), statistic(&said, "new_units_added"));
    match figures {
        (Some(executions), Some(found)) if status.success() => Ok(Run { target, executions, found }),
        _ => Err(Failure::new(format!(
            "the target {target} failed ({status}){}; what it said is in {}",
            broken_by(&said).map(|input| format!(" with the input {input}")).unwrap_or_default(),
            log.display()
        ))),
    }
}

/// A figure that libFuzzer gives at the end.
fn statistic(said: &str, name: &str) -> Option<u64> {
    let value = |line: &str| line.strip_prefix("stat::")?.strip_prefix(name)?.strip_prefix(':')?.trim().parse().ok();
    said.lines().find_map(value)
}

/// The file of the input that broke a check.
fn broken_by(said: &str) -> Option<&str> {
    said.lines().find_map(|line| Some(line.split_once("Test unit written to ")?.1.trim()))
}

/// The runs, one a line.
fn table(runs: &[Run], seconds: u64) -> String {
    let mut table = format!("{:<20} {:>12} {:>10} {:>10}\n", "target", "executions", "a second", "new inputs");
    for Run { target, executions, found } in runs {
        let _ = writeln!(table, "{target:<20} {executions:>12} {:>10} {found:>10}", executions / seconds.max(1));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
#66164\tDONE   cov: 1 ft: 2 corp: 3/4b lim: 5 exec/s: 6 rss: 7Mb
stat::number_of_executed_units: 66164
stat::average_exec_per_sec:     9452
stat::new_units_added:          907
";

    #[test]
    fn the_figures_of_a_run_are_those_that_libfuzzer_gives() {
        assert_eq!(statistic(SAID, "number_of_executed_units"), Some(66_164));
        assert_eq!(statistic(SAID, "new_units_added"), Some(907));
        assert_eq!(statistic(SAID, "number"), None);
        assert_eq!(statistic("", "new_units_added"), None);
    }

    #[test]
    fn the_input_that_broke_a_check_is_named() {
        let said = format!("panicked\nartifact_prefix='c/'; Test unit written to c/crash-0a1b\nBase64: \n{SAID}");
        assert_eq!(broken_by(&said), Some("c/crash-0a1b"));
        assert_eq!(broken_by(SAID), None);
    }

    #[test]
    fn runs_are_shown_one_a_line() {
        let runs = [Run { target: "url".to_owned(), executions: 3_000_000, found: 12 }];
        assert_eq!(
            table(&runs, 30),
            "target                 executions   a second new inputs\n\
             url                       3000000     100000         12\n"
        );
    }

    #[test]
    fn targets_are_chosen_by_name() {
        let known = || vec!["endpoint".to_owned(), "url".to_owned()];
        assert_eq!(chosen(&[], known()).unwrap(), known());
        assert_eq!(chosen(&["url".into()], known()).unwrap(), ["url"]);
        let failure = chosen(&["urls".into()], known()).unwrap_err();
        assert_eq!(failure.to_string(), "there is no target 'urls', but endpoint, url");
    }
}
