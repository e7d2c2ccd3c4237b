//! A request as it is logged: what it asks of which service, as whom; the same whichever program made it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One request to a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// `sts`, `sso`, `oidc`, `signin`, `container`, `metadata`, `proxy`, or `unknown`.
    pub service: String,
    /// The service's name for what it is to do.
    pub operation: String,
    /// Where the service was looked for, unless it is at `@server@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Whether it came to the proxy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_proxy: bool,
    /// What it is told to do it with: parameters, members of a JSON body, and the headers that belong to the operation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// The access key ID that signed; followed by `, wrongly` where no secret of the case made the signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// The region of the signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_for: Option<String>,
    /// Set where the case's script has no answer to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unexpected: bool,
}
