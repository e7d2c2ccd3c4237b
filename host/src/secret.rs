//! Text that must not be printed.

use std::fmt;

use zeroize::Zeroizing;

/// A key, token or signature: it cannot be printed, and is overwritten in memory when it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over a text, which is not copied.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text. The one way out: what it is given to must not keep or print it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown_even_for_debugging() {
        assert_eq!(format!("{:?}", Secret::new("wJalrXUtnFEMI".to_owned())), "Secret(…)");
    }
}
