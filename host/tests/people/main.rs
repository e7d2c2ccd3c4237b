//! `git codecommit` as people use it: exact output, without a server.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

mod bounded;
mod command_line;
mod completions;
mod configure;
mod explain;
mod manual;
mod person;
mod regions;
mod sign;
mod terminal;
mod url;
