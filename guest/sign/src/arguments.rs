//! The arguments. Keys are never among them: whoever lists processes reads those.

use std::ffi::OsString;

use codecommit_formats::Format;
use lexopt::Arg;

use crate::fault::Fault;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
codecommit-sign: a credential for one CodeCommit repository, for 15 minutes

  codecommit-sign [--format FORMAT] [--region REGION] [--stdin] URL

URL        any URL of the repository, or its ARN; without a profile, for there are none here
--format   git, url, json, env or header; git where it is left out
--region   the region where the URL has none; otherwise AWS_DEFAULT_REGION, AWS_REGION
--extra-region REGION
           a region that this version does not know, and you do; repeatable
--stdin    read the keys as JSON from standard input, as
           `aws configure export-credentials --format process` prints them
--help     this text
--version  the version

The keys are those of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN unless
--stdin is given. CODE_COMMIT_ENDPOINT and AWS_USE_FIPS_ENDPOINT count too. Nothing else is read.

  wasmtime run --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_SESSION_TOKEN \\
    codecommit-sign.wasm codecommit::eu-west-1://MyRepo
";

/// What is asked for.
pub(crate) enum Parsed {
    /// The help.
    Help,
    /// The version.
    Version,
    /// A credential.
    Sign(Arguments),
}

/// A credential, as it is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) url: String,
    pub(crate) format: Format,
    pub(crate) region: Option<String>,
    pub(crate) extra_regions: Vec<String>,
    pub(crate) keys_on_stdin: bool,
}

/// Reads the command line, the program's name first.
///
/// # Errors
/// [`Fault::Usage`].
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Parsed, Fault> {
    let mut parser = lexopt::Parser::from_iter(arguments.into_iter().map(text));
    let (mut url, mut format, mut region) = (None, None, None);
    let (mut extra_regions, mut keys_on_stdin) = (Vec::new(), false);
    while let Some(argument) = parser.next().map_err(|error| Fault::Usage(error.to_string()))? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(Parsed::Help),
            Arg::Long("version") | Arg::Short('V') => return Ok(Parsed::Version),
            Arg::Long("stdin") => keys_on_stdin = true,
            Arg::Long("extra-region") => extra_regions.push(value(&mut parser)?),
            Arg::Long("region") => region = Some(value(&mut parser)?),
            Arg::Long("format") => {
                let name = value(&mut parser)?;
                let known = Format::ALL.into_iter().find(|(known, _)| *known == name);
                let names = Format::ALL.map(|(name, _)| name).join(", ");
                format = Some(known.ok_or_else(|| Fault::Usage(format!("--format has to be one of {names}")))?.1);
            }
            Arg::Value(value) if url.is_none() => {
                let value = value.into_string().map_err(|_| Fault::Usage("the URL is not UTF-8 text".to_owned()))?;
                url = Some(value);
            }
            Arg::Value(_) => return Err(Fault::Usage("there is more than one URL".to_owned())),
            Arg::Long(name) => return Err(Fault::Usage(format!("there is no option --{name}"))),
            Arg::Short(letter) => return Err(Fault::Usage(format!("there is no option -{letter}"))),
        }
    }
    let url = url.ok_or_else(|| Fault::Usage("the URL is missing".to_owned()))?;
    Ok(Parsed::Sign(Arguments { url, format: format.unwrap_or(Format::Git), region, extra_regions, keys_on_stdin }))
}

/// The value of the option that was read last.
fn value(parser: &mut lexopt::Parser) -> Result<String, Fault> {
    let value = parser.value().map_err(|error| Fault::Usage(error.to_string()))?;
    value.into_string().map_err(|_| Fault::Usage("an argument is not UTF-8 text".to_owned()))
}

/// What lexopt says of an argument it quotes as it is: what cannot be printed is taken out before.
fn text(argument: OsString) -> OsString {
    match argument.to_str() {
        Some(text) if text.starts_with('-') && text.chars().any(codecommit_policy::printable::is_unprintable) => {
            codecommit_policy::printable::Shown(text).to_string().into()
        }
        _ => argument,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Arguments, String> {
        let words = std::iter::once("codecommit-sign").chain(line.split(' ').filter(|word| !word.is_empty()));
        match parse(words.map(OsString::from)) {
            Ok(Parsed::Sign(arguments)) => Ok(arguments),
            Ok(_) => panic!("{line}"),
            Err(fault) => Err(fault.to_string()),
        }
    }

    #[test]
    fn a_url_is_enough_and_options_stand_anywhere() {
        let plain = parsed("codecommit://a").unwrap();
        assert_eq!(
            (plain.url.as_str(), plain.format, plain.region, plain.keys_on_stdin),
            ("codecommit://a", Format::Git, None, false)
        );
        let all = parsed("--stdin codecommit://a --format=json --region eu-west-1 --extra-region x --extra-region y")
            .unwrap();
        assert_eq!((all.format, all.region.as_deref(), all.keys_on_stdin), (Format::Json, Some("eu-west-1"), true));
        assert_eq!(all.extra_regions, ["x", "y"]);
    }

    #[test]
    fn what_is_wrong_is_told_in_one_line() {
        for (line, fault) in [
            ("", "the URL is missing"),
            ("a b", "there is more than one URL"),
            ("--format", "missing argument for option '--format'"),
            ("--format xml a", "--format has to be one of git, url, json, env, header"),
            ("--force a", "there is no option --force"),
            ("--secret-access-key=example-secret a", "there is no option --secret-access-key"),
            ("-x", "there is no option -x"),
        ] {
            assert_eq!(parsed(line).unwrap_err(), fault, "{line}");
        }
        let hostile = parse(["x", "--stdin=\u{1b}[31m"].map(OsString::from)).err().unwrap().to_string();
        assert!(!hostile.contains('\u{1b}'), "{hostile}");
    }
}
