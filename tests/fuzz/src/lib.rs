//! What must hold for any input: one check a target of the fuzzer, which panics where it does not hold.
//!
//! `libfuzzer/` looks for inputs that break one; `tests/inputs.rs` runs the kept ones with each `cargo test`.

#![expect(clippy::missing_panics_doc, reason = "to panic is how a check fails, and what a fuzzer looks for")]

pub mod component;
pub mod configuration;
pub mod credential_protocol;
pub mod endpoint;
mod fields;
mod sentence;
pub mod url;

/// A check of one input.
pub type Check = fn(&[u8]);

/// The targets: their names, which are also those of the folders of inputs and of the fuzzer's programs, and their checks.
pub const TARGETS: [(&str, Check); 5] = [
    ("url", url::check),
    ("endpoint", endpoint::check),
    ("configuration", configuration::check),
    ("credential_protocol", credential_protocol::check),
    ("component", component::check),
];
