//! What a profile says of IAM Identity Center: `SSOProvider._load_sso_config` of botocore.

use std::collections::BTreeMap;

use super::Fault;
use crate::aws::config_files::{ConfigFiles, Profile};
use crate::aws::ini::{Section, Value};

/// Who is to sign in where, and for what.
#[derive(Debug)]
pub(super) struct Settings<'a> {
    /// The profile's name.
    pub(super) profile: &'a str,
    pub(super) account: &'a str,
    pub(super) role: &'a str,
    pub(super) start_url: &'a str,
    pub(super) region: &'a str,
    /// The section `[sso-session NAME]`, which the older form of a profile does without.
    pub(super) session: Option<Session<'a>>,
}

/// A section `[sso-session NAME]`.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) name: &'a str,
    section: Section<'a>,
}

/// Whether a profile names a role or an account of IAM Identity Center.
pub(in crate::aws::identity) fn is_for(profile: Profile<'_>) -> bool {
    ["sso_role_name", "sso_account_id"].iter().any(|option| profile.get(option).is_some())
}

impl<'a> Settings<'a> {
    /// The settings of a profile that names a role or an account.
    ///
    /// # Errors
    /// The section does not exist, says something else than the profile, or options are missing.
    pub(super) fn find(files: &'a ConfigFiles, name: &'a str, profile: Profile<'a>) -> Result<Option<Self>, Fault> {
        if !is_for(profile) {
            return Ok(None);
        }
        let mut missing = Vec::new();
        let session = match profile.get("sso_session") {
            None => None,
            Some(value) => Some(Session::find(files, name, profile, value.text().unwrap_or_default())?),
        };
        let mut option = |option| {
            let in_session = session.as_ref().and_then(|session| session.section.get(option));
            let value =
                in_session.or_else(|| profile.get(option)).and_then(Value::text).filter(|text| !text.is_empty());
            if value.is_none() {
                missing.push(option);
            }
            value.unwrap_or_default()
        };
        let (role, account) = (option("sso_role_name"), option("sso_account_id"));
        let (start_url, region) = (option("sso_start_url"), option("sso_region"));
        if missing.is_empty() {
            return Ok(Some(Self { profile: name, account, role, start_url, region, session }));
        }
        Err(Fault::Incomplete { profile: name.to_owned(), missing })
    }

    /// What the sign-in goes by: the name of its section, or its start URL.
    pub(super) fn sign_in(&self) -> &'a str {
        self.session.as_ref().map_or(self.start_url, |session| session.name)
    }

    /// That nobody signed in, or that what was kept of it is broken.
    pub(super) fn no_session(&self) -> Fault {
        Fault::NoSession { profile: self.profile.to_owned(), session: self.sign_in().to_owned() }
    }

    /// Fails where a token cannot belong to the section: `SSOTokenProvider._load_sso_config`, which asks this of the section alone.
    ///
    /// # Errors
    /// [`Fault::IncompleteSection`].
    pub(super) fn check_session(&self) -> Result<(), Fault> {
        let Some(session) = &self.session else {
            return Ok(());
        };
        let lacks = |option: &&str| session.section.get(option).is_none();
        let missing: Vec<_> = ["sso_start_url", "sso_region"].into_iter().filter(lacks).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Fault::IncompleteSection { profile: self.profile.to_owned(), session: session.name.to_owned(), missing })
    }
}

impl<'a> Session<'a> {
    /// The section that a profile names: `SSOProvider._resolve_sso_session_reference`.
    fn find(files: &'a ConfigFiles, profile: &str, options: Profile<'a>, name: &'a str) -> Result<Self, Fault> {
        let (profile, session) = (profile.to_owned(), name.to_owned());
        let Some(section) = files.sso_session(name) else {
            return Err(Fault::NoSection { profile, session });
        };
        let differs =
            |(option, value): &(&str, Value<'_>)| options.get(option).is_some_and(|other| !is_same(other, *value));
        if let Some((option, _)) = section.options().find(differs) {
            return Err(Fault::Inconsistent { profile, session, option: option.to_owned() });
        }
        Ok(Self { name, section })
    }
}

/// Whether two values are the same to Python.
fn is_same(one: Value<'_>, other: Value<'_>) -> bool {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => one == other,
        (Value::Nested(one), Value::Nested(other)) => {
            one.pairs().collect::<BTreeMap<_, _>>() == other.pairs().collect::<BTreeMap<_, _>>()
        }
        _ => false,
    }
}
