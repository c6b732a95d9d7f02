//! DSSE v1.0.2 in one exact form (`docs/spec/record.md`).
//!
//! The reader encodes what it read once more and compares: any byte that is not the one form is
//! refused, so a file has one meaning and one spelling.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::crypto::{Digest, Fingerprint, PublicKey, Signature};

use super::{Kind, RecordError, UnlockedIdentity, strict};

/// Largest record file in bytes.
pub const MOST_RECORD_BYTES: usize = 32 << 20;
/// Most signatures on one record.
pub(super) const MOST_SIGNATURES: usize = 16;
const WHAT: &str = "record";

/// One signature and the fingerprint that it is filed under. The fingerprint is a hint, no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedBy {
    /// Whose it claims to be.
    pub fingerprint: Fingerprint,
    /// The signature.
    pub signature: Signature,
}

/// A payload, its type, and the signatures over both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    payload: Vec<u8>,
    payload_type: String,
    signatures: Vec<SignedBy>,
}

/// One signature as it stands in a file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSignature {
    keyid: String,
    sig: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Raw {
    payload: String,
    payload_type: String,
    signatures: Vec<RawSignature>,
}

impl Envelope {
    /// An unsigned envelope around `payload`.
    #[must_use]
    pub fn new(kind: Kind, payload: Vec<u8>) -> Self {
        Self {
            payload,
            payload_type: kind.payload_type(),
            signatures: Vec::new(),
        }
    }

    /// Reads the one exact form.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`], [`RecordError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MOST_RECORD_BYTES {
            return Err(RecordError::TooLarge {
                what: WHAT,
                bound: MOST_RECORD_BYTES,
            });
        }
        let raw: Raw = strict::parse(WHAT, bytes)?;
        let payload = BASE64
            .decode(raw.payload.as_bytes())
            .map_err(|error| RecordError::malformed(WHAT, error))?;
        let envelope = Self {
            payload,
            payload_type: raw.payload_type,
            signatures: decode_signatures(WHAT, raw.signatures)?,
        };
        if envelope.encode() == bytes {
            Ok(envelope)
        } else {
            Err(RecordError::malformed(WHAT, "other bytes than its one spelling"))
        }
    }

    /// The bytes of the file, final newline included.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let raw = Raw {
            payload: BASE64.encode(&self.payload),
            payload_type: self.payload_type.clone(),
            signatures: encode_signatures(&self.signatures),
        };
        encode_line(&raw)
    }

    /// The signed payload bytes. Not to be parsed before a signature over them was verified.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload type as it stands.
    #[must_use]
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// The kind of record, where this version knows it.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        Kind::of_payload_type(&self.payload_type)
    }

    /// The signatures in their order.
    #[must_use]
    pub fn signatures(&self) -> &[SignedBy] {
        &self.signatures
    }

    /// 照合値: SHA-256 of the payload.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&[&self.payload])
    }

    /// Whether `key` made `signature` over this payload and type.
    ///
    /// # Errors
    /// [`crate::crypto::CryptoError::BadSignature`].
    pub fn check(&self, key: &PublicKey, signature: &Signature) -> Result<(), RecordError> {
        Ok(key.verify(&self.pre_authentication_encoding(), signature)?)
    }

    /// Adds the signature of `identity`, in the `order` of signers that the payload gives.
    ///
    /// # Errors
    /// Somebody who signed already, or is not in `order`.
    pub fn sign(&mut self, identity: &UnlockedIdentity, order: &[Fingerprint]) -> Result<(), RecordError> {
        let signature = identity.signing().sign(&self.pre_authentication_encoding())?;
        insert_signature(&mut self.signatures, identity, signature, order)
    }

    /// `DSSEv1 <len> <type> <len> <payload>`, as DSSE's protocol page defines it.
    fn pre_authentication_encoding(&self) -> Vec<u8> {
        let head = format!(
            "DSSEv1 {} {} {} ",
            self.payload_type.len(),
            self.payload_type,
            self.payload.len()
        );
        [head.as_bytes(), &self.payload].concat()
    }
}

/// Files a signature where the payload's order of signers puts it.
pub(super) fn insert_signature(
    signatures: &mut Vec<SignedBy>,
    identity: &UnlockedIdentity,
    signature: Signature,
    order: &[Fingerprint],
) -> Result<(), RecordError> {
    let fingerprint = identity.public().fingerprint();
    let id = || identity.public().id.clone();
    if signatures.iter().any(|signed| signed.fingerprint == fingerprint) {
        return Err(RecordError::AlreadySigned { id: id() });
    }
    let rank = |wanted: &Fingerprint| order.iter().position(|named| named == wanted);
    let own = rank(&fingerprint).ok_or_else(|| RecordError::NotNamed {
        id: id(),
        role: "signer",
    })?;
    let place = signatures
        .iter()
        .take_while(|signed| rank(&signed.fingerprint) < Some(own))
        .count();
    signatures.insert(
        place,
        SignedBy {
            fingerprint,
            signature,
        },
    );
    Ok(())
}

pub(super) fn encode_signatures(signatures: &[SignedBy]) -> Vec<RawSignature> {
    let raw = |signed: &SignedBy| RawSignature {
        keyid: signed.fingerprint.to_string(),
        sig: BASE64.encode(signed.signature.bytes()),
    };
    signatures.iter().map(raw).collect()
}

pub(super) fn decode_signatures(
    what: &'static str,
    raw: Vec<RawSignature>,
) -> Result<Vec<SignedBy>, RecordError> {
    if raw.len() > MOST_SIGNATURES {
        return Err(RecordError::malformed(what, "more than 16 signatures"));
    }
    let decode = |raw: RawSignature| {
        let fingerprint = Fingerprint::parse(&raw.keyid).ok_or("keyid is not a fingerprint")?;
        let bytes = BASE64
            .decode(raw.sig.as_bytes())
            .map_err(|_| "sig is not base64")?;
        let bytes: [u8; 64] = bytes.try_into().map_err(|_| "sig has not 64 bytes")?;
        Ok(SignedBy {
            fingerprint,
            signature: Signature::from_bytes(bytes),
        })
    };
    let signatures: Result<Vec<SignedBy>, &str> = raw.into_iter().map(decode).collect();
    let signatures = signatures.map_err(|detail| RecordError::malformed(what, detail))?;
    for (place, signed) in signatures.iter().enumerate() {
        if signatures[..place]
            .iter()
            .any(|earlier| earlier.fingerprint == signed.fingerprint)
        {
            return Err(RecordError::malformed(what, "one key signed twice"));
        }
    }
    Ok(signatures)
}

/// One JSON document without white space, and a newline.
pub(super) fn encode_line(value: &impl Serialize) -> Vec<u8> {
    // Serialising strings, integers and lists of them cannot fail.
    let mut bytes = serde_json::to_vec(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::identity::tests::person;

    #[test]
    fn the_dsse_protocol_example() {
        let mut envelope = Envelope::new(Kind::Erasure, b"hello world".to_vec());
        envelope.payload_type = "http://example.com/HelloWorld".into();
        let expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assert_eq!(envelope.pre_authentication_encoding(), expected);
    }

    #[test]
    fn every_changed_byte_is_refused_or_unsigned() {
        let (first, second) = (person("first"), person("second"));
        let order = [first.public().fingerprint(), second.public().fingerprint()];
        let mut envelope = Envelope::new(Kind::Erasure, br#"{"a":1}"#.to_vec());
        envelope.sign(&second, &order).unwrap();
        envelope.sign(&first, &order).unwrap();
        assert_eq!(envelope.signatures()[0].fingerprint, order[0]);
        let bytes = envelope.encode();
        assert_eq!(Envelope::parse(&bytes).as_ref(), Ok(&envelope));
        for place in 0..bytes.len() {
            for flip in [0x01, 0x20, 0x80] {
                let mut changed = bytes.clone();
                changed[place] ^= flip;
                let Ok(read) = Envelope::parse(&changed) else {
                    continue;
                };
                let good = |person: &UnlockedIdentity, place: usize| {
                    let signed = &read.signatures()[place];
                    signed.fingerprint == person.public().fingerprint()
                        && read
                            .check(&person.public().signing_key(), &signed.signature)
                            .is_ok()
                };
                assert!(!(good(&first, 0) && good(&second, 1)), "byte {place}");
            }
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        let text = |payload: &str| {
            format!("{{\"payload\":\"{payload}\",\"payloadType\":\"x\",\"signatures\":[]}}\n")
        };
        assert!(Envelope::parse(text("aGk=").as_bytes()).is_ok());
        for refused in [
            text("aGl="),
            text("aGk"),
            text("aG k="),
            text("aGk=").replace(":[]", ": []"),
            text("aGk=").trim_end().into(),
            text("aGk=") + "\n",
        ] {
            assert!(Envelope::parse(refused.as_bytes()).is_err(), "{refused}");
        }
    }

    #[test]
    fn nobody_signs_twice_or_unnamed() {
        let (first, second) = (person("first"), person("second"));
        let order = [first.public().fingerprint()];
        let mut envelope = Envelope::new(Kind::Erasure, b"{}".to_vec());
        envelope.sign(&first, &order).unwrap();
        assert!(matches!(
            envelope.sign(&first, &order),
            Err(RecordError::AlreadySigned { .. })
        ));
        assert!(matches!(
            envelope.sign(&second, &order),
            Err(RecordError::NotNamed { .. })
        ));
    }
}
