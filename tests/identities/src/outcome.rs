//! What a program did with a case, as data that can be compared and kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::server::log::Request;
use crate::snapshot::Change;

/// AWS keys, as a program signs with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The access key ID.
    pub access_key_id: String,
    /// The secret, proved by the signature; `?` where it is none that the case knows.
    pub secret_access_key: String,
    /// The session token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
}

/// Keys, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It signs with these.
    Keys(Keys),
    /// It ends with this text: standard error, or the class and message of an exception.
    Error(String),
}

/// What a program did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Keys or an error.
    pub answer: Answer,
    /// What was asked of the services, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Request>,
    /// What the user was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prompts: Vec<String>,
    /// Files that are new or changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, Change>,
}

/// `botocore.json`: what the originals did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// A session of botocore, with the profile that the original would choose.
    pub botocore: Outcome,
    /// The Python helper of which this project is a rewrite.
    pub original: Outcome,
}
