//! What a case's services answer, and to what.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::log::Request;

/// One answer: given to the requests that it fits, as often as it says. The first that fits is taken.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedAnswer {
    /// Service and operation: `sts AssumeRole`.
    pub to: String,
    /// Parameters that the request must have.
    #[serde(default)]
    pub when: BTreeMap<String, String>,
    /// The access key ID that must have signed.
    pub signed_by: Option<String>,
    /// How often it is given; without limit unless said.
    pub times: Option<u32>,
    /// Keys, named: `role` are `ASIAEXAMPLEROLE`, `example-secret-of-role` and `example-token-of-role`.
    pub keys: Option<String>,
    /// When the keys or the token expire, from now on: `+1h` unless said.
    pub expires: Option<String>,
    /// An access token of the service `oidc`, or a refresh token of `signin`.
    pub token: Option<String>,
    /// The refresh token beside it.
    pub refresh_token: Option<String>,
    /// An error in the service's form.
    pub error: Option<ScriptedError>,
    /// The status of `body`; 200 unless said.
    pub status: Option<u16>,
    /// The body as it is.
    pub body: Option<String>,
    /// Never answers.
    #[serde(default)]
    pub hangs: bool,
}

/// An error.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedError {
    /// The HTTP status.
    pub status: u16,
    /// The service's name for it.
    pub code: String,
    /// Its sentence.
    #[serde(default)]
    pub message: String,
}

/// The answers, and how often each was given.
#[derive(Debug)]
pub(crate) struct Script(Vec<(ScriptedAnswer, u32)>);

impl Script {
    pub(crate) fn new(answers: &[ScriptedAnswer]) -> Self {
        Self(answers.iter().map(|answer| (answer.clone(), 0)).collect())
    }

    /// The answer to a request.
    pub(crate) fn answer(&mut self, request: &Request) -> Option<ScriptedAnswer> {
        let name = format!("{} {}", request.service, request.operation);
        let fits = |(answer, given): &&mut (ScriptedAnswer, u32)| {
            answer.to == name
                && answer.times.is_none_or(|times| *given < times)
                && answer.when.iter().all(|(name, value)| request.parameters.get(name) == Some(value))
                && (answer.signed_by.is_none() || answer.signed_by == request.signed_by)
        };
        let (answer, given) = self.0.iter_mut().find(fits)?;
        *given += 1;
        Some(answer.clone())
    }
}
