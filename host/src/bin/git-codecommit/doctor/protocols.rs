//! Whether Git may use the transport, and for submodules too.

use git_remote_codecommit::variables::Variables;

use super::Finding;
use super::system::{git, settings};

/// Looks at what restricts transports.
pub(super) fn transports(variables: Variables<'_>) -> Vec<Finding> {
    const WHAT: &str = "transport";
    if let Some(allowed) = variables.0("GIT_ALLOW_PROTOCOL") {
        let allowed = allowed.to_string_lossy();
        let missing: Vec<&str> =
            ["codecommit", "https"].into_iter().filter(|name| !allowed.split(':').any(|one| one == *name)).collect();
        return vec![if missing.is_empty() {
            Finding::ok(WHAT, "allowed by GIT_ALLOW_PROTOCOL")
        } else {
            let mend = format!("export GIT_ALLOW_PROTOCOL={}", [allowed.as_ref(), &missing.join(":")].join(":"));
            Finding::failed(WHAT, format!("GIT_ALLOW_PROTOCOL leaves out {}", missing.join(" and ")), Some(mend))
        }];
    }
    let mut findings = Vec::new();
    for name in ["codecommit", "https"] {
        let key = format!("protocol.{name}.allow");
        let own = settings(&key).pop();
        let (key, value) = match own {
            Some(value) => (key, Some(value)),
            None => ("protocol.allow".to_owned(), settings("protocol.allow").pop()),
        };
        if value.as_deref() == Some("never") {
            let mend = format!("git config --global protocol.{name}.allow always");
            findings.push(Finding::failed(WHAT, format!("{key} is never"), Some(mend)));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok(WHAT, "allowed"));
    }
    findings
}

/// Looks at the submodules of the repository.
pub(super) fn submodules() -> Option<Finding> {
    const WHAT: &str = "submodules";
    let root = git(&["rev-parse", "--show-toplevel"])?;
    let file = format!("{}/.gitmodules", root.trim_end());
    let urls = git(&["config", "--file", &file, "--null", "--get-regexp", r"^submodule\..*\.url$"])?;
    let urls = urls.split_terminator('\0').filter_map(|pair| pair.split_once('\n'));
    let ours: Vec<&str> = urls
        .map(|(_, url)| url)
        .filter(|url| url.starts_with("codecommit:") || url.starts_with("../") || url.starts_with("./"))
        .collect();
    if ours.is_empty() {
        return None;
    }
    let count = format!("{} of CodeCommit or by a relative URL", ours.len());
    if settings("protocol.codecommit.allow").pop().as_deref() != Some("always") {
        let mend = "git config --global protocol.codecommit.allow always";
        return Some(Finding::warning(WHAT, format!("{count}, for which Git runs no helper"), mend));
    }
    Some(Finding::ok(WHAT, count))
}
