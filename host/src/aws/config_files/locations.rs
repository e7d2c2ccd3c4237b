//! Where the files are: `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE` and the home folder.
//!
//! botocore expands both names with `os.path.expandvars` and then `os.path.expanduser`, which differ by system.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The value of an environment variable, by its name.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The names of the two files, whether or not they exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locations {
    /// `AWS_CONFIG_FILE`, otherwise `~/.aws/config`.
    pub config: PathBuf,
    /// `AWS_SHARED_CREDENTIALS_FILE`, otherwise `~/.aws/credentials`.
    pub credentials: PathBuf,
}

impl Locations {
    /// Finds the files from the environment and from what `~` stands for, see [`home_folder`].
    ///
    /// A variable that is set to nothing names no file, rather than the usual one. What cannot be expanded stays.
    pub fn find(variable: Environment<'_>, home: Option<&Path>) -> Self {
        let file = |name, usual: &str| {
            let name = variable(name).unwrap_or_else(|| usual.into());
            expand(&name, variable, home)
        };
        Self {
            config: file("AWS_CONFIG_FILE", "~/.aws/config"),
            credentials: file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        }
    }
}

/// What `~` stands for: HOME, even an empty one, otherwise what the password database says of the user.
#[cfg(unix)]
pub fn home_folder(variable: Environment<'_>) -> Option<PathBuf> {
    use nix::unistd::{Uid, User};
    let database = || Some(User::from_uid(Uid::current()).ok()??.dir);
    variable("HOME").map(PathBuf::from).or_else(database)
}

/// What `~` stands for: USERPROFILE, otherwise HOMEDRIVE and HOMEPATH.
#[cfg(windows)]
pub fn home_folder(variable: Environment<'_>) -> Option<PathBuf> {
    let drive = || PathBuf::from(variable("HOMEDRIVE").unwrap_or_default());
    variable("USERPROFILE").map(PathBuf::from).or_else(|| variable("HOMEPATH").map(|path| drive().join(path)))
}

/// Expands the name of a file or folder that a variable gave: its variables, then `~` and `~user`.
#[cfg(unix)]
pub(crate) fn expand(name: &OsStr, variable: Environment<'_>, home: Option<&Path>) -> PathBuf {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    use nix::unistd::User;

    let value = |name: &str| variable(name).map(OsString::into_vec);
    let name = posix_variables(name.as_bytes(), &value);
    let Some(rest) = name.strip_prefix(b"~") else {
        return OsString::from_vec(name).into();
    };
    let end = rest.iter().position(|byte| *byte == b'/');
    let (user, tail) = rest.split_at(end.unwrap_or(rest.len()));
    let folder = match str::from_utf8(user) {
        Ok("") => home.map(Path::to_owned),
        Ok(user) => User::from_name(user).ok().flatten().map(|user| user.dir),
        Err(_) => None,
    };
    let Some(folder) = folder else {
        return OsString::from_vec(name).into();
    };
    let mut path = folder.into_os_string().into_vec();
    while path.last() == Some(&b'/') {
        path.pop();
    }
    path.extend_from_slice(tail);
    if path.is_empty() {
        path.push(b'/');
    }
    OsString::from_vec(path).into()
}

/// `posixpath.expandvars`: `$NAME` and `${NAME}`, once; what is not set stays.
#[cfg(unix)]
fn posix_variables(path: &[u8], value: &dyn Fn(&str) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut expanded = Vec::new();
    let mut rest = path;
    while let Some(at) = rest.iter().position(|byte| *byte == b'$') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let end = |outside: fn(&u8) -> bool| after.iter().position(outside);
        let (name, length) = if after.starts_with(b"{") {
            end(|byte| *byte == b'}').map_or((&after[..0], 0), |end| (&after[1..end], end + 1))
        } else {
            let end = end(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
            let name = &after[..end.unwrap_or(after.len())];
            (name, name.len())
        };
        expanded.extend_from_slice(before);
        let name = str::from_utf8(name).ok().filter(|name| !name.is_empty());
        match name.and_then(value) {
            Some(value) => expanded.extend(value),
            None => expanded.extend_from_slice(&rest[at..=at + length]),
        }
        rest = &after[length..];
    }
    expanded.extend_from_slice(rest);
    expanded
}

/// Expands the name of a file or folder that a variable gave: its variables, then `~`.
#[cfg(windows)]
pub(crate) fn expand(name: &OsStr, variable: Environment<'_>, home: Option<&Path>) -> PathBuf {
    let Some(text) = name.to_str() else {
        return name.into();
    };
    let name = windows_variables(text, &|name| variable(name)?.into_string().ok());
    let (Some(rest), Some(home)) = (name.strip_prefix('~'), home) else {
        return name.into();
    };
    let (user, tail) = rest.split_at(rest.find(['/', '\\']).unwrap_or(rest.len()));
    let current = variable("USERNAME");
    // Python's guess at the folder of another user: beside one's own, if that is named after its owner.
    let folder = match current.as_deref() {
        _ if user.is_empty() => home.to_owned(),
        Some(current) if current == user => home.to_owned(),
        Some(current) if home.file_name() == Some(current) => home.with_file_name(user),
        _ => return name.into(),
    };
    let mut path = folder.into_os_string();
    path.push(tail);
    path.into()
}

/// `ntpath.expandvars`: `$NAME`, `${NAME}` and `%NAME%`, none between `'`; `$$` and `%%` are one character.
#[cfg(any(windows, test))]
fn windows_variables(path: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::new();
    let mut rest = path;
    while let Some(at) = rest.find(['\'', '%', '$']) {
        expanded.push_str(&rest[..at]);
        rest = &rest[at..];
        let (sign, after) = rest.split_at(1);
        if sign != "'" && after.starts_with(sign) {
            expanded.push_str(sign);
            rest = &after[1..];
            continue;
        }
        let name = match sign {
            "$" if after.starts_with('{') => after.find('}').map(|end| (&after[1..end], end + 2)),
            "$" => {
                let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
                let end = after.find(|c| !inside(c)).unwrap_or(after.len());
                Some((&after[..end], end + 1))
            }
            _ => after.find(sign).map(|end| (&after[..end], end + 2)),
        };
        let Some((name, length)) = name else { break };
        match value(name).filter(|_| sign != "'") {
            Some(value) => expanded.push_str(&value),
            None => expanded.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    expanded + rest
}

#[cfg(test)]
mod tests {
    use super::windows_variables;

    #[test]
    fn windows_names_are_expanded_like_ntpath_does() {
        // Recorded from `ntpath.expandvars` with A=x, A-B=y and EMPTY set.
        for (path, expanded) in [
            (r"%A%\.aws", r"x\.aws"),
            (r"$A\config", r"x\config"),
            (r"${A}\config", r"x\config"),
            (r"%A-B%", r"y"),
            (r"$A-B\c", r"y\c"),
            (r"%NONE%\c", r"%NONE%\c"),
            (r"$NONE\c", r"$NONE\c"),
            (r"${NONE}\c", r"${NONE}\c"),
            (r"'%A%'\%A%", r"'%A%'\x"),
            (r"'%A%", r"'%A%"),
            (r"$$A", r"$A"),
            (r"%%A%%", r"%A%"),
            (r"100%", r"100%"),
            (r"a$", r"a$"),
            (r"${A", r"${A"),
            (r"%EMPTY%z", r"z"),
            (r"C:\Users\ü\%A%", r"C:\Users\ü\x"),
            (r"%A%%A%", r"xx"),
            (r"$", r"$"),
            (r"''$A", r"''x"),
            (r"${}", r"${}"),
            (r"%A", r"%A"),
        ] {
            let value = |name: &str| match name {
                "A" => Some("x".to_owned()),
                "A-B" => Some("y".to_owned()),
                "EMPTY" => Some(String::new()),
                _ => None,
            };
            assert_eq!(windows_variables(path, &value), expanded, "{path}");
        }
    }
}
