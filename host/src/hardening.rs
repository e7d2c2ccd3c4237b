//! What keeps the memory of a process that holds keys from other processes of the same user, and off the disk.

/// Keeps others out of this process's memory, and its memory out of core dumps.
///
/// On Linux the process is no longer dumpable: nobody but root can trace it from now on, or read its memory and environment in
/// `/proc`, and it leaves no core dump, whatever the limit is and whatever program collects them. Elsewhere on Unix the limit
/// keeps core dumps off, and debuggers are not kept out: macOS has `PT_DENY_ATTACH` for that, which takes unsafe code to ask for.
///
/// A system that refuses leaves the user no worse off than without, so that is no fault. A program that is run from here can be
/// traced as ever, and may raise its limit again: only the soft one is lowered.
pub fn keep_memory_private() {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_dumpable(false);
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};
        let _ = getrlimit(Resource::RLIMIT_CORE).and_then(|(_, most)| setrlimit(Resource::RLIMIT_CORE, 0, most));
    }
}
