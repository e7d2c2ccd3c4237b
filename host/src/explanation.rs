//! How a URL becomes a request: each answer on the way, where it came from, and what it overrode.
//!
//! Nothing is decided here: the steps are those of [`Remote::resolve`], which tells them, and those of [`Sources`]. Nothing is secret.

use std::ffi::OsStr;
use std::path::Path;
use std::time::SystemTime;

use crate::Error;
#[cfg(unix)]
use crate::agent;
use crate::aws::config_files::{ConfigFiles, Locations, Profile, home_folder};
#[cfg(unix)]
use crate::aws::identity::description::Details;
use crate::aws::identity::{Caller, Description, Overridden, Sources};
use crate::aws::network::Network;
use crate::aws::profile::{ChosenProfile, ProfileSource};
use crate::policy::{self, ChosenRegion, RegionSource};
use crate::printable::Shown;
use crate::remote::{Fips, Remote, Step};
use crate::variables::Variables;

/// An answer, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The answer, safe to print.
    pub value: String,
    /// Where it came from, for a sentence.
    pub source: String,
    /// What is set as well, and does not count.
    pub overridden: Vec<Overridden>,
}

/// What there is between a URL and a request, as far as it goes.
#[derive(Debug, Default)]
pub struct Explanation {
    /// The repository.
    pub repository: Option<Fact>,
    /// The profile; none where the keys are the agent's and the URL names none.
    pub profile: Option<Fact>,
    /// The region.
    pub region: Option<Fact>,
    /// The URL of the endpoint.
    pub endpoint: Option<Fact>,
    /// Why one of these is not known, and those after it.
    pub fault: Option<Error>,
    /// Whether the keys are the signing agent's, whose rules have the profile.
    pub are_agents: bool,
    /// Whose keys sign, where the profile is known.
    pub identity: Option<Description>,
    /// Whose keys they are, where STS was asked.
    pub caller: Option<Result<Caller, Error>>,
}

impl Explanation {
    /// Explains a URL, at a time. Nothing is asked of the network, and no program is run but Git.
    ///
    /// With `ask`, STS is asked whose keys they are, after they are found as for signing.
    pub fn of(url: &OsStr, variables: Variables<'_>, now: SystemTime, ask: bool) -> Self {
        let mut told = Told::new(variables);
        let resolved = Remote::resolve_step_by_step(url, variables, &mut |step| told.take(step));
        let mut explanation = told.explanation;
        if let Some(chosen) = told.chosen {
            explanation.identity = describe(&chosen, variables, now);
        }
        match resolved {
            Ok(mut remote) if ask => explanation.caller = Some(remote.caller(variables)),
            Ok(_) => {}
            Err(fault) => explanation.fault = Some(fault),
        }
        explanation
    }

    /// Whether anything is wrong, as far as it is known.
    pub fn is_faulty(&self) -> bool {
        self.fault.is_some()
            || self.identity.as_ref().is_some_and(|identity| identity.details.fault.is_some())
            || self.caller.as_ref().is_some_and(Result::is_err)
    }
}

/// Which way the keys of a profile would be found; none where the files cannot be read, which is a fault of the profile already.
fn describe(chosen: &ChosenProfile, variables: Variables<'_>, now: SystemTime) -> Option<Description> {
    let files = ConfigFiles::read(&Locations::find(variables.0, home_folder(variables.0).as_deref())).ok()?;
    let profile = chosen.find(&files).ok()?;
    // Services have regions, and none is asked.
    let region = || Ok(String::new());
    let network = Network::new(&files, profile, variables);
    Some(Sources { files: &files, chosen, variables, region: &region, now, network }.describe())
}

/// What the steps told.
struct Told<'a> {
    variables: Variables<'a>,
    explanation: Explanation,
    /// What the URL says.
    url: Option<policy::Remote>,
    chosen: Option<ChosenProfile>,
    /// `region` and [`Fips::OPTION`] of the profile, and the file that they are in.
    options: Options,
}

/// Options of the profile, each with the place where it is.
#[derive(Default)]
struct Options {
    region: Option<(String, String)>,
    fips: Option<(String, String)>,
}

impl<'a> Told<'a> {
    fn new(variables: Variables<'a>) -> Self {
        let (explanation, options) = (Explanation::default(), Options::default());
        Self { variables, explanation, url: None, chosen: None, options }
    }

    fn take(&mut self, step: Step<'_>) {
        match step {
            Step::Url(remote) => {
                self.explanation.repository = Some(fact(&remote.repository, "the URL", Vec::new()));
                self.url = Some(remote.clone());
            }
            Step::Profile { chosen, profile, locations, is_submodule } => {
                let option =
                    |name| profile.and_then(|profile| option(profile, &chosen.name, name, locations, self.variables));
                self.options = Options { region: option("region"), fips: option(Fips::OPTION) };
                self.explanation.profile = Some(self.profile(chosen, profile.is_some(), is_submodule));
                self.chosen = Some(chosen.clone());
            }
            #[cfg(unix)]
            Step::Agent { socket, chosen, is_submodule } => {
                if chosen.source == ProfileSource::Url {
                    self.explanation.profile = Some(self.profile(chosen, true, is_submodule));
                }
                self.explanation.identity = Some(self.agent(socket, chosen));
                self.explanation.are_agents = true;
            }
            Step::Region(region) => self.explanation.region = Some(self.region(region)),
            Step::Endpoint { endpoint, fips, host, is_extra } => {
                let mut overridden = Vec::new();
                let mut source = match (host, fips.is_on) {
                    (Some(_), _) => "CODE_COMMIT_ENDPOINT".to_owned(),
                    (None, true) => format!("the region's FIPS endpoint, since {}", self.fips_place(fips)),
                    (None, false) => "the region".to_owned(),
                };
                if host.is_some() && fips.is_on {
                    overridden.push(ignored(self.fips_place(fips), "CODE_COMMIT_ENDPOINT"));
                }
                if let Some((value, place)) = self.options.fips.as_ref().filter(|_| fips.is_of_variable) {
                    overridden.push(ignored(format!("{}={} in {place}", Fips::OPTION, Shown(value)), Fips::VARIABLE));
                }
                if is_extra {
                    source = format!("{source}, which codecommit.extraRegion of Git's configuration names");
                }
                self.explanation.endpoint = Some(fact(&endpoint.url, &source, overridden));
            }
        }
    }

    fn profile(&self, chosen: &ChosenProfile, exists: bool, is_submodule: bool) -> Fact {
        let is_in_url = self.url.as_ref().is_some_and(|url| url.profile.is_some());
        let (source, first) = match chosen.source {
            ProfileSource::Url if is_submodule && is_in_url => {
                ("the submodule's URL, as codecommit.submoduleProfile allows", "the URL")
            }
            ProfileSource::Url if is_submodule => ("the repository around the submodule", "the repository around it"),
            ProfileSource::Url => ("the URL", "the URL"),
            ProfileSource::AwsDefaultProfile => ("AWS_DEFAULT_PROFILE", "AWS_DEFAULT_PROFILE"),
            ProfileSource::AwsProfile => ("AWS_PROFILE", ""),
            ProfileSource::Default if exists => ("the default, as nothing names another", ""),
            ProfileSource::Default => ("the default, which no file has", ""),
        };
        let candidates: [(ProfileSource, &'static str); 2] =
            [(ProfileSource::AwsDefaultProfile, "AWS_DEFAULT_PROFILE"), (ProfileSource::AwsProfile, "AWS_PROFILE")];
        let others = candidates.into_iter().filter(|(source, _)| *source != chosen.source);
        let overridden = others.filter_map(|(_, name)| self.ignored_variable(name, first)).collect();
        fact(&chosen.name, source, overridden)
    }

    /// The agent, whose socket this is, and what of this environment does not count with it.
    #[cfg(unix)]
    fn agent(&self, socket: &Path, chosen: &ChosenProfile) -> Description {
        let mut overridden = Vec::new();
        if chosen.source != ProfileSource::Url {
            let names = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];
            overridden.extend(names.into_iter().filter_map(|name| self.ignored_variable(name, "the agent's rule")));
        }
        let keys = "AWS_ACCESS_KEY_ID";
        if self.variables.0(keys).is_some_and(|value| !value.is_empty()) {
            overridden.push(ignored(keys.to_owned(), agent::SOCKET));
        }
        Description {
            way: None,
            source: agent::SOCKET.to_owned(),
            details: Details {
                value: format!("the signing agent at {}", shown(socket, self.variables)),
                notes: vec![
                    "its rules decide on the profile and the repositories; no AWS file is read here".to_owned(),
                ],
                ..Details::default()
            },
            overridden,
        }
    }

    fn region(&self, region: &ChosenRegion) -> Fact {
        let in_profile = self.options.region.as_ref();
        let (source, first) = match region.source {
            RegionSource::Url => ("the URL".to_owned(), "the URL"),
            RegionSource::AwsDefaultRegion => ("AWS_DEFAULT_REGION".to_owned(), "AWS_DEFAULT_REGION"),
            RegionSource::Profile => {
                let place = in_profile.map(|(_, place)| place.as_str()).unwrap_or_default();
                (place.to_owned(), "the profile's region")
            }
            RegionSource::AwsRegion => ("AWS_REGION".to_owned(), ""),
        };
        let mut overridden = Vec::new();
        for candidate in [RegionSource::AwsDefaultRegion, RegionSource::Profile, RegionSource::AwsRegion] {
            if candidate == region.source {
                continue;
            }
            overridden.extend(match candidate {
                RegionSource::Url => None,
                RegionSource::AwsDefaultRegion => self.ignored_variable("AWS_DEFAULT_REGION", first),
                RegionSource::AwsRegion => self.ignored_variable("AWS_REGION", first),
                RegionSource::Profile => {
                    in_profile.map(|(value, place)| ignored(format!("region={} in {place}", Shown(value)), first))
                }
            });
        }
        fact(&region.name, &source, overridden)
    }

    /// What wants the FIPS endpoint.
    fn fips_place(&self, fips: Fips) -> String {
        match &self.options.fips {
            Some((value, place)) if !fips.is_of_variable => format!("{}={} in {place}", Fips::OPTION, Shown(value)),
            _ => format!("{}=true", Fips::VARIABLE),
        }
    }

    /// A variable that is set, and does not count.
    fn ignored_variable(&self, name: &'static str, first: &str) -> Option<Overridden> {
        let value = self.variables.0(name).filter(|value| !value.is_empty())?;
        Some(ignored(format!("{name}={}", Shown(&value.to_string_lossy())), first))
    }
}

fn fact(value: &str, source: &str, overridden: Vec<Overridden>) -> Fact {
    Fact { value: Shown(value).to_string(), source: source.to_owned(), overridden }
}

fn ignored(what: String, first: &str) -> Overridden {
    Overridden { what, why: format!("{first} comes first") }
}

/// An option of a profile that is not empty, and its place: the profile and the file.
fn option(
    profile: Profile<'_>,
    name: &str,
    option: &str,
    locations: &Locations,
    variables: Variables<'_>,
) -> Option<(String, String)> {
    let value = profile.text(option).filter(|value| !value.is_empty())?;
    let is_in_credentials = profile.credentials().is_some_and(|section| section.get(option).is_some());
    let file = if is_in_credentials { &locations.credentials } else { &locations.config };
    Some((value.to_owned(), format!("profile '{}' in {}", Shown(name), shown(file, variables))))
}

/// A file's name, the home folder as `~`.
fn shown(file: &Path, variables: Variables<'_>) -> String {
    let home = home_folder(variables.0).filter(|home| !home.as_os_str().is_empty());
    let below = home.and_then(|home| file.strip_prefix(home).ok());
    match below {
        Some(below) => Shown(&Path::new("~").join(below).to_string_lossy()).to_string(),
        None => Shown(&file.to_string_lossy()).to_string(),
    }
}
