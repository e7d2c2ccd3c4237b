//! Git: the command that is run in place of this program, the credential protocol, and the configuration.

pub mod clock;
pub mod command;
pub mod config;
pub mod credential;
pub mod https_remote;
pub mod outcome;
pub mod refused;
pub mod run;
pub mod submodule;
pub mod trace;
