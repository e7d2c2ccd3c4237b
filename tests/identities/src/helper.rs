//! This project's helper, run on a stage as Git runs it for a credential.

use std::path::Path;
use std::process::Output;

use crate::outcome::{Answer, Outcome};
use crate::proof;
use crate::stage::Stage;

/// Folders that are there for secrets.
const CACHES: [&str; 4] = [".aws/cli/cache/", ".aws/boto/cache/", ".aws/sso/cache/", ".aws/login/cache/"];

/// How many bytes may stand on standard input after the request: more than a reader takes ahead, and less than a pipe holds.
const MORE: usize = 20_000;

/// What the helper did, and what it must never do.
#[derive(Debug)]
pub struct Ran {
    /// What it did.
    pub outcome: Outcome,
    /// The user name and password that it gave.
    pub credential: Option<(String, String)>,
    /// What was on standard error beside a credential: only programs of the user's write there.
    pub stderr: String,
    /// Where it broke the protocol, or let a secret be seen.
    pub faults: Vec<String>,
}

/// Runs the helper.
pub fn run(stage: &Stage<'_>, helper: &Path) -> Ran {
    let case = stage.case();
    let more = case.description.more_input.as_ref().map(|text| text.repeat(MORE / text.len())).unwrap_or_default();
    let request = format!("protocol=https\nhost={}\n\n{more}", case.host());
    let output = stage.run(helper, &["--credential", &case.description.url, "get"], &request);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut faults = Vec::new();
    let credential = credential(&output).unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    let keys = credential.as_ref().map(|(username, password)| proof::keys(username, password, case, stage.secrets()));
    let answer = match keys {
        Some(Ok(keys)) => Answer::Keys(keys),
        Some(Err(fault)) => {
            faults.push(fault);
            Answer::Error(stage.normalise(&stderr))
        }
        None => Answer::Error(stage.normalise(&stderr)),
    };
    leaks(stage, &output, &stderr, &mut faults);
    let stderr = if credential.is_some() { stderr } else { String::new() };
    Ran { outcome: stage.outcome(answer), credential, stderr, faults }
}

/// The user name and password of a credential, or none for a refusal.
fn credential(output: &Output) -> Result<Option<(String, String)>, String> {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let status = output.status.code();
    if stdout == "quit=1\n" && status == Some(1) {
        return Ok(None);
    }
    let broken = || format!("neither a credential nor a refusal: status {status:?}, {} bytes on stdout", stdout.len());
    let lines: Option<Vec<_>> = stdout.strip_suffix('\n').map(|text| text.split('\n').collect());
    let [username, password, expiry, "quit=1"] = *lines.ok_or_else(broken)? else { return Err(broken()) };
    let value = |line: &str, name: &str| line.strip_prefix(name).map(str::to_owned).ok_or_else(broken);
    if status != Some(0) {
        return Err(format!("a credential, and status {status:?}"));
    }
    value(expiry, "password_expiry_utc=")?.parse::<u64>().map_err(|error| format!("password_expiry_utc: {error}"))?;
    Ok(Some((value(username, "username=")?, value(password, "password=")?)))
}

/// Finds the case's secrets where they must not be.
fn leaks(stage: &Stage<'_>, output: &Output, stderr: &str, faults: &mut Vec<String>) {
    let mut look = |place: &str, text: &str| {
        for secret in stage.secrets().in_text(text) {
            faults.push(format!("{place} shows {secret}"));
        }
    };
    look("standard error", stderr);
    // A session token is part of the user name.
    let stdout = String::from_utf8_lossy(&output.stdout);
    look("standard output", &stdout.lines().filter(|line| !line.starts_with("username=")).collect::<String>());
    for target in stage.server().targets() {
        look("a request's URL", &target);
    }
    for prompt in stage.prompts() {
        look("a prompt", &prompt);
    }
    for argument in stage.arguments_of_git() {
        look("an argument of git", &argument);
    }
    let login = stage.case().description.environment.get("AWS_LOGIN_CACHE_DIRECTORY");
    let login =
        login.map(|folder| stage.names().expand(folder).replace(&format!("{}/", stage.names().get("home")), ""));
    for (name, (_, bytes)) in stage.changed() {
        let is_cache =
            CACHES.iter().any(|cache| name.starts_with(cache)) || login.as_ref().is_some_and(|at| name.starts_with(at));
        if !is_cache {
            look(&format!("the file {name}"), &String::from_utf8_lossy(&bytes));
        }
    }
}
