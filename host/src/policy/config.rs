//! How components are compiled and run: one function for the build script, which compiles, and the helper, which runs what was
//! compiled, because the engine takes code only if both say the same.

use wasmtime::Config;

/// The settings of the engine, for Windows or another system.
pub(crate) fn config(is_windows: bool) -> Config {
    let mut config = Config::new();
    // Ends a component that would not end by itself, without the second thread and the timer that epochs need.
    config.consume_fuel(true);
    // No addresses are set aside before a memory, where none of the component's leads: the system then divides a mapping in two and not
    // in three. Those after it stay, for they are what saves the checks of data that lies behind the component's stack.
    config.guard_before_linear_memory(false);
    // Copies 7 KB of data where a file in memory would have to be made to map them from.
    config.memory_init_cow(false);
    // Nobody looks at a backtrace of the component.
    config.generate_address_map(false);
    // Nor does anybody look for the names of its functions.
    config.debug_symbols(false);
    // Windows ends a process where it finds none.
    config.native_unwind_info(is_windows);
    config
}
