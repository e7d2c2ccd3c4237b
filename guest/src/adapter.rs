//! The component: WIT's types on one side, plain Rust on the other, and nothing decided in between.

use std::cell::Cell;

use crate::{endpoint, refusal, regions, remote_url, signing};

use bindings::exports::codecommit::policy as wit;
use bindings::wasi::clocks::wall_clock::{self, Datetime};

#[expect(unsafe_code, reason = "generated: the canonical ABI is made of raw pointers")]
#[allow(missing_docs, unreachable_pub, clippy::pedantic, clippy::allow_attributes_without_reason, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({ path: "../wit", world: "policy", generate_all });
    use super::Policy;
    export!(Policy with_types_in self);
}

thread_local! {
    /// What an instance keeps from one call to the next. A component has one thread.
    static SIGNER: Cell<signing::Signer> = const { Cell::new(signing::Signer::new()) };
}

/// The component's exports.
struct Policy;

impl wit::remote_url::Guest for Policy {
    fn parse(url: String) -> Result<wit::remote_url::Remote, wit::refusals::Refusal> {
        let remote = remote_url::parse(&url)?;
        Ok(wit::remote_url::Remote { repository: remote.repository, profile: remote.profile, region: remote.region })
    }
}

impl wit::endpoint::Guest for Policy {
    fn choose_region(
        sources: wit::endpoint::RegionSources,
    ) -> Result<wit::endpoint::ChosenRegion, wit::refusals::Refusal> {
        let (name, source) = endpoint::choose_region(&endpoint::RegionSources {
            url: sources.url.as_deref(),
            aws_default_region: sources.aws_default_region.as_deref(),
            profile: sources.profile.as_deref(),
            aws_region: sources.aws_region.as_deref(),
            profile_name: sources.profile_name.as_deref(),
        })?;
        Ok(wit::endpoint::ChosenRegion { name, source: source.into() })
    }

    fn resolve(
        region: String,
        repository: String,
        options: wit::endpoint::Options,
    ) -> Result<wit::endpoint::Endpoint, wit::refusals::Refusal> {
        let options = endpoint::Options {
            fips: options.fips,
            host: options.host.as_deref(),
            extra_regions: &options.extra_regions,
        };
        Ok(endpoint::resolve(&region, &repository, &options)?.into())
    }

    fn regions() -> Vec<wit::endpoint::Region> {
        regions::REGIONS
            .iter()
            .map(|region| wit::endpoint::Region {
                name: region.name.to_owned(),
                partition: region.partition.name.to_owned(),
                host: region.partition.host(region.name),
                fips_host: region.fips_host(),
            })
            .collect()
    }
}

impl wit::signing::Guest for Policy {
    fn sign(
        endpoint: wit::endpoint::Endpoint,
        credentials: wit::signing::Credentials,
        at: Option<Datetime>,
    ) -> Result<wit::signing::Signed, wit::refusals::Refusal> {
        let at = at.unwrap_or_else(wall_clock::now);
        let credentials = signing::Credentials {
            access_key_id: &credentials.access_key_id,
            secret_access_key: &credentials.secret_access_key,
            session_token: credentials.session_token.as_deref(),
        };
        let mut signer = SIGNER.take();
        let answer = signer.sign(&endpoint.into(), &credentials, at.seconds);
        SIGNER.set(signer);
        let signing::Signed { username, password, expires } = answer?;
        Ok(wit::signing::Signed {
            username,
            password,
            expires: Datetime { seconds: expires, nanoseconds: at.nanoseconds },
        })
    }

    fn string_to_sign(endpoint: wit::endpoint::Endpoint, at: Datetime) -> Result<String, wit::refusals::Refusal> {
        Ok(signing::string_to_sign(&endpoint.into(), at.seconds)?)
    }

    fn authenticated_url(
        endpoint: wit::endpoint::Endpoint,
        signed: wit::signing::Signed,
    ) -> Result<String, wit::refusals::Refusal> {
        Ok(signing::authenticated_url(&endpoint.into(), &signed.username, &signed.password)?)
    }
}

impl From<wit::endpoint::Endpoint> for endpoint::Endpoint {
    // The URL is not read: it says nothing that host and path do not.
    fn from(endpoint: wit::endpoint::Endpoint) -> Self {
        Self { region: endpoint.region, partition: endpoint.partition, host: endpoint.host, path: endpoint.path }
    }
}

impl From<endpoint::Endpoint> for wit::endpoint::Endpoint {
    fn from(endpoint: endpoint::Endpoint) -> Self {
        Self {
            url: endpoint.url(),
            region: endpoint.region,
            partition: endpoint.partition,
            host: endpoint.host,
            path: endpoint.path,
        }
    }
}

impl From<endpoint::RegionSource> for wit::endpoint::RegionSource {
    fn from(source: endpoint::RegionSource) -> Self {
        match source {
            endpoint::RegionSource::Url => Self::Url,
            endpoint::RegionSource::AwsDefaultRegion => Self::AwsDefaultRegion,
            endpoint::RegionSource::Profile => Self::Profile,
            endpoint::RegionSource::AwsRegion => Self::AwsRegion,
        }
    }
}

impl From<refusal::Refusal> for wit::refusals::Refusal {
    fn from(refusal: refusal::Refusal) -> Self {
        Self { cause: refusal.cause().into(), message: refusal.to_string(), hint: refusal.hint() }
    }
}

impl From<refusal::Cause> for wit::refusals::Cause {
    fn from(cause: refusal::Cause) -> Self {
        use refusal::Cause;
        match cause {
            Cause::UrlTooLong => Self::UrlTooLong,
            Cause::MalformedUrl => Self::MalformedUrl,
            Cause::UnprintableCharacter => Self::UnprintableCharacter,
            Cause::OtherTransport => Self::OtherTransport,
            Cause::SurplusPart => Self::SurplusPart,
            Cause::MalformedProfile => Self::MalformedProfile,
            Cause::MalformedRepository => Self::MalformedRepository,
            Cause::NoRegion => Self::NoRegion,
            Cause::UnknownRegion => Self::UnknownRegion,
            Cause::NoFipsEndpoint => Self::NoFipsEndpoint,
            Cause::OtherAddress => Self::OtherAddress,
            Cause::MalformedHost => Self::MalformedHost,
            Cause::MalformedEndpoint => Self::MalformedEndpoint,
            Cause::MalformedCredentials => Self::MalformedCredentials,
            Cause::TimeOutOfRange => Self::TimeOutOfRange,
        }
    }
}
