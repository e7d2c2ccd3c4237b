//! The signing agent: it holds the identity, and whoever reaches its socket gets credentials for the repositories that its rules
//! allow, 15 minutes each.
//!
//! `AGENT.md` beside the sources says how it is used and what it speaks. A request goes this way: `connection` reads it,
//! [`rules`] says whether it is allowed, [`identities`] has the keys, a fresh instance of the component signs, [`audit`] has the line
//! of it, and only then it is answered.

pub mod audit;
pub mod client;
mod connection;
mod fault;
pub mod identities;
pub mod limits;
pub mod rules;
pub mod server;
mod signer;
mod socket;

pub use fault::Fault;

/// The variable that names the agent's socket to a job.
pub const SOCKET: &str = "CODECOMMIT_AGENT_SOCK";
