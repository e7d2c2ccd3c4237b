//! The differences that are meant: `DIFFERENCES.md` has them all, and says why.

use crate::case::Case;
use crate::original::Outcome;
use crate::regions;

/// A difference. It has a condition, which is one of the case alone, and a consequence.
pub(crate) struct Difference {
    /// Its name in the document.
    pub(crate) name: &'static str,
    is_in: fn(&Case) -> bool,
    consequence: Consequence,
}

/// What this helper does where the condition of a difference holds.
enum Consequence {
    /// What the original does with another case.
    As(fn(&mut Case)),
    /// It refuses, with an error of this name.
    Refuses(&'static str),
}

/// All of them. Those of other cases are applied one after another.
pub(crate) static DIFFERENCES: [Difference; 16] = [
    Difference {
        name: "prefix",
        is_in: |case| after_prefix(&case.url).is_some(),
        consequence: Consequence::As(|case| {
            if let Some(rest) = after_prefix(&case.url) {
                case.url = rest.to_owned();
            }
        }),
    },
    Difference {
        name: "empty-variable",
        is_in: |case| case.environment.values().any(String::is_empty),
        consequence: Consequence::As(|case| case.environment.retain(|_, value| !value.is_empty())),
    },
    Difference {
        name: "empty-token",
        is_in: |case| case.profile().iter().any(|(name, value)| name.ends_with("_token") && value.is_empty()),
        consequence: Consequence::As(|case| case.has_empty_tokens = false),
    },
    Difference {
        name: "profile-with-at",
        is_in: |case| case.authority().matches('@').count() > 1,
        // The original can be told of such a profile by a variable, which lets the environment's keys count.
        consequence: Consequence::As(|case| {
            let (Some(profile), _) = case.named() else { return };
            let (profile, written) = (profile.to_owned(), format!("{profile}@"));
            case.url = case.url.replacen(&written, "", 1);
            case.environment.insert("AWS_DEFAULT_PROFILE", profile);
            case.environment.remove("AWS_ACCESS_KEY_ID");
        }),
    },
    Difference {
        name: "aws-region",
        is_in: |case| {
            let aws_region = case.variable("AWS_REGION");
            let without = |name: &str| case.variable(name).is_none();
            let of_profile = case.profile().get("region").is_some_and(|name| !name.is_empty());
            aws_region.is_some() && without("AWS_DEFAULT_REGION") && !of_profile
        },
        consequence: Consequence::As(|case| {
            let region = case.environment["AWS_REGION"].clone();
            case.environment.insert("AWS_DEFAULT_REGION", region);
        }),
    },
    Difference {
        name: "fips",
        is_in: |case| is_fips_asked_for(case) && fips_host(case).is_some(),
        consequence: Consequence::As(|case| {
            if let Some(host) = fips_host(case) {
                case.environment.insert("CODE_COMMIT_ENDPOINT", host);
            }
        }),
    },
    Difference {
        name: "extra-region",
        is_in: |case| case.region().is_some_and(|region| regions::VOUCHED.contains(&region.as_str())),
        consequence: Consequence::As(|case| case.regions = &regions::VOUCHED),
    },
    Difference {
        name: "no-fips",
        is_in: |case| is_fips_asked_for(case) && fips_host(case).is_none(),
        consequence: Consequence::Refuses("NoFipsEndpoint"),
    },
    Difference {
        name: "surplus-part",
        is_in: |case| {
            let rest = case.parts().1;
            let (_, repository) = case.named();
            let surplus = &rest[case.authority().len()..];
            repository.contains(':') || !(surplus.is_empty() || surplus == "/")
        },
        consequence: Consequence::Refuses("SurplusPart"),
    },
    Difference {
        name: "repository-name",
        is_in: |case| {
            let (_, name) = case.named();
            let is_allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
            let is_allowed = (1..=100).contains(&name.len()) && name.chars().all(is_allowed);
            !is_allowed || name == "." || name == ".." || name.strip_suffix(".git").is_some()
        },
        consequence: Consequence::Refuses("MalformedRepository"),
    },
    Difference {
        name: "server-as-repository",
        is_in: |case| case.named().1.starts_with("git-codecommit."),
        consequence: Consequence::Refuses("OtherTransport"),
    },
    Difference {
        name: "unseen-character",
        is_in: |case| case.url.contains(|c: char| c.is_control() || "\u{200b}\u{202e}\u{feff}".contains(c)),
        consequence: Consequence::Refuses("UnprintableCharacter"),
    },
    Difference {
        name: "space-before-url",
        is_in: |case| after_prefix(&case.url).unwrap_or(&case.url).starts_with(' '),
        consequence: Consequence::Refuses("MalformedUrl"),
    },
    Difference {
        name: "endpoint",
        is_in: |case| case.variable("CODE_COMMIT_ENDPOINT").is_some_and(|host| !is_host(host)),
        consequence: Consequence::Refuses("MalformedHost"),
    },
    Difference {
        name: "characters-of-keys",
        is_in: |case| {
            let variables = ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];
            let options = ["aws_access_key_id", "aws_session_token", "aws_security_token"];
            let profile = case.profile();
            let is_odd = |text: &str| text.contains(|c: char| !c.is_ascii_graphic() || c == ':' || c == '%');
            variables.iter().any(|name| case.variable(name).is_some_and(is_odd))
                || options.iter().any(|name| profile.get(name).is_some_and(|value| is_odd(value)))
        },
        consequence: Consequence::Refuses("MalformedCredentials"),
    },
    Difference {
        name: "empty-key",
        is_in: |case| {
            let profile = case.profile();
            let is_empty = |name: &&str| profile.get(*name).is_some_and(|value| value.is_empty());
            ["aws_access_key_id", "aws_secret_access_key"].iter().any(is_empty)
        },
        consequence: Consequence::Refuses("PartialKeys"),
    },
];

/// The names of the document's rows.
pub(crate) fn documented() -> Vec<&'static str> {
    let row = |line: &'static str| line.strip_prefix("| `")?.split('`').next();
    include_str!("DIFFERENCES.md").lines().filter_map(row).collect()
}

/// What follows the prefix by which Git finds the helper, and which it takes off.
fn after_prefix(url: &str) -> Option<&str> {
    const PREFIX: &str = "codecommit::";
    url.get(..PREFIX.len()).filter(|start| start.eq_ignore_ascii_case(PREFIX)).map(|_| &url[PREFIX.len()..])
}

fn is_fips_asked_for(case: &Case) -> bool {
    let profile = case.profile();
    let value = case.variable("AWS_USE_FIPS_ENDPOINT").or_else(|| profile.get("use_fips_endpoint").copied());
    value.is_some_and(|value| value.eq_ignore_ascii_case("true")) && case.variable("CODE_COMMIT_ENDPOINT").is_none()
}

/// The FIPS endpoint of the region in use.
fn fips_host(case: &Case) -> Option<String> {
    let region = case.region()?;
    regions::FIPS.contains(&region.as_str()).then(|| format!("git-codecommit-fips.{region}.amazonaws.com"))
}

/// Whether a text is `host[:port]`.
fn is_host(text: &str) -> bool {
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|number| number.to_string() == port && number > 0);
    if let Some((_, after)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return after.is_empty() || after.strip_prefix(':').is_some_and(is_port);
    }
    let is_label = |label: &str| {
        let is_plain = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        !label.is_empty() && is_plain && !label.starts_with('-') && !label.ends_with('-')
    };
    let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    name.split('.').all(is_label) && port.is_none_or(is_port)
}

/// The differences of a case that say what the original would do with another, and that other case.
pub(crate) fn translated(case: &Case) -> (Vec<usize>, Case) {
    let mut other = case.clone();
    let mut applied = Vec::new();
    for (index, Difference { is_in, consequence, .. }) in DIFFERENCES.iter().enumerate() {
        if let Consequence::As(change) = consequence
            && is_in(&other)
        {
            change(&mut other);
            applied.push(index);
        }
    }
    (applied, other)
}

/// The difference by which this helper refuses what the original does not, where there is one.
pub(crate) fn refused(case: &Case, ours: &Outcome) -> Option<usize> {
    let name = ours.as_ref().err()?;
    DIFFERENCES.iter().position(|difference| {
        matches!(difference.consequence, Consequence::Refuses(error) if error == name) && (difference.is_in)(case)
    })
}
