//! Answers in each service's own form, as its documentation gives it.
//!
//! - STS: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
//! - Identity Center: <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>,
//!   <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>
//! - sign-in: <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html>
//! - containers: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>
//! - instance metadata: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html>

use serde_json::json;

use super::log::Request;
use super::script::{ScriptedAnswer, ScriptedError};
use crate::names::{Names, iso};

/// An HTTP answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    /// The header in which the JSON services say which error it is.
    pub(crate) error_type: Option<String>,
    pub(crate) body: String,
}

impl Reply {
    fn new(status: u16, content_type: &'static str, body: impl Into<String>) -> Self {
        Self { status, content_type, error_type: None, body: body.into() }
    }

    fn json(body: &serde_json::Value) -> Self {
        Self::new(200, "application/json", body.to_string())
    }
}

/// What a request gets that the script does not know.
pub(crate) fn unexpected(request: &Request) -> Reply {
    let message = format!("the case has no answer to {} {}", request.service, request.operation);
    error(request, &ScriptedError { status: 400, code: "NotScripted".to_owned(), message })
}

/// What a request gets that the script knows.
pub(crate) fn scripted(request: &Request, answer: &ScriptedAnswer, names: &Names) -> Reply {
    if let Some(body) = &answer.body {
        return Reply::new(answer.status.unwrap_or(200), "text/plain", names.expand(body));
    }
    match &answer.error {
        Some(scripted) => error(request, scripted),
        None => success(request, answer, names),
    }
}

fn success(request: &Request, answer: &ScriptedAnswer, names: &Names) -> Reply {
    let name = answer.keys.as_deref().unwrap_or("role");
    let (id, secret, token) = keys(name);
    let expires = names.after(answer.expires.as_deref().unwrap_or("+1h"));
    let seconds = (expires - names.after("")).whole_seconds();
    match request.service.as_str() {
        "sts" => Reply::new(200, "text/xml", sts(request, &id, &secret, &token, &iso(expires))),
        "sso" => Reply::json(&json!({"roleCredentials": {
            "accessKeyId": id, "secretAccessKey": secret, "sessionToken": token, "expiration": expires.unix_timestamp() * 1000,
        }})),
        "oidc" => {
            let mut body = json!({"accessToken": answer.token, "tokenType": "Bearer", "expiresIn": seconds});
            if let Some(refresh) = &answer.refresh_token {
                body["refreshToken"] = refresh.as_str().into();
            }
            Reply::json(&body)
        }
        "signin" => Reply::json(&json!({
            "accessToken": {"accessKeyId": id, "secretAccessKey": secret, "sessionToken": token},
            "tokenType": "aws_sigv4", "expiresIn": seconds, "refreshToken": answer.refresh_token,
        })),
        "container" => Reply::json(&json!({
            "RoleArn": "arn:aws:iam::123456789012:role/task",
            "AccessKeyId": id, "SecretAccessKey": secret, "Token": token, "Expiration": iso(expires),
        })),
        "metadata" => Reply::json(&json!({
            "Code": "Success", "LastUpdated": iso(names.after("")), "Type": "AWS-HMAC",
            "AccessKeyId": id, "SecretAccessKey": secret, "Token": token, "Expiration": iso(expires),
        })),
        other => panic!("an answer to {other} needs a body"),
    }
}

/// The keys that a name stands for: ID, secret and token.
pub fn keys(name: &str) -> (String, String, String) {
    let id = format!("ASIAEXAMPLE{}", name.to_uppercase().replace('-', ""));
    (id, format!("example-secret-of-{name}"), format!("example-token-of-{name}"))
}

fn sts(request: &Request, id: &str, secret: &str, token: &str, expires: &str) -> String {
    let operation = &request.operation;
    let parameter = |name: &str| request.parameters.get(name).map_or("", String::as_str);
    let role = parameter("RoleArn").replace(":iam:", ":sts:").replace(":role/", ":assumed-role/");
    let session = parameter("RoleSessionName");
    format!(
        r#"<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <{operation}Result>
    <AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:{session}</AssumedRoleId><Arn>{role}/{session}</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>{id}</AccessKeyId>
      <SecretAccessKey>{secret}</SecretAccessKey>
      <SessionToken>{token}</SessionToken>
      <Expiration>{expires}</Expiration>
    </Credentials>
  </{operation}Result>
  <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>
</{operation}Response>
"#
    )
}

fn error(request: &Request, error: &ScriptedError) -> Reply {
    let ScriptedError { status, code, message } = error;
    match request.service.as_str() {
        "sts" => Reply::new(
            *status,
            "text/xml",
            format!(
                r#"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>
  <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
</ErrorResponse>
"#
            ),
        ),
        "container" => Reply::new(*status, "application/json", json!({"code": code, "message": message}).to_string()),
        "metadata" | "proxy" | "unknown" => Reply::new(*status, "text/plain", message.as_str()),
        service => {
            let body = match service {
                "oidc" => json!({"error": oauth(code), "error_description": message}),
                // The name of what is wrong is the message's first word: `TOKEN_EXPIRED The session …`.
                "signin" => {
                    let (error, message) = message.split_once(' ').unwrap_or((message, ""));
                    json!({"error": error, "message": message})
                }
                _ => json!({"message": message, "__type": format!("com.amazonaws.switchboard.portal#{code}")}),
            };
            let reply = Reply::new(*status, "application/json", body.to_string());
            Reply { error_type: Some(code.clone()), ..reply }
        }
    }
}

/// OAuth's name for an exception: `InvalidGrantException` is `invalid_grant`.
fn oauth(code: &str) -> String {
    let mut name = String::new();
    for letter in code.trim_end_matches("Exception").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
