//! The stanza of a passphrase: Argon2id (RFC 9106), a commitment that is compared first, the file key.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::crypto::{Argon2Params, CryptoError, Passphrase, PassphraseKeys, SALT_BYTES, Secret, random};

use super::stanza::{WRAPPED_KEY_BYTES, base64};
use super::{PackageId, SealingError};

const DOMAIN: &[u8] = b"keshiin-package/1 passphrase\n";
const KDF: &str = "argon2id";

/// The file key under a passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassphraseStanza {
    cost: Argon2Params,
    salt: [u8; SALT_BYTES],
    commitment: Vec<u8>,
    key: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPassphrase {
    kdf: String,
    t: u32,
    m: u32,
    p: u32,
    salt: String,
    commitment: String,
    key: String,
}

impl PassphraseStanza {
    /// Wraps `file_key` under `passphrase`.
    ///
    /// # Errors
    /// No randomness, no memory.
    pub fn wrap(
        passphrase: &Passphrase,
        cost: Argon2Params,
        package: PackageId,
        file_key: &Secret,
    ) -> Result<Self, SealingError> {
        let salt = random()?;
        let keys = PassphraseKeys::derive(passphrase, &salt, cost)?;
        Ok(Self {
            cost,
            salt,
            commitment: keys.commitment().to_vec(),
            key: keys.wrap_key(&associated(package), file_key.bytes())?.to_vec(),
        })
    }

    /// What Argon2id cost.
    #[must_use]
    pub const fn cost(&self) -> Argon2Params {
        self.cost
    }

    /// Unwraps the file key.
    ///
    /// # Errors
    /// [`SealingError::WrongPassphrase`]; [`SealingError::StanzaDoesNotOpen`] where the passphrase is right.
    pub fn unwrap(&self, passphrase: &Passphrase, package: PackageId) -> Result<Secret, SealingError> {
        let keys = PassphraseKeys::derive(passphrase, &self.salt, self.cost)?;
        if !keys.matches(&self.commitment) {
            return Err(SealingError::WrongPassphrase);
        }
        let key = keys.unwrap_key(&associated(package), &self.key);
        match key {
            Ok(key) if key.bytes().len() == 32 => Ok(key),
            Err(CryptoError::NoRandomness) => Err(CryptoError::NoRandomness.into()),
            _ => Err(SealingError::StanzaDoesNotOpen),
        }
    }

    pub(super) fn of_raw(raw: &RawPassphrase) -> Result<Self, SealingError> {
        if raw.kdf != KDF {
            return Err(SealingError::Stanza {
                detail: "another kdf".into(),
            });
        }
        let cost = Argon2Params::new(raw.t, raw.m, raw.p).map_err(|error| SealingError::Stanza {
            detail: error.to_string(),
        })?;
        let salt = base64("salt", &raw.salt, SALT_BYTES)?;
        Ok(Self {
            cost,
            salt: salt.try_into().unwrap_or_default(),
            commitment: base64("commitment", &raw.commitment, 32)?,
            key: base64("key", &raw.key, WRAPPED_KEY_BYTES)?,
        })
    }

    pub(super) fn to_raw(&self) -> RawPassphrase {
        RawPassphrase {
            kdf: KDF.to_owned(),
            t: self.cost.passes(),
            m: self.cost.memory_kib(),
            p: self.cost.lanes(),
            salt: BASE64.encode(&self.salt),
            commitment: BASE64.encode(&self.commitment),
            key: BASE64.encode(&self.key),
        }
    }
}

fn associated(package: PackageId) -> Vec<u8> {
    [DOMAIN, package.bytes()].concat()
}
