//! Every way to an AWS identity as a case: a folder with a user's files, what the services answer, what botocore and the
//! original helper made of it, and what this project's helper has to.
//!
//! A [`Case`] is laid out on a [`Stage`]: a temporary home and a [`server`] of its own. [`helper`] runs the helper there as
//! Git runs it, [`oracle`] the originals, and [`verdict`] compares.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "all of this crate is for tests; Clippy sees only the functions marked as such"
)]
#![allow(clippy::missing_panics_doc, reason = "whatever goes wrong here is a test that fails, with the reason")]

pub mod alone;
pub mod case;
pub mod deviations;
pub mod helper;
pub mod made;
pub mod names;
pub mod oracle;
pub mod outcome;
pub mod proof;
pub mod secrets;
pub mod server;
pub mod snapshot;
pub mod stage;
pub mod verdict;

pub use case::Case;
pub use made::MadeCase;
pub use outcome::{Answer, Keys, Outcome};
pub use stage::Stage;
