//! Argon2id (RFC 9106): from a passphrase to a key and a commitment to it.

use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq;

use super::{CryptoError, NONCE_BYTES, Passphrase, Secret, TAG_BYTES, open, seal};

/// Length of the salt in bytes.
pub const SALT_BYTES: usize = 16;
/// Length in bytes of a 32-byte key that is wrapped.
const WRAPPED_BYTES: usize = 32 + TAG_BYTES;

/// How hard a passphrase is stretched. Only values inside the bounds exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Params {
    passes: u32,
    memory_kib: u32,
    lanes: u32,
}

impl Argon2Params {
    /// RFC 9106's second recommended option, our floor: t=3, m=64 MiB, p=4.
    pub const FLOOR: Self = Self {
        passes: 3,
        memory_kib: 64 * 1024,
        lanes: 4,
    };

    /// Parameters read from a file: at least [`Self::FLOOR`], at most t=10, m=1 GiB, p=16, so that a
    /// hostile file can neither weaken a key nor exhaust the memory.
    ///
    /// # Errors
    /// [`CryptoError::Argon2OutOfBounds`].
    pub fn new(passes: u32, memory_kib: u32, lanes: u32) -> Result<Self, CryptoError> {
        let floor = Self::FLOOR;
        let inside = (floor.passes..=10).contains(&passes)
            && (floor.memory_kib..=1024 * 1024).contains(&memory_kib)
            && (floor.lanes..=16).contains(&lanes);
        if inside {
            Ok(Self {
                passes,
                memory_kib,
                lanes,
            })
        } else {
            Err(CryptoError::Argon2OutOfBounds {
                passes,
                memory_kib,
                lanes,
            })
        }
    }

    /// Passes over the memory (t).
    #[must_use]
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Memory in KiB (m).
    #[must_use]
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Lanes (p).
    #[must_use]
    pub const fn lanes(self) -> u32 {
        self.lanes
    }
}

/// What a passphrase gives: a 32-byte key and a 32-byte commitment that tells a wrong passphrase
/// before anything is decrypted (AES-GCM does not commit to its key).
pub struct PassphraseKeys(Secret);

impl PassphraseKeys {
    /// Stretches `passphrase`.
    ///
    /// # Errors
    /// [`CryptoError::Argon2Failed`] when the memory is not to be had.
    pub fn derive(
        passphrase: &Passphrase,
        salt: &[u8; SALT_BYTES],
        params: Argon2Params,
    ) -> Result<Self, CryptoError> {
        let out_of_bounds = |_| CryptoError::Argon2Failed;
        let cost =
            Params::new(params.memory_kib, params.passes, params.lanes, Some(64)).map_err(out_of_bounds)?;
        let mut output = Secret::zeroed(64)?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, cost)
            .hash_password_into(passphrase.bytes(), salt, output.bytes_mut())
            .map_err(out_of_bounds)?;
        Ok(Self(output))
    }

    /// The encryption key.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.0.bytes()[..32]
    }

    /// The commitment to be stored.
    #[must_use]
    pub fn commitment(&self) -> &[u8] {
        &self.0.bytes()[32..]
    }

    /// Wraps a 32-byte `key` under AES-256-GCM, bound to `aad`: 48 bytes.
    ///
    /// The nonce is zero, so these keys wrap once: every package has a fresh salt.
    ///
    /// # Errors
    /// [`CryptoError::InvalidSecretKey`] for a key of another length.
    pub fn wrap_key(&self, aad: &[u8], key: &[u8]) -> Result<[u8; WRAPPED_BYTES], CryptoError> {
        seal(self.key(), &[0; NONCE_BYTES], key, aad)?
            .try_into()
            .map_err(|_| CryptoError::InvalidSecretKey)
    }

    /// Unwraps what [`Self::wrap_key`] made: 32 bytes. The commitment is to be compared before.
    ///
    /// # Errors
    /// [`CryptoError::NotAuthentic`] when anything differs, the length included.
    pub fn unwrap_key(&self, aad: &[u8], wrapped: &[u8]) -> Result<Secret, CryptoError> {
        if wrapped.len() != WRAPPED_BYTES {
            return Err(CryptoError::NotAuthentic);
        }
        open(self.key(), &[0; NONCE_BYTES], wrapped, aad)
    }

    /// Whether `stored` is this commitment, in constant time.
    #[must_use]
    pub fn matches(&self, stored: &[u8]) -> bool {
        self.commitment().ct_eq(stored).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_outside_the_bounds_do_not_exist() {
        for (passes, memory, lanes) in [
            (2, 65536, 4),
            (3, 65535, 4),
            (3, 65536, 3),
            (11, 65536, 4),
            (3, 1 << 21, 4),
            (3, 65536, 17),
        ] {
            assert!(Argon2Params::new(passes, memory, lanes).is_err());
        }
        assert_eq!(Argon2Params::new(3, 65536, 4), Ok(Argon2Params::FLOOR));
    }

    /// Known answer computed with the reference implementation (argon2-cffi 25.1) for
    /// password `keshiin-test-vector`, salt 16 × 0x01, t=3, m=64 MiB, p=4, 64 bytes.
    #[test]
    fn stretching_is_repeatable_and_depends_on_everything() {
        let passphrase = Passphrase::new("keshiin-test-vector").unwrap();
        let first = PassphraseKeys::derive(&passphrase, &[1; 16], Argon2Params::FLOOR).unwrap();
        assert_eq!(data_encoding::HEXLOWER.encode(first.0.bytes()), KNOWN_ANSWER);
        let second = PassphraseKeys::derive(&passphrase, &[2; 16], Argon2Params::FLOOR).unwrap();
        assert!(first.matches(first.commitment()));
        assert!(!first.matches(second.commitment()));
        assert_ne!(first.key(), first.commitment());
    }

    /// The derived key is the one above; the ciphertext was computed with OpenSSL (cryptography 48).
    #[test]
    fn a_key_is_wrapped_as_specified_and_comes_back() {
        let passphrase = Passphrase::new("keshiin-test-vector").unwrap();
        let keys = PassphraseKeys::derive(&passphrase, &[1; 16], Argon2Params::FLOOR).unwrap();
        let aad = [&b"keshiin-package/1 passphrase\n"[..], &[5; 16]].concat();
        let key: [u8; 32] = std::array::from_fn(|place| place as u8);
        let wrapped = keys.wrap_key(&aad, &key).unwrap();
        assert_eq!(data_encoding::HEXLOWER.encode(&wrapped), WRAPPED_ANSWER);
        assert_eq!(keys.unwrap_key(&aad, &wrapped).unwrap().bytes(), key);
        assert_eq!(keys.wrap_key(&aad, &key[1..]), Err(CryptoError::InvalidSecretKey));
        for bit in 0..wrapped.len() * 8 {
            let mut changed = wrapped;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                keys.unwrap_key(&aad, &changed).err(),
                Some(CryptoError::NotAuthentic)
            );
        }
        assert_eq!(
            keys.unwrap_key(b"", &wrapped).err(),
            Some(CryptoError::NotAuthentic)
        );
        assert_eq!(
            keys.unwrap_key(&aad, &wrapped[1..]).err(),
            Some(CryptoError::NotAuthentic)
        );
    }

    const WRAPPED_ANSWER: &str =
        "fe6c06a182f303a8fb1f1ee045beaab75f0f2abff9a913efb467c033d4b6406baa7232f19c3b3058fa2058a7a7d95fcc";
    const KNOWN_ANSWER: &str = "3ad6fd787afc65a32028a01a2272400d116d39506d43d78c8ffa6f27ebeaf40dcb160510f7eba6b3540eef957f42a9539939bbeb2f3d4f833cf072bfe33382bd";
}
