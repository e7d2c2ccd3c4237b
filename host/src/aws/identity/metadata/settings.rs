//! How the metadata service is asked: variables first, then the profile.

use std::time::Duration;

use super::Fault;
use crate::Error;
use crate::aws::config_files::Profile;
use crate::aws::network::direct::Url;
use crate::variables::{Variables, is_true};

/// The endpoints of EC2.
const IPV4: &str = "http://169.254.169.254/";
const IPV6: &str = "http://[fd00:ec2::254]/";

/// How the metadata service is asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// Its URL, to which paths are added.
    pub(super) endpoint: String,
    /// Whether the first version of the protocol, which has no tokens, may be spoken.
    pub(super) first_version: bool,
    /// The time limit of a request.
    pub(super) limit: Duration,
    /// How often a request is sent that gives nothing.
    pub(super) attempts: u32,
}

impl Settings {
    /// Reads the settings. Those that are empty count as unset.
    ///
    /// # Errors
    /// A setting that makes no sense, or a variable that is not UTF-8.
    pub(super) fn read(profile: Option<Profile<'_>>, variables: Variables<'_>) -> Result<Self, Error> {
        let setting = |variable: &'static str, option: &'static str| -> Result<Option<(&'static str, String)>, Error> {
            if let Some(value) = variables.text(variable)? {
                return Ok(Some((variable, value)));
            }
            let value = profile.and_then(|profile| profile.text(option)).filter(|value| !value.is_empty());
            Ok(value.map(|value| (option, value.to_owned())))
        };
        let says_true = |variable, option| -> Result<bool, Error> {
            Ok(setting(variable, option)?.is_some_and(|(_, value)| is_true(&value)))
        };
        let number = |variable, option| match setting(variable, option)? {
            None => Ok(1),
            Some((name, value)) => match value.trim().parse() {
                Ok(number @ 1..) => Ok(number),
                _ => Err(Error::from(Fault::NoNumber { name, value })),
            },
        };
        let mode = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")?;
        let ipv6 = match mode {
            Some((_, mode)) if mode.eq_ignore_ascii_case("ipv6") => true,
            Some((_, mode)) if mode.eq_ignore_ascii_case("ipv4") => false,
            Some((name, value)) => return Err(Fault::NoMode { name, value }.into()),
            // Its older name, which botocore still knows.
            None => says_true("AWS_IMDS_USE_IPV6", "imds_use_ipv6")?,
        };
        let endpoint = match setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")? {
            Some((_, url)) if Url::parse(&url).is_some() => url,
            Some((name, value)) => return Err(Fault::NoUrl { name, value }.into()),
            None if ipv6 => IPV6.to_owned(),
            None => IPV4.to_owned(),
        };
        let seconds: u32 = number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout")?;
        Ok(Self {
            endpoint,
            first_version: !says_true("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")?,
            limit: Duration::from_secs(seconds.into()),
            attempts: number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::User;

    fn settings(user: &User) -> Result<Settings, String> {
        let files = user.files();
        let read = user.with(|variables| Settings::read(files.profile("default"), variables));
        read.map_err(|error| format!("{error}\n{}", error.hint().unwrap_or_default()))
    }

    fn plain() -> Settings {
        let limit = Duration::from_secs(1);
        Settings { endpoint: IPV4.to_owned(), first_version: true, limit, attempts: 1 }
    }

    #[test]
    fn nothing_set_is_one_attempt_of_one_second() {
        assert_eq!(settings(&User::new()), Ok(plain()));
    }

    #[test]
    fn a_variable_comes_before_the_profile_and_one_that_is_empty_does_not() {
        for (variable, option, in_profile, in_variable, of_profile, of_variable) in [
            (
                "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                "ec2_metadata_service_endpoint",
                "http://127.0.0.1:1",
                "http://[::1]:1",
                Settings { endpoint: "http://127.0.0.1:1".to_owned(), ..plain() },
                Settings { endpoint: "http://[::1]:1".to_owned(), ..plain() },
            ),
            (
                "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                "ec2_metadata_service_endpoint_mode",
                "IPv6",
                "IPv4",
                Settings { endpoint: IPV6.to_owned(), ..plain() },
                plain(),
            ),
            (
                "AWS_IMDS_USE_IPV6",
                "imds_use_ipv6",
                "True",
                "false",
                Settings { endpoint: IPV6.to_owned(), ..plain() },
                plain(),
            ),
            (
                "AWS_EC2_METADATA_V1_DISABLED",
                "ec2_metadata_v1_disabled",
                "TRUE",
                "no",
                Settings { first_version: false, ..plain() },
                plain(),
            ),
            (
                "AWS_METADATA_SERVICE_TIMEOUT",
                "metadata_service_timeout",
                "5",
                " 7 ",
                Settings { limit: Duration::from_secs(5), ..plain() },
                Settings { limit: Duration::from_secs(7), ..plain() },
            ),
            (
                "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
                "metadata_service_num_attempts",
                "5",
                "7",
                Settings { attempts: 5, ..plain() },
                Settings { attempts: 7, ..plain() },
            ),
        ] {
            let user = || User::new().config(format!("[default]\n{option} = {in_profile}\n"));
            assert_eq!(settings(&user()).as_ref(), Ok(&of_profile), "{option}");
            assert_eq!(settings(&user().set(variable, "")).as_ref(), Ok(&of_profile), "{variable}");
            assert_eq!(settings(&user().set(variable, in_variable)).as_ref(), Ok(&of_variable), "{variable}");
            assert_eq!(settings(&User::new().config(format!("[default]\n{option} =\n"))), Ok(plain()), "{option}");
        }
    }

    #[test]
    fn the_endpoint_comes_before_its_mode_and_the_mode_before_its_older_name() {
        let user = User::new().set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv4").set("AWS_IMDS_USE_IPV6", "true");
        assert_eq!(settings(&user), Ok(plain()));
        let user = user.set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv6");
        let user = user.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "https://localhost/path");
        assert_eq!(settings(&user), Ok(Settings { endpoint: "https://localhost/path".to_owned(), ..plain() }));
    }

    #[test]
    fn a_setting_that_makes_no_sense_is_named_with_what_it_says() {
        const OFF: &str = "or remove it: AWS_EC2_METADATA_DISABLED=true turns instance metadata off";
        let cases = [
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "localhost", "no HTTP endpoint"),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "file:///etc/passwd", "no HTTP endpoint"),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://", "no HTTP endpoint"),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv5", "neither ipv4 nor ipv6"),
            ("AWS_METADATA_SERVICE_TIMEOUT", "1.5", "no whole number from 1"),
            ("AWS_METADATA_SERVICE_TIMEOUT", "0", "no whole number from 1"),
            ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "-1", "no whole number from 1"),
            ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "4294967296", "no whole number from 1"),
        ];
        for (variable, value, fault) in cases {
            let fact = |name: &str| format!("{name} is '{value}', which is {fault}");
            let expected = format!("{}\ncorrect it, {OFF}", fact(variable));
            assert_eq!(settings(&User::new().set(variable, value)), Err(expected));
            let option = variable.trim_start_matches("AWS_").to_ascii_lowercase();
            let expected = format!("{}\ncorrect it in the profile, {OFF}", fact(&option));
            assert_eq!(settings(&User::new().config(format!("[default]\n{option} = {value}\n"))), Err(expected));
        }
    }
}
