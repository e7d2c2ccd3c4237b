//! `git codecommit completions`: what the shells themselves make of it, for `git-codecommit` and for `git codecommit`.
//!
//! Each of these shells has to be installed: where one is not, its test fails and says so.

use std::fs;
use std::path::Path;

use crate::person::Person;

/// A person with the completions of a shell in a file of this name in the home folder, and the shell's own path.
#[track_caller]
fn completed(shell: &str, file: &str) -> Person {
    let is_there = std::env::split_paths(&std::env::var_os("PATH").unwrap()).any(|folder| folder.join(shell).exists());
    assert!(is_there, "{shell} is not installed: install it, as `cargo xtask test` does on Debian for root");
    let person = Person::new().set("TERM", "dumb");
    let (status, script, said) = person.run(&["completions", shell]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    person.file(file, &script)
}

/// What a shell prints that runs this script with arguments.
#[track_caller]
fn printed(person: &Person, shell: &[&str], script: &str, arguments: &[&str]) -> String {
    let words = [&shell[1..], &["-c", script], arguments].concat();
    let (status, printed, said) = person.finish(&mut person.command(Path::new(shell[0]), &words));
    assert_eq!((status, said.as_str()), (Some(0), ""), "{printed}");
    printed
}

/// The words of Git's own completion for bash, which are part of Git and installed with it, in one place or another.
#[track_caller]
fn git_completion() -> &'static str {
    let places = [
        "/usr/share/bash-completion/completions/git",
        "/usr/local/share/bash-completion/completions/git",
        "/usr/share/git-core/contrib/completion/git-completion.bash",
        "/usr/share/git/completion/git-completion.bash",
        "/opt/homebrew/etc/bash_completion.d/git-completion.bash",
        "/etc/bash_completion.d/git",
    ];
    places.into_iter().find(|place| Path::new(place).exists()).expect("Git's completion for bash is not installed")
}

/// Completes a line as bash does, by the function that is registered for its first word.
const BASH: &str = r#"
source "$1"
source ~/completions
read -ra COMP_WORDS <<< "$2"
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_LINE=$2 COMP_POINT=${#2} COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
complete=$(complete -p "${COMP_WORDS[0]}")
[[ $complete =~ ' -F '([^ ]+) ]]
"${BASH_REMATCH[1]}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
echo "${COMPREPLY[*]}"
"#;

#[test]
fn bash_completes_both_spellings() {
    let person = completed("bash", "completions");
    let completes = |line: &str, words: &str| {
        let printed = printed(&person, &["bash", "--norc", "--noprofile"], BASH, &["bash", git_completion(), line]);
        assert_eq!(printed, format!("{words}\n"), "{line}");
    };
    for program in ["git-codecommit", "git codecommit", "git -C . codecommit"] {
        completes(
            &format!("{program} "),
            "-h -V --help --version explain doctor sign agent configure url regions completions",
        );
        completes(&format!("{program} ex"), "explain");
        completes(&format!("{program} explain --"), "--json --identity --help");
        completes(&format!("{program} sign x --format "), "git url json env header");
        completes(&format!("{program} url x --to s"), "ssh");
        completes(&format!("{program} completions p"), "powershell");
        completes(&format!("{program} man"), "");
    }
}

/// Types lines into a zsh on a terminal of its own, whose programs print what they were given.
const ZSH: &str = r#"
zmodload zsh/zpty
zpty typed zsh -f -i
zpty -w typed 'PS1= fpath=(~ $fpath); autoload -Uz compinit; compinit -u -D'
zpty -w typed 'git() { print -r -- "<git $*>" } ; git-codecommit() { print -r -- "<git-codecommit $*>" }'
for line; do zpty -w typed "$line"; done
zpty -w typed exit
while zpty -r typed line; do print -r -- "$line"; done
"#;

#[test]
fn zsh_completes_both_spellings() {
    let person = completed("zsh", "_git-codecommit");
    let lines = [
        ("ex\t", "explain"),
        ("sign x --fo\the\t", "sign x --format=header"),
        ("url x --t\tss\t", "url x --to=ssh"),
        ("comp\tpo\t", "completions powershell"),
        ("man-p\t", "man-p"),
    ];
    for program in ["git-codecommit", "git codecommit", "git -C . codecommit"] {
        let typed: Vec<String> = lines.iter().map(|(line, _)| format!("{program} {line}")).collect();
        let typed: Vec<&str> = ["zsh"].into_iter().chain(typed.iter().map(String::as_str)).collect();
        let printed = printed(&person, &["zsh", "-f"], ZSH, &typed);
        let ran: Vec<&str> = printed.lines().map(str::trim).filter(|line| line.starts_with("<git")).collect();
        let expected: Vec<String> = lines.iter().map(|(_, line)| format!("<{program} {line}>")).collect();
        assert_eq!(ran, expected, "{printed}");
    }
}

/// Completes a line as fish does for itself.
const FISH: &str = "source ~/completions.fish; complete -C $argv[1]";

#[test]
fn fish_completes_both_spellings() {
    let person = completed("fish", "completions.fish");
    // Each with what it is, but for the blanks between.
    let completes = |line: &str, expected: &[&str]| {
        let printed = printed(&person, &["fish"], FISH, &[line]);
        let words: Vec<&str> = printed.lines().map(|line| line.split('\t').next().unwrap()).collect();
        assert_eq!(words, expected, "{line}");
    };
    for program in ["git-codecommit", "git codecommit", "git -C . codecommit"] {
        completes(
            &format!("{program} "),
            &["agent", "completions", "configure", "doctor", "explain", "regions", "sign", "url"],
        );
        completes(&format!("{program} ex"), &["explain"]);
        completes(&format!("{program} explain --js"), &["--json"]);
        completes(&format!("{program} sign x --format "), &["env", "git", "header", "json", "url"]);
        completes(&format!("{program} sign x --format git --sh"), &["--show"]);
        completes(&format!("{program} url x --to s"), &["ssh"]);
        completes(&format!("{program} completions p"), &["powershell"]);
        completes(&format!("{program} man"), &[]);
    }
}

/// It runs nowhere here: that it completes the right program and all of its commands is as much as can be seen.
#[test]
fn powershell_is_given_every_command() {
    let (status, script, said) = Person::new().run(&["completions", "powershell"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    assert!(
        script.contains("Register-ArgumentCompleter -Native -CommandName 'git-codecommit' -ScriptBlock {"),
        "{script}"
    );
    for command in ["explain", "doctor", "sign", "agent", "configure", "url", "regions", "completions"] {
        assert!(script.contains(&format!("[CompletionResult]::new('{command}', '{command}', ")), "{command}");
        assert!(script.contains(&format!("'git-codecommit;{command}' {{")), "{command}");
    }
    assert!(!script.contains("man-pages"));
}

/// The file names are those that the shells look for, in the help.
#[test]
fn what_is_printed_can_be_written_to_a_file_and_is_the_same_each_time() {
    let person = Person::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (_, script, _) = person.run(&["completions", shell]);
        assert_eq!(person.shell(&format!("\"$0\" completions {shell} > ~/script")).0, Some(0));
        assert_eq!(fs::read_to_string(person.home().join("script")).unwrap(), script);
        assert!(script.ends_with('\n') && !script.contains('\u{1b}'), "{shell}");
    }
}
