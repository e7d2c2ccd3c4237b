//! The regions with CodeCommit, by partition. Data: a new region is one word in this table.
//!
//! Sources: the partitions and CodeCommit's endpoints in botocore 1.44.5 (`partitions.json`, `endpoints.json`); the FIPS
//! endpoints in "AWS CodeCommit endpoints and quotas" of the AWS General Reference; the consoles' domains in its "AWS Management Console
//! endpoints and quotas", and in the user guides of China and GovCloud.

use crate::text::{concat, split_once};

/// AWS regions that share accounts and a domain.
#[derive(Debug)]
pub struct Partition {
    /// Its name in ARNs.
    pub name: &'static str,
    /// The domain of its endpoints.
    suffix: &'static str,
    /// The domain of its console, below which each region has a name, where it is known.
    pub console: Option<&'static str>,
    /// Its regions are one of these, then a word, `-` and a number.
    prefixes: &'static [&'static str],
}

/// A region known to have CodeCommit.
#[derive(Debug)]
pub struct Region {
    /// Its name, such as `eu-west-1`.
    pub name: &'static str,
    /// Its partition.
    pub partition: &'static Partition,
    /// Whether it has a FIPS endpoint.
    pub fips: bool,
}

static AWS: Partition = Partition {
    name: "aws",
    suffix: "amazonaws.com",
    console: Some("console.aws.amazon.com"),
    prefixes: &["us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-"],
};
static CHINA: Partition =
    Partition { name: "aws-cn", suffix: "amazonaws.com.cn", console: Some("console.amazonaws.cn"), prefixes: &["cn-"] };
static GOVCLOUD: Partition = Partition {
    name: "aws-us-gov",
    suffix: "amazonaws.com",
    console: Some("console.amazonaws-us-gov.com"),
    prefixes: &["us-gov-"],
};
static ISO: Partition = Partition { name: "aws-iso", suffix: "c2s.ic.gov", console: None, prefixes: &["us-iso-"] };
static ISO_B: Partition =
    Partition { name: "aws-iso-b", suffix: "sc2s.sgov.gov", console: None, prefixes: &["us-isob-"] };
static ISO_E: Partition =
    Partition { name: "aws-iso-e", suffix: "cloud.adc-e.uk", console: None, prefixes: &["eu-isoe-"] };
static ISO_F: Partition =
    Partition { name: "aws-iso-f", suffix: "csp.hci.ic.gov", console: None, prefixes: &["us-isof-"] };
static EUROPE: Partition =
    Partition { name: "aws-eusc", suffix: "amazonaws.eu", console: None, prefixes: &["eusc-de-"] };

static PARTITIONS: [&Partition; 8] = [&AWS, &CHINA, &GOVCLOUD, &ISO, &ISO_B, &ISO_E, &ISO_F, &EUROPE];

/// The known regions, by partition and name.
pub static REGIONS: [Region; 29] = [
    plain("af-south-1", &AWS),
    plain("ap-east-1", &AWS),
    plain("ap-northeast-1", &AWS),
    plain("ap-northeast-2", &AWS),
    plain("ap-northeast-3", &AWS),
    plain("ap-south-1", &AWS),
    plain("ap-south-2", &AWS),
    plain("ap-southeast-1", &AWS),
    plain("ap-southeast-2", &AWS),
    plain("ap-southeast-3", &AWS),
    fips("ca-central-1", &AWS),
    plain("eu-central-1", &AWS),
    plain("eu-north-1", &AWS),
    plain("eu-south-1", &AWS),
    plain("eu-west-1", &AWS),
    plain("eu-west-2", &AWS),
    plain("eu-west-3", &AWS),
    plain("il-central-1", &AWS),
    plain("me-central-1", &AWS),
    plain("me-south-1", &AWS),
    plain("sa-east-1", &AWS),
    fips("us-east-1", &AWS),
    fips("us-east-2", &AWS),
    fips("us-west-1", &AWS),
    fips("us-west-2", &AWS),
    plain("cn-north-1", &CHINA),
    plain("cn-northwest-1", &CHINA),
    fips("us-gov-east-1", &GOVCLOUD),
    fips("us-gov-west-1", &GOVCLOUD),
];

const fn plain(name: &'static str, partition: &'static Partition) -> Region {
    Region { name, partition, fips: false }
}

const fn fips(name: &'static str, partition: &'static Partition) -> Region {
    Region { name, partition, fips: true }
}

impl Region {
    /// The host of its FIPS endpoint, where it has one.
    pub fn fips_host(&self) -> Option<String> {
        self.fips.then(|| self.partition.fips_host(self.name))
    }
}

impl Partition {
    /// The host of a region's Git server in this partition.
    pub fn host(&self, region: &str) -> String {
        concat(&["git-codecommit.", region, ".", self.suffix])
    }

    /// The host of a region's FIPS endpoint, where it has one.
    pub fn fips_host(&self, region: &str) -> String {
        concat(&["git-codecommit-fips.", region, ".", self.suffix])
    }

    /// Whether a region's name could be one of this partition's.
    fn fits(&self, region: &str) -> bool {
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        self.prefixes
            .iter()
            .filter_map(|prefix| split_once(region.strip_prefix(prefix)?, b'-'))
            .any(|(word, number)| is_word(word) && is_number(number))
    }
}

/// The known region of a name.
pub fn find(name: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.name == name)
}

/// The partition whose pattern a region fits, known or not.
pub fn plausible_partition_of(region: &str) -> Option<&'static Partition> {
    PARTITIONS.iter().copied().find(|partition| partition.fits(region))
}

/// The partition of a console's domain.
pub fn partition_of_console(domain: &str) -> Option<&'static Partition> {
    PARTITIONS.iter().copied().find(|partition| partition.console == Some(domain))
}

/// One of CodeCommit's Git servers, as its host names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The region, known or not.
    pub region: String,
    /// Whether it is a FIPS endpoint.
    pub fips: bool,
    /// The host in lower case, where it is a VPC endpoint's.
    pub vpc_endpoint: Option<String>,
}

/// The Git server that a host is: that of a region, its FIPS endpoint, or a VPC endpoint by the name that is its alone.
///
/// Source of the last: "Using AWS CodeCommit with interface VPC endpoints" of the user guide, and the DNS names of AWS `PrivateLink`.
pub fn server_of_host(host: &str) -> Option<Server> {
    let host = host.to_ascii_lowercase();
    let is_vpc_endpoint = host.starts_with("vpce-");
    let name = if is_vpc_endpoint { split_once(&host, b'.')?.1 } else { &host };
    let (service, rest) = split_once(name, b'.')?;
    let fips = service == "git-codecommit-fips";
    if !fips && service != "git-codecommit" {
        return None;
    }
    let (region, suffix) = split_once(rest, b'.')?;
    let suffix = if is_vpc_endpoint { suffix.strip_prefix("vpce.")? } else { suffix };
    let region = (plausible_partition_of(region)?.suffix == suffix).then(|| region.to_owned())?;
    let is_name = host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    is_name.then(|| Server { region, fips, vpc_endpoint: is_vpc_endpoint.then_some(host) })
}

/// The known region that is spelt most like a text: at most two letters added, left out, changed or swapped.
pub fn closest(text: &str) -> Option<&'static str> {
    const FAR: usize = 3;
    // The comparison takes time and room by the square of the length, and no region has more than 20 letters.
    if text.len() > 32 {
        return None;
    }
    let text = text.to_ascii_lowercase();
    let distance = |region: &Region| strsim::osa_distance(&text, region.name);
    let mut best = (FAR, None);
    for region in &REGIONS {
        let distance = distance(region);
        if distance < best.0 {
            best = (distance, Some(region.name));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_region_fits_the_pattern_of_its_partition_and_of_no_other() {
        for region in &REGIONS {
            let fitting: Vec<&str> = PARTITIONS.iter().filter(|p| p.fits(region.name)).map(|p| p.name).collect();
            assert_eq!(fitting, [region.partition.name], "{}", region.name);
        }
    }

    #[test]
    fn fips_endpoints_are_in_seven_regions() {
        let fips: Vec<String> = REGIONS.iter().filter_map(Region::fips_host).collect();
        assert_eq!(
            fips,
            [
                "git-codecommit-fips.ca-central-1.amazonaws.com",
                "git-codecommit-fips.us-east-1.amazonaws.com",
                "git-codecommit-fips.us-east-2.amazonaws.com",
                "git-codecommit-fips.us-west-1.amazonaws.com",
                "git-codecommit-fips.us-west-2.amazonaws.com",
                "git-codecommit-fips.us-gov-east-1.amazonaws.com",
                "git-codecommit-fips.us-gov-west-1.amazonaws.com",
            ]
        );
    }

    #[test]
    fn a_region_nobody_knows_yet_belongs_to_the_partition_it_fits() {
        let partition = |region| plausible_partition_of(region).map(|partition| partition.name);
        assert_eq!(partition("mx-central-1"), Some("aws"));
        assert_eq!(partition("us-gov-north-12"), Some("aws-us-gov"));
        assert_eq!(partition("us-iso-east-1"), Some("aws-iso"));
        assert_eq!(partition("us-isob-east-1"), Some("aws-iso-b"));
        assert_eq!(partition("eu-isoe-west-1"), Some("aws-iso-e"));
        assert_eq!(partition("us-isof-south-1"), Some("aws-iso-f"));
        assert_eq!(partition("eusc-de-east-1"), Some("aws-eusc"));
        assert_eq!(partition("cn-south-1"), Some("aws-cn"));
        for none in [
            "",
            "us-",
            "us-east",
            "us-east-",
            "us-east-x",
            "us--1",
            "us-a.b-1",
            "eusc-fr-east-1",
            "xx-east-1",
            "us-a-b-1",
        ] {
            assert_eq!(partition(none), None, "{none}");
        }
    }

    #[test]
    fn a_misspelt_region_is_recognised() {
        assert_eq!(closest("us-esat-1"), Some("us-east-1"));
        assert_eq!(closest("uswest2"), Some("us-west-2"));
        assert_eq!(closest("EU-WEST-1"), Some("eu-west-1"));
        assert_eq!(closest("us_east_1"), Some("us-east-1"));
        assert_eq!(closest("ap-southeast-l"), Some("ap-southeast-1"));
        assert_eq!(closest("moon"), None);
        assert_eq!(closest(&"us-east-1".repeat(10_000)), None);
    }

    #[test]
    fn a_host_tells_its_region_only_with_its_partitions_domain() {
        let region = |host| server_of_host(host).map(|server| server.region);
        assert_eq!(region("git-codecommit.eu-west-1.amazonaws.com").as_deref(), Some("eu-west-1"));
        assert_eq!(region("GIT-codecommit.eu-west-1.Amazonaws.com").as_deref(), Some("eu-west-1"));
        assert_eq!(region("git-codecommit-fips.us-east-1.amazonaws.com").as_deref(), Some("us-east-1"));
        assert_eq!(region("git-codecommit.cn-north-1.amazonaws.com.cn").as_deref(), Some("cn-north-1"));
        assert_eq!(region("git-codecommit.mx-central-1.amazonaws.com").as_deref(), Some("mx-central-1"));
        assert_eq!(region("git-codecommit.eu-west-1.amazonaws.com.cn"), None);
        assert_eq!(region("git-codecommit.eu-west-1.amazonaws.com.example.net"), None);
        assert_eq!(region("example.net"), None);
    }

    #[test]
    fn a_vpc_endpoint_is_known_by_its_name() {
        let host = "vpce-0a1b-2c3d-us-east-1a.git-codecommit.us-east-1.vpce.amazonaws.com";
        let server =
            |fips, host: &str| Server { region: "us-east-1".to_owned(), fips, vpc_endpoint: Some(host.to_owned()) };
        assert_eq!(server_of_host(host), Some(server(false, host)));
        assert_eq!(server_of_host(&host.to_ascii_uppercase()), Some(server(false, host)));
        let fips = "vpce-0a1b-2c3d.git-codecommit-fips.us-east-1.vpce.amazonaws.com";
        assert_eq!(server_of_host(fips), Some(server(true, fips)));
        for other in [
            "vpce-0a1b.git-codecommit.us-east-1.amazonaws.com",
            "git-codecommit.us-east-1.vpce.amazonaws.com",
            "vpce-0a1b.codecommit.us-east-1.vpce.amazonaws.com",
            "vpce-0a1b.vpce-svc-1.git-codecommit.us-east-1.vpce.amazonaws.com",
            "vpce-0a1b.git-codecommit.us-east-1.vpce.amazonaws.com.cn",
            "vpce-0@a1b.git-codecommit.us-east-1.vpce.amazonaws.com",
        ] {
            assert_eq!(server_of_host(other), None, "{other}");
        }
    }
}
