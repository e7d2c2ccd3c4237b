//! Names of regions.

/// Regions with CodeCommit, as botocore 1.44.5 has them.
pub(crate) const KNOWN: [&str; 29] = [
    "af-south-1",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-south-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "cn-north-1",
    "cn-northwest-1",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// Those of them with a FIPS endpoint.
pub(crate) const FIPS: [&str; 7] =
    ["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "us-gov-west-1", "us-gov-east-1"];

/// Regions without, as far as both helpers know, that the user's configuration of Git vouches for.
pub(crate) const VOUCHED: [&str; 2] = ["mx-central-1", "ap-southeast-7"];

/// Regions without, that nobody vouches for, and names that are none.
pub(crate) const OTHER: [&str; 12] = [
    "ap-east-2",
    "ca-west-1",
    "eu-central-2",
    "us-iso-east-1",
    "eusc-de-east-1",
    "us-esat-1",
    "eu-west-9",
    "EU-WEST-1",
    "us-east-1a",
    " us-east-1",
    "moon",
    "us-east-11",
];
