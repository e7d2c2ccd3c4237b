//! The helper's library, with the component inside: what both of its processes do, in one.

use std::ffi::{OsStr, OsString};

use git_remote_codecommit::policy::{self, Policy};
use git_remote_codecommit::remote::Remote;
use git_remote_codecommit::variables::Variables;
use git_remote_codecommit::{Error, secret::Secret};

use crate::case::Case;
use crate::original::Outcome;

/// What comes of a case, and the time at which it was signed.
pub(crate) fn outcome(policy: &Policy, case: &Case) -> (Outcome, Option<String>) {
    match signed(policy, case) {
        Ok((url, time)) => (Ok(url.expose().to_owned()), Some(time)),
        Err(error) => (Err(name(&error)), None),
    }
}

fn signed(policy: &Policy, case: &Case) -> Result<(Secret, String), Error> {
    let variable = |name: &str| match name {
        "HOME" => Some(OsString::from(case.folder())),
        "AWS_EC2_METADATA_DISABLED" => Some("true".into()),
        "PATH" => std::env::var_os("PATH"),
        _ => case.environment.get(name).map(OsString::from),
    };
    let mut remote = Remote::resolve(OsStr::new(&case.url), Variables(&variable))?;
    let (signed, _) = remote.sign(Variables(&variable))?;
    let url = policy.instance()?.authenticated_url(remote.endpoint(), &signed)?;
    let time = signed.password.expose().get(..16).unwrap_or_default().to_owned();
    Ok((url, time))
}

/// The name of an error: that of the policy's cause, or of the host's case.
fn name(error: &Error) -> String {
    let text = match error {
        Error::Policy(policy::Error::Refused(refusal)) => format!("{:?}", refusal.cause).replace("Cause::", ""),
        other => format!("{other:?}"),
    };
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}
