//! `cargo xtask supply-chain`: whether what the programs are made of is allowed, known to be unsafe, and written down.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{line, not_started, read, run as run_command, say};
use crate::failure::Failure;
use crate::tools::{AUDIT, AUDITABLE, CYCLONEDX, DENY};
use crate::{target, workspace};

/// Where `RustSec` keeps its advisories.
const ADVISORIES: &str = "https://github.com/RustSec/advisory-db";

/// The folder that cargo-deny looks for below the one that `deny.toml` names: it is made of the address above.
const DATABASE: &str = "advisory-db-3157b0e258782691";

/// Names a copy of `RustSec`'s repository, where the machine cannot reach it.
const VARIABLE: &str = "CODECOMMIT_ADVISORY_DB";

/// How to go about it, as the command line says it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// A copy of `RustSec`'s repository.
    pub(crate) advisories: Option<OsString>,
    /// Fetch no advisories; where there is no copy either, leave them out.
    pub(crate) offline: bool,
    /// Build the program in this profile, with the list of its dependencies in it.
    pub(crate) build: Option<OsString>,
}

/// Runs the task.
///
/// # Errors
/// Where something is not allowed or known to be unsafe, or it cannot be found out.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let source = source(options, std::env::var_os(VARIABLE).filter(|copy| !copy.is_empty()));
    // With its fetching left to the task, cargo-deny takes no package from the network either.
    run_command(workspace::cargo()?.args(["fetch", "--locked", "--quiet"]))?;
    let database = source.map(fetch_advisories).transpose()?;
    if database.is_some() && !options.offline {
        // Both tools look for yanked versions in the copy of crates.io's index that Cargo has, which this brings up to date.
        run_command(workspace::cargo()?.args(["update", "--dry-run", "--quiet"]))?;
    }
    check(database.as_deref())?;
    if let Some(profile) = &options.build {
        build(profile, database.as_deref())?;
    }
    let bill = write_bill()?;
    say(format_args!("every dependency is in {}", bill.display()));
    say(match database {
        Some(_) => "all passed: advisories, bans, licences, sources",
        None => "passed: bans, licences, sources; advisories NOT checked: no database",
    });
    Ok(())
}

/// Where the advisories come from; none where they are to be left out.
fn source(options: &Options, variable: Option<OsString>) -> Option<OsString> {
    let copy = options.advisories.clone().or(variable);
    copy.or_else(|| if options.offline { None } else { Some(ADVISORIES.into()) })
}

/// Clones the advisories anew, which both tools then read: what was found is of one commit, and it is known which.
fn fetch_advisories(source: OsString) -> Result<PathBuf, Failure> {
    let folder = workspace::target_dir()?.join("advisory-db").join(DATABASE);
    remove(&folder)?;
    let mut clone = Command::new("git");
    // Otherwise Git would copy a repository on this machine with all its history.
    clone.args(["clone", "--quiet", "--depth", "1", "--no-local"]).arg(source).arg(&folder);
    run_command(clone.env("GIT_TERMINAL_PROMPT", "0")).map_err(|failure| {
        Failure::new(format!(
            "{failure}: no advisories. Name a copy of {ADVISORIES} with --advisory-db DIR or {VARIABLE}, \
             or leave them out with --offline"
        ))
    })?;
    let state = read(Command::new("git").arg("-C").arg(&folder).args(["log", "-1", "--format=%cs, commit %H"]))?;
    say(format_args!("advisories of {}", String::from_utf8_lossy(&state).trim()));
    Ok(folder)
}

/// Asks cargo-deny and cargo-audit about the lock file.
fn check(database: Option<&Path>) -> Result<(), Failure> {
    let mut deny = DENY.command()?;
    deny.args(["--frozen", "check"]);
    let Some(database) = database else {
        return run_command(deny.args(["bans", "licenses", "sources"]));
    };
    run_command(&mut deny)?;
    run_command(&mut audit(database)?)
}

fn audit(database: &Path) -> Result<Command, Failure> {
    let mut audit = AUDIT.command()?;
    audit.args(["audit", "--no-fetch", "--deny", "warnings", "--db"]).arg(database);
    Ok(audit)
}

/// Builds the program with the list of its dependencies in it, and looks whether the list is there.
fn build(profile: &OsString, database: Option<&Path>) -> Result<(), Failure> {
    target::ensure()?;
    let mut cargo = AUDITABLE.command()?;
    cargo.args(["auditable", "build", "--locked", "--profile"]).arg(profile);
    cargo.args(&workspace::BUILD_RELEASE[2..]).env("CARGO_TARGET_DIR", workspace::target_dir()?);
    run_command(&mut cargo)?;
    let Some(database) = database else {
        say("the list in the program NOT checked: no database");
        return Ok(());
    };
    // The one profile whose folder has another name.
    let folder = if profile == "dev" { "debug" } else { &*profile.to_string_lossy() };
    let program = workspace::built(folder, "git-remote-codecommit")?;
    let mut audit = audit(database)?;
    audit.arg("bin").arg(&program);
    say(format_args!("==> {}", line(&audit)));
    let output = audit.output().map_err(|error| not_started(&audit, &error))?;
    let _ = io::stderr().write_all(&output.stderr);
    if !output.status.success() {
        return Err(Failure::new(format!("`{}` failed ({})", line(&audit), output.status)));
    }
    // Without a list cargo-audit makes do with the paths in messages of panics, says so and is content.
    if says_it_found_a_list(&String::from_utf8_lossy(&output.stderr)) {
        return Ok(());
    }
    Err(Failure::new(format!("{} has no list of its dependencies", program.display())))
}

fn says_it_found_a_list(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("Found 'cargo auditable' data in "))
}

/// Writes the bill of materials of the last commit, in `CycloneDX` 1.5, and gives its file.
///
/// Build dependencies are in it, marked as excluded, for they could put anything into the program. Cargo's metadata counts a
/// feature that only a build needs as one of the program, so the compiler in wasmtime is listed as if it were in there.
///
/// # Errors
/// Where the tool cannot be installed or does not do what it should.
pub(crate) fn write_bill() -> Result<PathBuf, Failure> {
    let temporary = tempfile::tempdir().map_err(|error| Failure::new(format!("could not create a folder: {error}")))?;
    // A clone, because the tool writes into the folder of each package, and for a bill that says which commit it is of.
    let copy = temporary.path().join("git-remote-codecommit");
    run_command(Command::new("git").args(["clone", "--quiet", "--shared"]).arg(workspace::root()).arg(&copy))?;
    let time = read(Command::new("git").arg("-C").arg(workspace::root()).args(["log", "-1", "--format=%ct"]))?;
    let mut tool = CYCLONEDX.command()?;
    tool.args([
        "cyclonedx",
        "--quiet",
        "--format",
        "json",
        "--spec-version",
        "1.5",
        "--target",
        "all",
        "--all-features",
    ])
    .args(["--override-filename", "bom", "--manifest-path"])
    .arg(copy.join("host").join("Cargo.toml"))
    .env("SOURCE_DATE_EPOCH", String::from_utf8_lossy(&time).trim());
    run_command(&mut tool)?;
    let from = copy.join("host").join("bom.json");
    let text = fs::read_to_string(&from).map_err(Failure::file("read", &from))?;
    let folder = workspace::target_dir()?.join("sbom");
    fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
    let to = folder.join("git-remote-codecommit.cdx.json");
    let copy = copy.to_string_lossy().replace('\\', "/");
    fs::write(&to, without_folder(&text, &copy)).map_err(Failure::file("write", &to))?;
    Ok(to)
}

/// A bill without the folder that it was made in, so that it is the same wherever it is made.
fn without_folder(bill: &str, folder: &str) -> String {
    bill.replace(folder.trim_start_matches('/'), "git-remote-codecommit")
}

fn remove(folder: &Path) -> Result<(), Failure> {
    if folder.exists() { fs::remove_dir_all(folder).map_err(Failure::file("remove", folder)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(advisories: Option<&str>, offline: bool) -> Options {
        Options { advisories: advisories.map(OsString::from), offline, build: None }
    }

    #[test]
    fn a_copy_of_the_advisories_counts_before_the_network_and_one_on_the_command_line_first() {
        let variable = || Some(OsString::from("/variable"));
        assert_eq!(source(&options(Some("/option"), false), variable()).unwrap(), "/option");
        assert_eq!(source(&options(None, true), variable()).unwrap(), "/variable");
        assert_eq!(source(&options(None, false), None).unwrap(), ADVISORIES);
    }

    #[test]
    fn advisories_are_left_out_only_where_that_was_asked_for_and_there_is_no_copy() {
        assert_eq!(source(&options(None, true), None), None);
        assert_eq!(source(&options(Some("/option"), true), None).unwrap(), "/option");
    }

    #[test]
    fn a_list_that_was_guessed_is_no_list() {
        assert!(says_it_found_a_list(
            "      Loaded 1225 security advisories (from x)\n       Found 'cargo auditable' data in y (279 dependencies)\n"
        ));
        assert!(!says_it_found_a_list(
            "warning: y was not built with 'cargo auditable', the report will be incomplete (21 dependencies recovered)\n"
        ));
    }

    #[test]
    fn a_bill_does_not_say_where_it_was_made() {
        assert_eq!(
            without_folder("path+file:///tmp/.tmpX/git-remote-codecommit/host#a", "/tmp/.tmpX/git-remote-codecommit"),
            "path+file:///git-remote-codecommit/host#a"
        );
        assert_eq!(
            without_folder("path+file:///C:/T/git-remote-codecommit/host#a", "C:/T/git-remote-codecommit"),
            "path+file:///git-remote-codecommit/host#a"
        );
    }

    #[test]
    fn both_tools_read_the_database_that_deny_toml_names() {
        let path = workspace::root().join("deny.toml");
        let configuration = fs::read_to_string(path).unwrap();
        assert!(configuration.contains("\ndb-path = \"${CARGO_TARGET_DIR:-target}/advisory-db\"\n"));
    }
}
