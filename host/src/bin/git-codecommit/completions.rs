//! `git codecommit completions`: what a shell reads to complete the command line, as `git-codecommit` and as `git codecommit`.

use clap::ValueEnum;
use clap_complete::Shell as Generator;

use crate::arguments;
use crate::fault::Fault;
use crate::output::Output;

/// A shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// bash 4 or later, with Git's own completion for `git codecommit`
    Bash,
    /// zsh, as a file `_git-codecommit` in a folder of fpath
    Zsh,
    /// fish 3 or later
    Fish,
    /// `PowerShell`, for `git-codecommit` alone
    Powershell,
}

impl Shell {
    fn generator(self) -> Generator {
        match self {
            Self::Bash => Generator::Bash,
            Self::Zsh => Generator::Zsh,
            Self::Fish => Generator::Fish,
            Self::Powershell => Generator::PowerShell,
        }
    }

    /// What is not generated: `git codecommit`, where Git's completion does not find that of the program.
    fn beside(self) -> &'static str {
        match self {
            // Git's completion calls this function for the command. What it knows of the words is in these variables.
            Self::Bash => {
                r#"
_git_codecommit() {
    local first=${__git_cmd_idx:-1}
    local COMP_WORDS=(git-codecommit "${words[@]:first+1}")
    local COMP_CWORD=$((cword - first))
    _git__codecommit git-codecommit "$cur" "$prev"
}
"#
            }
            // zsh's completion of Git calls the function `_git-codecommit`, which is there already.
            // PowerShell has none of Git.
            Self::Zsh | Self::Powershell => "",
            // Later ones than 3.6 do it themselves, where the program is on PATH; what is there twice is shown once. Nor are the
            // values of what is no option generated.
            Self::Fish => {
                r#"complete -c git-codecommit -n "__fish_git_codecommit_using_subcommand completions" -f -a "bash zsh fish powershell"

function __fish_git_codecommit_complete
    set -l words (commandline -opc)
    set -l at (contains -i -- codecommit $words)
    or return
    complete -C "git-codecommit "(string join -- ' ' (string escape -- $words[(math $at + 1)..]) '')(commandline -ct)
end
complete -c git -f -n '__fish_git_using_command codecommit' -a '(__fish_git_codecommit_complete)'
"#
            }
        }
    }
}

/// Prints the completions of a shell.
///
/// # Errors
/// [`Fault::Output`].
pub(crate) fn run(shell: Shell, output: &mut Output) -> Result<(), Fault> {
    let mut script = Vec::new();
    clap_complete::generate(shell.generator(), &mut completed(), "git-codecommit", &mut script);
    // clap_complete 4.6 has two names for a command of a program with a hyphen in its own, and bash would find none of its options.
    let script = String::from_utf8_lossy(&script).replace("git__subcmd__codecommit__", "git__codecommit__");
    output.text(&script)?;
    output.text(shell.beside())
}

/// The command line as it is completed: without what is hidden, which the generators would show.
fn completed() -> clap::Command {
    let parser = arguments::command();
    clap::Command::new("git-codecommit")
        .version("")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .args(parser.get_arguments().cloned())
        .subcommands(parser.get_subcommands().filter(|command| !command.is_hide_set()).cloned())
}
