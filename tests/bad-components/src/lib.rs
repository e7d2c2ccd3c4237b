//! Components of the policy's world that misbehave, compiled for the host's engine.
//!
//! A crate of its own, so that the host is tested without a compiler in it, as it is shipped. What each does is in `build.rs`, and
//! what each answers in `answers.rs`.

include!(concat!(env!("OUT_DIR"), "/listed.rs"));
