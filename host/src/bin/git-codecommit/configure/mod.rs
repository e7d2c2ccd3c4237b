//! `git codecommit configure`: Git's settings for CodeCommit's HTTPS URLs, written through `git config` and taken out again.

mod settings;

use std::io::{self, BufRead, IsTerminal};

use clap::Args;
use git_remote_codecommit::policy::{self, Cause, Instance, Options, Policy, Region};
use git_remote_codecommit::printable::Shown;

use crate::fault::Fault;
use crate::output::Output;

use settings::{Change, File, Scope, Setting};

/// What to write, and where.
#[derive(Args)]
pub(crate) struct Request {
    /// Write for this repository alone, not for the user
    #[arg(long)]
    local: bool,
    /// The profile for HTTPS URLs that name none
    #[arg(long)]
    profile: Option<String>,
    /// Another server, as a VPC endpoint; repeatable
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
    /// A region to use codecommit URLs for; repeatable
    #[arg(long, value_name = "REGION")]
    instead_of: Vec<String>,
    /// Take out what was written with the same options
    #[arg(long)]
    undo: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// Shows what would be changed, asks, and changes it.
///
/// # Errors
/// [`Fault::Usage`] for a host or a profile that is none; [`Fault::NotConfirmed`]; a region that is none; what Git says;
/// [`Fault::Output`].
pub(crate) fn run(request: &Request, output: &mut Output) -> Result<(), Fault> {
    if let Some(profile) = &request.profile {
        check_profile(profile)?;
    }
    let file = File::new(if request.local { Scope::Local } else { Scope::Global });
    let settings = wanted(request)?;
    let changes = if request.undo { file.removals(&settings)? } else { file.additions(&settings)? };
    if changes.is_empty() {
        return output.line(if request.undo { "there is nothing to take out" } else { "there is nothing to add" });
    }
    output.line(format_args!("{}:", file.scope.command()))?;
    for change in &changes {
        output.line(change)?;
    }
    if !request.undo {
        for key in file.helpers_of_the_cli()? {
            output.line(format_args!(
                "{} has `aws codecommit credential-helper`, which is not asked any more for these hosts",
                Shown(&key)
            ))?;
        }
    }
    if !request.yes {
        confirm(output)?;
    }
    file.apply(&changes)
}

/// Refuses what no profile can be called, and Git would write into more than a line.
fn check_profile(name: &str) -> Result<(), Fault> {
    if !name.is_empty() && Shown(name).to_string() == name {
        return Ok(());
    }
    Err(Fault::Usage {
        fact: format!("--profile cannot be '{}', only the name of a profile", Shown(name)),
        hint: "aws configure list-profiles".to_owned(),
    })
}

/// The settings that serve every server of CodeCommit: no helper of the user's is asked for its credentials or given them, ours is,
/// and is told which repository it is.
fn wanted(request: &Request) -> Result<Vec<Setting>, Fault> {
    let mut policy = Policy::load()?.instance()?;
    let regions = policy.region_table()?;
    // One pattern stands for all regions of a domain: Git's `*` is one part of a name.
    let mut hosts: Vec<String> = Vec::new();
    for region in &regions {
        for host in [Some(&region.host), region.fips_host.as_ref()].into_iter().flatten() {
            let pattern = host.replace(&region.name, "*");
            if !hosts.contains(&pattern) {
                hosts.push(pattern);
            }
        }
    }
    for host in once(&request.host) {
        check_host(&host, &regions, &mut policy)?;
        hosts.push(host);
    }
    let mut settings = Vec::new();
    for host in hosts {
        settings.push(Setting::new(format!("credential.https://{host}.helper"), &["", "codecommit"]));
        settings.push(Setting::new(format!("credential.https://{host}.useHttpPath"), &["true"]));
    }
    if let Some(profile) = &request.profile {
        settings.push(Setting::new("codecommit.profile".to_owned(), &[profile]));
    }
    // To undo is to undo it for every region.
    let every = || regions.iter().map(|region| region.name.clone()).collect();
    let instead_of = if request.undo && request.instead_of.is_empty() { every() } else { once(&request.instead_of) };
    for region in instead_of {
        // What stands before every repository of the region.
        let endpoint = policy.resolve(&region, ANY, Options { fips: false, host: None, extra_regions: &[] })?;
        let before = endpoint.url.strip_suffix(ANY).unwrap_or_default();
        settings.push(Setting::new(format!("url.codecommit::{region}://.insteadOf"), &[before]));
    }
    Ok(settings)
}

/// What stands for a repository where it is not about one.
const ANY: &str = "x";

/// Refuses what the policy takes for no server: it becomes part of the name of a setting.
fn check_host(host: &str, regions: &[Region], policy: &mut Instance) -> Result<(), Fault> {
    let region = regions.first().map(|region| region.name.as_str()).unwrap_or_default();
    let is_malformed = match policy.resolve(region, ANY, Options { fips: false, host: Some(host), extra_regions: &[] })
    {
        // Empty is as good as none for the policy.
        Ok(_) => host.is_empty(),
        Err(policy::Error::Refused(refusal)) if refusal.cause == Cause::MalformedHost => true,
        Err(error) => return Err(error.into()),
    };
    if !is_malformed {
        return Ok(());
    }
    Err(Fault::Usage {
        fact: format!("--host cannot be '{}', only a host name, or one and a port", Shown(host)),
        hint: "--host NAME.git-codecommit.REGION.vpce.amazonaws.com".to_owned(),
    })
}

/// Each of these, where it stands first.
fn once(texts: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        if !kept.contains(text) {
            kept.push(text.clone());
        }
    }
    kept
}

/// Asks the user on the terminal.
fn confirm(output: &mut Output) -> Result<(), Fault> {
    if !io::stdin().is_terminal() {
        return Err(Fault::NotConfirmed { is_answer: false });
    }
    output.text("change this? [y/N] ")?;
    output.flush()?;
    let mut answer = String::new();
    // One that cannot be read is none.
    let _ = io::stdin().lock().read_line(&mut answer);
    // The end of the input is not the end of a line.
    if !answer.ends_with('\n') {
        output.line("")?;
    }
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(Fault::NotConfirmed { is_answer: true }),
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.is_removal { '-' } else { '+' };
        write!(f, "  {sign} {} = {}", Shown(&self.key), Shown(&self.value))
    }
}
