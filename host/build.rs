//! Builds the policy component and compiles it ahead of time for the target, so that the helper needs no compiler.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use codecommit_policy_component::{self as component, Kind};
use sha2::{Digest, Sha256};
use wasmtime::Engine;

#[path = "src/policy/config.rs"]
mod config;

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Cargo shows this one line, and what a build script prints to stderr only below a wall of other text.
            println!("cargo::error={}", error.to_string().replace('\n', " "));
            ExitCode::SUCCESS
        }
    }
}

/// Writes the component, and the machine code of it that [`wasmtime::component::Component::deserialize`] takes.
fn build() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/policy/config.rs");
    for input in component::inputs() {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    // A static program relocates itself at each start, by a table that is a hundredth as long in this form. The C libraries of older
    // systems do not read it; musl does, which is a part of the program.
    if env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|libc| libc == "musl") {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
        // What a start runs lies side by side: the system maps a program piece by piece.
        println!("cargo::rustc-link-arg-bins=-T{}/layout.ld", env::var("CARGO_MANIFEST_DIR")?);
        println!("cargo::rerun-if-changed=layout.ld");
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?);
    let target = env::var("TARGET")?;

    // Named, even where it is this machine: otherwise the code would take up every feature of this machine's processor, and
    // be refused on an older one.
    let engine = Engine::new(config::config(target.contains("windows")).target(&target)?)?;
    for (kind, name) in [(Kind::Policy, "policy"), (Kind::Addresses, "addresses")] {
        let component = component::build(kind, &folder.join("guest"))?;
        fs::write(folder.join(name).with_extension("cwasm"), engine.precompile_component(&component)?)?;
        if kind == Kind::Policy {
            println!("cargo::rustc-env=COMPONENT_SHA256={}", hex::encode(Sha256::digest(&component)));
        }
        fs::write(folder.join(name).with_extension("wasm"), component)?;
    }
    Ok(())
}
