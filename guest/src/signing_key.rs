//! The signing key: what of a signature depends on the identity, the day and the region alone, and is most of its work.

use aws_sigv4::sign::v4::generate_signing_key;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::signing::{SERVICE, time_of};

/// Seconds of a day of UTC.
const DAY: u64 = 24 * 60 * 60;

/// What a key is made of.
pub(crate) struct Scope<'a> {
    pub(crate) secret_access_key: &'a str,
    pub(crate) region: &'a str,
    /// In seconds since 1970.
    pub(crate) at: u64,
}

/// A key of one day, with what it is known by. The secret access key itself is not kept.
pub(crate) struct SigningKey {
    /// The HMAC that has taken up the key, which is a quarter of its work. The hashes in it wipe themselves.
    mac: Hmac<Sha256>,
    /// The SHA-256 of the secret access key.
    secret: Zeroizing<[u8; 32]>,
    region: String,
    /// In days since 1970.
    day: u64,
}

impl SigningKey {
    /// Derives the key. Source: the signing key of AWS Signature Version 4, in the user guide of IAM.
    pub(crate) fn derive(of: &Scope<'_>) -> Self {
        let derived = generate_signing_key(of.secret_access_key, time_of(of.at), of.region, SERVICE);
        Self {
            // HMAC takes a key of any length: there is no other case, and no code of one in the component.
            mac: Hmac::new_from_slice(derived.as_ref()).unwrap_or_else(|_| Hmac::new(&Key::<Hmac<Sha256>>::default())),
            secret: hash(of.secret_access_key),
            region: of.region.to_owned(),
            day: of.at / DAY,
        }
    }

    /// Whether it is the key that [`SigningKey::derive`] would make.
    pub(crate) fn is_of(&self, of: &Scope<'_>) -> bool {
        self.day == of.at / DAY && self.region == of.region && self.secret == hash(of.secret_access_key)
    }

    /// The signature.
    pub(crate) fn sign(&self, string_to_sign: &str) -> [u8; 32] {
        let mut mac = self.mac.clone();
        mac.update(string_to_sign.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

fn hash(secret: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(Sha256::digest(secret).into())
}

#[cfg(test)]
mod tests {
    use zeroize::ZeroizeOnDrop;

    use super::*;

    #[test]
    fn the_hashes_in_a_key_wipe_themselves() {
        fn wipes_itself<T: ZeroizeOnDrop>() {}
        // Compiles only where sha2 has its feature for that; hmac's own would be without effect here.
        wipes_itself::<Sha256>();
    }

    #[test]
    fn a_key_is_derived_once_for_a_day_a_region_and_an_identity() {
        let scope = |secret_access_key, region, at| Scope { secret_access_key, region, at };
        let key = SigningKey::derive(&scope("secret", "us-east-1", 86_400));
        assert!(key.is_of(&scope("secret", "us-east-1", 2 * 86_400 - 1)));
        assert!(!key.is_of(&scope("secret", "us-east-1", 86_400 - 1)));
        assert!(!key.is_of(&scope("secret", "us-east-1", 2 * 86_400)));
        assert!(!key.is_of(&scope("secret", "us-east-2", 86_400)));
        assert!(!key.is_of(&scope("secret2", "us-east-1", 86_400)));
    }
}
