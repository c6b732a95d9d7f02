//! Ed25519 (RFC 8032, FIPS 186-5), always checked strictly and one signature at a time.

use std::fmt;

use ed25519_dalek::{Signer, VerifyingKey};
use zeroize::Zeroizing;

use super::{CryptoError, Secret};

/// A person's public signature key. Never one of small order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// A signature of 64 bytes; says nothing until it is verified.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

/// A person's secret signature key.
pub struct SigningKey {
    seed: Secret,
    public: PublicKey,
}

impl PublicKey {
    /// The key that these bytes are.
    ///
    /// # Errors
    /// [`CryptoError::InvalidPublicKey`] for bytes that are no point, or one of small order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, CryptoError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| CryptoError::InvalidPublicKey)?;
        if key.is_weak() {
            Err(CryptoError::InvalidPublicKey)
        } else {
            Ok(Self(key))
        }
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Checks that `signature` was made over exactly `message` (RFC 8032 §5.1.7, `verify_strict`).
    ///
    /// # Errors
    /// [`CryptoError::BadSignature`].
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), CryptoError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0
            .verify_strict(message, &signature)
            .map_err(|_| CryptoError::BadSignature)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", data_encoding::HEXLOWER.encode(&self.bytes()))
    }
}

impl Signature {
    /// The signature that these bytes claim to be.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// Its 64 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}

impl SigningKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn generate() -> Result<Self, CryptoError> {
        Self::from_seed(Secret::random(32)?)
    }

    /// The key that a 32-byte seed gives.
    ///
    /// # Errors
    /// [`CryptoError::InvalidSecretKey`] for another length.
    pub fn from_seed(seed: Secret) -> Result<Self, CryptoError> {
        let public = PublicKey(expand(&seed)?.verifying_key());
        Ok(Self { seed, public })
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> PublicKey {
        self.public
    }

    /// The secret seed, for the identity file alone.
    #[must_use]
    pub const fn seed(&self) -> &Secret {
        &self.seed
    }

    /// Signs `message`.
    ///
    /// # Errors
    /// [`CryptoError::InvalidSecretKey`] cannot happen for a key that was made by this type.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, CryptoError> {
        Ok(Signature(expand(&self.seed)?.sign(message).to_bytes()))
    }
}

/// The expanded key lives only as long as one signature.
fn expand(seed: &Secret) -> Result<ed25519_dalek::SigningKey, CryptoError> {
    let mut bytes = Zeroizing::new([0; 32]);
    if seed.bytes().len() != bytes.len() {
        return Err(CryptoError::InvalidSecretKey);
    }
    bytes.copy_from_slice(seed.bytes());
    Ok(ed25519_dalek::SigningKey::from_bytes(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        data_encoding::HEXLOWER
            .decode(text.as_bytes())
            .unwrap()
            .try_into()
            .unwrap()
    }

    #[test]
    fn rfc_8032_test_2() {
        let mut seed: [u8; 32] = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let key = SigningKey::from_seed(Secret::take(&mut seed).unwrap()).unwrap();
        assert_eq!(
            key.public().bytes(),
            hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        );
        let expected = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
        let signature = key.sign(&[0x72]).unwrap();
        assert_eq!(signature.bytes(), &hex::<64>(expected));
        assert_eq!(key.public().verify(&[0x72], &signature), Ok(()));
        assert_eq!(
            key.public().verify(&[0x73], &signature),
            Err(CryptoError::BadSignature)
        );
    }

    #[test]
    fn keys_of_small_order_are_no_keys() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(
            PublicKey::from_bytes(&identity),
            Err(CryptoError::InvalidPublicKey)
        );
    }
}
