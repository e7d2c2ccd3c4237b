//! The answers of the policy to the questions of `examples/vectors.json`, which every host of the components has to give too.
//!
//! A question is an interface, a function and its arguments, under the names of `wit/`; its answer is `ok` or `err`. Texts and numbers
//! are JSON's own, an option that is none is `null`. `CODECOMMIT_WRITE_VECTORS=1` writes the answers of the questions that are there.

#![expect(clippy::disallowed_methods, reason = "the guest has no files and variables; its tests do")]
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

use std::path::Path;
use std::{env, fs};

use codecommit_policy::addresses::{self, Forms};
use codecommit_policy::endpoint::{self, Endpoint, Options, RegionSource, RegionSources};
use codecommit_policy::regions::REGIONS;
use codecommit_policy::signing::{self, Credentials};
use codecommit_policy::{Refusal, remote_url};
use serde_json::{Value, json};

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} of {value}"))
}

fn option<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value[name].as_str()
}

fn endpoint_of(value: &Value) -> Endpoint {
    let [region, partition, host, path] =
        ["region", "partition", "host", "path"].map(|name| text(value, name).to_owned());
    Endpoint { region, partition, host, path }
}

fn seconds(at: &Value) -> u64 {
    at["seconds"].as_u64().unwrap()
}

/// What the policy answers to a question.
fn answer(question: &Value) -> Result<Value, Refusal> {
    let arguments = question["arguments"].as_array().unwrap();
    let word = |index: usize| arguments[index].as_str().unwrap();
    match (text(question, "interface"), text(question, "function")) {
        ("remote-url", "parse") => {
            let remote = remote_url::parse(word(0))?;
            Ok(json!({ "repository": remote.repository, "profile": remote.profile, "region": remote.region }))
        }
        ("endpoint", "choose-region") => {
            let [sources] = &arguments[..] else { panic!("{question}") };
            let (name, source) = endpoint::choose_region(&RegionSources {
                url: option(sources, "url"),
                aws_default_region: option(sources, "aws-default-region"),
                profile: option(sources, "profile"),
                aws_region: option(sources, "aws-region"),
                profile_name: option(sources, "profile-name"),
            })?;
            let source = match source {
                RegionSource::Url => "url",
                RegionSource::AwsDefaultRegion => "aws-default-region",
                RegionSource::Profile => "profile",
                RegionSource::AwsRegion => "aws-region",
            };
            Ok(json!({ "name": name, "source": source }))
        }
        ("endpoint", "resolve") => {
            let options = &arguments[2];
            let extra = options["extra-regions"].as_array().unwrap();
            let extra: Vec<String> = extra.iter().map(|region| region.as_str().unwrap().to_owned()).collect();
            let fips = options["fips"].as_bool().unwrap();
            let options = Options { fips, host: option(options, "host"), extra_regions: &extra };
            let found = endpoint::resolve(word(0), word(1), &options)?;
            let url = found.url();
            let Endpoint { region, partition, host, path } = found;
            Ok(json!({ "region": region, "partition": partition, "host": host, "path": path, "url": url }))
        }
        ("endpoint", "regions") => Ok(REGIONS
            .iter()
            .map(|region| {
                let host = region.partition.host(region.name);
                let partition = region.partition.name;
                json!({ "name": region.name, "partition": partition, "host": host, "fips-host": region.fips_host() })
            })
            .collect()),
        ("signing", "sign") => {
            let [place, keys, at] = &arguments[..] else { panic!("{question}") };
            let keys = Credentials {
                access_key_id: text(keys, "access-key-id"),
                secret_access_key: text(keys, "secret-access-key"),
                session_token: option(keys, "session-token"),
            };
            let signed = signing::sign(&endpoint_of(place), &keys, seconds(at))?;
            let expires = json!({ "seconds": signed.expires, "nanoseconds": at["nanoseconds"] });
            Ok(json!({ "username": signed.username, "password": signed.password, "expires": expires }))
        }
        ("signing", "string-to-sign") => {
            Ok(signing::string_to_sign(&endpoint_of(&arguments[0]), seconds(&arguments[1]))?.into())
        }
        ("signing", "authenticated-url") => {
            let signed = &arguments[1];
            let url = signing::authenticated_url(
                &endpoint_of(&arguments[0]),
                text(signed, "username"),
                text(signed, "password"),
            )?;
            Ok(url.into())
        }
        ("addresses", "read") => {
            let given = ["region", "profile", "account"].map(|name| text(&arguments[1], name).to_owned());
            let [region, profile, account] = given;
            let address = addresses::read(word(0))?.or(region, profile, account);
            let forms = Forms::of(&address);
            Ok(json!({
                "repository": address.repository, "region": address.region, "profile": address.profile,
                "account": address.account, "host": address.host, "fips": address.fips,
                "codecommit": forms.codecommit, "https": forms.https, "ssh": forms.ssh, "console": forms.console,
                "arn": forms.arn,
            }))
        }
        _ => panic!("there is no such function: {question}"),
    }
}

/// A cause under its name in WIT: `MalformedUrl` is `malformed-url`.
fn cause(refusal: &Refusal) -> String {
    let mut name = String::new();
    for letter in format!("{:?}", refusal.cause()).chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[test]
fn every_vector_is_answered_as_it_is_written_down() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/vectors.json");
    let vectors: Vec<Value> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(vectors.len() >= 200, "there are {} vectors", vectors.len());
    let answered: Vec<Value> = vectors
        .iter()
        .map(|question| {
            let (name, given) = match answer(question) {
                Ok(value) => ("ok", value),
                Err(refusal) => {
                    let (message, hint) = (refusal.to_string(), refusal.hint());
                    ("err", json!({ "cause": cause(&refusal), "message": message, "hint": hint }))
                }
            };
            let (interface, function) = (&question["interface"], &question["function"]);
            json!({ "interface": interface, "function": function, "arguments": question["arguments"], name: given })
        })
        .collect();
    if env::var_os("CODECOMMIT_WRITE_VECTORS").is_some() {
        let lines: Vec<_> = answered.iter().map(Value::to_string).collect();
        fs::write(&path, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
        return;
    }
    for (written, given) in vectors.iter().zip(&answered) {
        assert_eq!(given, written);
    }
}
