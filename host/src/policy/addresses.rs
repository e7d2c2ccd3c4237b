//! The component that reads the forms in which a repository is written, beside that of the policy: who is called by Git for a
//! `codecommit` URL never loads it.

use super::bindings::address_reader::AddressReaderPre;
use super::bindings::address_reader::exports::codecommit::policy::addresses as wit;
use super::bindings::address_reader::exports::codecommit::policy::refusals;
use super::checks;
use super::code::ADDRESSES;
use super::engine::store;
use super::{Cause, Error, Refusal};

/// A repository, and each way to write it; none where that is not known, or cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The repository.
    pub repository: String,
    /// The region, in lower case, known or not.
    pub region: Option<String>,
    /// The AWS profile.
    pub profile: Option<String>,
    /// The account's twelve digits.
    pub account: Option<String>,
    /// The name of a VPC endpoint, where an HTTPS URL has one.
    pub host: Option<String>,
    /// Whether the host is a FIPS endpoint.
    pub fips: bool,
    /// `codecommit::REGION://[PROFILE@]REPOSITORY`, or without a region.
    pub codecommit: Option<String>,
    /// `https://HOST/v1/repos/REPOSITORY`
    pub https: Option<String>,
    /// `ssh://HOST/v1/repos/REPOSITORY`
    pub ssh: Option<String>,
    /// The page in the AWS console.
    pub console: Option<String>,
    /// `arn:PARTITION:codecommit:REGION:ACCOUNT:REPOSITORY`
    pub arn: Option<String>,
}

/// What counts where a text says nothing of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Defaults<'a> {
    /// The region.
    pub region: Option<&'a str>,
    /// The AWS profile.
    pub profile: Option<&'a str>,
    /// The account's twelve digits.
    pub account: Option<&'a str>,
}

impl Address {
    /// Reads a URL of Git, HTTPS, SSH or the console, or an ARN. What comes back is checked to be lines that can be shown, made of
    /// what was asked.
    ///
    /// # Errors
    /// The component's refusal, or its failure.
    pub fn read(text: &str, defaults: Defaults<'_>) -> Result<Self, Error> {
        let given = [defaults.region, defaults.profile, defaults.account].map(Option::unwrap_or_default);
        for text in [&[text], &given[..]].concat() {
            checks::check_input("the text", text.len(), Cause::UrlTooLong)?;
        }
        let [region, profile, account] = given;
        let defaults = wit::Defaults { region, profile, account };
        let pre = AddressReaderPre::new(ADDRESSES.load()?).map_err(Error::Failed)?;
        let mut store = store(pre.engine())?;
        let reader = pre.instantiate(&mut store).map_err(Error::Failed)?;
        let address = reader
            .codecommit_policy_addresses()
            .call_read(&mut store, text, defaults)
            .map_err(Error::Failed)?
            .map_err(|refusal| checks::refusal(taken_over(refusal)))?;
        let address = Self::from(address);
        checks::check_address(&address, text, &given).map_err(Error::Unusable)?;
        Ok(address)
    }
}

impl From<wit::Address> for Address {
    fn from(address: wit::Address) -> Self {
        let set = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            repository: address.repository,
            region: set(address.region),
            profile: set(address.profile),
            account: set(address.account),
            host: set(address.host),
            fips: address.fips,
            codecommit: set(address.codecommit),
            https: set(address.https),
            ssh: set(address.ssh),
            console: set(address.console),
            arn: set(address.arn),
        }
    }
}

/// A refusal of this world as one of the policy's, which it is: they share the interface.
fn taken_over(refusal: refusals::Refusal) -> Refusal {
    use refusals::Cause as Theirs;
    let cause = match refusal.cause {
        Theirs::UrlTooLong => Cause::UrlTooLong,
        Theirs::MalformedUrl => Cause::MalformedUrl,
        Theirs::UnprintableCharacter => Cause::UnprintableCharacter,
        Theirs::OtherTransport => Cause::OtherTransport,
        Theirs::SurplusPart => Cause::SurplusPart,
        Theirs::MalformedProfile => Cause::MalformedProfile,
        Theirs::MalformedRepository => Cause::MalformedRepository,
        Theirs::NoRegion => Cause::NoRegion,
        Theirs::UnknownRegion => Cause::UnknownRegion,
        Theirs::NoFipsEndpoint => Cause::NoFipsEndpoint,
        Theirs::OtherAddress => Cause::OtherAddress,
        Theirs::MalformedHost => Cause::MalformedHost,
        Theirs::MalformedEndpoint => Cause::MalformedEndpoint,
        Theirs::MalformedCredentials => Cause::MalformedCredentials,
        Theirs::TimeOutOfRange => Cause::TimeOutOfRange,
    };
    Refusal { cause, message: refusal.message, hint: refusal.hint }
}

#[cfg(test)]
mod tests;
