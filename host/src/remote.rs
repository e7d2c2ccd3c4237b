//! From the URL of a remote to its endpoint, the same way in both processes: the one that becomes `git remote-https`, and the one
//! that signs for it.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::time::SystemTime;

use crate::aws::config_files::{ConfigFiles, Locations, Profile, home_folder};
use crate::aws::identity::{Identity, Sources};
use crate::aws::network::Network;
use crate::aws::profile::ChosenProfile;
use crate::policy::{self, Cause, ChosenRegion, Endpoint, Instance, Options, Policy, RegionSources, Signed};
use crate::variables::{Variables, is_true};
use crate::{Error, git};

/// A remote whose endpoint is known.
pub struct Remote {
    policy: Instance,
    files: ConfigFiles,
    profile: ChosenProfile,
    endpoint: Endpoint,
}

impl Remote {
    /// Finds the endpoint of a URL. The first of these that is wrong is reported: the URL's form, the profile, the region, the
    /// endpoint.
    ///
    /// # Errors
    /// The fault.
    pub fn resolve(url: &OsStr, variables: Variables<'_>) -> Result<Self, Error> {
        let url = url.to_str().ok_or(Error::UrlNotUtf8)?;
        let mut policy = Policy::load()?.instance()?;
        let remote = policy.parse(url)?;

        let files = ConfigFiles::read(&Locations::find(variables.0, home_folder(variables.0).as_deref()))?;
        let chosen = ChosenProfile::choose(remote.profile.as_deref(), variables)?;
        let profile = chosen.find(&files)?;
        let option = |name| profile.and_then(|profile| profile.text(name));

        let region = choose_region(&mut policy, remote.region.as_deref(), &chosen, profile, variables)??;
        let fips = match variables.text("AWS_USE_FIPS_ENDPOINT")? {
            Some(value) => is_true(&value),
            None => option("use_fips_endpoint").is_some_and(is_true),
        };
        let host = variables.text("CODE_COMMIT_ENDPOINT")?;
        let mut resolve = |extra_regions: &[&str]| {
            let options = Options { fips, host: host.as_deref(), extra_regions };
            policy.resolve(&region.name, &remote.repository, options)
        };
        let endpoint = match resolve(&[]) {
            // Only now, because it takes a process: few users have a region that this version does not know.
            Err(policy::Error::Refused(refusal)) if refusal.cause == Cause::UnknownRegion => {
                let extra = git::config::extra_regions()?;
                let extra: Vec<&str> = extra.iter().map(String::as_str).collect();
                resolve(&extra)?
            }
            other => other?,
        };
        Ok(Self { policy, files, profile: chosen, endpoint })
    }

    /// Where the repository is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Finds the profile's keys, and signs with them.
    ///
    /// # Errors
    /// Why there are no keys, or no signature.
    pub fn sign(&mut self, variables: Variables<'_>) -> Result<Signed, Error> {
        let identity = self.identity(variables)?;
        Ok(self.policy.sign(&self.endpoint, &identity.credentials(), None)?)
    }

    /// Finds the profile's keys.
    fn identity(&mut self, variables: Variables<'_>) -> Result<Identity, Error> {
        let profile = self.profile.find(&self.files)?;
        // Roles are assumed where the user is at home, which need not be where the repository is.
        let policy = RefCell::new(&mut self.policy);
        let region = || match choose_region(&mut policy.borrow_mut(), None, &self.profile, profile, variables)? {
            Ok(region) => Ok(region.name),
            Err(policy::Error::Refused(_)) => Ok(self.endpoint.region.clone()),
            Err(error) => Err(error.into()),
        };
        let sources = Sources {
            files: &self.files,
            chosen: &self.profile,
            variables,
            region: &region,
            now: SystemTime::now(),
            network: Network::new(&self.files, profile, variables),
        };
        sources.find()
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
