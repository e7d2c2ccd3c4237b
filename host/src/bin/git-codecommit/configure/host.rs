//! The name of a server, as `--host` takes it: part of the name of a setting, so nothing but a host may be in it.

use git_remote_codecommit::printable::Shown;

use crate::fault::Fault;

/// Refuses what is no `HOST` or `HOST:PORT`.
///
/// # Errors
/// [`Fault::Usage`].
pub(super) fn check(text: &str) -> Result<(), Fault> {
    let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    let is_port =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    // 253 characters, and 63 between two dots: RFC 1035.
    if name.len() <= 253 && name.split('.').all(is_label) && port.is_none_or(is_port) {
        return Ok(());
    }
    Err(Fault::Usage {
        fact: format!("--host cannot be '{}', only a host name, or one and a port", Shown(text)),
        hint: "--host NAME.git-codecommit.REGION.vpce.amazonaws.com".to_owned(),
    })
}

/// Whether a text can stand between two dots of a host name.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_with_or_without_a_port_is_one() {
        let long = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
        for text in ["localhost", "x.helper", "a-b.example", "A1.example:8443", "127.0.0.1:1", "h:65535", &long] {
            assert_eq!(check(text).map_err(|fault| fault.to_string()), Ok(()), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_one() {
        let long = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(62)].join(".");
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "-a",
            "a-",
            "a.-b",
            "*",
            "*.example",
            "a b",
            "a=b",
            "a_b",
            "ü",
            "a\nb",
            "a\u{1b}[2J",
            "https://a",
            "a/b",
            "user@a",
            "a:",
            ":80",
            "a:0",
            "a:65536",
            "a:+80",
            "a:b",
            "a:1:2",
            "[::1]",
            "[::1]:80",
            &"a".repeat(64),
            &long,
        ] {
            assert!(check(text).is_err(), "{text:?}");
        }
    }
}
