//! The component of [`codecommit_policy::addresses`]: WIT's types on one side, plain Rust on the other, and nothing decided in
//! between. It is not part of the policy component, which Git waits for at every fetch and which never needs it.
#![cfg(target_family = "wasm")]

use codecommit_policy::addresses::{self, Forms};
use codecommit_policy::refusal::{self, Refusal};

use bindings::exports::codecommit::policy as wit;

#[expect(unsafe_code, reason = "generated: the canonical ABI is made of raw pointers")]
#[allow(missing_docs, unreachable_pub, clippy::pedantic, clippy::allow_attributes_without_reason, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({ path: "../../wit", world: "address-reader", generate_all });
    use super::Reader;
    export!(Reader with_types_in self);
}

/// The component's exports.
struct Reader;

impl wit::addresses::Guest for Reader {
    fn read(
        text: String,
        defaults: wit::addresses::Defaults,
    ) -> Result<wit::addresses::Address, wit::refusals::Refusal> {
        let address = addresses::read(&text)?.or(defaults.region, defaults.profile, defaults.account);
        let forms = Forms::of(&address);
        Ok(wit::addresses::Address {
            repository: address.repository,
            region: address.region,
            profile: address.profile,
            account: address.account,
            host: address.host,
            fips: address.fips,
            codecommit: forms.codecommit,
            https: forms.https,
            ssh: forms.ssh,
            console: forms.console,
            arn: forms.arn,
        })
    }
}

impl From<Refusal> for wit::refusals::Refusal {
    fn from(refusal: Refusal) -> Self {
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
