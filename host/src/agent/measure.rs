//! What a signature costs on this machine, by itself: with an instance of the component that is its own, as the agent makes it, and
//! with one that is used again and again.

use std::time::{Duration, Instant};

use crate::policy::{Credentials, Error, Instance, Options, Policy};

/// How many signatures are timed.
const SIGNATURES: u32 = 20_000;

/// The keys of AWS's documentation, which open nothing.
const EXAMPLE: Credentials<'_> = Credentials {
    access_key_id: "AKIAIOSFODNN7EXAMPLE",
    secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    session_token: None,
};

/// The time of one signature.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// With a fresh instance.
    pub fresh: Duration,
    /// With one that is reused.
    pub reused: Duration,
}

/// Signs many times, and takes the time.
///
/// # Errors
/// The component's failure.
pub fn measure() -> Result<Cost, Error> {
    let policy = Policy::load_pooled(1)?;
    let begun = Instant::now();
    for _ in 0..SIGNATURES {
        sign(&mut policy.instance()?)?;
    }
    let fresh = begun.elapsed() / SIGNATURES;
    let mut instance = policy.instance()?;
    let begun = Instant::now();
    for _ in 0..SIGNATURES {
        sign(&mut instance)?;
    }
    Ok(Cost { fresh, reused: begun.elapsed() / SIGNATURES })
}

/// What the agent does for a request.
fn sign(instance: &mut Instance) -> Result<(), Error> {
    let options = Options { fips: false, host: Some("git-codecommit.eu-west-1.amazonaws.com"), extra_regions: &[] };
    let endpoint = instance.resolve("eu-west-1", "MyRepo", options)?;
    instance.sign(&endpoint, &EXAMPLE, None).map(drop)
}
