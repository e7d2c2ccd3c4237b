//! What the helper did beside what it has to do.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::process::Output;

use libtest_mimic::{Failed, Trial};

use crate::case::{Case, Expected};
use crate::gits;
use crate::stage::{HELPER, Stage, concat, os};
use crate::text::{is_unseen, words};

/// Set to see what the helper did in every case, whether or not that is expected.
const PROPOSE: &str = "HOSTILE_PROPOSE";

/// The status with which the stand-in for Git ends.
const STATUS_OF_GIT: i32 = 42;

/// What Git is told where nobody else is to be asked.
const DECLINED: &str = "quit=1\n";

/// How many cases the issue of hostile input asks for.
const AT_LEAST: usize = 150;

/// What was broken in other programs by input of a kind that comes here too, sorted as text.
const CVES: [&str; 14] = [
    "CVE-2014-9390",
    "CVE-2017-1000117",
    "CVE-2018-17456",
    "CVE-2019-10160",
    "CVE-2019-9740",
    "CVE-2020-11008",
    "CVE-2020-5260",
    "CVE-2021-42574",
    "CVE-2022-0391",
    "CVE-2023-24329",
    "CVE-2024-50338",
    "CVE-2024-50349",
    "CVE-2024-52006",
    "CVE-2024-53263",
];

/// A test for each case, and two for all of them.
pub(crate) fn trials() -> Vec<Trial> {
    let cases = Case::all();
    let mut cves: Vec<String> = cases.iter().flat_map(|(_, case)| case.cve.clone()).collect();
    cves.sort();
    cves.dedup();
    let count = cases.len();
    let mut trials: Vec<_> = cases.into_iter().map(|(name, case)| Trial::test(name, move || passes(&case))).collect();
    trials.push(Trial::test("there_are_at_least_150_cases", move || {
        if count < AT_LEAST { Err(format!("{count}").into()) } else { Ok(()) }
    }));
    trials.push(Trial::test("every_cve_that_concerns_a_helper_has_a_case", move || {
        if cves == CVES { Ok(()) } else { Err(cves.join(", ").into()) }
    }));
    trials
}

fn passes(case: &Case) -> Result<(), Failed> {
    let stage = Stage::new(case);
    let before = stage.files();
    let output = stage.helper(case);
    let mut problems = Vec::new();
    match case.expected() {
        None => problems.push("what is expected is not said, or not possible".to_owned()),
        Some(expected) => compare(case, expected, &stage, &output, &mut problems),
    }
    hygiene(&output, &mut problems);
    left(&stage, &before, &mut problems);
    if std::env::var_os(PROPOSE).is_some() {
        problems.push(proposal(&stage, &output));
    }
    if problems.is_empty() { Ok(()) } else { Err(format!("{}\n\n{}", case.shows, problems.join("\n\n")).into()) }
}

/// What the case says.
fn compare(case: &Case, expected: Expected<'_>, stage: &Stage, output: &Output, problems: &mut Vec<String>) {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let (status, said) = match expected {
        Expected::Refused(said) => (1, words(said).replace("{HOME}", stage.home().to_str().unwrap())),
        Expected::Accepted(_) => (STATUS_OF_GIT, String::new()),
        Expected::Answered(_) | Expected::PassedOver => (0, String::new()),
    };
    equal("status", &Some(status), &output.status.code(), problems);
    equal("standard error", said.as_str(), &stderr, problems);
    match expected {
        Expected::Refused(_) if case.request.is_some() => equal("standard output", DECLINED, &stdout, problems),
        Expected::Answered(username) => answer(&words(username), &stdout, problems),
        _ => equal("standard output", "", &stdout, problems),
    }
    match expected {
        Expected::Accepted(https) => {
            let https = words(https);
            let command = command(case, &https);
            equal("arguments of git", &Some(&command), &stage.arguments_of_git().as_ref(), problems);
            if let Some(username) = &case.username {
                signs(stage, &command, &https, username, problems);
            }
        }
        _ => equal("arguments of git", &None, &stage.arguments_of_git(), problems),
    }
}

/// What Git is run with: the words that are the case's are one argument each, or one word of sh.
fn command(case: &Case, https: &str) -> Vec<OsString> {
    let url = os(&case.url);
    let word = case.word.as_ref().map_or_else(|| concat(&["'".as_ref(), &url, "'".as_ref()]), |word| os(word));
    assert!(case.word.is_some() || !url.as_encoded_bytes().contains(&b'\''), "`word` is missing");
    let helper = format!("credential.{https}.helper=!'{HELPER}' --credential ");
    let mut arguments: Vec<OsString> = Vec::new();
    let settings = [
        format!("credential.{https}.helper=").into(),
        concat(&[helper.as_ref(), &word]),
        format!("http.{https}.proactiveAuth=basic").into(),
        format!("http.{https}.followRedirects=false").into(),
        "http.lowSpeedLimit=1".into(),
        "http.lowSpeedTime=600".into(),
    ];
    for setting in settings {
        arguments.extend(["-c".into(), setting]);
    }
    // Git would open its manual page.
    let remote = if case.remote == "--help" { https.into() } else { os(&case.remote) };
    arguments.extend(["remote-https".into(), remote, https.into()]);
    arguments
}

/// Whether the Gits of this machine, given the same settings, get this credential from the helper. They run it through sh.
fn signs(stage: &Stage, command: &[OsString], https: &str, username: &str, problems: &mut Vec<String>) {
    let settings: Vec<OsString> = command.iter().take_while(|word| *word != "remote-https").cloned().collect();
    let (host, path) = https.strip_prefix("https://").and_then(|rest| rest.split_once('/')).unwrap();
    let request = format!("protocol=https\nhost={host}\npath={path}\n\n");
    for git in gits::installed() {
        let output = stage.git(&git, &settings, &request);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let line = stdout.lines().find(|line| line.starts_with("username=")).unwrap_or_default();
        let what = format!("user name of {}", git.display());
        equal(&what, format!("username={username}").as_str(), line, problems);
        equal(&format!("words of {}", git.display()), "", &String::from_utf8_lossy(&output.stderr), problems);
    }
}

/// Whether this is a credential for the user name, in four lines. Git that can ask once more is told so before.
fn answer(username: &str, stdout: &str, problems: &mut Vec<String>) {
    let stdout = stdout.strip_prefix("capability[]=state\nstate[]=codecommit.second=1\ncontinue=1\n").unwrap_or(stdout);
    let lines: Vec<&str> = stdout.split('\n').collect();
    let is_password = |text: &str| text.len() == 80 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let [user, password, expiry, "quit=1", ""] = lines[..] else {
        problems.push(format!("no credential: {stdout:?}"));
        return;
    };
    equal("user name", format!("username={username}").as_str(), user, problems);
    if !password.strip_prefix("password=").is_some_and(is_password) {
        problems.push(format!("no password: {password:?}"));
    }
    if expiry.strip_prefix("password_expiry_utc=").is_none_or(|digits| digits.parse::<u64>().is_err()) {
        problems.push(format!("no expiry: {expiry:?}"));
    }
}

/// What holds for every case, whatever it says.
fn hygiene(output: &Output, problems: &mut Vec<String>) {
    for (place, bytes) in [("standard error", &output.stderr), ("standard output", &output.stdout)] {
        let Ok(text) = str::from_utf8(bytes) else {
            problems.push(format!("{place} is not UTF-8: {}", bytes.escape_ascii()));
            continue;
        };
        if let Some(raw) = text.chars().find(|character| *character != '\n' && is_unseen(*character)) {
            problems.push(format!("{place} holds a raw {}", raw.escape_unicode()));
        }
        if text.contains("panicked") || text.contains("backtrace") {
            problems.push(format!("{place} tells of a panic"));
        }
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = stderr.lines().collect();
    let is_whole = stderr.is_empty() || stderr.ends_with('\n');
    let is_ours = match lines[..] {
        [] => true,
        [fact] => fact.starts_with("codecommit: "),
        [fact, hint] => fact.starts_with("codecommit: ") && hint.starts_with("hint: "),
        _ => false,
    };
    if !is_ours || !is_whole {
        problems.push(format!("standard error is not a fact and at most a hint: {stderr:?}"));
    }
    // Five values of 240 characters, each of them shown as `\u{10ffff}`, would be more.
    if stderr.len() > 8192 {
        problems.push(format!("standard error has {} bytes", stderr.len()));
    }
}

/// Whether there are files that were not there before, which what is hidden in a name would have made.
fn left(stage: &Stage, before: &BTreeSet<std::path::PathBuf>, problems: &mut Vec<String>) {
    let after = stage.files();
    // Where keys of a role would be kept, and who waits for whom there.
    let is_cache = |path: &&std::path::PathBuf| path.starts_with(stage.home().join(".aws/cli"));
    for path in after.symmetric_difference(before).filter(|path| !is_cache(path)) {
        problems.push(format!("{} was made or removed", path.display()));
    }
}

fn equal<T: PartialEq + std::fmt::Debug + ?Sized>(what: &str, expected: &T, actual: &T, problems: &mut Vec<String>) {
    if expected != actual {
        problems.push(format!("{what}\nexpected: {expected:?}\nactual:   {actual:?}"));
    }
}

/// What the helper did, as a case says it.
fn proposal(stage: &Stage, output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr).replace(stage.home().to_str().unwrap(), "{HOME}");
    match (stage.arguments_of_git(), output.stdout.as_slice()) {
        (Some(arguments), _) => {
            let https = arguments.last().map(|url| OsStr::to_string_lossy(url).into_owned());
            format!("PROPOSE accepted = '{}'\n{stderr}", https.unwrap_or_default())
        }
        (None, b"") if output.status.success() => "PROPOSE passed-over = true".to_owned(),
        (None, _) if output.status.success() => "PROPOSE username".to_owned(),
        _ => format!("PROPOSE refused = '''\n{stderr}'''"),
    }
}
