//! What is explained where the signing agent has the keys: of AWS files nothing is said, for none is read.

use crate::person::Person;

/// A person with the agent's variable, and with AWS files that cannot be read.
fn person() -> Person {
    let person = Person::new().config("no section\n");
    let socket = person.home().join("agent.sock");
    person.set("CODECOMMIT_AGENT_SOCK", socket)
}

#[test]
fn the_keys_are_the_agents_and_the_variable_says_so() {
    person().remote("codecommit::eu-west-1://MyRepo").is_told(
        &[],
        0,
        "\
origin  codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    the signing agent at ~/agent.sock
              from CODECOMMIT_AGENT_SOCK
              its rules decide on the profile and the repositories; no AWS file is read here
",
    );
}

#[test]
fn what_the_environment_has_besides_does_not_count() {
    let person = person().set("AWS_PROFILE", "absent").set("AWS_REGION", "eu-west-1").keys_in_environment();
    person.is_told(
        &["codecommit://MyRepo"],
        0,
        "\
codecommit://MyRepo
  repository  MyRepo     from the URL
  region      eu-west-1  from AWS_REGION
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    the signing agent at ~/agent.sock
              from CODECOMMIT_AGENT_SOCK
              its rules decide on the profile and the repositories; no AWS file is read here
              AWS_PROFILE=absent ignored: the agent's rule comes first
              AWS_ACCESS_KEY_ID ignored: CODECOMMIT_AGENT_SOCK comes first
",
    );
}

/// The agent's rule has to have the same, and this side has not to know it.
#[test]
fn a_profile_in_the_url_need_be_in_no_file() {
    person().set("AWS_PROFILE", "dev").is_told(
        &["codecommit::eu-west-1://prod@MyRepo"],
        0,
        "\
codecommit::eu-west-1://prod@MyRepo
  repository  MyRepo     from the URL
  profile     prod       from the URL
                         AWS_PROFILE=dev ignored: the URL comes first
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    the signing agent at ~/agent.sock
              from CODECOMMIT_AGENT_SOCK
              its rules decide on the profile and the repositories; no AWS file is read here
",
    );
}

#[test]
fn a_region_that_is_missing_is_a_fault_of_the_region_and_no_file_is_named() {
    person().is_told(
        &["codecommit://MyRepo"],
        1,
        "\
codecommit://MyRepo
  repository  MyRepo  from the URL
  region      fault: no AWS Region is given
              hint: write it in the URL, codecommit::REGION://…, or set AWS_REGION
  identity    the signing agent at ~/agent.sock
              from CODECOMMIT_AGENT_SOCK
              its rules decide on the profile and the repositories; no AWS file is read here
",
    );
}

#[test]
fn whose_keys_they_are_is_not_asked_with_keys_that_are_not_here() {
    person().keys("default").is_told(
        &["codecommit::eu-west-1://MyRepo", "--identity"],
        1,
        "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    the signing agent at ~/agent.sock
              from CODECOMMIT_AGENT_SOCK
              its rules decide on the profile and the repositories; no AWS file is read here
  caller      fault: whose AWS keys they are is not told by the signing agent
              hint: whoever runs the agent can ask: git codecommit explain --identity
",
    );
}
