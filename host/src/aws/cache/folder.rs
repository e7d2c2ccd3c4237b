//! A folder of cache files, shared with the AWS CLI and other programs: read with suspicion, written whole or not at all.
//!
//! The folder is a capability of cap-std: a name in it cannot lead out of it, through a symbolic link neither.

use std::fs::TryLockError;
use std::io::{self, Read, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use zeroize::Zeroizing;

/// More bytes than this has no cache file that any program writes.
const LONGEST: u64 = 1 << 20;

/// How long a process waits for another that gets the same keys, and perhaps asks the user for them.
pub const PATIENCE: Duration = Duration::from_mins(5);

/// How often a process that waits looks again: the system has no wait with an end.
const PAUSE: Duration = Duration::from_millis(50);

/// A folder of cache files.
#[derive(Debug)]
pub struct CacheFolder(Dir);

/// Held by one process at a time. It ends when it is dropped, and with the process.
#[derive(Debug)]
pub struct Lock {
    file: std::fs::File,
    /// Since when another process had to be waited for, where there was one.
    waited_since: Option<SystemTime>,
}

impl Lock {
    /// Lets the processes that wait know that there was nothing to wait for.
    pub fn fail(&self) {
        let _ = self.file.set_modified(SystemTime::now());
    }

    /// Whether another process had to be waited for.
    pub fn was_waited_for(&self) -> bool {
        self.waited_since.is_some()
    }

    /// Whether a process that was waited for got nothing.
    pub fn failed_meanwhile(&self) -> bool {
        let failed = self.file.metadata().and_then(|metadata| metadata.modified());
        self.waited_since.is_some_and(|since| failed.is_ok_and(|failed| failed >= since))
    }
}

impl CacheFolder {
    /// Opens a folder that is there; one that is not, or cannot be read, is none.
    pub fn open(path: &Path) -> Option<Self> {
        Dir::open_ambient_dir(path, ambient_authority()).ok().map(Self)
    }

    /// Opens a folder, and creates it, and those it is in, for the user alone where they are missing.
    ///
    /// # Errors
    /// What the system says.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)?;
        Dir::open_ambient_dir(path, ambient_authority()).map(Self)
    }

    /// Reads a file. One that is missing, unreadable, too long or no regular file is none: there is nothing cached, then.
    pub fn read(&self, name: &str) -> Option<Zeroizing<Vec<u8>>> {
        let mut options = OpenOptions::new();
        options.read(true);
        // To open a pipe would wait for somebody who writes to it.
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::custom_flags(&mut options, nix::libc::O_NONBLOCK);
        let file = self.0.open_with(name, &options).ok()?;
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || metadata.len() > LONGEST {
            return None;
        }
        // Room for all of it, because a buffer that grows leaves a copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(metadata.len()).ok()? + 1));
        file.take(LONGEST).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Writes a file that only the user can read. Whoever reads it meanwhile finds the old one or the new one, and never a part.
    ///
    /// # Errors
    /// What the system says; the old file is unchanged then.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        // For the user alone from the start, which cap-tempfile's files are not where they have a name.
        let moment = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        let new = format!("{name}.{}-{moment}", std::process::id());
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = self.0.open_with(&new, &options)?;
        let written = file.write_all(bytes);
        drop(file);
        written.and_then(|()| self.0.rename(&new, &self.0, name)).inspect_err(|_| {
            let _ = self.0.remove_file(&new);
        })
    }

    /// Waits until no other process holds the lock of this name, and holds it.
    ///
    /// Its file stays behind, empty: to remove it would let two processes hold one lock.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] where another process has held it for as long as `patience`; otherwise what the system
    /// says: the folder may be read-only, and not every file system has locks.
    pub fn lock(&self, name: &str, patience: Duration) -> io::Result<Lock> {
        let file = match self.open_lock(name) {
            // Somebody's with other rights, as of a command run with sudo: in a folder of the user's it can go.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                self.0.remove_file(name)?;
                self.open_lock(name)?
            }
            file => file?,
        };
        let (since, started) = (SystemTime::now(), Instant::now());
        let mut waited_since = None;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { file, waited_since }),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if started.elapsed() >= patience => {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                Err(TryLockError::WouldBlock) => {
                    waited_since = Some(since);
                    thread::sleep(PAUSE);
                }
            }
        }
    }

    fn open_lock(&self, name: &str) -> io::Result<std::fs::File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            cap_std::fs::OpenOptionsExt::mode(&mut options, 0o600);
            cap_std::fs::OpenOptionsExt::custom_flags(&mut options, nix::libc::O_NONBLOCK);
        }
        let file = self.0.open_with(name, &options)?;
        if !file.metadata()?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(file.into_std())
    }
}

#[cfg(test)]
mod tests;
