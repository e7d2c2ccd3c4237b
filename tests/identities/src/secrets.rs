//! What must not be seen: the secrets of a case, and where they showed.
//!
//! In the cases, what is secret says so: `example-secret-of-role`, `example-token-of-role`, and so on for anything of the form
//! `example-…-of-…`. The rest is the MFA code, the lines of a private key, and what a case lists.

use std::collections::BTreeSet;

use regex_lite::Regex;

/// The secrets of a case.
#[derive(Debug, Clone)]
pub struct Secrets(BTreeSet<String>);

/// The secret access key of AWS's documentation.
const DOCUMENTED: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

impl Secrets {
    /// The secrets that stand in these texts, and some more.
    pub fn of<'a>(texts: impl Iterator<Item = &'a str>, more: impl IntoIterator<Item = String>) -> Self {
        let word = Regex::new(r"example-[a-z]+-of-[a-z0-9-]+").unwrap();
        let mut secrets: BTreeSet<_> = more.into_iter().filter(|secret| !secret.is_empty()).collect();
        for text in texts {
            secrets.extend(word.find_iter(text).map(|found| found.as_str().to_owned()));
            if text.contains(DOCUMENTED) {
                secrets.insert(DOCUMENTED.to_owned());
            }
        }
        Self(secrets)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Those that are in a text, written plainly or as in a URL.
    pub fn in_text(&self, text: &str) -> Vec<&str> {
        let encoded = |secret: &str| form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
        self.iter().filter(|secret| text.contains(secret) || text.contains(&encoded(secret))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_form() {
        let secrets =
            Secrets::of(["a = example-secret-of-env\n", "example-ssotoken-of-new\""].into_iter(), ["123456".into()]);
        assert_eq!(secrets.iter().collect::<Vec<_>>(), ["123456", "example-secret-of-env", "example-ssotoken-of-new"]);
        assert_eq!(secrets.in_text("code 123456"), ["123456"]);
        assert!(secrets.in_text("example-secret-of-other").is_empty());
    }
}
