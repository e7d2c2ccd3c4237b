//! Prints an HTTPS URL with a credential for the repository of a codecommit URL, from the AWS keys in the environment; without an
//! argument, for each URL on standard input, with as many threads as there are processors.
//!
//! ```sh
//! AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… cargo run --package policy-example -- codecommit::eu-west-1://MyRepo
//! ```

use std::env;
use std::error::Error;
use std::io::{self, BufReader, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::thread;

use git_remote_codecommit::policy::{self, Credentials, Policy};
use policy_example::{Regions, authenticated_url, serve};

fn main() -> ExitCode {
    let Err(error) = run() else { return ExitCode::SUCCESS };
    let hint = match error.downcast_ref() {
        Some(policy::Error::Refused(refusal)) => refusal.hint.as_deref(),
        _ => None,
    };
    let hint = hint.map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
    // That nobody reads it is no reason for anything else.
    let _ = write!(io::stderr(), "{error}\n{hint}");
    ExitCode::FAILURE
}

fn run() -> Result<(), Box<dyn Error>> {
    let variable = |name| env::var(name).ok();
    let (id, secret) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"));
    let token = variable("AWS_SESSION_TOKEN");
    let keys = Credentials {
        access_key_id: id.as_deref().unwrap_or_default(),
        secret_access_key: secret.as_deref().unwrap_or_default(),
        session_token: token.as_deref(),
    };
    let (default, other) = (variable("AWS_DEFAULT_REGION"), variable("AWS_REGION"));
    let regions = Regions { default: default.as_deref(), other: other.as_deref() };
    if let Some(url) = env::args_os().nth(1) {
        let mut policy = Policy::load()?.instance()?;
        let url = authenticated_url(&mut policy, &keys, regions, &url.to_string_lossy())?;
        writeln!(io::stdout(), "{}", url.expose())?;
    } else {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        serve(u32::try_from(threads)?, &keys, regions, BufReader::new(io::stdin()), io::stdout())?;
    }
    Ok(())
}
