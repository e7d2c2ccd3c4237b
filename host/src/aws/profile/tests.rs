use super::*;
use crate::fixture::User;

#[track_caller]
fn is_chosen(user: &User, url: Option<&str>, name: &str, source: ProfileSource) {
    let chosen = user.with(|variables| ChosenProfile::choose(url, variables)).unwrap();
    assert_eq!(chosen, ChosenProfile { name: name.to_owned(), source });
}

#[test]
fn the_url_comes_before_aws_default_profile_and_that_before_aws_profile() {
    let both = User::new().set("AWS_DEFAULT_PROFILE", "one").set("AWS_PROFILE", "two");
    is_chosen(&both, Some("three"), "three", ProfileSource::Url);
    is_chosen(&both, None, "one", ProfileSource::AwsDefaultProfile);
    is_chosen(&User::new().set("AWS_PROFILE", "two"), None, "two", ProfileSource::AwsProfile);
    is_chosen(&User::new(), None, "default", ProfileSource::Default);
}

#[test]
fn a_profile_named_default_is_still_named_by_what_names_it() {
    is_chosen(&User::new(), Some("default"), "default", ProfileSource::Url);
    is_chosen(&User::new().set("AWS_PROFILE", "default"), None, "default", ProfileSource::AwsProfile);
}

/// botocore looks for a profile without a name, and does not find it.
#[test]
fn a_variable_that_is_empty_names_no_profile() {
    let user = User::new().set("AWS_DEFAULT_PROFILE", "").set("AWS_PROFILE", "two");
    is_chosen(&user, None, "two", ProfileSource::AwsProfile);
    is_chosen(&User::new().set("AWS_PROFILE", ""), None, "default", ProfileSource::Default);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_refused_where_it_counts() {
    let user = User::new().set("AWS_PROFILE", crate::fixture::not_utf_8());
    let error = user.with(|variables| ChosenProfile::choose(None, variables)).unwrap_err();
    assert_eq!(error.to_string(), "the variable AWS_PROFILE is not UTF-8 text");
    is_chosen(&user, Some("prod"), "prod", ProfileSource::Url);
    is_chosen(&user.set("AWS_DEFAULT_PROFILE", "one"), None, "one", ProfileSource::AwsDefaultProfile);
}

#[track_caller]
fn unknown(user: &User, name: &str, source: ProfileSource) -> (String, Option<String>) {
    let files = user.files();
    let error = ChosenProfile { name: name.to_owned(), source }.find(&files).unwrap_err();
    (error.to_string(), error.hint())
}

#[test]
fn a_profile_that_no_file_has_is_answered_with_those_there_are() {
    let user = User::new()
        .config("[default]\n[profile dev]\n[profile 'a b']\n[sso-session no]\n")
        .credentials("[ci]\n[dev]\n[profile odd]\n");
    let hint = Some("the profiles there are: default, dev, a b, ci, profile odd".to_owned());
    for (source, named) in [
        (ProfileSource::Url, ""),
        (ProfileSource::AwsDefaultProfile, ", which AWS_DEFAULT_PROFILE names"),
        (ProfileSource::AwsProfile, ", which AWS_PROFILE names"),
    ] {
        let fact = format!("there is no AWS profile 'prod'{named}");
        assert_eq!(unknown(&user, "prod", source), (fact, hint.clone()));
    }
}

#[test]
fn the_name_of_a_profile_is_compared_exactly() {
    let user = User::new().config("[profile Dev]\n").credentials("[ ci ]\n");
    for name in ["dev", "DEV", "ci", "profile Dev", ""] {
        assert_eq!(unknown(&user, name, ProfileSource::Url).0, format!("there is no AWS profile '{name}'"));
    }
}

#[test]
fn a_default_profile_that_nothing_names_need_not_exist() {
    let chosen = |source| ChosenProfile { name: "default".to_owned(), source };
    let files = User::new().files();
    assert!(chosen(ProfileSource::Default).find(&files).unwrap().is_none());
    assert!(chosen(ProfileSource::Url).find(&files).is_err());
    assert!(chosen(ProfileSource::AwsProfile).find(&files).is_err());
    let files = User::new().credentials("[default]\n").files();
    assert!(chosen(ProfileSource::Default).find(&files).unwrap().is_some());
}

#[test]
fn what_can_be_a_password_in_a_url_is_not_shown() {
    let user = User::new();
    let said = |source| unknown(&user, "me:hunter2", source).0;
    assert_eq!(said(ProfileSource::Url), "there is no AWS profile 'me:…'");
    assert_eq!(said(ProfileSource::AwsProfile), "there is no AWS profile 'me:hunter2', which AWS_PROFILE names");
}
