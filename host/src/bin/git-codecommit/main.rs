//! `git codecommit`: what people use beside Git's own commands, to see what the remote helper does and to set it up.
//!
//! Each command is a module, with one function `run` that writes to an [`output::Output`] and returns how it ended.

mod address;
#[cfg(unix)]
mod agent;
mod arguments;
mod completions;
mod configure;
mod doctor;
mod expiry;
mod explain;
mod fault;
mod manual;
mod output;
mod regions;
mod remotes;
mod sign;
mod url;
mod usage;

use std::env;
use std::process::ExitCode;

use git_remote_codecommit::policy::Defaults;
use git_remote_codecommit::variables::Variables;
use git_remote_codecommit::{hardening, report};

use arguments::Command;
use fault::Fault;
use output::Output;

/// Quicker at a start and in a server than musl's, which asks the system for a page at a time and gives each back.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    hardening::keep_memory_private();
    let variables = Variables(&|name| env::var_os(name));
    git_remote_codecommit::log::begin(variables);
    let ended = arguments::parse(env::args_os()).and_then(|command| run(command, variables));
    ended.unwrap_or_else(|fault| {
        if !fault.is_for_nobody() {
            report::fact(&fault, fault.hint());
        }
        fault.status()
    })
}

/// Runs a command.
fn run(command: Command, variables: Variables<'_>) -> Result<ExitCode, Fault> {
    let mut output = Output::new();
    let mut status = ExitCode::SUCCESS;
    match command {
        Command::Help(text) => output.text(&text)?,
        Command::Explain { remote, json, identity } => {
            status = explain::run(remote.as_deref(), json, identity, variables, &mut output)?;
        }
        Command::Doctor { remote, offline } => {
            status = doctor::run(remote.as_deref(), offline, variables, &mut output)?;
        }
        Command::Sign { url, format, profile, show } => {
            sign::run(&url, format, profile.as_deref(), show, variables, &mut output)?;
        }
        #[cfg(unix)]
        Command::Agent(request) => agent::run(request)?,
        Command::Configure(request) => configure::run(&request, &mut output)?,
        Command::Url { text, to, region, profile, account } => {
            let [region, profile, account] = [&region, &profile, &account].map(Option::as_deref);
            url::run(&text, to, Defaults { region, profile, account }, variables, &mut output)?;
        }
        Command::Regions { json } => regions::run(json, &mut output)?,
        Command::Completions { shell } => completions::run(shell, &mut output)?,
        Command::ManPages { folder } => manual::run(&folder)?,
    }
    output.end()?;
    Ok(status)
}
