//! What a profile says about its role. The messages of botocore that these stand for are in `tests/identities`.

use super::settings::Role;
use super::*;
use crate::fixture::{User, keys};

const ROLE: &str = "role_arn = arn:aws:iam::123456789012:role/demo\n";

/// Reads the role of a profile that was reached through those visited.
#[track_caller]
fn read(config: &str, visited: &[&str]) -> Result<(String, String), Fault> {
    let user = User::new().config(config);
    let files = user.files();
    let name = *visited.last().unwrap();
    let visited: Vec<String> = visited.iter().map(|name| (*name).to_owned()).collect();
    let role = Role::read(&files, name, files.profile(name).unwrap(), &visited)?;
    Ok((format!("{:?}", role.request), role.source.name()))
}

#[track_caller]
fn refuses(config: &str, visited: &[&str], fact: &str, hint: &str) {
    let fault = read(config, visited).unwrap_err();
    assert_eq!((fault.to_string().as_str(), fault.hint().as_deref()), (fact, Some(hint)));
}

#[test]
fn everything_that_sts_is_asked_with_is_read() {
    let config = format!(
        "[profile a]\n{ROLE}source_profile = b\nexternal_id = id\nrole_session_name = me\n\
         duration_seconds = 1800\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n[profile b]\n"
    );
    let (request, source) = read(&config, &["a"]).unwrap();
    assert_eq!(
        request,
        "Request { duration: Some(1800), external_id: Some(\"id\"), \
         role_arn: \"arn:aws:iam::123456789012:role/demo\", session_name: Some(\"me\"), \
         mfa_serial: Some(\"arn:aws:iam::123456789012:mfa/me\") }"
    );
    assert_eq!(source, "source_profile 'b'");
}

#[test]
fn a_duration_that_is_no_number_is_left_out() {
    for (duration, read_as) in [("abc", "None"), ("", "None"), ("1h", "None"), (" 900 ", "Some(900)")] {
        let config = format!("[profile a]\n{ROLE}credential_source = Environment\nduration_seconds = {duration}\n");
        let (request, _) = read(&config, &["a"]).unwrap();
        assert!(request.starts_with(&format!("Request {{ duration: {read_as},")), "{request}");
    }
}

#[test]
fn each_credential_source_has_its_name() {
    for name in ["Environment", "EcsContainer", "Ec2InstanceMetadata"] {
        let config = format!("[profile a]\n{ROLE}credential_source = {name}\n");
        assert_eq!(read(&config, &["a"]).unwrap().1, format!("credential_source {name}"));
    }
    for name in ["environment", "Ec2", ""] {
        refuses(
            &format!("[profile a]\n{ROLE}credential_source = {name}\n"),
            &["a"],
            &format!("credential_source of profile 'a' is '{name}', and there is no such source"),
            "the sources there are: Environment, EcsContainer, Ec2InstanceMetadata",
        );
    }
}

#[test]
fn two_sources_or_none_are_refused() {
    refuses(
        &format!("[profile a]\n{ROLE}credential_source = Environment\nsource_profile = a\n"),
        &["a"],
        "profile 'a' has both source_profile and credential_source",
        "remove one of the two",
    );
    refuses(
        &format!("[profile a]\n{ROLE}"),
        &["a"],
        "profile 'a' has role_arn, but neither source_profile nor credential_source",
        "set source_profile to the profile whose keys may assume the role",
    );
}

#[test]
fn a_source_profile_that_is_not_there_is_answered_with_those_that_are() {
    refuses(
        &format!("[profile a]\n{ROLE}source_profile = c\n[profile b]\n"),
        &["a"],
        "source_profile of profile 'a' is 'c', and there is no such profile",
        "the profiles there are: a, b",
    );
}

#[test]
fn profiles_that_lead_back_are_refused_with_the_way() {
    let config = format!("[profile a]\n{ROLE}source_profile = b\n[profile b]\n{ROLE}source_profile = a\n");
    refuses(
        &config,
        &["a", "b"],
        "the profiles' source_profile lead in a circle: a, b, a",
        "let one of them have keys of its own",
    );
    let config = format!("[profile a]\n{ROLE}source_profile = a\n");
    refuses(
        &config,
        &["a"],
        "the profiles' source_profile lead in a circle: a, a",
        "let one of them have keys of its own",
    );
}

#[test]
fn a_profile_with_keys_is_a_source_for_itself_and_no_other_way_round() {
    let own = format!("[profile a]\n{ROLE}source_profile = a\n{}", keys("KEY"));
    assert_eq!(read(&own, &["a"]).unwrap().1, "source_profile 'a'");
    let config =
        format!("[profile a]\n{ROLE}source_profile = b\n{}[profile b]\n{ROLE}source_profile = a\n", keys("KEY"));
    refuses(
        &config,
        &["a", "b"],
        "the profiles' source_profile lead in a circle: a, b, a",
        "let one of them have keys of its own",
    );
}

#[track_caller]
fn refusal(code: &str, message: &str, with_code: bool) -> (String, Option<String>) {
    let fault = Fault::Refused(Box::new(Refusal {
        profile: "prod".to_owned(),
        role: "arn:aws:iam::123456789012:role/demo".to_owned(),
        from: "source_profile 'base'".to_owned(),
        with_code,
        fault: CallFault::Refused { service: STS, code: code.to_owned(), message: message.to_owned(), status: 400 },
    }));
    (fault.to_string(), fault.hint())
}

#[test]
fn what_sts_says_is_told_with_the_role() {
    let message = "User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:AssumeRole";
    let (fact, hint) = refusal("AccessDenied", message, false);
    assert_eq!(
        fact,
        "the role arn:aws:iam::123456789012:role/demo of profile 'prod' could not be assumed: \
         STS refused: User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:AssumeRole (AccessDenied)"
    );
    assert_eq!(hint.unwrap(), "check role_arn, and whether the role lets source_profile 'base' assume it");
    assert_eq!(
        refusal("AccessDenied", "MultiFactorAuthentication failed", true).1.unwrap(),
        "type the code that the device shows now; or the role does not let you in: ask who manages it"
    );
    assert_eq!(refusal("ExpiredToken", "expired", false).1.unwrap(), "get new keys for source_profile 'base'");
    assert_eq!(refusal("Throttling", "", false).1, None);
    assert!(refusal("", "", false).0.ends_with("STS refused: it gave no reason (HTTP status 400)"));
    assert!(refusal("X", "a\u{1b}[2Jb\nc", false).0.ends_with(r"STS refused: a\u{1b}[2Jb\u{a}c (X)"));
}
