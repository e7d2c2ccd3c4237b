//! The console on which the user started Git, asked without an echo.

use std::fs::OpenOptions;
use std::io;

use rpassword::ConfigBuilder;
use zeroize::Zeroizing;

/// That there is a console.
pub(super) struct Console;

/// The console; none where there is none, as in a service.
pub(super) fn open() -> Option<Console> {
    // Opened and closed again, for rpassword does not tell that there is none from that it fails.
    let open = |path| OpenOptions::new().read(true).write(true).open(path).ok();
    open("CONIN$").and(open("CONOUT$")).map(|_| Console)
}

/// Asks for a line, which is not echoed.
///
/// # Errors
/// What the system says.
pub(super) fn ask(_: Console, prompt: &str) -> io::Result<Zeroizing<Vec<u8>>> {
    let line = rpassword::prompt_password_with_config(prompt, ConfigBuilder::new().build())?;
    Ok(Zeroizing::new(line.into_bytes()))
}
