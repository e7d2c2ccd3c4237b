//! A request as it arrives, and which service it is for: said by its path, for no two services have the same.

use std::collections::BTreeMap;

use hyper::header::HOST;
use hyper::http::request::Parts;

use super::log::Request;
use super::signature;
use crate::names::Names;
use crate::secrets::Secrets;

/// A request with its body.
pub(crate) struct Arrived {
    pub(crate) parts: Parts,
    pub(crate) body: Vec<u8>,
    /// The address of the listener it came to: `http://127.0.0.1:PORT`.
    pub(crate) listener: String,
    /// Whether that is the proxy.
    pub(crate) by_proxy: bool,
}

impl Arrived {
    /// The path, below whatever the endpoint's URL has.
    fn path(&self) -> &str {
        self.parts.uri.path()
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The request line's target, in which no secret may be.
    pub(crate) fn target(&self) -> String {
        self.parts.uri.to_string()
    }

    /// The whole address asked for.
    pub(crate) fn uri(&self) -> String {
        format!("{}{}", self.origin(), self.path())
    }

    /// What is asked, as it is logged and answered.
    pub(crate) fn request(&self, names: &Names, secrets: &Secrets) -> Request {
        let (prefix, service, operation, mut parameters) = self.recognise();
        let at = names.normalise(&format!("{}{prefix}", self.origin()));
        let (signed_by, signed_for) = match signature::of(self, secrets) {
            Some(signature) => (Some(signature.by), Some(signature.region)),
            None => (None, None),
        };
        if signed_by.is_some() {
            self.add_header(&mut parameters, "x-amz-security-token");
        }
        Request {
            service: service.to_owned(),
            operation,
            at: Some(at).filter(|at| at != "@server@"),
            by_proxy: self.by_proxy,
            parameters,
            signed_by,
            signed_for,
            unexpected: false,
        }
    }

    /// Scheme and host that the program had in mind.
    fn origin(&self) -> String {
        let host = self.header(HOST.as_str()).unwrap_or_default();
        match self.parts.uri.scheme_str() {
            Some(scheme) => format!("{scheme}://{}", self.parts.uri.authority().map_or(host, |found| found.as_str())),
            None => format!("{}://{host}", self.listener.split("://").next().unwrap()),
        }
    }

    fn recognise(&self) -> (String, &'static str, String, BTreeMap<String, String>) {
        let path = self.path();
        let ends = |end: &str| path.strip_suffix(end).map(str::to_owned);
        let mut parameters = BTreeMap::new();
        let method = self.parts.method.as_str();
        if let Some((prefix, rest)) = path.split_once("/latest/") {
            return (prefix.to_owned(), "metadata", self.metadata(method, rest, &mut parameters), parameters);
        }
        if let Some((prefix, rest)) = path.split_once("/container") {
            let query = self.parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            parameters.insert("path".to_owned(), format!("/container{rest}{query}"));
            self.add_header(&mut parameters, "authorization");
            return (prefix.to_owned(), "container", "GetKeys".to_owned(), parameters);
        }
        if let Some(prefix) = ends("/federation/credentials") {
            parameters.extend(pairs(self.parts.uri.query().unwrap_or_default().as_bytes()));
            self.add_header(&mut parameters, "x-amz-sso_bearer_token");
            return (prefix, "sso", "GetRoleCredentials".to_owned(), parameters);
        }
        if let Some(prefix) = ends("/v1/token") {
            parameters = members(&self.body);
            self.add_header(&mut parameters, "dpop");
            return (prefix, "signin", "CreateOAuth2Token".to_owned(), parameters);
        }
        if let Some(prefix) = ends("/token") {
            return (prefix, "oidc", "CreateToken".to_owned(), members(&self.body));
        }
        let mut form: BTreeMap<_, _> = pairs(&self.body).collect();
        if let Some(action) = form.remove("Action") {
            form.remove("Version");
            return (path.trim_end_matches('/').to_owned(), "sts", action, form);
        }
        (String::new(), "unknown", format!("{method} {path}"), parameters)
    }

    fn metadata(&self, method: &str, rest: &str, parameters: &mut BTreeMap<String, String>) -> String {
        self.add_header(parameters, "x-aws-ec2-metadata-token");
        self.add_header(parameters, "x-aws-ec2-metadata-token-ttl-seconds");
        match (method, rest, rest.strip_prefix("meta-data/iam/security-credentials/")) {
            ("PUT", "api/token", _) => "GetToken".to_owned(),
            ("GET", _, Some("")) => "ListRoles".to_owned(),
            ("GET", _, Some(role)) => {
                parameters.insert("role".to_owned(), role.to_owned());
                "GetKeys".to_owned()
            }
            _ => format!("{method} {rest}"),
        }
    }

    fn add_header(&self, parameters: &mut BTreeMap<String, String>, name: &str) {
        if let Some(value) = self.header(name) {
            parameters.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// The pairs of a form or a query.
fn pairs(text: &[u8]) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// The members of a JSON object, as text.
fn members(body: &[u8]) -> BTreeMap<String, String> {
    let object: serde_json::Map<_, _> = serde_json::from_slice(body).unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    object.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}
