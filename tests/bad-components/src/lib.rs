//! Components of the policy's world that misbehave, compiled for the host's engine.
//!
//! A crate of its own, so that the host is tested without a compiler in it, as it is shipped.

/// Every function ends in a trap.
pub static TRAPS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/traps.cwasm"));

/// No function ever ends.
pub static LOOPS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/loops.cwasm"));

/// Every function asks for more and more memory.
pub static GROWS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/grows.cwasm"));
