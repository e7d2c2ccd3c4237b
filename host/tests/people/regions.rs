//! `git codecommit regions`: where CodeCommit is.

use codecommit_policy::regions::REGIONS;
use serde_json::{Value, json};

use crate::person::Person;

#[test]
fn every_region_of_the_policy_is_a_line_of_the_table() {
    let (status, table, said) = Person::new().run(&["regions"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "REGION          PARTITION   ENDPOINT                                        FIPS ENDPOINT",
            "af-south-1      aws         git-codecommit.af-south-1.amazonaws.com         -",
        ]
    );
    for line in [
        "us-east-1       aws         git-codecommit.us-east-1.amazonaws.com          git-codecommit-fips.us-east-1.amazonaws.com",
        "cn-northwest-1  aws-cn      git-codecommit.cn-northwest-1.amazonaws.com.cn  -",
        "us-gov-west-1   aws-us-gov  git-codecommit.us-gov-west-1.amazonaws.com      git-codecommit-fips.us-gov-west-1.amazonaws.com",
    ] {
        assert!(lines.contains(&line), "{line}\n{table}");
    }
    let names: Vec<&str> = lines[1..].iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, REGIONS.iter().map(|region| region.name).collect::<Vec<_>>());
    assert_eq!(names.len(), 29);
}

#[test]
fn programs_read_the_same_as_json() {
    let (status, text, said) = Person::new().run(&["regions", "--json"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    assert!(text.starts_with(
        "[\n  {\n    \"region\": \"af-south-1\",\n    \"partition\": \"aws\",\n    \
         \"endpoint\": \"git-codecommit.af-south-1.amazonaws.com\",\n    \"fips_endpoint\": null\n  },\n"
    ));
    assert!(text.ends_with("  }\n]\n"));
    let expected: Vec<Value> = REGIONS
        .iter()
        .map(|region| {
            json!({
                "region": region.name, "partition": region.partition.name,
                "endpoint": region.partition.host(region.name), "fips_endpoint": region.fips_host(),
            })
        })
        .collect();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), Value::from(expected));
}
