//! `git codecommit sign`: a credential for one repository, for programs that run no helper.

use std::io::{self, IsTerminal};
use std::time::{Duration, SystemTime};

use clap::ValueEnum;
use codecommit_formats::{self as formats, Credential};
use git_remote_codecommit::aws::time;
use git_remote_codecommit::policy::Defaults;
use git_remote_codecommit::remote::Remote;
use git_remote_codecommit::report;
use git_remote_codecommit::variables::Variables;

use crate::address;
use crate::expiry::span;
use crate::fault::Fault;
use crate::output::Output;

/// The form of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The lines of Git's credential protocol, for `git credential approve`
    Git,
    /// The HTTPS URL with the credential in it
    Url,
    /// JSON
    Json,
    /// Variables for a shell or a CI job
    Env,
    /// The HTTP header, for http.extraHeader
    Header,
}

impl From<Format> for formats::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Git => Self::Git,
            Format::Url => Self::Url,
            Format::Json => Self::Json,
            Format::Env => Self::Env,
            Format::Header => Self::Header,
        }
    }
}

/// Prints a credential, and says on standard error when it ends.
///
/// # Errors
/// [`Fault::SecretOnTerminal`], unless it is to be shown; why there is no credential; [`Fault::Output`].
pub(crate) fn run(
    url: &str,
    format: Format,
    profile: Option<&str>,
    show: bool,
    variables: Variables<'_>,
    output: &mut Output,
) -> Result<(), Fault> {
    // Before anybody is asked for a code.
    if !show && io::stdout().is_terminal() {
        return Err(Fault::SecretOnTerminal);
    }
    let address = address::read(url, Defaults { profile, ..Defaults::default() })?;
    let mut remote = Remote::of_address(&address, variables)?;
    let (signed, by) = remote.sign(variables)?;
    let authenticated_url = remote.authenticated_url(&signed)?;
    let endpoint = remote.endpoint();
    // A signature is worth nothing without the keys that made it.
    let expires = by.expires.map_or(signed.expires, |keys| keys.min(signed.expires));
    let expires_unix = expires.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let expires_text = time::show(expires).unwrap_or_default();
    let text = formats::Format::from(format).write(&Credential {
        host: &endpoint.host,
        path: &endpoint.path,
        url: &endpoint.url,
        authenticated_url: authenticated_url.expose(),
        username: signed.username.expose(),
        password: signed.password.expose(),
        expires: expires_unix,
    });
    output.secret(&text)?;
    // To the nearest minute, or up to the second, so that what was made a moment ago has all of its time.
    let left = expires.duration_since(SystemTime::now()).unwrap_or_default();
    let nearly = if left < Duration::from_mins(2) { Duration::from_millis(999) } else { Duration::from_secs(30) };
    let left = span(left + nearly);
    report::note(format_args!(
        "this credential for {} in {} ends in {left}, at {expires_text}",
        remote.repository(),
        remote.endpoint().region
    ));
    Ok(())
}
