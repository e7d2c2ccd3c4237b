//! The user's AWS configuration: files, profiles and identity; and what an identity can need, caches and the network.

pub mod account;
pub mod cache;
pub mod config_files;
pub mod identity;
pub mod ini;
pub mod network;
pub mod profile;
pub mod time;
pub mod words;
