//! What a CodeCommit URL means, which endpoint it names, and how a request to it is signed.
//!
//! Plain Rust: values in, values out, no environment, file, clock or process. `adapter` alone knows the component model.

pub mod addresses;
#[cfg(target_family = "wasm")]
mod allocator;
mod canonical_request;
pub mod endpoint;
pub mod printable;
pub mod refusal;
pub mod regions;
pub mod remote_url;
pub mod repository_name;
pub mod signing;
mod signing_key;
mod text;

#[cfg(all(target_family = "wasm", feature = "component"))]
mod adapter;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: allocator::Allocator = allocator::Allocator::new();

pub use refusal::Refusal;
