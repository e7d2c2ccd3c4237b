//! Tokens that are refreshed, or not.

use super::*;
use crate::aws::identity::loopback::at_once;

/// What it answers where the token is refreshed first.
fn refreshed(request: &Request) -> (u16, &'static str, String) {
    match request.line.as_str() {
        "POST /token" => (
            200,
            "",
            r#"{"accessToken": "new-token", "expiresIn": 3600, "refreshToken": "new-refresh", "tokenType": "Bearer"}"#
                .to_owned(),
        ),
        _ => keys(request),
    }
}

/// What it answers where it refuses to refresh.
fn not_refreshed(request: &Request) -> (u16, &'static str, String) {
    match request.line.as_str() {
        "POST /token" => (400, "InvalidGrantException", r#"{"error": "invalid_grant"}"#.to_owned()),
        _ => keys(request),
    }
}

#[test]
fn a_token_with_little_time_left_is_refreshed_and_kept_with_all_that_was_in_it() {
    for seconds in [899, -86400] {
        let server = Loopback::start(refreshed);
        let user = user(&config(&server.url), &[("sso", TOKEN, &token(seconds))]);
        finds(&user, "ASIAEXAMPLEROLE");
        let [refresh, role] = &server.requests()[..] else { panic!("two requests, not {:?}", lines(&server)) };
        assert_eq!(refresh.line, "POST /token");
        assert_eq!(
            refresh.body,
            r#"{"clientId":"example-client","clientSecret":"example-client-secret","grantType":"refresh_token","refreshToken":"example-refresh"}"#
        );
        assert_eq!(refresh.header("authorization"), None);
        assert_eq!(role.header("x-amz-sso_bearer_token"), Some("new-token"));
        let kept = token(3600).replace("example-token", "new-token").replace("example-refresh", "new-refresh");
        assert_eq!(fs::read_to_string(cached(&user, "sso", TOKEN)).unwrap(), kept);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(cached(&user, "sso", TOKEN)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

#[test]
fn each_service_is_reached_where_a_services_section_says() {
    let (oidc, portal) = (Loopback::start(refreshed), Loopback::start(keys));
    let config = config("x").replace("endpoint_url = x\n", "services = local\n")
        + &format!("[services local]\nsso =\n  endpoint_url = {}\n", portal.url)
        + &format!("sso_oidc =\n  endpoint_url = {}\n", oidc.url);
    finds(&user(&config, &[("sso", TOKEN, &token(0))]), "ASIAEXAMPLEROLE");
    assert_eq!((lines(&oidc), lines(&portal)), (vec!["POST /token".to_owned()], vec![ROLE_REQUEST.to_owned()]));
}

#[test]
fn a_token_with_a_quarter_of_an_hour_left_is_not_refreshed() {
    let server = Loopback::start(refreshed);
    finds(&user(&config(&server.url), &[("sso", TOKEN, &token(900))]), "ASIAEXAMPLEROLE");
    assert_eq!(lines(&server), [ROLE_REQUEST]);
}

#[test]
fn a_refresh_token_that_was_not_replaced_is_kept() {
    let server = Loopback::start(|request| match request.line.as_str() {
        "POST /token" => (200, "", r#"{"accessToken": "new-token", "expiresIn": 3600}"#.to_owned()),
        _ => keys(request),
    });
    let user = user(&config(&server.url), &[("sso", TOKEN, &token(0))]);
    finds(&user, "ASIAEXAMPLEROLE");
    let kept = token(3600).replace("example-token", "new-token");
    assert_eq!(fs::read_to_string(cached(&user, "sso", TOKEN)).unwrap(), kept);
}

#[test]
fn a_token_that_could_not_be_refreshed_is_used_while_it_is_good() {
    let server = Loopback::start(not_refreshed);
    let user = user(&config(&server.url), &[("sso", TOKEN, &token(60))]);
    finds(&user, "ASIAEXAMPLEROLE");
    assert_eq!(lines(&server), ["POST /token", ROLE_REQUEST]);
    assert_eq!(server.requests()[1].header("x-amz-sso_bearer_token"), Some("example-token"));
    assert_eq!(fs::read_to_string(cached(&user, "sso", TOKEN)).unwrap(), token(60));
}

#[test]
fn an_expired_token_that_the_service_does_not_refresh_has_expired() {
    for error in ["InvalidGrantException", "ExpiredTokenException", ""] {
        refuses_refresh(400, error, "the IAM Identity Center session for 'my-sso' has expired", Some(LOGIN));
    }
}

#[test]
fn a_service_that_cannot_refresh_an_expired_token_is_named() {
    let said = |error| format!("IAM Identity Center refused: not now ({error})");
    refuses_refresh(400, "SlowDownException", &said("SlowDownException"), None);
    refuses_refresh(500, "InternalServerException", &said("InternalServerException"), None);
    refuses_refresh(200, "", "IAM Identity Center gave an answer that cannot be read", None);
}

/// Fails where the refusal to refresh an expired token does not come down to this.
#[track_caller]
fn refuses_refresh(status: u16, error: &'static str, fact: &str, hint: Option<&str>) {
    let server = Loopback::start(move |_| (status, error, r#"{"message": "not now"}"#.to_owned()));
    let config = config(&server.url).replace("[sso", "max_attempts = 1\n[sso");
    let user = user(&config, &[("sso", TOKEN, &token(0))]);
    refuses(&user, fact, hint);
    assert_eq!(lines(&server), ["POST /token"]);
    assert_eq!(fs::read_to_string(cached(&user, "sso", TOKEN)).unwrap(), token(0));
}

#[test]
fn a_token_that_another_program_refreshed_first_is_used() {
    let mut user = user("", &[("sso", TOKEN, &token(0))]);
    let path = cached(&user, "sso", TOKEN);
    let server = Loopback::start(move |request| {
        if request.line == "POST /token" {
            fs::write(&path, token(3600).replace("example-token", "others-token")).unwrap();
        }
        not_refreshed(request)
    });
    user = user.config(config(&server.url));
    finds(&user, "ASIAEXAMPLEROLE");
    assert_eq!(server.requests()[1].header("x-amz-sso_bearer_token"), Some("others-token"));
}

#[test]
fn a_service_that_is_not_reached_for_a_refresh_is_named() {
    // A port that was free a moment ago.
    let url = Loopback::start(keys).url.clone();
    let user = user(&(config(&url).replace("[sso", "max_attempts = 1\n[sso")), &[("sso", TOKEN, &token(0))]);
    let error = find_in(&user).unwrap_err();
    let fact = error.to_string();
    assert!(fact.starts_with("IAM Identity Center could not be reached: "), "{fact}");
    assert_eq!(error.hint().as_deref(), Some("check the network, HTTPS_PROXY and NO_PROXY, and AWS_CA_BUNDLE"));
}

/// A read-only folder binds everybody but root, as whom tests may run.
#[cfg(unix)]
#[test]
fn a_token_whose_folder_cannot_be_written_is_not_refreshed() {
    use std::os::unix::fs::PermissionsExt;
    let server = Loopback::start(refreshed);
    for (seconds, good) in [(60, true), (0, false)] {
        let user = user(&config(&server.url), &[("sso", TOKEN, &token(seconds))]);
        let folder = user.file("sso").join("cache");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
        if fs::write(folder.join("probe"), "").is_ok() {
            return;
        }
        assert_eq!(find_in(&user).is_ok(), good);
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    }
    assert_eq!(lines(&server), [ROLE_REQUEST]);
}

#[test]
fn of_many_processes_one_refreshes_the_token_and_one_asks_for_the_keys() {
    let server = Loopback::start(refreshed);
    let user = user(&config(&server.url), &[("sso", TOKEN, &token(0))]);
    at_once(&user, |sources| {
        let found = find(sources, "p", sources.files.profile("p").unwrap()).unwrap().unwrap();
        assert_eq!(found.credentials().access_key_id, "ASIAEXAMPLEROLE");
    });
    assert_eq!(lines(&server), ["POST /token", ROLE_REQUEST]);
}

#[test]
fn of_many_processes_for_any_role_one_refreshes_the_token() {
    let server = Loopback::start(refreshed);
    let user = user(&config(&server.url), &[("sso", TOKEN, &token(0))]);
    at_once(&user, |sources| {
        let profile = sources.files.profile("p").unwrap();
        let settings = Settings::find(sources.files, "p", profile).unwrap().unwrap();
        assert_eq!(token::find(sources, &settings).unwrap().expose(), "new-token");
    });
    assert_eq!(lines(&server), ["POST /token"]);
}
