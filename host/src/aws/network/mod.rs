//! The network, for identities that need it: started when the first one does, for most do not.
//!
//! aws-config makes of the settings how to reach a service. It is given a clean profile made from what was read here, for its dialect
//! of the files is not botocore's. Its chain of identities is never used: it would read the machine's certificates for a static key.

mod call;
pub mod direct;
mod patience;
mod settings;
mod trust;

use std::cell::OnceCell;
use std::io;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{self, TlsContext};
use aws_smithy_http_client::{Builder, Connector, proxy::ProxyConfig};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use thiserror::Error;
use tokio::runtime::Runtime;

use super::config_files::{ConfigFiles, Profile};
use super::identity::Identity;
use crate::Error as HelperError;
use crate::printable::Shown;
use crate::variables::Variables;
use settings::Settings;

pub use call::CallFault;
pub use settings::Service;
pub use trust::TrustFault;

/// Why the network cannot be used at all.
#[derive(Debug, Error)]
pub enum NetworkFault {
    /// The system gives no sockets or no timers.
    #[error("the network could not be started: {0}")]
    NotStarted(io::ErrorKind),
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    NoTls,
    /// A region is none: it would be a part of a host's name, and must not be more than that.
    #[error("'{}' is no region", Shown(.0))]
    Region(String),
    /// An endpoint is none.
    #[error("{name} is '{}', which is no HTTP endpoint", Shown(value))]
    NoEndpoint {
        /// The variable, or the option.
        name: &'static str,
        /// What it says.
        value: String,
    },
    /// A number of attempts is none.
    #[error("{name} is '{}', which is no whole number from 1", Shown(value))]
    NoAttempts {
        /// The variable, or the option.
        name: &'static str,
        /// What it says.
        value: String,
    },
    /// The certificates to trust cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustFault),
}

impl NetworkFault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotStarted(_) | Self::NoTls => None,
            Self::Region(_) => Some("correct region, sso_region or signInRegion, whichever says so".to_owned()),
            Self::NoEndpoint { name, .. } | Self::NoAttempts { name, .. } => {
                // Options of a profile are written in lower case.
                let place = if name.starts_with("AWS_") { "" } else { " in ~/.aws/config" };
                Some(format!("correct {name}{place}, or remove it"))
            }
            Self::Trust(fault) => Some(fault.hint()),
        }
    }
}

impl Drop for Network<'_> {
    fn drop(&mut self) {
        // A name that is still being looked up is not waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// How long a service may take for its answer; with the attempts that follow on one that fails.
const READ_LIMIT: Duration = Duration::from_secs(30);
const CALL_LIMIT: Duration = Duration::from_secs(90);

/// The network, which costs nothing until it is used.
pub struct Network<'a> {
    files: &'a ConfigFiles,
    profile: Option<Profile<'a>>,
    variables: Variables<'a>,
    runtime: OnceCell<Runtime>,
    https: OnceCell<SharedHttpClient>,
}

impl<'a> Network<'a> {
    /// The network as the user's variables and profile set it up. Nothing is started or read yet.
    pub fn new(files: &'a ConfigFiles, profile: Option<Profile<'a>>, variables: Variables<'a>) -> Self {
        Self { files, profile, variables, runtime: OnceCell::new(), https: OnceCell::new() }
    }

    /// Waits for the answer of a service, which is named as a sentence names it.
    ///
    /// # Errors
    /// [`NetworkFault::NotStarted`].
    pub fn wait_for<F: Future>(&self, service: &str, answer: F) -> Result<F::Output, NetworkFault> {
        self.block_on(patience::wait(service, answer))
    }

    fn block_on<F: Future>(&self, future: F) -> Result<F::Output, NetworkFault> {
        let runtime = if let Some(runtime) = self.runtime.get() {
            runtime
        } else {
            // One thread: this process waits for one answer.
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| NetworkFault::NotStarted(error.kind()))?;
            self.runtime.get_or_init(|| runtime)
        };
        Ok(runtime.block_on(future))
    }

    /// How to call a service in a region: signed with these keys, or not at all.
    ///
    /// # Errors
    /// The network or the certificates cannot be used, or a setting is wrong.
    pub fn config(
        &self,
        service: Service,
        region: &str,
        identity: Option<&Identity>,
    ) -> Result<SdkConfig, HelperError> {
        if !is_host_label(region) {
            return Err(HelperError::Network(NetworkFault::Region(region.to_owned())));
        }
        let settings = Settings { files: self.files, profile: self.profile, variables: self.variables };
        let config_file =
            EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, settings.config_file()).build();
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.to_owned()))
            .http_client(self.https()?)
            // Modes of retries differ in when to wait, and this process makes one call.
            .retry_config(RetryConfig::standard().with_max_attempts(settings.attempts()?))
            .timeout_config(TimeoutConfig::builder().read_timeout(READ_LIMIT).operation_timeout(CALL_LIMIT).build())
            .profile_name(settings::PROFILE)
            .profile_files(config_file)
            .no_credentials();
        if let Some(url) = settings.endpoint(service)? {
            loader = loader.endpoint_url(url);
        }
        let config = self.block_on(loader.load()).map_err(HelperError::Network)?;
        let Some(identity) = identity else {
            return Ok(config);
        };
        let keys = identity.credentials();
        let keys = Credentials::new(
            keys.access_key_id,
            keys.secret_access_key,
            keys.session_token.map(str::to_owned),
            None,
            "git-remote-codecommit",
        );
        Ok(config.into_builder().credentials_provider(SharedCredentialsProvider::new(keys)).build())
    }

    /// The HTTPS client. Certificates are read when it first connects.
    fn https(&self) -> Result<SharedHttpClient, HelperError> {
        if let Some(client) = self.https.get() {
            return Ok(client.clone());
        }
        let context = self.trusted()?;
        let proxy = self.proxy()?;
        let client = Builder::new().build_with_connector_fn(move |settings, components| {
            let mut connector = Connector::builder().proxy_config(proxy.clone());
            connector.set_connector_settings(settings.cloned());
            if let Some(components) = components {
                connector.set_sleep_impl(components.sleep_impl());
            }
            connector.tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).tls_context(context.clone()).build()
        });
        Ok(self.https.get_or_init(|| client).clone())
    }

    /// The proxies that the environment names.
    fn proxy(&self) -> Result<ProxyConfig, HelperError> {
        // Every other program takes this for all hosts, and hyper-util for a host's name.
        let none = [self.variables.text("no_proxy")?, self.variables.text("NO_PROXY")?];
        let is_for_none = none.iter().flatten().next().is_some_and(|hosts| hosts.trim() == "*");
        Ok(if is_for_none { ProxyConfig::disabled() } else { ProxyConfig::from_env() })
    }

    /// What TLS is to trust; the certificates themselves are read when a client first connects.
    fn trusted(&self) -> Result<TlsContext, HelperError> {
        let context = match trust::bundle(self.profile, self.variables)? {
            Some(path) => TlsContext::builder()
                .with_trust_store(trust::read(&path).map_err(NetworkFault::Trust).map_err(HelperError::Network)?)
                .build(),
            None => TlsContext::builder().build(),
        };
        context.map_err(|_| HelperError::Network(NetworkFault::NoTls))
    }
}

/// Whether a region can be a part of a host's name, and is no more than that: `validate_region_name` of botocore.
fn is_host_label(region: &str) -> bool {
    let is_of_one = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&region.len())
        && region.bytes().all(is_of_one)
        && !region.starts_with('-')
        && !region.ends_with('-')
        && !region.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
