//! What AWS programs keep on disk for each other: keys of assumed roles, and the tokens of sign-ins.

pub mod folder;
pub mod json;
pub mod object;
pub mod role;

pub use folder::{CacheFolder, Lock};
pub use object::Object;
pub use role::RoleCache;

/// A digest as the names of files have it.
pub(crate) fn hex(digest: &[u8]) -> String {
    use std::fmt::Write;

    let mut text = String::with_capacity(2 * digest.len());
    for byte in digest {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
