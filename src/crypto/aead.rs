//! AES-256-GCM (FIPS 197, SP 800-38D) with a 96-bit nonce.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};

use super::{CryptoError, Secret};

/// Length of a nonce in bytes.
pub const NONCE_BYTES: usize = 12;
/// By how many bytes a ciphertext is longer than its plaintext.
pub const TAG_BYTES: usize = 16;

/// Encrypts `plaintext` under a 32-byte `key`, bound to `associated`. A nonce is used once a key.
///
/// # Errors
/// [`CryptoError::InvalidSecretKey`] for a key of another length.
pub fn seal(
    key: &[u8],
    nonce: &[u8; NONCE_BYTES],
    plaintext: &[u8],
    associated: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    cipher(key)?
        .encrypt(
            &Nonce::from(*nonce),
            Payload {
                msg: plaintext,
                aad: associated,
            },
        )
        .map_err(|_| CryptoError::NotAuthentic)
}

/// Decrypts what [`seal`] made.
///
/// # Errors
/// [`CryptoError::NotAuthentic`] when anything differs.
pub fn open(
    key: &[u8],
    nonce: &[u8; NONCE_BYTES],
    ciphertext: &[u8],
    associated: &[u8],
) -> Result<Secret, CryptoError> {
    let mut plaintext = cipher(key)?
        .decrypt(
            &Nonce::from(*nonce),
            Payload {
                msg: ciphertext,
                aad: associated,
            },
        )
        .map_err(|_| CryptoError::NotAuthentic)?;
    Secret::take(&mut plaintext)
}

fn cipher(key: &[u8]) -> Result<Aes256Gcm, CryptoError> {
    Aes256Gcm::new_from_slice(key).map_err(|_| CryptoError::InvalidSecretKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sp_800_38d_test_case_14() {
        let sealed = seal(&[0; 32], &[0; 12], &[0; 16], b"").unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(&sealed),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        );
    }

    #[test]
    fn every_changed_bit_is_found() {
        let sealed = seal(&[7; 32], &[1; 12], b"secret half", b"public half").unwrap();
        assert_eq!(
            open(&[7; 32], &[1; 12], &sealed, b"public half").unwrap().bytes(),
            b"secret half"
        );
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&[7; 32], &[1; 12], &changed, b"public half").is_err());
        }
        assert!(open(&[7; 32], &[1; 12], &sealed, b"public hale").is_err());
        assert!(open(&[8; 32], &[1; 12], &sealed, b"public half").is_err());
    }
}
