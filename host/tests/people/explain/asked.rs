//! `--identity`: STS says whose keys they are.

use std::collections::BTreeMap;

use identity_cases::names::Names;
use identity_cases::secrets::Secrets;
use identity_cases::server::Server;
use identity_cases::server::script::ScriptedAnswer;
use serde_json::{Value, json};

use super::ROLE;
use crate::person::{KEY, Person, SECRET};

/// What STS answers.
const ANSWER: &str = r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>
  </GetCallerIdentityResult>
</GetCallerIdentityResponse>"#;

/// STS with these answers, and its address.
fn sts(answers: Value) -> (Server, String) {
    let answers: Vec<ScriptedAnswer> = serde_json::from_value(answers).unwrap();
    let server = Server::start(&answers);
    server.tell(Names::new(&BTreeMap::new()), Secrets::of([].into_iter(), [SECRET.to_owned()]));
    let address = server.addresses().server();
    (server, address)
}

#[test]
fn the_account_the_arn_and_the_id_are_those_that_sts_says() {
    let (server, address) = sts(json!([{ "to": "sts GetCallerIdentity", "signed_by": KEY, "body": ANSWER }]));
    let person = Person::new().keys("user").set("AWS_ENDPOINT_URL_STS", address);
    person.is_told(
        &["codecommit::eu-west-1://user@MyRepo", "--identity"],
        0,
        "\
codecommit::eu-west-1://user@MyRepo
  repository  MyRepo     from the URL
  profile     user       from the URL
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file
  account     123456789012
  arn         arn:aws:iam::123456789012:user/me
  user id     AIDAEXAMPLE
",
    );
    // For the text, and for JSON, with each Git.
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn that_sts_does_not_know_the_keys_is_told_in_its_place() {
    let error = json!({ "status": 403, "code": "InvalidClientTokenId", "message": "The security token is invalid." });
    let (_server, address) = sts(json!([{ "to": "sts GetCallerIdentity", "error": error }]));
    let person = Person::new().keys("user").set("AWS_ENDPOINT_URL_STS", address);
    person.is_told(
        &["codecommit::eu-west-1://user@MyRepo", "--identity"],
        1,
        "\
codecommit::eu-west-1://user@MyRepo
  repository  MyRepo     from the URL
  profile     user       from the URL
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file
  caller      fault: whose AWS keys these are could not be asked: STS refused: The security token is invalid. (InvalidClientTokenId)
              hint: get new keys
",
    );
}

/// The address is one at which nobody is asked.
#[test]
fn without_it_nobody_is_asked() {
    let (server, address) = sts(json!([]));
    let person = Person::new().config(ROLE).keys("user").set("AWS_ENDPOINT_URL_STS", address);
    assert!(person.json(&["codecommit://prod@MyRepo"]).contains("\"caller\": null"));
    assert_eq!(server.requests(), []);
}

#[test]
fn a_fault_that_is_known_is_told_once() {
    let person = Person::new();
    person.is_told(
        &["codecommit::eu-west-1://MyRepo", "--identity"],
        1,
        "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, which no file has
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: no AWS keys were found for profile 'default': not in the environment, the profile or a container, and AWS_EC2_METADATA_DISABLED turns instance metadata off
              hint: type `aws configure sso` or `aws login`, or with an access key `aws configure`
",
    );
}
