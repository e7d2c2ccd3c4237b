//! Which profile is in use.

use super::config_files::{ConfigFiles, Profile};
use crate::Error;
use crate::variables::Variables;

/// Where the name of the profile came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileSource {
    /// The URL. Keys in the environment do not count then.
    Url,
    /// The variable `AWS_DEFAULT_PROFILE`.
    AwsDefaultProfile,
    /// The variable `AWS_PROFILE`.
    AwsProfile,
    /// Nothing named one: it is `default`, which need not exist.
    Default,
}

/// The profile in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenProfile {
    /// Its name.
    pub name: String,
    /// What named it.
    pub source: ProfileSource,
}

impl ChosenProfile {
    /// The first profile that is named by the URL, `AWS_DEFAULT_PROFILE` or `AWS_PROFILE`, otherwise `default`: the order of
    /// botocore's configuration variable `profile`.
    ///
    /// # Errors
    /// [`Error::VariableNotUtf8`] for a variable that is not UTF-8.
    pub fn choose(url: Option<&str>, variables: Variables<'_>) -> Result<Self, Error> {
        let chosen = |name: String, source| Ok(Self { name, source });
        if let Some(name) = url {
            return chosen(name.to_owned(), ProfileSource::Url);
        }
        if let Some(name) = variables.text("AWS_DEFAULT_PROFILE")? {
            return chosen(name, ProfileSource::AwsDefaultProfile);
        }
        if let Some(name) = variables.text("AWS_PROFILE")? {
            return chosen(name, ProfileSource::AwsProfile);
        }
        chosen("default".to_owned(), ProfileSource::Default)
    }

    /// The profile in the files; none where it is the default one and there is none.
    ///
    /// # Errors
    /// [`Error::UnknownProfile`] for a name that somebody gave and no file has.
    pub fn find<'a>(&self, files: &'a ConfigFiles) -> Result<Option<Profile<'a>>, Error> {
        match files.profile(&self.name) {
            None if self.source != ProfileSource::Default => Err(Error::UnknownProfile {
                name: self.without_password(),
                from: self.source,
                known: files.profile_names().into_iter().map(std::borrow::Cow::into_owned).collect(),
            }),
            found => Ok(found),
        }
    }

    /// The name to be shown. Whoever takes the place of the profile for that of a user writes a password behind it.
    fn without_password(&self) -> String {
        match self.name.split_once(':') {
            Some((user, _)) if self.source == ProfileSource::Url => format!("{user}:…"),
            _ => self.name.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
