//! The package for Debian and its descendants, which `host/Cargo.toml` describes.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Platform, VERSION, archive, clock, programs, share};
use crate::command::{read, run};
use crate::failure::Failure;
use crate::tools::DEB;

/// Makes the package of what was built.
///
/// # Errors
/// Where a tool is missing, or the package is not made.
pub(super) fn write(platform: Platform, path: &Path, time: u64) -> Result<(), Failure> {
    programs::need("dpkg", "dpkg")?;
    let maintainer = match maintainer(|name| env::var(name).ok()) {
        Some(maintainer) => maintainer,
        None => clock::of_last_commit("%an <%ae>")?,
    };
    let mut date = Command::new("date");
    date.args(["--utc", "--rfc-email", "--date"]).arg(format!("@{time}")).env("LC_ALL", "C");
    let date = String::from_utf8_lossy(&read(&mut date)?).trim().to_owned();
    compress(platform, &changelog(&maintainer, &date))?;
    let mut deb = DEB.command()?;
    deb.args(["deb", "--locked", "--no-build", "--no-strip", "--package", "git-remote-codecommit"]);
    deb.args(["--target", platform.triple(), "--maintainer", &maintainer, "--output"]).arg(path);
    run(deb.env(clock::VARIABLE, time.to_string()))
}

/// Writes what Debian wants compressed beside the programs: cargo-deb does it for no file that was built.
fn compress(platform: Platform, changelog: &str) -> Result<(), Failure> {
    let folder = programs::folder(platform)?.join("debian");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Failure::file("remove", &folder))?;
    }
    fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(format!("{name}.gz"));
        archive::compressed(bytes).and_then(|bytes| fs::write(&path, bytes)).map_err(Failure::file("write", &path))
    };
    let share = share::folder(platform)?;
    for page in share::pages(&share)? {
        let path = share.join(&page);
        let bytes = fs::read(&path).map_err(Failure::file("read", &path))?;
        write(page.rsplit('/').next().unwrap_or(&page), &bytes)?;
    }
    write("changelog", changelog.as_bytes())
}

/// Who stands for the package, as Debian's own tools are told.
fn maintainer(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let [name, address] = ["DEBFULLNAME", "DEBEMAIL"].map(|name| variable(name).filter(|text| !text.is_empty()));
    Some(format!("{} <{}>", name?, address?))
}

/// The one entry that a package needs to have.
fn changelog(maintainer: &str, date: &str) -> String {
    format!(
        "git-remote-codecommit ({VERSION}) stable; urgency=medium\n\n  * Version {VERSION}.\n\n -- {maintainer}  {date}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn the_maintainer_has_a_name_and_an_address() {
        let both = |name: &str| Some(if name == "DEBEMAIL" { "a@example.com" } else { "A. User" }.to_owned());
        assert_eq!(maintainer(both).as_deref(), Some("A. User <a@example.com>"));
        assert_eq!(maintainer(|name| both(name).filter(|_| name == "DEBEMAIL")), None);
        assert_eq!(maintainer(|_| Some(String::new())), None);
    }

    #[test]
    fn the_changelog_is_one_entry() {
        let log = changelog("A. User <a@example.com>", "Tue, 14 Nov 2023 22:13:20 +0000").replace(VERSION, "VERSION");
        assert_eq!(
            log,
            "git-remote-codecommit (VERSION) stable; urgency=medium\n\n  * Version VERSION.\n\n \
             -- A. User <a@example.com>  Tue, 14 Nov 2023 22:13:20 +0000\n"
        );
    }

    #[test]
    fn the_package_depends_on_git_and_has_every_program_page_and_change() {
        let manifest = fs::read_to_string(workspace::root().join("host/Cargo.toml")).unwrap();
        let (_, description) = manifest.split_once("\n[package.metadata.deb]\n").unwrap();
        assert!(description.contains("\ndepends = \"git (>= 1:1.7.9)\"\n"), "{description}");
        for (from, to) in [("*.1.gz", "man/man1"), ("changelog.gz", "doc/git-remote-codecommit")] {
            assert!(
                description.contains(&format!("[\"target/release/debian/{from}\", \"usr/share/{to}/\", \"644\"]")),
                "{from}"
            );
        }
        for program in Platform::default().programs() {
            assert!(
                description.contains(&format!("[\"target/release/{program}\", \"usr/bin/\", \"755\"]")),
                "{program}"
            );
        }
    }
}
