//! What can go wrong with a call of an AWS service, in words.

use std::error::Error as StdError;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use thiserror::Error;

use crate::printable::{Sentence, Shown};

/// Why a service gave no answer that helps. The service is named as a sentence names it.
#[derive(Debug, Error)]
pub enum CallFault {
    /// There was no connection, or it broke.
    #[error("{service} could not be reached: {}", Shown(reason))]
    Unreachable {
        /// The service.
        service: &'static str,
        /// What the system or TLS says.
        reason: String,
    },
    /// There could be no request.
    #[error("the request to {service} could not be made: {}", Shown(reason))]
    NotMade {
        /// The service.
        service: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// There was no answer in time.
    #[error("{service} did not answer in time")]
    TimedOut {
        /// The service.
        service: &'static str,
    },
    /// It answered with an error.
    #[error("{service} refused: {}", refusal(code, message, *status))]
    Refused {
        /// The service.
        service: &'static str,
        /// Its code, as `AccessDenied`; can be empty.
        code: String,
        /// Its sentence; can be empty.
        message: String,
        /// The status of its answer.
        status: u16,
    },
    /// It answered with keys that have ended.
    #[error("{service} gave keys that have expired")]
    Expired {
        /// The service.
        service: &'static str,
    },
    /// It answered with what is no answer.
    #[error("{service} gave an answer that cannot be read")]
    Unreadable {
        /// The service.
        service: &'static str,
    },
}

impl CallFault {
    /// What the error of an SDK client comes down to.
    pub fn new<E>(service: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        match error {
            SdkError::TimeoutError(_) => Self::TimedOut { service },
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::TimedOut { service },
            // What the client makes of an answer that lacks what it has to have.
            SdkError::ServiceError(context) if context.raw().status().is_success() => Self::Unreadable { service },
            SdkError::ServiceError(context) => {
                let (error, body) = (context.err(), context.raw().body().bytes().unwrap_or_default());
                let text = |known: Option<&str>, name| {
                    known.map(str::to_owned).or_else(|| element(body, name)).unwrap_or_default()
                };
                Self::Refused {
                    service,
                    code: text(error.code(), "Code"),
                    message: text(error.message(), "Message"),
                    status: context.raw().status().as_u16(),
                }
            }
            SdkError::DispatchFailure(_) => Self::Unreachable { service, reason: root_cause(error) },
            SdkError::ConstructionFailure(_) => Self::NotMade { service, reason: root_cause(error) },
            _ => Self::Unreadable { service },
        }
    }

    /// What to type, where the fault says enough for that by itself.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Expired { .. } => Some("set this machine's clock".to_owned()),
            Self::Unreachable { .. } | Self::TimedOut { .. } => {
                Some("check the network, HTTPS_PROXY and NO_PROXY, and AWS_CA_BUNDLE".to_owned())
            }
            Self::NotMade { .. } => {
                Some("check the region, use_fips_endpoint and endpoint_url of the profile".to_owned())
            }
            Self::Refused { .. } | Self::Unreadable { .. } => None,
        }
    }

    /// The service's code for why it refused.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }
}

/// The sentence and the code of a service, as much of them as there is.
fn refusal(code: &str, message: &str, status: u16) -> String {
    match (code, message.trim()) {
        ("", "") => format!("it gave no reason (HTTP status {status})"),
        (code, "") => Shown(code).to_string(),
        ("", message) => Sentence(message).to_string(),
        (code, message) => format!("{} ({})", Sentence(message), Shown(code)),
    }
}

/// The text of an XML element, wherever it is: servers that stand in for AWS nest an error deeper than AWS does.
fn element(body: &[u8], name: &str) -> Option<String> {
    let (_, rest) = str::from_utf8(body).ok()?.split_once(&format!("<{name}>"))?;
    Some(rest.split_once('<')?.0.to_owned())
}

/// The innermost cause, which is the one that says something: the outer ones say `dispatch failure`.
pub(super) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(code: &str, message: &str, sentence: &str) {
        let (code, message) = (code.to_owned(), message.to_owned());
        let fault = CallFault::Refused { service: "STS", code, message, status: 403 };
        assert_eq!(fault.to_string(), format!("STS refused: {sentence}"));
    }

    #[test]
    fn a_refusal_is_told_in_the_services_words() {
        says("AccessDenied", " not authorized\n", "not authorized (AccessDenied)");
        says("", "not authorized", "not authorized");
        says("AccessDenied", "", "AccessDenied");
        says("", " ", "it gave no reason (HTTP status 403)");
        says("A\u{1b}", "a\nb", r"a\u{a}b (A\u{1b})");
        says("Code", &"é".repeat(2000), &format!("{}… (Code)", "é".repeat(1024)));
    }

    #[test]
    fn an_element_is_found_however_deep_it_is() {
        let body = b"<?xml version=\"1.0\"?><ErrorResponse><Errors><Error><Code>AccessDenied</Code></Error></Errors>";
        assert_eq!(element(body, "Code").as_deref(), Some("AccessDenied"));
        for body in [&b""[..], b"<Code>", b"<html>AccessDenied</html>", b"\xff<Code>x</Code>"] {
            assert_eq!(element(body, "Code"), None);
        }
    }
}
