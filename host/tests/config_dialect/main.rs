//! What botocore made of configuration files (`recorded.json`, written by `record.py`), and what is made of them here.

use std::fs;
use std::path::Path;

use git_remote_codecommit::aws::config_files::{ConfigFault, ConfigFiles, Locations, Profile};
use git_remote_codecommit::aws::ini::{self, Fault, FaultKind, Section, Value};
use serde_json::{Map, Value as Json, json};

fn recorded() -> Json {
    serde_json::from_str(include_str!("recorded.json")).expect("recorded.json is JSON")
}

/// The bytes of a recorded file, if there is one.
fn content(file: &Json) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| {
        let digit = |at: usize| char::from(pair[at]).to_digit(16).and_then(|n| n.try_into().ok());
        digit(0).zip(digit(1)).map(|(high, low): (u8, u8)| high << 4 | low)
    };
    match file.as_str() {
        Some(text) => Some(text.into()),
        None => file["hex"].as_str()?.as_bytes().chunks(2).map(byte).collect(),
    }
}

fn json_value(value: Value<'_>) -> Json {
    match value {
        Value::Text(text) => text.into(),
        Value::Nested(nested) => {
            // The last of several counts, for the map as for `get`.
            let map: Map<_, _> = nested.pairs().map(|(name, value)| (name.to_owned(), value.into())).collect();
            assert!(map.iter().all(|(name, value)| nested.get(name) == value.as_str()));
            map.into()
        }
    }
}

fn pairs(section: Section<'_>) -> Vec<(String, Json)> {
    let pairs: Vec<_> = section.options().map(|(name, value)| (name.to_owned(), json_value(value))).collect();
    assert!(pairs.iter().all(|(name, value)| section.get(name).map(json_value).as_ref() == Some(value)));
    pairs
}

fn map(section: Option<Section<'_>>) -> Json {
    section.map_or(Json::Null, |section| pairs(section).into_iter().collect::<Map<_, _>>().into())
}

fn merged(profile: Profile<'_>) -> Json {
    let sections = [profile.config(), profile.credentials()];
    let options = sections.into_iter().flatten().flat_map(Section::options);
    let value = |name| profile.get(name).map(json_value);
    options.map(|(name, _)| (name.to_owned(), value(name).into())).collect::<Map<_, _>>().into()
}

/// Python's name for the fault.
fn python_error(fault: &FaultKind) -> &'static str {
    match fault {
        FaultKind::NotUtf8 => "UnicodeDecodeError",
        FaultKind::ByteOrderMark | FaultKind::NoSection => "MissingSectionHeaderError",
        FaultKind::NoDelimiter | FaultKind::NoName => "ParsingError",
        FaultKind::NoNestedDelimiter { .. } => "ValueError",
        FaultKind::DuplicateSection { .. } => "DuplicateSectionError",
        FaultKind::DuplicateOption { .. } => "DuplicateOptionError",
    }
}

#[test]
fn every_recorded_file_has_the_sections_options_and_values_that_botocore_found() {
    let recorded = recorded();
    let mut compared = 0;
    for case in recorded["cases"].as_array().unwrap() {
        for (file, sections) in [("config", "config_sections"), ("credentials", "credentials_sections")] {
            let (Some(bytes), expected) = (content(&case[file]), &case[sections]) else { continue };
            let found = match ini::parse(&bytes) {
                Ok(ini) => ini.sections().map(|section| json!([section.name(), pairs(section)])).collect(),
                // Python does not tell the line of a nested value.
                Err(Fault { line, kind }) => {
                    json!({"error": python_error(&kind), "line": expected["line"].as_u64().map(|_| line)})
                }
            };
            assert_eq!(found, *expected, "{}", case["name"]);
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn every_recorded_pair_of_files_makes_the_profiles_that_botocore_makes_of_it() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("config-dialect-cases");
    fs::create_dir_all(&folder).unwrap();
    for (number, case) in recorded()["cases"].as_array().unwrap().iter().enumerate() {
        let place = |file: &str| {
            let path = folder.join(format!("{number}-{file}"));
            content(&case[file]).inspect(|bytes| fs::write(&path, bytes).unwrap());
            path
        };
        let expected = &case["session"];
        let files = match ConfigFiles::read(&Locations { config: place("config"), credentials: place("credentials") }) {
            Ok(files) => files,
            Err(error) => {
                let ConfigFault::Dialect(fault) = error.fault else { panic!("{error}") };
                assert_eq!(json!({"error": python_error(&fault.kind)}), *expected, "{}", case["name"]);
                continue;
            }
        };
        let names = files.profile_names();
        let profiles: Json = names.iter().map(|name| json!([name, merged(files.profile(name).unwrap())])).collect();
        assert_eq!(profiles, expected["profiles"], "{}", case["name"]);
        assert_eq!(files.has_plugins(), expected["plugins"], "{}", case["name"]);
        for (name, section) in expected["sso_sessions"].as_object().unwrap() {
            assert_eq!(map(files.sso_session(name)), *section, "{}", case["name"]);
        }
        for (name, section) in expected["services"].as_object().unwrap() {
            assert_eq!(map(files.services(name)), *section, "{}", case["name"]);
        }
        for name in ["", "a b", "profile", "no such name"] {
            assert_eq!(files.profile(name).is_some(), names.iter().any(|found| found == name), "{}", case["name"]);
            assert_eq!(
                files.sso_session(name).is_some(),
                expected["sso_sessions"].get(name).is_some(),
                "{}",
                case["name"]
            );
            assert_eq!(files.services(name).is_some(), expected["services"].get(name).is_some(), "{}", case["name"]);
        }
    }
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn file_names_are_expanded_as_python_expands_them() {
    use std::ffi::OsString;
    let recorded = recorded();
    for row in recorded["locations"].as_array().unwrap() {
        let (home, name, expanded) =
            (row[0].as_str().map(Path::new), row[1].as_str().unwrap(), row[2].as_str().unwrap());
        let variable = |asked: &str| match asked {
            "AWS_CONFIG_FILE" | "AWS_SHARED_CREDENTIALS_FILE" => Some(name.into()),
            _ => recorded["environment"][asked].as_str().map(OsString::from),
        };
        let found = Locations::find(&variable, home);
        assert_eq!(found, Locations { config: expanded.into(), credentials: expanded.into() }, "{row}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_name_that_is_not_utf_8_is_expanded_all_the_same() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let variable = |asked: &str| match asked {
        "AWS_CONFIG_FILE" => Some(OsString::from_vec(b"~/$X\xff".to_vec())),
        "X" => Some(OsString::from_vec(b"\xfe".to_vec())),
        _ => None,
    };
    let found = Locations::find(&variable, Some(Path::new("/home/u")));
    assert_eq!(found.config.into_os_string().into_vec(), b"/home/u/\xfe\xff");
    assert_eq!(found.credentials, Path::new("/home/u/.aws/credentials"));
}

#[cfg(unix)]
#[test]
fn the_password_database_knows_other_users_and_the_home_folder_without_home() {
    use git_remote_codecommit::aws::config_files::home_folder;
    let variable = |asked: &str| (asked == "AWS_CONFIG_FILE").then(|| "~root/f".into());
    let found = Locations::find(&variable, None).config;
    assert!(found.is_absolute() && found.ends_with("f"), "{}", found.display());
    assert!(home_folder(&variable).is_none_or(|home| home.is_absolute()));
    assert_eq!(home_folder(&|asked| (asked == "HOME").then(Default::default)), Some("".into()));
}

/// The sentence of the first fault in a file.
#[track_caller]
fn refused(text: &str, sentence: &str) {
    let fault = ini::parse(text.as_bytes()).expect_err("a fault");
    assert_eq!(fault.to_string(), sentence);
    assert!(!format!("{fault:?}").contains("hush"), "{fault:?}");
}

#[test]
fn a_fault_names_its_line_and_never_a_value() {
    refused("\u{feff}[a]\n", "line 1: the file starts with a byte order mark, which is not allowed");
    refused("\n# x\nhush = hush\n", "line 3: no section header before this line");
    refused("[a]\nhush\n", "line 2: neither a section header nor 'option = value'");
    refused("[a]\n\n= hush\n", "line 3: no option name before the '=' or ':'");
    refused("[a]\n[b]\n[a]\n", "line 3: section 'a' is there twice");
    refused(
        "[profile a]\nregion = x\nRegion = hush\n",
        "line 3: option 'region' is there twice in section 'profile a'",
    );
    refused("[DEFAULT]\nr = x\nr = hush\n", "line 3: option 'r' is there twice in section 'DEFAULT'");
    refused("[a]\ns3 =\n  x = hush\n  hush\n", "line 4: no '=' in this line below option 's3' in section 'a'");
    refused("[DEFAULT]\ns3 =\n  hush\n[a]\n", "line 3: no '=' in this line below option 's3' in section 'DEFAULT'");
    assert_eq!(ini::parse(b"[a]\n\xff").unwrap_err().to_string(), "line 2: this is not UTF-8 text");
}

#[test]
fn a_name_in_a_fault_cannot_act_on_a_terminal_and_is_not_a_secret_that_lost_its_option() {
    refused("[\x1b[2J]\n[\x1b[2J]\n", "line 2: section '\\u{1b}[2J' is there twice");
    refused("[a\u{202e}b]\n[a\u{202e}b]\n", "line 2: section 'a\\u{202e}b' is there twice");
    let secret = "hush".repeat(10);
    refused(&format!("[a]\n{secret}==\n{secret}==\n"), "line 3: option '…' is there twice in section 'a'");
    refused(&format!("[a]\n{secret} =\n hush\n"), "line 3: no '=' in this line below option '…' in section 'a'");
}

#[test]
fn nothing_that_was_read_is_shown_by_debug() {
    let ini = ini::parse(b"[hush]\nhush = hush\ns3 =\n  hush = hush\n").unwrap();
    let section = ini.section("hush").unwrap();
    let (text, nested) = (section.get("hush").unwrap(), section.get("s3").unwrap());
    assert_eq!(format!("{ini:?}"), "Ini { sections: 1, .. }");
    assert_eq!(format!("{section:?}"), "Section { name: \"hush\", .. }");
    assert_eq!(format!("{text:?} {nested:?} {:?}", nested.nested().unwrap()), "Text(..) Nested(..) Nested(..)");
}

#[test]
fn what_is_no_file_is_empty_and_what_cannot_be_used_is_an_error_with_its_name() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("config-dialect-files");
    fs::create_dir_all(&folder).unwrap();
    let (missing, bad) = (folder.join("missing"), folder.join("b\nad"));
    let files = ConfigFiles::read(&Locations { config: missing.clone(), credentials: folder.clone() }).unwrap();
    assert!(files.profile_names().is_empty() && !files.has_plugins());
    if cfg!(unix) {
        fs::write(&bad, "[a]\nb\n").unwrap();
        let error = ConfigFiles::read(&Locations { config: missing, credentials: bad }).unwrap_err();
        let folder = folder.display();
        assert_eq!(
            error.to_string(),
            format!("{folder}/b\\u{{a}}ad: line 2: neither a section header nor 'option = value'")
        );
    }
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_file_is_read_through_a_symbolic_link_and_refused_where_it_may_not_be_read() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("config-dialect-links");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let locations = Locations { config: folder.join("link"), credentials: folder.join("missing") };
    fs::write(folder.join("file"), "[default]\nregion =\n").unwrap();
    symlink("file", &locations.config).unwrap();
    let files = ConfigFiles::read(&locations).unwrap();
    assert_eq!(files.profile("default").unwrap().text("region"), Some(""));
    fs::set_permissions(folder.join("file"), fs::Permissions::from_mode(0o0)).unwrap();
    // A privileged user can read it even so.
    if let Err(error) = ConfigFiles::read(&locations) {
        assert_eq!(error.to_string(), format!("{}: cannot be read: permission denied", locations.config.display()));
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn large_files_are_read_whole_whether_they_have_many_sections_or_many_options() {
    let sections = (0..5_000).fold(String::new(), |all, n| all + &format!("[profile p{n}]\nregion = r{n}\n"));
    let ini = ini::parse(sections.as_bytes()).unwrap();
    assert_eq!(ini.sections().count(), 5_000);
    assert_eq!(ini.section("profile p4999").unwrap().get("region").and_then(Value::text), Some("r4999"));

    let options = (1..10_000).fold(String::new(), |all, n| all + &format!("option{n} = {n}\n"));
    let text = format!("[a]\n{options}");
    let ini = ini::parse(text.as_bytes()).unwrap();
    assert_eq!(ini.section("a").unwrap().options().count(), 9_999);
    refused(&format!("{text}option5 = hush\n"), "line 10001: option 'option5' is there twice in section 'a'");

    let text = format!("[DEFAULT]\n{options}[b]\nc = d\n[DEFAULT]\n");
    assert_eq!(ini::parse(text.as_bytes()).unwrap().section("b").unwrap().options().count(), 10_000);
    refused(&format!("{text}option5 = hush\n"), "line 10004: option 'option5' is there twice in section 'DEFAULT'");

    let lines = "  line\n".repeat(9_998);
    let ini = ini::parse(format!("[a]\nb = line\n{lines}").as_bytes()).unwrap();
    let value = ini.section("a").unwrap().get("b").unwrap().text().unwrap();
    assert_eq!(value.lines().filter(|line| *line == "line").count(), 9_999);
}
