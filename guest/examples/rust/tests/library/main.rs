//! The host's library as another program uses it: its answers are those of `../vectors.json`, from one thread and from many.

#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

mod server;
mod vectors;
