//! The component and its sandbox, as the helper uses them.

mod bad;

use std::time::Duration;

use super::engine::Policy;
use super::{
    Cause, ChosenRegion, Credentials, Endpoint, Error, Instance, Options, RegionSource, RegionSources, Remote, checks,
};
use crate::secret::Secret;

/// The component itself, which the build script compiled.
static COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/policy.wasm"));

const NO_OPTIONS: Options<'_> = Options { fips: false, host: None, extra_regions: &[] };

fn policy() -> Instance {
    Policy::load().unwrap().instance().unwrap()
}

fn endpoint() -> Endpoint {
    policy().resolve("us-east-1", "MyDemoRepo", NO_OPTIONS).unwrap()
}

#[test]
fn the_component_imports_the_wall_clock_and_nothing_else() {
    let engine = wasmtime::Engine::new(&super::config::config(cfg!(windows))).unwrap();
    assert_eq!(Policy::imports(&engine), ["wasi:clocks/wall-clock@0.2.0"]);
}

#[test]
fn the_component_is_at_most_64_kib_and_names_no_folder_of_the_machine_or_the_toolchain_it_was_built_with() {
    assert!(COMPONENT.len() <= 64 << 10, "{} bytes", COMPONENT.len());
    let own = env!("CARGO_MANIFEST_DIR");
    for folder in [own, "/registry/src/", "/rustlib/", "/rustc/", "/rust/", "/home/", "/root/", "/Users/", "C:\\"] {
        let found = COMPONENT.windows(folder.len()).any(|bytes| bytes == folder.as_bytes());
        assert!(!found, "the component holds {folder}");
    }
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn the_machine_code_of_the_component_is_at_most_160_kib() {
    let code = include_bytes!(concat!(env!("OUT_DIR"), "/policy.cwasm"));
    assert!(code.len() <= 160 << 10, "{} bytes", code.len());
}

#[test]
fn every_stage_of_a_signature_through_the_component_is_the_one_computed_elsewhere() {
    let vectors: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../../../guest/tests/signatures.json")).unwrap();
    assert_eq!(vectors.len(), 6);
    for vector in &vectors {
        let text = |name: &str| vector[name].as_str().unwrap_or_default();
        let name = text("name");
        let mut policy = policy();
        let at = Duration::from_secs(seconds(text("timestamp")));
        let own_host = text("host").starts_with("git-codecommit");
        let options = Options {
            fips: text("host").starts_with("git-codecommit-fips"),
            host: (!own_host).then(|| text("host")),
            extra_regions: &[],
        };

        let endpoint = policy.resolve(text("region"), text("repository"), options).unwrap();
        assert_eq!(endpoint.host, text("host"), "{name}: host");
        assert_eq!(endpoint.path, text("path"), "{name}: path");
        assert_eq!(policy.string_to_sign(&endpoint, at).unwrap(), text("string_to_sign"), "{name}: string to sign");
        let credentials = Credentials {
            access_key_id: text("access_key_id"),
            secret_access_key: text("secret_access_key"),
            session_token: vector["session_token"].as_str(),
        };
        let signed = policy.sign(&endpoint, &credentials, Some(at)).ok().unwrap();
        assert_eq!(signed.username.expose(), text("username"), "{name}: user name");
        assert_eq!(signed.password.expose(), text("password"), "{name}: password");
        assert_eq!(signed.expires, std::time::SystemTime::UNIX_EPOCH + at + Duration::from_mins(15), "{name}: expiry");
        let url = policy.authenticated_url(&endpoint, &signed).unwrap();
        assert_eq!(url.expose(), text("url"), "{name}: URL");
    }
}

/// Seconds since 1970 of a time as the vectors write it, by the days of years and months.
fn seconds(timestamp: &str) -> u64 {
    let number = |from: usize, to: usize| timestamp[from..to].parse::<u64>().unwrap();
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (year, month) = (number(0, 4), number(4, 6));
    let years: u64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months: u64 = lengths.iter().take(usize::try_from(month).unwrap() - 1).sum();
    let days = years + months + number(6, 8) - 1;
    days * 86_400 + number(9, 11) * 3_600 + number(11, 13) * 60 + number(13, 15)
}

#[test]
fn without_a_time_the_signature_is_of_now_by_the_hosts_clock() {
    let credentials =
        Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE", secret_access_key: "secret", session_token: None };
    let before = std::time::SystemTime::now();
    let signed = policy().sign(&endpoint(), &credentials, None).ok().unwrap();
    let after = std::time::SystemTime::now();
    let signed_at = signed.expires - Duration::from_mins(15);
    // Whole seconds come back.
    assert!(before - Duration::from_secs(1) <= signed_at && signed_at <= after);
}

#[test]
fn a_signature_takes_no_more_memory_than_the_component_starts_with() {
    let endpoint = endpoint();
    let signs = |token: &str| {
        let credentials =
            Credentials { access_key_id: "ASIA", secret_access_key: "secret", session_token: Some(token) };
        let mut instance = policy();
        instance.grow_no_more();
        // The second has what the first left behind.
        (0..2).all(|_| instance.sign(&endpoint, &credentials, None).is_ok())
    };
    assert!(signs(&"t".repeat(2 << 10)));
    assert!(!signs(&"t".repeat(16 << 10)), "the limit is none");
}

#[test]
fn the_component_and_the_guest_as_plain_rust_say_the_same() {
    let urls = [
        "codecommit://MyRepo",
        "codecommit::eu-west-1://me@x@My.Repo-1_",
        "EU-west-1://p@r/",
        "",
        "codecommit://",
        "codecommit://@r",
        "codecommit://p@",
        "codecommit:// p@r",
        "codecommit://r:80",
        "codecommit://r/x",
        "codecommit://r?x",
        "codecommit://r#x",
        "codecommit://a b",
        "codecommit://r.git",
        "codecommit://..",
        "codecommit://\u{1b}[31m",
        "codecommit://本番",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "ssh://x@git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/MyRepo",
        "codecommit://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        &format!("codecommit://{}", "x".repeat(101)),
        &"x".repeat(3000),
    ]
    .map(str::to_owned);
    let mut component = policy();
    for url in &urls {
        let shown = |repository, profile, region| format!("{repository:?} {profile:?} {region:?}");
        let theirs = component.parse(url).map(|remote| shown(remote.repository, remote.profile, remote.region));
        let ours = codecommit_policy::remote_url::parse(url)
            .map(|remote| shown(remote.repository, remote.profile, remote.region));
        same(url, theirs, ours);
    }
    let hosts = [None, Some(""), Some("localhost:8443"), Some("https://x"), Some("u@x"), Some("a b"), Some("[::1]:1")];
    for region in ["us-east-1", "cn-north-1", "us-gov-west-1", "us-esat-1", "mx-central-1", "moon", "", "\n"] {
        for (fips, host) in hosts.iter().flat_map(|host| [(false, *host), (true, *host)]) {
            let theirs = component.resolve(region, "r", Options { fips, host, extra_regions: &["mx-central-1"] });
            let extra_regions = ["mx-central-1".to_owned()];
            let options = codecommit_policy::endpoint::Options { fips, host, extra_regions: &extra_regions };
            let ours = codecommit_policy::endpoint::resolve(region, "r", &options);
            let shown = |partition: &str, region: &str, url: &str| format!("{partition} {region} {url}");
            same(
                &format!("{region} {fips} {host:?}"),
                theirs.map(|endpoint| shown(&endpoint.partition, &endpoint.region, &endpoint.url)),
                ours.map(|endpoint| shown(&endpoint.partition, &endpoint.region, &endpoint.url())),
            );
        }
    }
}

/// Compares answers, or causes, messages and hints of refusals.
#[track_caller]
fn same(input: &str, theirs: Result<String, Error>, ours: Result<String, codecommit_policy::Refusal>) {
    let theirs = theirs.map_err(|error| match error {
        Error::Refused(refusal) => (format!("{:?}", refusal.cause), refusal.message, refusal.hint),
        other => panic!("{input}: {other}"),
    });
    let ours = ours.map_err(|refusal| (format!("{:?}", refusal.cause()), refusal.to_string(), refusal.hint()));
    // The bindings show a cause as `Cause::X`.
    let theirs = theirs.map_err(|(cause, message, hint)| (cause.replace("Cause::", ""), message, hint));
    assert_eq!(theirs, ours, "{input}");
}

#[test]
fn no_region_is_a_refusal_with_its_cause() {
    let sources =
        RegionSources { url: None, aws_default_region: None, profile: None, aws_region: None, profile_name: None };
    match policy().choose_region(sources) {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.cause, Cause::NoRegion),
        other => panic!("{other:?}"),
    }
}

#[test]
fn after_a_failure_a_new_instance_works() {
    let policy = Policy::load().unwrap();
    drop(policy.instance().unwrap());
    assert_eq!(policy.instance().unwrap().parse("codecommit://MyRepo").unwrap().repository, "MyRepo");
}

#[test]
fn an_endpoint_that_git_must_not_be_given_is_not_used() {
    let refused = |change: fn(&mut Endpoint)| {
        let mut endpoint = endpoint();
        change(&mut endpoint);
        checks::check_endpoint(&endpoint, "us-east-1", "MyDemoRepo", &NO_OPTIONS).err()
    };
    assert_eq!(refused(|_| {}), None);
    assert_eq!(refused(|e| e.url = e.url.replace("https", "http")), Some("its URL is not https"));
    let elsewhere = Some("its URL is not made of its host and path");
    assert_eq!(refused(|e| e.url = "https://example.com/v1/repos/MyDemoRepo".to_owned()), elsewhere);
    assert_eq!(refused(|e| e.url += "?x"), elsewhere);
    assert_eq!(refused(|e| e.host = "example.com".to_owned()), elsewhere);
    let with_host = |host: &str| {
        let path = "/v1/repos/MyDemoRepo".to_owned();
        let url = format!("https://{host}{path}");
        let endpoint = Endpoint { host: host.to_owned(), path, url, ..endpoint() };
        checks::check_endpoint(&endpoint, "us-east-1", "MyDemoRepo", &NO_OPTIONS).err()
    };
    for host in ["", "user@example.com", "a b", "a\nb", "a/b", "a'b", "a%41", "ä"] {
        assert_eq!(with_host(host), Some("its host holds a character that no host does"), "{host:?}");
    }
    assert_eq!(with_host(&"a".repeat(2000)), Some("its URL is too long"));
    let with_path = |path: &str| {
        let host = "example.com".to_owned();
        let url = format!("https://{host}{path}");
        let endpoint = Endpoint { host, path: path.to_owned(), url, ..endpoint() };
        checks::check_endpoint(&endpoint, "us-east-1", "MyDemoRepo", &NO_OPTIONS).err()
    };
    for path in ["", "x/MyDemoRepo", "/a b/MyDemoRepo", "/a\n/MyDemoRepo", "/x?/MyDemoRepo", "/#/MyDemoRepo"] {
        assert_eq!(with_path(path), Some("its path holds a character that no repository's does"), "{path:?}");
    }
    assert_eq!(with_path("/v1/../MyDemoRepo"), Some("its path leads elsewhere"));
    assert_eq!(with_path("/v1/repos/Other"), Some("its path is another repository's"));
}

#[test]
fn a_credential_of_more_than_a_line_is_not_used() {
    let refused = |username: &str, password: &str| {
        let signed = super::Signed {
            username: Secret::new(username.to_owned()),
            password: Secret::new(password.to_owned()),
            expires: std::time::SystemTime::UNIX_EPOCH,
        };
        checks::check_signed(&signed).err()
    };
    assert_eq!(refused("user", "password"), None);
    for bad in ["", "a\nhost=example.com", "a\r", "a\0", "a b", "\u{1b}", "ä"] {
        assert_eq!(refused(bad, "password"), Some("its credential is not one line"), "{bad:?}");
        assert_eq!(refused("user", bad), Some("its credential is not one line"), "{bad:?}");
    }
}

#[test]
fn what_is_read_of_a_url_must_stand_in_it() {
    let refused = |repository: &str, profile: Option<&str>, region: Option<&str>| {
        let text = |text: &str| text.to_owned();
        let remote = Remote { repository: text(repository), profile: profile.map(text), region: region.map(text) };
        checks::check_remote(&remote, "codecommit::EU-west-1://Prod@Demo").err()
    };
    assert_eq!(refused("Demo", Some("Prod"), Some("eu-west-1")), None);
    assert_eq!(refused("Demo", None, None), None);
    let other = Some("it reads of the URL what is not there");
    for (repository, profile, region) in [
        ("Other", Some("Prod"), Some("eu-west-1")),
        ("Demo", Some("admin"), Some("eu-west-1")),
        ("Demo", Some("prod"), Some("eu-west-1")),
        ("Demo", Some("Prod"), Some("us-east-1")),
        ("", None, None),
        ("Demo", Some(""), None),
        ("Demo", None, Some("")),
    ] {
        assert_eq!(refused(repository, profile, region), other, "{repository} {profile:?} {region:?}");
    }
}

#[test]
fn a_region_is_the_one_that_its_source_names() {
    let refused = |name: &str, source| {
        let sources = RegionSources {
            url: Some("eu-west-1"),
            aws_default_region: None,
            profile: Some("eu-west-2"),
            aws_region: None,
            profile_name: None,
        };
        checks::check_region(&ChosenRegion { name: name.to_owned(), source }, &sources).err()
    };
    assert_eq!(refused("eu-west-1", RegionSource::Url), None);
    assert_eq!(refused("eu-west-2", RegionSource::Profile), None);
    let other = Some("its region is not the one that its source names");
    assert_eq!(refused("eu-west-2", RegionSource::Url), other);
    assert_eq!(refused("eu-west-1", RegionSource::AwsRegion), other);
    assert_eq!(refused("eu-west-1\n", RegionSource::Url), other);
}

/// Without the limit the component would run out of memory or instructions, and the user be told to report that.
#[test]
fn what_is_too_long_for_the_component_is_said_to_be() {
    let said = |error: Option<Error>| match error {
        Some(Error::Refused(refusal)) => (refusal.message, refusal.hint),
        other => panic!("{other:?}"),
    };
    let long = "a".repeat((128 << 10) + 1);
    let too_long = |what: &str, bytes: usize| (format!("{what} has {bytes} bytes, and at most 131072 are taken"), None);
    let mut policy = policy();
    assert_eq!(said(policy.parse(&long).err()), too_long("the URL", 131_073));
    assert_eq!(said(policy.resolve(&long, "r", NO_OPTIONS).err()), too_long("the AWS Region", 131_073));
    let options = Options { host: Some(&long), ..NO_OPTIONS };
    assert_eq!(said(policy.resolve("us-east-1", "r", options).err()), too_long("CODE_COMMIT_ENDPOINT", 131_073));
    let options = Options { extra_regions: &vec!["mx-central-1"; 10_000], ..NO_OPTIONS };
    assert_eq!(said(policy.resolve("us-east-1", "r", options).err()), too_long("codecommit.extraRegion", 200_000));
    let keys = Credentials { access_key_id: "a", secret_access_key: "s", session_token: None };
    for (keys, what) in [
        (Credentials { access_key_id: &long, ..keys }, "the AWS access key ID"),
        (Credentials { secret_access_key: &long, ..keys }, "the AWS secret access key"),
        (Credentials { session_token: Some(&long), ..keys }, "the AWS session token"),
    ] {
        assert_eq!(said(policy.sign(&endpoint(), &keys, Some(Duration::ZERO)).err()), too_long(what, 131_073));
    }
    // As much as is taken is enough for the component.
    let keys = Credentials { session_token: Some(&long[1..]), ..keys };
    assert!(policy.sign(&endpoint(), &keys, Some(Duration::ZERO)).is_ok());
    assert!(matches!(policy.parse(&long[1..]), Err(Error::Refused(refusal)) if refusal.cause == Cause::UrlTooLong));
}
