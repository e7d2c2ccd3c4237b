//! The questions of `../vectors.json`, asked of the components by the host's library.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use git_remote_codecommit::policy::{
    Address, Credentials, Defaults, Endpoint, Error, Instance, Options, Policy, RegionSource, RegionSources, Signed,
};
use git_remote_codecommit::secret::Secret;
use serde_json::{Value, json};

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} of {value}"))
}

fn endpoint(value: &Value) -> Endpoint {
    let [region, partition, host, path, url] =
        ["region", "partition", "host", "path", "url"].map(|name| text(value, name).to_owned());
    Endpoint { region, partition, host, path, url }
}

fn time(at: &Value) -> Duration {
    let nanoseconds = u32::try_from(at["nanoseconds"].as_u64().unwrap()).unwrap();
    Duration::new(at["seconds"].as_u64().unwrap(), nanoseconds)
}

/// What the library answers to a question.
fn answer(policy: &mut Instance, question: &Value) -> Result<Value, Error> {
    let arguments = question["arguments"].as_array().unwrap();
    let word = |index: usize| arguments[index].as_str().unwrap();
    Ok(match (text(question, "interface"), text(question, "function")) {
        ("remote-url", "parse") => {
            let remote = policy.parse(word(0))?;
            json!({ "repository": remote.repository, "profile": remote.profile, "region": remote.region })
        }
        ("endpoint", "choose-region") => {
            let named = |name| arguments[0][name].as_str();
            let chosen = policy.choose_region(RegionSources {
                url: named("url"),
                aws_default_region: named("aws-default-region"),
                profile: named("profile"),
                aws_region: named("aws-region"),
                profile_name: named("profile-name"),
            })?;
            let source = match chosen.source {
                RegionSource::Url => "url",
                RegionSource::AwsDefaultRegion => "aws-default-region",
                RegionSource::Profile => "profile",
                RegionSource::AwsRegion => "aws-region",
            };
            json!({ "name": chosen.name, "source": source })
        }
        ("endpoint", "resolve") => {
            let extra = arguments[2]["extra-regions"].as_array().unwrap();
            let extra: Vec<&str> = extra.iter().map(|region| region.as_str().unwrap()).collect();
            let (fips, host) = (arguments[2]["fips"].as_bool().unwrap(), arguments[2]["host"].as_str());
            let found = policy.resolve(word(0), word(1), Options { fips, host, extra_regions: &extra })?;
            let Endpoint { region, partition, host, path, url } = found;
            json!({ "region": region, "partition": partition, "host": host, "path": path, "url": url })
        }
        ("endpoint", "regions") => {
            let line = |region: git_remote_codecommit::policy::Region| {
                let (name, partition, host) = (region.name, region.partition, region.host);
                json!({ "name": name, "partition": partition, "host": host, "fips-host": region.fips_host })
            };
            policy.region_table()?.into_iter().map(line).collect()
        }
        ("signing", "sign") => {
            let [place, keys, at] = &arguments[..] else { panic!("{question}") };
            let keys = Credentials {
                access_key_id: text(keys, "access-key-id"),
                secret_access_key: text(keys, "secret-access-key"),
                session_token: keys["session-token"].as_str(),
            };
            let signed = policy.sign(&endpoint(place), &keys, Some(time(at)))?;
            let expires = signed.expires.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
            // The library counts in seconds.
            let expires = json!({ "seconds": expires, "nanoseconds": at["nanoseconds"] });
            json!({ "username": signed.username.expose(), "password": signed.password.expose(), "expires": expires })
        }
        ("signing", "string-to-sign") => policy.string_to_sign(&endpoint(&arguments[0]), time(&arguments[1]))?.into(),
        ("signing", "authenticated-url") => {
            let given = &arguments[1];
            let [username, password] = ["username", "password"].map(|name| Secret::new(text(given, name).to_owned()));
            let signed = Signed { username, password, expires: SystemTime::UNIX_EPOCH + time(&given["expires"]) };
            policy.authenticated_url(&endpoint(&arguments[0]), &signed)?.expose().into()
        }
        ("addresses", "read") => {
            let [region, profile, account] = ["region", "profile", "account"].map(|name| arguments[1][name].as_str());
            let address = Address::read(word(0), Defaults { region, profile, account })?;
            let or_empty = |text: Option<String>| text.unwrap_or_default();
            json!({
                "repository": address.repository, "region": or_empty(address.region),
                "profile": or_empty(address.profile), "account": or_empty(address.account),
                "host": or_empty(address.host), "fips": address.fips,
                "codecommit": or_empty(address.codecommit), "https": or_empty(address.https),
                "ssh": or_empty(address.ssh), "console": or_empty(address.console), "arn": or_empty(address.arn),
            })
        }
        _ => panic!("there is no such function: {question}"),
    })
}

/// A cause under its name in WIT: `MalformedUrl` is `malformed-url`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// The vectors.
pub(crate) fn read() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors.json");
    let vectors: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(vectors.len() >= 200, "there are {} vectors", vectors.len());
    vectors
}

/// Holds the library's answer to a question against the one that is written down.
pub(crate) fn check(policy: &mut Instance, question: &Value) {
    let (name, given) = match answer(policy, question) {
        Ok(value) => ("ok", value),
        Err(Error::Refused(refusal)) => {
            // The bindings' `Debug` is `Cause::MalformedUrl`.
            let cause = format!("{:?}", refusal.cause);
            let cause = kebab(cause.rsplit("::").next().unwrap());
            ("err", json!({ "cause": cause, "message": refusal.message, "hint": refusal.hint }))
        }
        Err(error) => panic!("{question}: {error}"),
    };
    assert_eq!(Some(&given), question.get(name), "{question}");
}

#[test]
fn every_vector_is_answered_as_it_is_written_down() {
    let policy = Policy::load().unwrap();
    for question in &read() {
        check(&mut policy.instance().unwrap(), question);
    }
}
