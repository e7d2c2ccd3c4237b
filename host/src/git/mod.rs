//! Git: the command that the helper becomes, the credential protocol, and the configuration.

pub mod command;
pub mod config;
pub mod credential;
