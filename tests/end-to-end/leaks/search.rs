//! Looks for secrets in whatever form they are written down.
//!
//! What is found is found in a text as it is, and in what comes of it where percent-encoding and base64 are undone, also one inside
//! the other: so no way of writing a character is left out, and no place in a header.

use std::collections::BTreeSet;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;
use percent_encoding::percent_decode;

/// How many encodings inside each other are undone.
const DEPTH: usize = 3;

/// Shorter runs of base64 hold nothing that is looked for.
const SHORTEST_RUN: usize = 16;

/// As much of a secret is no less of a leak.
const PART: usize = 16;

/// What is not base64's own, a rest of it, is no reason to stop.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A secret access key, or a part of it.
    Secret,
    /// A session token, or a part of it.
    Token,
    /// A signature, whosever it is.
    Signature,
}

/// Knows the secrets of a test.
pub(crate) struct Search {
    parts: Vec<(Kind, Vec<u8>)>,
}

impl Search {
    /// A search for the secret access keys and session tokens given, and for every signature.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = (Kind, &'a str)>) -> Self {
        let parts = secrets.into_iter().flat_map(|(kind, secret)| {
            let plain = secret.as_bytes().to_vec();
            // A token with something in it that looks percent-encoded is found where it was undone, too.
            let undone: Vec<u8> = percent_decode(&plain).collect();
            [plain, undone].map(|form| parts(&form).into_iter().map(|part| (kind, part)).collect::<Vec<_>>()).concat()
        });
        Self { parts: parts.collect() }
    }

    /// What a text holds, in whatever form.
    pub(crate) fn find(&self, text: &[u8]) -> BTreeSet<Kind> {
        let mut found = BTreeSet::new();
        self.find_in(text, DEPTH, &mut found);
        found
    }

    /// Fails where a text holds anything.
    #[track_caller]
    pub(crate) fn nothing_in(&self, place: &str, text: impl AsRef<[u8]>) {
        let text = text.as_ref();
        let found = self.find(text);
        assert!(found.is_empty(), "{place} holds {found:?}: {}", String::from_utf8_lossy(text));
    }

    fn find_in(&self, text: &[u8], depth: usize, found: &mut BTreeSet<Kind>) {
        found.extend(self.parts.iter().filter(|(_, part)| memmem::find(text, part).is_some()).map(|(kind, _)| *kind));
        if holds_signature(text) {
            found.insert(Kind::Signature);
        }
        if depth == 0 {
            return;
        }
        let undone: Vec<u8> = percent_decode(text).collect();
        if undone != text {
            self.find_in(&undone, depth - 1, found);
        }
        for run in base64_runs(text) {
            // The run may begin before what was encoded.
            for start in 0..4 {
                self.find_in(&decode(&run[start..]), depth - 1, found);
            }
        }
    }
}

/// The pieces of a secret that are looked for; what is too short to be cut is looked for whole.
fn parts(secret: &[u8]) -> Vec<Vec<u8>> {
    let whole = std::iter::once(secret).filter(|secret| secret.len() < PART);
    secret.chunks_exact(PART).chain(whole).map(<[u8]>::to_vec).collect()
}

/// Whether there are 64 lower case hexadecimal digits in a row, as a signature has them; the name of an object has 40.
fn holds_signature(text: &[u8]) -> bool {
    text.split(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f')).any(|run| run.len() >= 64)
}

/// Every row of characters that base64 is written with, in either alphabet, across line ends.
fn base64_runs(text: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let standard = |byte: &u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => *byte,
    };
    text.split(
        |byte| !matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'+' | b'/' | b'-' | b'_' | b'\r' | b'\n'),
    )
    .map(move |run| run.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')).map(standard).collect::<Vec<_>>())
    .filter(|run| run.len() >= SHORTEST_RUN)
}

fn decode(run: &[u8]) -> Vec<u8> {
    // One character alone past a multiple of four holds no byte.
    let length = if run.len() % 4 == 1 { run.len() - 1 } else { run.len() };
    LENIENT.decode(&run[..length]).unwrap()
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

    use super::*;
    use crate::world::{KEY, SECRET, TEMPORARY_KEY, TOKEN};

    const SIGNATURE: &str = "20261124T171936Z0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn search() -> Search {
        Search::new([(Kind::Secret, SECRET), (Kind::Token, TOKEN)])
    }

    /// Each byte for which `is_encoded` is true as `%XX`.
    fn percent(text: &str, upper: bool, is_encoded: impl Fn(usize, u8) -> bool) -> String {
        let character = |(place, byte): (usize, u8)| match (is_encoded(place, byte), upper) {
            (false, _) => char::from(byte).to_string(),
            (true, true) => format!("%{byte:02X}"),
            (true, false) => format!("%{byte:02x}"),
        };
        text.bytes().enumerate().map(character).collect()
    }

    /// A text in every form that it could be written down in.
    fn forms(text: &str) -> Vec<String> {
        let mut forms = vec![text.to_owned()];
        for upper in [true, false] {
            forms.push(percent(text, upper, |_, _| true));
            forms.push(percent(text, upper, |_, byte| !byte.is_ascii_alphanumeric()));
            forms.push(percent(text, upper, |place, _| place % 3 == 0));
            forms.push(percent(text, upper, |_, byte| byte == b'%'));
        }
        for form in forms.clone() {
            // As Git does with a URL that holds one.
            forms.push(percent(&form, true, |_, byte| byte == b'%'));
            for before in ["", "a", "ab", "abc"] {
                for after in ["", "x", "xy"] {
                    let text = format!("{before}{form}{after}");
                    let encoded = BASE64_STANDARD.encode(&text);
                    forms.push(
                        encoded
                            .as_bytes()
                            .chunks(64)
                            .map(|line| str::from_utf8(line).unwrap())
                            .collect::<Vec<_>>()
                            .join("\n"),
                    );
                    forms.push(percent(&encoded, true, |_, byte| !byte.is_ascii_alphanumeric()));
                    forms.push(encoded);
                    forms.push(BASE64_URL_SAFE_NO_PAD.encode(&text));
                }
            }
        }
        forms
    }

    #[test]
    fn a_planted_secret_in_every_form_is_found() {
        let search = search();
        for (kind, secret) in [
            (Kind::Secret, SECRET),
            (Kind::Token, TOKEN),
            (Kind::Signature, SIGNATURE),
            (Kind::Signature, &SIGNATURE[16..]),
        ] {
            for form in forms(secret) {
                for place in
                    [form.clone(), format!("12:00:00.000 git.c:1 a/b '{form}' c\n"), format!("Zm9v/{form}\0PATH=/bin")]
                {
                    assert_eq!(search.find(place.as_bytes()), BTreeSet::from([kind]), "{place}");
                }
            }
        }
    }

    #[test]
    fn a_header_with_token_and_signature_is_found_to_hold_both() {
        let header = |user: &str| {
            let encoded = BASE64_STANDARD.encode(format!("{user}:{SIGNATURE}"));
            search().find(format!("=> Send header: Authorization: Basic {encoded}\n").as_bytes())
        };
        assert_eq!(header(&format!("{TEMPORARY_KEY}%{TOKEN}")), BTreeSet::from([Kind::Token, Kind::Signature]));
        assert_eq!(header(KEY), BTreeSet::from([Kind::Signature]));
    }

    #[test]
    fn half_of_a_secret_is_found() {
        assert_eq!(search().find(&SECRET.as_bytes()[..20]), BTreeSet::from([Kind::Secret]));
        assert_eq!(search().find(&TOKEN.as_bytes()[..16]), BTreeSet::from([Kind::Token]));
    }

    #[test]
    fn what_is_no_secret_is_not_found() {
        let object = "0123456789abcdef0123456789abcdef01234567";
        for text in [
            "",
            "Authorization: Basic <redacted>",
            KEY,
            TEMPORARY_KEY,
            "https://localhost:1234/v1/repos/demo/info/refs?service=git-upload-pack",
            &format!("{object} {object}\t{object}\n"),
            &SIGNATURE[..SIGNATURE.len() - 1],
        ] {
            search().nothing_in("a text", text);
        }
    }
}
