//! `git codecommit url`: the forms in which a repository is written.

use clap::ValueEnum;
use git_remote_codecommit::policy::{Address, Defaults};
use git_remote_codecommit::remote::Remote;
use git_remote_codecommit::variables::Variables;

use crate::address;
use crate::fault::Fault;
use crate::output::Output;

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// The URL for the remote helper
    Codecommit,
    /// The HTTPS URL for Git
    Https,
    /// The SSH URL for Git
    Ssh,
    /// The page in the AWS console
    Console,
    /// The Amazon Resource Name
    Arn,
}

impl Form {
    /// Its name on the command line.
    fn name(self) -> &'static str {
        match self {
            Self::Codecommit => "codecommit",
            Self::Https => "https",
            Self::Ssh => "ssh",
            Self::Console => "console",
            Self::Arn => "arn",
        }
    }

    /// A repository in this form, where it can be written.
    fn of(self, address: &Address) -> Option<&str> {
        match self {
            Self::Codecommit => address.codecommit.as_deref(),
            Self::Https => address.https.as_deref(),
            Self::Ssh => address.ssh.as_deref(),
            Self::Console => address.console.as_deref(),
            Self::Arn => address.arn.as_deref(),
        }
    }

    /// Why it cannot be written.
    fn lack(self, address: &Address) -> Lack {
        match self {
            Self::Codecommit => Lack { fact: "no URL can hold this profile", hint: None },
            _ if address.region.is_none() => Lack { fact: "a region is missing", hint: Some("add --region REGION") },
            // There is one for every region that could be.
            _ if address.https.is_none() => {
                Lack { fact: "there is no such region", hint: Some("git codecommit regions") }
            }
            Self::Arn => Lack { fact: "an account is missing", hint: Some("add --account ACCOUNT") },
            Self::Https | Self::Ssh | Self::Console => {
                Lack { fact: "the console of this partition is not known", hint: None }
            }
        }
    }
}

/// Why a form cannot be written, and what to add or to look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lack {
    pub(crate) fact: &'static str,
    pub(crate) hint: Option<&'static str>,
}

impl Lack {
    /// What stands where the form would.
    fn in_its_place(self) -> String {
        let hint = self.hint.map(|hint| format!(": {hint}")).unwrap_or_default();
        format!("- ({}{hint})", self.fact)
    }
}

/// Prints a repository in one form, or in all. Where neither the text nor `defaults` has a region, it is the one that the helper
/// would take.
///
/// # Errors
/// What the text is not; [`Fault::NotWritten`]; [`Fault::Output`].
pub(crate) fn run(
    text: &str,
    to: Option<Form>,
    defaults: Defaults<'_>,
    variables: Variables<'_>,
    output: &mut Output,
) -> Result<(), Fault> {
    let mut address = address::read(text, defaults)?;
    if address.region.is_none() && to != Some(Form::Codecommit) {
        match Remote::of_address(&address, variables) {
            Ok(remote) => {
                let region = remote.endpoint().region.clone();
                address = Address::read(text, Defaults { region: Some(&region), ..defaults })?;
            }
            Err(error) if to.is_some() => return Err(error.into()),
            // What can be written without is worth more than why the rest cannot.
            Err(_) => {}
        }
    }
    if let Some(form) = to {
        let written = form.of(&address).ok_or(Fault::NotWritten { form: form.name(), lack: form.lack(&address) })?;
        return output.line(written);
    }
    for form in Form::value_variants() {
        let written = form.of(&address).map_or_else(|| form.lack(&address).in_its_place(), str::to_owned);
        output.line(format_args!("{:<10}  {written}", form.name()))?;
    }
    Ok(())
}
