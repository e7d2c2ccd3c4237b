//! `cargo xtask hosts`: the components in every host that there is an example of, with one file of vectors.

mod figures;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{run as run_command, say};
use crate::failure::Failure;
use crate::tools::WASMTIME;
use crate::{component, original, system, target, workspace};

use figures::{Figures, Limits};

/// A host, and how its example is tested and measured, in the example's folder.
struct Host {
    name: &'static str,
    test: fn(&Path) -> Result<(), Failure>,
    measure: Option<Measure>,
}

/// How a host is measured, and what it may take.
struct Measure {
    command: fn(&Path) -> Result<Command, Failure>,
    limits: Limits,
}

/// In the order in which they run. Each is a folder of `guest/examples`, but for the guest as plain Rust.
const HOSTS: [Host; 6] = [
    Host { name: "native", test: |_| cargo_test("vectors"), measure: None },
    Host { name: "rust", test: |_| cargo_test("library"), measure: None },
    Host {
        name: "node",
        test: npm_test,
        measure: Some(Measure {
            command: |folder| Ok(in_folder("node", &["figures.js"], folder)),
            limits: Limits { load_ms: 20.0, call_us: Some(20.0) },
        }),
    },
    Host {
        name: "python",
        test: python,
        measure: Some(Measure { command: python_figures, limits: Limits { load_ms: 5.0, call_us: None } }),
    },
    Host { name: "browser", test: browser, measure: None },
    Host { name: "wasmtime", test: wasmtime, measure: None },
];

/// Runs the task: the hosts that are named, all of them where none is.
///
/// # Errors
/// Where something needed is missing, or a host answers otherwise than the vectors say.
pub(crate) fn run(named: &[OsString]) -> Result<(), Failure> {
    let hosts = chosen(named)?;
    target::ensure()?;
    component::build()?;
    component::build_command()?;
    let examples = workspace::root().join("guest/examples");
    for host in &hosts {
        (host.test)(&examples.join(host.name))?;
    }
    // Last, when nothing of the tests runs any more.
    let mut measured = Vec::new();
    for Host { name, measure, .. } in &hosts {
        let Some(Measure { command, limits }) = measure else { continue };
        let command = command(&examples.join(name))?;
        measured.push((*name, Figures::of(command)?, limits));
    }
    let passed: Vec<_> = hosts.iter().map(|host| host.name).collect();
    say(format_args!("\nevery vector is answered as it is written down in: {}\n", passed.join(", ")));
    if !measured.is_empty() {
        say(figures::table(&measured).trim_end());
    }
    Ok(())
}

/// The hosts that are named, or all of them.
fn chosen(named: &[OsString]) -> Result<Vec<&'static Host>, Failure> {
    if named.is_empty() {
        return Ok(HOSTS.iter().collect());
    }
    let find = |name: &OsString| {
        HOSTS.iter().find(|host| *name == host.name).ok_or_else(|| {
            let known = HOSTS.each_ref().map(|host| host.name).join(", ");
            Failure::new(format!("there is no host '{}', but {known}", name.to_string_lossy()))
        })
    };
    named.iter().map(find).collect()
}

/// A suite of the workspace, chosen in words that let Cargo use what it compiled for all the suites.
fn cargo_test(suite: &str) -> Result<(), Failure> {
    run_command(workspace::cargo()?.args(["test", "--quiet", "--workspace", "--test", suite]))
}

/// Installs what the example's `package-lock.json` names, makes modules of the components, and runs the tests.
fn npm_test(folder: &Path) -> Result<(), Failure> {
    system::ensure(&["node", "npm"], "the examples are run with them")?;
    for arguments in [&["ci", "--no-audit", "--no-fund"][..], &["run", "build"], &["test"]] {
        run_command(&mut in_folder("npm", arguments, folder))?;
    }
    Ok(())
}

fn browser(folder: &Path) -> Result<(), Failure> {
    system::ensure(&["chromium"], "the page is tested in it")?;
    npm_test(folder)
}

fn python(folder: &Path) -> Result<(), Failure> {
    run_command(unittest(&python_with_wasmtime(folder)?, folder).env("CODECOMMIT_COMPONENTS", components()?))
}

fn python_figures(folder: &Path) -> Result<Command, Failure> {
    let mut command = Command::new(python_with_wasmtime(folder)?);
    command.args(["-B", "figures.py"]).current_dir(folder).env("CODECOMMIT_COMPONENTS", components()?);
    Ok(command)
}

/// The Python that has what the example's `requirements.txt` names.
fn python_with_wasmtime(folder: &Path) -> Result<PathBuf, Failure> {
    let requirements = folder.join("requirements.txt");
    let text = fs::read_to_string(&requirements).map_err(Failure::file("read", &requirements))?;
    original::ensure_for_example(&text)
}

fn wasmtime(folder: &Path) -> Result<(), Failure> {
    let program = WASMTIME.command()?;
    let mut tests = unittest(Path::new(if cfg!(windows) { "python" } else { "python3" }), folder);
    run_command(tests.env("WASMTIME", program.get_program()).env("CODECOMMIT_COMPONENTS", components()?))
}

fn unittest(python: &Path, folder: &Path) -> Command {
    let mut command = Command::new(python);
    // What Python would write beside the sources is nobody's.
    command.args(["-B", "-m", "unittest"]).current_dir(folder);
    command
}

fn in_folder(program: &str, arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    command
}

fn components() -> Result<PathBuf, Failure> {
    Ok(workspace::target_dir()?.join("component"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_there_is_not_is_told() {
        let names = |named: &[&str]| {
            let named: Vec<_> = named.iter().map(OsString::from).collect();
            chosen(&named).map(|hosts| hosts.iter().map(|host| host.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["python", "node"]).unwrap(), ["python", "node"]);
        assert_eq!(names(&[]).unwrap().len(), 6);
        let failure = names(&["deno"]).unwrap_err().to_string();
        assert_eq!(failure, "there is no host 'deno', but native, rust, node, python, browser, wasmtime");
    }
}
