//! The repository that a command is about: its text, and the options that say what the text does not.

use git_remote_codecommit::policy::{Address, Defaults};
use git_remote_codecommit::printable::Shown;

use crate::fault::Fault;

/// Reads a URL or ARN, with options for what it leaves open. What it says already, an option may only repeat.
///
/// # Errors
/// What the text is not; [`Fault::Usage`] for an option that is none, or says something else than the text.
pub(crate) fn read(text: &str, options: Defaults<'_>) -> Result<Address, Fault> {
    // Regions are in lower case wherever they are read.
    let region = options.region.map(str::to_ascii_lowercase);
    let options = Defaults { region: region.as_deref(), ..options };
    let account = options.account.filter(|account| !account.is_empty());
    if let Some(account) = account
        && !(account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(Fault::Usage {
            fact: format!("--account cannot be '{}', only twelve digits", Shown(account)),
            hint: "aws sts get-caller-identity".to_owned(),
        });
    }
    let address = Address::read(text, options)?;
    let said = [
        ("profile", options.profile, &address.profile),
        ("region", options.region, &address.region),
        ("account", options.account, &address.account),
    ];
    for (name, option, said) in said {
        if let (Some(option), Some(said)) = (option.filter(|option| !option.is_empty()), said)
            && option != said
        {
            let form = if text.to_ascii_lowercase().starts_with("arn:") { "ARN" } else { "URL" };
            return Err(Fault::Usage {
                fact: format!("the {form} has {name} '{}', and --{name} is '{}'", Shown(said), Shown(option)),
                hint: format!("leave --{name} out"),
            });
        }
    }
    Ok(address)
}
