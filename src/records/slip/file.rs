//! The slip's file: its bytes and the signatures over them.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::crypto::{Fingerprint, PublicKey, Signature};
use crate::records::envelope::{
    RawSignature, decode_signatures, encode_line, encode_signatures, insert_signature,
};
use crate::records::{RecordError, SignedBy, UnlockedIdentity, strict};

use super::{AnySlip, WHAT};

const DOMAIN: &[u8] = b"keshiin-slip/1\n";
/// Largest slip file in bytes.
const MOST_BYTES: usize = 16 << 10;

/// A slip's bytes and the signatures over them, as they lie beside the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipFile {
    slip: Vec<u8>,
    signatures: Vec<SignedBy>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    slip: String,
    signatures: Vec<RawSignature>,
}

impl SlipFile {
    /// The unsigned slip of a record.
    #[must_use]
    pub fn new(slip: impl Into<AnySlip>) -> Self {
        Self {
            slip: slip.into().encode(),
            signatures: Vec::new(),
        }
    }

    /// Reads the one exact form.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`], [`RecordError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MOST_BYTES {
            return Err(RecordError::TooLarge {
                what: WHAT,
                bound: MOST_BYTES,
            });
        }
        let raw: Raw = strict::parse(WHAT, bytes)?;
        let slip = BASE64
            .decode(raw.slip.as_bytes())
            .map_err(|error| RecordError::malformed(WHAT, error))?;
        let file = Self {
            slip,
            signatures: decode_signatures(WHAT, raw.signatures)?,
        };
        if file.encode() == bytes {
            Ok(file)
        } else {
            Err(RecordError::malformed(WHAT, "other bytes than its one spelling"))
        }
    }

    /// The bytes of the file, final newline included.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode_line(&Raw {
            slip: BASE64.encode(&self.slip),
            signatures: encode_signatures(&self.signatures),
        })
    }

    /// The signed bytes.
    #[must_use]
    pub fn slip(&self) -> &[u8] {
        &self.slip
    }

    /// The signatures.
    #[must_use]
    pub fn signatures(&self) -> &[SignedBy] {
        &self.signatures
    }

    /// Whether `key` made `signature` over this slip.
    ///
    /// # Errors
    /// [`crate::crypto::CryptoError::BadSignature`].
    pub fn check(&self, key: &PublicKey, signature: &Signature) -> Result<(), RecordError> {
        Ok(key.verify(&[DOMAIN, &self.slip].concat(), signature)?)
    }

    /// Adds the signature of `identity`.
    ///
    /// # Errors
    /// Somebody who signed already, or is not in `order`.
    pub fn sign(&mut self, identity: &UnlockedIdentity, order: &[Fingerprint]) -> Result<(), RecordError> {
        let signature = identity.signing().sign(&[DOMAIN, &self.slip].concat())?;
        insert_signature(&mut self.signatures, identity, signature, order)
    }
}
