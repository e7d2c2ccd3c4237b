//! `codecommit-signatures`: what one signature costs on this machine, in microseconds, one line each: as plain Rust, and by the
//! component in the ways that a program can have it.

use std::error::Error;
use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime};

use codecommit_policy::{endpoint, signing};
use git_remote_codecommit::policy::{Credentials, Endpoint, Instance, Options, Policy};

/// That of the helper.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// How many signatures are timed each way.
const SIGNATURES: u32 = 20_000;

/// How many rounds they are in; the middle one counts, so that what else the machine does in between does not.
const ROUNDS: usize = 10;

/// The keys of AWS's documentation, which open nothing.
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The secret of another identity, which is none of AWS's.
const OTHER_SECRET: &str = "another";
const REGION: &str = "eu-west-1";
const REPOSITORY: &str = "MyRepo";

fn main() -> Result<(), Box<dyn Error>> {
    let (policy, pooled) = (Policy::load()?, Policy::load_pooled(1)?);
    let options = Options { fips: false, host: None, extra_regions: &[] };
    let endpoint = policy.instance()?.resolve(REGION, REPOSITORY, options)?;
    let native = (native(false)?, native(true)?);
    let (mut instance, mut of_pool) = (policy.instance()?, pooled.instance()?);
    let warm = median(|| by(&mut instance, SECRET, &endpoint))?;
    let warm_pooled = median(|| by(&mut of_pool, SECRET, &endpoint))?;
    let mut secrets = [SECRET, OTHER_SECRET].into_iter().cycle();
    let changing = median(|| by(&mut instance, secrets.next().unwrap_or(SECRET), &endpoint))?;
    drop(of_pool);
    let fresh = median(|| by(&mut policy.instance()?, SECRET, &endpoint))?;
    let fresh_pooled = median(|| by(&mut pooled.instance()?, SECRET, &endpoint))?;
    let mut output = io::stdout().lock();
    for (name, time) in [
        ("native", native.0),
        ("native warm", native.1),
        ("warm", warm),
        ("warm pooled", warm_pooled),
        ("changing", changing),
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

/// A signature by the policy as plain Rust, each by itself, or with the signing key of the one before.
fn native(is_warm: bool) -> Result<Duration, Box<dyn Error>> {
    let endpoint =
        endpoint::resolve(REGION, REPOSITORY, &endpoint::Options::default()).map_err(|refusal| refusal.to_string())?;
    let credentials = signing::Credentials { access_key_id: KEY, secret_access_key: SECRET, session_token: None };
    let mut kept = signing::Signer::new();
    median(|| {
        let mut fresh = signing::Signer::new();
        let signer = if is_warm { &mut kept } else { &mut fresh };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let answer = signer.sign(black_box(&endpoint), &credentials, now).map_err(|refusal| refusal.to_string())?;
        black_box(answer);
        Ok(())
    })
}

/// The same by the component.
fn by(instance: &mut Instance, secret_access_key: &str, endpoint: &Endpoint) -> Result<(), Box<dyn Error>> {
    let credentials = Credentials { access_key_id: KEY, secret_access_key, session_token: None };
    black_box(instance.sign(black_box(endpoint), &credentials, None)?);
    Ok(())
}
