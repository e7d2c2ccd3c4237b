//! The remotes: profile, region and session of each, and its server.

use std::ffi::OsStr;
#[cfg(unix)]
use std::ffi::OsString;
use std::time::SystemTime;

#[cfg(unix)]
use git_remote_codecommit::Error;
use git_remote_codecommit::explanation::Explanation;
use git_remote_codecommit::git::clock::Answer;
use git_remote_codecommit::git::clock::LONGEST_WAIT;
#[cfg(unix)]
use git_remote_codecommit::git::outcome::Signer;
use git_remote_codecommit::git::refused::SET_CLOCK;
use git_remote_codecommit::printable::Shown;
#[cfg(unix)]
use git_remote_codecommit::remote::Remote;
use git_remote_codecommit::variables::Variables;

use super::Finding;
use crate::expiry;
use crate::explain::{is_codecommit, read_as, shown_url};
use crate::fault::Fault;
use crate::remotes::{self, Target};

/// Remotes, explained.
pub(super) struct Looked {
    remotes: Vec<One>,
    /// Git's folder, where there is one.
    #[cfg(unix)]
    folder: Option<OsString>,
}

/// A remote.
struct One {
    /// What it is called, safe to print.
    name: String,
    #[cfg(unix)]
    url: String,
    remote: Explanation,
}

impl Looked {
    /// Explains those of CodeCommit.
    pub(super) fn at(targets: Vec<Target>, variables: Variables<'_>) -> Result<Self, Fault> {
        // As Git tells it to the helper.
        let folder = remotes::git_directory();
        let value = |name: &str| variables.0(name).or_else(|| folder.clone().filter(|_| name == "GIT_DIR"));
        let now = SystemTime::now();
        let mut remotes = Vec::new();
        for target in targets {
            let name = target.name.as_ref().map_or_else(|| shown_url(&target.url), |name| Shown(name).to_string());
            let url = if is_codecommit(&target.url) { Some(target.url) } else { read_as(&target.url)? };
            if let Some(url) = url {
                let remote = Explanation::of(OsStr::new(&url), Variables(&value), now, false);
                remotes.push(One {
                    name,
                    #[cfg(unix)]
                    url,
                    remote,
                });
            }
        }
        Ok(Self {
            remotes,
            #[cfg(unix)]
            folder,
        })
    }

    /// The URL of the first server.
    pub(super) fn first_url(&self) -> Option<&str> {
        self.urls().next()
    }

    fn urls(&self) -> impl Iterator<Item = &str> {
        self.remotes.iter().filter_map(|One { remote, .. }| Some(remote.endpoint.as_ref()?.value.as_str()))
    }

    /// The servers, each once.
    pub(super) fn hosts(&self) -> Vec<String> {
        let mut hosts: Vec<String> = self.urls().filter_map(host).map(str::to_owned).collect();
        hosts.dedup();
        hosts
    }

    /// Whether each can be signed for, as far as is known without a question to anybody.
    pub(super) fn findings(&self) -> Vec<Finding> {
        const WHAT: &str = "remote";
        if self.remotes.is_empty() {
            return vec![Finding::skipped(
                WHAT,
                "none of CodeCommit here: name a URL to look at its profile and server",
            )];
        }
        let now = SystemTime::now();
        let look = |One { name, remote, .. }: &One| {
            if let Some(fault) = &remote.fault {
                return Finding::failed(WHAT, format!("{name}: {fault}"), fault.hint());
            }
            let Some(identity) = &remote.identity else {
                return Finding::skipped(WHAT, format!("{name}: nothing is known of its keys"));
            };
            let details = &identity.details;
            if let Some(fault) = &details.fault {
                return Finding::failed(WHAT, format!("{name}: {fault}"), fault.hint());
            }
            let expires = details.expires.as_ref().map(|expiry| format!("; {}", expiry::words(expiry, now)));
            Finding::ok(WHAT, format!("{name}: {}{}", details.value, expires.unwrap_or_default()))
        };
        self.remotes.iter().map(look).collect()
    }

    /// Has each signed for that can be, as the helper does: the name of the remote, and who signed.
    #[cfg(unix)]
    pub(super) fn signed(&self, variables: Variables<'_>) -> Vec<(&str, Result<Signer, Error>)> {
        let value = |name: &str| variables.0(name).or_else(|| self.folder.clone().filter(|_| name == "GIT_DIR"));
        let variables = Variables(&value);
        let sign = |url: &str| Ok(Remote::resolve(OsStr::new(url), variables)?.sign(variables)?.1);
        let can_be = self.remotes.iter().filter(|One { remote, .. }| remote.fault.is_none());
        can_be.map(|One { name, url, .. }| (name.as_str(), sign(url))).collect()
    }

    /// Asks each server once, without a credential.
    pub(super) fn reach(&self) -> Vec<Finding> {
        let mut asked: Vec<&str> = Vec::new();
        let mut findings = Vec::new();
        for url in self.urls() {
            let Some(host) = host(url) else { continue };
            if !asked.contains(&host) {
                asked.push(host);
                findings.extend(reach(host, url));
            }
        }
        findings
    }
}

/// The host of an endpoint's URL.
fn host(url: &str) -> Option<&str> {
    url.split('/').nth(2)
}

/// Asks a server.
fn reach(host: &str, url: &str) -> Vec<Finding> {
    const WHAT: &str = "endpoint";
    const CLOCK: &str = "clock";
    let shown = Shown(host);
    let Some(answer) = Answer::of(OsStr::new("origin"), url, LONGEST_WAIT) else {
        let found = format!("{shown} has not answered within {} seconds", LONGEST_WAIT.as_secs());
        return vec![Finding::failed(WHAT, found, Some(CONNECT.to_owned()))];
    };
    if !answer.is_reached {
        return vec![Finding::failed(WHAT, format!("{shown}: {}", answer.said), Some(mend(&answer.said).to_owned()))];
    }
    let clock = match answer.offset {
        Some(offset) => Finding::failed(
            CLOCK,
            format!("this machine's is {offset} that of {shown}"),
            Some(format!("set the clock: {SET_CLOCK}")),
        ),
        None => Finding::ok(CLOCK, format!("near that of {shown}")),
    };
    vec![Finding::ok(WHAT, format!("{shown} answers, and its certificate is trusted")), clock]
}

/// Where a connection is not made.
const CONNECT: &str =
    "a proxy may be missing: git config --global http.proxy URL; in a VPC, an endpoint: CODE_COMMIT_ENDPOINT";

/// What to type for what Git says of a server that is not reached.
fn mend(said: &str) -> &'static str {
    let says = |words: &str| said.contains(words);
    if says("certificate") || says("SSL") {
        "where a proxy inspects TLS: git config --global http.sslCAInfo FILE, with its certificate"
    } else if says("resolve proxy") || says("CONNECT") || says("proxy") {
        "the proxy: git config --get-regexp 'http.*proxy', and the variables HTTPS_PROXY and NO_PROXY"
    } else {
        CONNECT
    }
}
