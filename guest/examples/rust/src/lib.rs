//! What a server is made of that signs for others: threads that share the policy, and an instance of the component for each
//! signature.

use std::io::{self, BufRead, Write};
use std::sync::{Mutex, PoisonError};
use std::thread;

use git_remote_codecommit::policy::{Credentials, Error, Instance, Options, Policy, RegionSources};
use git_remote_codecommit::secret::Secret;

/// The regions that count where a URL names none, as in the environment.
#[derive(Clone, Copy, Default)]
pub struct Regions<'a> {
    /// `AWS_DEFAULT_REGION`
    pub default: Option<&'a str>,
    /// `AWS_REGION`
    pub other: Option<&'a str>,
}

/// The HTTPS URL of a `codecommit` URL's repository, with a credential in it.
///
/// # Errors
/// The policy's refusal, or its failure.
pub fn authenticated_url(
    policy: &mut Instance,
    keys: &Credentials<'_>,
    regions: Regions<'_>,
    url: &str,
) -> Result<Secret, Error> {
    let remote = policy.parse(url)?;
    let region = policy.choose_region(RegionSources {
        url: remote.region.as_deref(),
        aws_default_region: regions.default,
        profile: None,
        aws_region: regions.other,
        profile_name: None,
    })?;
    let options = Options { fips: false, host: None, extra_regions: &[] };
    let endpoint = policy.resolve(&region.name, &remote.repository, options)?;
    let signed = policy.sign(&endpoint, keys, None)?;
    policy.authenticated_url(&endpoint, &signed)
}

/// Answers each line, a `codecommit` URL, with a line: the URL, a tab, and the URL with a credential or what is wrong. So many threads
/// work at it; answers come as they are ready.
///
/// # Errors
/// The policy cannot be loaded, or the lines cannot be read or the answers written.
pub fn serve(
    threads: u32,
    keys: &Credentials<'_>,
    regions: Regions<'_>,
    questions: impl BufRead + Send,
    answers: impl Write + Send,
) -> io::Result<()> {
    // Room for one instance a thread: more there never are.
    let policy = Policy::load_pooled(threads).map_err(io::Error::other)?;
    let (lines, answers) = (Mutex::new(questions.lines()), Mutex::new(answers));
    let work = || {
        loop {
            let line = lines.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(url) = line.transpose()? else { return Ok(()) };
            // A fresh one for each: what it had of the keys ends with it.
            let answer = policy.instance().and_then(|mut policy| authenticated_url(&mut policy, keys, regions, &url));
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            match answer {
                Ok(authenticated) => writeln!(answers, "{url}\t{}", authenticated.expose())?,
                Err(error) => writeln!(answers, "{url}\t{error}")?,
            }
            answers.flush()?;
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread stopped in the middle of its work")))
        })
    })
}
