//! Why the agent does not start: the fact, and the hint that says what to type.

use std::io;
use std::path::PathBuf;

use super::rules::RuleFault;
use crate::policy;
use crate::printable::Shown;

/// Why the agent does not start.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Its rules are wrong.
    #[error(transparent)]
    Rules(#[from] RuleFault),
    /// The component could not be loaded.
    #[error(transparent)]
    Policy(#[from] policy::Error),
    /// It is not told where to listen.
    #[error("the agent needs a socket")]
    NoSocket,
    /// At the socket's path is something else.
    #[error("{} is there, and is no socket", Shown(&.0.to_string_lossy()))]
    NotSocket(PathBuf),
    /// Where its lock would be is a link.
    #[error("{} is a link, and not the agent's lock", Shown(&.0.to_string_lossy()))]
    Link(PathBuf),
    /// Somebody listens there.
    #[error("an agent listens on {} already", Shown(&.0.to_string_lossy()))]
    Live(PathBuf),
    /// The socket cannot be made.
    #[error("the socket {} could not be made: {}", Shown(&path.to_string_lossy()), error.kind())]
    Socket {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// There is no such group.
    #[error("there is no group '{}'", Shown(.0))]
    Group(String),
    /// The audit log cannot be opened.
    #[error("the audit log {} could not be opened: {}", Shown(&path.to_string_lossy()), error.kind())]
    Audit {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The system gives no threads, timers or signals.
    #[error("the agent could not be started: {}", .0.kind())]
    System(#[from] io::Error),
}

impl Fault {
    /// What to type, where that is known: one line.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Rules(fault) => fault.hint(),
            Self::Policy(_) => Some("install git-remote-codecommit again, or report this".to_owned()),
            Self::NoSocket => Some("add --socket PATH, or let systemd open one".to_owned()),
            Self::Link(_) => {
                Some("remove it; in a folder that is everybody's, somebody else may have put it there".to_owned())
            }
            Self::NotSocket(_) => Some("name a path where nothing is".to_owned()),
            Self::Live(_) => Some("end it first, or name another path".to_owned()),
            Self::Socket { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                Some("make its folder first".to_owned())
            }
            Self::Socket { .. } | Self::Group(_) | Self::Audit { .. } | Self::System(_) => None,
        }
    }
}
