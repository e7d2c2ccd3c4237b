//! `codecommit-native`: what `git-remote-codecommit` does for a profile with static keys, with the policy as plain Rust.
//!
//! The same files are read and the same Git is run by the same code; only the questions to the component are answered by calls of
//! functions. What the helper takes longer is the price of the sandbox: the engine, the component's code, and the copies in and out.
//! Other identities than static keys are left out, and with them the code for the network, so that this price is not too low.

use std::env;
use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::io;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use codecommit_policy::endpoint::{self, Options, RegionSources};
use codecommit_policy::{remote_url, signing};
use git_remote_codecommit::aws::config_files::{ConfigFiles, Locations, home_folder};
use git_remote_codecommit::aws::profile::ChosenProfile;
use git_remote_codecommit::git::trace::Trace;
use git_remote_codecommit::git::{command, credential, run};
use git_remote_codecommit::policy::{Endpoint, Signed};
use git_remote_codecommit::secret::Secret;
use git_remote_codecommit::variables::Variables;
use git_remote_codecommit::{hardening, report};

/// That of the helper.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let variables = Variables(&|name| env::var_os(name));
    let result = match arguments.as_slice() {
        [name, url] => connect(name, url, variables),
        [first, url, action] if first == command::CREDENTIAL && action == "get" => give_credential(url, variables),
        _ => Err("usage: codecommit-native NAME URL, or --credential URL get".into()),
    };
    result.unwrap_or_else(|error| {
        report::fact(error, None);
        ExitCode::FAILURE
    })
}

/// As the helper: runs the Git command that speaks to the server of a URL, and ends as it ends.
fn connect(name: &OsStr, url: &OsStr, variables: Variables<'_>) -> Result<ExitCode, Box<dyn Error>> {
    let url = text(url)?;
    let remote = Remote::resolve(url, variables)?;
    let https = remote.endpoint.url();
    let mut git = command::remote_https(&env::current_exe()?, name, url, &https, variables)?;
    let trace = Trace::attach(&mut git, variables);
    let status = run::run(git, || drop(remote))?;
    drop(trace.map(|trace| trace.outcome(&https)));
    Ok(run::exit_code(status))
}

/// As the helper: answers Git's request for a credential.
fn give_credential(url: &OsStr, variables: Variables<'_>) -> Result<ExitCode, Box<dyn Error>> {
    hardening::keep_memory_private();
    let request = credential::Request::read(io::stdin().lock())?;
    let remote = Remote::resolve(text(url)?, variables)?;
    let endpoint = remote.endpoint();
    if request.is_for(&endpoint) {
        let signed = remote.sign()?;
        credential::answer(&request, &signed, credential::Form::Password, io::stdout().lock())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn text(url: &OsStr) -> Result<&str, Box<dyn Error>> {
    url.to_str().ok_or_else(|| "the URL is not UTF-8".into())
}

/// A remote whose endpoint is known.
struct Remote {
    files: ConfigFiles,
    profile: ChosenProfile,
    endpoint: endpoint::Endpoint,
}

impl Remote {
    fn resolve(url: &str, variables: Variables<'_>) -> Result<Self, Box<dyn Error>> {
        let remote = remote_url::parse(url).map_err(|refusal| refusal.to_string())?;
        let files = ConfigFiles::read(&Locations::find(variables.0, home_folder(variables.0).as_deref()))?;
        let chosen = ChosenProfile::choose(remote.profile.as_deref(), variables)?;
        let profile = chosen.find(&files)?;
        let (aws_default_region, aws_region) = (variables.text("AWS_DEFAULT_REGION")?, variables.text("AWS_REGION")?);
        let (region, _) = endpoint::choose_region(&RegionSources {
            url: remote.region.as_deref(),
            aws_default_region: aws_default_region.as_deref(),
            profile: profile.and_then(|profile| profile.text("region")),
            aws_region: aws_region.as_deref(),
            profile_name: Some(&chosen.name),
        })
        .map_err(|refusal| refusal.to_string())?;
        let host = variables.text("CODE_COMMIT_ENDPOINT")?;
        let options = Options { fips: false, host: host.as_deref(), extra_regions: &[] };
        let endpoint =
            endpoint::resolve(&region, &remote.repository, &options).map_err(|refusal| refusal.to_string())?;
        Ok(Self { files, profile: chosen, endpoint })
    }

    /// The endpoint as the helper's own code has it.
    fn endpoint(&self) -> Endpoint {
        let endpoint::Endpoint { region, partition, host, path } = self.endpoint.clone();
        Endpoint { region, partition, host, path, url: self.endpoint.url() }
    }

    /// Signs with the keys of the profile.
    fn sign(&self) -> Result<Signed, Box<dyn Error>> {
        let profile = self.profile.find(&self.files)?.ok_or("there is no such profile")?;
        let key = |name| profile.text(name).ok_or("the profile has no static keys");
        let credentials = signing::Credentials {
            access_key_id: key("aws_access_key_id")?,
            secret_access_key: key("aws_secret_access_key")?,
            session_token: profile.text("aws_session_token"),
        };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let signed = signing::sign(&self.endpoint, &credentials, now).map_err(|refusal| refusal.to_string())?;
        let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(signed.expires);
        Ok(Signed { username: Secret::new(signed.username), password: Secret::new(signed.password), expires })
    }
}
