//! `git codecommit sign`: each form of a credential, whose signature is computed here once more, by the policy without its component.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use codecommit_policy::endpoint::{Endpoint, Options, resolve};
use codecommit_policy::signing::{Credentials, Signed, authenticated_url, sign};
use git_remote_codecommit::aws::time;

use crate::person::{KEY, Person, SECRET};
use crate::terminal::on_a_terminal;

/// A repository whose region needs no profile.
const URL: &str = "codecommit::eu-west-1://MyRepo";
const HTTPS: &str = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo";
/// A token with what URLs, shells and the credential itself take for something else.
const TOKEN: &str = "IQoJb3JpZ2luX2VjE+/='%EXAMPLE";

const FORMATS: [&str; 5] = ["git", "url", "json", "env", "header"];

/// What is computed of the password in a text, whose time is all that is taken from there: the endpoint, the credential, and when it
/// ends.
#[track_caller]
fn computed(text: &str, token: Option<&str>) -> (Endpoint, Signed) {
    let is_time = |text: &str| {
        let digits = |range: std::ops::Range<usize>| text.as_bytes()[range].iter().all(u8::is_ascii_digit);
        text.is_char_boundary(16) && digits(0..8) && &text[8..9] == "T" && digits(9..15) && &text[15..16] == "Z"
    };
    let at = (0..text.len() - 16).find(|&at| text.is_char_boundary(at) && is_time(&text[at..])).unwrap();
    let [year, month, day] = [at..at + 4, at + 4..at + 6, at + 6..at + 8].map(|range| &text[range]);
    let [hour, minute, second] = [at + 9..at + 11, at + 11..at + 13, at + 13..at + 15].map(|range| &text[range]);
    let signed_at = time::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).unwrap();
    let age = SystemTime::now().duration_since(signed_at).unwrap();
    assert!(age < Duration::from_mins(5), "signed {age:?} ago");
    let endpoint = resolve("eu-west-1", "MyRepo", &Options::default()).unwrap();
    let credentials = Credentials { access_key_id: KEY, secret_access_key: SECRET, session_token: token };
    let seconds = signed_at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let signed = sign(&endpoint, &credentials, seconds).unwrap();
    (endpoint, signed)
}

/// A credential in one form, as it has to be: every byte.
fn written(format: &str, endpoint: &Endpoint, signed: &Signed, expires: SystemTime) -> String {
    let Signed { username, password, .. } = signed;
    let url = authenticated_url(endpoint, username, password).unwrap();
    let unix = expires.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let text = time::show(expires).unwrap();
    match format {
        "git" => format!(
            "protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/MyRepo\nusername={username}\n\
             password={password}\npassword_expiry_utc={unix}\n"
        ),
        "url" => format!("{url}\n"),
        "json" => format!(
            "{{\n  \"url\": \"{HTTPS}\",\n  \"username\": \"{username}\",\n  \"password\": \"{password}\",\n  \
             \"authenticated_url\": \"{url}\",\n  \"expires\": \"{text}\",\n  \"expires_unix\": {unix}\n}}\n"
        ),
        "env" => format!(
            "CODECOMMIT_URL='{HTTPS}'\nCODECOMMIT_USERNAME='{}'\nCODECOMMIT_PASSWORD='{password}'\nCODECOMMIT_EXPIRES='{text}'\n",
            username.replace('\'', r"'\''")
        ),
        _ => format!("Authorization: Basic {}\n", STANDARD.encode(format!("{username}:{password}"))),
    }
}

/// What a header's credential is, so that its time can be read; other forms as they are.
fn readable(text: &str) -> String {
    let encoded = text.strip_prefix("Authorization: Basic ");
    encoded.map_or_else(|| text.to_owned(), |text| String::from_utf8(STANDARD.decode(text.trim()).unwrap()).unwrap())
}

/// Fails where a format is not printed to the byte, or where the notice is not this one. `keys` is when the keys end.
#[track_caller]
fn is_signed(person: &Person, arguments: &[&str], token: Option<&str>, keys: Option<SystemTime>, left: &str) {
    for format in FORMATS {
        let (status, printed, said) = person.run(&[&["sign", "--format", format], arguments].concat());
        assert_eq!(status, Some(0), "{said}");
        let (endpoint, signed) = computed(&readable(&printed), token);
        let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(signed.expires);
        let expires = keys.map_or(expires, |keys| keys.min(expires));
        assert_eq!(printed, written(format, &endpoint, &signed, expires), "{format}");
        let at = time::show(expires).unwrap();
        let notice = format!("codecommit: this credential for MyRepo in eu-west-1 ends in {left}, at {at}\n");
        assert_eq!(said, notice, "{format}");
    }
}

#[test]
fn every_format_has_the_signature_of_the_policy_and_ends_after_fifteen_minutes() {
    is_signed(&Person::new().keys_in_environment(), &[URL], None, None, "15 minutes");
}

#[test]
fn a_repository_can_be_written_in_any_form() {
    let person = Person::new().keys("prod").config("[profile prod]\nregion = us-west-2\n");
    for text in [
        HTTPS,
        "https://git-codecommit.eu-west-1.amazonaws.com:443/v1/repos/MyRepo/",
        "ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "arn:aws:codecommit:eu-west-1:123456789012:MyRepo",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo/browse?region=eu-west-1",
    ] {
        is_signed(&person, &[text, "--profile", "prod"], None, None, "15 minutes");
    }
    is_signed(&person, &["codecommit::eu-west-1://prod@MyRepo"], None, None, "15 minutes");
    // The same twice is once.
    is_signed(&person, &["codecommit::eu-west-1://prod@MyRepo", "--profile", "prod"], None, None, "15 minutes");
}

/// The token is part of the user name.
#[test]
fn temporary_keys_sign_too_and_their_token_is_quoted_for_who_reads_it() {
    let person = Person::new().keys_in_environment().set("AWS_SESSION_TOKEN", TOKEN);
    is_signed(&person, &[URL], Some(TOKEN), None, "15 minutes");
}

#[test]
fn a_credential_ends_with_the_keys_that_made_it() {
    let keys = SystemTime::now() + Duration::from_secs(5 * 60 + 20);
    let text = time::show(keys).unwrap();
    let person = Person::new()
        .keys_in_environment()
        .set("AWS_SESSION_TOKEN", TOKEN)
        .set("AWS_CREDENTIAL_EXPIRATION", text.as_str());
    is_signed(&person, &[URL], Some(TOKEN), time::parse(&text), "5 minutes");
    let keys = time::show(SystemTime::now() + Duration::from_hours(1)).unwrap();
    is_signed(&person.set("AWS_CREDENTIAL_EXPIRATION", keys), &[URL], Some(TOKEN), None, "15 minutes");
}

/// Fails where there is a credential, or not this fact and hint in place of one.
#[track_caller]
fn is_refused(person: &Person, arguments: &[&str], status: i32, said: &str) {
    person.ends(&[&["sign", "--format", "git"], arguments].concat(), status, "", said);
}

#[test]
fn without_keys_there_is_no_credential() {
    is_refused(
        &Person::new().config("[profile prod]\nregion = eu-west-1\n"),
        &["codecommit://prod@MyRepo"],
        1,
        "codecommit: no AWS keys were found for profile 'prod': not in the profile or a container, and \
         AWS_EC2_METADATA_DISABLED turns instance metadata off\n\
         hint: type `aws configure sso --profile prod` or `aws login --profile prod`, or with an access key `aws configure \
         --profile prod`\n",
    );
    is_refused(
        &Person::new().keys_in_environment().set("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z"),
        &[URL],
        1,
        "codecommit: the AWS keys in the environment have expired, says AWS_CREDENTIAL_EXPIRATION\n\
         hint: export new keys, or unset AWS_ACCESS_KEY_ID\n",
    );
}

#[test]
fn a_url_that_is_none_of_codecommits_is_refused() {
    let person = Person::new().keys_in_environment();
    is_refused(
        &person,
        &["https://github.com/example/MyRepo"],
        1,
        "codecommit: this is no URL or ARN of a CodeCommit repository\n\
         hint: such are codecommit::eu-west-1://MyRepo, https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo and \
         arn:aws:codecommit:eu-west-1:123456789012:MyRepo\n",
    );
    is_refused(
        &person,
        &["codecommit::us-esat-1://MyRepo"],
        1,
        "codecommit: CodeCommit is not known in region 'us-esat-1'\n\
         hint: did you mean us-east-1? if AWS has added us-esat-1: git config --global --add codecommit.extraRegion us-esat-1\n",
    );
    is_refused(
        &person,
        &["codecommit://MyRepo"],
        1,
        "codecommit: no AWS Region is given\n\
         hint: write it in the URL, codecommit::REGION://…, or set it: aws configure set region REGION\n",
    );
}

#[test]
fn a_profile_beside_the_urls_own_is_refused() {
    is_refused(
        &Person::new().keys("prod").keys("dev"),
        &["codecommit::eu-west-1://prod@MyRepo", "--profile", "dev"],
        2,
        "codecommit: the URL has profile 'prod', and --profile is 'dev'\nhint: leave --profile out\n",
    );
    is_refused(
        &Person::new(),
        &["codecommit::eu-west-1://MyRepo", "--profile", "gone"],
        1,
        "codecommit: there is no AWS profile 'gone'\n\
         hint: there are no profiles: type `aws configure`, or write ~/.aws/config\n",
    );
}

/// Nor is anything looked for that could ask for a code: this person has no keys.
#[test]
fn a_terminal_is_shown_no_credential() {
    for format in FORMATS {
        let ended = on_a_terminal(Person::new().codecommit(&["sign", URL, "--format", format]), "");
        let said = "codecommit: a credential is not printed to a terminal\n\
                    hint: send it to a program or a file, or add --show\n";
        assert_eq!(ended, (Some(1), said.to_owned()));
    }
}

#[test]
fn a_terminal_is_shown_one_where_that_is_asked_for() {
    let person = Person::new().keys_in_environment();
    let (status, shown) = on_a_terminal(person.codecommit(&["sign", URL, "--format", "git", "--show"]), "");
    let (endpoint, signed) = computed(&shown, None);
    let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(signed.expires);
    let notice = format!(
        "codecommit: this credential for MyRepo in eu-west-1 ends in 15 minutes, at {}\n",
        time::show(expires).unwrap()
    );
    assert_eq!((status, shown), (Some(0), written("git", &endpoint, &signed, expires) + &notice));
}

/// What is not run has no command line that others can read.
#[test]
fn no_other_program_is_run() {
    let person = Person::new().keys_in_environment().set("PATH", "/nonexistent");
    is_signed(&person, &[URL], None, None, "15 minutes");
}
