//! The helper as its user meets it: every Git that is installed, against a CodeCommit on this machine.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

mod agent;
mod attempts;
mod clone_and_push;
mod command;
mod cut_connections;
mod doctor;
mod existing_credential;
mod explained;
mod faults;
mod gits;
mod https_remotes;
mod identities;
mod installation;
mod large;
mod leaks;
mod listener;
mod marked;
mod part_of_history;
mod processes;
mod proxy;
mod recipes;
mod redirects;
mod refusals;
mod remotes;
mod requests;
mod roles_and_programs;
mod services;
mod sign;
mod simultaneous;
mod soak;
mod submodules;
mod surroundings;
mod terminal;
mod world;
