//! A JSON object in a cache file: read without copies of the secrets in it, and written again with what is unknown in it.
//!
//! As for Python's `json`, the last of several fields of one name counts.

use std::fmt;
use std::time::SystemTime;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::json;
use crate::aws::time;
use crate::secret::Secret;

/// An object, whose values stay in the text that it was read from.
pub struct Object<'a> {
    fields: Vec<(String, &'a str)>,
}

/// What a field is set to.
#[derive(Clone, Copy)]
pub enum Field<'a> {
    /// A text.
    Text(&'a str),
    /// JSON.
    Json(&'a str),
}

impl<'a> Object<'a> {
    /// Reads the text of a file; none where it is no JSON object, as one that is only half written.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Whether there is a field, whatever is in it.
    pub fn has(&self, name: &str) -> bool {
        self.json(name).is_some()
    }

    /// The text in a field.
    pub fn text(&self, name: &str) -> Option<Secret> {
        unquoted(self.json(name)?)
    }

    /// The object in a field.
    pub fn object(&self, name: &str) -> Option<Object<'a>> {
        Object::parse(self.json(name)?.as_bytes())
    }

    /// The time in a field.
    pub fn time(&self, name: &str) -> Option<SystemTime> {
        time::parse(self.text(name)?.expose())
    }

    /// The text of the object with some fields set, and the others as they are.
    pub fn with(&self, changes: &[(&str, Field<'_>)]) -> Zeroizing<String> {
        let new = |name: &str| changes.iter().find(|change| change.0 == name);
        let kept = self.fields.iter().map(|(name, value)| (name.as_str(), Field::Json(value)));
        let kept = kept.map(|field| new(field.0).copied().unwrap_or(field));
        let added = changes.iter().filter(|change| !self.has(change.0)).copied();
        // Room for all of it, because a buffer that grows leaves a copy behind: a character is at most `\uXXXX`.
        let room =
            kept.clone().chain(added.clone()).map(|(name, value)| 6 * name.len() + value.room() + 6).sum::<usize>();
        let mut text = Zeroizing::new(String::with_capacity(room + 2));
        text.push('{');
        for (name, value) in kept.chain(added) {
            if text.len() > 1 {
                text.push_str(", ");
            }
            json::string(&mut text, name);
            text.push_str(": ");
            match value {
                Field::Text(value) => json::string(&mut text, value),
                Field::Json(value) => text.push_str(value),
            }
        }
        text.push('}');
        text
    }

    fn json(&self, name: &str) -> Option<&'a str> {
        self.fields.iter().find(|field| field.0 == name).map(|field| field.1)
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.fields.iter().map(|field| &field.0)).finish()
    }
}

impl Field<'_> {
    /// As many bytes as it can come to.
    fn room(self) -> usize {
        match self {
            Self::Text(text) => 6 * text.len() + 2,
            Self::Json(json) => json.len(),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Vec<(String, &'de str)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Self::Value::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    match fields.iter_mut().find(|field| field.0 == name) {
                        Some(field) => field.1 = value.get(),
                        None => fields.push((name, value.get())),
                    }
                }
                Ok(fields)
            }
        }
        Ok(Self { fields: deserializer.deserialize_map(Fields)? })
    }
}

/// The text that a JSON string stands for; none for another value, and for half of a character.
///
/// `serde_json` would leave a copy behind where there is an escape, as there are in a key of several lines.
fn unquoted(json: &str) -> Option<Secret> {
    let quoted = json.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = Zeroizing::new(String::with_capacity(quoted.len()));
    let mut rest = quoted;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        text.push_str(plain);
        let (character, after) = unescaped(escaped)?;
        text.push(character);
        rest = after;
    }
    text.push_str(rest);
    Some(Secret::new(std::mem::take(&mut *text)))
}

/// The character of what follows a backslash, and the rest.
fn unescaped(text: &str) -> Option<(char, &str)> {
    let unit = |text: &str| u16::from_str_radix(text.get(..4)?, 16).ok();
    let mut chars = text.chars();
    let character = match chars.next()? {
        'u' => {
            let (first, after) = (unit(&text[1..])?, text.get(5..)?);
            if let Some(character) = char::from_u32(first.into()) {
                return Some((character, after));
            }
            // Half of a character, whose other half has to follow.
            let second = unit(after.strip_prefix("\\u")?)?;
            let character = char::decode_utf16([first, second]).next()?.ok()?;
            return Some((character, after.get(6..)?));
        }
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{c}',
        other => other,
    };
    Some((character, chars.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn text(json: &str) -> Option<String> {
        let json = format!("{{\"a\": {json}}}");
        Object::parse(json.as_bytes())?.text("a").map(|text| text.expose().to_owned())
    }

    #[test]
    fn a_text_is_what_python_reads() {
        assert_eq!(text(r#""""#).as_deref(), Some(""));
        assert_eq!(
            text(r#""a\n\r\t\b\f\/\"\\\u00e9\ud83d\ude00b é""#).as_deref(),
            Some("a\n\r\t\u{8}\u{c}/\"\\é😀b é")
        );
    }

    #[test]
    fn what_is_no_text_is_none() {
        for json in ["null", "1", "{}", "[\"a\"]", "true", r#""\ud83d""#, r#""\ud83dé""#, r#""\ud83d\u0041""#] {
            assert_eq!(text(json), None, "{json}");
        }
    }

    #[test]
    fn what_is_no_object_is_none() {
        for text in ["", "{", "[]", "\"a\"", "{\"a\": 1", "{\"a\": 1} {", "{\"a\": \"\u{1}\"}", "{\"a\": \"\\x\"}"] {
            assert!(Object::parse(text.as_bytes()).is_none(), "{text}");
        }
        assert!(Object::parse(b"{\"a\": \"\xff\"}").is_none());
    }

    #[test]
    fn fields_are_set_and_the_others_stay_as_they_are() {
        let text = r#"{"a":"1","n":{"x" : [1, 2.50e3, "\u00e9"]},"b":null,"a":"2"}"#;
        let object = Object::parse(text.as_bytes()).unwrap();
        assert_eq!(
            *object.with(&[("c", Field::Text("é\"")), ("b", Field::Json("{}"))]),
            r#"{"a": "2", "n": {"x" : [1, 2.50e3, "\u00e9"]}, "b": {}, "c": "\u00e9\""}"#
        );
        assert_eq!(*Object::parse(b"{}").unwrap().with(&[]), "{}");
    }

    #[test]
    fn debugging_shows_names_alone() {
        let object = Object::parse(br#"{"accessToken": "example-secret"}"#).unwrap();
        assert_eq!(format!("{object:?}"), r#"["accessToken"]"#);
    }
}
