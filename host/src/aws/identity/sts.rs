//! What the ways through STS have in common: the name of a session, the keys in an answer, and their place in the cache.

use std::time::SystemTime;

use aws_sdk_sts::Client;
use aws_sdk_sts::types::{AssumedRoleUser, Credentials};
use zeroize::Zeroizing;

use super::{Identity, Sources};
use crate::Error;
use crate::aws::cache::json;
use crate::aws::cache::role;
use crate::aws::network::{CallFault, Service};
use crate::aws::time;
use crate::secret::Secret;

/// How a sentence names the service.
pub(super) const STS: &str = "STS";

/// What a role is asked for with, as far as it tells one set of keys from another.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Request<'a> {
    /// In seconds, the service's own choice without it.
    pub(super) duration: Option<i32>,
    pub(super) external_id: Option<&'a str>,
    pub(super) role_arn: &'a str,
    /// The name that the user gave the session, not one made for it.
    pub(super) session_name: Option<&'a str>,
    pub(super) mfa_serial: Option<&'a str>,
}

impl Request<'_> {
    /// The name of the cache file: `BaseAssumeRoleCredentialFetcher._create_cache_key`, a hash of the sorted arguments.
    pub(super) fn cache_key(&self) -> String {
        let mut arguments = String::from("{");
        let mut add = |name: &str, value: Option<&str>| {
            let Some(value) = value else { return };
            if arguments.len() > 1 {
                arguments.push_str(", ");
            }
            json::string(&mut arguments, name);
            arguments.push_str(": ");
            arguments.push_str(value);
        };
        let quoted = |text: &str| {
            let mut value = String::new();
            json::string(&mut value, text);
            value
        };
        add("DurationSeconds", self.duration.map(|seconds| seconds.to_string()).as_deref());
        add("ExternalId", self.external_id.map(quoted).as_deref());
        add("RoleArn", Some(&quoted(self.role_arn)));
        add("RoleSessionName", self.session_name.map(quoted).as_deref());
        add("SerialNumber", self.mfa_serial.map(quoted).as_deref());
        arguments.push('}');
        role::key(&arguments)
    }

    /// The name of the session, which the account's log shows.
    pub(super) fn session_name(&self, now: SystemTime) -> String {
        let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        self.session_name.map_or_else(|| format!("git-remote-codecommit-{seconds}"), str::to_owned)
    }
}

/// Whose keys they are, as STS says.
#[derive(Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account: String,
    /// The ARN of the user or of the role's session.
    pub arn: String,
    /// The unique ID.
    pub user_id: String,
}

/// Asks whose keys they are: `GetCallerIdentity`, which nobody needs a permission for.
///
/// # Errors
/// The network cannot be used; what STS says.
pub(super) fn caller(sources: &Sources<'_>, identity: &Identity) -> Result<Caller, Error> {
    let config = sources.network.config(Service::Sts, &(sources.region)()?, Some(identity))?;
    let call = Client::new(&config).get_caller_identity().send();
    let answer = sources.network.wait_for(STS, call).map_err(Error::Network)?;
    let answer = answer.map_err(|error| Error::Caller(Box::new(CallFault::new(STS, &error))))?;
    match (answer.account, answer.arn, answer.user_id) {
        (Some(account), Some(arn), Some(user_id)) => Ok(Caller { account, arn, user_id }),
        _ => Err(Error::Caller(Box::new(CallFault::Unreadable { service: STS }))),
    }
}

/// Takes the keys out of an answer.
///
/// # Errors
/// There are none, or they have ended.
pub(super) fn identity(keys: Option<Credentials>, now: SystemTime) -> Result<Identity, CallFault> {
    let unreadable = || CallFault::Unreadable { service: STS };
    let keys = keys.ok_or_else(unreadable)?;
    let expires = SystemTime::try_from(keys.expiration).map_err(|_| unreadable())?;
    let identity = Identity {
        access_key_id: Secret::new(keys.access_key_id),
        secret_access_key: Secret::new(keys.secret_access_key),
        session_token: Some(Secret::new(keys.session_token)),
        expires: Some(expires),
    };
    if expires <= now { Err(CallFault::Expired { service: STS }) } else { Ok(identity) }
}

/// The text of a cache file: the answer of STS, as the AWS CLI writes it.
pub(super) fn body(identity: &Identity, user: Option<&AssumedRoleUser>) -> Option<Zeroizing<String>> {
    let keys = identity.credentials();
    let expires = time::show(identity.expires?)?;
    let texts = [keys.access_key_id, keys.secret_access_key, keys.session_token.unwrap_or_default()];
    // Room for all of it, because a buffer that grows leaves a copy behind: a character is at most `\uXXXX`.
    let room = 512 + 6 * texts.iter().map(|text| text.len()).sum::<usize>();
    let mut body = Zeroizing::new(String::with_capacity(room));
    let mut names = ["{\"Credentials\": {\"AccessKeyId\": ", ", \"SecretAccessKey\": ", ", \"SessionToken\": "].iter();
    for text in texts {
        body.push_str(names.next()?);
        json::string(&mut body, text);
    }
    body.push_str(", \"Expiration\": ");
    json::string(&mut body, &expires);
    // The fourth word after `arn:` is the account.
    if let Some(account) = user.and_then(|user| user.arn().split(':').nth(4)).filter(|account| !account.is_empty()) {
        body.push_str(", \"AccountId\": ");
        json::string(&mut body, account);
    }
    body.push('}');
    if let Some(user) = user {
        body.push_str(", \"AssumedRoleUser\": {\"AssumedRoleId\": ");
        json::string(&mut body, user.assumed_role_id());
        body.push_str(", \"Arn\": ");
        json::string(&mut body, user.arn());
        body.push('}');
    }
    body.push('}');
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both keys were computed by botocore.
    #[test]
    fn the_cache_key_is_botocores() {
        let request =
            Request { role_arn: "arn:aws:iam::123456789012:role/sess", session_name: Some("me"), ..Request::default() };
        assert_eq!(request.cache_key(), "0b9d2800b64534153ac7f7f7590c3c648c7a4bc8");
        let request = Request {
            duration: Some(1800),
            external_id: Some("ext-é"),
            role_arn: "arn:aws:iam::123456789012:role/deploy",
            ..Request::default()
        };
        assert_eq!(request.cache_key(), "e5ad68cf0544b626acf6f6437709ffa5d15a48d1");
    }

    #[test]
    fn a_session_is_named_by_the_user_or_after_the_helper() {
        let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(1_767_323_045_500);
        let named = Request { session_name: Some("me"), ..Request::default() };
        assert_eq!(named.session_name(now), "me");
        assert_eq!(Request::default().session_name(now), "git-remote-codecommit-1767323045");
    }

    #[test]
    fn what_is_kept_is_the_answer_as_the_aws_cli_writes_it() {
        let identity = Identity {
            access_key_id: Secret::new("ASIAEXAMPLE".to_owned()),
            secret_access_key: Secret::new("a/\"b".to_owned()),
            session_token: Some(Secret::new("tö".to_owned())),
            expires: Some(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_767_323_045)),
        };
        let user = AssumedRoleUser::builder()
            .assumed_role_id("AROAEXAMPLE:me")
            .arn("arn:aws:sts::123456789012:assumed-role/deploy/me")
            .build()
            .unwrap();
        assert_eq!(
            *body(&identity, Some(&user)).unwrap(),
            "{\"Credentials\": {\"AccessKeyId\": \"ASIAEXAMPLE\", \"SecretAccessKey\": \"a/\\\"b\", \
             \"SessionToken\": \"t\\u00f6\", \"Expiration\": \"2026-01-02T03:04:05Z\", \"AccountId\": \"123456789012\"}, \
             \"AssumedRoleUser\": {\"AssumedRoleId\": \"AROAEXAMPLE:me\", \
             \"Arn\": \"arn:aws:sts::123456789012:assumed-role/deploy/me\"}}"
        );
    }
}
