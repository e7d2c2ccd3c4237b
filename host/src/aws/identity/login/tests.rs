//! The server is on the loopback interface; the name of the file was computed by botocore, the key is the one of RFC 6979.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::*;
use crate::aws::identity::loopback::{Loopback, Request, at_once, now, with_sources};
use crate::aws::time;
use crate::fixture::User;

const SESSION: &str = "arn:aws:iam::123456789012:user/demo";
/// SHA-256 of it.
const KEY: &str = "bf5f7f6d57cc352e6ab0659523fca68f168f8380cdb2191fa6ec63f10880008c";
const DPOP_KEY: &str = r"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49\nAwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8\nmaQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n-----END EC PRIVATE KEY-----\n";
const LOGIN: &str = "aws login --profile p";
const NOWHERE: &str = "http://127.0.0.1:9";

fn config(url: &str) -> String {
    format!("[profile p]\nlogin_session = {SESSION}\nendpoint_url = {url}\nmax_attempts = 1\n")
}

/// A file whose keys last so many seconds.
fn token(seconds: u64, access_key_id: &str, refresh_token: &str) -> String {
    let expires = time::show(now() + Duration::from_secs(seconds)).unwrap();
    format!(
        r#"{{"accessToken": {{"accessKeyId": "{access_key_id}", "secretAccessKey": "example-secret", "sessionToken": "example-session-token", "accountId": "123456789012", "expiresAt": "{expires}"}}, "tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "{refresh_token}", "idToken": "example-id", "dpopKey": "{DPOP_KEY}", "signInRegion": "us-west-2", "new": [1.50]}}"#
    )
}

fn old(seconds: u64) -> String {
    token(seconds, "ASIAEXAMPLEOLD", "example-refresh")
}

fn user(url: &str, text: &str) -> User {
    let user = User::new().config(config(url));
    fs::create_dir_all(file(&user).parent().unwrap()).unwrap();
    fs::write(file(&user), text).unwrap();
    user
}

fn file(user: &User) -> PathBuf {
    user.file("login").join("cache").join(format!("{KEY}.json"))
}

fn find_in(user: &User) -> Result<Option<Identity>, Error> {
    with_sources(user, |sources| find(sources, "p", sources.files.profile("p").unwrap()))
}

#[track_caller]
fn finds(user: &User, access_key_id: &str) {
    let identity = find_in(user).unwrap().unwrap();
    let keys = identity.credentials();
    assert_eq!(
        (keys.access_key_id, keys.secret_access_key, keys.session_token),
        (access_key_id, "example-secret", Some("example-session-token"))
    );
}

/// Fails where the refusal is not of this session, or the hint another one.
#[track_caller]
fn refuses(user: &User, problem: &str, hint: Option<&str>) {
    let error = find_in(user).unwrap_err();
    let fact = format!("the session of aws login for '{SESSION}' {problem}");
    assert_eq!((error.to_string(), error.hint().as_deref()), (fact, hint));
}

/// New keys for a quarter of an hour.
fn new_keys(_: &Request) -> (u16, &'static str, String) {
    let body = r#"{"accessToken": {"accessKeyId": "ASIAEXAMPLENEW", "secretAccessKey": "example-secret", "sessionToken": "example-session-token"}, "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "new-refresh"}"#;
    (200, "", body.to_owned())
}

#[test]
fn a_profile_without_session_has_nothing_to_do_with_it() {
    assert!(find_in(&User::new().config("[profile p]\nregion = us-east-1\n")).unwrap().is_none());
}

#[test]
fn keys_that_are_good_for_more_than_five_minutes_need_no_network() {
    let user = user(NOWHERE, &old(301));
    finds(&user, "ASIAEXAMPLEOLD");
    assert_eq!(fs::read_to_string(file(&user)).unwrap(), old(301));
}

#[test]
fn an_account_id_is_not_needed() {
    let text = old(3600).replace(r#""accountId": "123456789012", "#, "");
    finds(&user(NOWHERE, &text), "ASIAEXAMPLEOLD");
}

#[test]
fn the_folder_of_the_files_can_be_another() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(format!("{KEY}.json")), old(3600)).unwrap();
    let user = User::new().config(config(NOWHERE)).set("BASE", folder.path());
    finds(&user.set("AWS_LOGIN_CACHE_DIRECTORY", "$BASE/"), "ASIAEXAMPLEOLD");
}

#[test]
fn a_session_that_nobody_signed_in_to_is_told_without_network() {
    refuses(&User::new().config(config(NOWHERE)), "does not exist", Some(LOGIN));
    let whole = old(3600);
    for text in ["", &whole[..whole.len() - 5], "[]"] {
        refuses(&user(NOWHERE, text), "does not exist", Some(LOGIN));
    }
}

#[test]
fn what_a_file_lacks_is_named_in_one_line_even_where_its_keys_are_good() {
    for (field, missing) in [
        ("refreshToken", "refreshToken"),
        ("dpopKey", "dpopKey"),
        ("clientId", "clientId"),
        ("accessToken", "accessToken"),
        ("accessKeyId", "accessToken.accessKeyId"),
        ("secretAccessKey", "accessToken.secretAccessKey"),
        ("sessionToken", "accessToken.sessionToken"),
        ("expiresAt", "accessToken.expiresAt"),
    ] {
        let text = old(3600).replace(field, "other");
        refuses(&user(NOWHERE, &text), &format!("lacks {missing}"), Some(LOGIN));
    }
    refuses(&user(NOWHERE, "{}"), "lacks accessToken, refreshToken, dpopKey, clientId", Some(LOGIN));
    let text = r#"{"accessToken": {"accessKeyId": "", "secretAccessKey": 1}, "refreshToken": null, "clientId": "c"}"#;
    let lacks = "lacks accessToken.accessKeyId, accessToken.secretAccessKey, accessToken.sessionToken, \
                 accessToken.expiresAt, refreshToken, dpopKey";
    refuses(&user(NOWHERE, text), lacks, Some(LOGIN));
}

#[test]
fn keys_with_little_time_left_are_refreshed_and_kept_with_all_that_was_in_the_file() {
    for seconds in [300, 0] {
        let server = Loopback::start(new_keys);
        let user = user(&server.url, &old(seconds));
        finds(&user, "ASIAEXAMPLENEW");
        finds(&user, "ASIAEXAMPLENEW");
        let [request] = &server.requests()[..] else { panic!("one request, not {:?}", server.requests()) };
        assert_eq!(request.line, "POST /v1/token");
        assert_eq!(
            request.body,
            r#"{"clientId":"arn:aws:signin:::devtools/same-device","grantType":"refresh_token","refreshToken":"example-refresh"}"#
        );
        assert_eq!(request.header("authorization"), None);
        assert_eq!(fs::read_to_string(file(&user)).unwrap(), token(900, "ASIAEXAMPLENEW", "new-refresh"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(file(&user)).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}

#[test]
fn a_refresh_token_that_was_not_replaced_is_kept() {
    let server = Loopback::start(|request| {
        let (status, error, body) = new_keys(request);
        (status, error, body.replace(r#", "refreshToken": "new-refresh""#, ""))
    });
    let user = user(&server.url, &old(0));
    finds(&user, "ASIAEXAMPLENEW");
    assert_eq!(fs::read_to_string(file(&user)).unwrap(), token(900, "ASIAEXAMPLENEW", "example-refresh"));
}

#[test]
fn a_refresh_comes_with_a_proof_for_its_url() {
    let server = Loopback::start(new_keys);
    finds(&user(&server.url, &old(0)), "ASIAEXAMPLENEW");
    let requests = server.requests();
    let proof: Vec<_> = requests[0].header("dpop").unwrap().split('.').collect();
    let [_, payload, _] = proof[..] else { panic!("three parts") };
    let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!(payload["htm"], "POST");
    assert_eq!(payload["htu"], format!("{}/v1/token", server.url));
    let now = now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!((now..now + 60).contains(&payload["iat"].as_u64().unwrap()), "{payload}");
    assert_eq!(payload["jti"].as_str().unwrap().len(), 36);
}

#[test]
fn the_service_is_reached_where_a_services_section_says() {
    let server = Loopback::start(new_keys);
    let config = format!(
        "[profile p]\nlogin_session = {SESSION}\nservices = local\n\
         [services local]\nsignin =\n  endpoint_url = {}\n",
        server.url
    );
    finds(&user("", &old(0)).config(config), "ASIAEXAMPLENEW");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn each_attempt_has_a_proof_of_its_own() {
    let attempts = std::sync::atomic::AtomicUsize::new(0);
    let server = Loopback::start(move |request| match attempts.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => (503, "", "{}".to_owned()),
        _ => new_keys(request),
    });
    let user = user(&server.url, &old(0));
    let twice = config(&server.url).replace("max_attempts = 1", "max_attempts = 2");
    finds(&user.config(twice), "ASIAEXAMPLENEW");
    let proofs: Vec<_> = server.requests().iter().map(|request| request.header("dpop").unwrap().to_owned()).collect();
    assert_eq!(proofs.len(), 2);
    assert_ne!(proofs[0], proofs[1]);
}

#[test]
fn of_many_processes_one_refreshes_the_keys() {
    let server = Loopback::start(new_keys);
    let user = user(&server.url, &old(0));
    at_once(&user, |sources| {
        let found = find(sources, "p", sources.files.profile("p").unwrap()).unwrap().unwrap();
        assert_eq!(found.credentials().access_key_id, "ASIAEXAMPLENEW");
    });
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn keys_that_another_program_refreshed_first_are_used() {
    let other = user("", &old(0));
    let path = file(&other);
    let server = Loopback::start(move |_| {
        fs::write(&path, token(900, "ASIAEXAMPLEOTHER", "others-refresh")).unwrap();
        (403, "AccessDeniedException", r#"{"error": "TOKEN_EXPIRED", "message": "x"}"#.to_owned())
    });
    finds(&other.config(config(&server.url)), "ASIAEXAMPLEOTHER");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn keys_are_asked_for_where_the_user_signed_in() {
    let user = User::new().config(config(NOWHERE));
    with_sources(&user, |sources| {
        for (text, region) in [
            (old(0), "us-west-2"),
            (old(0).replace("us-west-2", ""), "eu-west-1"),
            (old(0).replace("signIn", "x"), "eu-west-1"),
        ] {
            let token = session::Token::parse(text.into_bytes().into()).unwrap();
            assert_eq!(token.region(sources).unwrap(), region);
        }
    });
}

/// Fails where the service's refusal does not come down to this.
#[track_caller]
fn refuses_refresh(status: u16, error: &'static str, body: &'static str, problem: &str, hint: Option<&str>) {
    let server = Loopback::start(move |_| (status, error, body.to_owned()));
    let user = user(&server.url, &old(0));
    refuses(&user, problem, hint);
    assert_eq!(server.requests().len(), 1);
    assert_eq!(fs::read_to_string(file(&user)).unwrap(), old(0));
}

#[test]
fn a_refusal_of_the_service_is_told_in_words() {
    let denied = |body, problem: &str, hint| refuses_refresh(403, "AccessDeniedException", body, problem, hint);
    denied(r#"{"error": "TOKEN_EXPIRED", "message": "x"}"#, "has expired", Some(LOGIN));
    denied(
        r#"{"error": "USER_CREDENTIALS_CHANGED", "message": "x"}"#,
        "has ended, because the password or other credentials of the user have changed",
        Some(LOGIN),
    );
    denied(
        r#"{"error": "INSUFFICIENT_PERMISSIONS", "message": "x"}"#,
        "cannot be refreshed: the user has no permission for signin:CreateOAuth2Token",
        Some("a policy of the user has to allow signin:CreateOAuth2Token"),
    );
    denied(
        r#"{"error": "OTHER", "message": "Not today"}"#,
        "could not be refreshed: AWS Sign-In refused: Not today (AccessDeniedException)",
        None,
    );
    refuses_refresh(
        400,
        "ValidationException",
        r#"{"error": "INVALID_REQUEST", "message": "Bad client"}"#,
        "could not be refreshed: AWS Sign-In refused: Bad client (ValidationException)",
        None,
    );
}

#[test]
fn an_answer_without_keys_cannot_be_read() {
    let problem = "could not be refreshed: AWS Sign-In gave an answer that cannot be read";
    for body in
        ["{}", "<html>", "<html>", r#"{"expiresIn": 900, "refreshToken": "new-refresh", "tokenType": "aws_sigv4"}"#]
    {
        refuses_refresh(200, "", body, problem, None);
    }
}

#[test]
fn a_key_that_is_none_is_told_without_network() {
    let text = old(0).replace(DPOP_KEY, "example-secret");
    refuses(&user(NOWHERE, &text), "has a key (dpopKey) that cannot be read", Some(LOGIN));
    finds(&user(NOWHERE, &old(3600).replace(DPOP_KEY, "example-secret")), "ASIAEXAMPLEOLD");
}
