use std::time::Duration;

use super::super::*;
use crate::fixture::{SECRET, User, keys};

/// What finding keys comes to, and what is told of it.
fn found_and_told(user: &User, url: Option<&str>) -> (Result<String, String>, Description) {
    let files = user.files();
    user.with(|variables| {
        let chosen = ChosenProfile::choose(url, variables).unwrap();
        let network = Network::new(&files, chosen.find(&files).unwrap(), variables);
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
        let region = || Ok("eu-west-1".to_owned());
        let sources = Sources { files: &files, chosen: &chosen, variables, region: &region, now, network };
        let found = sources.find().map(|identity| identity.access_key_id.expose().to_owned());
        (found.map_err(|error| error.to_string()), sources.describe())
    })
}

/// Every set of ways, each of which gives a key of its own or says what is wrong with itself.
#[test]
fn the_way_that_is_told_is_the_one_that_is_taken_whatever_is_set_up() {
    let mut ways = Vec::new();
    for set in 0..1_u32 << 9 {
        let has = |bit: u32| set & (1 << bit) != 0;
        let option = |bit, text: &str| if has(bit) { text.to_owned() } else { String::new() };
        let config = option(0, "role_arn = arn:aws:iam::123456789012:role/demo\nsource_profile = missing\n")
            + &option(1, "sso_account_id = 123456789012\nsso_role_name = demo\n")
            + &option(2, "login_session = arn\n")
            + &option(3, "credential_process = false\n")
            + &option(4, &keys("CONFIG"));
        let mut user = User::new().config(format!("[default]\n{config}"));
        if has(5) {
            user = user.credentials(format!("[default]\n{}", keys("CREDENTIALS")));
        }
        if has(6) {
            user = user.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/missing/token").set("AWS_ROLE_ARN", "arn");
        }
        if has(7) {
            user = user.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "nowhere");
        }
        if has(8) {
            user = user.set("AWS_ACCESS_KEY_ID", "VARIABLES").set("AWS_SECRET_ACCESS_KEY", SECRET);
        }
        for url in [None, Some("default")] {
            let (found, description) = found_and_told(&user, url);
            let told = match (&description.details.fault, &description.details.access_key_id) {
                (Some(fault), _) => Err(fault.to_string()),
                (None, Some(id)) => Ok(id.clone()),
                // It is not run to be told of.
                (None, None) => {
                    assert_eq!(description.way, Some(Way::Process), "{set:b}");
                    Err("credential_process of profile 'default' gave no keys: 'false' ended with status 1".to_owned())
                }
            };
            assert_eq!(told, found, "{set:b} {url:?}");
            if !ways.contains(&description.way) {
                ways.push(description.way);
            }
        }
    }
    // All but instance metadata, and none.
    assert_eq!(ways.len(), 10, "{ways:?}");
}

#[test]
fn what_does_not_count_is_told_with_what_comes_first() {
    let user = User::new()
        .config(format!("[default]\ncredential_process = false\n{}", keys("CONFIG")))
        .credentials(format!("[default]\n{}", keys("CREDENTIALS")));
    let (_, description) = found_and_told(&user, None);
    let overridden: Vec<_> =
        description.overridden.into_iter().map(|one| format!("{}: {}", one.what, one.why)).collect();
    let first = "the keys of profile 'default' in the credentials file come first";
    let expected = [
        format!("credential_process of profile 'default': {first}"),
        format!("the keys of profile 'default' in the config file: {first}"),
    ];
    assert_eq!(overridden, expected);
}

/// Its own keys are what it is assumed with. Nothing is found here: that would ask STS.
#[test]
fn the_keys_of_a_profile_that_is_its_own_source_count() {
    let role = "role_arn = arn:aws:iam::123456789012:role/demo\nsource_profile = default\n";
    let user = User::new().config(format!("[default]\n{role}")).credentials(format!("[default]\n{}", keys("OWN")));
    let files = user.files();
    let description = user.with(|variables| {
        let chosen = ChosenProfile::choose(None, variables).unwrap();
        let network = Network::new(&files, None, variables);
        let region = || Ok(String::new());
        let now = SystemTime::UNIX_EPOCH;
        Sources { files: &files, chosen: &chosen, variables, region: &region, now, network }.describe()
    });
    assert_eq!((description.way, description.overridden), (Some(Way::Role), Vec::new()));
    assert_eq!(description.details.notes, ["assumed with source_profile 'default': access key OWN"]);
}
