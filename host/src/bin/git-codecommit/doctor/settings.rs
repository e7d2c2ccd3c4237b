//! Settings of Git and variables that change how a server is spoken to.

use std::fs;

use git_remote_codecommit::printable::Shown;
use git_remote_codecommit::variables::Variables;

use super::Finding;
use super::remote::Looked;
use super::system::{setting_for, settings};
use crate::explain::shown_url;

/// Looks at all of them.
pub(super) fn all(remotes: &Looked, variables: Variables<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Of a server of ours where there is one.
    let url = remotes.first_url().unwrap_or("https://git-codecommit.invalid/");
    findings.extend(headers(url));
    findings.extend(verification(url, variables));
    findings.extend(certificates(url, variables));
    findings.extend(proxy(url, variables));
    findings
}

fn headers(url: &str) -> Option<Finding> {
    let mut values = settings("http.extraHeader");
    values.extend(setting_for("http.extraHeader", url));
    let is_authorization = |value: &String| value.to_ascii_lowercase().starts_with("authorization:");
    values.iter().any(is_authorization).then(|| {
        Finding::failed(
            "headers",
            "http.extraHeader has an Authorization, which is sent in place of the signature",
            Some("git config --global --unset-all http.extraHeader '^[Aa]uthorization:'".to_owned()),
        )
    })
}

fn verification(url: &str, variables: Variables<'_>) -> Option<Finding> {
    const WHAT: &str = "tls";
    if variables.0("GIT_SSL_NO_VERIFY").is_some() {
        let found = "GIT_SSL_NO_VERIFY is set: whoever is in between can read and change everything";
        return Some(Finding::failed(WHAT, found, Some("unset GIT_SSL_NO_VERIFY".to_owned())));
    }
    let value = setting_for("http.sslVerify", url)?;
    ["false", "no", "off", "0"].iter().any(|no| value.eq_ignore_ascii_case(no)).then(|| {
        Finding::failed(
            WHAT,
            "http.sslVerify is false: whoever is in between can read and change everything",
            Some("git config --global --unset-all http.sslVerify".to_owned()),
        )
    })
}

fn certificates(url: &str, variables: Variables<'_>) -> Vec<Finding> {
    const WHAT: &str = "ca";
    let of_variable = |name: &'static str| {
        variables.0(name).filter(|value| !value.is_empty()).map(|value| (name, value.to_string_lossy().into_owned()))
    };
    let of_git = || setting_for("http.sslCAInfo", url).map(|value| ("http.sslCAInfo", value));
    let files = [of_variable("GIT_SSL_CAINFO").or_else(of_git), of_variable("AWS_CA_BUNDLE")];
    let look = |(name, file): (&str, String)| {
        let shown = Shown(&file);
        // As a path is expanded, Git and botocore say; a `~` is all that people write.
        let path = match (file.strip_prefix("~/"), variables.0("HOME")) {
            (Some(rest), Some(home)) => std::path::PathBuf::from(home).join(rest),
            _ => std::path::PathBuf::from(&file),
        };
        match fs::read_to_string(path) {
            Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => Finding::ok(WHAT, format!("{name}: {shown}")),
            Ok(_) => Finding::failed(
                WHAT,
                format!("{name} is {shown}, which has no certificate"),
                Some(format!("set {name} to a file of certificates in PEM, or unset it")),
            ),
            Err(error) => Finding::failed(
                WHAT,
                format!("{name} is {shown}, which cannot be read: {}", error.kind()),
                Some(format!("set {name} to a file of certificates in PEM, or unset it")),
            ),
        }
    };
    files.into_iter().flatten().map(look).collect()
}

fn proxy(url: &str, variables: Variables<'_>) -> Option<Finding> {
    let of_variable = |name: &'static str| {
        variables.0(name).filter(|value| !value.is_empty()).map(|value| (name, value.to_string_lossy().into_owned()))
    };
    let of_git = setting_for("http.proxy", url).map(|value| ("http.proxy", value));
    let (name, value) = of_git
        .or_else(|| of_variable("https_proxy"))
        .or_else(|| of_variable("HTTPS_PROXY"))
        .or_else(|| of_variable("ALL_PROXY"))?;
    Some(Finding::ok("proxy", format!("{name}: {}", shown_url(&value))))
}
