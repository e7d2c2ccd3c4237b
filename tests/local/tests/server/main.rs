//! The server as its clients meet it: real Git, plain HTTP, and the binary with its signals.
//!
//! Credentials are signed here, by a few lines that share nothing with the server's own check but the two hash crates.
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

mod binary;
mod faults;
mod git;
mod http;
mod support;
