use super::*;
use crate::aws::config_files::ConfigFault;
use crate::aws::ini::{Fault, FaultKind};
use crate::policy::{Cause, Refusal};

/// Fails where an error does not say this, or where it says more than a line of each.
#[track_caller]
fn says(error: &Error, fact: &str, hint: Option<&str>) {
    assert_eq!((error.to_string().as_str(), error.hint().as_deref()), (fact, hint));
    for line in [Some(fact), hint].into_iter().flatten() {
        assert!(!line.is_empty() && !line.chars().any(char::is_control), "{line:?}");
        assert!(!line.ends_with('.') && !line.contains("  "), "{line:?}");
    }
}

const NASTY: &str = "a\u{1b}[2J\r\nb\u{202e}";
const NASTY_SHOWN: &str = r"a\u{1b}[2J\u{d}\u{a}b\u{202e}";

#[test]
fn a_refusal_of_the_policy_is_said_in_its_words() {
    let refusal = |hint: Option<&str>| {
        let (cause, message) = (Cause::NoRegion, "no AWS Region is given".to_owned());
        Error::Policy(policy::Error::Refused(Refusal { cause, message, hint: hint.map(str::to_owned) }))
    };
    says(&refusal(Some("write it")), "no AWS Region is given", Some("write it"));
    says(&refusal(None), "no AWS Region is given", None);
}

#[test]
fn a_failure_of_the_policy_is_to_be_reported() {
    says(
        &Error::Policy(policy::Error::Unusable("its URL is not https")),
        "the policy component failed: its URL is not https",
        Some("install git-remote-codecommit again, or report this"),
    );
}

#[test]
fn a_fault_in_a_file_is_named_with_file_and_line() {
    let error = |fault| Error::Config(ConfigError { path: format!("/home/{NASTY}/config").into(), fault });
    says(
        &error(ConfigFault::Dialect(Fault { line: 3, kind: FaultKind::NoDelimiter })),
        &format!("/home/{NASTY_SHOWN}/config: line 3: neither a section header nor 'option = value'"),
        None,
    );
    says(
        &error(ConfigFault::Unreadable(not_read(&io::ErrorKind::PermissionDenied.into()))),
        &format!("/home/{NASTY_SHOWN}/config: cannot be read: permission denied"),
        None,
    );
}

#[test]
fn text_that_is_not_utf_8_is_named_and_not_shown() {
    says(&Error::UrlNotUtf8, "the URL is not UTF-8 text", None);
    says(&Error::VariableNotUtf8 { name: "AWS_PROFILE" }, "the variable AWS_PROFILE is not UTF-8 text", None);
}

fn unknown(name: &str, from: ProfileSource, known: &[&str]) -> Error {
    Error::UnknownProfile { name: name.to_owned(), from, known: known.iter().copied().map(str::to_owned).collect() }
}

#[test]
fn an_unknown_profile_is_said_with_what_named_it() {
    let hint = Some("the profiles there are: a, b");
    for (from, fact) in [
        (ProfileSource::Url, "there is no AWS profile 'c'"),
        (ProfileSource::AwsDefaultProfile, "there is no AWS profile 'c', which AWS_DEFAULT_PROFILE names"),
        (ProfileSource::AwsProfile, "there is no AWS profile 'c', which AWS_PROFILE names"),
    ] {
        says(&unknown("c", from, &["a", "b"]), fact, hint);
    }
}

#[test]
fn where_there_are_no_profiles_the_hint_says_how_to_make_one() {
    says(
        &unknown("c", ProfileSource::Url, &[]),
        "there is no AWS profile 'c'",
        Some("there are no profiles: type `aws configure`, or write ~/.aws/config"),
    );
}

#[test]
fn at_most_twenty_profiles_are_listed() {
    let names: Vec<String> = (1..=22).map(|number| format!("p{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let hint = |count| unknown("c", ProfileSource::Url, &names[..count]).hint().unwrap();
    assert_eq!(hint(20), format!("the profiles there are: {}", names[..20].join(", ")));
    assert_eq!(hint(22), format!("the profiles there are: {} and 2 more", names[..20].join(", ")));
}

#[test]
fn names_of_profiles_are_escaped() {
    says(
        &unknown(NASTY, ProfileSource::Url, &[NASTY]),
        &format!("there is no AWS profile '{NASTY_SHOWN}'"),
        Some(&format!("the profiles there are: {NASTY_SHOWN}")),
    );
}

#[test]
fn of_partial_keys_the_missing_one_is_asked_for() {
    says(
        &Error::PartialKeys { place: "the environment".to_owned(), missing: "AWS_SECRET_ACCESS_KEY" },
        "the environment has AWS keys without AWS_SECRET_ACCESS_KEY",
        Some("set AWS_SECRET_ACCESS_KEY too"),
    );
    says(
        &Error::PartialKeys {
            place: format!("profile '{NASTY}' of the credentials file"),
            missing: "aws_secret_access_key",
        },
        &format!("profile '{NASTY_SHOWN}' of the credentials file has AWS keys without aws_secret_access_key"),
        Some("set aws_secret_access_key too"),
    );
}

fn no_identity(profile: &str, from: ProfileSource, metadata_off: bool) -> Error {
    Error::NoIdentity { profile: profile.to_owned(), from, metadata_off, plugins: false }
}

/// Where nothing names a profile the hint does not either: the AWS CLI refuses `--profile default` if there is none.
#[test]
fn where_there_are_no_keys_the_places_are_named_that_were_tried() {
    let fact = |profile: &str, places: &str| format!("no AWS keys were found for profile '{profile}': not in {places}");
    let hint = |option: &str| {
        format!(
            "type `aws configure sso{option}` or `aws login{option}`, or with an access key `aws configure{option}`"
        )
    };
    let all = "the profile, a container or instance metadata";
    let off = "the profile or a container, and AWS_EC2_METADATA_DISABLED turns instance metadata off";
    for (places, metadata_off) in [(all, false), (off, true)] {
        let everywhere = &format!("the environment, {places}");
        for (profile, from, places, option) in [
            ("default", ProfileSource::Default, everywhere.as_str(), ""),
            ("prod", ProfileSource::Url, places, " --profile prod"),
            ("default", ProfileSource::Url, places, " --profile default"),
            ("prod", ProfileSource::AwsProfile, everywhere, " --profile prod"),
        ] {
            says(&no_identity(profile, from, metadata_off), &fact(profile, places), Some(&hint(option)));
        }
    }
}

#[test]
fn plugins_of_the_aws_cli_are_answered_with_the_program_that_replaces_them() {
    let from = ProfileSource::Url;
    let error = Error::NoIdentity { profile: "prod".to_owned(), from, metadata_off: false, plugins: true };
    says(
        &error,
        "no AWS keys were found for profile 'prod': not in the profile, a container or instance metadata",
        Some(
            "only the AWS CLI can use its [plugins]: \
             set credential_process = aws configure export-credentials --profile prod --format process \
             in another profile, and use that",
        ),
    );
}

#[test]
fn a_command_in_a_hint_can_be_pasted_into_a_shell() {
    let name = "o'neil; $(id)";
    let hint = no_identity(name, ProfileSource::Url, false).hint().unwrap();
    assert!(hint.contains(r"`aws login --profile 'o'\''neil; $(id)'`"), "{hint}");
}

#[test]
fn keys_that_say_they_have_expired_are_answered_with_what_to_export() {
    says(
        &Error::EnvironmentExpired,
        "the AWS keys in the environment have expired, says AWS_CREDENTIAL_EXPIRATION",
        Some("export new keys, or unset AWS_ACCESS_KEY_ID"),
    );
    says(
        &Error::NoTime { name: "AWS_CREDENTIAL_EXPIRATION", text: NASTY.to_owned() },
        &format!("AWS_CREDENTIAL_EXPIRATION is '{NASTY_SHOWN}', which is no time as 2026-01-02T03:04:05Z"),
        Some("unset it, or set it to when the keys end"),
    );
}

#[test]
fn why_a_file_is_not_read_is_said_in_words() {
    let system = |number| not_read(&io::Error::from_raw_os_error(number));
    assert_eq!(not_read(&io::ErrorKind::NotFound.into()), "there is no such file");
    assert_eq!(not_read(&io::ErrorKind::PermissionDenied.into()), "permission denied");
    // EIO, for which the standard library has no name.
    #[cfg(target_os = "linux")]
    assert_eq!(system(5), "input/output error");
    assert!(!system(1).contains("os error"), "{}", system(1));
}

#[test]
fn the_own_path_must_be_text() {
    says(
        &Error::OwnPath,
        "the path of git-remote-codecommit cannot be passed to Git",
        Some("install it in a folder whose path is UTF-8 text"),
    );
    let mend = cfg!(target_os = "linux").then_some("mount /proc, which says it: `mount -t proc proc /proc`");
    says(
        &Error::OwnPathUnknown,
        "the system does not say where git-remote-codecommit is, and Git is to run it for the credential",
        mend,
    );
}

#[test]
fn a_git_that_does_not_run_is_asked_for() {
    let hint = Some("install Git, or put it on PATH");
    let error = |kind: io::ErrorKind| Error::GitNotRun(kind.into());
    says(&error(io::ErrorKind::NotFound), "git could not be run: it is not on PATH", hint);
    says(&error(io::ErrorKind::PermissionDenied), "git could not be run: permission denied", hint);
}

#[test]
fn a_profile_that_a_submodule_may_not_use_is_told_with_the_command_that_allows_it() {
    let says_of = |profile: &str, shown: &str, word: &str| {
        says(
            &Error::SubmoduleProfile { profile: profile.to_owned() },
            &format!("a submodule asks for the AWS profile '{shown}', which is not allowed for submodules"),
            Some(&format!("if you trust the repository: git config --global --add codecommit.submoduleProfile {word}")),
        );
    };
    says_of("prod", "prod", "prod");
    #[cfg(unix)]
    says_of("my $(id)", "my $(id)", "'my $(id)'");
    #[cfg(unix)]
    says_of("a\x1bb", r"a\u{1b}b", r"'a\u{1b}b'");
}

#[test]
fn a_broken_configuration_of_git_is_for_git_to_explain() {
    says(
        &Error::GitConfig { key: "codecommit.extraRegion" },
        "git could not read its configuration",
        Some("`git config --get-all codecommit.extraRegion` says why"),
    );
}

#[test]
fn a_credential_protocol_that_breaks_off_is_said_without_its_content() {
    says(
        &Error::MalformedRequest("is longer than 64 KiB"),
        "Git's request for a credential is longer than 64 KiB",
        None,
    );
    let error = Error::Protocol(io::Error::new(io::ErrorKind::BrokenPipe, "password=wJalrXUtnFEMI"));
    says(&error, "the credential protocol with Git broke off: broken pipe", None);
}
