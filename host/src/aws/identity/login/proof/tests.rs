//! The key is the one of RFC 6979, A.2.5; the proof was made of it by another implementation (OpenSSL's, deterministic).

use std::time::Duration;

use super::*;

const SEC1: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49
AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8
maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
-----END EC PRIVATE KEY-----
";
const PKCS8: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX
Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth
+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ
-----END PRIVATE KEY-----
";
const URL: &str = "https://eu-west-1.signin.aws.amazon.com/v1/token";
const ID: &str = "01020304-0506-4708-890a-0b0c0d0e0f10";
const PROOF: &str = "\
    eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6IllQN1V1aVZhblRISllldDB4alZ0YU1CSnVKST\
    dZZnBzNW1saUxtRHluN1kiLCJ5IjoiZVFQLUVBaTR2Sm1rR3VucFZpaThaUEx4c2d3dGZwOVJkNlBDbE5SR0lwayIsImNydiI6IlAtMjU2In19\
    .eyJodG0iOiJQT1NUIiwiaHR1IjoiaHR0cHM6Ly9ldS13ZXN0LTEuc2lnbmluLmF3cy5hbWF6b24uY29tL3YxL3Rva2VuIiwiaWF0IjoxNzY3M\
    zIzMDQ1LCJqdGkiOiIwMTAyMDMwNC0wNTA2LTQ3MDgtODkwYS0wYjBjMGQwZTBmMTAifQ.n2kg2qaT8-t_P27JHkXJWUZ1UzeDbFahhEV44nA0\
    a0xW4B0cVSaRgcf4GFEbCDDnP2q5_J6QUKBitu0TJQr9Dw";

fn proof(pem: &str) -> Option<String> {
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_323_045_900);
    ProofKey::parse(pem).map(|key| key.prove(URL, now, ID).unwrap())
}

#[test]
fn a_proof_is_a_signed_jwt_of_the_request() {
    assert_eq!(proof(SEC1).as_deref(), Some(PROOF));
}

#[test]
fn a_key_is_read_in_each_form_it_is_written_in() {
    let one_line =
        format!("-----BEGIN EC PRIVATE KEY-----\n{}\n-----END-----", SEC1.lines().collect::<Vec<_>>()[1..4].concat());
    for pem in [PKCS8, &SEC1.replace('\n', "\r\n"), &one_line] {
        assert_eq!(proof(pem).as_deref(), Some(PROOF), "{pem}");
    }
}

#[test]
fn what_is_no_key_is_none() {
    let other_curve = "-----BEGIN EC PRIVATE KEY-----\nMAsCAQEEBgECAwQFBg==\n-----END EC PRIVATE KEY-----\n";
    for pem in ["", "example-secret", SEC1.lines().nth(1).unwrap(), &SEC1.replace('=', "!"), other_curve] {
        assert!(ProofKey::parse(pem).is_none(), "{pem}");
    }
}

#[test]
fn a_key_is_not_shown_even_for_debugging() {
    assert_eq!(format!("{:?}", ProofKey::parse(SEC1).unwrap()), "ProofKey(…)");
}

#[test]
fn an_id_is_a_uuid_and_never_the_same() {
    assert_eq!(uuid([1, 2, 3, 4, 5, 6, 0xf7, 8, 0xc9, 10, 11, 12, 13, 14, 15, 16]), ID);
    assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    assert_ne!(new_id().unwrap(), new_id().unwrap());
}
