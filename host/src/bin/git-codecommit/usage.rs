//! What is wrong with a command line, in one line, and the help that says how it is right.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use git_remote_codecommit::printable::Shown;

use crate::fault::Fault;

/// What the parser complains of. `first` is the first argument, which can be the name of a command.
pub(crate) fn fault(error: &clap::Error, parser: &clap::Command, first: Option<&str>) -> Fault {
    let command = first.and_then(|name| parser.find_subcommand(name)).map(|command| format!(" {}", command.get_name()));
    let command = command.unwrap_or_default();
    Fault::Usage { fact: fact(error, &command), hint: hint(error, parser, &command) }
}

/// What is wrong. `command` is a blank and the command's name, or empty.
fn fact(error: &clap::Error, command: &str) -> String {
    let of = |kind| texts(error, kind).into_iter().next().unwrap_or_default();
    let (argument, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("git codecommit has no command '{}'", Shown(&of(ContextKind::InvalidSubcommand)))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "git codecommit needs a command".to_owned()
        }
        ErrorKind::MissingRequiredArgument => match texts(error, ContextKind::InvalidArg).as_slice() {
            [one] => format!("{} is missing", Shown(one)),
            several => format!("{} are missing", Shown(&several.join(" and "))),
        },
        ErrorKind::InvalidValue if value.is_empty() => format!("{} needs a value", Shown(&argument)),
        ErrorKind::InvalidValue => format!(
            "{} cannot be '{}', only {}",
            Shown(&argument),
            Shown(&value),
            texts(error, ContextKind::ValidValue).join(", ")
        ),
        ErrorKind::TooManyValues => format!("{} takes no value", Shown(&argument)),
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            format!("git codecommit{command} has no option '{}'", Shown(&argument))
        }
        ErrorKind::UnknownArgument => format!("'{}' is one argument too many", Shown(&argument)),
        ErrorKind::ArgumentConflict => {
            let other = of(ContextKind::PriorArg);
            if other == argument {
                format!("{} is given twice", Shown(&argument))
            } else {
                format!("{} and {} do not go together", Shown(&argument), Shown(&other))
            }
        }
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8 text".to_owned(),
        // The first line, without its label, is the fact of whatever else there is.
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            Shown(line.strip_prefix("error: ").unwrap_or(line)).to_string()
        }
    }
}

/// What was probably meant, or where it is said how it is right.
fn hint(error: &clap::Error, parser: &clap::Command, command: &str) -> String {
    let is_hidden = |name: &String| parser.find_subcommand(name).is_some_and(clap::Command::is_hide_set);
    // The values that there are have been told already.
    let suggested = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg]
        .into_iter()
        .flat_map(|kind| texts(error, kind))
        .rfind(|suggested| !is_hidden(suggested));
    match suggested {
        Some(suggested) => format!("did you mean {}?", Shown(&suggested)),
        None => format!("git codecommit{command} -h"),
    }
}

/// What the parser tells of one kind.
fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        _ => Vec::new(),
    }
}
