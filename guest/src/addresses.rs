//! The forms in which a repository is written, read and written.

use crate::refusal::Refusal;
use crate::regions;
use crate::text::{concat, rsplit_once, split_once};
use crate::{remote_url, repository_name};

/// A repository, as far as one form tells; what it does not tell is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The repository, as CodeCommit allows it.
    pub repository: String,
    /// The region in lower case, known or not.
    pub region: String,
    /// The profile, of a codecommit URL.
    pub profile: String,
    /// The account, of an ARN.
    pub account: String,
    /// The name of a VPC endpoint, where it stands in place of the region's host.
    pub host: String,
    /// Whether the host is a FIPS endpoint.
    pub fips: bool,
}

/// Where the repositories stand on a Git server.
const REPOSITORIES: &str = "v1/repos/";

/// Where the repositories stand in the console.
const CONSOLE: &str = "codesuite/codecommit/repositories/";

/// Reads any form.
///
/// # Errors
/// Refuses what is no address of a repository, and a name that CodeCommit does not allow.
pub fn read(text: &str) -> Result<Address, Refusal> {
    remote_url::check_text(text)?;
    if let Some((scheme, rest)) = split_once(text, b':') {
        let scheme = scheme.to_ascii_lowercase();
        if scheme == "arn" {
            return read_arn(rest);
        }
        if let (true, Some(rest)) = (scheme == "https" || scheme == "ssh", rest.strip_prefix("//")) {
            return read_url(&scheme, rest);
        }
        if scheme.starts_with("codecommit") {
            let remote = remote_url::parse(text)?;
            let (region, profile) = (remote.region.unwrap_or_default(), remote.profile.unwrap_or_default());
            return Ok(Address { profile, ..address(&remote.repository, region) });
        }
    }
    Err(Refusal::OtherAddress)
}

fn address(repository: &str, region: String) -> Address {
    let repository = repository.to_owned();
    Address { repository, region, profile: String::new(), account: String::new(), host: String::new(), fips: false }
}

/// Reads `PARTITION:codecommit:REGION:ACCOUNT:REPOSITORY`.
fn read_arn(rest: &str) -> Result<Address, Refusal> {
    let parts = || {
        let (partition, rest) = split_once(rest, b':')?;
        let (service, rest) = split_once(rest, b':')?;
        let (region, rest) = split_once(rest, b':')?;
        let (account, repository) = split_once(rest, b':')?;
        let is_ours = service == "codecommit"
            && is_account(account)
            && regions::plausible_partition_of(region).is_some_and(|known| known.name == partition);
        is_ours.then_some((region, account, repository))
    };
    let (region, account, repository) = parts().ok_or(Refusal::OtherAddress)?;
    repository_name::check(repository)?;
    let account = account.to_owned();
    Ok(Address { account, ..address(repository, region.to_owned()) })
}

/// Whether a text is the number of an account.
fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Reads what follows `https://` or `ssh://`.
///
/// # Errors
/// As for [`read`].
pub(crate) fn read_url(scheme: &str, rest: &str) -> Result<Address, Refusal> {
    let (authority, path) = split_once(rest, b'/').ok_or(Refusal::OtherAddress)?;
    let host = rsplit_once(authority, b'@').map_or(authority, |(_, host)| host);
    let is_https = scheme == "https";
    let host = if is_https { host.strip_suffix(":443").unwrap_or(host) } else { host };
    if is_https && let Some(found) = read_console(host, path) {
        return found;
    }
    let server = regions::server_of_host(host);
    // What Git says of a URL that it has not been told to tell whole.
    if server.is_some() && path.is_empty() {
        return Err(Refusal::EmptyRepository { before: concat(&[scheme, "://", host, "/", REPOSITORIES]) });
    }
    let (server, name) = server.zip(path.strip_prefix(REPOSITORIES)).ok_or(Refusal::OtherAddress)?;
    // There is no other host for SSH.
    if !is_https && (server.fips || server.vpc_endpoint.is_some()) {
        return Err(Refusal::OtherAddress);
    }
    let name = name.strip_suffix('/').unwrap_or(name);
    let name = name.strip_suffix(".git").unwrap_or(name);
    repository_name::check(name)?;
    let host = server.vpc_endpoint.unwrap_or_default();
    Ok(Address { host, fips: server.fips, ..address(name, server.region) })
}

/// Reads the page of a repository in the console; none where the host is another.
fn read_console(host: &str, path: &str) -> Option<Result<Address, Refusal>> {
    let host = host.to_ascii_lowercase();
    let (of_host, domain) = match split_once(&host, b'.')? {
        ("console", _) => (None, host.as_str()),
        (region, domain) => (Some(region), domain),
    };
    let partition = regions::partition_of_console(domain)?;
    let read = || {
        let rest = path.strip_prefix(CONSOLE)?;
        let end = rest.bytes().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        let (name, rest) = rest.split_at_checked(end)?;
        let region = of_host.or_else(|| region_of_query(rest))?;
        let is_its = regions::plausible_partition_of(region).is_some_and(|known| known.name == partition.name);
        is_its.then_some((name, region))
    };
    let Some((name, region)) = read() else { return Some(Err(Refusal::OtherAddress)) };
    Some(repository_name::check(name).map(|()| address(name, region.to_owned())))
}

/// `region` of a query.
fn region_of_query(rest: &str) -> Option<&str> {
    let (_, query) = split_once(rest, b'?')?;
    let mut rest = split_once(query, b'#').map_or(query, |(query, _)| query);
    loop {
        let (parameter, after) = split_once(rest, b'&').unwrap_or((rest, ""));
        if let Some(region) = parameter.strip_prefix("region=") {
            return Some(region);
        }
        if after.is_empty() {
            return None;
        }
        rest = after;
    }
}

impl Address {
    /// The address with these where it has none.
    #[must_use]
    pub fn or(mut self, region: String, profile: String, account: String) -> Self {
        for (known, default) in [(&mut self.region, region), (&mut self.profile, profile), (&mut self.account, account)]
        {
            if known.is_empty() {
                *known = default;
            }
        }
        self
    }
}

/// Every way to write a repository; what cannot be written is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in wit/addresses.wit, and told by their names")]
pub struct Forms {
    pub codecommit: String,
    pub https: String,
    pub ssh: String,
    pub console: String,
    pub arn: String,
}

impl Forms {
    /// Writes an address.
    pub fn of(address: &Address) -> Self {
        let (name, region) = (address.repository.as_str(), address.region.as_str());
        let codecommit = remote_url::write(region, &address.profile, name);
        // A profile can be one that no URL can hold.
        let codecommit = if remote_url::parse(&codecommit).is_ok() { codecommit } else { String::new() };
        let Some(partition) = regions::plausible_partition_of(region) else {
            return Self { codecommit, ..Self::default() };
        };
        let standard = partition.host(region);
        let of_server = |scheme: &str, host: &str| concat(&[scheme, "://", host, "/", REPOSITORIES, name]);
        let https = if !address.host.is_empty() {
            of_server("https", &address.host)
        } else if address.fips {
            of_server("https", &partition.fips_host(region))
        } else {
            of_server("https", &standard)
        };
        let console = partition
            .console
            .map(|domain| concat(&["https://", region, ".", domain, "/", CONSOLE, name, "/browse?region=", region]));
        let account = address.account.as_str();
        let arn = is_account(account)
            .then(|| concat(&["arn:", partition.name, ":codecommit:", region, ":", account, ":", name]));
        Self {
            codecommit,
            https,
            ssh: of_server("ssh", &standard),
            console: console.unwrap_or_default(),
            arn: arn.unwrap_or_default(),
        }
    }
}
