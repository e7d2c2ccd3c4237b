//! Everything that a user can have wrong before there is a connection, and what is then said. Nothing else happens.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use crate::user::{HELPER, User, end};

/// The hint of URLs that are in neither form.
const FORMS: &str = "hint: write codecommit://[PROFILE@]REPOSITORY or codecommit::REGION://[PROFILE@]REPOSITORY\n";

/// Fails where the helper does anything but say this, with status 1.
#[track_caller]
fn refuses(user: &User, url: impl AsRef<OsStr>, expected: &str) {
    user.run(&[OsStr::new("origin"), url.as_ref()]).is(1, "", expected);
    assert_eq!(user.arguments_for_git(), None);
}

#[track_caller]
fn refuses_url(url: &str, expected: &str) {
    refuses(&User::new().set("AWS_DEFAULT_REGION", "us-east-1"), url, expected);
}

#[test]
fn a_url_in_neither_form() {
    for url in ["", "demo", "codecommit:demo", "codecommit:/demo", "::demo", "eu west 1://demo", "--version"] {
        refuses_url(url, &format!("codecommit: '{url}' is not a codecommit URL\n{FORMS}"));
    }
}

#[test]
fn a_url_that_is_too_long() {
    let url = format!("codecommit://{}", "x".repeat(2048));
    refuses_url(&url, &format!("codecommit: the URL has 2061 bytes, and at most 2048 are taken\n{FORMS}"));
}

#[test]
fn a_url_with_a_character_that_cannot_be_seen() {
    for (url, shown) in [
        ("codecommit://de\u{1b}[31mmo", r"\u{1b}"),
        ("codecommit://demo\n", r"\u{a}"),
        ("codecommit://\u{202e}demo", r"\u{202e}"),
        ("codecommit://demo\u{200b}", r"\u{200b}"),
    ] {
        let expected = format!(
            "codecommit: the URL holds '{shown}', which cannot be seen\n\
             hint: type the URL by hand: a character that cannot be seen was copied with it\n"
        );
        refuses_url(url, &expected);
    }
}

#[test]
fn a_url_that_is_not_utf_8() {
    let url = OsStr::from_bytes(b"codecommit://d\xffmo");
    refuses(&User::new(), url, "codecommit: the URL is not UTF-8 text\n");
}

/// What tells a program its own path is not there. It takes root to take it away, or a system that lets others have a name space of
/// their own.
#[cfg(target_os = "linux")]
#[test]
fn a_system_without_proc() {
    let is_root = nix::unistd::geteuid().is_root();
    let options: &[&str] = if is_root { &["--mount"] } else { &["--map-root-user", "--mount"] };
    let user = User::new().real_git();
    let without_proc = |script: &str| {
        let script = format!("mount -t tmpfs none /proc && {script}");
        user.command("unshare", &[options, &["sh", "-c", &script, HELPER]].concat())
    };
    if !is_root && end(without_proc("true"), "").status != Some(0) {
        return;
    }
    end(without_proc("exec \"$0\" origin codecommit::us-east-1://demo"), "").is(
        1,
        "",
        "codecommit: the system does not say where git-remote-codecommit is, and Git is to run it for the credential\n\
         hint: mount /proc, which says it: `mount -t proc proc /proc`\n",
    );
}

#[test]
fn a_url_of_another_transport() {
    let expected = "codecommit: a URL that begins with https:// is not a codecommit URL\n";
    let hint = "hint: use codecommit::eu-west-1://demo\n";
    refuses_url("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo", &format!("{expected}{hint}"));
    // What a password may stand in is not shown.
    refuses_url("https://user:password@example.com/demo", &format!("{expected}{FORMS}"));
    refuses_url(
        "codecommit://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo",
        &format!("codecommit: the URL names a server where the repository belongs\n{hint}"),
    );
}

#[test]
fn a_url_that_goes_on_after_the_repository() {
    for (part, text) in [("path", "/branch"), ("query", "?ref=main"), ("fragment", "#main")] {
        refuses_url(
            &format!("codecommit::eu-west-1://prod@demo{text}"),
            &format!("codecommit: the URL has a {part}, '{text}'\nhint: use codecommit::eu-west-1://prod@demo\n"),
        );
    }
    refuses_url(
        "codecommit://demo:8443",
        "codecommit: the URL has a port, ':8443'\n\
         hint: use codecommit://demo, and name another server with CODE_COMMIT_ENDPOINT=HOST:PORT\n",
    );
}

#[test]
fn a_profile_that_is_none() {
    refuses_url(
        "codecommit://@demo",
        "codecommit: the URL has no profile before '@'\nhint: use codecommit://demo for the default profile\n",
    );
    refuses_url("codecommit://prod @demo", "codecommit: the profile 'prod ' begins or ends with a space\n");
}

#[test]
fn a_repository_name_that_codecommit_does_not_allow() {
    refuses_url(
        "codecommit://prod@",
        "codecommit: the URL names no repository\nhint: use codecommit://prod@REPOSITORY\n",
    );
    refuses_url(
        &format!("codecommit://{}", "x".repeat(101)),
        "codecommit: the repository name has 101 characters, and CodeCommit allows 100\n",
    );
    let allowed = "and CodeCommit allows only letters, digits, '.', '_' and '-'";
    refuses_url("codecommit://a b", &format!("codecommit: the repository name 'a b' holds ' ', {allowed}\n"));
    refuses_url(
        "codecommit://a%20b",
        &format!(
            "codecommit: the repository name 'a%20b' holds '%', {allowed}\n\
             hint: write the name as CodeCommit shows it: nothing is percent-decoded\n"
        ),
    );
    refuses_url(
        "codecommit://demo.git",
        "codecommit: the repository name 'demo.git' ends in '.git', and no CodeCommit name does\n\
         hint: use codecommit://demo\n",
    );
    refuses_url("codecommit://..", "codecommit: '..' cannot be a repository name\n");
}

#[test]
fn a_profile_that_no_file_has() {
    let user = User::new().config("[default]\n[profile dev]\n").credentials("[ci]\n");
    let hint = "hint: the profiles there are: default, dev, ci\n";
    refuses(&user, "codecommit://prod@demo", &format!("codecommit: there is no AWS profile 'prod'\n{hint}"));
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        let user = User::new().config("[default]\n[profile dev]\n").credentials("[ci]\n").set(name, "prod");
        let expected = format!("codecommit: there is no AWS profile 'prod', which {name} names\n{hint}");
        refuses(&user, "codecommit://demo", &expected);
    }
}

#[test]
fn a_profile_where_there_are_none() {
    refuses_url(
        "codecommit://prod@demo",
        "codecommit: there is no AWS profile 'prod'\n\
         hint: there are no profiles: type `aws configure`, or write ~/.aws/config\n",
    );
}

#[test]
fn no_region() {
    let hint = "hint: write it in the URL, codecommit::REGION://…, or set it: aws configure set region REGION";
    refuses(&User::new(), "codecommit://demo", &format!("codecommit: no AWS Region is given\n{hint}\n"));
    let user = User::new().config("[profile prod]\n");
    let fact = "codecommit: no AWS Region is given, and the profile 'prod' has none\n";
    refuses(&user, "codecommit://prod@demo", &format!("{fact}{hint} --profile 'prod'\n"));
}

#[test]
fn a_region_without_a_fips_endpoint() {
    let user = User::new().set("AWS_USE_FIPS_ENDPOINT", "true");
    let expected = "codecommit: FIPS is asked for, and CodeCommit has no FIPS endpoint in eu-west-1\n\
        hint: the regions with one: \
        ca-central-1 us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1\n";
    refuses(&user, "codecommit::eu-west-1://demo", expected);
}

#[test]
fn an_endpoint_that_is_no_host() {
    let alone = "set it to the host alone: CODE_COMMIT_ENDPOINT=example.com";
    let other = "set it to a host, or host:port, or unset it";
    for (value, fact, hint) in [
        ("https://example.com", " 'https://example.com' has a scheme, and only host[:port] is taken", alone),
        ("example.com/v1", " 'example.com/v1' has a path, and only host[:port] is taken", alone),
        // What a password may stand in is not shown.
        ("user:password@example.com", " has a user before '@', and only host[:port] is taken", alone),
        ("example com", " 'example com' holds a space", other),
        ("example.com?x", " 'example.com?x' holds '?', which no host does", other),
        ("a\u{1b}b", r" 'a\u{1b}b' holds '\u{1b}', which no host does", other),
        ("example.com:0", " 'example.com:0' has a port that is not a number from 1 to 65535", other),
        ("[1]", " '[1]' has no IPv6 address between '[' and ']'", other),
    ] {
        let user = User::new().set("CODE_COMMIT_ENDPOINT", value);
        let expected = format!("codecommit: CODE_COMMIT_ENDPOINT{fact}\nhint: {hint}\n");
        refuses(&user, "codecommit::us-east-1://demo", &expected);
    }
}

#[test]
fn a_file_that_breaks_a_rule() {
    let user = User::new().config("[default]\nregion = us-east-1\nAKIAIOSFODNN7EXAMPLE\n");
    let config = user.path("home/.aws/config");
    let expected = format!("codecommit: {}: line 3: neither a section header nor 'option = value'\n", config.display());
    refuses(&user, "codecommit://demo", &expected);
    let user = User::new().set("AWS_SHARED_CREDENTIALS_FILE", "$HOME/own");
    let credentials = user.path("home/own");
    fs::write(&credentials, "[a]\n[a]\n").unwrap();
    let expected = format!("codecommit: {}: line 2: section 'a' is there twice\n", credentials.display());
    refuses(&user, "codecommit://demo", &expected);
}

#[test]
fn a_variable_that_is_not_utf_8() {
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "CODE_COMMIT_ENDPOINT"] {
        let user = User::new().set(name, OsStr::from_bytes(b"\xff"));
        refuses(&user, "us-east-1://demo", &format!("codecommit: the variable {name} is not UTF-8 text\n"));
    }
}

#[test]
fn no_git() {
    let user = User::new();
    let user = user.set("PATH", "/nonexistent");
    let expected = "codecommit: git could not be run: it is not on PATH\nhint: install Git, or put it on PATH\n";
    refuses(&user, "codecommit::us-east-1://demo", expected);
}

/// Other systems have no such folders.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_git_cannot_be_told() {
    // Beside the program, so that a link can be made: a copy is large.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let folder = folder.path().join(OsStr::from_bytes(b"\xff"));
    fs::create_dir(&folder).unwrap();
    let helper = folder.join("git-remote-codecommit");
    fs::hard_link(HELPER, &helper).unwrap();
    let user = User::new();
    end(user.command(&helper, &["origin", "us-east-1://demo"]), "").is(
        1,
        "",
        "codecommit: the path of git-remote-codecommit cannot be passed to Git\n\
         hint: install it in a folder whose path is UTF-8 text\n",
    );
    assert_eq!(user.arguments_for_git(), None);
}
