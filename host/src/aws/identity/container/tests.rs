use super::*;
use crate::aws::network::Network;
use crate::aws::profile::ChosenProfile;
use crate::fixture::User;
use crate::fixture::endpoint::{Endpoint, Reply};

const AGENT: &str = concat!("user-agent: git-remote-codecommit/", env!("CARGO_PKG_VERSION"));
const ACCEPT: &str = "accept: application/json";
const GET: &str = "GET /role HTTP/1.1";

/// Waits for nothing, but as long as it takes for an answer.
const AT_ONCE: Patience = Patience { attempts: 3, limit: Duration::from_mins(1), pause: Duration::ZERO };

fn keys(expiration: &str) -> String {
    format!(
        r#"{{"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"example-secret","Token":"example-token","Expiration":"{expiration}"}}"#
    )
}

fn answer() -> Reply {
    Reply::Answer(200, keys("2026-01-02T03:04:05Z"))
}

fn find_as(user: &User, patience: Patience) -> Result<Option<Identity>, Error> {
    let files = user.files();
    user.with(|variables| {
        let chosen = ChosenProfile::choose(None, variables)?;
        let sources = Sources {
            files: &files,
            chosen: &chosen,
            variables,
            region: &|| Ok("us-east-1".to_owned()),
            now: time::parse("2026-01-02T03:00:00Z").unwrap(),
            network: Network::new(&files, None, variables),
        };
        find_with(&sources, patience)
    })
}

/// A user whose container has this endpoint.
fn user(endpoint: &Endpoint) -> User {
    User::new().set(FULL, endpoint.url("/role"))
}

#[track_caller]
fn finds(user: &User) {
    let identity = find_as(user, AT_ONCE).unwrap().unwrap();
    let found = identity.credentials();
    let expected = ("ASIAEXAMPLE", "example-secret", Some("example-token"));
    assert_eq!((found.access_key_id, found.secret_access_key, found.session_token), expected);
    assert_eq!(identity.expires, time::parse("2026-01-02T03:04:05Z"));
}

#[track_caller]
fn refuses(user: &User, fact: &str, hint: &str) {
    let error = find_as(user, AT_ONCE).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.hint().as_deref()), (fact, Some(hint)));
}

#[track_caller]
fn endpoint_refuses(endpoint: &Endpoint, problem: &str) {
    let hint = "AWS_CONTAINER_CREDENTIALS_FULL_URI names the endpoint: correct that, or unset it";
    refuses(&user(endpoint), &format!("the container's endpoint {problem}"), hint);
}

#[test]
fn without_a_variable_there_is_no_container() {
    assert!(find_as(&User::new(), AT_ONCE).unwrap().is_none());
    assert!(find_as(&User::new().set(RELATIVE, "").set(FULL, ""), AT_ONCE).unwrap().is_none());
    assert!(find_as(&User::new().set(TOKEN, "example").set(TOKEN_FILE, "/nonexistent"), AT_ONCE).unwrap().is_none());
}

#[test]
fn the_endpoint_is_asked_once_for_its_keys() {
    let endpoint = Endpoint::new([answer()]);
    finds(&user(&endpoint));
    endpoint.was_asked(&[&[GET, ACCEPT, AGENT]]);
}

#[test]
fn a_relative_uri_is_one_of_ecs_and_comes_first() {
    let named = |user: &User| user.with(endpoint).unwrap();
    let user = User::new().set(FULL, "http://localhost/full");
    assert_eq!(named(&user), Some((FULL, "http://localhost/full".to_owned())));
    let user = user.set(RELATIVE, "/v2/role");
    assert_eq!(named(&user), Some((RELATIVE, "http://169.254.170.2/v2/role".to_owned())));
    assert_eq!(named(&user.set(RELATIVE, "")), Some((FULL, "http://localhost/full".to_owned())));
}

#[test]
fn a_relative_uri_cannot_lead_to_another_host() {
    let hint = "use https, a loopback address or one of these: 169.254.170.2, 169.254.170.23, fd00:ec2::23, localhost";
    for (path, host) in [("@example.com/x", "example.com"), (".example.com/x", "169.254.170.2.example.com")] {
        let fact = format!("{RELATIVE} names the host '{host}', which is not asked for keys over plain HTTP");
        refuses(&User::new().set(RELATIVE, path), &fact, hint);
    }
    let hint = format!("{RELATIVE} names the endpoint: correct that, or unset it");
    refuses(&User::new().set(RELATIVE, "/a b"), &format!("{RELATIVE} names no HTTP endpoint"), &hint);
}

/// The hosts of botocore's `ContainerMetadataFetcher`.
#[test]
fn over_http_only_this_machine_and_what_is_as_good_is_asked() {
    for (url, expected) in [
        ("http://169.254.170.2/x", true),
        ("http://169.254.170.23/v1/credentials", true),
        ("http://[fd00:ec2::23]/v1/credentials", true),
        ("http://localhost:8080/x", true),
        ("http://LOCALHOST/x", true),
        ("http://127.0.0.1/x", true),
        ("http://127.1.2.3:80/x", true),
        ("http://[::1]:80/x", true),
        ("https://example.com/x", true),
        ("http://example.com/x", false),
        ("http://169.254.169.254/x", false),
        ("http://169.254.170.2.example.com/x", false),
        ("http://localhost.example.com/x", false),
        ("http://localhost@example.com/x", false),
        ("http://10.0.0.1/x", false),
        ("http://127.1/x", false),
        ("http://2130706433/x", false),
        ("http://[::]/x", false),
        ("http://0.0.0.0/x", false),
        ("http://[fd00:ec2::24]/x", false),
    ] {
        assert_eq!(may_ask(&Url::parse(url).unwrap()), expected, "{url}");
    }
}

#[test]
fn what_is_no_url_is_not_shown() {
    for url in ["/v2/secret", "localhost/secret", "ftp://localhost/secret", "http://"] {
        let hint = format!("{FULL} names the endpoint: correct that, or unset it");
        refuses(&User::new().set(FULL, url), &format!("{FULL} names no HTTP endpoint"), &hint);
    }
}

#[test]
fn the_token_is_sent_and_the_one_in_a_file_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let endpoint = Endpoint::new([answer(), answer(), answer(), answer()]);
    let user = user(&endpoint).set(TOKEN, "Bearer variable");
    finds(&user);
    let user = user.set(TOKEN_FILE, &file);
    for text in ["first", "second "] {
        std::fs::write(&file, text).unwrap();
        finds(&user);
    }
    finds(&user.set(TOKEN_FILE, ""));
    endpoint.was_asked(&[
        &[GET, ACCEPT, "authorization: Bearer variable", AGENT],
        &[GET, ACCEPT, "authorization: first", AGENT],
        &[GET, ACCEPT, "authorization: second ", AGENT],
        &[GET, ACCEPT, "authorization: Bearer variable", AGENT],
    ]);
}

#[test]
fn a_token_with_a_line_break_is_not_sent() {
    let endpoint = Endpoint::new([]);
    let fact =
        |variable| format!("the token that {variable} gives has a line break or another character that cannot be sent");
    let hint = "set AWS_CONTAINER_AUTHORIZATION_TOKEN without a line break";
    refuses(&user(&endpoint).set(TOKEN, "secret\r\nx: y"), &fact(TOKEN), hint);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "secret\n").unwrap();
    let hint = "write the file without a line break at its end";
    refuses(&user(&endpoint).set(TOKEN_FILE, &file), &fact(TOKEN_FILE), hint);
    endpoint.was_asked(&[]);
}

#[test]
fn a_token_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::new([]);
    let hint = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names it: correct that, or unset it";
    let file = folder.path().join("token");
    let fact = |reason: &str| format!("the token file {} cannot be read: {reason}", file.display());
    refuses(&user(&endpoint).set(TOKEN_FILE, &file), &fact("there is no such file"), hint);
    std::fs::write(&file, b"\xff").unwrap();
    refuses(&user(&endpoint).set(TOKEN_FILE, &file), &fact("invalid data"), hint);
    std::fs::write(&file, vec![b'x'; 65_537]).unwrap();
    refuses(&user(&endpoint).set(TOKEN_FILE, &file), &fact("file too large"), hint);
    endpoint.was_asked(&[]);
}

#[test]
fn an_endpoint_is_asked_three_times() {
    let once = [GET, ACCEPT, AGENT];
    for failures in [
        || Reply::Answer(500, String::new()),
        || Reply::Answer(403, String::new()),
        || Reply::Answer(200, "not JSON".to_owned()),
        || Reply::End,
    ] {
        let endpoint = Endpoint::new([failures(), failures(), answer()]);
        finds(&user(&endpoint));
        endpoint.was_asked(&[&once, &once, &once]);
        let endpoint = Endpoint::new([failures(), failures(), failures(), answer()]);
        assert!(find_as(&user(&endpoint), AT_ONCE).is_err());
        endpoint.was_asked(&[&once, &once, &once]);
    }
}

#[test]
fn botocore_waits_two_seconds_three_times_with_a_second_between() {
    assert_eq!((PATIENCE.attempts, PATIENCE.limit.as_secs(), PATIENCE.pause.as_secs()), (3, 2, 1));
}

#[test]
fn an_endpoint_that_does_not_answer_is_given_up() {
    let endpoint = Endpoint::new([Reply::Silence, Reply::Silence]);
    let patience = Patience { attempts: 2, limit: Duration::from_millis(50), pause: Duration::ZERO };
    let error = find_as(&user(&endpoint), patience).unwrap_err();
    assert_eq!(error.to_string(), "the container's endpoint did not answer in time");
}

#[test]
fn a_refusal_is_told_with_what_it_says() {
    for (status, body, problem) in [
        (404, "", "answered 404"),
        (401, "unauthorized\nmore", "answered 401: unauthorized"),
        (
            400,
            r#"{"code":"InvalidToken","message":"the token is not for this"}"#,
            "answered 400: the token is not for this (InvalidToken)",
        ),
        (500, r#"{"Message":"later"}"#, "answered 500: later"),
        (500, r#"{"Code":"Throttled"}"#, "answered 500: Throttled"),
        (500, r#"{"SecretAccessKey":"example-secret"}"#, "answered 500"),
        (500, r#"{"SecretAccessKey":"example-sec"#, "answered 500"),
        (502, "<html><body>", "answered 502"),
        (302, "", "answered 302"),
        (500, "a\u{1b}[2Jb", r"answered 500: a\u{1b}[2Jb"),
    ] {
        endpoint_refuses(&Endpoint::new((0..3).map(|_| Reply::Answer(status, body.to_owned()))), problem);
    }
}

#[test]
fn a_refusal_that_repeats_the_token_is_not_told() {
    let endpoint = Endpoint::new((0..3).map(|_| Reply::Answer(401, "no such token: example-token".to_owned())));
    let error = find_as(&user(&endpoint).set(TOKEN, "example-token"), AT_ONCE).unwrap_err();
    assert_eq!(error.to_string(), "the container's endpoint answered 401");
}

#[test]
fn an_answer_without_keys_is_told() {
    endpoint_refuses(
        &Endpoint::new((0..3).map(|_| Reply::Answer(200, "example-secret".to_owned()))),
        "gave an answer that is no JSON document of keys",
    );
    let endpoint = Endpoint::new([Reply::Answer(200, r#"{"AccessKeyId":"ASIAEXAMPLE"}"#.to_owned())]);
    endpoint_refuses(&endpoint, "gave keys without SecretAccessKey");
    endpoint.was_asked(&[&[GET, ACCEPT, AGENT]]);
    endpoint_refuses(
        &Endpoint::new([Reply::Answer(200, keys("soon"))]),
        "gave keys that end at 'soon', which is no time",
    );
}

#[test]
fn keys_that_have_expired_are_not_used() {
    for (expiration, expired) in [("2026-01-02T03:00:00Z", true), ("2026-01-02T03:00:01Z", false)] {
        let endpoint = Endpoint::new([Reply::Answer(200, keys(expiration))]);
        if expired {
            endpoint_refuses(&endpoint, "gave keys that have expired");
        } else {
            assert!(find_as(&user(&endpoint), AT_ONCE).unwrap().is_some());
        }
    }
}

#[test]
fn an_endpoint_that_is_not_there_could_not_be_reached() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = find_as(&User::new().set(FULL, format!("http://{free}/role")), AT_ONCE).unwrap_err();
    let fact = error.to_string();
    assert!(fact.starts_with("the container's endpoint could not be reached: "), "{fact}");
}
