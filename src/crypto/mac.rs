//! The keys of a package and the tag over its header: HKDF-Expand (RFC 5869, SP 800-56C r2) and HMAC
//! (RFC 2104, FIPS 198-1), both with SHA-256 (FIPS 180-4). Touches the bytes handed to it and nothing else.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{CryptoError, Secret};

/// Length of a derived key and of a tag in bytes.
const OUTPUT_BYTES: usize = 32;

/// HKDF-Expand-SHA-256: 32 bytes of key for the purpose that `info` names.
///
/// # Errors
/// [`CryptoError::InvalidSecretKey`] for a key of less than 32 bytes.
pub fn hkdf_expand_sha256(key: &[u8], info: &[u8]) -> Result<Secret, CryptoError> {
    let mut derived = Secret::zeroed(OUTPUT_BYTES)?;
    Hkdf::<Sha256>::from_prk(key)
        .map_err(|_| CryptoError::InvalidSecretKey)?
        .expand(info, derived.bytes_mut())
        .map_err(|_| CryptoError::InvalidSecretKey)?;
    Ok(derived)
}

/// HMAC-SHA-256 of `parts`, one after another.
///
/// # Errors
/// None that can happen: HMAC takes a key of any length.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Result<[u8; OUTPUT_BYTES], CryptoError> {
    Ok(mac(key, parts)?.finalize().into_bytes().into())
}

/// Whether `tag` is the whole HMAC-SHA-256 of `parts`, in constant time.
#[must_use]
pub fn hmac_matches(key: &[u8], parts: &[&[u8]], tag: &[u8]) -> bool {
    mac(key, parts).is_ok_and(|mac| mac.verify_slice(tag).is_ok())
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Result<Hmac<Sha256>, CryptoError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| CryptoError::InvalidSecretKey)?;
    parts.iter().for_each(|part| mac.update(part));
    Ok(mac)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn rfc_5869_test_case_1() {
        let key = HEXLOWER
            .decode(b"077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")
            .unwrap();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        // The first 32 of its 42 bytes.
        assert_eq!(
            HEXLOWER.encode(hkdf_expand_sha256(&key, &info).unwrap().bytes()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        );
        assert_eq!(
            hkdf_expand_sha256(&key[1..], &info).err(),
            Some(CryptoError::InvalidSecretKey)
        );
    }

    #[test]
    fn rfc_4231_test_case_2() {
        let parts: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
        let tag = hmac_sha256(b"Jefe", &parts).unwrap();
        assert_eq!(
            HEXLOWER.encode(&tag),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(hmac_matches(b"Jefe", &parts, &tag));
        assert!(!hmac_matches(b"jefe", &parts, &tag));
        assert!(!hmac_matches(b"Jefe", &parts[..1], &tag));
    }

    #[test]
    fn a_tag_matches_whole_or_not_at_all() {
        let tag = hmac_sha256(&[7; 32], &[b"header"]).unwrap();
        for bit in 0..256 {
            let mut changed = tag;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!hmac_matches(&[7; 32], &[b"header"], &changed));
        }
        assert!(!hmac_matches(&[7; 32], &[b"header"], &tag[..31]));
        assert!(!hmac_matches(&[7; 32], &[b"header"], &[]));
    }
}
