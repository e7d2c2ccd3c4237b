//! `git-credential-codecommit`: Git's credential helper for CodeCommit's plain HTTPS URLs, which `credential.helper = codecommit`
//! names.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use git_remote_codecommit::git::credential::{self, Request};
use git_remote_codecommit::git::{config, https_remote};
use git_remote_codecommit::policy::COMPONENT;
use git_remote_codecommit::variables::Variables;
use git_remote_codecommit::{Error, hardening, report};

/// Quicker at a start and in a server than musl's, which asks the system for a page at a time and gives each back.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// What `--help` prints.
const HELP: &str = include_str!("git-credential-codecommit.txt");

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let [argument] = arguments.as_slice() else { return usage() };
    match argument.to_str() {
        Some("get") => get(Variables(&|name| env::var_os(name))).unwrap_or_else(|error| {
            report::error(&error);
            ExitCode::FAILURE
        }),
        // Nothing is kept, and so nothing is forgotten.
        Some("store" | "erase") => ExitCode::SUCCESS,
        Some("--help" | "-h") => print(HELP),
        Some("--version") => {
            print(&format!("git-credential-codecommit {}\ncomponent {COMPONENT}\n", env!("CARGO_PKG_VERSION")))
        }
        _ => usage(),
    }
}

/// Answers a request for a credential, where it is for a repository of CodeCommit, and says nothing otherwise.
fn get(variables: Variables<'_>) -> Result<ExitCode, Error> {
    hardening::keep_memory_private();
    git_remote_codecommit::log::begin(variables);
    let output = io::stdout().lock();
    let signed = Request::read(io::stdin().lock()).and_then(|request| {
        let Some(mut remote) = https_remote::find(&request, variables)? else { return Ok(None) };
        Ok(Some((remote.sign(variables)?.0, request)))
    });
    match signed {
        Ok(Some((signed, request))) => {
            log::debug!("answering");
            let form = credential::form(&request, variables, config::version);
            credential::answer(&request, &signed, form, output)?;
        }
        Ok(None) => log::debug!("this is for no repository of CodeCommit"),
        Err(error) => {
            // What is wrong is worth more than that Git does not take the answer.
            let _ = credential::decline(output);
            return Err(error);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a text for people. That nobody reads it is no reason to fail.
fn print(text: &str) -> ExitCode {
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    report::fact(
        "git runs this program with one argument: get, store or erase",
        Some("git-credential-codecommit --help".to_owned()),
    );
    ExitCode::from(2)
}
