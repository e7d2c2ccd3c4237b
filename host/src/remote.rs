//! From the URL of a remote to its endpoint, the same way in both processes: the one that runs `git remote-https`, and the one that
//! signs for it.

mod keys;
mod step;

use std::cell::RefCell;
use std::ffi::OsStr;
use std::time::SystemTime;

#[cfg(unix)]
use crate::agent;
use crate::aws::account;
use crate::aws::config_files::{ConfigFiles, Locations, Profile, home_folder};
use crate::aws::identity::{Caller, Identity, Sources};
use crate::aws::network::Network;
use crate::aws::profile::ChosenProfile;
#[cfg(unix)]
use crate::aws::profile::ProfileSource;
use crate::git::outcome::Signer;
use crate::git::refused::Sought;
use crate::git::submodule::Submodule;
use crate::policy::{
    self, Address, Cause, ChosenRegion, Endpoint, Instance, Options, Policy, RegionSource, RegionSources, Signed,
};
use crate::printable::Shown;
use crate::secret::Secret;
use crate::variables::{Variables, is_true};
use crate::{Error, git, phases};

use keys::Keys;
pub(crate) use step::Step;

/// A remote whose endpoint is known.
pub struct Remote {
    policy: Instance,
    keys: Keys,
    files: ConfigFiles,
    profile: ChosenProfile,
    repository: String,
    region_source: RegionSource,
    endpoint: Endpoint,
    /// Whether the user named the endpoint's host.
    has_own_host: bool,
}

impl Remote {
    /// Finds the endpoint of a URL. The first of these that is wrong is reported: the URL's form, the profile, the region, the
    /// endpoint.
    ///
    /// # Errors
    /// The fault.
    pub fn resolve(url: &OsStr, variables: Variables<'_>) -> Result<Self, Error> {
        Self::of_url(url, Keys::of(variables), variables, &mut |step| log::debug!("{step}"))
    }

    /// The same, and each step is told when it is done.
    ///
    /// # Errors
    /// The fault, which is one of the step that was not told.
    pub(crate) fn resolve_step_by_step(
        url: &OsStr,
        variables: Variables<'_>,
        tell: &mut dyn FnMut(Step<'_>),
    ) -> Result<Self, Error> {
        Self::of_url(url, Keys::of(variables), variables, tell)
    }

    /// Finds the endpoint of what the agent has a rule for.
    ///
    /// # Errors
    /// The fault in the profile, the region or the endpoint.
    #[cfg(unix)]
    pub(crate) fn of_rule(remote: policy::Remote, variables: Variables<'_>) -> Result<Self, Error> {
        let policy = Policy::load()?.instance()?;
        let tell = &mut |step: Step<'_>| log::debug!("{step}");
        Self::find(policy, remote, Keys::Own, Server::Configured, variables, tell)
    }

    fn of_url(
        url: &OsStr,
        keys: Keys,
        variables: Variables<'_>,
        tell: &mut dyn FnMut(Step<'_>),
    ) -> Result<Self, Error> {
        let url = url.to_str().ok_or(Error::UrlNotUtf8)?;
        phases::end("arguments");
        let policy = Policy::load()?;
        phases::end("link");
        let mut policy = policy.instance()?;
        phases::end("instantiate");
        let mut remote = policy.parse(url)?;
        phases::end("parse");
        tell(Step::Url(&remote));
        let submodule = Submodule::of(variables)?;
        if let Some(submodule) = &submodule {
            remote.profile = submodule.profile(remote.profile, &mut policy)?;
        }

        let is_submodule = submodule.is_some();
        Self::find(policy, remote, keys, Server::Configured, variables, &mut |step| {
            tell(match step {
                Step::Profile { chosen, profile, locations, .. } => {
                    Step::Profile { chosen, profile, locations, is_submodule }
                }
                #[cfg(unix)]
                Step::Agent { socket, chosen, .. } => Step::Agent { socket, chosen, is_submodule },
                step => step,
            });
        })
    }

    /// Finds the endpoint of a repository on a server that is known, by name or as the region's: that of an HTTPS URL.
    ///
    /// # Errors
    /// The fault in the profile, the region or the endpoint.
    pub(crate) fn on_server(
        policy: Instance,
        remote: policy::Remote,
        fips: bool,
        host: Option<&str>,
        variables: Variables<'_>,
    ) -> Result<Self, Error> {
        log::debug!("{}", Step::Url(&remote));
        let tell = &mut |step: Step<'_>| log::debug!("{step}");
        Self::find(policy, remote, Keys::of(variables), Server::Named { fips, host }, variables, tell)
    }

    /// From a repository's profile and region, where they are known, to its endpoint.
    fn find(
        mut policy: Instance,
        remote: policy::Remote,
        keys: Keys,
        server: Server<'_>,
        variables: Variables<'_>,
        tell: &mut dyn FnMut(Step<'_>),
    ) -> Result<Self, Error> {
        let locations = keys.are_own().then(|| Locations::find(variables.0, home_folder(variables.0).as_deref()));
        let files = locations.as_ref().map_or_else(|| Ok(ConfigFiles::default()), ConfigFiles::read)?;
        let chosen = ChosenProfile::choose(remote.profile.as_deref(), variables)?;
        let profile = if let Some(locations) = &locations {
            let profile = chosen.find(&files)?;
            tell(Step::Profile { chosen: &chosen, profile, locations, is_submodule: false });
            profile
        } else {
            // It is in the agent's files.
            #[cfg(unix)]
            if let Keys::Agents(socket) = &keys {
                tell(Step::Agent { socket, chosen: &chosen, is_submodule: false });
            }
            None
        };
        phases::end("profile files");

        let region = choose_region(&mut policy, remote.region.as_deref(), &chosen, profile, variables)?
            .map_err(|error| keys.without_files(error))?;
        tell(Step::Region(&region));
        let (fips, host) = match server {
            Server::Configured => (Fips::find(profile, variables)?, variables.text(ENDPOINT)?),
            Server::Named { fips, host } => (Fips { is_on: fips, is_of_variable: false }, host.map(str::to_owned)),
        };
        let mut resolve = |extra_regions: &[&str]| {
            let options = Options { fips: fips.is_on, host: host.as_deref(), extra_regions };
            policy.resolve(&region.name, &remote.repository, options)
        };
        let mut is_extra = false;
        let endpoint = match resolve(&[]) {
            // Only now, because it takes a process: few users have a region that this version does not know.
            Err(policy::Error::Refused(refusal)) if refusal.cause == Cause::UnknownRegion => {
                let extra = git::config::values("codecommit.extraRegion")?;
                let extra: Vec<&str> = extra.iter().map(String::as_str).collect();
                is_extra = true;
                resolve(&extra)?
            }
            other => other?,
        };
        tell(Step::Endpoint { endpoint: &endpoint, fips, host: host.as_deref(), is_extra });
        phases::end("resolve");
        Ok(Self {
            policy,
            keys,
            files,
            profile: chosen,
            repository: remote.repository,
            region_source: region.source,
            endpoint,
            has_own_host: host.is_some(),
        })
    }

    /// Finds the endpoint of a repository, however it was written. A FIPS or VPC endpoint that was named is kept.
    ///
    /// # Errors
    /// As for [`Remote::resolve`].
    pub fn of_address(address: &Address, variables: Variables<'_>) -> Result<Self, Error> {
        let Address { repository, region, profile, host, fips, .. } = address;
        if *fips || host.is_some() {
            let policy = Policy::load()?.instance()?;
            let remote =
                policy::Remote { repository: repository.clone(), region: region.clone(), profile: profile.clone() };
            return Self::on_server(policy, remote, *fips, host.as_deref(), variables);
        }
        // None where the profile is one that no URL can hold, which reading one cannot give.
        let url = address.codecommit.as_deref().unwrap_or_default();
        Self::resolve(OsStr::new(url), variables)
    }

    /// The endpoint's URL with a credential in it, for what takes nothing else.
    ///
    /// # Errors
    /// The policy's refusal, or its failure.
    pub fn authenticated_url(&mut self, signed: &Signed) -> Result<Secret, Error> {
        Ok(self.policy.authenticated_url(&self.endpoint, signed)?)
    }

    /// The repository's name.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// Where the repository is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// What is asked for, for the words about a server that did not do it.
    pub fn sought(&mut self) -> Sought {
        let host = &self.endpoint.host;
        let is_other =
            |region: &String| *region != self.endpoint.region && host.split('.').any(|label| label == region);
        let region_of_host = if self.has_own_host { self.policy.regions().into_iter().find(is_other) } else { None };
        let profile = self.profile.find(&self.files).ok().flatten();
        Sought {
            repository: self.repository.clone(),
            region: self.endpoint.region.clone(),
            region_source: self.region_source,
            host: host.clone(),
            region_of_host,
            profile: self.profile.clone(),
            are_agents: !self.keys.are_own(),
            account: profile.and_then(account::of_profile),
        }
    }

    /// Finds the profile's keys, and signs with them, or has the agent do so. Who signed comes with it.
    ///
    /// # Errors
    /// Why there are no keys, or no signature.
    pub fn sign(&mut self, variables: Variables<'_>) -> Result<(Signed, Signer), Error> {
        #[cfg(unix)]
        if let Keys::Agents(socket) = &self.keys {
            // Which profile it is where the URL has none is in the agent's rules, and not in this environment.
            let profile = Some(self.profile.name.as_str()).filter(|_| self.profile.source == ProfileSource::Url);
            log::debug!("asking the signing agent at {}", Shown(&socket.to_string_lossy()));
            return Ok(agent::client::ask(socket, &self.endpoint, profile)?);
        }
        let identity = self.identity(variables)?;
        phases::end("keys");
        log::debug!("access key {}", Shown(identity.access_key_id.expose()));
        let signature = self.policy.sign(&self.endpoint, &identity.credentials(), None)?;
        phases::end("sign");
        log::debug!("signed for {}", self.endpoint.url);
        let signer = Signer {
            access_key_id: identity.access_key_id.expose().to_owned(),
            is_temporary: identity.session_token.is_some(),
            expires: identity.expires,
            at: SystemTime::now(),
        };
        Ok((signature, signer))
    }

    /// Finds the profile's keys.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method by itself is of one lifetime, not of any"
    )]
    pub(crate) fn identity(&mut self, variables: Variables<'_>) -> Result<Identity, Error> {
        self.with_sources(variables, |sources| sources.find())
    }

    /// Finds the profile's keys, and asks STS whose they are.
    ///
    /// # Errors
    /// Why there are no keys, or why STS does not say.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method by itself is of one lifetime, not of any"
    )]
    pub(crate) fn caller(&mut self, variables: Variables<'_>) -> Result<Caller, Error> {
        self.with_sources(variables, |sources| sources.caller())
    }

    /// Does something with all that the profile's keys can come from.
    fn with_sources<T>(
        &mut self,
        variables: Variables<'_>,
        act: impl FnOnce(&Sources<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        #[cfg(unix)]
        if !self.keys.are_own() {
            return Err(agent::client::Fault::NotTold.into());
        }
        let profile = self.profile.find(&self.files)?;
        // Roles are assumed where the user is at home, which need not be where the repository is.
        let policy = RefCell::new(&mut self.policy);
        let region = || match choose_region(&mut policy.borrow_mut(), None, &self.profile, profile, variables)? {
            Ok(region) => Ok(region.name),
            Err(policy::Error::Refused(_)) => Ok(self.endpoint.region.clone()),
            Err(error) => Err(error.into()),
        };
        act(&Sources {
            files: &self.files,
            chosen: &self.profile,
            variables,
            region: &region,
            now: SystemTime::now(),
            network: Network::new(&self.files, profile, variables),
        })
    }
}

/// The variable that names a server in place of a region's.
pub(crate) const ENDPOINT: &str = "CODE_COMMIT_ENDPOINT";

/// What decides which server it is.
#[derive(Clone, Copy)]
enum Server<'a> {
    /// The variables and the profile.
    Configured,
    /// The URL: the region's server, its FIPS one, or one of this name.
    Named { fips: bool, host: Option<&'a str> },
}

/// Whether the FIPS endpoint is wanted.
#[derive(Clone, Copy)]
pub(crate) struct Fips {
    pub(crate) is_on: bool,
    /// Whether the variable says so, rather than the profile.
    pub(crate) is_of_variable: bool,
}

impl Fips {
    pub(crate) const VARIABLE: &str = "AWS_USE_FIPS_ENDPOINT";
    pub(crate) const OPTION: &str = "use_fips_endpoint";

    fn find(profile: Option<Profile<'_>>, variables: Variables<'_>) -> Result<Self, Error> {
        let in_variable = variables.text(Self::VARIABLE)?;
        let in_profile = || profile.and_then(|profile| profile.text(Self::OPTION));
        Ok(Self {
            is_of_variable: in_variable.is_some(),
            is_on: in_variable.as_deref().or_else(in_profile).is_some_and(is_true),
        })
    }
}

/// Lets the policy choose between the regions that are named, and says what came of it, which can be that there is none.
///
/// # Errors
/// A variable that is not UTF-8.
fn choose_region(
    policy: &mut Instance,
    url: Option<&str>,
    chosen: &ChosenProfile,
    profile: Option<Profile<'_>>,
    variables: Variables<'_>,
) -> Result<Result<ChosenRegion, policy::Error>, Error> {
    let aws_default_region = variables.text("AWS_DEFAULT_REGION")?;
    let aws_region = variables.text("AWS_REGION")?;
    Ok(policy.choose_region(RegionSources {
        url,
        aws_default_region: aws_default_region.as_deref(),
        profile: profile.and_then(|profile| profile.text("region")),
        aws_region: aws_region.as_deref(),
        profile_name: profile.is_some().then_some(chosen.name.as_str()),
    }))
}

#[cfg(test)]
mod tests;
