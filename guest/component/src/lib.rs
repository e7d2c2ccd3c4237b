//! Builds the guest for WebAssembly and makes a component of it, byte for byte the same on every machine and in every folder.

mod metadata;
mod places;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasmparser::{Chunk, Parser, Payload};
use wit_component::ComponentEncoder;
use wit_parser::Resolve;

/// Why there is no component. Each is one sentence that says what to type.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The compiler has no standard library for the guest's target.
    #[error("the Rust target {0} is not installed: type `rustup target add {0}`")]
    NoTarget(&'static str),
    /// The same, where there is no rustup to mend it.
    #[error(
        "the Rust target {0} is not installed, and there is no rustup: install it from https://rustup.rs, \
         then type `rustup target add {0}`"
    )]
    NoRustup(&'static str),
    /// A program could not be started.
    #[error("{program} could not be started ({source}): is it installed?")]
    NotStarted {
        /// Its name.
        program: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The compiler refused the guest; what it said is above.
    #[error("the guest could not be compiled: `cargo build --package {package} --target {target}` says why")]
    Guest {
        /// The package.
        package: &'static str,
        /// The target.
        target: &'static str,
    },
    /// The compiled guest could not be read.
    #[error("{} could not be read: {source}", path.display())]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The compiled guest does not fit its world.
    #[error("the compiled guest is no component of its world: {0}")]
    Componentize(String),
    /// The interfaces are no package.
    #[error("the folder wit is no WIT package: {0}")]
    Wit(String),
}

/// A component that the guest is made into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The world `policy`.
    Policy,
    /// The world `address-reader`.
    Addresses,
    /// The command `codecommit-sign`, for WASI.
    Sign,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Policy, Self::Addresses, Self::Sign];

    /// Those with interfaces of this project, which its host loads.
    pub const INTERFACES: [Self; 2] = [Self::Policy, Self::Addresses];

    /// What it is, for who finds it in a registry.
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Policy => "What a CodeCommit URL means, which endpoint it names and how a request is signed",
            Self::Addresses => {
                "The forms in which a CodeCommit repository is written: URLs of Git, the console, and ARNs"
            }
            Self::Sign => "A command that prints a credential for one CodeCommit repository",
        }
    }

    /// The package, which is the name of the component's file too.
    pub fn package(self) -> &'static str {
        match self {
            Self::Policy => "codecommit-policy",
            Self::Addresses => "codecommit-addresses",
            Self::Sign => "codecommit-sign",
        }
    }

    /// What is compiled for. The first has no WASI of its own, so that a component imports what its world says and nothing else.
    fn target(self) -> &'static str {
        match self {
            Self::Policy | Self::Addresses => "wasm32-unknown-unknown",
            Self::Sign => "wasm32-wasip2",
        }
    }

    /// What the compiler writes: a module, or with WASI a component.
    fn file(self) -> String {
        match self {
            Self::Policy | Self::Addresses => format!("{}.wasm", self.package().replace('-', "_")),
            Self::Sign => format!("{}.wasm", self.package()),
        }
    }
}

/// Builds a component; Cargo's intermediate files go into `target_dir`, which no other build may use at the same time.
///
/// # Errors
/// See [`Error`].
pub fn build(kind: Kind, target_dir: &Path) -> Result<Vec<u8>, Error> {
    check_target(kind.target())?;
    let status = cargo_build(kind, target_dir)?
        .status()
        .map_err(|source| Error::NotStarted { program: "cargo".to_owned(), source })?;
    if !status.success() {
        return Err(Error::Guest { package: kind.package(), target: kind.target() });
    }
    let path = target_dir.join(kind.target()).join("guest").join(kind.file());
    let mut compiled = fs::read(&path).map_err(|source| Error::Unreadable { path, source })?;
    places::forget_toolchain(&mut compiled);
    let component = if kind == Kind::Sign { compiled } else { componentize(&compiled)? };
    let component = without_debug_names(&component).map_err(|error| Error::Componentize(error.to_string()))?;
    Ok(metadata::with_metadata(kind, component))
}

/// The interfaces with their documentation, and what they depend on, as one file: a WIT package in the binary form, which registries
/// hold, and which every tool reads that reads `.wit`.
///
/// # Errors
/// [`Error::Wit`].
pub fn wit_package() -> Result<Vec<u8>, Error> {
    let encode = || {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(workspace().join("wit"))?;
        wit_component::encode(&resolve, package)
    };
    encode().map_err(|error| Error::Wit(format!("{error:#}")))
}

/// The files and folders that the component is made of, for a build script to watch.
pub fn inputs() -> Vec<PathBuf> {
    let root = workspace();
    [
        "Cargo.toml",
        "Cargo.lock",
        "guest/Cargo.toml",
        "guest/src",
        "guest/addresses",
        "guest/component/src",
        "wit",
        "rust-toolchain.toml",
    ]
    .iter()
    .map(|input| root.join(input))
    .collect()
}

/// The workspace's folder.
fn workspace() -> PathBuf {
    let mut folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    folder.pop();
    folder.pop();
    folder
}

/// Makes a component of a core module that holds its world's types.
fn componentize(module: &[u8]) -> Result<Vec<u8>, Error> {
    let encode = || ComponentEncoder::default().module(module)?.validate(true).encode();
    encode().map_err(|error| Error::Componentize(format!("{error:#}")))
}

/// The component without the section that names its inner parts, which only a debugger reads.
fn without_debug_names(component: &[u8]) -> wasmparser::Result<Vec<u8>> {
    let mut kept = Vec::with_capacity(component.len());
    let mut parser = Parser::new(0);
    let mut rest = component;
    while !rest.is_empty() {
        let Chunk::Parsed { mut consumed, payload } = parser.parse(rest, true)? else { break };
        match payload {
            Payload::CustomSection(section) if section.name() == "component-name" => {}
            // The parser stops behind the header of an inner module or component. It is taken over unread.
            Payload::ModuleSection { unchecked_range, .. } | Payload::ComponentSection { unchecked_range, .. } => {
                consumed += unchecked_range.len();
                kept.extend_from_slice(&rest[..consumed]);
            }
            _ => kept.extend_from_slice(&rest[..consumed]),
        }
        rest = &rest[consumed..];
    }
    Ok(kept)
}

/// The command that compiles the guest.
fn cargo_build(kind: Kind, target_dir: &Path) -> Result<Command, Error> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["rustc", "--quiet", "--locked", "--package", kind.package()])
        // Where a library is to be a Rust library too, Cargo leaves out link-time optimisation: a fifth of the component, and a
        // quarter of its machine code, would be functions that are nowhere called.
        .args(if kind == Kind::Sign { &["--bins"][..] } else { &["--lib", "--crate-type", "cdylib"] })
        .args(["--profile", "guest", "--target", kind.target(), "--target-dir"])
        .arg(target_dir)
        .current_dir(workspace())
        // Flags and wrappers are those of the program this build belongs to, and would change the bytes of the component.
        .env_remove("RUSTFLAGS")
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("CARGO_BUILD_RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags()?.join("\u{1f}".as_ref()));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PROFILE_") || name.starts_with("CARGO_TARGET_")) {
            cargo.env_remove(name);
        }
    }
    Ok(cargo)
}

/// The compiler's flags for the guest.
fn rustflags() -> Result<Vec<OsString>, Error> {
    // SHA-256 with its rounds in a loop: a tenth of the component smaller than with all of them written out.
    let mut flags = vec!["--cfg".into(), "sha2_backend_soft=\"compact\"".into()];
    // Without it, every call and address takes up the five bytes that the largest would.
    flags.push("-Clink-arg=--compress-relocations".into());
    // Stack and data meet within a page of the host's and not between two, which is a page less for each instance: 1 MiB less 2 KiB.
    flags.push("-Clink-arg=-zstack-size=1046528".into());
    flags.extend(places::flags()?);
    Ok(flags)
}

/// Checks that the compiler can compile for a target, because what Cargo says otherwise helps nobody.
fn check_target(target: &'static str) -> Result<(), Error> {
    // Where it is not known either, nothing is printed.
    let folder = ask_rustc(&["--print", "target-libdir", "--target", target])?;
    if fs::read_dir(folder.trim()).is_ok_and(|mut files| files.next().is_some()) {
        return Ok(());
    }
    match Command::new("rustup").arg("--version").output() {
        Ok(_) => Err(Error::NoTarget(target)),
        Err(_) => Err(Error::NoRustup(target)),
    }
}

/// What the workspace's compiler answers; nothing where it fails.
fn ask_rustc(question: &[&str]) -> Result<String, Error> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(question)
        .current_dir(workspace())
        .output()
        .map_err(|source| Error::NotStarted { program: "rustc".to_owned(), source })?;
    Ok(if output.status.success() { String::from_utf8_lossy(&output.stdout).into_owned() } else { String::new() })
}

#[cfg(test)]
mod tests {
    use wit_component::{DecodedWasm, decode};

    use super::*;

    #[test]
    fn the_package_of_interfaces_can_be_read_and_has_their_documentation() {
        let DecodedWasm::WitPackage(resolve, package) = decode(&wit_package().unwrap()).unwrap() else {
            panic!("it is a component");
        };
        let package = &resolve.packages[package];
        assert_eq!(package.name.to_string(), "codecommit:policy@0.1.0");
        assert_eq!(package.worlds.keys().collect::<Vec<_>>(), ["policy", "address-reader"]);
        let interfaces: Vec<_> = package.interfaces.keys().collect();
        assert_eq!(interfaces, ["refusals", "addresses", "endpoint", "remote-url", "signing"]);
        let documentation = resolve.worlds[package.worlds["policy"]].docs.contents.as_deref().unwrap();
        assert!(documentation.starts_with("The policy of AWS CodeCommit's `codecommit` remotes.\n"), "{documentation}");
        let others: Vec<_> = resolve.package_names.keys().map(ToString::to_string).collect();
        assert!(others.contains(&"wasi:clocks@0.2.0".to_owned()), "{others:?}");
    }
}
