//! The formats in which a credential is printed, by `git codecommit sign` and by the WASI command `codecommit-sign` alike.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// The form of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The lines of Git's credential protocol, for `git credential approve`.
    Git,
    /// The HTTPS URL with the credential in it.
    Url,
    /// JSON.
    Json,
    /// Variables for a shell or a CI job.
    Env,
    /// The HTTP header, for `http.extraHeader`.
    Header,
}

/// A credential for one repository. Not to be printed, so there is no `Debug`.
#[derive(Clone, Copy)]
pub struct Credential<'a> {
    /// `host[:port]` of the server.
    pub host: &'a str,
    /// The path of the repository, `/v1/repos/REPOSITORY`.
    pub path: &'a str,
    /// The URL without the credential.
    pub url: &'a str,
    /// The same with it.
    pub authenticated_url: &'a str,
    /// The user name.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
    /// When it ends, in seconds since 1970.
    pub expires: u64,
}

impl Format {
    /// All, by their names on a command line.
    pub const ALL: [(&'static str, Self); 5] =
        [("git", Self::Git), ("url", Self::Url), ("json", Self::Json), ("env", Self::Env), ("header", Self::Header)];

    /// The text of a credential, which ends in a line's end. It is wiped when it is dropped, and nothing of it is left elsewhere.
    pub fn write(self, credential: &Credential<'_>) -> Zeroizing<Vec<u8>> {
        let Credential { host, path, url, authenticated_url, username, password, expires } = *credential;
        // Room for all of it, because a text that grows leaves copies behind: in JSON a character is at most `\uXXXX`.
        let room = 1024 + 6 * (username.len() + password.len() + url.len() + authenticated_url.len());
        let mut text = Zeroizing::new(Vec::with_capacity(room));
        let mut put = |parts: &[&str]| parts.iter().for_each(|part| text.extend_from_slice(part.as_bytes()));
        match self {
            Self::Git => {
                put(&["protocol=https\nhost=", host, "\npath=", path.trim_start_matches('/'), "\nusername=", username]);
                put(&["\npassword=", password, "\npassword_expiry_utc=", &expires.to_string(), "\n"]);
            }
            Self::Url => put(&[authenticated_url, "\n"]),
            Self::Json => {
                for (before, name, value) in [
                    ("{\n", "url", url),
                    (",\n", "username", username),
                    (",\n", "password", password),
                    (",\n", "authenticated_url", authenticated_url),
                    (",\n", "expires", &time(expires)),
                ] {
                    put(&[before, "  \"", name, "\": ", &json_text(value)]);
                }
                put(&[",\n  \"expires_unix\": ", &expires.to_string(), "\n}\n"]);
            }
            Self::Env => {
                for (name, value) in [
                    ("CODECOMMIT_URL", url),
                    ("CODECOMMIT_USERNAME", username),
                    ("CODECOMMIT_PASSWORD", password),
                    ("CODECOMMIT_EXPIRES", &time(expires)),
                ] {
                    put(&[name, "=", &Zeroizing::new(sh_word(value)), "\n"]);
                }
            }
            Self::Header => {
                let pair = Zeroizing::new([username, ":", password].concat());
                put(&["Authorization: Basic ", &Zeroizing::new(STANDARD.encode(pair.as_bytes())), "\n"]);
            }
        }
        text
    }
}

/// A time in seconds since 1970 as AWS writes it: `2026-01-02T03:04:05Z`. Empty after the year 9999.
pub fn time(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    time.map_or_else(String::new, |time| {
        let ((year, month, day), (hour, minute, second)) = (time.to_calendar_date(), time.to_hms());
        format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", u8::from(month))
    })
}

/// A text as one word of sh.
pub fn sh_word(text: &str) -> String {
    // With room for a few quotes, so that a secret is not copied again.
    let mut word = String::with_capacity(text.len() + 3 * text.matches('\'').count() + 2);
    word.push('\'');
    for (index, part) in text.split('\'').enumerate() {
        if index > 0 {
            word.push_str(r"'\''");
        }
        word.push_str(part);
    }
    word.push('\'');
    word
}

/// A text as one of JSON.
fn json_text(text: &str) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 + 6 * text.len()));
    // Into memory, where nothing can go wrong.
    let _ = serde_json::to_writer(&mut *bytes, text);
    Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDENTIAL: Credential<'_> = Credential {
        host: "git-codecommit.eu-west-1.amazonaws.com",
        path: "/v1/repos/MyRepo",
        url: "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        authenticated_url: "https://A%25b:P@git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        username: "A%b'\"",
        password: "P",
        expires: 1_767_323_945,
    };

    #[track_caller]
    fn prints(format: &str, expected: &str) {
        let (_, format) = Format::ALL.into_iter().find(|(name, _)| *name == format).unwrap();
        assert_eq!(str::from_utf8(&format.write(&CREDENTIAL)).unwrap(), expected);
    }

    #[test]
    fn each_format_is_printed_to_the_byte() {
        prints(
            "git",
            "protocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com\npath=v1/repos/MyRepo\nusername=A%b'\"\npassword=P\n\
             password_expiry_utc=1767323945\n",
        );
        prints("url", "https://A%25b:P@git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo\n");
        prints(
            "json",
            "{\n  \"url\": \"https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo\",\n  \"username\": \"A%b'\\\"\",\n  \
             \"password\": \"P\",\n  \
             \"authenticated_url\": \"https://A%25b:P@git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo\",\n  \
             \"expires\": \"2026-01-02T03:19:05Z\",\n  \"expires_unix\": 1767323945\n}\n",
        );
        prints(
            "env",
            "CODECOMMIT_URL='https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo'\n\
             CODECOMMIT_USERNAME='A%b'\\''\"'\nCODECOMMIT_PASSWORD='P'\nCODECOMMIT_EXPIRES='2026-01-02T03:19:05Z'\n",
        );
        prints("header", "Authorization: Basic QSViJyI6UA==\n");
    }

    #[test]
    fn a_time_is_written_as_aws_writes_it() {
        assert_eq!(time(0), "1970-01-01T00:00:00Z");
        assert_eq!(time(253_402_300_799), "9999-12-31T23:59:59Z");
        assert_eq!(time(u64::MAX), "");
    }

    #[test]
    fn a_word_of_sh_is_what_it_was() {
        assert_eq!(sh_word(""), "''");
        assert_eq!(sh_word("a b$'c"), r"'a b$'\''c'");
    }
}
