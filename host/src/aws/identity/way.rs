//! The ways to keys and their order, in one place: for finding keys, and for telling which way they would be found.

use super::{Identity, Sources, assume_role, container, login, metadata, process, sso, static_keys, web_identity};
use crate::Error;
use crate::aws::config_files::Profile;

/// A way to keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Keys in the environment.
    Environment,
    /// A role that the profile assumes.
    Role,
    /// A token of another identity provider.
    WebIdentity,
    /// IAM Identity Center.
    Sso,
    /// Keys in the credentials file.
    CredentialsFile,
    /// A session of `aws login`.
    Login,
    /// A program, `credential_process`.
    Process,
    /// Keys in the config file.
    ConfigFile,
    /// The role of a container.
    Container,
    /// The role of an EC2 instance.
    Metadata,
}

/// Whose keys are looked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The name of the profile.
    pub(super) name: &'a str,
    /// The profile, where there is one.
    pub(super) profile: Option<Profile<'a>>,
    /// Whether the environment counts.
    pub(super) environment: bool,
}

/// The ways that need no profile, not even one that there is.
pub(super) const BEFORE_PROFILE: &[Way] = &[Way::Environment];

/// The keys that a profile has without a role to assume: botocore's `ProfileProviderBuilder`.
pub(super) const OF_PROFILE: &[Way] =
    &[Way::WebIdentity, Way::Sso, Way::CredentialsFile, Way::Login, Way::Process, Way::ConfigFile];

/// What comes after the environment, in three steps.
pub(super) const AFTER_ENVIRONMENT: [&[Way]; 3] = [&[Way::Role], OF_PROFILE, &[Way::Container, Way::Metadata]];

impl<'a> Sources<'a> {
    /// Visits the ways that are set up, in botocore's order, until one gives what is looked for.
    ///
    /// # Errors
    /// Those of the visits; the profile that somebody named does not exist; a variable is not UTF-8.
    pub(super) fn visit<T>(
        &self,
        mut visit: impl FnMut(Way, Asked<'_>) -> Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        let mut asked = Asked { name: &self.chosen.name, profile: None, environment: self.counts_environment() };
        if let Some(found) = self.visit_each(BEFORE_PROFILE, asked, &mut visit)? {
            return Ok(Some(found));
        }
        asked.profile = self.chosen.find(self.files)?;
        for ways in AFTER_ENVIRONMENT {
            if let Some(found) = self.visit_each(ways, asked, &mut visit)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The same for some of the ways, and any profile.
    ///
    /// # Errors
    /// As for [`Sources::visit`].
    pub(super) fn visit_each<'b, T>(
        &self,
        ways: &[Way],
        asked: Asked<'b>,
        mut visit: impl FnMut(Way, Asked<'b>) -> Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        for way in ways {
            if self.is_set_up(*way, asked)? {
                log::debug!("keys: {}", self.source(*way, asked));
                if let Some(found) = visit(*way, asked)? {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    /// Finds the keys of one way that is set up.
    ///
    /// # Errors
    /// Why it gives none.
    pub(super) fn take(&self, way: Way, asked: Asked<'a>) -> Result<Option<Identity>, Error> {
        let Asked { name, profile, environment } = asked;
        match (way, profile) {
            (Way::Environment, _) => static_keys::from_environment(self.variables, self.now),
            (Way::WebIdentity, profile) => web_identity::find(self, name, profile, environment),
            (Way::Container, _) => container::find(self),
            (Way::Metadata, _) => metadata::find(self),
            (_, None) => Ok(None),
            (Way::Role, Some(profile)) => assume_role::find(self, name, profile).map(Some),
            (Way::Sso, Some(profile)) => sso::find(self, name, profile),
            (Way::CredentialsFile, Some(profile)) => profile
                .credentials()
                .map_or(Ok(None), |section| static_keys::from_section(section, name, "credentials file")),
            (Way::Login, Some(profile)) => login::find(self, name, profile),
            (Way::Process, Some(profile)) => match profile.text("credential_process") {
                Some(command) => process::find(command, name, self.now).map(Some).map_err(Error::Process),
                None => Ok(None),
            },
            (Way::ConfigFile, Some(profile)) => {
                profile.config().map_or(Ok(None), |section| static_keys::from_section(section, name, "config file"))
            }
        }
    }

    /// Whether a way is set up; instance metadata is where it is not turned off.
    fn is_set_up(&self, way: Way, asked: Asked<'_>) -> Result<bool, Error> {
        let of_profile = |is_for: fn(Profile<'_>) -> bool| asked.profile.is_some_and(is_for);
        Ok(match way {
            Way::Environment => asked.environment && static_keys::are_in_environment(self.variables)?,
            Way::Role => of_profile(assume_role::is_for),
            Way::WebIdentity => web_identity::token_file(self, asked.profile, asked.environment)?.is_some(),
            Way::Sso => of_profile(sso::is_for),
            Way::CredentialsFile => of_profile(|profile| profile.credentials().is_some_and(static_keys::are_in)),
            Way::Login => of_profile(login::is_for),
            Way::Process => of_profile(|profile| profile.text("credential_process").is_some()),
            Way::ConfigFile => of_profile(|profile| profile.config().is_some_and(static_keys::are_in)),
            Way::Container => container::variable(self.variables)?.is_some(),
            Way::Metadata => !metadata::is_off(self.variables)?,
        })
    }
}
