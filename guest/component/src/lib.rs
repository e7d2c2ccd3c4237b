//! Builds the guest for WebAssembly and makes a component of it, byte for byte the same on every machine and in every folder.

mod metadata;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasmparser::{Chunk, Parser, Payload};
use wit_component::ComponentEncoder;
use wit_parser::Resolve;

/// The target of the guest: it has no WASI of its own, so the component imports what its world says and nothing else.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Why there is no component. Each is one sentence that says what to type.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The compiler has no standard library for [`TARGET`].
    #[error("the Rust target {TARGET} is not installed: type `rustup target add {TARGET}`")]
    NoTarget,
    /// The same, where there is no rustup to mend it.
    #[error(
        "the Rust target {TARGET} is not installed, and there is no rustup: install it from https://rustup.rs, \
         then type `rustup target add {TARGET}`"
    )]
    NoRustup,
    /// A program could not be started.
    #[error("{program} could not be started ({source}): is it installed?")]
    NotStarted {
        /// Its name.
        program: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The compiler refused the guest; what it said is above.
    #[error("the guest could not be compiled: `cargo build --package {package} --target {TARGET}` says why")]
    Guest {
        /// The package.
        package: &'static str,
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
}

impl Kind {
    /// Both, by the names of their files.
    pub const ALL: [Self; 2] = [Self::Policy, Self::Addresses];

    /// What it is, for who finds it in a registry.
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Policy => "What a CodeCommit URL means, which endpoint it names and how a request is signed",
            Self::Addresses => {
                "The forms in which a CodeCommit repository is written: URLs of Git, the console, and ARNs"
            }
        }
    }

    /// The package, which is the name of the component's file too.
    pub fn package(self) -> &'static str {
        match self {
            Self::Policy => "codecommit-policy",
            Self::Addresses => "codecommit-addresses",
        }
    }
}

/// Builds a component; Cargo's intermediate files go into `target_dir`, which no other build may use at the same time.
///
/// # Errors
/// See [`Error`].
pub fn build(kind: Kind, target_dir: &Path) -> Result<Vec<u8>, Error> {
    check_target()?;
    let status = cargo_build(kind, target_dir)
        .status()
        .map_err(|source| Error::NotStarted { program: "cargo".to_owned(), source })?;
    if !status.success() {
        return Err(Error::Guest { package: kind.package() });
    }
    let path = target_dir.join(TARGET).join("guest").join(kind.package().replace('-', "_")).with_extension("wasm");
    let module = fs::read(&path).map_err(|source| Error::Unreadable { path, source })?;
    Ok(metadata::with_metadata(kind, componentize(&module)?))
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
    let component = encode().map_err(|error| Error::Componentize(format!("{error:#}")))?;
    without_debug_names(&component).map_err(|error| Error::Componentize(error.to_string()))
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
fn cargo_build(kind: Kind, target_dir: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--quiet", "--locked", "--package", kind.package(), "--lib"])
        .args(["--profile", "guest", "--target", TARGET, "--target-dir"])
        .arg(target_dir)
        .current_dir(workspace())
        // Flags and wrappers are those of the program this build belongs to, and would change the bytes of the component.
        .env_remove("RUSTFLAGS")
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("CARGO_BUILD_RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags().join("\u{1f}".as_ref()));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PROFILE_") || name.starts_with("CARGO_TARGET_")) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// The compiler's flags for the guest.
fn rustflags() -> Vec<OsString> {
    // SHA-256 with its rounds in a loop: a tenth of the component smaller than with all of them written out.
    let mut flags = vec!["--cfg".into(), "sha2_backend_soft=\"compact\"".into()];
    // Without it, every call and address takes up the five bytes that the largest would.
    flags.push("-Clink-arg=--compress-relocations".into());
    // Panic messages hold file names. Where a checkout and Cargo's registry lie is nobody's business, and would change the bytes.
    let mut remap = |from: &Path, to: &str| {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(from);
        flag.push("=");
        flag.push(to);
        flags.push(flag);
    };
    remap(&workspace(), "");
    if let Some(cargo_home) =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
    {
        // Every registry has a folder of its own, whose name ends in a hash that differs by registry protocol.
        let sources = cargo_home.join("registry").join("src");
        remap(&sources, "");
        for registry in fs::read_dir(&sources).into_iter().flatten().flatten() {
            remap(&registry.path(), "");
        }
    }
    flags
}

/// Checks that the compiler can compile for [`TARGET`], because what Cargo says otherwise helps nobody.
fn check_target() -> Result<(), Error> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .current_dir(workspace())
        .output()
        .map_err(|source| Error::NotStarted { program: "rustc".to_owned(), source })?;
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let is_installed = output.status.success() && fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some());
    if is_installed {
        return Ok(());
    }
    match Command::new("rustup").arg("--version").output() {
        Ok(_) => Err(Error::NoTarget),
        Err(_) => Err(Error::NoRustup),
    }
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
