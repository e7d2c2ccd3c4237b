//! Writes the component into the file named by the one argument.

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

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

/// Builds the component beside the file, and writes the file whole or not at all.
fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let (Some(file), None) = (arguments.next().map(PathBuf::from), arguments.next()) else {
        return Err("one argument is needed, the file to write".into());
    };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).ok_or("the file needs a folder")?;
    let component = codecommit_policy_component::build(&folder.join("build"))?;
    let unfinished = file.with_extension("unfinished");
    std::fs::write(&unfinished, component)?;
    std::fs::rename(&unfinished, &file)?;
    Ok(())
}
