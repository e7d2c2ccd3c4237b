//! The program as Git and people run it, with nothing but what a test gives it: what it prints, its status, and the Git command
//! that it becomes.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

mod caches;
mod connection;
mod container;
mod credential;
mod extra_regions;
#[cfg(target_os = "linux")]
mod hardening;
#[cfg(target_os = "linux")]
mod hot_path;
mod log;
mod people;
mod process;
mod refusals;
#[cfg(target_os = "linux")]
mod tracer;
mod user;
mod waiting;
