//! Writes the components, and the package of their interfaces, into the folder named by the first argument: those with interfaces, or
//! of the packages named by the others.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use codecommit_policy_component::Kind;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the one message of a build tool")]
            {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The file of the interfaces.
const WIT: &str = "codecommit-policy.wit.wasm";

/// Builds the components in the folder, and writes each file whole or not at all.
fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let folder = arguments.next().map(PathBuf::from).ok_or("an argument is needed, the folder to write to")?;
    let named = |package: OsString| {
        let known = Kind::ALL.into_iter().find(|kind| package == kind.package());
        known.ok_or_else(|| format!("no component is made of a package {}", package.display()))
    };
    let mut kinds = arguments.map(named).collect::<Result<Vec<_>, _>>()?;
    if kinds.is_empty() {
        kinds.extend(Kind::INTERFACES);
    }
    for kind in kinds {
        let component = codecommit_policy_component::build(kind, &folder.join("build"))?;
        write(&folder.join(kind.package()).with_extension("wasm"), component)?;
    }
    write(&folder.join(WIT), codecommit_policy_component::wit_package()?)?;
    Ok(())
}

/// Writes a file whole or not at all.
fn write(file: &Path, bytes: Vec<u8>) -> io::Result<()> {
    let unfinished = file.with_extension("unfinished");
    fs::write(&unfinished, bytes)?;
    fs::rename(&unfinished, file)
}
