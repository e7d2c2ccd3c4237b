//! The user's AWS configuration: files, profiles and identity.

pub mod config_files;
pub mod identity;
pub mod ini;
pub mod profile;
