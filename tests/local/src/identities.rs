//! The identities the server knows: the profiles of an AWS shared credentials file.

use std::fs;
use std::path::PathBuf;

use configparser::ini::{Ini, IniDefault};
use subtle::ConstantTimeEq;

use crate::error::Error;

/// One access key. Has no `Debug`: secret and token are for comparing only.
pub(crate) struct Identity {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

impl Identity {
    /// The public half of the key.
    pub(crate) fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret half, to compute a signature to compare with.
    pub(crate) fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }

    /// Whether the client sent exactly this identity's token, or none where there is none.
    pub(crate) fn has_session_token(&self, token: Option<&str>) -> bool {
        match (&self.session_token, token) {
            (None, None) => true,
            (Some(ours), Some(theirs)) => ours.as_bytes().ct_eq(theirs.as_bytes()).into(),
            _ => false,
        }
    }

    /// Whether this identity has a token at all.
    pub(crate) fn is_temporary(&self) -> bool {
        self.session_token.is_some()
    }
}

/// A credentials file, read anew at each use, so that an identity can be added or changed while the server runs.
pub(crate) struct Identities {
    file: PathBuf,
}

impl Identities {
    /// The identities in `file`.
    pub(crate) fn new(file: PathBuf) -> Self {
        Self { file }
    }

    /// All that the file holds now.
    ///
    /// # Errors
    /// Where the file cannot be read, is not an INI file, or has an access key without its secret.
    pub(crate) fn read(&self) -> Result<Vec<Identity>, Error> {
        let text = fs::read_to_string(&self.file).map_err(Error::file("read", &self.file))?;
        parse(&text).map_err(|fault| Error::Credentials { path: self.file.clone(), fault })
    }
}

/// Profiles without an access key (those with `credential_process`, say) are none of ours and are passed over.
pub(crate) fn parse(text: &str) -> Result<Vec<Identity>, String> {
    let mut rules = IniDefault::default();
    // `default` is an ordinary profile here; a key before the first section belongs to none.
    rules.default_section = String::new();
    // A secret may hold any of these characters.
    rules.delimiters = vec!['='];
    rules.enable_inline_comments = false;
    // Profile names are case-sensitive; the names of settings are looked up without regard to case.
    rules.case_sensitive = true;
    let profiles = Ini::new_from_defaults(rules).read(text.to_owned())?;

    let mut identities = Vec::new();
    for (profile, settings) in profiles {
        let setting = |name: &str| {
            settings
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .and_then(|(_, value)| value.clone())
                .filter(|value| !value.is_empty())
        };
        let Some(access_key_id) = setting("aws_access_key_id") else { continue };
        let secret_access_key = setting("aws_secret_access_key")
            .ok_or_else(|| format!("profile {profile:?} has an access key without aws_secret_access_key"))?;
        identities.push(Identity { access_key_id, secret_access_key, session_token: setting("aws_session_token") });
    }
    Ok(identities)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        match parse(text) {
            Ok(identities) => panic!("{} identities", identities.len()),
            Err(fault) => fault,
        }
    }

    #[test]
    fn the_profiles_written_at_start_are_read_back() {
        let mut identities = parse(crate::folder::CREDENTIALS).unwrap();
        identities.sort_by(|a, b| a.access_key_id.cmp(&b.access_key_id));
        let [default, session] = identities.as_slice() else { panic!("{}", identities.len()) };
        assert_eq!(default.access_key_id(), "AKIAIOSFODNN7EXAMPLE");
        assert_eq!(default.secret_access_key(), "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        assert!(!default.is_temporary());
        assert!(default.has_session_token(None));
        assert!(!default.has_session_token(Some("")));
        assert_eq!(session.access_key_id(), "ASIAIOSFODNN7EXAMPLE");
        assert!(session.is_temporary());
        assert!(session.has_session_token(Some("IQoJb3JpZ2luX2VjE+/=%EXAMPLE")));
        assert!(!session.has_session_token(Some("IQoJb3JpZ2luX2VjE+/=%EXAMPL")));
        assert!(!session.has_session_token(None));
    }

    #[test]
    fn a_value_keeps_every_character_that_others_take_for_syntax() {
        let identities = parse("[a]\naws_access_key_id=AK\nAWS_Secret_Access_Key = s=:;# %\"'\\n[x]\n").unwrap();
        assert_eq!(identities[0].secret_access_key(), "s=:;# %\"'\\n[x]");
    }

    #[test]
    fn a_profile_without_an_access_key_is_passed_over() {
        assert!(parse("[a]\ncredential_process = x\n[b]\naws_access_key_id =\n").unwrap().is_empty());
        assert!(parse("").unwrap().is_empty());
    }

    #[test]
    fn an_access_key_without_its_secret_is_an_error() {
        assert_eq!(
            refusal("[p]\naws_access_key_id = AK\n"),
            "profile \"p\" has an access key without aws_secret_access_key"
        );
    }

    #[test]
    fn a_broken_file_is_an_error_that_quotes_nothing_of_it() {
        assert_eq!(refusal("[secret\n"), "line 1: Found opening bracket for section name but no closing bracket");
    }
}
