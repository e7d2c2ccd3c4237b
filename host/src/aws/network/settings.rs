//! What the user says about how to reach a service: its endpoint, and how often to try.
//!
//! aws-config would read the same, but it goes to AWS where a setting is wrong, panics at some, and takes a variable that is empty for
//! an endpoint. It is told instead, and given a profile with what is left.

use std::fmt::Write;

use super::NetworkFault;
use super::direct::Url;
use crate::Error as HelperError;
use crate::aws::config_files::{ConfigFiles, Profile};
use crate::aws::ini::Value;
use crate::variables::{Variables, is_true};

/// A service that identities come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// AWS Sign-In.
    Signin,
    /// The portal of IAM Identity Center.
    Sso,
    /// The tokens of IAM Identity Center.
    SsoOidc,
    /// STS.
    Sts,
}

impl Service {
    /// The variable with its endpoint.
    fn variable(self) -> &'static str {
        match self {
            Self::Signin => "AWS_ENDPOINT_URL_SIGNIN",
            Self::Sso => "AWS_ENDPOINT_URL_SSO",
            Self::SsoOidc => "AWS_ENDPOINT_URL_SSO_OIDC",
            Self::Sts => "AWS_ENDPOINT_URL_STS",
        }
    }

    /// Its name in a `[services]` section.
    fn option(self) -> &'static str {
        match self {
            Self::Signin => "signin",
            Self::Sso => "sso",
            Self::SsoOidc => "sso_oidc",
            Self::Sts => "sts",
        }
    }
}

/// Where the user's settings are.
#[derive(Clone, Copy)]
pub(super) struct Settings<'a> {
    pub(super) files: &'a ConfigFiles,
    pub(super) profile: Option<Profile<'a>>,
    pub(super) variables: Variables<'a>,
}

impl<'a> Settings<'a> {
    /// The endpoint that the user configured for a service, in the order of botocore's `ConfiguredEndpointProvider`.
    ///
    /// # Errors
    /// [`NetworkFault::NoEndpoint`] where it is no URL.
    pub(super) fn endpoint(self, service: Service) -> Result<Option<String>, HelperError> {
        let ignored = match self.variables.text("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")? {
            Some(value) => is_true(&value),
            None => self.text("ignore_configured_endpoint_urls").is_some_and(is_true),
        };
        if ignored {
            return Ok(None);
        }
        for name in [service.variable(), "AWS_ENDPOINT_URL"] {
            if let Some(url) = self.variables.text(name)? {
                return checked(name, url).map(Some);
            }
        }
        let in_section = || {
            let services = self.files.services(self.text("services")?)?;
            let Some(Value::Nested(options)) = services.get(service.option()) else { return None };
            options.get("endpoint_url").filter(|url| !url.is_empty())
        };
        let url = in_section().or_else(|| self.text("endpoint_url"));
        url.map(|url| checked("endpoint_url", url.to_owned())).transpose()
    }

    /// How often a service is asked at most.
    ///
    /// # Errors
    /// [`NetworkFault::NoAttempts`] where it is no number.
    pub(super) fn attempts(self) -> Result<u32, HelperError> {
        /// The same in every AWS SDK.
        const USUAL: u32 = 3;
        let (name, value) = match self.variables.text("AWS_MAX_ATTEMPTS")? {
            Some(value) => ("AWS_MAX_ATTEMPTS", value),
            None => match self.text("max_attempts") {
                Some(value) => ("max_attempts", value.to_owned()),
                None => return Ok(USUAL),
            },
        };
        match value.trim().parse() {
            Ok(attempts @ 1..) => Ok(attempts),
            _ => Err(HelperError::Network(NetworkFault::NoAttempts { name, value })),
        }
    }

    /// An option of the profile that is not empty.
    fn text(self, option: &str) -> Option<&'a str> {
        self.profile.and_then(|profile| profile.text(option)).filter(|value| !value.is_empty())
    }

    /// A config file with one profile, in the dialect that aws-config reads.
    pub(super) fn config_file(self) -> String {
        // What these say has been read; aws-config is not to read it once more.
        let mut file = format!("[{PROFILE}]\nignore_configured_endpoint_urls = true\n");
        for option in ["use_dualstack_endpoint", "use_fips_endpoint"] {
            // Only a value that is one for it, because it warns, and does not end, at another.
            if let Some(value) = self.text(option).filter(|value| value.bytes().all(|byte| byte.is_ascii_alphabetic()))
            {
                // Writing to a string does not fail.
                let _ = writeln!(file, "{option} = {value}");
            }
        }
        file
    }
}

/// The name that the profile has in [`Settings::config_file`].
pub(super) const PROFILE: &str = "default";

fn checked(name: &'static str, url: String) -> Result<String, HelperError> {
    match Url::parse(&url) {
        Some(_) => Ok(url),
        None => Err(HelperError::Network(NetworkFault::NoEndpoint { name, value: url })),
    }
}
