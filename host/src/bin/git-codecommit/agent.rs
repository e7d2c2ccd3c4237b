//! `git codecommit agent`: holds the identity, and gives jobs credentials for the repositories that its rules allow.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use git_remote_codecommit::agent::limits::Limits;
use git_remote_codecommit::agent::server::{self, Settings};

use crate::fault::Fault;

/// Where it listens, and what it allows.
#[derive(Args)]
pub(crate) struct Request {
    /// Where to listen, unless systemd opens the socket
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// What jobs may have: a URL, with `*`; repeatable
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// A file with a rule a line, read again on SIGHUP
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Let a group connect too, not the user alone
    #[arg(long)]
    group: Option<String>,
    /// Append the audit log to it; standard error without
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// How many clients there may be at once
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().clients)]
    clients: usize,
    /// How long a client may be silent
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().idle.as_secs())]
    idle: u64,
}

/// Runs the agent until it is told to end.
///
/// # Errors
/// Why it does not start.
pub(crate) fn run(request: Request) -> Result<(), Fault> {
    let Request { socket, allow, rules, group, audit, clients, idle } = request;
    let limits = Limits { clients: clients.max(1), idle: Duration::from_secs(idle.max(1)) };
    Ok(server::run(&Settings { socket, group, allow, rules, audit, limits })?)
}
