//! `git codecommit sign`: a credential for one repository, for programs that run no helper.

use std::io::{self, IsTerminal};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use git_remote_codecommit::aws::time;
use git_remote_codecommit::git::command::sh_word;
use git_remote_codecommit::policy::Defaults;
use git_remote_codecommit::remote::Remote;
use git_remote_codecommit::report;
use git_remote_codecommit::variables::Variables;
use serde::Serialize;
use zeroize::Zeroizing;

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

/// A credential as JSON.
#[derive(Serialize)]
struct Json<'a> {
    url: &'a str,
    username: &'a str,
    password: &'a str,
    authenticated_url: &'a str,
    expires: &'a str,
    expires_unix: u64,
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
    let (username, password) = (signed.username.expose(), signed.password.expose());

    // Room for all of it, because a text that grows leaves copies behind.
    let room = 4 * (username.len() + password.len() + endpoint.url.len()) + 1024;
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    let mut put = |parts: &[&str]| parts.iter().for_each(|part| text.extend_from_slice(part.as_bytes()));
    match format {
        Format::Git => put(&[
            "protocol=https\nhost=",
            &endpoint.host,
            "\npath=",
            endpoint.path.trim_start_matches('/'),
            "\nusername=",
            username,
            "\npassword=",
            password,
            "\npassword_expiry_utc=",
            &expires_unix.to_string(),
            "\n",
        ]),
        Format::Url => put(&[authenticated_url.expose(), "\n"]),
        Format::Env => {
            let words = [username, password].map(|text| Zeroizing::new(sh_word(text)));
            put(&[
                "CODECOMMIT_URL=",
                &sh_word(&endpoint.url),
                "\nCODECOMMIT_USERNAME=",
                &words[0],
                "\nCODECOMMIT_PASSWORD=",
                &words[1],
                "\nCODECOMMIT_EXPIRES=",
                &sh_word(&expires_text),
                "\n",
            ]);
        }
        Format::Header => {
            let pair = Zeroizing::new([username, ":", password].concat());
            let pair = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
            put(&["Authorization: Basic ", &pair, "\n"]);
        }
        Format::Json => {
            let json = Json {
                url: &endpoint.url,
                username,
                password,
                authenticated_url: authenticated_url.expose(),
                expires: &expires_text,
                expires_unix,
            };
            serde_json::to_writer_pretty(&mut *text, &json).map_err(|error| Fault::Output(error.into()))?;
            text.push(b'\n');
        }
    }
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
