//! An explanation for programs.

use git_remote_codecommit::Error;
use git_remote_codecommit::aws::identity::{Caller, Description, Overridden, Way};
use git_remote_codecommit::aws::time;
use git_remote_codecommit::explanation::Fact;
use git_remote_codecommit::printable::Shown;
use serde::Serialize;

use super::{Explained, Meaning, shown_url};

/// A remote. What does not apply, or is not known, is null.
#[derive(Serialize)]
pub(super) struct Row {
    remote: Option<String>,
    url: String,
    written: String,
    rewritten_by: Option<String>,
    push_urls: Vec<String>,
    is_codecommit: bool,
    read_as: Option<String>,
    repository: Option<Known>,
    profile: Option<Known>,
    region: Option<Known>,
    endpoint: Option<Known>,
    identity: Option<Identity>,
    caller: Option<Asked>,
    fault: Option<Fault>,
}

/// A value, and where it came from.
#[derive(Serialize)]
struct Known {
    value: String,
    source: String,
    overridden: Vec<Ignored>,
}

/// What is set as well, and does not count.
#[derive(Serialize)]
struct Ignored {
    what: String,
    why: String,
}

/// Where the keys come from.
#[derive(Serialize)]
struct Identity {
    value: Option<String>,
    source: Option<String>,
    way: Option<&'static str>,
    access_key_id: Option<String>,
    notes: Vec<String>,
    expires: Option<Expires>,
    overridden: Vec<Ignored>,
    fault: Option<Fault>,
}

/// When something ends.
#[derive(Serialize)]
struct Expires {
    what: &'static str,
    at: Option<String>,
    is_renewed: bool,
}

/// What STS says.
#[derive(Serialize)]
#[serde(untagged)]
enum Asked {
    Caller { account: String, arn: String, user_id: String },
    Fault { fault: Fault },
}

/// What is wrong, and what to type.
#[derive(Serialize)]
struct Fault {
    fact: String,
    hint: Option<String>,
}

/// The rows of remotes.
pub(super) fn rows(explained: &[Explained]) -> Vec<Row> {
    explained.iter().map(row).collect()
}

fn row(explained: &Explained) -> Row {
    let target = &explained.target;
    let explanation = match &explained.meaning {
        Meaning::Codecommit(explanation) => Some(&**explanation),
        Meaning::Other => None,
    };
    let value = |fact: Option<&Fact>| fact.map(value);
    Row {
        remote: target.name.as_ref().map(|name| Shown(name).to_string()),
        url: shown_url(&target.url),
        written: shown_url(&target.written),
        rewritten_by: explained.rewritten_by.as_deref().map(shown_url),
        push_urls: target.push.iter().map(|url| shown_url(url)).collect(),
        is_codecommit: explanation.is_some(),
        read_as: explained.read_as.clone(),
        repository: value(explanation.and_then(|known| known.repository.as_ref())),
        profile: value(explanation.and_then(|known| known.profile.as_ref())),
        region: value(explanation.and_then(|known| known.region.as_ref())),
        endpoint: value(explanation.and_then(|known| known.endpoint.as_ref())),
        identity: explanation.and_then(|known| known.identity.as_ref()).map(identity),
        caller: explanation.and_then(|known| known.caller.as_ref()).map(asked),
        fault: explanation.and_then(|known| known.fault.as_ref()).map(fault),
    }
}

fn value(fact: &Fact) -> Known {
    Known { value: fact.value.clone(), source: fact.source.clone(), overridden: ignored(&fact.overridden) }
}

fn ignored(overridden: &[Overridden]) -> Vec<Ignored> {
    overridden.iter().map(|one| Ignored { what: one.what.clone(), why: one.why.clone() }).collect()
}

fn identity(description: &Description) -> Identity {
    let details = &description.details;
    let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let expires = |expiry: &git_remote_codecommit::aws::identity::Expiry| Expires {
        what: expiry.of,
        at: time::show(expiry.at),
        is_renewed: expiry.is_renewed,
    };
    Identity {
        value: filled(&details.value),
        source: filled(&description.source),
        way: description.way.map(way),
        access_key_id: details.access_key_id.clone(),
        notes: details.notes.clone(),
        expires: details.expires.as_ref().map(expires),
        overridden: ignored(&description.overridden),
        fault: details.fault.as_ref().map(fault),
    }
}

fn way(way: Way) -> &'static str {
    match way {
        Way::Environment => "environment",
        Way::Role => "role",
        Way::WebIdentity => "web_identity",
        Way::Sso => "sso",
        Way::CredentialsFile => "credentials_file",
        Way::Login => "login",
        Way::Process => "process",
        Way::ConfigFile => "config_file",
        Way::Container => "container",
        Way::Metadata => "metadata",
    }
}

fn asked(caller: &Result<Caller, Error>) -> Asked {
    let shown = |text: &str| Shown(text).to_string();
    match caller {
        Ok(Caller { account, arn, user_id }) => {
            Asked::Caller { account: shown(account), arn: shown(arn), user_id: shown(user_id) }
        }
        Err(error) => Asked::Fault { fault: fault(error) },
    }
}

fn fault(error: &Error) -> Fault {
    Fault { fact: error.to_string(), hint: error.hint() }
}
