//! JSON as Python's `json.dumps` writes it: names of cache files are hashes of it, so that each byte counts.

use std::fmt::Write;

/// Adds a string with its quotes; what is not ASCII is `\uXXXX`, in two halves where it has to be.
pub fn string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            ' '..='~' => json.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(json, "\\u{unit:04x}");
                }
            }
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected text is what Python 3.11 makes of it.
    #[test]
    fn a_string_is_written_as_python_writes_it() {
        let mut json = String::new();
        string(&mut json, "a\"b\\c\n\r\t\u{8}\u{c}\u{1f}\u{7f}/é😀");
        assert_eq!(json, "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u001f\\u007f/\\u00e9\\ud83d\\ude00\"");
    }
}
