//! Running a component: its code, its limits, its one import.

use std::time::SystemTime;

use wasmtime::component::{Component, HasSelf, InstancePre, Linker};
use wasmtime::{
    Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store, StoreLimits, StoreLimitsBuilder,
};
use wasmtime_wasi::p2::bindings::clocks::wall_clock::{self, Datetime};

use super::bindings::{self, PolicyPre};
use super::code::POLICY;
#[cfg(test)]
use super::code::load_copy;
use super::config::config;
use super::{Error, Refusal, checks};

/// The most memory that a component gets.
const MEMORY: usize = 16 << 20;

/// How many instructions of WebAssembly a call may take: a signature takes a third of one million, and what runs in a loop for
/// ever is stopped within a fraction of a second.
pub(super) const FUEL: u64 = 50_000_000;

/// The most tables, the most elements of one, and the most instances of modules: a component of one module, with what joins it to
/// its import, has two tables and three instances.
const TABLES: u32 = 4;
const TABLE_ELEMENTS: usize = 10_000;
const INSTANCES: u32 = 8;

/// How much of a memory, and of a table, is overwritten when an instance of a pool is dropped. What is written to beyond is given
/// back to the system, which costs more.
const KEPT: usize = 64 << 10;

/// How many bytes an answer may have, before the host takes up any of them.
const ANSWER: usize = 1 << 20;

/// How many times a call may ask for the time: a signature asks once, and asking costs the host more than the component.
const LOOKS_AT_THE_CLOCK: u32 = 100;

/// The policy component, ready to be started: once a process, for threads to share.
pub struct Policy {
    pre: PolicyPre<State>,
}

/// A running component, for one thread at a time. It keeps the signing key and the canonical request of its last signature for the next,
/// and no answer depends on that; drop it after a signature, and what the component's memory had of the keys is gone with it.
pub struct Instance {
    store: Store<State>,
    policy: bindings::Policy,
}

/// What the host holds for a component.
pub(super) struct State {
    limits: StoreLimits,
    looks_at_the_clock: u32,
}

impl State {
    fn look_at_the_clock(&mut self) -> wasmtime::Result<()> {
        self.looks_at_the_clock += 1;
        if self.looks_at_the_clock > LOOKS_AT_THE_CLOCK {
            return Err(wasmtime::Error::msg("it asks for the time again and again"));
        }
        Ok(())
    }
}

impl wall_clock::Host for State {
    fn now(&mut self) -> wasmtime::Result<Datetime> {
        self.look_at_the_clock()?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Ok(Datetime { seconds: now.as_secs(), nanoseconds: now.subsec_nanos() })
    }

    fn resolution(&mut self) -> wasmtime::Result<Datetime> {
        self.look_at_the_clock()?;
        Ok(Datetime { seconds: 0, nanoseconds: 1 })
    }
}

/// Joins a component, of either world, to what it imports.
pub(super) fn link(component: &Component) -> Result<InstancePre<State>, Error> {
    let mut linker = Linker::<State>::new(component.engine());
    wall_clock::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state).map_err(Error::Failed)?;
    linker.instantiate_pre(component).map_err(Error::Failed)
}

/// What an instance of a component has: the limits, and the full allowance of instructions.
pub(super) fn store(engine: &Engine) -> Result<Store<State>, Error> {
    let limits = StoreLimitsBuilder::new()
        .memory_size(MEMORY)
        // The limits of size are each memory's and each table's: without these there could be ten thousand of both.
        .memories(1)
        .tables(TABLES as usize)
        .table_elements(TABLE_ELEMENTS)
        .instances(INSTANCES as usize)
        .trap_on_grow_failure(true)
        .build();
    let mut store = Store::new(engine, State { limits, looks_at_the_clock: 0 });
    store.limiter(|state| &mut state.limits);
    store.set_hostcall_fuel(ANSWER);
    store.set_fuel(FUEL).map_err(Error::Failed)?;
    Ok(store)
}

impl Policy {
    /// Loads the component that this program was built with.
    ///
    /// # Errors
    /// [`Error::Failed`] where its code does not fit this machine's processor.
    pub fn load() -> Result<Self, Error> {
        Ok(Self { pre: PolicyPre::new(POLICY.load()?).map_err(Error::Failed)? })
    }

    /// The same for a server, which starts one instance after the other, at most so many at once. The memory of one that is dropped
    /// is overwritten and kept for the next, which makes a new instance cheap.
    ///
    /// # Errors
    /// As for [`Policy::load`]; the system does not give the room.
    pub fn load_pooled(at_once: u32) -> Result<Self, Error> {
        let mut pool = PoolingAllocationConfig::default();
        pool.total_component_instances(at_once)
            .total_core_instances(at_once.saturating_mul(INSTANCES))
            .total_memories(at_once)
            .total_tables(at_once.saturating_mul(TABLES))
            .max_memory_size(MEMORY)
            .table_elements(TABLE_ELEMENTS)
            .linear_memory_keep_resident(KEPT)
            .table_keep_resident(KEPT)
            // Linux tells since 6.7 which pages were written to. A signature writes to few.
            .pagemap_scan(Enabled::Auto);
        let mut config = config(cfg!(windows));
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        Ok(Self { pre: PolicyPre::new(POLICY.load_copy(&config)?).map_err(Error::Failed)? })
    }

    /// Another component of the policy's world.
    #[cfg(test)]
    pub(super) fn from_code(code: &'static [u8]) -> Result<Self, Error> {
        Ok(Self { pre: PolicyPre::new(load_copy(&config(cfg!(windows)), code)?).map_err(Error::Failed)? })
    }

    /// The names of what a component must be given, by what was compiled.
    #[cfg(test)]
    pub(super) fn imports(engine: &Engine) -> Vec<String> {
        let policy = Self::load().unwrap();
        let ty = policy.pre.instance_pre().component().component_type();
        ty.imports(engine).map(|(name, _)| name.to_owned()).collect()
    }

    /// Starts the component.
    ///
    /// # Errors
    /// [`Error::Failed`] where it asks for more memory than it may have, or does not start; of a pool, where there are as many as it
    /// has room for.
    pub fn instance(&self) -> Result<Instance, Error> {
        let mut store = store(self.pre.engine())?;
        let policy = self.pre.instantiate(&mut store).map_err(Error::Failed)?;
        Ok(Instance { store, policy })
    }
}

impl Instance {
    /// Has it get no more memory than it has.
    #[cfg(test)]
    pub(super) fn grow_no_more(&mut self) {
        self.store.data_mut().limits = StoreLimitsBuilder::new().memory_size(0).trap_on_grow_failure(true).build();
    }

    /// Calls the component with the full allowance of instructions.
    pub(super) fn call<T>(
        &mut self,
        call: impl FnOnce(&bindings::Policy, &mut Store<State>) -> wasmtime::Result<Result<T, Refusal>>,
    ) -> Result<T, Error> {
        self.store.set_fuel(FUEL).map_err(Error::Failed)?;
        self.store.data_mut().looks_at_the_clock = 0;
        call(&self.policy, &mut self.store).map_err(Error::Failed)?.map_err(checks::refusal)
    }
}
