//! `codecommit-signatures`: what one signature costs on this machine, in microseconds, one line each: as plain Rust, and by the
//! component in the ways that a program can have it.

use std::error::Error;
use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime};

use codecommit_policy::{endpoint, signing};
use git_remote_codecommit::policy::{Credentials, Instance, Options, Policy};

/// How many signatures are timed each way.
const SIGNATURES: u32 = 20_000;

/// How many rounds they are in; the middle one counts, so that what else the machine does in between does not.
const ROUNDS: usize = 10;

/// The keys of AWS's documentation, which open nothing.
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const REGION: &str = "eu-west-1";
const REPOSITORY: &str = "MyRepo";

fn main() -> Result<(), Box<dyn Error>> {
    let (policy, pooled) = (Policy::load()?, Policy::load_pooled(1)?);
    let native = median(native)?;
    let (mut warm, mut of_pool) = (policy.instance()?, pooled.instance()?);
    let warm = (median(|| by(&mut warm))?, median(|| by(&mut of_pool))?);
    drop(of_pool);
    let fresh = median(|| by(&mut policy.instance()?))?;
    let fresh_pooled = median(|| by(&mut pooled.instance()?))?;
    let mut output = io::stdout().lock();
    for (name, time) in [
        ("native", native),
        ("warm", warm.0),
        ("warm pooled", warm.1),
        ("fresh", fresh),
        ("fresh pooled", fresh_pooled),
    ] {
        writeln!(output, "{name}: {:.2}", time.as_secs_f64() * 1e6)?;
    }
    Ok(())
}

/// The middle of the rounds' means.
fn median(mut sign: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let in_round = SIGNATURES / u32::try_from(ROUNDS)?;
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        for _ in 0..in_round {
            sign()?;
        }
        rounds.push(begun.elapsed() / in_round);
    }
    rounds.sort_unstable();
    Ok(rounds[ROUNDS / 2])
}

/// Endpoint and signature, as a server does it for a request.
fn native() -> Result<(), Box<dyn Error>> {
    let endpoint = endpoint::resolve(black_box(REGION), REPOSITORY, &endpoint::Options::default())
        .map_err(|refusal| refusal.to_string())?;
    let credentials = signing::Credentials { access_key_id: KEY, secret_access_key: SECRET, session_token: None };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    black_box(signing::sign(&endpoint, &credentials, now).map_err(|refusal| refusal.to_string())?);
    Ok(())
}

/// The same by the component.
fn by(instance: &mut Instance) -> Result<(), Box<dyn Error>> {
    let options = Options { fips: false, host: None, extra_regions: &[] };
    let endpoint = instance.resolve(black_box(REGION), REPOSITORY, options)?;
    let credentials = Credentials { access_key_id: KEY, secret_access_key: SECRET, session_token: None };
    black_box(instance.sign(&endpoint, &credentials, None)?);
    Ok(())
}
