//! Which way keys would be found, told without a question to anybody: no network, no program, no prompt.
//!
//! Nothing here is secret: of keys only the ID is told.

use std::time::SystemTime;

use super::way::{Asked, Way};
use super::{Identity, Sources, assume_role, container, login, metadata, process, sso, static_keys, web_identity};
use crate::Error;
use crate::printable::Shown;

/// The way to keys that is taken.
#[derive(Debug)]
pub struct Description {
    /// The way; none where none is set up, or the signing agent has the keys.
    pub way: Option<Way>,
    /// What names it, such as `role_arn of profile 'prod'`.
    pub source: String,
    /// What it gives.
    pub details: Details,
    /// What else is set up, and does not count.
    pub overridden: Vec<Overridden>,
}

/// What a way gives.
#[derive(Debug, Default)]
pub struct Details {
    /// In one line.
    pub value: String,
    /// The ID of the access key, where that is known.
    pub access_key_id: Option<String>,
    /// What else is to be said, a line each.
    pub notes: Vec<String>,
    /// When it ends, where something says so.
    pub expires: Option<Expiry>,
    /// Why it gives no keys, where that is known.
    pub fault: Option<Error>,
}

/// When something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// What ends.
    pub of: &'static str,
    /// When.
    pub at: SystemTime,
    /// Whether it is renewed when it is next needed.
    pub is_renewed: bool,
}

/// Something that is set, and does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overridden {
    /// What is set.
    pub what: String,
    /// Why it does not count.
    pub why: String,
}

impl Details {
    pub(super) fn new(value: String) -> Self {
        Self { value, ..Self::default() }
    }

    /// Adds a line.
    pub(super) fn note(mut self, note: String) -> Self {
        self.notes.push(note);
        self
    }

    /// Adds the ID of keys.
    pub(super) fn keys(mut self, identity: &Identity) -> Self {
        self.access_key_id = Some(Shown(identity.access_key_id.expose()).to_string());
        self
    }

    /// Adds that keys are in a cache.
    pub(super) fn cached(self, folder: &str, identity: &Identity) -> Self {
        let note = format!("access key {}, kept in {folder}", Shown(identity.access_key_id.expose()));
        let cached = self.keys(identity).note(note);
        match identity.expires {
            Some(at) => cached.expires(Expiry { of: "the keys", at, is_renewed: false }),
            None => cached,
        }
    }

    /// Adds that keys in a cache are not used, for they end too soon; what they are got with has the say where that ends.
    pub(super) fn kept(self, identity: Option<&Identity>) -> Self {
        let expires = identity.and_then(|identity| identity.expires);
        match expires.filter(|_| self.expires.is_none()) {
            Some(at) => self.expires(Expiry { of: "the kept keys", at, is_renewed: true }),
            None => self,
        }
    }

    /// Adds when it ends.
    pub(super) fn expires(mut self, expiry: Expiry) -> Self {
        self.expires = Some(expiry);
        self
    }

    /// Adds why it gives no keys.
    pub(super) fn fault(mut self, fault: Option<Error>) -> Self {
        self.fault = fault;
        self
    }

    /// Adds what a role is assumed with.
    pub(super) fn source(mut self, name: &str, source: Self) -> Self {
        self.notes.push(format!("assumed with {name}: {}", source.value));
        self.notes.extend(source.notes);
        self.expires = source.expires;
        self.fault = source.fault;
        self
    }
}

impl Sources<'_> {
    /// Tells which way [`Sources::find`] takes.
    pub fn describe(&self) -> Description {
        let mut taken: Option<(Way, String, bool)> = None;
        let mut details = None;
        let mut overridden = Vec::new();
        let visited = self.visit(|way, asked| {
            let source = self.source(way, asked);
            match &taken {
                None => {
                    details = Some(self.details(way, asked));
                    let role_of_itself =
                        way == Way::Role && asked.profile.is_some_and(|p| p.text("source_profile") == Some(asked.name));
                    taken = Some((way, source, role_of_itself));
                }
                // It is always there, and tells nothing.
                Some(_) if way == Way::Metadata => {}
                // A role that is assumed with the keys of its own profile.
                Some((_, _, true)) if way != Way::Container => {}
                Some((taken, first, _)) => {
                    let is_plural = matches!(taken, Way::CredentialsFile | Way::ConfigFile);
                    let come = if is_plural { "come" } else { "comes" };
                    overridden.push(Overridden { what: source, why: format!("{first} {come} first") });
                }
            }
            Ok(None::<()>)
        });
        if !self.counts_environment() {
            let is_set = |name: &&str| self.variables.0(name).is_some_and(|value| !value.is_empty());
            let set = ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"].into_iter().filter(is_set);
            let why = "the URL names a profile";
            overridden.extend(set.map(|name| Overridden { what: name.to_owned(), why: why.to_owned() }));
        }
        let failed = |fault| Details::default().fault(Some(fault));
        // What is wrong with a way that does not count is no matter.
        match (taken, details, visited) {
            (Some((way, source, _)), Some(details), _) => {
                let details = match details {
                    Ok(details) => details.unwrap_or_default(),
                    Err(fault) => failed(fault),
                };
                Description { way: Some(way), source, details, overridden }
            }
            (_, _, Err(fault)) => Description { way: None, source: String::new(), details: failed(fault), overridden },
            (_, _, Ok(_)) => {
                let none = self.none().unwrap_or_else(|error| error);
                Description { way: None, source: String::new(), details: failed(none), overridden }
            }
        }
    }

    /// What a way that is set up gives.
    ///
    /// # Errors
    /// Why it gives nothing, where that can be known.
    pub(super) fn details(&self, way: Way, asked: Asked<'_>) -> Result<Option<Details>, Error> {
        let Asked { name, profile, environment } = asked;
        match (way, profile) {
            (Way::Environment, _) => static_keys::describe_environment(self.variables, self.now),
            (Way::WebIdentity, profile) => web_identity::describe(self, name, profile, environment),
            (Way::Container, _) => container::describe(self.variables),
            (Way::Metadata, profile) => {
                let details = metadata::describe(profile, self.variables)?;
                // Whether there is such a service, only it can say.
                let hint = self.none()?.hint().unwrap_or_default();
                Ok(Some(details.note(format!("where this is no EC2 instance, there are no keys: {hint}"))))
            }
            (_, None) => Ok(None),
            (Way::Role, Some(profile)) => {
                assume_role::describe(self, name, profile, &mut vec![name.to_owned()]).map(Some)
            }
            (Way::Sso, Some(profile)) => sso::describe(self, name, profile),
            (Way::Login, Some(profile)) => login::describe(self, name, profile),
            (Way::Process, Some(profile)) => match profile.text("credential_process") {
                Some(command) => process::describe(command, name).map(Some).map_err(Error::Process),
                None => Ok(None),
            },
            // What is written down is found by reading it.
            (Way::CredentialsFile | Way::ConfigFile, Some(_)) => {
                Ok(self.take(way, asked)?.as_ref().map(static_keys::describe))
            }
        }
    }

    /// What names a way.
    pub(super) fn source(&self, way: Way, asked: Asked<'_>) -> String {
        const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
        let is_in_environment =
            || asked.environment && self.variables.text(TOKEN_FILE).is_ok_and(|file| file.is_some());
        let name = Shown(asked.name);
        match way {
            Way::Environment => "AWS_ACCESS_KEY_ID".to_owned(),
            Way::Role => format!("role_arn of profile '{name}'"),
            Way::WebIdentity if is_in_environment() => TOKEN_FILE.to_owned(),
            Way::WebIdentity => format!("web_identity_token_file of profile '{name}'"),
            Way::Sso => format!("sso_role_name of profile '{name}'"),
            Way::CredentialsFile => format!("the keys of profile '{name}' in the credentials file"),
            Way::Login => format!("login_session of profile '{name}'"),
            Way::Process => format!("credential_process of profile '{name}'"),
            Way::ConfigFile => format!("the keys of profile '{name}' in the config file"),
            Way::Container => container::variable(self.variables).ok().flatten().unwrap_or_default().to_owned(),
            Way::Metadata => "instance metadata, as nothing else is set up".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
