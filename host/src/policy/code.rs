//! The machine code of the components, which the build script makes.
//!
//! On Linux it lies among the program's own code, and runs where it lies: nothing is copied, and no memory is made executable while
//! the program runs, which some systems forbid. Elsewhere it is data, and wasmtime copies it.

use std::sync::{Mutex, PoisonError};

use wasmtime::component::{Component, InstancePre};
use wasmtime::{Config, Engine};

use super::Error;
use super::config::config;
use super::engine::{State, link};
#[cfg(target_os = "linux")]
use crate::phases;

/// A file of the build script, in a section of the program.
macro_rules! embedded {
    ($file:literal, $section:literal) => {{
        const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/", $file));
        #[cfg_attr(target_os = "linux", expect(unsafe_code, reason = "a section of its own takes the attribute"))]
        // SAFETY: the section holds nothing else, and is only read, and run as the code that it is.
        #[cfg_attr(target_os = "linux", unsafe(link_section = $section))]
        static CODE: Aligned<{ BYTES.len() }> = Aligned(*BYTES.as_array().unwrap());
        &CODE.0
    }};
}

/// The policy's component.
pub(super) static POLICY: Embedded = Embedded::new(embedded!("policy.cwasm", ".text.codecommit_policy"));

/// The component that reads addresses.
pub(super) static ADDRESSES: Embedded = Embedded::new(embedded!("addresses.cwasm", ".text.codecommit_addresses"));

/// Bytes that begin where a page does, as they do in the file that the build script wrote.
#[repr(C, align(4096))]
struct Aligned<const LENGTH: usize>([u8; LENGTH]);

/// A component of this program.
pub(super) struct Embedded {
    code: &'static [u8],
    /// Loaded and linked once: wasmtime knows code by its address, so what is not copied is not loaded twice.
    loaded: Mutex<Option<InstancePre<State>>>,
}

impl Embedded {
    const fn new(code: &'static [u8]) -> Self {
        Self { code, loaded: Mutex::new(None) }
    }

    /// The component, ready to be started.
    ///
    /// # Errors
    /// [`Error::Failed`] where its code does not fit this machine's processor.
    pub(super) fn load(&self) -> Result<InstancePre<State>, Error> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = &*loaded {
            return Ok(loaded.clone());
        }
        let linked = link(&self.in_place()?)?;
        *loaded = Some(linked.clone());
        Ok(linked)
    }

    /// A copy for an engine that is set up otherwise, as far as that makes no other code.
    ///
    /// # Errors
    /// As for [`Embedded::load`].
    pub(super) fn load_copy(&self, config: &Config) -> Result<InstancePre<State>, Error> {
        load_copy(config, self.code)
    }

    #[cfg(target_os = "linux")]
    fn in_place(&self) -> Result<Component, Error> {
        let mut config = config(false);
        config.with_custom_code_memory(Some(std::sync::Arc::new(Executable)));
        let engine = Engine::new(&config).map_err(Error::Failed)?;
        phases::end("engine");
        #[expect(unsafe_code, reason = "compiled code is trusted as the program itself is")]
        // SAFETY: as in `load_copy`, and what is a part of the program is there as long as it runs, and not written to.
        let component = unsafe { Component::deserialize_raw(&engine, self.code.into()) };
        phases::end("deserialize");
        component.map_err(Error::Failed)
    }

    #[cfg(not(target_os = "linux"))]
    fn in_place(&self) -> Result<Component, Error> {
        copy(&config(cfg!(windows)), self.code)
    }
}

/// Loads and links a component of code that is copied.
///
/// # Errors
/// [`Error::Failed`] where the code does not fit the engine, or this machine's processor.
pub(super) fn load_copy(config: &Config, code: &'static [u8]) -> Result<InstancePre<State>, Error> {
    link(&copy(config, code)?)
}

/// The code is `'static` because that is what makes it trusted: it is part of the program.
fn copy(config: &Config, code: &'static [u8]) -> Result<Component, Error> {
    let engine = Engine::new(config).map_err(Error::Failed)?;
    #[expect(unsafe_code, reason = "compiled code is trusted as the program itself is")]
    // SAFETY: the code is part of this program, written by a build script with `Engine::precompile_component` of this version of
    // wasmtime: nothing else is given here by `Embedded` and this module's tests, the only callers.
    let component = unsafe { Component::deserialize(&engine, code) };
    component.map_err(Error::Failed)
}

/// What has wasmtime leave the code as it is: it is executable, and cannot be written to, since the program was loaded.
#[cfg(target_os = "linux")]
struct Executable;

#[cfg(target_os = "linux")]
impl wasmtime::CustomCodeMemory for Executable {
    fn required_alignment(&self) -> usize {
        1
    }

    fn publish_executable(&self, _: *const u8, _: usize) -> wasmtime::Result<()> {
        Ok(())
    }

    fn unpublish_executable(&self, _: *const u8, _: usize) -> wasmtime::Result<()> {
        Ok(())
    }
}
