//! The socket: one that systemd has opened, or one that is made, in the place of a dead one if need be.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt, chown};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use listenfd::ListenFd;
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::stat::{Mode, umask};
use nix::unistd::Group;

use super::fault::Fault;

/// A socket to listen on.
pub(super) struct Socket {
    listener: Option<UnixListener>,
    /// What to remove at the end; nothing of systemd's.
    made: Option<Made>,
}

struct Made {
    path: PathBuf,
    /// Locked for as long as the agent lives, so that of two that start at once one takes the place of the dead one.
    _lock: File,
}

impl Socket {
    /// The socket that systemd has opened for this process, otherwise a new one at the path, for the user alone or with a group.
    ///
    /// It is to be called before there is a second thread, for which the mode of new files would change too.
    ///
    /// # Errors
    /// Somebody listens there; something else is there; the system refuses.
    pub(super) fn open(path: Option<&Path>, group: Option<&str>) -> Result<Self, Fault> {
        if let Some(listener) = ListenFd::from_env().take_unix_listener(0)? {
            return Ok(Self { listener: Some(listener), made: None });
        }
        let path = path.ok_or(Fault::NoSocket)?;
        let group = group.map(group_of).transpose()?;
        let fault = |error| Fault::Socket { path: path.to_owned(), error };
        let lock = lock(path)?;
        remove_dead(path)?;
        // With its mode from the beginning: whoever connects before it is changed stays connected.
        let before = umask(Mode::from_bits_truncate(0o177));
        let listener = UnixListener::bind(path);
        umask(before);
        let made = Made { path: path.to_owned(), _lock: lock };
        let socket = Self { listener: Some(listener.map_err(fault)?), made: Some(made) };
        if let Some(group) = group {
            chown(path, None, Some(group)).map_err(fault)?;
            fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o660)).map_err(fault)?;
        }
        Ok(socket)
    }

    /// Where it is; none for systemd's.
    pub(super) fn path(&self) -> Option<&Path> {
        self.made.as_ref().map(|made| made.path.as_path())
    }

    /// What to accept from, once.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn listener(&mut self) -> io::Result<UnixListener> {
        let listener = self.listener.take().ok_or(ErrorKind::NotConnected)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // It is this one's own, as the lock says. That it is gone is no fault.
        let _ = fs::remove_file(&self.path);
    }
}

/// Takes the lock beside a socket.
fn lock(socket: &Path) -> Result<File, Fault> {
    let mut path = socket.as_os_str().to_owned();
    path.push(".lock");
    let fault = |error| Fault::Socket { path: socket.to_owned(), error };
    // In a folder that is everybody's, somebody may have put a link there.
    let flags = OFlag::O_NOFOLLOW.bits();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600).custom_flags(flags);
    let file =
        options.open(&path).map_err(|error| match Errno::from_raw(error.raw_os_error().unwrap_or_default()) {
            Errno::ELOOP => Fault::Link(path.into()),
            _ => fault(error),
        })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Fault::Live(socket.to_owned())),
        Err(TryLockError::Error(error)) => Err(fault(error)),
    }
}

/// Removes a socket that nobody listens on.
fn remove_dead(path: &Path) -> Result<(), Fault> {
    let fault = |error| Fault::Socket { path: path.to_owned(), error };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(fault(error)),
        Ok(found) if !found.file_type().is_socket() => return Err(Fault::NotSocket(path.to_owned())),
        Ok(_) => {}
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path).map_err(fault),
        Err(error) => Err(fault(error)),
        Ok(_) => Err(Fault::Live(path.to_owned())),
    }
}

/// A group by its name or number.
fn group_of(name: &str) -> Result<u32, Fault> {
    if let Ok(number) = name.parse() {
        return Ok(number);
    }
    let group = Group::from_name(name).map_err(io::Error::from)?;
    group.map(|group| group.gid.as_raw()).ok_or_else(|| Fault::Group(name.to_owned()))
}
