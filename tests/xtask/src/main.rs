//! The project's tasks, run with `cargo xtask TASK`. Needs no WebAssembly target itself: what a task needs, it installs or names.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

#[cfg(unix)]
mod bench;
mod callgrind;
mod command;
mod component;
mod demo;
mod dist;
mod failure;
mod fuzz;
mod hosts;
mod instructions;
mod layout;
mod original;
mod record;
#[cfg(test)]
mod security_policy;
mod supply_chain;
mod system;
mod target;
mod test;
mod tools;
mod workspace;

use failure::Failure;

const USAGE: &str = "\
usage: cargo xtask TASK

  demo              build, start codecommit-local, and clone, commit, push and
                    fetch through codecommit://
  test [-- ARGS]    install what the tests need and run them all; ARGS go to
                    `cargo test --workspace`
  component         write target/component/codecommit-*.wasm
  record [--check] [CASE ...]
                    run botocore and the original helper on the cases of
                    tests/identities, and keep what they do, or compare
  bench [--runs N] [--json FILE] [--write]
                    time the packages' helper and its peers, and Git with
                    them, against its limits; 40 runs unless told; the
                    figures to FILE, and into host/BENCHMARKS.md, as well
  supply-chain [--advisory-db DIR] [--offline] [--build PROFILE]
                    check what the programs are made of and list it in
                    target/sbom; with the advisories of RustSec, of a copy in
                    DIR, or without any; --build also builds the helper with
                    the list in it
  dist [--target TRIPLE] [--out DIR]
                    build the packages of a release into target/dist: for
                    x86_64-unknown-linux-musl, with what is for every
                    machine, unless told
  dist --finish [--out DIR]
                    only the checksums and manifests, of the packages for
                    every machine, which have to be there
  instructions [--accept REASON]
                    count the instructions of the helper and compare, or accept
                    what was counted
  layout            write host/layout.ld, which functions a start of the helper
                    runs, for the linker
  hosts [HOST ...]  run the components in native, rust, node, python, browser and
                    wasmtime, with the vectors of guest/examples
  fuzz [--seconds N] [TARGET ...]
                    look for inputs that break a check of tests/fuzz, 30
                    seconds a target unless told
";

/// What to do, as the command line says it.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    Help,
    Demo,
    Test {
        arguments: Vec<OsString>,
    },
    Component,
    Record {
        arguments: Vec<OsString>,
    },
    #[cfg(unix)]
    Bench(bench::Options),
    #[cfg(not(unix))]
    Bench,
    SupplyChain(supply_chain::Options),
    Dist(dist::Options),
    Instructions {
        reason: Option<String>,
    },
    Layout,
    Hosts {
        named: Vec<OsString>,
    },
    Fuzz {
        seconds: u64,
        targets: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let Some(task) = parse(env::args_os().skip(1)) else {
        let _ = io::stderr().write_all(USAGE.as_bytes());
        return ExitCode::from(2);
    };
    match run(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "error: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the command line; none where it is not one of [`USAGE`].
fn parse(arguments: impl IntoIterator<Item = OsString>) -> Option<Task> {
    let mut arguments = arguments.into_iter();
    let task = match arguments.next()?.to_str()? {
        "help" | "--help" | "-h" => Task::Help,
        "demo" => Task::Demo,
        "component" => Task::Component,
        "record" => Task::Record { arguments: arguments.by_ref().collect() },
        "test" => match arguments.next() {
            None => Task::Test { arguments: Vec::new() },
            Some(separator) if separator == "--" => Task::Test { arguments: arguments.by_ref().collect() },
            Some(_) => return None,
        },
        #[cfg(unix)]
        "bench" => {
            let mut options = bench::Options::default();
            while let Some(option) = arguments.next() {
                match option.to_str()? {
                    "--runs" => options.runs = arguments.next()?.to_str()?.parse().ok().filter(|&runs| runs > 0)?,
                    "--json" => options.json = Some(arguments.next()?.into()),
                    "--write" => options.write = true,
                    _ => return None,
                }
            }
            Task::Bench(options)
        }
        #[cfg(not(unix))]
        "bench" => Task::Bench,
        "supply-chain" => {
            let mut options = supply_chain::Options::default();
            while let Some(option) = arguments.next() {
                match option.to_str()? {
                    "--advisory-db" => options.advisories = Some(arguments.next()?),
                    "--offline" => options.offline = true,
                    "--build" => options.build = Some(arguments.next()?),
                    _ => return None,
                }
            }
            Task::SupplyChain(options)
        }
        "instructions" => match arguments.next() {
            None => Task::Instructions { reason: None },
            Some(option) if option == "--accept" => {
                Task::Instructions { reason: Some(arguments.next()?.into_string().ok()?) }
            }
            Some(_) => return None,
        },
        "layout" => Task::Layout,
        "hosts" => Task::Hosts { named: arguments.by_ref().collect() },
        "dist" => {
            let mut options = dist::Options::default();
            while let Some(option) = arguments.next() {
                match option.to_str()? {
                    "--target" => options.platform = dist::Platform::named(arguments.next()?.to_str()?)?,
                    "--out" => options.folder = Some(arguments.next()?),
                    "--finish" => options.finish = true,
                    _ => return None,
                }
            }
            Task::Dist(options)
        }
        "fuzz" => {
            let (mut seconds, mut targets) = (30, Vec::new());
            while let Some(word) = arguments.next() {
                match word.to_str()? {
                    "--seconds" => seconds = arguments.next()?.to_str()?.parse().ok().filter(|&n| n > 0)?,
                    option if option.starts_with('-') => return None,
                    _ => targets.push(word),
                }
            }
            Task::Fuzz { seconds, targets }
        }
        _ => return None,
    };
    if arguments.next().is_some() { None } else { Some(task) }
}

fn run(task: Task) -> Result<(), Failure> {
    match task {
        Task::Help => {
            command::say(USAGE.trim_end());
            Ok(())
        }
        Task::Demo => demo::run(),
        Task::Test { arguments } => test::run(&arguments),
        Task::Component => component::run(),
        Task::Record { arguments } => record::run(&arguments),
        Task::SupplyChain(options) => supply_chain::run(&options),
        Task::Dist(options) => dist::run(&options),
        #[cfg(unix)]
        Task::Bench(options) => bench::run(&options),
        #[cfg(not(unix))]
        Task::Bench => Err(Failure::new("the figures are compared with those of /bin/true, which only Unix has")),
        Task::Instructions { reason } => instructions::run(reason.as_deref()),
        Task::Layout => layout::run(),
        Task::Hosts { named } => hosts::run(&named),
        Task::Fuzz { seconds, targets } => fuzz::run(seconds, &targets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<Task> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn each_task_is_known_by_its_name() {
        assert_eq!(parsed("demo"), Some(Task::Demo));
        assert_eq!(parsed("component"), Some(Task::Component));
        assert_eq!(parsed("layout"), Some(Task::Layout));
        assert_eq!(parsed("test"), Some(Task::Test { arguments: vec![] }));
        assert_eq!(parsed("--help"), Some(Task::Help));
    }

    #[test]
    fn what_follows_the_separator_goes_to_cargo_test() {
        assert_eq!(
            parsed("test -- --test a -- b"),
            Some(Task::Test { arguments: "--test a -- b".split(' ').map(OsString::from).collect() })
        );
    }

    #[test]
    fn cases_to_record_can_be_named() {
        assert_eq!(parsed("record"), Some(Task::Record { arguments: vec![] }));
        assert_eq!(
            parsed("record --check role sso"),
            Some(Task::Record { arguments: "--check role sso".split(' ').map(OsString::from).collect() })
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_figures_have_three_options() {
        let plain = bench::Options { runs: 40, json: None, write: false };
        assert_eq!(parsed("bench"), Some(Task::Bench(plain)));
        let all = bench::Options { runs: 7, json: Some("f".into()), write: true };
        assert_eq!(parsed("bench --json f --runs 7 --write"), Some(Task::Bench(all)));
    }

    #[test]
    fn the_supply_chain_has_three_options() {
        assert_eq!(
            parsed("supply-chain --offline --build release --advisory-db d"),
            Some(Task::SupplyChain(supply_chain::Options {
                advisories: Some("d".into()),
                offline: true,
                build: Some("release".into())
            }))
        );
        assert_eq!(parsed("supply-chain"), Some(Task::SupplyChain(supply_chain::Options::default())));
    }

    #[test]
    fn packages_have_three_options() {
        assert_eq!(parsed("dist"), Some(Task::Dist(dist::Options::default())));
        let platform = dist::Platform::named("aarch64-apple-darwin").unwrap();
        assert_eq!(
            parsed("dist --target aarch64-apple-darwin --finish --out d"),
            Some(Task::Dist(dist::Options { platform, folder: Some("d".into()), finish: true }))
        );
    }

    #[test]
    fn instructions_are_accepted_with_a_reason() {
        assert_eq!(parsed("instructions"), Some(Task::Instructions { reason: None }));
        assert_eq!(parsed("instructions --accept why"), Some(Task::Instructions { reason: Some("why".into()) }));
        assert_eq!(parsed("instructions --accept"), None);
        assert_eq!(parsed("instructions why"), None);
    }

    #[test]
    fn hosts_can_be_named() {
        assert_eq!(parsed("hosts"), Some(Task::Hosts { named: vec![] }));
        assert_eq!(parsed("hosts node python"), Some(Task::Hosts { named: vec!["node".into(), "python".into()] }));
    }

    #[test]
    fn targets_to_fuzz_can_be_named_and_for_how_long() {
        assert_eq!(parsed("fuzz"), Some(Task::Fuzz { seconds: 30, targets: vec![] }));
        let targets = vec!["url".into(), "component".into()];
        assert_eq!(parsed("fuzz url --seconds 3600 component"), Some(Task::Fuzz { seconds: 3600, targets }));
    }

    #[test]
    fn anything_else_is_no_task() {
        let bench = ["bench --runs", "bench --runs 0", "bench 3"];
        let supply_chain = ["supply-chain --advisory-db", "supply-chain --build", "supply-chain --force"];
        let fuzz = ["fuzz --seconds", "fuzz --seconds 0", "fuzz --minutes 1"];
        let dist = ["dist --target", "dist --target i686-unknown-linux-musl", "dist --out", "dist x"];
        let others = ["", "demos", "demo x", "component --force", "test a"];
        for line in others.into_iter().chain(bench).chain(supply_chain).chain(dist).chain(fuzz) {
            assert_eq!(parsed(line), None, "{line}");
        }
    }
}
