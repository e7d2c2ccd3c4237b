//! The command line: its commands, options and their help.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory, Parser, Subcommand};
use git_remote_codecommit::policy;

#[cfg(unix)]
use crate::agent;
use crate::completions::Shell;
use crate::fault::Fault;
use crate::{configure, sign, url, usage};

/// What `--version` prints after the name.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What stands below each help: three commands that work, which a test parses. Every help fits a terminal of 24 lines.
mod examples {
    pub(super) const ALL: &str = "\
Examples:
  git codecommit explain origin       its profile, region, endpoint and identity
  git codecommit doctor               what is not right here, and what mends it
  git codecommit configure            HTTPS URLs of CodeCommit work too
";

    pub(super) const EXPLAIN: &str = "\
Examples:
  git codecommit explain                       every remote of this repository
  git codecommit explain origin --identity     and whose keys they are, says AWS
  git codecommit explain codecommit::eu-west-1://prod@MyRepo --json
";

    pub(super) const DOCTOR: &str = "\
Status: 0 all is well, 1 something failed, 3 there is a warning

Examples:
  git codecommit doctor                        every remote of this repository
  git codecommit doctor origin --offline       without asking its server
  git codecommit doctor codecommit::eu-west-1://prod@MyRepo
";

    pub(super) const SIGN: &str = "\
Examples:
  git codecommit sign codecommit://prod@MyRepo --format json > credential.json
  git codecommit sign codecommit://MyRepo --format git | git credential approve
  git clone \"$(git codecommit sign codecommit://prod@MyRepo --format url)\"
";

    #[cfg(unix)]
    pub(super) const AGENT: &str = "\
Examples:
  git codecommit agent --socket /run/cc/sock --allow codecommit://prod@team-a
  git codecommit agent --rules rules --audit audit.jsonl    opened by systemd
  git codecommit agent --rules rules --socket /run/cc/sock --group ci
";

    pub(super) const CONFIGURE: &str = "\
Examples:
  git codecommit configure                     show what is added, and ask
  git codecommit configure --profile prod --instead-of eu-west-1 --yes
  git codecommit configure --undo              take it out again
";

    pub(super) const URL: &str = "\
Examples:
  git codecommit url codecommit::eu-west-1://prod@MyRepo --to https
  git codecommit url \"$(git remote get-url origin)\" --to codecommit
  git codecommit url codecommit::eu-west-1://MyRepo --account 123456789012
";

    pub(super) const REGIONS: &str = "\
Examples:
  git codecommit regions                       as a table
  git codecommit regions --json                for programs
  git codecommit regions | grep fips           those with a FIPS endpoint
";

    pub(super) const COMPLETIONS: &str = "\
Examples:
  source <(git codecommit completions bash)                   in ~/.bashrc
  git codecommit completions zsh > ~/.zfunc/_git-codecommit   a folder of fpath
  git codecommit completions fish | source                    in config.fish
";

    pub(super) const MAN_PAGES: &str = "\
Examples:
  git codecommit man-pages ~/.local/share/man/man1        for one user
  git codecommit man-pages /usr/local/share/man/man1      for all of them
  git codecommit man-pages . && man ./git-codecommit.1    to look at one
";
}

/// Git remotes in AWS CodeCommit: see what happens, and set it up
#[derive(Parser)]
#[command(
    name = "git-codecommit",
    bin_name = "git codecommit",
    version = VERSION,
    after_help = examples::ALL,
    disable_help_flag = true,
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Print help
    // The same for `-h` and `--help`, because Git takes `git codecommit --help` for itself, and shows the manual page.
    #[arg(long, short, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print a text that the parser made.
    #[command(skip)]
    Help(String),
    /// Show what becomes of a remote or URL, and why
    #[command(after_help = examples::EXPLAIN)]
    Explain {
        /// A remote's name, or a URL; without, all of the repository's
        #[arg(value_name = "REMOTE|URL")]
        remote: Option<String>,
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
        /// Ask AWS STS whose keys they are: over the network
        #[arg(long)]
        identity: bool,
    },
    /// Look at all that has to be right, and say what mends it
    #[command(after_help = examples::DOCTOR)]
    Doctor {
        /// A remote's name, or a URL; without, all of the repository's
        #[arg(value_name = "REMOTE|URL")]
        remote: Option<String>,
        /// Ask nobody over the network
        #[arg(long)]
        offline: bool,
    },
    /// Print a credential for one repository, for 15 minutes
    #[command(after_help = examples::SIGN)]
    Sign {
        /// The repository: any URL of it, or its ARN
        url: String,
        /// How to print it: git, url, json, env or header
        ///
        /// git: the lines of Git's credential protocol, for `git credential approve`. url: the HTTPS URL with the credential in
        /// it. json: all of it, for programs. env: variables for a shell or a CI job. header: the HTTP header, for
        /// http.extraHeader.
        #[arg(long, hide_possible_values = true)]
        format: sign::Format,
        /// The AWS profile, where the URL has none
        #[arg(long)]
        profile: Option<String>,
        /// Print it even to a terminal
        #[arg(long)]
        show: bool,
    },
    /// Give jobs without AWS keys credentials for what rules allow
    #[cfg(unix)]
    #[command(after_help = examples::AGENT)]
    Agent(agent::Request),
    /// Let Git use the credential helper for HTTPS URLs
    #[command(after_help = examples::CONFIGURE)]
    Configure(configure::Request),
    /// Convert between URLs and ARNs of a repository
    #[command(after_help = examples::URL)]
    Url {
        /// Any URL of the repository, or its ARN
        #[arg(value_name = "URL|ARN")]
        text: String,
        /// codecommit, https, ssh, console or arn; all without
        #[arg(long, value_name = "FORM", hide_possible_values = true)]
        to: Option<url::Form>,
        /// The region, where the URL has none
        #[arg(long)]
        region: Option<String>,
        /// The AWS profile, where the URL has none
        #[arg(long)]
        profile: Option<String>,
        /// The account, where the URL has none
        #[arg(long)]
        account: Option<String>,
    },
    /// List the regions that have CodeCommit
    #[command(after_help = examples::REGIONS)]
    Regions {
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Print the completions of a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// bash, zsh, fish or powershell
        #[arg(hide_possible_values = true)]
        shell: Shell,
    },
    /// Write the manual pages into a folder
    #[command(hide = true, after_help = examples::MAN_PAGES)]
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
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match Arguments::try_parse_from(&arguments) {
        Ok(arguments) => Ok(arguments.command),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp => Ok(Command::Help(error.render().ansi().to_string())),
            ErrorKind::DisplayVersion => {
                Ok(Command::Help(format!("{}component {}\n", error.render(), policy::COMPONENT)))
            }
            _ => Err(usage::fault(&error, &command(), arguments.get(1).and_then(|name| name.to_str()))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_is_sound() {
        command().debug_assert();
    }

    /// The commands of this program in an example: words up to where a shell, or a description, begins.
    fn commands_of(example: &str) -> Vec<Vec<&str>> {
        let commands = example.match_indices("git codecommit").map(|(start, _)| {
            let line = &example[start..];
            let end = ["  ", " |", " >", " &", ")"].into_iter().filter_map(|end| line.find(end)).min();
            line[..end.unwrap_or(line.len())].split(' ').skip(1).collect()
        });
        commands.collect()
    }

    /// The lines below `Examples:` of a help.
    fn examples_of(command: &clap::Command) -> Vec<String> {
        let help = command.get_after_help().unwrap().to_string();
        let (_, examples) = help.split_once("Examples:\n").unwrap();
        // A command that a shell puts in place of a word is one.
        examples.lines().map(|line| line.replace("\"$(git remote get-url origin)\"", "codecommit://MyRepo")).collect()
    }

    #[test]
    fn every_command_has_three_examples_and_each_is_one_that_works() {
        let parser = command();
        for command in std::iter::once(&parser).chain(parser.get_subcommands()) {
            let examples = examples_of(command);
            assert_eq!(examples.len(), 3, "{}", command.get_name());
            for example in examples {
                let commands = commands_of(&example);
                assert_eq!(commands.len(), 1, "{example}");
                for words in commands {
                    assert!(parser.get_name() == command.get_name() || words[1] == command.get_name(), "{example}");
                    if let Err(fault) = parse(words.into_iter().map(OsString::from)) {
                        panic!("{example}: {fault}");
                    }
                }
            }
        }
    }
}
