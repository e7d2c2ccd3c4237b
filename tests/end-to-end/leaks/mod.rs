//! Nothing secret is left behind: not in a command line, an environment, a trace, a message or a file, and not with the user's own
//! credential helpers. Each place is shown to be one where a secret would be found.

mod files;
mod helpers;
#[cfg(target_os = "linux")]
mod processes;
mod search;
#[cfg(target_os = "linux")]
mod tracer;
mod traces;
mod work;
