//! The server's certificate, and the authority that signs it: both new at each start.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::error::Error;

/// The names under which a client may always reach the server.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// What TLS needs on either side.
pub(crate) struct Certificate {
    /// The authority's certificate, for clients to trust. Its key is dropped once it has signed.
    pub(crate) authority_pem: String,
    /// The server's side.
    pub(crate) tls: Arc<ServerConfig>,
}

impl Certificate {
    /// Makes an authority and a server certificate, valid for a year, for these host names too.
    ///
    /// # Errors
    /// Where a name is none, the system has no random numbers to give, or the two TLS crates disagree.
    pub(crate) fn new(now: OffsetDateTime, host_names: &[String]) -> Result<Self, Error> {
        let mut params = dated(Vec::new(), now)?;
        params.distinguished_name.push(DnType::CommonName, "codecommit-local certificate authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;

        let mut params = dated([&NAMES.map(String::from), host_names].concat(), now)?;
        params.distinguished_name.push(DnType::CommonName, "codecommit-local");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        // OpenSSL in its strict mode, which Python uses by default, asks for it.
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &authority)?;

        let mut tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())?;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { authority_pem: authority.pem(), tls: Arc::new(tls) })
    }
}

fn dated(names: Vec<String>, now: OffsetDateTime) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    // A client whose clock is a little behind, or is set back by a test, still takes it.
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(365);
    Ok(params)
}
