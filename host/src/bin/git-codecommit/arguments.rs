//! The command line: its commands, options and their help.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use git_remote_codecommit::policy;
use git_remote_codecommit::printable::Shown;

#[cfg(unix)]
use crate::agent;
use crate::fault::Fault;
use crate::{configure, sign, url};

/// What `--version` prints after the name.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What stands below the list of commands.
const EXAMPLES: &str = "\
Examples:
  git codecommit explain origin                        its repository, profile, region, endpoint and identity
  git codecommit regions                               every region with CodeCommit
";

/// Git remotes in AWS CodeCommit: see what happens, and set it up
#[derive(Parser)]
#[command(
    name = "git-codecommit",
    bin_name = "git codecommit",
    version = VERSION,
    after_help = EXAMPLES,
    disable_help_subcommand = true,
    max_term_width = 100
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print a text that the parser made.
    #[command(skip)]
    Help(String),
    /// Show what becomes of a remote or URL, and why
    Explain {
        /// A remote's name, or a URL; all remotes of the repository without
        #[arg(value_name = "REMOTE|URL")]
        remote: Option<String>,
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
        /// Ask AWS STS whose keys they are, which can take the network and a prompt
        #[arg(long)]
        identity: bool,
    },
    /// Look at all that has to be right, and say what mends it
    #[command(after_help = "Status: 0 all is well, 1 something failed, 3 there is a warning")]
    Doctor {
        /// A remote's name, or a URL; all remotes of the repository without
        #[arg(value_name = "REMOTE|URL")]
        remote: Option<String>,
        /// Ask nobody over the network
        #[arg(long)]
        offline: bool,
    },
    /// Print a credential for one repository, for 15 minutes
    Sign {
        /// The repository: any URL of it, or its ARN
        url: String,
        /// How to print it
        #[arg(long)]
        format: sign::Format,
        /// The AWS profile, where the URL has none
        #[arg(long)]
        profile: Option<String>,
        /// Print it even to a terminal
        #[arg(long)]
        show: bool,
    },
    /// Hold the identity, and give jobs credentials for the repositories that are allowed
    #[cfg(unix)]
    Agent(agent::Request),
    /// Let Git use the credential helper for HTTPS URLs
    Configure(configure::Request),
    /// Convert between URLs and ARNs of a repository
    Url {
        /// Any URL of the repository, or its ARN
        text: String,
        /// The one to print; all without
        #[arg(long, value_name = "FORM")]
        to: Option<url::Form>,
        /// The region, where the text has none
        #[arg(long)]
        region: Option<String>,
        /// The AWS profile, where the text has none
        #[arg(long)]
        profile: Option<String>,
        /// The account, where the text has none
        #[arg(long)]
        account: Option<String>,
    },
    /// List the regions that have CodeCommit
    Regions {
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual pages into a folder
    #[command(hide = true)]
    ManPages {
        /// The folder
        folder: PathBuf,
    },
}

/// The parser, for what is made of it.
pub(crate) fn command() -> clap::Command {
    Arguments::command()
}

/// Reads the command line. What asks for help or the version becomes [`Command::Help`].
///
/// # Errors
/// [`Fault::Usage`], one line.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Fault> {
    match Arguments::try_parse_from(arguments) {
        Ok(arguments) => Ok(arguments.command),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp => Ok(Command::Help(error.render().ansi().to_string())),
            ErrorKind::DisplayVersion => {
                Ok(Command::Help(format!("{}component {}\n", error.render(), policy::COMPONENT)))
            }
            _ => Err(usage(&error)),
        },
    }
}

/// What is wrong with the command line, in one line, and the help that says how it is right.
fn usage(error: &clap::Error) -> Fault {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(vec![text.clone()]),
        Some(ContextValue::Strings(texts)) => Some(texts.clone()),
        Some(ContextValue::StyledStr(text)) => Some(vec![text.to_string()]),
        _ => None,
    };
    let first = |kind| context(kind).and_then(|texts| texts.into_iter().next()).unwrap_or_default();
    let (argument, value) = (first(ContextKind::InvalidArg), first(ContextKind::InvalidValue));
    let fact = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("git codecommit has no command '{}'", Shown(&first(ContextKind::InvalidSubcommand)))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "git codecommit needs a command".to_owned()
        }
        ErrorKind::MissingRequiredArgument => {
            format!("{} is missing", context(ContextKind::InvalidArg).unwrap_or_default().join(", "))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{} needs a value", Shown(&argument)),
        ErrorKind::InvalidValue => format!(
            "{} cannot be '{}', only {}",
            Shown(&argument),
            Shown(&value),
            context(ContextKind::ValidValue).unwrap_or_default().join(", ")
        ),
        ErrorKind::UnknownArgument => format!("there is no place for '{}'", Shown(&argument)),
        ErrorKind::ArgumentConflict => {
            format!("{} and {} do not go together", Shown(&argument), Shown(&first(ContextKind::PriorArg)))
        }
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8 text".to_owned(),
        // The first line, without its label, is the fact of whatever else there is.
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            Shown(line.strip_prefix("error: ").unwrap_or(line)).to_string()
        }
    };
    let suggested = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(&context);
    let hint = match suggested.and_then(|suggested| suggested.into_iter().next_back()) {
        Some(suggested) => format!("did you mean {}?", Shown(&suggested)),
        None => "git codecommit -h".to_owned(),
    };
    Fault::Usage { fact, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_is_sound() {
        command().debug_assert();
    }
}
