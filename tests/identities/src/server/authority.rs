//! A certificate authority, and a certificate for every host that a case may reach.

use std::sync::{Arc, OnceLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// The server itself, and the services' own hosts, which the proxy leads here.
const NAMES: [&str; 9] = [
    "localhost",
    "127.0.0.1",
    "*.amazonaws.com",
    "*.us-east-1.amazonaws.com",
    "*.eu-west-1.amazonaws.com",
    "*.sso.us-east-1.amazonaws.com",
    "*.sso.eu-west-1.amazonaws.com",
    "*.us-east-1.api.aws",
    "*.signin.aws.amazon.com",
];

/// What TLS needs on either side.
pub(crate) struct Authority {
    /// The authority's certificate.
    pub(crate) pem: String,
    /// The certificate of another authority, which signed nothing.
    pub(crate) other_pem: String,
    /// The server's side.
    pub(crate) tls: Arc<ServerConfig>,
}

impl Authority {
    /// The one of this process.
    pub(crate) fn get() -> &'static Self {
        static AUTHORITY: OnceLock<Authority> = OnceLock::new();
        AUTHORITY.get_or_init(Self::new)
    }

    fn new() -> Self {
        let authority = issuer("identity-cases certificate authority");
        let mut params = CertificateParams::new(NAMES.map(String::from)).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "identity-cases");
        // OpenSSL in its strict mode, which Python uses by default, asks for it.
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Self { pem: authority.pem(), other_pem: issuer("another authority").pem(), tls: Arc::new(tls) }
    }
}

fn issuer(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}
