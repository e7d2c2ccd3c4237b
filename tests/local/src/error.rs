//! Why the server could not start, or a repository could not be made.

use std::io;
use std::path::PathBuf;

/// A fault of the surroundings or of the options: what was tried, and what came of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The name cannot be a CodeCommit repository's.
    #[error(
        "repository name {name:?} is not valid: 1 to 100 of letters, digits, `.`, `_` and `-`, not ending in `.git`"
    )]
    RepositoryName {
        /// The name as given.
        name: String,
    },
    /// The region cannot be an AWS region's name.
    #[error("region {region:?} is not valid: lower case letters, digits and `-`")]
    Region {
        /// The region as given.
        region: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was tried: `read`, `write`, `create`, `open`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The credentials file is there and readable, but is not one.
    #[error("cannot use {}: {fault}", path.display())]
    Credentials {
        /// The credentials file.
        path: PathBuf,
        /// The fault and where it is; nothing of the file's content.
        fault: String,
    },
    /// The port is taken or not allowed.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port asked for; 0 means any.
        port: u16,
        /// The system's answer.
        source: io::Error,
    },
    /// Git could not be started.
    #[error("cannot run {}: {source}", git.display())]
    GitMissing {
        /// The program tried.
        git: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Git is there without its `http-backend`, which some systems pack apart (Alpine: `git-daemon`).
    #[error("{} has no http-backend; on some systems it is in a package of its own", git.display())]
    BackendMissing {
        /// The program tried.
        git: PathBuf,
    },
    /// Git refused.
    #[error("git {command} failed: {message}")]
    Git {
        /// The subcommand.
        command: &'static str,
        /// The last line Git wrote to its standard error.
        message: String,
    },
    /// The certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The certificate could not be put to use.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] tokio_rustls::rustls::Error),
    /// The server's thread or its runtime could not be started.
    #[error("cannot start the server: {0}")]
    Runtime(#[source] io::Error),
}

impl Error {
    /// For `map_err`: what was tried on which path.
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}
