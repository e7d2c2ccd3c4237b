//! Putting texts together and taking them apart, in little code.
//!
//! The standard library's methods of these names search for any pattern in any text; what they compile to would be 3 KB of a
//! component of 64.

/// Puts texts together.
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        text.push_str(part);
    }
    text
}

/// Whether a text holds an ASCII character.
pub(crate) fn contains(text: &str, character: u8) -> bool {
    text.bytes().any(|byte| byte == character)
}

/// What stands before and after the first of an ASCII character.
pub(crate) fn split_once(text: &str, character: u8) -> Option<(&str, &str)> {
    around(text, text.bytes().position(|byte| byte == character)?)
}

/// What stands before and after the last of an ASCII character.
pub(crate) fn rsplit_once(text: &str, character: u8) -> Option<(&str, &str)> {
    around(text, text.bytes().rposition(|byte| byte == character)?)
}

/// What stands before and after the ASCII character at a position.
fn around(text: &str, position: usize) -> Option<(&str, &str)> {
    Some((text.get(..position)?, text.get(position + 1..)?))
}

/// The character that begins at a position; that of number 0 where none does.
pub(crate) fn first_from(text: &str, position: usize) -> char {
    text.get(position..).and_then(|rest| rest.chars().next()).unwrap_or_default()
}
