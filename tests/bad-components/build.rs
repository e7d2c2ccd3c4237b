//! Makes components whose every function does one bad thing, and compiles them as the host's own is.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};

#[path = "../../host/src/policy/config.rs"]
mod config;

/// What every function of a component does, by the component's name.
const DEEDS: [(&str, &str); 3] = [
    ("traps", "unreachable"),
    ("loops", "loop br 0 end unreachable"),
    ("grows", "loop i32.const 16 memory.grow drop br 0 end unreachable"),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../wit");
    println!("cargo::rerun-if-changed=../../host/src/policy/config.rs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?);
    let target = env::var("TARGET")?;
    let engine = wasmtime::Engine::new(config::config(target.contains("windows")).target(&target)?)?;

    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path("../../wit").map_err(|error| format!("{error:#}"))?;
    let world = resolve.select_world(&[package], Some("policy")).map_err(|error| format!("{error:#}"))?;
    let dummy = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    let dummy = wasmprinter::print_bytes(dummy)?;
    for (name, deed) in DEEDS {
        let mut module = wat::parse_str(dummy.replace("unreachable", deed))?;
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
            .map_err(|error| format!("{error:#}"))?;
        let component = ComponentEncoder::default().module(&module).and_then(|mut encoder| encoder.encode());
        let component = component.map_err(|error| format!("{error:#}"))?;
        fs::write(folder.join(name).with_extension("cwasm"), engine.precompile_component(&component)?)?;
    }
    Ok(())
}
