//! The folder a server lives in, and the files it writes there for its clients.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::error::Error;

/// The identities to start with: the example keys of AWS's own documentation, which open nothing.
pub(crate) const CREDENTIALS: &str = "\
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[session]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
aws_session_token = IQoJb3JpZ2luX2VjE+/=%EXAMPLE
";

/// A server's folder. Every file in it appears under its name only once it is complete.
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Makes the folder where there is none.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn create(root: &Path) -> Result<Self, Error> {
        // Absolute, for Git and the shell run elsewhere; not canonical, which Git on Windows does not take.
        let root = std::path::absolute(root).map_err(Error::file("find", root))?;
        let folder = Self { root };
        for path in [folder.repositories(), folder.home()] {
            fs::create_dir_all(&path).map_err(Error::file("create", path))?;
        }
        Ok(folder)
    }

    /// The bare repositories.
    pub(crate) fn repositories(&self) -> PathBuf {
        self.root.join("repositories")
    }

    /// An empty home for Git, so that nothing of the user's configuration reaches the server's repositories.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// The AWS shared credentials file.
    pub(crate) fn credentials(&self) -> PathBuf {
        self.root.join("credentials")
    }

    /// The AWS configuration file.
    pub(crate) fn config(&self) -> PathBuf {
        self.root.join("config")
    }

    /// The certificate authority to trust.
    pub(crate) fn authority(&self) -> PathBuf {
        self.root.join("ca.pem")
    }

    /// The file a shell reads to use the server.
    pub(crate) fn env(&self) -> PathBuf {
        self.root.join("env")
    }

    /// Writes what the user may since have changed, where it is missing: identities and configuration.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn write_missing(&self, region: &str) -> Result<(), Error> {
        let config = format!("[default]\nregion = {region}\n\n[profile session]\nregion = {region}\n");
        create_missing(&self.credentials(), CREDENTIALS.as_bytes(), 0o600)?;
        create_missing(&self.config(), config.as_bytes(), 0o644)
    }

    /// What a POSIX shell sources to use the server on `port`.
    pub(crate) fn shell_environment(&self, port: u16) -> Vec<u8> {
        let mut text = b"# Read by a POSIX shell: the AWS identities, endpoint and certificate authority of codecommit-local.\n\
            # What would choose another identity or region is put out of the way.\n\
            unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION\n"
            .to_vec();
        for (name, value) in [
            ("AWS_CONFIG_FILE", self.config().as_os_str()),
            ("AWS_SHARED_CREDENTIALS_FILE", self.credentials().as_os_str()),
            ("CODE_COMMIT_ENDPOINT", OsStr::new(&format!("localhost:{port}"))),
            ("GIT_SSL_CAINFO", self.authority().as_os_str()),
        ] {
            text.extend_from_slice(format!("export {name}=").as_bytes());
            text.extend_from_slice(&quoted(value));
            text.push(b'\n');
        }
        text
    }
}

/// A value as one word of the shell, whatever is in it.
pub(crate) fn quoted(value: &OsStr) -> Vec<u8> {
    let mut word = vec![b'\''];
    for &byte in value.as_encoded_bytes() {
        match byte {
            b'\'' => word.extend_from_slice(br"'\''"),
            other => word.push(other),
        }
    }
    word.push(b'\'');
    word
}

/// A file that is there while the server runs, and removed with this value.
pub(crate) struct Published {
    path: PathBuf,
    content: Vec<u8>,
}

impl Published {
    /// Writes the file, over whatever was there.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn write(path: PathBuf, content: Vec<u8>) -> Result<Self, Error> {
        write(&path, &content)?;
        Ok(Self { path, content })
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        // Another server started since on the same folder has its own there.
        if fs::read(&self.path).is_ok_and(|content| content == self.content) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes a file that others may read, over whatever was there.
///
/// # Errors
/// Where the system refuses.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let complete = complete(path, content, 0o644)?;
    complete.persist(path).map(drop).map_err(|error| error.error).map_err(Error::file("write", path))
}

fn create_missing(path: &Path, content: &[u8], mode: u32) -> Result<(), Error> {
    if path.exists() {
        return Ok(());
    }
    match complete(path, content, mode)?.persist_noclobber(path) {
        Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(error.error).map_err(Error::file("write", path))
        }
        _ => Ok(()),
    }
}

/// The content in a file beside `path`, to be renamed.
fn complete(path: &Path, content: &[u8], mode: u32) -> Result<NamedTempFile, Error> {
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".codecommit-local-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    let write = || {
        let mut file = builder.tempfile_in(parent)?;
        file.write_all(content)?;
        Ok(file)
    };
    write().map_err(Error::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_value_is_one_word_of_the_shell() {
        assert_eq!(quoted(OsStr::new("it's $HOME `x` \"y\"")), br#"'it'\''s $HOME `x` "y"'"#);
        assert_eq!(quoted(OsStr::new("")), b"''");
    }

    #[test]
    fn a_file_of_the_user_is_left_as_it_is() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::create(temporary.path()).unwrap();
        fs::write(folder.credentials(), "mine").unwrap();
        folder.write_missing("eu-west-1").unwrap();
        assert_eq!(fs::read_to_string(folder.credentials()).unwrap(), "mine");
        assert_eq!(
            fs::read_to_string(folder.config()).unwrap(),
            "[default]\nregion = eu-west-1\n\n[profile session]\nregion = eu-west-1\n"
        );
    }

    #[test]
    fn a_published_file_goes_with_its_owner_unless_another_has_taken_its_place() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("port");
        drop(Published::write(path.clone(), b"1\n".to_vec()).unwrap());
        assert!(!path.exists());
        let first = Published::write(path.clone(), b"1\n".to_vec()).unwrap();
        let _second = Published::write(path.clone(), b"2\n".to_vec()).unwrap();
        drop(first);
        assert_eq!(fs::read(&path).unwrap(), b"2\n");
    }
}
