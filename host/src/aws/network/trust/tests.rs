use std::path::PathBuf;

use rcgen::{Certificate, generate_simple_self_signed};
use tempfile::TempDir;

use super::*;
use crate::fixture::User;

const HINT: &str = "AWS_CA_BUNDLE, ca_bundle of the profile or REQUESTS_CA_BUNDLE names it: correct that, or unset it";

/// PEM whose content is no certificate, and PEM whose content is no Base64.
const BROKEN: [&str; 2] = [
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
];

fn certificate() -> Certificate {
    generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert
}

fn file(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.pem");
    fs::write(&path, text).unwrap();
    (folder, path)
}

/// Fails where not exactly these are trusted.
#[track_caller]
fn trusts(text: &str, certificates: &[&Certificate]) {
    let (_folder, path) = file(text);
    let mut expected = TrustStore::empty();
    for certificate in certificates {
        expected.add_pem_certificate(armoured(certificate.der()));
    }
    // A store has no other way to look into it.
    assert_eq!(format!("{:?}", read(&path).unwrap()), format!("{expected:?}"));
}

#[track_caller]
fn refuses(path: &Path, problem: &str) {
    let fault = read(path).unwrap_err();
    assert_eq!(fault.to_string(), format!("the certificates in {} {problem}", path.display()));
    assert_eq!(fault.hint(), HINT);
}

#[test]
fn a_broken_certificate_among_good_ones_is_left_out() {
    let (one, two) = (certificate(), certificate());
    trusts(&(one.pem() + &two.pem()), &[&one, &two]);
    for broken in BROKEN {
        trusts(&(broken.to_owned() + &one.pem() + &two.pem()), &[&one, &two]);
        trusts(&(one.pem() + broken + &two.pem()), &[&one, &two]);
        trusts(&(one.pem() + &two.pem() + broken), &[&one, &two]);
    }
}

/// As the bundles of systems have it: comments, other sections, and lines of Windows.
#[test]
fn what_is_no_certificate_is_passed_over() {
    let one = certificate();
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    trusts(&format!("# a comment\n\n{key}{}text\n", one.pem()), &[&one]);
    trusts(&one.pem().replace('\n', "\r\n"), &[&one]);
}

#[test]
fn a_bundle_of_broken_certificates_is_a_fault() {
    for broken in BROKEN {
        let (_folder, path) = file(broken);
        refuses(&path, "cannot be used: they are broken");
    }
}

#[test]
fn a_bundle_without_certificates_is_a_fault() {
    let none = "are none: the file has no PEM certificate";
    for text in ["", "certificates\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        let (_folder, path) = file(text);
        refuses(&path, none);
    }
    let (_folder, der) = file(certificate().der());
    refuses(&der, none);
}

#[test]
fn a_bundle_that_cannot_be_read_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    refuses(&folder.path().join("missing.pem"), "cannot be read: there is no such file");
    #[cfg(unix)]
    refuses(folder.path(), "cannot be read: is a directory");
}

/// The bundle of the profile `p`.
fn named(user: &User) -> Option<PathBuf> {
    let files = user.files();
    user.with(|variables| bundle(files.profile("p"), variables)).unwrap()
}

#[test]
fn the_bundle_is_named_by_its_own_variable_the_profile_or_the_variable_of_requests() {
    let user = || User::new().set("REQUESTS_CA_BUNDLE", "/requests");
    let path = |text: &str| Some(PathBuf::from(text));
    let config = "[profile p]\nca_bundle = /profile\n";
    assert_eq!(named(&user().config(config).set("AWS_CA_BUNDLE", "/aws")), path("/aws"));
    assert_eq!(named(&user().config(config)), path("/profile"));
    assert_eq!(named(&user().config(config).set("AWS_CA_BUNDLE", "")), path("/profile"));
    assert_eq!(named(&user().config("[profile p]\nca_bundle =\n")), path("/requests"));
    assert_eq!(named(&user()), path("/requests"));
    assert_eq!(named(&User::new()), None);
    assert_eq!(named(&User::new().set("AWS_CA_BUNDLE", "").set("REQUESTS_CA_BUNDLE", "")), None);
}

#[test]
fn a_tilde_is_the_home_folder_whoever_names_the_bundle() {
    let home = |user: User| {
        let expected = user.file("ca.pem");
        assert_eq!(named(&user), Some(expected));
    };
    home(User::new().set("AWS_CA_BUNDLE", "~/.aws/ca.pem"));
    home(User::new().config("[profile p]\nca_bundle = ~/.aws/ca.pem\n"));
    home(User::new().set("REQUESTS_CA_BUNDLE", "~/.aws/ca.pem"));
}
