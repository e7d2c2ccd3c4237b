//! The words of a command line, as botocore's `compat_shell_split` finds them: nothing is expanded, and no shell is run.

/// The words; none where a quotation is not closed.
#[cfg(not(windows))]
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    crate::aws::words::words(text)
}

/// The words; none where a quotation is not closed.
#[cfg(windows)]
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    windows(text)
}

/// The words as Microsoft's C runtime finds them: spaces and tabs part them, `"` quotes, and a backslash is itself but before `"`,
/// where two of them are one, and an odd one takes the quotation mark's meaning away.
#[cfg(any(windows, test))]
fn windows(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut backslashes = 0;
    for c in text.chars() {
        if c == '\\' {
            backslashes += 1;
            continue;
        }
        let literal = if c == '"' { backslashes / 2 } else { backslashes };
        let is_escaped = c == '"' && backslashes % 2 == 1;
        backslashes = 0;
        if literal > 0 {
            word.get_or_insert_default().push_str(&"\\".repeat(literal));
        }
        match c {
            '"' if !is_escaped => {
                is_quoted = !is_quoted;
                // Nothing between quotation marks is a word too.
                word.get_or_insert_default();
            }
            ' ' | '\t' if !is_quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    if is_quoted {
        return None;
    }
    if backslashes > 0 {
        word.get_or_insert_default().push_str(&"\\".repeat(backslashes));
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn on_windows(text: &str, expected: &[&str]) {
        let words = windows(text).unwrap();
        assert_eq!(words, expected, "{text}");
    }

    /// What botocore 1.44.5 makes of each.
    #[test]
    fn windows_has_its_own_words() {
        on_windows("", &[]);
        on_windows(" \t ", &[]);
        on_windows(r"C:\tools\keys.exe  --for\tprod", &[r"C:\tools\keys.exe", r"--for\tprod"]);
        on_windows(r#""C:\Program Files\keys.exe" a"#, &[r"C:\Program Files\keys.exe", "a"]);
        on_windows(r#"a "" b"#, &["a", "", "b"]);
        on_windows(r#"a"b c"d"#, &["ab cd"]);
        on_windows(r#"a\"b c"#, &[r#"a"b"#, "c"]);
        on_windows(r#""a\\" b\\\"c"#, &[r"a\", r#"b\"c"#]);
        on_windows(r"it's 'two words' \", &["it's", "'two", "words'", r"\"]);
        on_windows("a\nb", &["a\nb"]);
        on_windows("é\tø", &["é", "ø"]);
    }

    #[test]
    fn on_windows_a_quotation_must_be_closed() {
        for text in [r#"""#, r#"a "b"#, r#""a\""#] {
            assert_eq!(windows(text), None, "{text}");
        }
    }
}
