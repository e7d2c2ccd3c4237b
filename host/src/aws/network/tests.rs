//! The settings, as far as they can be seen without a call; nothing is sent.

use aws_config::retry::RetryMode;

use super::*;
use crate::fixture::User;

/// How STS is called in a region by the user's profile `p`.
fn config_in(user: &User, region: &str) -> Result<SdkConfig, HelperError> {
    let files = user.files();
    user.with(|variables| Network::new(&files, files.profile("p"), variables).config(Service::Sts, region, None))
}

fn config(user: &User) -> Result<SdkConfig, HelperError> {
    config_in(user, "eu-west-1")
}

/// A user whose profile `p` has these options.
fn profile(options: &str) -> User {
    User::new().config(format!("[profile p]\n{options}\n"))
}

#[track_caller]
fn refuses(result: Result<SdkConfig, HelperError>, fact: &str, hint: &str) {
    let error = result.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.hint().as_deref()), (fact, Some(hint)));
}

#[test]
fn a_service_has_30_seconds_for_an_answer_and_90_for_all() {
    let config = config(&User::new()).unwrap();
    let limits = config.timeout_config().unwrap();
    assert_eq!(limits.read_timeout(), Some(Duration::from_secs(30)));
    assert_eq!(limits.operation_timeout(), Some(Duration::from_secs(90)));
    assert_eq!(config.region().map(Region::as_ref), Some("eu-west-1"));
}

#[track_caller]
fn attempts(user: &User, expected: u32) {
    assert_eq!(config(user).unwrap().retry_config().unwrap().max_attempts(), expected);
}

#[test]
fn the_attempts_are_those_of_the_variable_the_profile_or_three() {
    attempts(&User::new(), 3);
    attempts(&profile("max_attempts = 5"), 5);
    attempts(&profile("max_attempts = 5").set("AWS_MAX_ATTEMPTS", "1"), 1);
    attempts(&profile("max_attempts = 5").set("AWS_MAX_ATTEMPTS", " 7 "), 7);
    attempts(&profile("max_attempts = 5").set("AWS_MAX_ATTEMPTS", ""), 5);
    attempts(&profile("max_attempts =").set("AWS_MAX_ATTEMPTS", ""), 3);
}

#[test]
fn attempts_that_are_none_are_a_fault() {
    for value in ["0", "x", "-1", "1.5", "4294967296"] {
        refuses(
            config(&User::new().set("AWS_MAX_ATTEMPTS", value)),
            &format!("AWS_MAX_ATTEMPTS is '{value}', which is no whole number from 1"),
            "correct AWS_MAX_ATTEMPTS, or remove it",
        );
        refuses(
            config(&profile(&format!("max_attempts = {value}"))),
            &format!("max_attempts is '{value}', which is no whole number from 1"),
            "correct max_attempts in ~/.aws/config, or remove it",
        );
    }
}

#[test]
fn the_mode_of_retries_does_not_count() {
    for mode in ["legacy", "adaptive", "standard", "x"] {
        let user = profile(&format!("retry_mode = {mode}\nmax_attempts = 2")).set("AWS_RETRY_MODE", mode);
        let config = config(&user).unwrap();
        let retries = config.retry_config().unwrap();
        assert_eq!((retries.mode(), retries.max_attempts()), (RetryMode::Standard, 2), "{mode}");
    }
}

/// Every place that names an endpoint, but for the variables.
fn endpoints() -> User {
    User::new().config(
        "[profile p]\nservices = s\nendpoint_url = http://profile\n\n\
         [services s]\nsts =\n  endpoint_url = http://section\nsso =\n  endpoint_url = http://other\n",
    )
}

#[track_caller]
fn endpoint(user: &User, expected: Option<&str>) {
    assert_eq!(config(user).unwrap().endpoint_url(), expected);
}

#[test]
fn an_endpoint_is_that_of_the_first_place_that_names_one() {
    let of_all = || endpoints().set("AWS_ENDPOINT_URL", "http://all").set("AWS_ENDPOINT_URL_SSO", "http://sso");
    endpoint(&of_all().set("AWS_ENDPOINT_URL_STS", "http://sts"), Some("http://sts"));
    endpoint(&of_all(), Some("http://all"));
    endpoint(&of_all().set("AWS_ENDPOINT_URL_STS", ""), Some("http://all"));
    endpoint(&endpoints().set("AWS_ENDPOINT_URL", ""), Some("http://section"));
    endpoint(&endpoints(), Some("http://section"));
    let services = "\n[services s]\nsso =\n  endpoint_url = http://other\nsts =\n  endpoint_url =\n";
    endpoint(&profile(&format!("services = s\nendpoint_url = http://profile\n{services}")), Some("http://profile"));
    endpoint(
        &profile("services = missing\nendpoint_url = https://profile:8443/path"),
        Some("https://profile:8443/path"),
    );
    endpoint(&profile("endpoint_url ="), None);
    endpoint(&User::new(), None);
}

#[test]
fn endpoints_can_be_ignored_even_wrong_ones() {
    let ignore = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    let user = || endpoints().set("AWS_ENDPOINT_URL", "wrong").set("AWS_ENDPOINT_URL_STS", "http://sts");
    endpoint(&user().set(ignore, "true"), None);
    endpoint(&user().set(ignore, "TRUE"), None);
    for value in ["", "false", "1"] {
        endpoint(&user().set(ignore, value), Some("http://sts"));
    }
    let ignored = || profile("ignore_configured_endpoint_urls = true\nendpoint_url = wrong");
    endpoint(&ignored(), None);
    endpoint(&ignored().set("AWS_ENDPOINT_URL", "http://all").set(ignore, ""), None);
    endpoint(&ignored().set("AWS_ENDPOINT_URL", "http://all").set(ignore, "false"), Some("http://all"));
}

#[test]
fn an_endpoint_that_is_no_url_is_a_fault() {
    for url in ["x", "localhost:4566", "ftp://localhost", "http://", "http://a b", "//localhost"] {
        for name in ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"] {
            refuses(
                config(&endpoints().set(name, url)),
                &format!("{name} is '{url}', which is no HTTP endpoint"),
                &format!("correct {name}, or remove it"),
            );
        }
        let section = format!("services = s\n[services s]\nsts =\n  endpoint_url = {url}");
        for options in [&format!("endpoint_url = {url}"), &section] {
            refuses(
                config(&profile(options)),
                &format!("endpoint_url is '{url}', which is no HTTP endpoint"),
                "correct endpoint_url in ~/.aws/config, or remove it",
            );
        }
    }
}

#[test]
fn a_region_is_one_part_of_a_hosts_name() {
    let longest = "a".repeat(63);
    for region in ["us-east-1", "EU", "x", "1a", &longest] {
        let config = config_in(&User::new(), region).unwrap();
        assert_eq!(config.region().map(Region::as_ref), Some(region));
    }
    let too_long = "a".repeat(64);
    for region in
        ["", "evil.example", "evil.example/#", "a/b", "a b", "a@b", "a:1", "ü", "-a", "a-", "1", "2026", &too_long]
    {
        refuses(
            config_in(&User::new(), region),
            &format!("'{region}' is no region"),
            "correct region, sso_region or signInRegion, whichever says so",
        );
    }
}

#[test]
fn a_star_of_no_proxy_is_for_every_host() {
    let is_disabled = |user: User| {
        let files = user.files();
        let proxy = user.with(|variables| Network::new(&files, None, variables).proxy().unwrap());
        assert_ne!(proxy.is_disabled(), proxy.is_from_env());
        proxy.is_disabled()
    };
    for name in ["NO_PROXY", "no_proxy"] {
        assert!(is_disabled(User::new().set(name, "*")), "{name}");
        assert!(is_disabled(User::new().set(name, " * ")), "{name}");
        for hosts in ["", "localhost", "*.example", "localhost,*"] {
            assert!(!is_disabled(User::new().set(name, hosts)), "{name} {hosts}");
        }
    }
    // The one in lower case counts first.
    assert!(is_disabled(User::new().set("no_proxy", "*").set("NO_PROXY", "localhost")));
    assert!(!is_disabled(User::new().set("no_proxy", "localhost").set("NO_PROXY", "*")));
    assert!(!is_disabled(User::new()));
}
