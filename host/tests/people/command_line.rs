//! The command line as such: what is no command line, help, the version, and output that cannot be written.

use std::ffi::OsStr;
use std::io::pipe;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use crate::bounded;
use crate::person::Person;
use crate::terminal::on_a_terminal;

/// Every command.
const COMMANDS: [&str; 9] =
    ["explain", "doctor", "sign", "agent", "configure", "url", "regions", "completions", "man-pages"];

/// A terminal as it always was.
const LINES: usize = 24;
const COLUMNS: usize = 80;

/// Fails where these arguments are not refused as a usage fault, with this fact and hint.
#[track_caller]
fn is_no_usage(arguments: &[&str], fact: &str, hint: &str) {
    Person::new().ends(arguments, 2, "", &format!("codecommit: {fact}\nhint: {hint}\n"));
}

#[test]
fn without_a_command_one_is_asked_for() {
    is_no_usage(&[], "git codecommit needs a command", "git codecommit -h");
}

#[test]
fn an_unknown_command_is_named_with_the_one_that_was_meant() {
    is_no_usage(&["expalin"], "git codecommit has no command 'expalin'", "did you mean explain?");
    is_no_usage(&["frobnicate"], "git codecommit has no command 'frobnicate'", "git codecommit -h");
    is_no_usage(&["help"], "git codecommit has no command 'help'", "git codecommit -h");
    is_no_usage(&[""], "git codecommit has no command ''", "git codecommit -h");
    // Of what no help lists, nobody is told.
    is_no_usage(&["man-page"], "git codecommit has no command 'man-page'", "git codecommit -h");
}

#[test]
fn an_argument_that_is_missing_is_named() {
    is_no_usage(&["url"], "<URL|ARN> is missing", "git codecommit url -h");
    is_no_usage(&["completions"], "<SHELL> is missing", "git codecommit completions -h");
    is_no_usage(&["man-pages"], "<FOLDER> is missing", "git codecommit man-pages -h");
    is_no_usage(&["sign", "codecommit://MyRepo"], "--format <FORMAT> is missing", "git codecommit sign -h");
    is_no_usage(&["sign"], "--format <FORMAT> and <URL> are missing", "git codecommit sign -h");
}

#[test]
fn an_argument_too_many_is_named() {
    is_no_usage(&["doctor", "a", "b"], "'b' is one argument too many", "git codecommit doctor -h");
    is_no_usage(&["regions", "a"], "'a' is one argument too many", "git codecommit regions -h");
    is_no_usage(&["--", "explain"], "'explain' is one argument too many", "git codecommit -h");
}

#[test]
fn an_unknown_option_is_named_with_the_one_that_was_meant() {
    is_no_usage(&["--nope"], "git codecommit has no option '--nope'", "git codecommit -h");
    is_no_usage(&["explain", "--jsn"], "git codecommit explain has no option '--jsn'", "did you mean --json?");
    is_no_usage(&["explain", "-x"], "git codecommit explain has no option '-x'", "git codecommit explain -h");
    is_no_usage(&["url", "x", "--nope=1"], "git codecommit url has no option '--nope'", "git codecommit url -h");
}

#[test]
fn a_value_that_is_none_is_named_with_those_that_there_are() {
    let sign = ["sign", "codecommit://MyRepo", "--format"];
    is_no_usage(&sign, "--format <FORMAT> needs a value", "git codecommit sign -h");
    is_no_usage(
        &[&sign[..], &["gti"]].concat(),
        "--format <FORMAT> cannot be 'gti', only git, url, json, env, header",
        "git codecommit sign -h",
    );
    is_no_usage(
        &["url", "codecommit://MyRepo", "--to", "http"],
        "--to <FORM> cannot be 'http', only codecommit, https, ssh, console, arn",
        "git codecommit url -h",
    );
    is_no_usage(
        &["completions", "elvish"],
        "<SHELL> cannot be 'elvish', only bash, zsh, fish, powershell",
        "git codecommit completions -h",
    );
    is_no_usage(&["regions", "--json=yes"], "--json takes no value", "git codecommit regions -h");
}

#[test]
fn an_option_is_given_once() {
    let regions = ["url", "codecommit://MyRepo", "--region", "eu-west-1", "--region", "eu-west-2"];
    is_no_usage(&regions, "--region <REGION> is given twice", "git codecommit url -h");
    is_no_usage(&["regions", "--json", "--json"], "--json is given twice", "git codecommit regions -h");
}

#[test]
fn an_argument_that_is_not_text_is_a_fault_wherever_it_stands() {
    let person = Person::new();
    let said_of = |before: &[&str]| {
        let (status, printed, said) = person.finish(person.codecommit(before).arg(OsStr::from_bytes(b"\xff")));
        assert_eq!((status, printed.as_str()), (Some(2), ""), "{before:?}");
        said
    };
    assert_eq!(said_of(&[]), "codecommit: git codecommit has no command '\u{fffd}'\nhint: git codecommit -h\n");
    for before in [&["explain"][..], &["sign", "--format", "git"], &["url", "codecommit://MyRepo", "--region"]] {
        let said = format!("codecommit: an argument is not UTF-8 text\nhint: git codecommit {} -h\n", before[0]);
        assert_eq!(said_of(before), said);
    }
}

/// What a terminal would act on: it never gets there as it is.
#[test]
fn what_a_terminal_would_act_on_is_not_echoed() {
    const RAW: &str = "a\u{1b}]0;x\u{7}\n\u{202e}b";
    const SHOWN: &str = r"a\u{1b}]0;x\u{7}\u{a}\u{202e}b";
    let option = format!("--{RAW}");
    is_no_usage(&[RAW], &format!("git codecommit has no command '{SHOWN}'"), "git codecommit -h");
    is_no_usage(&[&option], &format!("git codecommit has no option '--{SHOWN}'"), "git codecommit -h");
    is_no_usage(&["doctor", "a", RAW], &format!("'{SHOWN}' is one argument too many"), "git codecommit doctor -h");
    is_no_usage(
        &["url", "codecommit://MyRepo", "--to", RAW],
        &format!("--to <FORM> cannot be '{SHOWN}', only codecommit, https, ssh, console, arn"),
        "git codecommit url -h",
    );
    is_no_usage(
        &["url", "codecommit::eu-west-1://dev@MyRepo", "--profile", RAW],
        &format!("the URL has profile 'dev', and --profile is '{SHOWN}'"),
        "leave --profile out",
    );
    let person = Person::new();
    let said =
        format!("codecommit: there is no remote '{SHOWN}'\nhint: name a URL, as codecommit://PROFILE@REPOSITORY\n");
    person.ends(&["explain", RAW], 1, "", &said);
    // No command has anything raw to say of it, whatever it is taken for.
    for command in COMMANDS {
        for arguments in [[command, RAW, "--format=git"], [command, "--profile", RAW], [command, "--host", RAW]] {
            let (status, printed, said) = person.run(&arguments);
            let raw = |text: &str| text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}'));
            assert!(matches!(status, Some(1 | 2)), "{arguments:?}: {status:?} {printed}");
            assert!(!raw(&printed) && !raw(&said) && said.lines().count() <= 2, "{arguments:?}: {printed}{said}");
        }
    }
}

#[test]
fn where_no_repository_is_one_has_to_be_named() {
    Person::new().ends(
        &["explain"],
        1,
        "",
        "codecommit: this is no Git repository\nhint: name a URL, or go to the repository\n",
    );
}

#[test]
fn the_version_is_that_of_the_program_and_of_its_component() {
    let component = git_remote_codecommit::policy::COMPONENT;
    let (name, hash) = component.split_once(" sha256:").unwrap();
    assert_eq!(name, "codecommit:policy@0.1.0");
    assert!(hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{hash}");
    let printed = format!("git-codecommit {}\ncomponent {component}\n", env!("CARGO_PKG_VERSION"));
    for option in ["--version", "-V"] {
        Person::new().ends(&[option], 0, &printed, "");
    }
}

const HELP: &str = "\
Git remotes in AWS CodeCommit: see what happens, and set it up

Usage: git codecommit <COMMAND>

Commands:
  explain      Show what becomes of a remote or URL, and why
  doctor       Look at all that has to be right, and say what mends it
  sign         Print a credential for one repository, for 15 minutes
  agent        Give jobs without AWS keys credentials for what rules allow
  configure    Let Git use the credential helper for HTTPS URLs
  url          Convert between URLs and ARNs of a repository
  regions      List the regions that have CodeCommit
  completions  Print the completions of a shell

Options:
  -h, --help     Print help
  -V, --version  Print version

Examples:
  git codecommit explain origin       its profile, region, endpoint and identity
  git codecommit doctor               what is not right here, and what mends it
  git codecommit configure            HTTPS URLs of CodeCommit work too
";

#[test]
fn the_help_lists_every_command() {
    for option in ["-h", "--help"] {
        Person::new().ends(&[option], 0, HELP, "");
    }
}

/// Which options there are is the help's to say; what it looks like is this test's.
#[test]
fn every_help_fits_a_terminal_and_has_three_examples() {
    let person = Person::new();
    for arguments in [&[][..]].into_iter().chain(COMMANDS.iter().map(std::slice::from_ref)) {
        let (status, help, said) = person.run(&[arguments, &["-h"]].concat());
        assert_eq!((status, said.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(help.lines().count() < LINES, "the prompt has no place below it: {help}");
        assert!(help.lines().all(|line| line.chars().count() <= COLUMNS), "{help}");
        let usage = ["Usage: git codecommit", arguments.first().copied().unwrap_or_default()].join(" ");
        assert!(help.contains(usage.trim_end()), "{help}");
        let (_, examples) = help.split_once("\nExamples:\n").unwrap();
        assert_eq!(examples.lines().filter(|line| line.contains("git codecommit ")).count(), 3, "{help}");
        // Git answers `git codecommit --help` with the manual page; who gets here reads the same.
        assert_eq!(person.run(&[arguments, &["--help"]].concat()), (Some(0), help, String::new()));
    }
}

/// Whether something is coloured.
fn is_coloured(text: &str) -> bool {
    text.contains('\u{1b}')
}

#[test]
fn only_a_terminal_is_coloured_and_only_where_it_is_wanted() {
    let help = |person: &Person| {
        let (status, shown) = on_a_terminal(person.codecommit(&["-h"]), "");
        assert_eq!(status, Some(0));
        shown
    };
    let person = || Person::new().set("TERM", "xterm");
    let shown = help(&person());
    assert!(is_coloured(&shown), "{shown}");
    for (name, value) in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb")] {
        assert_eq!(help(&person().set(name, value)), HELP, "{name}={value}");
    }
    // No terminal, unless it is said to be one.
    person().ends(&["-h"], 0, HELP, "");
    let (_, forced, _) = person().set("CLICOLOR_FORCE", "1").run(&["-h"]);
    assert_eq!(forced.replace('\n', ""), shown.replace('\n', ""));
    person().set("CLICOLOR_FORCE", "1").set("NO_COLOR", "1").ends(&["-h"], 0, HELP, "");
}

/// Commands that print something, whoever runs them.
const PRINTING: [&[&str]; 6] = [
    &["-h"],
    &["--version"],
    &["regions"],
    &["url", "codecommit::eu-west-1://MyRepo"],
    &["completions", "bash"],
    &["sign", "codecommit::eu-west-1://MyRepo", "--format", "git"],
];

/// Linux has a device for it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_in_one_line() {
    let person = Person::new().keys_in_environment();
    for arguments in PRINTING {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = bounded::output(person.codecommit(arguments).stdout(full).stderr(Stdio::piped()));
        let said = "codecommit: the output could not be written: no storage space\n";
        assert_eq!(person.ended(&output), (Some(1), String::new(), said.to_owned()), "{arguments:?}");
    }
}

/// `git codecommit regions | head -1` is no reason to complain.
#[test]
fn a_reader_that_has_seen_enough_is_told_nothing() {
    let person = Person::new().keys_in_environment();
    for arguments in PRINTING {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let output = bounded::output(person.codecommit(arguments).stdout(writer).stderr(Stdio::piped()));
        assert_eq!(person.ended(&output), (Some(1), String::new(), String::new()), "{arguments:?}");
    }
}

/// Git opens `/dev/null` where a program of its own would find nothing, as Rust does: nobody wants the output, and nobody is told.
#[test]
fn a_standard_output_that_is_closed_is_one_that_nobody_reads() {
    let person = Person::new();
    for arguments in [r#""$0" regions >&-"#, r#""$0" -h >&-"#, r#""$0" url codecommit::eu-west-1://MyRepo >&- 2>&-"#] {
        assert_eq!(person.shell(arguments), (Some(0), String::new(), String::new()), "{arguments}");
    }
    // Nor is what is wrong with the arguments a panic where it cannot be said.
    assert_eq!(person.shell(r#""$0" nope >&- 2>&-"#), (Some(2), String::new(), String::new()));
}
