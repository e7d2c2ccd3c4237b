//! The programs in Python that this project is compared with: the original helper, botocore, and moto, which stands in for
//! AWS; installed into `target/oracles/python`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::command::run;
use crate::failure::Failure;
use crate::workspace;

/// What is installed. The versions are fixed, so that a comparison that fails has its cause in this project.
const REQUIREMENTS: [&str; 3] = ["git-remote-codecommit==1.17", "botocore[crt]==1.44.5", "moto[server]==5.2.5"];

/// The original helper, where it has been installed.
///
/// # Errors
/// Where the target folder cannot be found.
pub(crate) fn installed() -> Result<Option<PathBuf>, Failure> {
    let program = program("git-remote-codecommit")?;
    let is_current = fs::read_to_string(record()?).is_ok_and(|text| text == requirements());
    Ok(Some(program).filter(|program| is_current && program.exists()))
}

/// Installs them, unless they are there in the right versions; the original helper.
///
/// # Errors
/// Where Python is missing, or cannot install it.
pub(crate) fn ensure() -> Result<PathBuf, Failure> {
    if let Some(program) = installed()? {
        return Ok(program);
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    let asked = Command::new(python).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !asked.is_ok_and(|status| status.success()) {
        return Err(Failure::new(format!(
            "{python} is not installed: install Python 3 with its venv module, for the tests compare this helper with the original"
        )));
    }
    let folder = folder()?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Failure::file("remove", &folder))?;
    }
    run(Command::new(python).args(["-m", "venv"]).arg(&folder)).map_err(|failure| {
        Failure::new(format!("{failure}: install Python's venv module, on Debian in the package python3-venv"))
    })?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(Command::new(self::program("python")?).args(pip).args(REQUIREMENTS))?;
    // Last, so that what was begun and not finished is begun anew.
    let record = record()?;
    fs::write(&record, requirements()).map_err(Failure::file("write", &record))?;
    program("git-remote-codecommit")
}

/// The folder of the virtual environment.
fn folder() -> Result<PathBuf, Failure> {
    Ok(workspace::target_dir()?.join("oracles").join("python"))
}

/// A program of the virtual environment.
///
/// # Errors
/// Where the target folder cannot be found.
pub(crate) fn program(name: &str) -> Result<PathBuf, Failure> {
    let programs = folder()?.join(if cfg!(windows) { "Scripts" } else { "bin" });
    Ok(programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// The file that says what has been installed.
fn record() -> Result<PathBuf, Failure> {
    Ok(folder()?.join("requirements.txt"))
}

fn requirements() -> String {
    REQUIREMENTS.map(|requirement| format!("{requirement}\n")).concat()
}
