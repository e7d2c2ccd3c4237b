//! `git codecommit man-pages`: the manual pages of the three programs, for who makes a package.
//!
//! Those of `git codecommit` are made of its command line. The two programs that Git runs have none; their pages are written by
//! hand, in `manual/`.

use std::fs;
use std::io;
use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};
use git_remote_codecommit::printable::Shown;

use crate::arguments;
use crate::fault::Fault;

/// The package, which stands on every page, with its version in the corner.
const PACKAGE: &str = "git-remote-codecommit";

/// The pages that are written by hand, without their first line.
const WRITTEN: [(&str, &str); 2] = [
    ("git-remote-codecommit", include_str!("manual/git-remote-codecommit.1")),
    ("git-credential-codecommit", include_str!("manual/git-credential-codecommit.1")),
];

/// Writes a page for each program and one for each command of `git codecommit`, into a folder that is created where it is missing.
///
/// # Errors
/// [`Fault::File`].
pub(crate) fn run(folder: &Path) -> Result<(), Fault> {
    let fault = |path: &Path| {
        let file = Shown(&path.to_string_lossy()).to_string();
        |error| Fault::File { file, error }
    };
    fs::create_dir_all(folder).map_err(fault(folder))?;
    for (name, text) in pages().map_err(fault(folder))? {
        let path = folder.join(format!("{name}.1"));
        fs::write(&path, text).map_err(fault(&path))?;
    }
    Ok(())
}

/// Every page, with its name.
fn pages() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut program = arguments::command();
    program.build();
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set());
    let mut pages = Vec::new();
    for command in std::iter::once(&program).chain(commands) {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        pages.push((name.to_owned(), generated(name, command)?));
    }
    for (name, text) in WRITTEN {
        pages.push((name.to_owned(), [title(name).as_bytes(), text.as_bytes()].concat()));
    }
    Ok(pages)
}

/// The first line of a page. Not clap's, which leaves an empty date out, and so gives the version as one.
fn title(name: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(".TH \"{}\" 1 \"\" \"{PACKAGE} {version}\" \"{PACKAGE}\"\n", name.to_uppercase())
}

/// The page of a command of `git codecommit`, or of all of it.
fn generated(name: &str, command: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone());
    let mut page = title(name).into_bytes();
    man.render_name_section(&mut page)?;
    synopsis(command).to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(text) = command.get_after_help() {
        after(&text.to_string()).to_writer(&mut page)?;
    }
    see_also(name).to_writer(&mut page)?;
    Ok(page)
}

/// How the command is typed, in the words of its own help: the page's would leave out the values of options.
fn synopsis(command: &Command) -> Roff {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let arguments = usage.strip_prefix(name).unwrap_or_default().trim_end();
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]).text([bold(name), roman(arguments)]);
    roff
}

/// What stands below the help: paragraphs that begin with a heading and a colon, laid out as there.
fn after(text: &str) -> Roff {
    let mut roff = Roff::new();
    for paragraph in text.trim().split("\n\n") {
        let (heading, rest) = paragraph.split_once(':').unwrap_or(("Notes", paragraph));
        roff.control("SH", [heading.to_uppercase().as_str()]).control("nf", []);
        for line in rest.lines().map(str::trim).filter(|line| !line.is_empty()) {
            roff.text([roman(line)]);
        }
        roff.control("fi", []);
    }
    roff
}

/// The other programs, and the page that the page of a command is a part of.
fn see_also(name: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    let others = ["git-codecommit", "git-credential-codecommit", "git-remote-codecommit"];
    let mut words = Vec::new();
    for other in others.into_iter().filter(|other| *other != name) {
        if !words.is_empty() {
            words.push(roman(", "));
        }
        words.extend([italic(other), roman("(1)")]);
    }
    roff.text(words);
    roff
}
