//! Recipient key pairs (HPKE, RFC 9180) and the fingerprint that names a person's keys.

use std::fmt;

use hpke::kem::{DhP256HkdfSha256, MlKem768P256};
use hpke::{Deserializable, Kem, Serializable};
use serde::{Deserialize, Serialize};

use super::{CryptoError, Digest, PublicKey, Secret};

/// A key encapsulation mechanism, by its number in the HPKE registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KemId {
    /// DHKEM(P-256, HKDF-SHA256), RFC 9180.
    P256,
    /// ML-KEM-768 with P-256, the default: draft-ietf-hpke-pq as frozen in the vectors.
    MlKem768P256,
}

impl KemId {
    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::P256 => 0x0010,
            Self::MlKem768P256 => 0x0050,
        }
    }

    /// Length in bytes of a key that it encapsulates (HPKE's Nenc).
    #[must_use]
    pub const fn encapsulated_bytes(self) -> usize {
        match self {
            Self::P256 => 65,
            Self::MlKem768P256 => 1153,
        }
    }

    /// The mechanism of that number.
    ///
    /// # Errors
    /// [`CryptoError::UnknownKem`].
    pub const fn from_number(id: u16) -> Result<Self, CryptoError> {
        match id {
            0x0010 => Ok(Self::P256),
            0x0050 => Ok(Self::MlKem768P256),
            _ => Err(CryptoError::UnknownKem { id }),
        }
    }
}

/// The public key that packages are sealed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientPublic {
    kem: KemId,
    bytes: Vec<u8>,
}

impl RecipientPublic {
    /// The key that these bytes are under that mechanism.
    ///
    /// # Errors
    /// [`CryptoError::InvalidPublicKey`].
    pub fn from_bytes(kem: KemId, bytes: &[u8]) -> Result<Self, CryptoError> {
        let valid = match kem {
            KemId::P256 => <DhP256HkdfSha256 as Kem>::PublicKey::from_bytes(bytes).is_ok(),
            KemId::MlKem768P256 => <MlKem768P256 as Kem>::PublicKey::from_bytes(bytes).is_ok(),
        };
        if valid {
            Ok(Self {
                kem,
                bytes: bytes.to_vec(),
            })
        } else {
            Err(CryptoError::InvalidPublicKey)
        }
    }

    /// Its mechanism.
    #[must_use]
    pub const fn kem(&self) -> KemId {
        self.kem
    }

    /// Its bytes as HPKE serialises them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The secret half of a recipient key: 32 bytes as HPKE serialises them.
pub struct RecipientSecret {
    secret: Secret,
    public: RecipientPublic,
}

impl RecipientSecret {
    /// A fresh key pair.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn generate(kem: KemId) -> Result<Self, CryptoError> {
        let ikm = Secret::random(64)?;
        let mut bytes = match kem {
            KemId::P256 => DhP256HkdfSha256::derive_keypair(ikm.bytes())
                .0
                .to_bytes()
                .to_vec(),
            KemId::MlKem768P256 => MlKem768P256::derive_keypair(ikm.bytes()).0.to_bytes().to_vec(),
        };
        Self::from_bytes(kem, Secret::take(&mut bytes)?)
    }

    /// The key pair of which these bytes are the secret half.
    ///
    /// # Errors
    /// [`CryptoError::InvalidSecretKey`].
    pub fn from_bytes(kem: KemId, secret: Secret) -> Result<Self, CryptoError> {
        let bytes = match kem {
            KemId::P256 => public_half::<DhP256HkdfSha256>(&secret)?,
            KemId::MlKem768P256 => public_half::<MlKem768P256>(&secret)?,
        };
        Ok(Self {
            secret,
            public: RecipientPublic { kem, bytes },
        })
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &RecipientPublic {
        &self.public
    }

    /// The secret bytes, for the identity file alone.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }
}

fn public_half<K: Kem>(secret: &Secret) -> Result<Vec<u8>, CryptoError> {
    let private = K::PrivateKey::from_bytes(secret.bytes()).map_err(|_| CryptoError::InvalidSecretKey)?;
    Ok(K::sk_to_pk(&private).to_bytes().to_vec())
}

/// What names a person's keys: SHA-256 over both public keys, compared whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(Digest);

impl Fingerprint {
    /// SHA-256(`keshiin-identity/1\n` ‖ Ed25519 key ‖ u16be KEM id ‖ recipient key).
    #[must_use]
    pub fn of(signing: &PublicKey, recipient: &RecipientPublic) -> Self {
        let kem = recipient.kem.number().to_be_bytes();
        Self(Digest::of(&[
            b"keshiin-identity/1\n",
            &signing.bytes(),
            &kem,
            &recipient.bytes,
        ]))
    }

    /// Reads 64 lowercase hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Digest::parse(text).map(Self)
    }

    /// The fingerprint that these bytes are.
    #[must_use]
    pub const fn from_digest(digest: Digest) -> Self {
        Self(digest)
    }

    /// The digest itself.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.0
    }

    /// In groups of four digits.
    #[must_use]
    pub fn grouped(&self) -> String {
        self.0.grouped()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SigningKey;

    #[test]
    fn both_mechanisms_give_the_same_pair_again() {
        for kem in [KemId::P256, KemId::MlKem768P256] {
            let first = RecipientSecret::generate(kem).unwrap();
            let mut copy = first.secret().bytes().to_vec();
            assert_eq!(copy.len(), 32);
            let second = RecipientSecret::from_bytes(kem, Secret::take(&mut copy).unwrap()).unwrap();
            assert_eq!(first.public(), second.public());
            assert_eq!(
                RecipientPublic::from_bytes(kem, first.public().bytes()).as_ref(),
                Ok(first.public())
            );
            assert!(RecipientPublic::from_bytes(kem, &first.public().bytes()[1..]).is_err());
            assert_eq!(KemId::from_number(kem.number()), Ok(kem));
        }
    }

    #[test]
    fn a_fingerprint_covers_both_keys() {
        let signing = SigningKey::generate().unwrap().public();
        let recipient = RecipientSecret::generate(KemId::P256).unwrap();
        let fingerprint = Fingerprint::of(&signing, recipient.public());
        assert_ne!(
            fingerprint,
            Fingerprint::of(&SigningKey::generate().unwrap().public(), recipient.public())
        );
        assert_ne!(
            fingerprint,
            Fingerprint::of(&signing, RecipientSecret::generate(KemId::P256).unwrap().public())
        );
        assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Some(fingerprint));
    }
}
