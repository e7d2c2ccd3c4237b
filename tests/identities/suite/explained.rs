//! What `git codecommit explain` says of a case, beside what the helper does: it names the same keys or the same fault, and to say so
//! it asks no service and no person, writes nothing, and tells no secret.

use std::path::Path;

use identity_cases::Stage;
use identity_cases::outcome::{Answer, Outcome};
use serde_json::Value;

/// Cases whose fault shows only where the network or a person is asked, and in which no request arrives.
const LEFT_TO_THE_NETWORK: [&str; 19] = [
    "container-away",
    "login-expired-away",
    "metadata-away",
    "mfa-askpass-cancelled",
    "mfa-askpass-missing",
    "mfa-empty-code",
    "mfa-nobody-to-ask",
    "proxy-away",
    "retries-no-number",
    "role-sts-away",
    "sso-away",
    "sso-expired-refresh-away",
    "sts-endpoint-no-address",
    "tls-ca-bundle-broken-pem",
    "tls-ca-bundle-missing",
    "tls-ca-bundle-no-pem",
    "tls-ca-bundle-not-needed",
    "tls-other-ca",
    "tls-untrusted",
];

/// What was said.
pub(crate) struct Explained {
    row: Value,
    problems: Vec<String>,
}

/// Asks for the explanation, before the helper is run.
pub(crate) fn explain(stage: &Stage<'_>) -> Explained {
    let program = Path::new(env!("CARGO_BIN_EXE_git-codecommit"));
    let output = stage.run(program, &["explain", "--json", &stage.case().description.url], "");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut problems = Vec::new();
    for secret in [&printed, &said].into_iter().flat_map(|text| stage.secrets().in_text(text)) {
        problems.push(format!("explain shows {secret}"));
    }
    let outcome = stage.outcome(Answer::Error(String::new()));
    if !outcome.requests.is_empty() || !outcome.prompts.is_empty() || !outcome.files.is_empty() {
        problems.push(format!("explain did something: {outcome:?}"));
    }
    let rows: Vec<Value> = serde_json::from_str(&printed).unwrap_or_default();
    let row = rows.into_iter().next().unwrap_or_else(|| {
        problems.push(format!("explain gave no row: {printed}{said}"));
        Value::Null
    });
    Explained { row, problems }
}

impl Explained {
    /// All that is wrong with it, now that it is known what the helper did.
    pub(crate) fn problems(&self, stage: &Stage<'_>, outcome: &Outcome) -> Vec<String> {
        let mut problems = self.problems.clone();
        let identity = &self.row["identity"];
        let faults = [&self.row["fault"], &identity["fault"]];
        let fault = faults.into_iter().find(|fault| !fault.is_null());
        let way = identity["way"].as_str().unwrap_or_default();
        let is_left = LEFT_TO_THE_NETWORK.contains(&stage.case().name.as_str());
        match (&outcome.answer, fault) {
            (Answer::Keys(_), Some(fault)) => problems.push(format!("explain has a fault, the helper none: {fault}")),
            (Answer::Keys(keys), None) => {
                let last =
                    outcome.requests.last().map(|request| (request.service.as_str(), request.operation.as_str()));
                let known = identity["access_key_id"].as_str();
                let is_renewed = identity["expires"]["is_renewed"] == true;
                let is_right = match last {
                    Some((service, operation)) => ways_of(service, operation).contains(&way),
                    None if way == "process" => known.is_none(),
                    None => known == Some(&keys.access_key_id),
                };
                let is_known = known.is_none_or(|known| is_renewed || known == keys.access_key_id);
                if !is_right || !is_known {
                    problems.push(format!("explain says {identity}, the helper did {last:?}, {}", keys.access_key_id));
                }
            }
            (Answer::Error(said), Some(fault)) => {
                let hint = fault["hint"].as_str().map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
                let expected = format!("codecommit: {}\n{hint}", fault["fact"].as_str().unwrap_or_default());
                if *said != stage.normalise(&expected) {
                    problems.push(format!("explain says\n{expected}the helper says\n{said}"));
                }
            }
            // What only a service or a program can know.
            (Answer::Error(_), None) if way == "process" || !outcome.requests.is_empty() || is_left => return problems,
            (Answer::Error(said), None) => problems.push(format!("explain has no fault, the helper says\n{said}")),
        }
        if is_left {
            problems.push("this case need not be left to the network any more".to_owned());
        }
        problems
    }
}

/// The ways that end with this request.
fn ways_of(service: &str, operation: &str) -> &'static [&'static str] {
    match (service, operation) {
        ("sts", "AssumeRole") => &["role"],
        ("sts", _) => &["web_identity"],
        ("sso" | "portal.sso" | "sso-oidc" | "oidc", _) => &["sso"],
        ("signin", _) => &["login"],
        ("container", _) => &["container"],
        _ => &["metadata"],
    }
}
