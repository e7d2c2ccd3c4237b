//! `git codecommit configure`: what is shown, what Git's configuration is afterwards, and that it is taken out again.

use std::fs;

use crate::person::{Ended, Person};
use crate::terminal::on_a_terminal;

/// What is shown for every server of CodeCommit, with `+` or `-`.
const EVERY_SERVER: &str = "  + credential.https://git-codecommit.*.amazonaws.com.helper = 
  + credential.https://git-codecommit.*.amazonaws.com.helper = codecommit
  + credential.https://git-codecommit.*.amazonaws.com.useHttpPath = true
  + credential.https://git-codecommit-fips.*.amazonaws.com.helper = 
  + credential.https://git-codecommit-fips.*.amazonaws.com.helper = codecommit
  + credential.https://git-codecommit-fips.*.amazonaws.com.useHttpPath = true
  + credential.https://git-codecommit.*.amazonaws.com.cn.helper = 
  + credential.https://git-codecommit.*.amazonaws.com.cn.helper = codecommit
  + credential.https://git-codecommit.*.amazonaws.com.cn.useHttpPath = true
";

/// What is written for them.
const WRITTEN: &str = "\
[credential \"https://git-codecommit.*.amazonaws.com\"]
\thelper = 
\thelper = codecommit
\tuseHttpPath = true
[credential \"https://git-codecommit-fips.*.amazonaws.com\"]
\thelper = 
\thelper = codecommit
\tuseHttpPath = true
[credential \"https://git-codecommit.*.amazonaws.com.cn\"]
\thelper = 
\thelper = codecommit
\tuseHttpPath = true
";

/// Settings of somebody who has some, of CodeCommit's hosts too.
const OWN: &str = "\
# mine
[user]
\tname = A   ; and nobody else
[credential]
\thelper = store
[credential \"https://github.com\"]
\thelper = 
\thelper = cache

[alias] st = status
[url \"https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/\"]
\tinsteadOf = cc:
";

/// Somebody with this `~/.gitconfig`, and none where it is empty.
fn person(config: &str) -> Person {
    let person = Person::new().unset("GIT_CONFIG_GLOBAL");
    if config.is_empty() { person } else { person.file(".gitconfig", config) }
}

/// What `~/.gitconfig` is; empty where it is not there.
fn config(person: &Person) -> String {
    fs::read_to_string(person.home().join(".gitconfig")).unwrap_or_default()
}

/// The command with these options.
#[track_caller]
fn configure(person: &Person, options: &[&str]) -> Ended {
    person.run(&[&["configure"], options].concat())
}

/// A success that prints this, and says nothing.
fn printed(text: impl Into<String>) -> Ended {
    (Some(0), text.into(), String::new())
}

/// What is shown before `~/.gitconfig` is changed.
fn shown(changes: &str) -> String {
    format!("git config --global:\n{changes}")
}

/// Lines that are added as lines that are taken out.
fn taken_out(added: &str) -> String {
    added.replace("  + ", "  - ")
}

#[test]
fn every_server_of_codecommit_is_served() {
    let person = person("");
    assert_eq!(configure(&person, &["--yes"]), printed(shown(EVERY_SERVER)));
    assert_eq!(config(&person), WRITTEN);
}

#[test]
fn what_is_there_is_not_added_again() {
    let person = person(OWN);
    for option in ["-y", "--yes"] {
        configure(&person, &[option]);
        assert_eq!(config(&person), format!("{OWN}{WRITTEN}"));
    }
    // Nor is anybody asked whether to change nothing.
    assert_eq!(configure(&person, &[]), printed("there is nothing to add\n"));
}

#[test]
fn what_was_added_is_taken_out_to_the_byte() {
    for own in ["", OWN] {
        let person = person(own);
        configure(&person, &["--yes"]);
        assert_eq!(configure(&person, &["--undo", "--yes"]), printed(shown(&taken_out(EVERY_SERVER))));
        assert_eq!(config(&person), own);
        assert_eq!(configure(&person, &["--undo"]), printed("there is nothing to take out\n"));
    }
}

/// A helper of the user's for the same hosts, before or after ours.
#[test]
fn what_others_have_set_for_the_same_hosts_stays() {
    let own = "[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper = store\n";
    let person = person(own);
    configure(&person, &["--yes"]);
    let key = "credential.https://git-codecommit.*.amazonaws.com.helper";
    let person = person.git(&["config", "--global", "--add", key, "cache"]);
    configure(&person, &["--undo", "--yes"]);
    assert_eq!(config(&person), format!("{own}\thelper = cache\n"));
}

#[test]
fn a_profile_a_host_and_a_region_are_added_and_taken_out_by_the_same_options() {
    const OPTIONS: [&str; 7] =
        ["--profile", "prod", "--host", "vpce-0a1b.example:8443", "--instead-of", "eu-west-1", "--yes"];
    const MORE: &str = "  + credential.https://vpce-0a1b.example:8443.helper = 
  + credential.https://vpce-0a1b.example:8443.helper = codecommit
  + credential.https://vpce-0a1b.example:8443.useHttpPath = true
  + codecommit.profile = prod
  + url.codecommit::eu-west-1://.insteadOf = https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/
";
    let person = person(OWN);
    assert_eq!(configure(&person, &OPTIONS), printed(shown(&[EVERY_SERVER, MORE].concat())));
    let more = "\
[credential \"https://vpce-0a1b.example:8443\"]
\thelper = 
\thelper = codecommit
\tuseHttpPath = true
[codecommit]
\tprofile = prod
[url \"codecommit::eu-west-1://\"]
\tinsteadOf = https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/
";
    assert_eq!(config(&person), [OWN, WRITTEN, more].concat());
    let undo = [&OPTIONS[..], &["--undo"]].concat();
    assert_eq!(configure(&person, &undo), printed(shown(&taken_out(&[EVERY_SERVER, MORE].concat()))));
    assert_eq!(config(&person), OWN);
}

#[test]
fn what_is_named_twice_is_added_once() {
    let person = person("");
    let [host, region] = [["--host", "x.example"], ["--instead-of", "eu-west-1"]];
    configure(&person, &[&host[..], &host, &region, &region, &["--yes"]].concat());
    let once = config(&person);
    assert_eq!(once.matches("x.example").count(), 1, "{once}");
    assert_eq!(once.matches("insteadOf").count(), 1, "{once}");
    assert_eq!(once.matches("helper = codecommit").count(), 4, "{once}");
}

/// They are found by what they lead to; a profile, or a host, can be the user's own.
#[test]
fn regions_are_taken_out_without_being_named() {
    let person = person("");
    configure(&person, &["--instead-of", "eu-west-1", "--instead-of", "cn-north-1", "--profile", "prod", "--yes"]);
    configure(&person, &["--undo", "--yes"]);
    assert_eq!(config(&person), "[codecommit]\n\tprofile = prod\n");
}

#[test]
fn a_repository_is_configured_alone() {
    let person = person(OWN).git(&["init", "--quiet"]);
    let file = person.work().join(".git/config");
    let before = fs::read_to_string(&file).unwrap();
    assert_eq!(configure(&person, &["--local", "--yes"]), printed(format!("git config --local:\n{EVERY_SERVER}")));
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{before}{WRITTEN}"));
    assert_eq!(configure(&person, &["--local"]), printed("there is nothing to add\n"));
    configure(&person, &["--local", "--undo", "--yes"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    assert_eq!(config(&person), OWN);
}

#[test]
fn outside_a_repository_there_is_none_to_configure() {
    let said = "codecommit: git says: --local can only be used inside a git repository\n";
    let person = person(OWN);
    assert_eq!(configure(&person, &["--local", "--yes"]), (Some(1), String::new(), said.to_owned()));
    assert_eq!(config(&person), OWN);
}

#[test]
fn without_a_terminal_nothing_is_changed_unless_that_is_said_before() {
    let said = "codecommit: nothing was changed, for there is no terminal to ask on\n\
                hint: add --yes to change it without being asked\n";
    let person = person(OWN);
    assert_eq!(configure(&person, &[]), (Some(1), shown(EVERY_SERVER), said.to_owned()));
    assert_eq!(config(&person), OWN);
    configure(&person, &["--yes"]);
    let undone = (Some(1), shown(&taken_out(EVERY_SERVER)), said.to_owned());
    assert_eq!(configure(&person, &["--undo"]), undone);
    assert_eq!(config(&person), format!("{OWN}{WRITTEN}"));
}

/// What a terminal shows where these keys are typed, and `~/.gitconfig` afterwards.
#[track_caller]
fn answered(keys: &str) -> ((Option<i32>, String), String) {
    let person = person(OWN);
    let ended = on_a_terminal(person.codecommit(&["configure"]), keys);
    (ended, config(&person))
}

#[test]
fn a_terminal_is_asked() {
    let question = format!("{}change this? [y/N] ", shown(EVERY_SERVER));
    for yes in ["y\n", "Y\n", "yes\n"] {
        assert_eq!(answered(yes), ((Some(0), format!("{question}{yes}")), format!("{OWN}{WRITTEN}")));
    }
    let no_change = "codecommit: nothing was changed\n";
    for no in ["n\n", "\n", "no\n", "yeah\n"] {
        assert_eq!(answered(no), ((Some(1), format!("{question}{no}{no_change}")), OWN.to_owned()));
    }
    // Ctrl-D: a line of its own for what follows.
    assert_eq!(answered("\u{4}"), ((Some(1), format!("{question}\n{no_change}")), OWN.to_owned()));
}

#[test]
fn nothing_is_written_into_a_file_that_another_git_writes() {
    let person = person(OWN).file(".gitconfig.lock", "");
    let said = "codecommit: git says: could not lock config file HOME/.gitconfig: File exists\n\
                hint: wait for the other Git that writes there; where none is running, remove the .lock file\n";
    assert_eq!(configure(&person, &["--yes"]), (Some(1), shown(EVERY_SERVER), said.to_owned()));
    assert_eq!(config(&person), OWN);
}

#[test]
fn a_configuration_that_git_cannot_read_is_left_as_it_is() {
    let person = person("[user\n");
    let said = "codecommit: git says: bad config line 1 in file HOME/.gitconfig\n";
    assert_eq!(configure(&person, &["--yes"]), (Some(1), String::new(), said.to_owned()));
    assert_eq!(config(&person), "[user\n");
}

/// What was written before is taken back.
#[test]
fn all_of_it_is_written_or_nothing() {
    // A Git that fails at the fourth thing to write.
    let person = person(OWN).script(
        "git",
        "case \"$*\" in *--add*fips*) echo 'fatal: the disk is full' >&2; exit 4;; esac\nPATH=${PATH#*:} exec git \"$@\"\n",
    );
    let said = "codecommit: git says: the disk is full\n";
    assert_eq!(configure(&person, &["--yes"]), (Some(1), shown(EVERY_SERVER), said.to_owned()));
    assert_eq!(config(&person), OWN);
}

#[test]
fn without_git_there_is_nobody_to_write_it() {
    let said = "codecommit: git could not be run: it is not on PATH\nhint: install Git, or put it on PATH\n".to_owned();
    let person = person(OWN).set("PATH", "/nonexistent");
    assert_eq!(configure(&person, &["--yes"]), (Some(1), String::new(), said));
    assert_eq!(config(&person), OWN);
}

/// It would be part of the name of a setting.
#[test]
fn what_is_no_host_is_refused() {
    let person = person(OWN);
    for (host, is_shown) in [
        ("*", "*"),
        ("*.example", "*.example"),
        ("https://example.com", "https://example.com"),
        ("example.com/path", "example.com/path"),
        ("a\nb", r"a\u{a}b"),
        ("a\u{1b}[2J", r"a\u{1b}[2J"),
        ("a b", "a b"),
        ("user@example.com", "user@example.com"),
        ("example.com:", "example.com:"),
        ("example.com:99999", "example.com:99999"),
        ("-example.com", "-example.com"),
        ("example..com", "example..com"),
        ("", ""),
    ] {
        let said = format!(
            "codecommit: --host cannot be '{is_shown}', only a host name, or one and a port\n\
             hint: --host NAME.git-codecommit.REGION.vpce.amazonaws.com\n"
        );
        for undo in [&[][..], &["--undo"]] {
            let option = format!("--host={host}");
            let options = [undo, &["--yes", &option]].concat();
            assert_eq!(configure(&person, &options), (Some(2), String::new(), said.clone()), "{host:?}");
        }
    }
    assert_eq!(config(&person), OWN);
}

/// The last dot of a setting's name is before `helper`, whatever a host is called.
#[test]
fn a_host_with_the_name_of_a_setting_is_one_like_others() {
    let person = person("");
    configure(&person, &["--host", "x.helper", "--yes"]);
    let section = "[credential \"https://x.helper\"]\n\thelper = \n\thelper = codecommit\n\tuseHttpPath = true\n";
    assert_eq!(config(&person), format!("{WRITTEN}{section}"));
}

#[test]
fn what_is_no_profile_is_refused() {
    let person = person(OWN);
    for (profile, is_shown) in
        [("", ""), ("a\n[alias] st = !true", r"a\u{a}[alias] st = !true"), ("\u{202e}", r"\u{202e}")]
    {
        let said = format!(
            "codecommit: --profile cannot be '{is_shown}', only the name of a profile\n\
             hint: aws configure list-profiles\n"
        );
        assert_eq!(configure(&person, &["--profile", profile, "--yes"]), (Some(2), String::new(), said));
    }
    assert_eq!(config(&person), OWN);
}

#[test]
fn a_region_that_there_is_not_is_refused() {
    let person = person(OWN);
    for (region, said) in [
        (
            "us-esat-1",
            "codecommit: CodeCommit is not known in region 'us-esat-1'\n\
             hint: did you mean us-east-1? if AWS has added us-esat-1: git config --global --add codecommit.extraRegion \
             us-esat-1\n",
        ),
        (
            "atlantis",
            "codecommit: CodeCommit is not known in region 'atlantis'\nhint: write a region's code, such as eu-west-1\n",
        ),
    ] {
        let ended = configure(&person, &["--instead-of", region, "--yes"]);
        assert_eq!(ended, (Some(1), String::new(), said.to_owned()));
    }
    assert_eq!(config(&person), OWN);
}

#[test]
fn that_the_aws_clis_helper_is_not_asked_any_more_is_told() {
    let own = "\
[credential]
\thelper = !aws codecommit credential-helper $@
\tUseHttpPath = true
[credential \"https://git-codecommit.eu-west-1.amazonaws.com\"]
\thelper = !aws --profile prod codecommit credential-helper $@
\thelper = !aws codecommit credential-helper $@
";
    let notice = |key: &str| {
        format!("{key} has `aws codecommit credential-helper`, which is not asked any more for these hosts\n")
    };
    let of_host = notice("credential.https://git-codecommit.eu-west-1.amazonaws.com.helper");
    let person = person(own);
    let (status, text, said) = configure(&person, &["--yes"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    assert_eq!(text, [shown(EVERY_SERVER), notice("credential.helper"), of_host].concat());
    // It is the user's, and stays.
    assert_eq!(config(&person), format!("{own}{WRITTEN}"));
}

/// The lines above, as Git reads them: what a person writes into a file by hand is the same.
#[test]
fn git_reads_of_it_what_is_shown() {
    let person = person("");
    configure(&person, &["--yes"]);
    let mut git = person.command("git".as_ref(), &["config", "--global", "--list"]);
    let (status, listed, _) = person.finish(&mut git);
    let lines: Vec<String> = EVERY_SERVER
        .lines()
        .map(|line| line.trim_start_matches("  + ").replacen(" = ", "=", 1).replace("useHttpPath", "usehttppath"))
        .collect();
    assert_eq!((status, listed.lines().map(str::to_owned).collect()), (Some(0), lines));
}
