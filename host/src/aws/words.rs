//! Words of a line, as a POSIX shell would split them and nothing else that a shell does.

/// `shlex.split`, without comments; nothing where it raises `ValueError`.
///
/// The crate `shlex` follows the shell instead: it takes `#` for a comment, and drops the backslash of `"\$"`.
pub fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if SPACES.contains(&c) {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match c {
            '\\' => word.push(chars.next()?),
            '\'' | '"' => loop {
                match chars.next()? {
                    end if end == c => break,
                    '\\' if c == '"' => {
                        let escaped = chars.next()?;
                        if !matches!(escaped, '"' | '\\') {
                            word.push('\\');
                        }
                        word.push(escaped);
                    }
                    other => word.push(other),
                }
            },
            other => word.push(other),
        }
    }
    words.extend(word);
    Some(words)
}

/// `shlex.whitespace`.
pub(crate) const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];
