//! What is allowed: rules, each a `codecommit` URL whose repository is a pattern.
//!
//! What a URL means is the component's to say, here as everywhere. It reads the rule with a letter in place of each `*`, and the
//! repository that is asked for is one that it has accepted: no `../`, escape or other spelling comes as far as a pattern.

use std::path::Path;
use std::{fs, io};

use thiserror::Error;

use crate::Error as HelperError;
use crate::error::not_read;
use crate::git::credential::Https;
use crate::policy::{self, Cause, Endpoint, Instance, Options};
use crate::printable::{Sentence, Shown};

/// What stands for `*` when the component reads a rule: a character that a name of any kind can have, once or often, anywhere.
const STAND_IN: &str = "x";

/// The most bytes of a file of rules.
const LONGEST_FILE: u64 = 1 << 20;

/// Why a rule is none.
#[derive(Debug, Error)]
pub enum RuleFault {
    /// The component does not take it for the URL of a repository.
    #[error("the rule '{}' cannot be used: {}", Shown(rule), Sentence(&why.to_string()))]
    Url {
        /// The rule.
        rule: String,
        /// What the component, or the search for the endpoint, says.
        why: Box<HelperError>,
    },
    /// A part of it that has no patterns has a `*`.
    #[error("the rule '{}' has a * outside of the repository", Shown(.0))]
    Star(String),
    /// It names no region.
    #[error("the rule '{}' names no region", Shown(.0))]
    NoRegion(String),
    /// What is before the URL is no user.
    #[error("the rule '{}' has before its URL what is not uid=NUMBER", Shown(.0))]
    Uid(String),
    /// There is no rule.
    #[error("no rule allows anything")]
    None,
    /// A file of rules cannot be read.
    #[error("the rules in {} cannot be read: {why}", Shown(file))]
    File {
        /// The file.
        file: String,
        /// What the system says.
        why: String,
    },
}

impl RuleFault {
    /// What to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Url { why, .. } => why.hint(),
            Self::Star(_) => Some("name the region and the profile in full, in a rule each".to_owned()),
            Self::NoRegion(_) | Self::None => Some("write a rule as codecommit::eu-west-1://PROFILE@team-*".to_owned()),
            Self::Uid(_) => Some("write it as 'uid=1001 codecommit::eu-west-1://PROFILE@team-*'".to_owned()),
            Self::File { .. } => None,
        }
    }
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// As it was written.
    pub text: String,
    /// The region, as the component reads it.
    pub region: String,
    /// The profile whose keys sign; without, the one that the agent's environment names.
    pub profile: Option<String>,
    /// The server that its credentials are for.
    pub host: String,
    /// The repositories.
    patterns: Vec<Pattern>,
    /// The users who may ask; none means all who reach the socket.
    uids: Vec<u32>,
}

impl Rule {
    /// Reads `[uid=NUMBER[,NUMBER…] ]codecommit::REGION://[PROFILE@]PATTERN[,PATTERN…]`. `host_of` says which server is that of a
    /// repository.
    ///
    /// # Errors
    /// [`RuleFault`].
    pub fn parse(
        text: &str,
        policy: &mut Instance,
        host_of: impl FnOnce(policy::Remote) -> Result<String, HelperError>,
    ) -> Result<Self, RuleFault> {
        let (uids, url) = match text.split_once(' ') {
            Some((first, url)) if first.starts_with("uid=") => (uids(first, text)?, url.trim_start()),
            _ => (Vec::new(), text),
        };
        let mut read = |url: &str| {
            let stand_in = url.replace('*', STAND_IN);
            let remote = policy.parse(&stand_in).map_err(|error| RuleFault::url(text, error.into()))?;
            // Characters of one byte each, so that the pattern stands where the component found the name.
            let end = stand_in.strip_suffix('/').unwrap_or(&stand_in).len();
            match url.split_at_checked(end.saturating_sub(remote.repository.len())) {
                Some((before, pattern)) if !before.contains('*') => {
                    Ok((remote, before.to_owned(), Pattern(pattern.strip_suffix('/').unwrap_or(pattern).to_owned())))
                }
                _ => Err(RuleFault::Star(text.to_owned())),
            }
        };
        let (first, more) = patterns(url);
        let (remote, before, pattern) = read(first)?;
        let mut patterns = vec![pattern];
        for pattern in more {
            patterns.push(read(&format!("{before}{pattern}"))?.2);
        }
        let Some(region) = remote.region.clone() else {
            return Err(RuleFault::NoRegion(text.to_owned()));
        };
        let profile = remote.profile.clone();
        let host = host_of(remote).map_err(|error| RuleFault::url(text, error))?;
        Ok(Self { text: text.to_owned(), region, profile, host, patterns, uids })
    }

    /// What stands for the repositories of the rule where one is needed to find the profile's keys.
    pub(crate) fn remote(&self) -> policy::Remote {
        policy::Remote {
            repository: STAND_IN.to_owned(),
            profile: self.profile.clone(),
            region: Some(self.region.clone()),
        }
    }
}

impl RuleFault {
    fn url(rule: &str, why: HelperError) -> Self {
        Self::Url { rule: rule.to_owned(), why: Box::new(why) }
    }
}

/// The URL up to its first pattern, and the patterns that follow. A profile can have a comma in it, and has more of the URL behind it.
fn patterns(url: &str) -> (&str, Vec<&str>) {
    let (mut first, mut more) = (url, Vec::new());
    while let Some((before, pattern)) = first.rsplit_once(',').filter(|(_, pattern)| !pattern.contains(['@', '/', ':']))
    {
        more.insert(0, pattern);
        first = before;
    }
    (first, more)
}

/// The numbers of `uid=1,2`.
fn uids(word: &str, rule: &str) -> Result<Vec<u32>, RuleFault> {
    let numbers = word.trim_start_matches("uid=").split(',').map(|number| {
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        number.parse().ok().filter(|_| is_number)
    });
    numbers.collect::<Option<_>>().ok_or_else(|| RuleFault::Uid(rule.to_owned()))
}

/// A pattern of names, in which `*` stands for any characters of a name, also for none.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern(String);

impl Pattern {
    /// Whether it is one for a name that the component has accepted.
    fn fits(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        let Some(middle) = rest.strip_suffix(last) else { return false };
        rest = middle;
        parts.all(|part| match rest.split_once(part) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    }
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// No rule has this server.
    Server,
    /// None of these is for this region.
    Region,
    /// None of these is for this profile.
    Profile,
    /// None of these is for this user.
    User,
    /// None of these is for this repository, or it is none.
    Repository,
}

impl Denied {
    /// The reason in the audit log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Region => "region",
            Self::Profile => "profile",
            Self::User => "user",
            Self::Repository => "repository",
        }
    }
}

/// What a rule has to be for a request.
type Condition<'a> = &'a dyn Fn(&Rule) -> bool;

/// All rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// Reads rules, and a file with more of them, one a line; empty lines and those that begin with `#` count for nothing.
    ///
    /// # Errors
    /// The first rule that is none, a file that cannot be read, no rule at all.
    pub fn read(
        rules: &[String],
        file: Option<&Path>,
        policy: &mut Instance,
        host_of: impl Fn(policy::Remote) -> Result<String, HelperError>,
    ) -> Result<Self, RuleFault> {
        let text = file.map_or_else(|| Ok(String::new()), read_file)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let all = rules.iter().map(String::as_str).chain(lines);
        let rules = all.map(|rule| Rule::parse(rule, policy, &host_of)).collect::<Result<Vec<_>, _>>()?;
        if rules.is_empty() { Err(RuleFault::None) } else { Ok(Self(rules)) }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// One rule for each profile.
    pub(crate) fn of_each_profile(&self) -> impl Iterator<Item = &Rule> {
        let is_first = |at: &usize| !self.0[..*at].iter().any(|before| before.profile == self.0[*at].profile);
        (0..self.0.len()).filter(is_first).map(|at| &self.0[at])
    }

    /// The first rule that allows a request of a user, and the endpoint that it allows.
    ///
    /// # Errors
    /// [`Denied`], which is the first that left no rule; what made the component fail.
    pub fn allow(
        &self,
        policy: &mut Instance,
        asked: Https<'_>,
        uid: u32,
    ) -> Result<Result<(&Rule, Endpoint), Denied>, policy::Error> {
        let mut left: Vec<&Rule> = self.0.iter().collect();
        let conditions: [(Denied, Condition<'_>); 4] = [
            (Denied::Server, &|rule| rule.host == asked.host),
            (Denied::Region, &|rule| asked.region.is_none_or(|region| rule.region == region)),
            (Denied::Profile, &|rule| asked.username.is_none_or(|name| rule.profile.as_deref() == Some(name))),
            (Denied::User, &|rule| rule.uids.is_empty() || rule.uids.contains(&uid)),
        ];
        for (denied, condition) in conditions {
            left.retain(|rule| condition(rule));
            if left.is_empty() {
                return Ok(Err(denied));
            }
        }
        let mut known: Option<Endpoint> = None;
        for rule in left {
            if known.as_ref().is_none_or(|endpoint| endpoint.region != rule.region) {
                known = endpoint(policy, rule, asked.path)?;
            }
            // What is no repository in one region is none in any.
            let Some(endpoint) = &known else { break };
            let name = endpoint.path.rsplit('/').next().unwrap_or_default();
            if rule.patterns.iter().any(|pattern| pattern.fits(name)) {
                return Ok(Ok((rule, endpoint.clone())));
            }
        }
        Ok(Err(Denied::Repository))
    }
}

/// The endpoint with this path on a rule's server; none where the component gives none, or one with another path.
fn endpoint(policy: &mut Instance, rule: &Rule, path: &str) -> Result<Option<Endpoint>, policy::Error> {
    let repository = path.rsplit('/').next().unwrap_or_default();
    // The region was known, or vouched for, when the rule was read.
    let options = Options { fips: false, host: Some(&rule.host), extra_regions: &[&rule.region] };
    match policy.resolve(&rule.region, repository, options) {
        Ok(endpoint) => Ok(Some(endpoint).filter(|endpoint| endpoint.path.strip_prefix('/') == Some(path))),
        Err(policy::Error::Refused(refusal)) if refusal.cause == Cause::MalformedRepository => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_file(path: &Path) -> Result<String, RuleFault> {
    let fault = |why| RuleFault::File { file: path.to_string_lossy().into_owned(), why };
    let size = fs::metadata(path).map_err(|error| fault(not_read(&error)))?;
    if !size.is_file() || size.len() > LONGEST_FILE {
        return Err(fault(not_read(&io::ErrorKind::InvalidInput.into())));
    }
    fs::read_to_string(path).map_err(|error| fault(not_read(&error)))
}

#[cfg(test)]
mod tests;
