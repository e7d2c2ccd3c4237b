//! What package managers of other systems read: a formula for Homebrew, and three files for winget.
//!
//! Their templates are in `host/packaging`. The hash of an archive that is not there, as of another machine's before the release,
//! is words that no package manager takes for a hash.

use std::fs;
use std::path::Path;

use super::repository::Repository;
use super::{Platform, VERSION, platform, sums};
use crate::command::say;
use crate::failure::Failure;

/// The templates, and the names of what is made of them. winget wants the package's identifier for a name.
const TEMPLATES: [(&str, &str); 4] = [
    ("git-remote-codecommit.rb", include_str!("../../../../host/packaging/homebrew/git-remote-codecommit.rb")),
    ("{{identifier}}.yaml", include_str!("../../../../host/packaging/winget/version.yaml")),
    ("{{identifier}}.installer.yaml", include_str!("../../../../host/packaging/winget/installer.yaml")),
    ("{{identifier}}.locale.en-US.yaml", include_str!("../../../../host/packaging/winget/locale.en-US.yaml")),
];

/// Writes the manifests for the archives in a folder beside these, and gives their names.
///
/// # Errors
/// Where a file cannot be read or written, or a template asks for what is not known.
pub(super) fn write(folder: &Path, repository: &Repository) -> Result<Vec<String>, Failure> {
    let mut hashes = Vec::new();
    for platform in platform::ALL {
        let path = folder.join(platform.archive());
        let hash = if path.is_file() {
            sums::of(&path)?
        } else {
            say(format_args!("a manifest lacks the hash of {}: it is not there", platform.archive()));
            format!("not built: {}", platform.archive())
        };
        hashes.push((platform, hash));
    }
    let values = values(repository, &hashes);
    let mut names = Vec::new();
    for (name, template) in TEMPLATES {
        let name = rendered(name, &values)?;
        let path = folder.join(&name);
        fs::write(&path, rendered(template, &values)?).map_err(Failure::file("write", &path))?;
        names.push(name);
    }
    Ok(names)
}

/// What the templates ask for, by its name there.
fn values(repository: &Repository, hashes: &[(Platform, String)]) -> Vec<(String, String)> {
    let Repository { url, owner } = repository;
    let mut values = vec![
        ("version".to_owned(), VERSION.to_owned()),
        ("repository".to_owned(), url.clone()),
        ("owner".to_owned(), owner.clone()),
        ("identifier".to_owned(), format!("{owner}.git-remote-codecommit")),
    ];
    for (platform, hash) in hashes {
        let address = format!("{url}/releases/download/v{VERSION}/{}", platform.archive());
        values.push((format!("url {}", platform.triple()), address));
        values.push((format!("sha256 {}", platform.triple()), hash.clone()));
        values.push((format!("folder {}", platform.triple()), platform.folder()));
    }
    values
}

/// A template with what it asks for.
fn rendered(template: &str, values: &[(String, String)]) -> Result<String, Failure> {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    match text.split_once("{{") {
        None => Ok(text),
        Some((_, rest)) => {
            let name = rest.split("}}").next().unwrap_or_default();
            Err(Failure::new(format!("a template asks for '{name}', which is not known")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> Repository {
        Repository { url: "https://github.com/a-user/b".to_owned(), owner: "a-user".to_owned() }
    }

    #[test]
    fn every_manifest_has_the_version_the_address_and_the_hashes() {
        let folder = tempfile::tempdir().unwrap();
        let windows = Platform::named("x86_64-pc-windows-msvc").unwrap();
        let mac = Platform::named("aarch64-apple-darwin").unwrap();
        for platform in [windows, mac] {
            fs::write(folder.path().join(platform.archive()), platform.triple()).unwrap();
        }
        let names = write(folder.path(), &repository()).unwrap();
        assert_eq!(
            names,
            [
                "git-remote-codecommit.rb",
                "a-user.git-remote-codecommit.yaml",
                "a-user.git-remote-codecommit.installer.yaml",
                "a-user.git-remote-codecommit.locale.en-US.yaml"
            ]
        );
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let texts: Vec<_> = names.iter().map(|name| read(name)).collect();
        assert!(texts.iter().all(|text| text.contains(VERSION)));
        let address = |platform: Platform| {
            format!("https://github.com/a-user/b/releases/download/v{VERSION}/{}", platform.archive())
        };
        let hash = |platform: Platform| sums::of(&folder.path().join(platform.archive())).unwrap();
        let formula = format!("      url \"{}\"\n      sha256 \"{}\"\n", address(mac), hash(mac));
        assert!(texts[0].contains(&formula), "{}", texts[0]);
        let not_built = format!("      sha256 \"not built: {}\"\n", Platform::default().archive());
        assert!(texts[0].contains(&not_built), "{}", texts[0]);
        let installer = format!("    InstallerUrl: {}\n    InstallerSha256: {}\n", address(windows), hash(windows));
        assert!(texts[2].contains(&installer), "{}", texts[2]);
        for program in windows.programs() {
            let path = format!("RelativeFilePath: {}\\bin\\{program}\n", windows.folder());
            assert!(texts[2].contains(&path), "{}", texts[2]);
        }
    }

    #[test]
    fn what_is_not_known_is_not_left_in_a_manifest() {
        let values = values(&repository(), &[]);
        assert_eq!(rendered("{{owner}} has {{version}}\n", &values).unwrap(), format!("a-user has {VERSION}\n"));
        let failure = rendered("{{owner}} has {{sha256 m68k-amiga}}\n", &values).unwrap_err().to_string();
        assert_eq!(failure, "a template asks for 'sha256 m68k-amiga', which is not known");
    }
}
