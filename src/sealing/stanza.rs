//! Stanzas: the file key, wrapped for one recipient (HPKE, RFC 9180) or under a passphrase.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::crypto::{Fingerprint, KemId, RecipientPublic, RecipientSecret, Secret, unwrap_key, wrap_key};

use super::passphrase_stanza::{PassphraseStanza, RawPassphrase};
use super::{PackageId, SealingError};

/// The file key under AES-256-GCM, and its tag.
pub(super) const WRAPPED_KEY_BYTES: usize = 48;
const INFO: &[u8] = b"keshiin-package/1 recipient\n";

/// One way to the file key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stanza {
    /// For somebody's key.
    Recipient(RecipientStanza),
    /// For whoever knows the passphrase.
    Passphrase(PassphraseStanza),
}

/// The file key, wrapped for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientStanza {
    kem: KemId,
    recipient: Fingerprint,
    encapsulated: Vec<u8>,
    key: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub(super) enum RawStanza {
    #[serde(rename = "mlkem768-p256")]
    MlKem768P256(RawRecipient),
    #[serde(rename = "p256")]
    P256(RawRecipient),
    #[serde(rename = "passphrase")]
    Passphrase(RawPassphrase),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRecipient {
    recipient: Fingerprint,
    enc: String,
    key: String,
}

impl RecipientStanza {
    /// Wraps `file_key` for `public`, which belongs to the keys that `recipient` names.
    ///
    /// # Errors
    /// No randomness.
    pub fn wrap(
        recipient: Fingerprint,
        public: &RecipientPublic,
        package: PackageId,
        file_key: &Secret,
    ) -> Result<Self, SealingError> {
        let (encapsulated, key) = wrap_key(public, &info(package), file_key.bytes())?;
        Ok(Self {
            kem: public.kem(),
            recipient,
            encapsulated,
            key,
        })
    }

    /// Who can open it.
    #[must_use]
    pub const fn recipient(&self) -> Fingerprint {
        self.recipient
    }

    /// The mechanism of the recipient's key.
    #[must_use]
    pub const fn kem(&self) -> KemId {
        self.kem
    }

    /// Unwraps the file key.
    ///
    /// # Errors
    /// [`SealingError::StanzaDoesNotOpen`].
    pub fn unwrap(&self, secret: &RecipientSecret, package: PackageId) -> Result<Secret, SealingError> {
        let wrong = |_| SealingError::StanzaDoesNotOpen;
        if secret.public().kem() != self.kem {
            return Err(SealingError::StanzaDoesNotOpen);
        }
        let key = unwrap_key(secret, &info(package), &self.encapsulated, &self.key).map_err(wrong)?;
        if key.bytes().len() == 32 {
            Ok(key)
        } else {
            Err(SealingError::StanzaDoesNotOpen)
        }
    }

    fn of_raw(kem: KemId, raw: &RawRecipient) -> Result<Self, SealingError> {
        Ok(Self {
            kem,
            recipient: raw.recipient,
            encapsulated: base64("enc", &raw.enc, kem.encapsulated_bytes())?,
            key: base64("key", &raw.key, WRAPPED_KEY_BYTES)?,
        })
    }

    fn to_raw(&self) -> RawRecipient {
        RawRecipient {
            recipient: self.recipient,
            enc: BASE64.encode(&self.encapsulated),
            key: BASE64.encode(&self.key),
        }
    }
}

impl Stanza {
    /// Reads an element of H's list.
    pub(super) fn read(value: Value) -> Result<Self, SealingError> {
        let raw = serde_json::from_value(value).map_err(|error| SealingError::Stanza {
            detail: error.to_string(),
        })?;
        match raw {
            RawStanza::MlKem768P256(raw) => {
                RecipientStanza::of_raw(KemId::MlKem768P256, &raw).map(Self::Recipient)
            }
            RawStanza::P256(raw) => RecipientStanza::of_raw(KemId::P256, &raw).map(Self::Recipient),
            RawStanza::Passphrase(raw) => PassphraseStanza::of_raw(&raw).map(Self::Passphrase),
        }
    }

    pub(super) fn to_raw(&self) -> RawStanza {
        match self {
            Self::Recipient(stanza) => match stanza.kem {
                KemId::P256 => RawStanza::P256(stanza.to_raw()),
                KemId::MlKem768P256 => RawStanza::MlKem768P256(stanza.to_raw()),
            },
            Self::Passphrase(stanza) => RawStanza::Passphrase(stanza.to_raw()),
        }
    }
}

fn info(package: PackageId) -> Vec<u8> {
    [INFO, package.bytes()].concat()
}

/// Base64 of exactly `length` bytes.
pub(super) fn base64(name: &str, text: &str, length: usize) -> Result<Vec<u8>, SealingError> {
    let bytes = BASE64.decode(text.as_bytes()).ok();
    bytes
        .filter(|bytes| bytes.len() == length)
        .ok_or_else(|| SealingError::Stanza {
            detail: format!("{name} is not {length} bytes in base64"),
        })
}
