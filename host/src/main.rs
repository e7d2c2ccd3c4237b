//! `git-remote-codecommit`: Git's helper for `codecommit` remotes.
//!
//! Two arguments are data, always: a remote may have any name, and a URL any form. What Git cannot pass is for people (one
//! argument) and for the helper's own second process (three).

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::process::ExitCode;
use std::time::SystemTime;

use git_remote_codecommit::git::refused::Refused;
use git_remote_codecommit::git::trace::{self, Trace};
use git_remote_codecommit::git::{clock, command, config, credential, run};
use git_remote_codecommit::policy::COMPONENT;
use git_remote_codecommit::printable::Shown;
use git_remote_codecommit::remote::Remote;
use git_remote_codecommit::variables::Variables;
use git_remote_codecommit::{Error, hardening, phases, report};

/// Quicker at a start and in a server than musl's, which asks the system for a page at a time and gives each back.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// What `--help` prints.
const HELP: &str = include_str!("help.txt");

fn main() -> ExitCode {
    phases::end("start");
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let variables = Variables(&|name| env::var_os(name));
    let result = match arguments.as_slice() {
        [name, url] => connect(name, url, variables).or_else(|error| {
            report::error(&error);
            hear_git();
            Ok(ExitCode::FAILURE)
        }),
        [first, url, action] if first == command::CREDENTIAL => give_credential(url, action, variables),
        [option] if option == "--help" || option == "-h" => return print(HELP),
        [option] if option == "--version" => {
            let version = env!("CARGO_PKG_VERSION");
            return print(&format!("git-remote-codecommit {version}\ncomponent {COMPONENT}\n"));
        }
        _ => {
            report::usage();
            return ExitCode::from(2);
        }
    };
    let code = result.unwrap_or_else(|error| {
        report::error(&error);
        ExitCode::FAILURE
    });
    phases::tell();
    code
}

/// Runs the Git command that speaks to the server of a URL, and ends as it ends. Why a server did not do what it was asked is told
/// below Git's own words.
fn connect(name: &OsStr, url: &OsStr, variables: Variables<'_>) -> Result<ExitCode, Error> {
    git_remote_codecommit::log::begin(variables);
    log::debug!("asked by Git for the remote {}", Shown(&name.to_string_lossy()));
    let mut remote = Remote::resolve(url, variables)?;
    let helper = env::current_exe().map_err(|_| Error::OwnPathUnknown)?;
    let url = url.to_str().ok_or(Error::UrlNotUtf8)?;
    let https = remote.endpoint().url.clone();
    let mut git = command::remote_https(&helper, name, url, &https, variables)?;
    let trace = Trace::attach(&mut git, variables);
    let sought = remote.sought();
    phases::end("command");
    log::debug!("running git remote-https");
    // The operation can take long, and nothing of this is needed any more.
    let status = run::run(git, || drop(remote))?;
    phases::end("git");
    log::debug!("git remote-https has ended: {status}");
    // Also where Git's child has ended well: what is wrong in the middle of an operation is its parent's to end by.
    if status.code().is_some()
        && let Some(trace) = trace
        && let Some(refused) =
            Refused::of(trace.outcome(&https), sought, SystemTime::now(), || clock::offset(name, &https))
    {
        report::error(&Error::Refused(Box::new(refused)));
    }
    Ok(run::exit_code(status))
}

/// Waits for the first line that Git writes to a remote helper, at most a short one, or for the end of the input.
///
/// Git before 2.47 dies of SIGPIPE where the helper is gone by then, and its user reads nothing more. A person at a terminal is
/// not waited for.
fn hear_git() {
    let input = io::stdin();
    if !input.is_terminal() {
        let _ = input.lock().take(1024).read_until(b'\n', &mut Vec::new());
    }
}

/// Answers Git's request for a credential. To be told to keep or to forget one is nothing to do, and costs nothing.
fn give_credential(url: &OsStr, action: &OsStr, variables: Variables<'_>) -> Result<ExitCode, Error> {
    if action != "get" {
        return Ok(ExitCode::SUCCESS);
    }
    hardening::keep_memory_private();
    git_remote_codecommit::log::begin(variables);
    log::debug!("asked by Git for a credential");
    let output = io::stdout().lock();
    let answer = credential::Request::read(io::stdin().lock()).and_then(|request| {
        let mut remote = Remote::resolve(url, variables)?;
        if request.is_for(remote.endpoint()) { Ok(Some((remote.sign(variables)?, request))) } else { Ok(None) }
    });
    match answer {
        Ok(Some(((signed, by), request))) => {
            let form = credential::form(&request, variables, config::version);
            trace::tell_signed(&by, variables);
            match credential::answer(&request, &signed, form, output) {
                // Git has ended meanwhile, and so has its user's patience: there is nobody to tell.
                Err(Error::Protocol(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                    return Ok(ExitCode::FAILURE);
                }
                answered => answered?,
            }
            phases::end("answer");
            log::debug!("answered");
        }
        Ok(None) => {}
        Err(error) => {
            // What is wrong is worth more than that Git does not take the answer.
            let _ = credential::decline(output);
            trace::tell_told(variables);
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
