use std::ffi::OsString;
use std::fs;

use super::*;

/// A folder with Git directories of these names, as far as this module looks at them.
fn folder(git_directories: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in git_directories {
        let path = folder.path().join(name);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    }
    folder
}

fn of(variables: &[(&str, OsString)]) -> Option<Submodule> {
    let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    Submodule::of(Variables(&value)).unwrap()
}

#[test]
fn a_url_that_git_says_is_not_the_users_is_a_submodules() {
    for value in ["0", "false", "No", "OFF", ""] {
        assert_eq!(of(&[("GIT_PROTOCOL_FROM_USER", value.into())]), Some(Submodule { around: vec![] }), "{value}");
    }
    for value in ["1", "true", "yes", "on", "2"] {
        assert_eq!(of(&[("GIT_PROTOCOL_FROM_USER", value.into())]), None, "{value}");
    }
    assert_eq!(of(&[]), None);
}

#[test]
fn a_git_directory_in_modules_of_another_is_a_submodules() {
    let folder = folder(&["a/.git", "a/.git/modules/libs/modules/b", "separate", "a/.git/worktrees/w"]);
    let around = |git_dir: &str| {
        let found = of(&[("GIT_DIR", folder.path().join(git_dir).into())])?.around;
        Some(found.iter().map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned()).collect())
    };
    let is = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect::<Vec<String>>());
    // The `modules` in the middle is part of the name of the submodule.
    assert_eq!(around("a/.git/modules/libs/modules/b"), is(&["a/.git"]));
    assert_eq!(around("a/.git/modules/libs/modules/b/modules/c"), is(&["a/.git/modules/libs/modules/b", "a/.git"]));
    assert_eq!(around("separate/modules/x"), is(&["separate"]));
    assert_eq!(around("a/.git/worktrees/w/modules/x"), is(&["a/.git/worktrees/w"]));
}

#[test]
fn a_folder_of_that_name_makes_no_submodule() {
    let folder = folder(&["modules/a/.git", "modules"]);
    let git_dir = |name: &str| of(&[("GIT_DIR", folder.path().join(name).into())]);
    assert_eq!(git_dir("modules/a/.git"), None);
    assert_eq!(git_dir("modules"), None);
    assert_eq!(of(&[("GIT_DIR", ".git".into())]), None);
    assert_eq!(of(&[("GIT_DIR", "".into())]), None);
}
