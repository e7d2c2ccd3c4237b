//! The programs in Python that this project is compared with, installed into folders of `target/oracles`: in `python` the original
//! helper, botocore, moto, which stands in for AWS, and libgit2; in `aws-cli`, because it wants another botocore, the AWS CLI.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::command::run;
use crate::failure::Failure;
use crate::workspace;

/// A folder of programs. The versions are fixed, so that a comparison that fails has its cause in this project.
struct Programs<'a> {
    folder: &'static str,
    requirements: &'a [&'a str],
}

const PYTHON: Programs<'_> = Programs {
    folder: "python",
    requirements: &["git-remote-codecommit==1.17", "botocore[crt]==1.44.5", "moto[server]==5.2.5", "pygit2==1.21.0"],
};

const AWS_CLI: Programs<'_> = Programs { folder: "aws-cli", requirements: &["awscli==1.46.3"] };

/// The original helper, where it has been installed.
///
/// # Errors
/// Where the target folder cannot be found.
#[cfg(unix)]
pub(crate) fn installed() -> Result<Option<PathBuf>, Failure> {
    Ok(if PYTHON.are_installed()? { Some(program("git-remote-codecommit")?) } else { None })
}

/// The AWS CLI, where it has been installed.
///
/// # Errors
/// Where the target folder cannot be found.
#[cfg(unix)]
pub(crate) fn installed_aws_cli() -> Result<Option<PathBuf>, Failure> {
    Ok(if AWS_CLI.are_installed()? { Some(AWS_CLI.program("aws")?) } else { None })
}

/// Installs the original helper and what is beside it, unless they are there in the right versions; the original helper.
///
/// # Errors
/// Where Python is missing, or cannot install it.
pub(crate) fn ensure() -> Result<PathBuf, Failure> {
    PYTHON.ensure()?;
    program("git-remote-codecommit")
}

/// Installs the AWS CLI, unless it is there in the right version.
///
/// # Errors
/// Where Python is missing, or cannot install it.
pub(crate) fn ensure_aws_cli() -> Result<PathBuf, Failure> {
    AWS_CLI.ensure()?;
    AWS_CLI.program("aws")
}

/// Installs what an example in Python needs, the lines of its `requirements.txt`; the Python that has it.
///
/// # Errors
/// Where Python is missing, or cannot install it.
pub(crate) fn ensure_for_example(requirements: &str) -> Result<PathBuf, Failure> {
    let requirements: Vec<&str> = requirements.lines().collect();
    let programs = Programs { folder: "python-example", requirements: &requirements };
    programs.ensure()?;
    programs.program("python")
}

/// A program beside the original helper.
///
/// # Errors
/// Where the target folder cannot be found.
pub(crate) fn program(name: &str) -> Result<PathBuf, Failure> {
    PYTHON.program(name)
}

impl Programs<'_> {
    fn are_installed(&self) -> Result<bool, Failure> {
        let is_current = fs::read_to_string(self.record()?).is_ok_and(|text| text == self.text());
        Ok(is_current && self.program("python")?.exists())
    }

    fn ensure(&self) -> Result<(), Failure> {
        if self.are_installed()? {
            return Ok(());
        }
        let python = if cfg!(windows) { "python" } else { "python3" };
        let asked = Command::new(python).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !asked.is_ok_and(|status| status.success()) {
            return Err(Failure::new(format!(
                "{python} is not installed: install Python 3 with its venv module, for the tests compare this helper with others"
            )));
        }
        let folder = self.folder()?;
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Failure::file("remove", &folder))?;
        }
        run(Command::new(python).args(["-m", "venv"]).arg(&folder)).map_err(|failure| {
            Failure::new(format!("{failure}: install Python's venv module, on Debian in the package python3-venv"))
        })?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        run(Command::new(self.program("python")?).args(pip).args(self.requirements))?;
        // Last, so that what was begun and not finished is begun anew.
        let record = self.record()?;
        fs::write(&record, self.text()).map_err(Failure::file("write", &record))
    }

    /// The folder of the virtual environment.
    fn folder(&self) -> Result<PathBuf, Failure> {
        Ok(workspace::target_dir()?.join("oracles").join(self.folder))
    }

    /// A program of the virtual environment.
    fn program(&self, name: &str) -> Result<PathBuf, Failure> {
        let programs = self.folder()?.join(if cfg!(windows) { "Scripts" } else { "bin" });
        Ok(programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
    }

    /// The file that says what has been installed.
    fn record(&self) -> Result<PathBuf, Failure> {
        Ok(self.folder()?.join("requirements.txt"))
    }

    fn text(&self) -> String {
        format!("{}\n", self.requirements.join("\n"))
    }
}
