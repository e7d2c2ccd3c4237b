//! The certificates to trust in place of the machine's.

use std::fs;
use std::path::{Path, PathBuf};

use aws_smithy_http_client::tls::TrustStore;
use base64::prelude::{BASE64_STANDARD, Engine};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use thiserror::Error;

use crate::Error as HelperError;
use crate::aws::config_files::{Profile, expand, home_folder};
use crate::error::not_read;
use crate::printable::Shown;
use crate::variables::Variables;

/// A bundle of certificates that cannot be used.
#[derive(Debug, Error)]
#[error("the certificates in {} {problem}", Shown(&path.to_string_lossy()))]
pub struct TrustFault {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: TrustProblem,
}

impl TrustFault {
    /// What to type.
    pub fn hint(&self) -> String {
        "AWS_CA_BUNDLE, ca_bundle of the profile or REQUESTS_CA_BUNDLE names it: correct that, or unset it".to_owned()
    }
}

/// What is wrong with a bundle of certificates.
#[derive(Debug, Error)]
pub enum TrustProblem {
    /// The system does not let us read it.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It holds no certificate.
    #[error("are none: the file has no PEM certificate")]
    None,
    /// It holds only what is no certificate.
    #[error("cannot be used: they are broken")]
    Broken,
}

/// The file that names the certificates to trust: `AWS_CA_BUNDLE`, the profile's `ca_bundle`, `REQUESTS_CA_BUNDLE`, as botocore.
/// It may begin with `~`.
pub(super) fn bundle(profile: Option<Profile<'_>>, variables: Variables<'_>) -> Result<Option<PathBuf>, HelperError> {
    let in_profile = || profile.and_then(|profile| profile.text("ca_bundle")).filter(|path| !path.is_empty());
    let path = match variables.text("AWS_CA_BUNDLE")?.or_else(|| in_profile().map(str::to_owned)) {
        Some(path) => Some(path),
        None => variables.text("REQUESTS_CA_BUNDLE")?,
    };
    Ok(path.map(|path| expand(path.as_ref(), variables.0, home_folder(variables.0).as_deref())))
}

/// Reads a file of PEM certificates. One that no client can use is left out, as OpenSSL leaves it out: bundles of companies and
/// systems have such, and the HTTPS client would panic.
pub(super) fn read(path: &Path) -> Result<TrustStore, TrustFault> {
    let fail = |problem| TrustFault { path: path.to_owned(), problem };
    let pem = fs::read(path).map_err(|error| fail(TrustProblem::Unreadable(not_read(&error))))?;
    let mut store = TrustStore::empty();
    let mut problem = TrustProblem::None;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        match certificate.map(|certificate| roots.add(certificate.clone()).map(|()| certificate)) {
            Ok(Ok(certificate)) => {
                store.add_pem_certificate(armoured(&certificate));
            }
            _ => problem = TrustProblem::Broken,
        }
    }
    if roots.is_empty() { Err(fail(problem)) } else { Ok(store) }
}

/// A certificate as PEM, which is the form that the client takes.
fn armoured(certificate: &[u8]) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", BASE64_STANDARD.encode(certificate))
}

#[cfg(test)]
mod tests;
