//! Writes the components into the folder named by the one argument.

use std::env;
use std::error::Error;
use std::path::PathBuf;
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

/// Builds the components in the folder, and writes each file whole or not at all.
fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let (Some(folder), None) = (arguments.next().map(PathBuf::from), arguments.next()) else {
        return Err("one argument is needed, the folder to write to".into());
    };
    for kind in Kind::ALL {
        let component = codecommit_policy_component::build(kind, &folder.join("build"))?;
        let file = folder.join(kind.package()).with_extension("wasm");
        let unfinished = file.with_extension("unfinished");
        std::fs::write(&unfinished, component)?;
        std::fs::rename(&unfinished, &file)?;
    }
    Ok(())
}
