//! The policy component, loaded: what a URL means, which endpoint it names, and how a request to it is signed.
//!
//! The component is part of the program, as machine code that the build made of it: at run time there is no file, no compiler and no
//! download. Load it once, start an [`Instance`] for each question or each client, and drop that when the answer is there.
//!
//! ```
//! use git_remote_codecommit::policy::{Credentials, Options, Policy, RegionSources};
//! # use git_remote_codecommit::policy::Error;
//! # fn main() -> Result<(), Error> {
//!
//! let mut policy = Policy::load()?.instance()?;
//! // What the URL says; the rest is for you to supply.
//! let remote = policy.parse("codecommit::eu-west-1://prod@MyRepo")?;
//! assert_eq!((remote.repository.as_str(), remote.profile.as_deref()), ("MyRepo", Some("prod")));
//! let region = policy.choose_region(RegionSources {
//!     url: remote.region.as_deref(),
//!     aws_default_region: None,
//!     profile: None,
//!     aws_region: Some("us-east-1"),
//!     profile_name: remote.profile.as_deref(),
//! })?;
//! // Where its Git server is.
//! let options = Options { fips: false, host: None, extra_regions: &[] };
//! let endpoint = policy.resolve(&region.name, &remote.repository, options)?;
//! assert_eq!(endpoint.url, "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo");
//! // A user name and a password for that repository alone, for 15 minutes.
//! let keys = Credentials {
//!     access_key_id: "AKIAIOSFODNN7EXAMPLE",
//!     secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
//!     session_token: None,
//! };
//! let signed = policy.sign(&endpoint, &keys, None)?;
//! assert_eq!(signed.username.expose(), "AKIAIOSFODNN7EXAMPLE");
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//! [`Error::Refused`] is the policy's no to what it was given: go by its [`Cause`], and show its `message` and, where there is one, its
//! `hint`. Both are one line that can be printed, and neither quotes a secret. The other two say that the component itself failed, and
//! are no fault of the user: it came to one of its limits or gave an answer that does not fit the question.
//!
//! ```
//! use git_remote_codecommit::policy::{Cause, Error, Options, Policy};
//! # fn main() -> Result<(), Error> {
//!
//! let options = Options { fips: false, host: None, extra_regions: &[] };
//! match Policy::load()?.instance()?.resolve("eu-wst-1", "MyRepo", options) {
//!     Err(Error::Refused(refusal)) => {
//!         assert!(matches!(refusal.cause, Cause::UnknownRegion));
//!         assert_eq!(refusal.message, "CodeCommit is not known in region 'eu-wst-1'");
//!     }
//!     Err(failure) => return Err(failure),
//!     Ok(_) => panic!("there is no such region"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Servers
//! [`Policy`] is `Send` and `Sync`: share one. [`Instance`] is `Send`, and each call borrows it for itself. A server that signs for
//! others starts a fresh instance for each signature, so that nothing of one client is there for the next. [`Policy::load_pooled`] makes
//! that cheap: the memory of instances is set aside once, for as many as there may be at the same time. One more is [`Error::Failed`],
//! so give it the number of threads that sign.
//!
//! ```
//! use std::thread;
//!
//! use git_remote_codecommit::policy::{Error, Options, Policy};
//! # fn main() -> Result<(), Error> {
//!
//! const THREADS: u32 = 4;
//! let policy = Policy::load_pooled(THREADS)?;
//! let options = Options { fips: false, host: None, extra_regions: &[] };
//! let work = || {
//!     for repository in ["One", "Two", "Three"] {
//!         let endpoint = policy.instance()?.resolve("eu-west-1", repository, options.clone())?;
//!         assert_eq!(endpoint.path, format!("/v1/repos/{repository}"));
//!     }
//!     Ok::<_, Error>(())
//! };
//! thread::scope(|scope| {
//!     let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
//!     threads.into_iter().try_for_each(|thread| thread.join().expect("no thread panics"))
//! })
//! # }
//! ```
//!
//! `guest/examples/rust` has a small server of this kind, with keys.
//!
//! # Costs
//! On two cores a signature takes 25 µs with a fresh instance of a pool, nearly all of it SHA-256, and 5 µs with one that is reused, as
//! long as it is for the same identity: an instance keeps the signing key of its last signature, which is good for one day and region,
//! and the canonical request, which is good for one repository.
//! `host/BENCHMARKS.md` has these figures beside those of plain Rust, and `cargo xtask bench` says what they are elsewhere.
//!
//! # Limits
//! An instance has 16 MiB of memory, a call 50 million instructions of WebAssembly, of which a signature takes a third of one million,
//! and 100 looks at the clock; an answer has a mebibyte at most. What is too long is refused before the component sees it.
//! It has no file, no network, no environment and no randomness: the clock is all that it is given.

mod addresses;
mod bindings;
mod checks;
mod code;
mod config;
mod engine;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use crate::secret::Secret;

use bindings::exports::codecommit::policy as wit;

pub use addresses::{Address, Defaults};
pub use bindings::exports::codecommit::policy::endpoint::{
    ChosenRegion, EndpointResult as Endpoint, Options, Region, RegionSource, RegionSources,
};
pub use bindings::exports::codecommit::policy::refusals::{Cause, Refusal};
pub use bindings::exports::codecommit::policy::remote_url::Remote;
pub use engine::{Instance, Policy};

/// The component's package, and the SHA-256 of the component that this program holds: that of `codecommit-policy.wasm`.
pub const COMPONENT: &str = concat!("codecommit:policy@0.1.0 sha256:", env!("COMPONENT_SHA256"));

/// Why the component gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It refused the input.
    #[error("{}", .0.message)]
    Refused(Refusal),
    /// It could not be loaded, or stopped before it answered.
    #[error("the policy component failed: {}", first_line(.0))]
    Failed(wasmtime::Error),
    /// Its answer is not one that can be used.
    #[error("the policy component failed: {0}")]
    Unusable(&'static str),
}

/// Keys to sign with, lent for one signature. Not to be printed, so there is no `Debug`.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The access key ID.
    pub access_key_id: &'a str,
    /// The secret access key.
    pub secret_access_key: &'a str,
    /// The session token of temporary credentials.
    pub session_token: Option<&'a str>,
}

/// A user name and a password for one repository. Not to be printed, so there is no `Debug`.
pub struct Signed {
    /// The access key ID; where there is a session token, `%` and the token after it.
    pub username: Secret,
    /// The time and the signature.
    pub password: Secret,
    /// When the server stops taking it.
    pub expires: SystemTime,
}

impl Instance {
    /// Reads the URL of a remote.
    ///
    /// # Errors
    /// The component's refusal, or its failure.
    pub fn parse(&mut self, url: &str) -> Result<Remote, Error> {
        checks::check_input("the URL", url.len(), Cause::UrlTooLong)?;
        let remote = self.call(|policy, store| policy.codecommit_policy_remote_url().call_parse(store, url))?;
        checks::check_remote(&remote, url).map_err(Error::Unusable)?;
        Ok(remote)
    }

    /// Picks the region of those that the sources name.
    ///
    /// # Errors
    /// The component's refusal, or its failure.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "names that are lent; nobody has a use for the record afterwards"
    )]
    pub fn choose_region(&mut self, sources: RegionSources<'_>) -> Result<ChosenRegion, Error> {
        for region in
            [sources.url, sources.aws_default_region, sources.profile, sources.aws_region].into_iter().flatten()
        {
            checks::check_input("the AWS Region", region.len(), Cause::UnknownRegion)?;
        }
        let chosen =
            self.call(|policy, store| policy.codecommit_policy_endpoint().call_choose_region(store, sources.clone()))?;
        checks::check_region(&chosen, &sources).map_err(Error::Unusable)?;
        Ok(chosen)
    }

    /// Finds the endpoint of a repository. What comes back is checked to be one that Git can be given.
    ///
    /// # Errors
    /// The component's refusal, or its failure.
    #[expect(clippy::needless_pass_by_value, reason = "as for the regions")]
    pub fn resolve(&mut self, region: &str, repository: &str, options: Options<'_>) -> Result<Endpoint, Error> {
        checks::check_input("the AWS Region", region.len(), Cause::UnknownRegion)?;
        checks::check_input("CODE_COMMIT_ENDPOINT", options.host.unwrap_or_default().len(), Cause::MalformedHost)?;
        // A region takes up eight bytes beside its name.
        let extra = options.extra_regions.iter().map(|region| region.len() + 8).sum();
        checks::check_input("codecommit.extraRegion", extra, Cause::UnknownRegion)?;
        let endpoint = self.call(|policy, store| {
            policy.codecommit_policy_endpoint().call_resolve(store, region, repository, options.clone())
        })?;
        checks::check_endpoint(&endpoint, region, repository, &options).map_err(Error::Unusable)?;
        Ok(endpoint)
    }

    /// The regions that the component knows.
    ///
    /// # Errors
    /// The component's failure.
    pub fn region_table(&mut self) -> Result<Vec<Region>, Error> {
        self.call(|policy, store| policy.codecommit_policy_endpoint().call_regions(store).map(Ok))
    }

    /// The names of the regions that the component knows; none where it fails to say.
    pub fn regions(&mut self) -> Vec<String> {
        self.region_table().unwrap_or_default().into_iter().map(|region| region.name).collect()
    }

    /// Signs for an endpoint, now by the clock or at a time after 1970 began. What comes back is checked to fit Git's credential
    /// protocol.
    ///
    /// # Errors
    /// The component's refusal, or its failure.
    pub fn sign(
        &mut self,
        endpoint: &Endpoint,
        credentials: &Credentials<'_>,
        at: Option<Duration>,
    ) -> Result<Signed, Error> {
        for (what, text) in [
            ("the AWS access key ID", credentials.access_key_id),
            ("the AWS secret access key", credentials.secret_access_key),
            ("the AWS session token", credentials.session_token.unwrap_or_default()),
        ] {
            checks::check_input(what, text.len(), Cause::MalformedCredentials)?;
        }
        let endpoint = lent(endpoint);
        let credentials = wit::signing::Credentials {
            access_key_id: credentials.access_key_id,
            secret_access_key: credentials.secret_access_key,
            session_token: credentials.session_token,
        };
        let at = at.map(datetime);
        let signed =
            self.call(|policy, store| policy.codecommit_policy_signing().call_sign(store, endpoint, credentials, at))?;
        // Taken over before anything is checked, so that they are wiped whatever comes.
        let (username, password) = (Secret::new(signed.username), Secret::new(signed.password));
        let expires = SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_secs(signed.expires.seconds))
            .ok_or(Error::Unusable("its credential ends at no time"))?;
        let signed = Signed { username, password, expires };
        checks::check_signed(&signed).map_err(Error::Unusable)?;
        Ok(signed)
    }

    /// What [`Instance::sign`] signs at a time after 1970 began: for finding out why a server refuses a signature.
    ///
    /// # Errors
    /// The component's refusal, or its failure.
    pub fn string_to_sign(&mut self, endpoint: &Endpoint, at: Duration) -> Result<String, Error> {
        let endpoint = lent(endpoint);
        self.call(|policy, store| policy.codecommit_policy_signing().call_string_to_sign(store, endpoint, datetime(at)))
    }

    /// The endpoint's URL with a credential in it.
    ///
    /// # Errors
    /// The component's refusal, or its failure.
    pub fn authenticated_url(&mut self, endpoint: &Endpoint, signed: &Signed) -> Result<Secret, Error> {
        let endpoint = lent(endpoint);
        let expires = signed.expires.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let signed = wit::signing::SignedParam {
            username: signed.username.expose(),
            password: signed.password.expose(),
            expires: datetime(expires),
        };
        self.call(|policy, store| policy.codecommit_policy_signing().call_authenticated_url(store, endpoint, signed))
            .map(Secret::new)
    }
}

/// An endpoint as the component takes it.
fn lent(endpoint: &Endpoint) -> wit::endpoint::EndpointParam<'_> {
    wit::endpoint::EndpointParam {
        region: &endpoint.region,
        partition: &endpoint.partition,
        host: &endpoint.host,
        path: &endpoint.path,
        url: &endpoint.url,
    }
}

/// A time after 1970 began, as WASI has it.
fn datetime(at: Duration) -> bindings::wasi::clocks::wall_clock::Datetime {
    bindings::wasi::clocks::wall_clock::Datetime { seconds: at.as_secs(), nanoseconds: at.subsec_nanos() }
}

/// What an engine's error comes down to, in one line: the cause at its root, without the trace before it.
fn first_line(error: &wasmtime::Error) -> String {
    let root = error.root_cause().to_string();
    root.lines().next().unwrap_or("no reason given").to_owned()
}
