//! An offline AWS CodeCommit: an HTTPS server that checks CodeCommit signatures and serves Git repositories.
//!
//! [`Server::start`] makes everything a client needs in one folder (certificate authority, identities, AWS configuration, a
//! file for the shell) and serves the repositories below it, through `git http-backend`, on 127.0.0.1. The binary
//! `codecommit-local` is the same server with a command line in front.
//!
//! What is checked, and how, is written independently of the helper it serves to test: the signature code here shares
//! nothing with the code that signs.

mod access;
mod backend;
mod certificate;
mod error;
mod fault;
mod folder;
mod identities;
mod repository;
mod request_log;
mod route;
mod server;
mod service;
mod signature;
mod transfer;

pub use access::GitCredential;
pub use error::Error;
pub use fault::{Fault, InvalidFault};
pub use request_log::{Log, Request};
pub use server::{Options, Server};
pub use signature::Scope;
