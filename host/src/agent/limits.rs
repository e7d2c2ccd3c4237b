//! What the agent takes of its clients.

use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// The most bytes of a request. One of Git with all that a server has said to it is a tenth of that.
pub const REQUEST: usize = 16 << 10;

/// How long a request may take from its first byte to its last.
pub const HALF_SENT: Duration = Duration::from_secs(10);

/// How long a client may take to read an answer.
pub const UNREAD: Duration = Duration::from_secs(10);

/// How long the agent stays for what it is about to answer when it is told to end.
pub const DRAIN: Duration = Duration::from_secs(10);

/// Files that the agent has open beside its clients' sockets, with room for those of identities.
const OTHER_FILES: u64 = 64;

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many clients there may be at once. One more, and whoever has been silent for the longest time has to go.
    pub clients: usize,
    /// How long a client may be silent between two requests.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { clients: 16_384, idle: Duration::from_mins(1) }
    }
}

impl Limits {
    /// Asks the system for as many open files as that takes, and takes fewer clients where it gives fewer.
    #[must_use]
    pub fn with_open_files(self) -> Self {
        let wanted = self.clients as u64 + OTHER_FILES;
        let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return self };
        let raised = wanted.min(hard).max(soft);
        let given = if setrlimit(Resource::RLIMIT_NOFILE, raised, hard).is_ok() { raised } else { soft };
        Self { clients: self.clients.min(room(given)), ..self }
    }
}

/// How many clients there is room for with so many open files: at least one.
fn room(files: u64) -> usize {
    usize::try_from(files.saturating_sub(OTHER_FILES).max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_clients_as_the_system_gives_files_for() {
        assert_eq!([0, 64, 65, 1024, u64::MAX].map(room), [1, 1, 1, 960, usize::MAX - 64]);
    }
}
