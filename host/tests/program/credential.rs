//! The second process: `--credential URL ACTION`, as Git runs it.

use std::time::SystemTime;

use crate::user::{HELPER, KEY, SECRET, User, end};

const URL: &str = "codecommit::us-east-1://demo";
const REQUEST: &str = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n";

/// What Git is told where the user is not to be asked for a password instead.
const DECLINED: &str = "quit=1\n";

/// The answer, once it is known to have the form of one: user name, time of signing, expiry.
#[track_caller]
fn answer(user: &User, url: &str, request: &str) -> [String; 3] {
    let ended = user.credential(url, "get", request);
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
    assert!(ended.stdout.ends_with('\n'), "{}", ended.stdout);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let [username, password, expiry, "quit=1"] = lines[..] else { panic!("{lines:?}") };
    let value = |line: &str, name: &str| line.strip_prefix(name).unwrap_or_else(|| panic!("{line}")).to_owned();
    let password = value(password, "password=");
    let (time, signature) = password.split_once('Z').unwrap();
    assert!(signature.len() == 64 && signature.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{password}");
    let (day, second) = time.split_once('T').unwrap();
    assert_eq!((day.len(), second.len()), (8, 6), "{password}");
    assert!([day, second].iter().all(|digits| digits.bytes().all(|b| b.is_ascii_digit())), "{password}");
    [value(username, "username="), time.to_owned(), value(expiry, "password_expiry_utc=")]
}

#[test]
fn a_request_for_the_endpoint_is_answered_with_four_lines() {
    let [username, ..] = answer(&User::new().keys(), URL, REQUEST);
    assert_eq!(username, KEY);
    let file =
        format!("[prod]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\naws_session_token = a/b+c=%\n");
    let [username, ..] = answer(&User::new().credentials(&file), "us-east-1://prod@demo", REQUEST);
    assert_eq!(username, format!("{KEY}%a/b+c=%"));
}

#[test]
fn the_answer_is_signed_now_and_good_for_900_seconds() {
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let before = now();
    let [_, time, expiry] = answer(&User::new().keys(), URL, REQUEST);
    let signed = expiry.parse::<u64>().unwrap() - 900;
    assert!(before <= signed && signed <= now(), "{before} {signed}");
    let second = signed % 86_400;
    assert_eq!(time[9..], format!("{:02}{:02}{:02}", second / 3600, second / 60 % 60, second % 60));
}

#[test]
fn a_request_may_say_more_than_is_asked_about() {
    let request =
        format!("capability[]=authtype\npath=v1/repos/demo\nusername=other\n{REQUEST}wwwauth[]=Basic\n\nhost=b\n");
    assert_eq!(answer(&User::new().keys(), URL, &request)[0], KEY);
}

#[test]
fn a_request_for_another_server_is_not_answered() {
    let host = "git-codecommit.us-east-1.amazonaws.com";
    for request in [
        "",
        "\n",
        "protocol=https\nhost=example.com\n",
        "protocol=https\nhost=\n",
        &format!("protocol=http\nhost={host}\n"),
        &format!("protocol=https\nhost={host}:443\n"),
        &format!("protocol=https\nhost={host}\r\n"),
        &format!("protocol=https\nhost={host}\0\n"),
        &format!("protocol=https\nhost=example.com\nhost={host}\n"),
    ] {
        User::new().keys().credential(URL, "get", request).is(0, "", "");
        // Nor are keys looked for.
        User::new().credential(URL, "get", request).is(0, "", "");
    }
}

#[test]
fn keys_that_are_not_found_end_it_and_nobody_else_is_asked() {
    let user = User::new().config("[profile prod]\nregion = us-east-1\n").set("AWS_EC2_METADATA_DISABLED", "true");
    user.credential("codecommit://prod@demo", "get", REQUEST).is(
        1,
        DECLINED,
        "codecommit: no AWS keys were found for profile 'prod': \
         not in the profile or a container, and AWS_EC2_METADATA_DISABLED turns instance metadata off\n\
         hint: type `aws configure sso --profile prod` or `aws login --profile prod`, \
         or with an access key `aws configure --profile prod`\n",
    );
    User::new().set("AWS_EC2_METADATA_DISABLED", "true").credential(URL, "get", REQUEST).is(
        1,
        DECLINED,
        "codecommit: no AWS keys were found for profile 'default': \
         not in the environment, the profile or a container, and AWS_EC2_METADATA_DISABLED turns instance metadata off\n\
         hint: type `aws configure sso` or `aws login`, or with an access key `aws configure`\n",
    );
}

#[test]
fn keys_that_are_not_whole_end_it() {
    let user = User::new().set("AWS_ACCESS_KEY_ID", KEY);
    let fact = "codecommit: the environment has AWS keys without AWS_SECRET_ACCESS_KEY\n";
    user.credential(URL, "get", REQUEST).is(1, DECLINED, &format!("{fact}hint: set AWS_SECRET_ACCESS_KEY too\n"));
    let user = User::new().credentials("[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n");
    user.credential(URL, "get", REQUEST).is(
        1,
        DECLINED,
        "codecommit: profile 'default' of the credentials file has AWS keys without aws_secret_access_key\n\
         hint: set aws_secret_access_key too\n",
    );
}

#[test]
fn keys_that_cannot_be_end_it_and_are_not_shown() {
    let user = User::new().keys().set("AWS_SESSION_TOKEN", "a\nhost=evil.example");
    let expected = "codecommit: the AWS session token holds a character that none has\n";
    user.credential(URL, "get", REQUEST).is(1, DECLINED, expected);
}

#[test]
fn a_source_that_gives_no_keys_ends_it() {
    let user = User::new().config("[profile prod]\nregion = us-east-1\ncredential_process = /bin/false\n");
    user.credential("codecommit://prod@demo", "get", REQUEST).is(
        1,
        DECLINED,
        "codecommit: credential_process of profile 'prod' gave no keys: '/bin/false' ended with status 1\n\
         hint: run the command of credential_process in a terminal, to see why\n",
    );
}

#[test]
fn a_url_or_a_configuration_that_is_wrong_ends_it() {
    User::new().credential("codecommit://demo.git", "get", REQUEST).is(
        1,
        DECLINED,
        "codecommit: the repository name 'demo.git' ends in '.git', and no CodeCommit name does\n\
         hint: use codecommit://demo\n",
    );
    let user = User::new().config("broken\n");
    let config = user.path("home/.aws/config");
    let expected = format!("codecommit: {}: line 1: no section header before this line\n", config.display());
    user.credential(URL, "get", REQUEST).is(1, DECLINED, &expected);
}

#[test]
fn a_request_that_is_none_ends_it() {
    let too_long = "codecommit: Git's request for a credential is longer than 64 KiB\n";
    let not_text = "codecommit: Git's request for a credential is not UTF-8 text\n";
    let user = User::new().keys();
    user.credential(URL, "get", "x".repeat(70_000)).is(1, DECLINED, too_long);
    user.credential(URL, "get", b"protocol=https\nhost=\xff\n").is(1, DECLINED, not_text);
}

/// A broken file and a URL that is none: whoever read them would say so.
#[test]
fn to_keep_or_forget_a_credential_is_nothing_to_do() {
    let user = User::new();
    let broken = user.path("broken");
    std::fs::write(&broken, "broken\n").unwrap();
    let user = user.set("AWS_CONFIG_FILE", broken);
    let request = format!("{REQUEST}username={KEY}\npassword={SECRET}\n\n");
    for action in ["store", "erase", "capability", "GET", "get ", "--help", ""] {
        for url in [URL, "codecommit://demo.git", "", "--help"] {
            user.credential(url, action, &request).is(0, "", "");
        }
        user.credential(URL, action, b"\xff".repeat(70_000)).is(0, "", "");
    }
    assert_eq!(user.arguments_for_git(), None);
}

/// The component reserves more address space than is to be had here, so that whoever loads it fails.
#[cfg(target_os = "linux")]
#[test]
fn to_keep_or_forget_a_credential_takes_no_component() {
    let user = User::new().keys();
    let limited = |action| {
        let shell = "ulimit -v 1000000 && exec \"$0\" \"$@\"";
        end(user.command("/bin/sh", &["-c", shell, HELPER, "--credential", URL, action]), REQUEST)
    };
    let failed = limited("get");
    assert_eq!((failed.status, failed.stdout.as_str()), (Some(1), DECLINED));
    assert!(failed.stderr.starts_with("codecommit: the policy component failed: "), "{}", failed.stderr);
    limited("store").is(0, "", "");
    limited("erase").is(0, "", "");
}
