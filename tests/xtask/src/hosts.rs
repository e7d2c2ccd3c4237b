//! `cargo xtask hosts`: the components in every host that there is an example of, with one file of vectors.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{read, run as run_command, say};
use crate::failure::Failure;
use crate::tools::WASMTIME;
use crate::{component, original, system, target, workspace};

/// The target of the WASI command.
const WASI: &str = "wasm32-wasip2";

/// A host, and what its example's tests are run with.
struct Host {
    name: &'static str,
    run: fn(&Path) -> Result<Option<Figures>, Failure>,
}

/// In the order of the table. Each is a folder of `guest/examples`, but for the guest as plain Rust.
const HOSTS: [Host; 6] = [
    Host { name: "native", run: |_| cargo_test("codecommit-policy") },
    Host { name: "rust", run: |_| cargo_test("policy-example") },
    Host { name: "node", run: node },
    Host { name: "python", run: python },
    Host { name: "browser", run: browser },
    Host { name: "wasmtime", run: wasmtime },
];

/// How long a host takes: to load the component, in milliseconds, and for a call, in microseconds.
#[derive(Debug, PartialEq)]
struct Figures {
    load_ms: f64,
    parse_us: f64,
    sign_us: f64,
}

/// Runs the task: the hosts that are named, all of them where none is.
///
/// # Errors
/// Where something needed is missing, or a host answers otherwise than the vectors say.
pub(crate) fn run(named: &[OsString]) -> Result<(), Failure> {
    let hosts = chosen(named)?;
    target::ensure()?;
    target::ensure_for(WASI)?;
    component::build()?;
    component::build_command()?;
    let mut table = format!("\n{:<10}{:>9}{:>12}{:>12}{:>12}\n", "host", "vectors", "load", "parse", "sign");
    for host in hosts {
        let figures = (host.run)(&workspace::root().join("guest/examples").join(host.name))?;
        table.push_str(&line(host.name, figures.as_ref()));
    }
    say(format_args!("{table}limits:   Node loads in 20 ms and calls in 20 us; Python loads in 5 ms"));
    Ok(())
}

fn line(name: &str, figures: Option<&Figures>) -> String {
    let of = |figure: Option<f64>, unit: &str| figure.map_or_else(|| "-".to_owned(), |n| format!("{n:.1} {unit}"));
    let load = of(figures.map(|figures| figures.load_ms), "ms");
    let [parse, sign] =
        [figures.map(|figures| figures.parse_us), figures.map(|figures| figures.sign_us)].map(|n| of(n, "us"));
    format!("{name:<10}{:>9}{load:>12}{parse:>12}{sign:>12}\n", "all pass")
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

fn cargo_test(package: &str) -> Result<Option<Figures>, Failure> {
    run_command(workspace::cargo()?.args(["test", "--quiet", "--package", package, "--test", "vectors"]))?;
    Ok(None)
}

/// Installs what the example's `package-lock.json` names, and makes modules of the components.
fn npm(folder: &Path) -> Result<(), Failure> {
    system::ensure(&["node", "npm"], "an example is for it")?;
    for arguments in [&["ci", "--no-audit", "--no-fund"][..], &["run", "build"]] {
        run_command(Command::new("npm").args(arguments).current_dir(folder))?;
    }
    Ok(())
}

fn node(folder: &Path) -> Result<Option<Figures>, Failure> {
    npm(folder)?;
    run_command(Command::new("npm").arg("test").current_dir(folder))?;
    figures(Command::new("node").arg("figures.js").current_dir(folder))
}

fn browser(folder: &Path) -> Result<Option<Figures>, Failure> {
    system::ensure(&["chromium"], "the page is tested in it")?;
    npm(folder)?;
    run_command(Command::new("npm").arg("test").current_dir(folder))?;
    Ok(None)
}

fn python(folder: &Path) -> Result<Option<Figures>, Failure> {
    let requirements = folder.join("requirements.txt");
    let text = fs::read_to_string(&requirements).map_err(Failure::file("read", &requirements))?;
    let python = original::ensure_for_example(&text)?;
    run_command(unittest(&python, folder).env("CODECOMMIT_COMPONENTS", components()?))?;
    figures(Command::new(python).arg("figures.py").current_dir(folder).env("CODECOMMIT_COMPONENTS", components()?))
}

fn wasmtime(folder: &Path) -> Result<Option<Figures>, Failure> {
    let program = WASMTIME.command()?;
    let mut tests = unittest(Path::new(if cfg!(windows) { "python" } else { "python3" }), folder);
    run_command(tests.env("WASMTIME", program.get_program()).env("CODECOMMIT_COMPONENTS", components()?))?;
    Ok(None)
}

fn unittest(python: &Path, folder: &Path) -> Command {
    let mut command = Command::new(python);
    // What Python would write beside the sources is nobody's.
    command.args(["-B", "-m", "unittest"]).current_dir(folder);
    command
}

fn components() -> Result<PathBuf, Failure> {
    Ok(workspace::target_dir()?.join("component"))
}

/// The figures that an example prints, a line of JSON.
fn figures(command: &mut Command) -> Result<Option<Figures>, Failure> {
    let printed = String::from_utf8_lossy(&read(command)?).into_owned();
    let figures = figures_of(&printed);
    figures.map(Some).ok_or_else(|| Failure::new(format!("these are no figures: {}", printed.trim())))
}

fn figures_of(json: &str) -> Option<Figures> {
    let number = |name: &str| {
        let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
        rest.split([',', '}']).next()?.trim().parse().ok()
    };
    Some(Figures { load_ms: number("load_ms")?, parse_us: number("parse_us")?, sign_us: number("sign_us")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_a_line_of_json() {
        let figures = Figures { load_ms: 8.5, parse_us: 5.0, sign_us: 21.75 };
        assert_eq!(figures_of(r#"{"load_ms":8.5,"parse_us":5,"sign_us":21.75}"#), Some(figures));
        assert_eq!(figures_of(r#"{"load_ms": 8.5, "parse_us": 5.0}"#), None);
        assert_eq!(figures_of("Killed"), None);
    }

    #[test]
    fn a_line_of_the_table_has_what_is_known() {
        assert_eq!(line("native", None), "native     all pass           -           -           -\n");
        let figures = Figures { load_ms: 8.54, parse_us: 5.0, sign_us: 21.75 };
        assert_eq!(line("node", Some(&figures)), "node       all pass      8.5 ms      5.0 us     21.8 us\n");
    }

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
