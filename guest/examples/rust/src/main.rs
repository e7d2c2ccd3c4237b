//! Prints an HTTPS URL with a credential for the repository of a codecommit URL, from the AWS keys in the environment.
//!
//! ```sh
//! AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… cargo run --package policy-example -- codecommit::eu-west-1://MyRepo
//! ```

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

use git_remote_codecommit::policy::{Credentials, Error, Options, Policy, RegionSources};
use git_remote_codecommit::secret::Secret;

fn main() -> ExitCode {
    let url = env::args_os().nth(1).unwrap_or_default();
    match authenticated_url(&url.to_string_lossy()) {
        Ok(url) => {
            let written = writeln!(io::stdout(), "{}", url.expose());
            if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            let hint = match &error {
                Error::Refused(refusal) => refusal.hint.as_deref(),
                _ => None,
            };
            let hint = hint.map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
            // That nobody reads it is no reason for anything else.
            let _ = write!(io::stderr(), "{error}\n{hint}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the URL, finds its endpoint, and signs for it.
fn authenticated_url(url: &str) -> Result<Secret, Error> {
    let variable = |name| env::var(name).ok();
    // An instance takes microseconds, and holds nothing of one call in the next.
    let mut policy = Policy::load()?.instance()?;
    let remote = policy.parse(url)?;
    let (default_region, region) = (variable("AWS_DEFAULT_REGION"), variable("AWS_REGION"));
    let region = policy.choose_region(RegionSources {
        url: remote.region.as_deref(),
        aws_default_region: default_region.as_deref(),
        profile: None,
        aws_region: region.as_deref(),
        profile_name: None,
    })?;
    let options = Options { fips: false, host: None, extra_regions: &[] };
    let endpoint = policy.resolve(&region.name, &remote.repository, options)?;
    let [id, secret] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| variable(name).unwrap_or_default());
    let token = variable("AWS_SESSION_TOKEN");
    let keys = Credentials { access_key_id: &id, secret_access_key: &secret, session_token: token.as_deref() };
    let signed = policy.sign(&endpoint, &keys, None)?;
    policy.authenticated_url(&endpoint, &signed)
}
