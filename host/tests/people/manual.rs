//! `git codecommit man-pages`: which pages there are, what has to be on them, and that `man` has nothing to say against them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Every page, as a package has it.
const PAGES: [&str; 11] = [
    "git-codecommit-agent.1",
    "git-codecommit-completions.1",
    "git-codecommit-configure.1",
    "git-codecommit-doctor.1",
    "git-codecommit-explain.1",
    "git-codecommit-regions.1",
    "git-codecommit-sign.1",
    "git-codecommit-url.1",
    "git-codecommit.1",
    "git-credential-codecommit.1",
    "git-remote-codecommit.1",
];

/// The pages, written into a folder that is not there yet.
fn written() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_git-codecommit"))
        .arg("man-pages")
        .arg(folder.path().join("share/man1"))
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!((output.status.code(), output.stdout), (Some(0), vec![]));
    folder
}

fn page(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join("share/man1").join(name)).unwrap()
}

/// A page as `man` shows it, on lines that do not end; none where there is no `man`.
fn shown(file: &Path) -> Option<String> {
    let output = Command::new("man")
        .args(["--warnings", "--encoding=UTF-8", "--local-file"])
        .arg(file)
        .env("MANWIDTH", "1000")
        .env("MAN_KEEP_FORMATTING", "")
        .env("LC_ALL", "C.UTF-8")
        .env("MANPAGER", "cat")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{}", file.display());
    assert!(output.status.success(), "{}", file.display());
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn there_is_a_page_for_each_program_and_each_command() {
    let folder = written();
    let mut names: Vec<_> = fs::read_dir(folder.path().join("share/man1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, PAGES);
}

#[test]
fn each_page_has_its_name_and_the_version_of_the_package() {
    let folder = written();
    for name in PAGES {
        let name = name.strip_suffix(".1").unwrap();
        let package = concat!("git-remote-codecommit ", env!("CARGO_PKG_VERSION"));
        let title = format!(".TH \"{}\" 1 \"\" \"{package}\" \"git-remote-codecommit\"\n", name.to_uppercase());
        let page = page(&folder, &format!("{name}.1"));
        assert!(page.starts_with(&title), "{page}");
        // What `apropos` and `whatis` read.
        let line = format!("\n.SH NAME\n{} \\- ", name.replace('-', "\\-"));
        assert!(page.contains(&line), "{page}");
    }
}

#[test]
fn man_shows_each_page_without_a_warning() {
    let folder = written();
    for name in PAGES {
        shown(&folder.path().join("share/man1").join(name));
    }
}

#[test]
fn a_command_is_typed_as_its_help_says() {
    let folder = written();
    let page = page(&folder, "git-codecommit-sign.1");
    assert!(
        page.contains(".SH SYNOPSIS\n\\fBgit codecommit sign\\fR [OPTIONS] \\-\\-format <FORMAT> <URL>\n"),
        "{page}"
    );
}

#[test]
fn what_stands_below_the_help_has_a_heading_of_its_own() {
    let folder = written();
    let page = page(&folder, "git-codecommit-doctor.1");
    assert!(page.contains(".SH STATUS\n.nf\n0 all is well, 1 something failed, 3 there is a warning\n.fi\n"), "{page}");
}

#[test]
fn the_helpers_page_has_every_variable_of_the_readme() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let (_, section) = readme.split_once("\n## Environment variables\n").unwrap();
    let (table, _) = section.split_once("\n\n").unwrap();
    let variables: Vec<_> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once(" | "))
        .flat_map(|(names, _)| names.split(|c: char| c != '_' && !c.is_ascii_uppercase()))
        .filter(|name| name.contains('_'))
        .collect();
    assert!(variables.contains(&"CODE_COMMIT_ENDPOINT") && variables.len() > 9, "{variables:?}");
    let folder = written();
    let page = page(&folder, "git-remote-codecommit.1");
    for variable in variables {
        assert!(page.contains(variable), "{variable}");
    }
}

#[test]
fn a_page_that_cannot_be_written_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_git-codecommit")).arg("man-pages").arg(&file).env_clear().output().unwrap();
    let said = format!("codecommit: {} could not be written: entity already exists\n", file.display());
    assert_eq!(String::from_utf8_lossy(&output.stderr), said);
    assert_eq!((output.status.code(), output.stdout), (Some(1), vec![]));
}
