use std::ffi::OsString;

use super::*;
use crate::fixture::{User, keys};

#[track_caller]
fn url(user: &User, remote: &str) -> String {
    let resolved = user.with(|variables| Remote::resolve(OsStr::new(remote), variables));
    resolved.unwrap_or_else(|error| panic!("{error}")).endpoint().url.clone()
}

/// Fails where the endpoint is not the usual one of this region.
#[track_caller]
fn is_in(user: &User, remote: &str, region: &str) {
    assert_eq!(url(user, remote), format!("https://git-codecommit.{region}.amazonaws.com/v1/repos/demo"));
}

#[track_caller]
fn refuses(user: &User, remote: impl Into<OsString>, expected: &str) {
    let error = user.with(|variables| Remote::resolve(&remote.into(), variables)).err().expect("it is refused");
    assert_eq!(error.to_string(), expected);
}

const NO_REGION: &str = "no AWS Region is given";

/// Every step is wrong at first, and put right one after the other.
#[test]
fn the_first_fault_is_told_of_form_profile_region_and_endpoint() {
    let user = || {
        User::new()
            .credentials("[prod]\n")
            .set("AWS_PROFILE", "absent")
            .set("CODE_COMMIT_ENDPOINT", "https://example.com")
    };
    refuses(
        &user(),
        "codecommit://demo.git",
        "the repository name 'demo.git' ends in '.git', and no CodeCommit name does",
    );
    refuses(&user(), "codecommit://demo", "there is no AWS profile 'absent', which AWS_PROFILE names");
    let user = || user().set("AWS_PROFILE", "prod");
    refuses(&user(), "codecommit://demo", "no AWS Region is given, and the profile 'prod' has none");
    let user = || user().set("AWS_DEFAULT_REGION", "eu-west-1");
    let scheme = "CODE_COMMIT_ENDPOINT 'https://example.com' has a scheme, and only host[:port] is taken";
    refuses(&user(), "codecommit://demo", scheme);
    assert_eq!(
        url(&user().set("CODE_COMMIT_ENDPOINT", "example.com"), "codecommit://demo"),
        "https://example.com/v1/repos/demo"
    );
}

#[test]
fn a_form_that_is_wrong_is_told_before_files_are_read() {
    let user = User::new().config("no section\n");
    refuses(&user, "codecommit://", "the URL names no repository");
    let config = user.file("config");
    let fault = "line 1: no section header before this line";
    refuses(&user, "codecommit://demo", &format!("{}: {fault}", config.display()));
}

#[test]
fn a_broken_file_is_named_with_the_line_even_where_it_is_not_needed() {
    let user = User::new().config("[default]\nregion = eu-west-1\n").credentials("[a]\n\n[b]\nx = 1\nx = 2\n");
    let credentials = user.file("credentials");
    let expected = format!("{}: line 5: option 'x' is there twice in section 'b'", credentials.display());
    refuses(&user, "codecommit://a@demo", &expected);
    refuses(&user, "codecommit::us-east-1://demo", &expected);
    refuses(&user, "codecommit://absent@demo", &expected);
}

#[test]
fn a_broken_file_is_told_without_what_it_holds() {
    let user = User::new().credentials(format!("[default]\n{}wJalrXUtnFEMI\n", keys("AKIAIOSFODNN7EXAMPLE")));
    let expected = "line 4: neither a section header nor 'option = value'";
    refuses(&user, "codecommit://demo", &format!("{}: {expected}", user.file("credentials").display()));
}

#[test]
fn the_region_is_the_urls_then_aws_default_region_then_the_profiles_then_aws_region() {
    let user = || User::new().config("[default]\n[profile prod]\nregion = eu-west-3\n");
    let user = || user().set("AWS_REGION", "eu-west-2");
    is_in(&user(), "codecommit://demo", "eu-west-2");
    is_in(&user(), "codecommit://prod@demo", "eu-west-3");
    is_in(&user().set("AWS_PROFILE", "prod"), "codecommit://demo", "eu-west-3");
    let user = || user().set("AWS_DEFAULT_REGION", "eu-west-1");
    is_in(&user(), "codecommit://demo", "eu-west-1");
    is_in(&user(), "codecommit://prod@demo", "eu-west-1");
    is_in(&user(), "codecommit::us-east-2://prod@demo", "us-east-2");
}

#[test]
fn the_region_of_a_source_profile_does_not_count() {
    let user = User::new().config("[default]\nregion = eu-west-1\n[profile prod]\nsource_profile = default\n");
    refuses(&user, "codecommit://prod@demo", "no AWS Region is given, and the profile 'prod' has none");
}

#[test]
fn a_profile_may_stand_in_the_credentials_file_alone() {
    let user = User::new().credentials("[prod]\nregion = eu-west-1\n");
    is_in(&user, "codecommit://prod@demo", "eu-west-1");
    let user = User::new().config("[default]\nregion = eu-west-2\n").credentials("[prod]\n");
    refuses(&user, "codecommit://prod@demo", "no AWS Region is given, and the profile 'prod' has none");
}

#[test]
fn an_option_in_both_files_has_the_value_of_the_credentials_file() {
    let user = User::new().config("[profile prod]\nregion = eu-west-1\n").credentials("[prod]\n");
    is_in(&user, "codecommit://prod@demo", "eu-west-1");
    is_in(&user.credentials("[prod]\nregion = eu-west-2\n"), "codecommit://prod@demo", "eu-west-2");
}

#[test]
fn without_any_profile_the_region_can_come_from_elsewhere() {
    refuses(&User::new(), "codecommit://demo", NO_REGION);
    is_in(&User::new(), "codecommit::us-east-1://demo", "us-east-1");
    is_in(&User::new().set("AWS_DEFAULT_REGION", "us-east-1"), "codecommit://demo", "us-east-1");
    is_in(&User::new().set("AWS_REGION", "us-east-1"), "codecommit://demo", "us-east-1");
}

#[test]
fn a_default_profile_that_is_named_must_exist() {
    let user = User::new().set("AWS_REGION", "us-east-1");
    refuses(&user, "codecommit://default@demo", "there is no AWS profile 'default'");
}

#[test]
fn a_profile_may_hold_spaces_quotes_and_at_signs() {
    let user = User::new()
        .config("[profile \"o'neil\"]\nregion = eu-west-1\n[profile 'a b']\nregion = eu-west-2\n")
        .credentials("[me@example.com]\nregion = eu-west-3\n");
    is_in(&user, "codecommit://o'neil@demo", "eu-west-1");
    is_in(&user, "codecommit://a b@demo", "eu-west-2");
    is_in(&user, "codecommit://me@example.com@demo", "eu-west-3");
}

#[test]
fn fips_is_asked_for_by_the_variable_or_else_by_the_profile() {
    const FIPS: &str = "https://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/demo";
    const USUAL: &str = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/demo";
    for (variable, profile, expected) in [
        (None, "", USUAL),
        (None, "use_fips_endpoint = true\n", FIPS),
        (None, "use_fips_endpoint = True\n", FIPS),
        (None, "use_fips_endpoint = 1\n", USUAL),
        (None, "use_fips_endpoint =\n", USUAL),
        (Some("true"), "", FIPS),
        (Some("TRUE"), "", FIPS),
        (Some("yes"), "", USUAL),
        (Some("false"), "use_fips_endpoint = true\n", USUAL),
        (Some("true"), "use_fips_endpoint = false\n", FIPS),
        // botocore takes the empty variable for false.
        (Some(""), "use_fips_endpoint = true\n", FIPS),
    ] {
        let mut user = User::new().config(format!("[default]\nregion = us-east-1\n{profile}"));
        if let Some(value) = variable {
            user = user.set("AWS_USE_FIPS_ENDPOINT", value);
        }
        assert_eq!(url(&user, "codecommit://demo"), expected, "{variable:?} {profile:?}");
    }
}

#[test]
fn a_region_without_a_fips_endpoint_is_refused_where_one_is_asked_for() {
    let user = User::new().set("AWS_USE_FIPS_ENDPOINT", "true");
    let expected = "FIPS is asked for, and CodeCommit has no FIPS endpoint in eu-west-1";
    refuses(&user, "codecommit::eu-west-1://demo", expected);
}

#[test]
fn code_commit_endpoint_takes_the_place_of_the_host() {
    let user = || User::new().set("CODE_COMMIT_ENDPOINT", "localhost:8443");
    assert_eq!(url(&user(), "codecommit::us-east-1://demo"), "https://localhost:8443/v1/repos/demo");
    let user = user().set("AWS_USE_FIPS_ENDPOINT", "true");
    assert_eq!(url(&user, "codecommit::eu-west-1://demo"), "https://localhost:8443/v1/repos/demo");
}

#[test]
fn a_variable_that_is_empty_is_unset() {
    let user = User::new().config("[default]\nregion = eu-west-1\n");
    let names = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "CODE_COMMIT_ENDPOINT"];
    is_in(&names.into_iter().fold(user, |user, name| user.set(name, "")), "codecommit://demo", "eu-west-1");
}

#[cfg(unix)]
#[test]
fn text_that_is_not_utf_8_is_refused() {
    use crate::fixture::not_utf_8;
    refuses(&User::new(), not_utf_8(), "the URL is not UTF-8 text");
    let names = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"];
    for name in names.into_iter().chain(["AWS_USE_FIPS_ENDPOINT", "CODE_COMMIT_ENDPOINT"]) {
        let user = User::new().set(name, not_utf_8());
        refuses(&user, "codecommit::us-east-1://demo", &format!("the variable {name} is not UTF-8 text"));
    }
}

#[test]
fn a_remote_signs_with_its_profiles_keys() {
    let user = User::new().config("[profile prod]\nregion = eu-west-1\n");
    let user = user.credentials("[prod]\n".to_owned() + &keys("AKIAIOSFODNN7EXAMPLE") + "aws_session_token = token\n");
    let found =
        user.with(|variables| Remote::resolve(OsStr::new("codecommit://prod@demo"), variables)?.sign(variables));
    let (signed, by) = found.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(signed.username.expose(), "AKIAIOSFODNN7EXAMPLE%token");
    assert_eq!((by.access_key_id.as_str(), by.is_temporary), ("AKIAIOSFODNN7EXAMPLE", true));
}

#[test]
fn a_remote_whose_keys_cannot_be_signed_with_is_refused_without_showing_them() {
    for (keys, expected) in [
        (
            "aws_access_key_id = AKIA EXAMPLE\naws_secret_access_key = x\n",
            "the AWS access key ID holds a character that none has",
        ),
        (
            "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\naws_session_token = a\n b\n",
            "the AWS session token holds a character that none has",
        ),
    ] {
        let user = User::new().credentials(format!("[default]\nregion = eu-west-1\n{keys}"));
        let error = user.with(|variables| Remote::resolve(OsStr::new("codecommit://demo"), variables)?.sign(variables));
        assert_eq!(error.err().expect("it is refused").to_string(), expected);
    }
}

#[test]
fn what_is_sought_is_told_with_what_named_it() {
    let sought = |user: &User, url: &str| {
        let sought = user.with(|variables| Ok::<_, Error>(Remote::resolve(OsStr::new(url), variables)?.sought()));
        sought.unwrap_or_else(|error| panic!("{error}"))
    };
    let user = || User::new().config("[profile prod]\nregion = eu-west-1\naws_account_id = 123456789012\n");
    let found = sought(&user(), "codecommit://prod@demo");
    assert_eq!((found.repository.as_str(), found.region.as_str()), ("demo", "eu-west-1"));
    assert_eq!((found.region_source, found.account.as_deref()), (RegionSource::Profile, Some("123456789012")));
    assert_eq!(found.region_of_host, None);
    let of_other = user().set("CODE_COMMIT_ENDPOINT", "vpce-1.git-codecommit.us-west-2.vpce.amazonaws.com:443");
    assert_eq!(sought(&of_other, "codecommit://prod@demo").region_of_host.as_deref(), Some("us-west-2"));
    let of_same = user().set("CODE_COMMIT_ENDPOINT", "vpce-1.git-codecommit.eu-west-1.vpce.amazonaws.com");
    assert_eq!(sought(&of_same, "codecommit://prod@demo").region_of_host, None);
}
