//! `codecommit-sign`: a WASI command that prints a credential for one CodeCommit repository, for 15 minutes.
//!
//! It takes AWS keys from the environment or from standard input, the time from the clock, and needs no file and no socket. It is
//! the policy as it is in the component, with the formats of `git codecommit sign`.

mod arguments;
mod fault;
mod keys;

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::SystemTime;

use codecommit_formats::Credential;
use codecommit_policy::addresses;
use codecommit_policy::endpoint::{self, Options, RegionSources};
use codecommit_policy::signing;
use zeroize::Zeroizing;

use arguments::{Arguments, Parsed};
use fault::Fault;
use keys::Keys;

fn main() -> ExitCode {
    let ended = match arguments::parse(env::args_os()) {
        Ok(Parsed::Help) => write(arguments::HELP.as_bytes()),
        Ok(Parsed::Version) => write(concat!("codecommit-sign ", env!("CARGO_PKG_VERSION"), "\n").as_bytes()),
        Ok(Parsed::Sign(arguments)) => sign(&arguments),
        Err(fault) => Err(fault),
    };
    let Err(fault) = ended else { return ExitCode::SUCCESS };
    let hint = fault.hint().map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
    // That nobody reads it is no reason for anything else.
    let _ = io::stderr().write_all(format!("codecommit-sign: {fault}\n{hint}").as_bytes());
    // The one status of a failure that WASI 0.2 has.
    ExitCode::FAILURE
}

/// Prints a credential.
fn sign(arguments: &Arguments) -> Result<(), Fault> {
    let address = addresses::read(&arguments.url)?;
    if !address.profile.is_empty() {
        return Err(Fault::Profile);
    }
    let variable = |name| env::var(name).ok();
    let (default_region, region) = (variable("AWS_DEFAULT_REGION"), variable("AWS_REGION"));
    let named = arguments.region.as_deref().filter(|_| address.region.is_empty()).unwrap_or(&address.region);
    let (region, _) = endpoint::choose_region(&RegionSources {
        url: Some(named),
        aws_default_region: default_region.as_deref(),
        profile: None,
        aws_region: region.as_deref(),
        profile_name: None,
    })?;
    let host = variable("CODE_COMMIT_ENDPOINT").unwrap_or_default();
    let host = if address.host.is_empty() { &host } else { &address.host };
    let fips =
        address.fips || variable("AWS_USE_FIPS_ENDPOINT").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let options = Options { fips, host: Some(host), extra_regions: &arguments.extra_regions };
    let place = endpoint::resolve(&region, &address.repository, &options)?;

    let keys = if arguments.keys_on_stdin { Keys::read(io::stdin().lock())? } else { Keys::of_environment()? };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_err(|_| Fault::Clock)?.as_secs();
    let signed = signing::sign(&place, &keys.credentials(), now)?;
    let (username, password) = (Zeroizing::new(signed.username), Zeroizing::new(signed.password));
    let authenticated_url = Zeroizing::new(signing::authenticated_url(&place, &username, &password)?);
    let text = arguments.format.write(&Credential {
        host: &place.host,
        path: &place.path,
        url: &place.url(),
        authenticated_url: &authenticated_url,
        username: &username,
        password: &password,
        expires: signed.expires,
    });
    write(&text)
}

/// Writes to standard output.
fn write(text: &[u8]) -> Result<(), Fault> {
    let mut output = io::stdout().lock();
    output.write_all(text).and_then(|()| output.flush()).map_err(|error| Fault::Output(error.kind()))
}
