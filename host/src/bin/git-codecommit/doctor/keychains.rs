//! Credentials for CodeCommit that the user's own credential helpers have: the Python original left them there.
//!
//! `codecommit` remotes never ask these helpers. Plain HTTPS remotes do, and an old signature answered with 403 stays for ever.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use git_remote_codecommit::error::shell_word;
use git_remote_codecommit::printable::Shown;
use zeroize::Zeroizing;

use super::Finding;
use super::system::git;

/// A helper that takes longer asks somebody.
const LONGEST: Duration = Duration::from_secs(10);

/// Asks each helper for each server.
pub(super) fn all(hosts: &[String]) -> Vec<Finding> {
    const WHAT: &str = "keychain";
    let helpers = helpers();
    if helpers.is_empty() {
        return vec![Finding::ok(WHAT, "no credential helper of Git's that keeps anything")];
    }
    if hosts.is_empty() {
        return vec![Finding::skipped(WHAT, "not looked for CodeCommit's credentials: no server is known")];
    }
    let mut findings = Vec::new();
    for helper in &helpers {
        let name = Shown(helper);
        for host in hosts {
            let Some(user) = user(helper, host) else { continue };
            let key = user.split('%').next().unwrap_or_default();
            let is_signature = user.contains('%') || key.starts_with("AKIA") || key.starts_with("ASIA");
            let found = if is_signature {
                format!("{name} keeps a signature of {} for {host}, which ended after 15 minutes", Shown(key))
            } else {
                format!(
                    "{name} keeps a password of {} for {host}; HTTPS remotes use it, codecommit ones do not",
                    Shown(key)
                )
            };
            // With a session token in it, the user name is not to be shown.
            let user = if user.contains('%') { String::new() } else { format!("username={user}\\n") };
            let what = shell_word(&format!("protocol=https\\nhost={host}\\n{user}\\n"));
            let helper = shell_word(&format!("credential.helper={helper}"));
            let mend = format!("printf {what} | git -c credential.helper= -c {helper} credential reject");
            findings.push(Finding::warning(WHAT, found, mend));
        }
    }
    if findings.is_empty() {
        let names: Vec<_> = helpers.iter().map(|helper| Shown(helper).to_string()).collect();
        findings.push(Finding::ok(WHAT, format!("nothing of CodeCommit in {}", names.join(", "))));
    }
    findings
}

/// The user's helpers, each once. Those of CodeCommit keep nothing.
fn helpers() -> Vec<String> {
    let pairs = git(&["config", "--null", "--get-regexp", r"^credential\.(.*\.)?helper$"]).unwrap_or_default();
    let mut helpers: Vec<String> = Vec::new();
    for (_, value) in pairs.split_terminator('\0').filter_map(|pair| pair.split_once('\n')) {
        let keeps_nothing = value.is_empty() || value == "codecommit" || value.contains("codecommit credential-helper");
        if !keeps_nothing && !helpers.iter().any(|helper| helper == value) {
            helpers.push(value.to_owned());
        }
    }
    helpers
}

/// The user of whom a helper has a password for a server.
fn user(helper: &str, host: &str) -> Option<String> {
    let mut fill = Command::new("git");
    fill.args(["-c", "credential.helper=", "-c", &format!("credential.helper={helper}"), "credential", "fill"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Nobody is asked.
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "")
        .env("GCM_INTERACTIVE", "never")
        .env_remove("SSH_ASKPASS");
    let mut fill = fill.spawn().ok()?;
    let _ = fill.stdin.take()?.write_all(format!("protocol=https\nhost={host}\n\n").as_bytes());
    let mut answer = fill.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Room for all of it: there is a password in it.
        let mut text = Zeroizing::new(String::with_capacity(64 << 10));
        let _ = answer.by_ref().take(64 << 10).read_to_string(&mut text);
        sender.send(text)
    });
    let text = receiver.recv_timeout(LONGEST);
    if text.is_err() {
        let _ = fill.kill();
    }
    let _ = fill.wait();
    let text = text.ok()?;
    let has_password = text.lines().any(|line| line.starts_with("password="));
    let user = text.lines().find_map(|line| line.strip_prefix("username="))?;
    has_password.then(|| user.to_owned())
}
