//! Choosing a region and finding its Git server.

use crate::refusal::{HostFault, Refusal};
use crate::regions;
use crate::text::{concat, contains, first_from, rsplit_once, split_once};
use crate::{printable, repository_name};

/// The regions that each source names; an empty string counts as unset.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegionSources<'a> {
    /// The URL's.
    pub url: Option<&'a str>,
    /// `AWS_DEFAULT_REGION`.
    pub aws_default_region: Option<&'a str>,
    /// `region` of the profile in use.
    pub profile: Option<&'a str>,
    /// `AWS_REGION`.
    pub aws_region: Option<&'a str>,
    /// The profile's name, for the words of a refusal.
    pub profile_name: Option<&'a str>,
}

/// Where a region came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of RegionSources")]
pub enum RegionSource {
    Url,
    AwsDefaultRegion,
    Profile,
    AwsRegion,
}

/// Picks the first region that is set, in the order of the fields of [`RegionSources`].
///
/// botocore, and so the original, puts `AWS_DEFAULT_REGION` before the profile's own region even where the URL names the
/// profile, and does not know `AWS_REGION`: as the last of all it changes nothing that worked.
///
/// # Errors
/// [`Refusal::NoRegion`] where no source names one.
pub fn choose_region(sources: &RegionSources<'_>) -> Result<(String, RegionSource), Refusal> {
    [
        (sources.url, RegionSource::Url),
        (sources.aws_default_region, RegionSource::AwsDefaultRegion),
        (sources.profile, RegionSource::Profile),
        (sources.aws_region, RegionSource::AwsRegion),
    ]
    .into_iter()
    .find_map(|(region, source)| Some((region.filter(|name| !name.is_empty())?.to_owned(), source)))
    .ok_or_else(|| Refusal::NoRegion { profile: sources.profile_name.map(str::to_owned) })
}

/// What changes an endpoint.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Use the FIPS endpoint.
    pub fips: bool,
    /// `host[:port]` in place of the region's own; an empty string counts as unset.
    pub host: Option<&'a str>,
    /// Regions beyond the known ones that the user vouches for.
    pub extra_regions: &'a [String],
}

/// One repository of one region's Git server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The region, of the credential scope too.
    pub region: String,
    /// The region's partition.
    pub partition: String,
    /// `host[:port]`.
    pub host: String,
    /// `/v1/repos/REPOSITORY`.
    pub path: String,
}

impl Endpoint {
    /// The URL, without credentials.
    pub fn url(&self) -> String {
        concat(&["https://", &self.host, &self.path])
    }

    /// Checks an endpoint that came back from outside before it is signed for.
    ///
    /// # Errors
    /// [`Refusal::MalformedEndpoint`] for one that [`resolve`] does not give.
    pub fn check(&self) -> Result<(), Refusal> {
        let region_is_plain =
            !self.region.is_empty() && self.region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        let path_is_ours = self.path.strip_prefix(PATH).is_some_and(repository_name::is_valid);
        if region_is_plain && path_is_ours && check_host(&self.host).is_ok() {
            Ok(())
        } else {
            Err(Refusal::MalformedEndpoint)
        }
    }
}

/// What stands before the repository in an endpoint's path.
const PATH: &str = "/v1/repos/";

/// Finds the endpoint of a repository in a region.
///
/// # Errors
/// Refuses a region without CodeCommit, a name that no repository has, a host that is none, and FIPS where there is none.
pub fn resolve(region: &str, repository: &str, options: &Options<'_>) -> Result<Endpoint, Refusal> {
    repository_name::check(repository)?;
    let known = regions::find(region);
    let plausible = regions::plausible_partition_of(region);
    let is_vouched_for = options.extra_regions.iter().any(|extra| extra == region);
    let Some(partition) = plausible.filter(|_| known.is_some() || is_vouched_for) else {
        return Err(Refusal::UnknownRegion {
            region: region.to_owned(),
            closest: regions::closest(region),
            plausible: plausible.is_some(),
        });
    };
    let host = match options.host.filter(|host| !host.is_empty()) {
        Some(host) => {
            check_host(host).map_err(|fault| malformed_host(host, fault))?;
            host.to_owned()
        }
        None if options.fips => known
            .and_then(regions::Region::fips_host)
            .ok_or_else(|| Refusal::NoFipsEndpoint { region: region.to_owned() })?,
        None => partition.host(region),
    };
    Ok(Endpoint {
        region: region.to_owned(),
        partition: partition.name.to_owned(),
        host,
        path: concat(&[PATH, repository]),
    })
}

/// Checks that a text is `host[:port]`: names of letters, digits, `-` and `_` between dots, or an IPv6 address in brackets.
///
/// Of an address only the characters and the number of colons are checked, which is what keeps it from being anything else: the
/// parser of `std` would be a tenth of the component.
fn check_host(text: &str) -> Result<(), HostFault> {
    // What most hosts are needs no look for what they are not.
    if check_name(text).is_ok() {
        return Ok(());
    }
    if split_once(text, b':').is_some_and(|(_, rest)| rest.starts_with("//")) {
        return Err(HostFault::Scheme);
    }
    if contains(text, b'@') {
        return Err(HostFault::User);
    }
    if contains(text, b'/') {
        return Err(HostFault::Path);
    }
    if contains(text, b' ') {
        return Err(HostFault::Space);
    }
    let port = if let Some(rest) = text.strip_prefix('[') {
        let (address, after) = split_once(rest, b']').ok_or(HostFault::Address)?;
        let is_address = |b: u8| b.is_ascii_hexdigit() || b == b':' || b == b'.';
        let colons = address.bytes().filter(|b| *b == b':').count();
        if address.len() < 2 || address.len() > 45 || !(1..=8).contains(&colons) || !address.bytes().all(is_address) {
            return Err(HostFault::Address);
        }
        match after.strip_prefix(':') {
            None if after.is_empty() => return Ok(()),
            None => return Err(HostFault::Address),
            Some(port) => port,
        }
    } else {
        let (host, port) = split_once(text, b':').map_or((text, None), |(host, port)| (host, Some(port)));
        check_name(host)?;
        match port {
            None => return Ok(()),
            Some(port) => port,
        }
    };
    if is_port(port) { Ok(()) } else { Err(HostFault::Port) }
}

/// Checks a host's name.
fn check_name(host: &str) -> Result<(), HostFault> {
    let other = |byte: u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'.' | b'-' | b'_');
    if let Some(at) = host.bytes().position(other) {
        return Err(HostFault::Character(first_from(host, at)));
    }
    if host.len() > 253 {
        return Err(HostFault::Length);
    }
    let mut rest = host;
    loop {
        let (label, after) = split_once(rest, b'.').map_or((rest, None), |(label, after)| (label, Some(after)));
        if label.is_empty() || label.len() > 63 || label.starts_with('-') || label.ends_with('-') {
            return Err(HostFault::Label);
        }
        match after {
            Some(after) => rest = after,
            None => return Ok(()),
        }
    }
}

/// Whether a text is a port's number, without sign or leading zero.
fn is_port(text: &str) -> bool {
    !text.starts_with('+') && !text.starts_with('0') && text.parse::<u16>().is_ok()
}

/// The refusal of a host, with the host alone where one can be made out.
fn malformed_host(text: &str, fault: HostFault) -> Refusal {
    let without_scheme = split_once(text, b':').and_then(|(_, rest)| rest.strip_prefix("//")).unwrap_or(text);
    let without_path = split_once(without_scheme, b'/').map_or(without_scheme, |(host, _)| host);
    let host = rsplit_once(without_path, b'@').map_or(without_path, |(_, host)| host);
    Refusal::MalformedHost {
        fault,
        // A user there may have a password, and a text with one is not to be shown.
        value: (!contains(text, b'@')).then(|| text.to_owned()),
        instead: (host != text && check_host(host).is_ok() && !host.chars().any(printable::is_unprintable))
            .then(|| host.to_owned()),
    }
}
