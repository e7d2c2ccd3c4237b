use super::*;

const HTTPS: &str = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo";

/// No variable is set.
const NOTHING: Variables<'_> = Variables(&|_| None);

/// The words of the command, all of them UTF-8.
#[track_caller]
fn words_of(helper: &str, name: &str, url: &str) -> Vec<String> {
    let command = remote_https(Path::new(helper), OsStr::new(name), url, HTTPS, NOTHING).unwrap();
    words(&command).into_iter().map(|word| word.into_string().unwrap()).collect()
}

/// The setting that names this program as credential helper, and its value.
#[track_caller]
fn helper_of(helper: &str, url: &str) -> String {
    let words = words_of(helper, "origin", url);
    words[4].strip_prefix(&format!("credential.{HTTPS}.helper=")).unwrap().to_owned()
}

#[test]
fn the_command_names_every_setting_for_the_endpoint_alone() {
    assert_eq!(
        words_of("/opt/bin/git-remote-codecommit", "origin", "codecommit::eu-west-1://prod@demo"),
        [
            "git",
            "-c",
            "credential.https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo.helper=",
            "-c",
            "credential.https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo.helper=\
             !'/opt/bin/git-remote-codecommit' --credential 'codecommit::eu-west-1://prod@demo'",
            "-c",
            "http.https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo.proactiveAuth=basic",
            "-c",
            "http.https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo.followRedirects=false",
            "-c",
            "http.lowSpeedLimit=1",
            "-c",
            "http.lowSpeedTime=600",
            "remote-https",
            "origin",
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo",
        ]
    );
}

#[test]
fn the_command_changes_neither_the_environment_nor_the_folder() {
    let command = remote_https(Path::new("/h"), OsStr::new("origin"), "codecommit://demo", HTTPS, NOTHING).unwrap();
    assert_eq!(command.get_envs().count(), 0);
    assert_eq!(command.get_current_dir(), None);
}

#[test]
fn a_path_is_one_quoted_word() {
    for (path, word) in [
        ("/a folder/helper", "'/a folder/helper'"),
        ("/it's/helper", r"'/it'\''s/helper'"),
        ("/$HOME/$(id)/`id`/helper", "'/$HOME/$(id)/`id`/helper'"),
        (r"C:\Program Files\helper.exe", r"'C:\Program Files\helper.exe'"),
        ("/a\nb/helper", "'/a\nb/helper'"),
        ("''", r"''\'''\'''"),
    ] {
        assert_eq!(helper_of(path, "codecommit://demo"), format!("!{word} --credential 'codecommit://demo'"), "{path}");
    }
}

#[test]
fn a_url_is_one_quoted_word() {
    for (url, word) in [
        ("codecommit://o'neil@demo", r"'codecommit://o'\''neil@demo'"),
        ("codecommit://a profile@demo", "'codecommit://a profile@demo'"),
        ("codecommit://a;id;$(id)&|<>@demo", "'codecommit://a;id;$(id)&|<>@demo'"),
    ] {
        assert_eq!(helper_of("/h", url), format!("!'/h' --credential {word}"), "{url}");
    }
}

#[test]
fn the_name_of_a_remote_is_one_word_as_it_is() {
    for name in ["--version", "-c", "--upload-pack=touch /tmp/x", "a\nb", "", "codecommit://demo", "ü"] {
        let words = words_of("/h", name, "codecommit://demo");
        assert_eq!(words[13..], ["remote-https", name, HTTPS], "{name}");
    }
}

#[test]
fn a_remote_called_help_does_not_open_a_manual_page() {
    assert_eq!(words_of("/h", "--help", "codecommit://demo")[13..], ["remote-https", HTTPS, HTTPS]);
}

#[cfg(unix)]
#[test]
fn the_name_of_a_remote_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let name = OsStr::from_bytes(b"\xff");
    let command = remote_https(Path::new("/h"), name, "codecommit://demo", HTTPS, NOTHING).unwrap();
    assert_eq!(words(&command)[14], name);
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf_8_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let helper = Path::new(OsStr::from_bytes(b"/\xff/helper"));
    let error = remote_https(helper, OsStr::new("origin"), "codecommit://demo", HTTPS, NOTHING).unwrap_err();
    assert!(matches!(error, Error::OwnPath));
}

/// Git takes off the `!`, adds the action, and gives the rest to sh.
#[cfg(unix)]
#[test]
fn sh_makes_the_same_words_of_the_helpers_setting() {
    let urls = [
        "codecommit://demo",
        "codecommit://o'neil@demo",
        "codecommit://a profile@demo",
        r"codecommit://$HOME`id`$(id)\n\'!*?[a]{b,c}~#;&|<>()@demo",
        "codecommit://a\nb@demo",
        "codecommit://-n@demo",
        "codecommit://''\"\"@demo",
    ];
    for path in
        ["/plain", "/a space/h", "/it's/h", "/$HOME $(exit 1)/h", r"/back\slash\", "/new\nline/h", "/\"`;&|", "-é"]
    {
        for url in urls {
            let command = format!("printf '%s\\0' {} get", helper_of(path, url).strip_prefix('!').unwrap());
            let output = Command::new("/bin/sh").arg("-c").arg(&command).env_clear().output().unwrap();
            let words = String::from_utf8(output.stdout).unwrap();
            assert_eq!(words.split_terminator('\0').collect::<Vec<_>>(), [path, CREDENTIAL, url, "get"], "{command}");
        }
    }
}

/// A folder with a program of Git's in it.
#[cfg(unix)]
fn folder_of_git() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("git-remote-https");
    std::fs::write(&program, "").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[cfg(unix)]
#[test]
fn a_program_of_gits_own_folder_is_run_without_git_and_told_the_same() {
    let folder = folder_of_git();
    let path = env::join_paths([Path::new("/nonexistent"), folder.path(), Path::new("/bin")]).unwrap();
    let variables = |name: &str| match name {
        "PATH" => Some(path.clone()),
        "GIT_CONFIG_PARAMETERS" => Some(r"'user.name'='it'\''s me'".into()),
        _ => None,
    };
    let (helper, name) = (Path::new("/it's/h"), OsStr::new("origin"));
    let command = remote_https(helper, name, "codecommit://demo", HTTPS, Variables(&variables)).unwrap();
    let program = folder.path().join("git-remote-https");
    assert_eq!(words(&command), [program.as_os_str(), name, OsStr::new(HTTPS)]);
    let parameters = concat!(
        r"'user.name'='it'\''s me'",
        " 'credential.https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo.helper='",
        " 'credential.https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo.helper=",
        r"!'\''/it'\''\'\'''\''s/h'\'' --credential '\''codecommit://demo'\'''",
        " 'http.https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo.proactiveAuth=basic'",
        " 'http.https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo.followRedirects=false'",
        " 'http.lowSpeedLimit=1' 'http.lowSpeedTime=600'",
    );
    let changed: Vec<_> = command.get_envs().collect();
    assert_eq!(changed, [(OsStr::new("GIT_CONFIG_PARAMETERS"), Some(OsStr::new(parameters)))]);
}

#[cfg(unix)]
#[test]
fn a_relative_folder_on_path_is_none_of_gits() {
    let folder = folder_of_git();
    let up: PathBuf = env::current_dir().unwrap().components().skip(1).map(|_| "..").collect();
    let relative = up.join(folder.path().strip_prefix("/").unwrap());
    assert!(relative.join("git-remote-https").is_file());
    let variables = |name: &str| (name == "PATH").then(|| relative.clone().into_os_string());
    let name = OsStr::new("origin");
    let command = remote_https(Path::new("/h"), name, "codecommit://demo", HTTPS, Variables(&variables)).unwrap();
    assert_eq!(command.get_program(), "git");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_run_is_no_program() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("git-remote-https"), "").unwrap();
    let variables = |name: &str| (name == "PATH").then(|| folder.path().as_os_str().to_owned());
    let name = OsStr::new("origin");
    let command = remote_https(Path::new("/h"), name, "codecommit://demo", HTTPS, Variables(&variables)).unwrap();
    assert_eq!(command.get_program(), "git");
}
