//! Makes components that each do one bad thing, and compiles them as the host's own is.

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WorldId};

#[path = "answers.rs"]
mod answers;
#[path = "../../host/src/policy/config.rs"]
mod config;

/// What every function of a component does, by the component's name.
const DEEDS: [(&str, &str); 6] = [
    ("traps", "unreachable"),
    ("loops", "loop br 0 end unreachable"),
    ("grows", "loop i32.const 16 memory.grow drop br 0 end unreachable"),
    // Function 2 is the first of its own: those of the clock come before it.
    ("recurses", "i32.const 0 i32.const 0 call 2"),
    ("grows_a_table", "ref.null func i32.const 20000 table.grow 0 drop unreachable"),
    ("divides_by_zero", "i32.const 1 i32.const 0 i32.div_s"),
];

fn main() -> Result<(), Box<dyn Error>> {
    for file in ["build.rs", "answers.rs", "../../wit", "../../host/src/policy/config.rs"] {
        println!("cargo::rerun-if-changed={file}");
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?);
    let target = env::var("TARGET")?;
    let engine = wasmtime::Engine::new(config::config(target.contains("windows")).target(&target)?)?;

    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path("../../wit").map_err(|error| format!("{error:#}"))?;
    let world = resolve.select_world(&[package], Some("policy")).map_err(|error| format!("{error:#}"))?;
    let dummy = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    let dummy = wasmprinter::print_bytes(dummy)?;

    let mut listed = String::new();
    let mut make = |name: &str, wat: &str| -> Result<(), Box<dyn Error>> {
        let component = component(&resolve, world, wat)?;
        fs::write(folder.join(name).with_extension("cwasm"), engine.precompile_component(&component)?)?;
        writeln!(
            listed,
            "/// The component `{name}`.\npub static {}: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.cwasm\"));",
            name.to_uppercase()
        )?;
        Ok(())
    };
    let table = "(table 1 funcref)";
    for (name, deed) in DEEDS {
        let table = if name == "grows_a_table" { table } else { "" };
        make(name, &with(&dummy.replace("unreachable", deed), table))?;
    }
    make("looks_at_the_clock", &bodies(&dummy, "loop i32.const 0 call 0 br 0 end unreachable")?)?;
    let memories = "(memory 1)".repeat(8);
    make("has_nine_memories", &with(&dummy, &memories))?;
    make("has_twenty_tables", &with(&dummy, &table.repeat(20)))?;
    for (name, answer) in answers::all() {
        // Every function answers the same; the host asks for the one whose answer it is.
        let wat = bodies(&dummy, &format!("i32.const {}", answers::AT))?;
        make(name, &with(&wat, &answer))?;
    }
    fs::write(folder.join("listed.rs"), listed)?;
    Ok(())
}

/// The module whose every function is this, but for the last one. That gives out memory for what is asked, which must not lie where
/// an answer is.
fn bodies(dummy: &str, body: &str) -> Result<String, Box<dyn Error>> {
    let (functions, last) = dummy.rsplit_once("unreachable").ok_or("the dummy module has no function")?;
    let wat = format!("{}i32.const {}{last}", functions.replace("unreachable", body), answers::FREE);
    Ok(wat.replace("(memory (;0;) 0)", "(memory (;0;) 256)"))
}

/// A module's text with more at its end.
fn with(wat: &str, more: &str) -> String {
    let (module, _) = wat.rsplit_once(')').unwrap_or((wat, ""));
    format!("{module}{more})")
}

fn component(resolve: &Resolve, world: WorldId, wat: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut module = wat::parse_str(wat)?;
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8)
        .map_err(|error| format!("{error:#}"))?;
    let component = ComponentEncoder::default().module(&module).and_then(|mut encoder| encoder.encode());
    Ok(component.map_err(|error| format!("{error:#}"))?)
}
