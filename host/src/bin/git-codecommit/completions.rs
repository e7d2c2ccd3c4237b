//! `git codecommit completions`: what a shell reads to complete the command line.

use clap_complete::Shell;

use crate::arguments;
use crate::fault::Fault;
use crate::output::Output;

/// Prints the completions of a shell.
///
/// # Errors
/// [`Fault::Output`].
pub(crate) fn run(shell: Shell, output: &mut Output) -> Result<(), Fault> {
    let mut script = Vec::new();
    // Under the name of the program: what Git's own completion does with `git codecommit` is to look for this one.
    clap_complete::generate(shell, &mut arguments::command().bin_name("git-codecommit"), "git-codecommit", &mut script);
    output.text(&String::from_utf8_lossy(&script))
}
