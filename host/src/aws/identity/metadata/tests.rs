//! Each sequence of requests is botocore's, read in its version 1.44.5; where it is not, the test says so.

use std::io::Read;
use std::time::{Duration, SystemTime};

use super::*;
use crate::aws::profile::ChosenProfile;
use crate::fixture::User;
use crate::fixture::endpoint::{Endpoint, Reply};

const ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const V1_OFF: &str = "AWS_EC2_METADATA_V1_DISABLED";
const ATTEMPTS: &str = "AWS_METADATA_SERVICE_NUM_ATTEMPTS";

const AGENT: &str = concat!("user-agent: git-remote-codecommit/", env!("CARGO_PKG_VERSION"));
const PUT: &[&str] =
    &["PUT /latest/api/token HTTP/1.1", "content-length: 0", AGENT, "x-aws-ec2-metadata-token-ttl-seconds: 21600"];
const ROLE_LINE: &str = "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1";
const KEYS_LINE: &str = "GET /latest/meta-data/iam/security-credentials/demo HTTP/1.1";
const WITH_TOKEN: &str = "x-aws-ec2-metadata-token: example-session";
const ROLE: &[&str] = &[ROLE_LINE, AGENT, WITH_TOKEN];
const KEYS: &[&str] = &[KEYS_LINE, AGENT, WITH_TOKEN];
const ROLE_V1: &[&str] = &[ROLE_LINE, AGENT];
const KEYS_V1: &[&str] = &[KEYS_LINE, AGENT];

const DOCUMENT: &str = r#"{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"example-secret",
    "Token":"example-token","Expiration":"2026-01-02T03:04:05Z"}"#;

fn says(text: &str) -> Reply {
    Reply::Answer(200, text.to_owned())
}

fn status(status: u16) -> Reply {
    Reply::Answer(status, "it says why".to_owned())
}

fn find_as(user: &User, limit: Option<Duration>) -> Result<Option<Identity>, Error> {
    let files = user.files();
    user.with(|variables| {
        let chosen = ChosenProfile::choose(None, variables)?;
        let network = Network::new(&files, None, variables);
        let now = SystemTime::now();
        let sources =
            Sources { files: &files, chosen: &chosen, variables, region: &|| Ok("us-east-1".to_owned()), now, network };
        let Some(limit) = limit else {
            return find(&sources);
        };
        let settings = Settings { limit, ..Settings::read(chosen.find(&files)?, variables)? };
        Service { settings, network: &sources.network }.keys()
    })
}

/// A user whose instance has this endpoint.
fn user(endpoint: &Endpoint) -> User {
    User::new().set(ENDPOINT, endpoint.url("/"))
}

/// Whether there are keys, found without a limit that a slow machine could pass.
#[track_caller]
fn has_keys(user: &User) -> bool {
    let Some(identity) = find_as(user, Some(Duration::from_mins(1))).unwrap() else {
        return false;
    };
    let found = identity.credentials();
    let expected = ("ASIAEXAMPLE", "example-secret", Some("example-token"));
    assert_eq!((found.access_key_id, found.secret_access_key, found.session_token), expected);
    assert_eq!(identity.expires, time::parse("2026-01-02T03:04:05Z"));
    true
}

/// Fails where these replies do not lead to these requests, and to keys or not.
#[track_caller]
fn leads(change: impl Fn(User) -> User, replies: impl IntoIterator<Item = Reply>, requests: &[&[&str]], keys: bool) {
    let endpoint = Endpoint::new(replies);
    assert_eq!(has_keys(&change(user(&endpoint))), keys);
    endpoint.was_asked(requests);
}

fn nothing(user: User) -> User {
    user
}

fn without_v1(user: User) -> User {
    user.set(V1_OFF, "true")
}

fn twice(user: User) -> User {
    user.set(ATTEMPTS, "2")
}

/// The keys have ended, too: an instance's are signed with all the same.
#[test]
fn a_token_a_role_and_its_keys_are_asked_for() {
    leads(nothing, [says("example-session"), says("demo"), says(DOCUMENT)], &[PUT, ROLE, KEYS], true);
    leads(without_v1, [says("example-session"), says("demo"), says(DOCUMENT)], &[PUT, ROLE, KEYS], true);
}

#[test]
fn an_endpoint_with_a_path_and_without_a_slash_is_added_to() {
    for path in ["/base", "/base/"] {
        let endpoint = Endpoint::new([says("example-session"), says("demo"), says(DOCUMENT)]);
        assert!(has_keys(&User::new().set(ENDPOINT, endpoint.url(path))));
        endpoint.was_asked(&[
            &["PUT /base/latest/api/token HTTP/1.1", PUT[1], PUT[2], PUT[3]],
            &["GET /base/latest/meta-data/iam/security-credentials/ HTTP/1.1", AGENT, WITH_TOKEN],
            &["GET /base/latest/meta-data/iam/security-credentials/demo HTTP/1.1", AGENT, WITH_TOKEN],
        ]);
    }
}

#[test]
fn where_there_are_no_tokens_the_first_version_is_spoken_unless_it_is_off() {
    for refusal in [|| status(403), || status(404), || status(405), || status(500), || says(""), || Reply::End] {
        leads(nothing, [refusal(), says("demo"), says(DOCUMENT)], &[PUT, ROLE_V1, KEYS_V1], true);
        leads(without_v1, [refusal()], &[PUT], false);
    }
}

#[test]
fn a_request_for_a_token_that_is_wrong_is_the_end() {
    leads(nothing, [status(400), says("demo"), says(DOCUMENT)], &[PUT], false);
    leads(twice, [status(400), says("demo"), says(DOCUMENT)], &[PUT], false);
}

/// A container's network on an instance drops the answer with the token.
#[test]
fn where_the_token_does_not_arrive_the_first_version_is_spoken() {
    let limit = Some(Duration::from_millis(50));
    let endpoint = Endpoint::new([Reply::Silence, Reply::Silence]);
    assert!(find_as(&user(&endpoint), limit).unwrap().is_none());
    endpoint.was_asked(&[PUT, ROLE_V1]);
    // The token is not asked for again, however often other requests are sent.
    let endpoint = Endpoint::new([Reply::Silence, Reply::Silence, Reply::Silence]);
    assert!(find_as(&twice(user(&endpoint)), limit).unwrap().is_none());
    endpoint.was_asked(&[PUT, ROLE_V1, ROLE_V1]);
    let endpoint = Endpoint::new([Reply::Silence]);
    assert!(find_as(&without_v1(user(&endpoint)), limit).unwrap().is_none());
    endpoint.was_asked(&[PUT]);
}

#[test]
fn an_instance_without_a_role_has_no_keys() {
    for none in [|| status(404), || status(401), || says(""), || Reply::End] {
        leads(nothing, [says("example-session"), none(), says(DOCUMENT)], &[PUT, ROLE], false);
    }
}

#[test]
fn a_role_without_keys_gives_none() {
    for none in [
        || status(404),
        || says(""),
        || says("not JSON"),
        || says(r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role demo"}"#),
        || Reply::End,
    ] {
        leads(nothing, [says("example-session"), says("demo"), none()], &[PUT, ROLE, KEYS], false);
    }
}

#[test]
fn each_request_is_sent_as_often_as_the_user_says() {
    let replies = || [status(500), says("example-session"), Reply::End, says("demo"), says("x"), says(DOCUMENT)];
    leads(twice, replies(), &[PUT, PUT, ROLE, ROLE, KEYS, KEYS], true);
    leads(twice, [status(500), status(500), status(500), status(500)], &[PUT, PUT, ROLE_V1, ROLE_V1], false);
    leads(twice, [status(404), status(500), says("demo"), says(DOCUMENT)], &[PUT, ROLE_V1, ROLE_V1, KEYS_V1], true);
    let missing = || says(r#"{"Code":"Failed"}"#);
    leads(twice, [says("example-session"), says("demo"), missing()], &[PUT, ROLE, KEYS], false);
}

/// botocore tries to connect once more, for the role's name.
#[test]
fn off_an_instance_there_are_no_keys() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(find_as(&User::new().set(ENDPOINT, format!("http://{free}")), None).unwrap().is_none());
}

/// Connections are counted where TLS does not come about, for one that is refused cannot be.
#[test]
fn where_no_connection_comes_about_nothing_else_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = codecommit_local::Server::start(codecommit_local::Options::new(folder.path())).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let counting = std::thread::spawn(move || {
        // The test says when it is over.
        listener.incoming().take_while(|connection| connection.as_ref().unwrap().read(&mut [0]).unwrap() != 0).count()
    });
    let user = User::new().set(ENDPOINT, format!("https://{address}")).set("AWS_CA_BUNDLE", trusted.ca_file());
    assert!(!has_keys(&user));
    assert!(!has_keys(&twice(user)));
    drop(std::net::TcpStream::connect(address).unwrap());
    assert_eq!(counting.join().unwrap(), 1 + 2);
}

#[test]
fn a_role_with_a_name_that_no_url_has_gives_no_keys() {
    leads(nothing, [says("example-session"), says("<html> </html>"), says(DOCUMENT)], &[PUT, ROLE], false);
}

#[test]
fn a_line_break_is_no_part_of_a_roles_name() {
    leads(nothing, [says("example-session"), says("demo\n"), says(DOCUMENT)], &[PUT, ROLE, KEYS], true);
}

#[test]
fn turned_off_it_is_not_asked_and_its_settings_are_not_read() {
    for value in ["true", "True", "TRUE"] {
        let endpoint = Endpoint::new([says("example-session")]);
        let user = user(&endpoint).set(OFF, value).set(ATTEMPTS, "none");
        assert!(find_as(&user, None).unwrap().is_none());
        assert!(user.with(is_off).unwrap());
        endpoint.was_asked(&[]);
    }
    for value in ["", "false", "1", "yes"] {
        assert!(!User::new().set(OFF, value).with(is_off).unwrap(), "{value}");
    }
}

#[test]
fn a_setting_that_is_wrong_is_an_error_where_the_service_would_be_asked() {
    let error = find_as(&User::new().set(OFF, "").set(ATTEMPTS, "none"), None).unwrap_err();
    let fact = "AWS_METADATA_SERVICE_NUM_ATTEMPTS is 'none', which is no whole number from 1";
    assert_eq!(error.to_string(), fact);
}
