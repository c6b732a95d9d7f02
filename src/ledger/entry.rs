//! Entries of the ledger, and the exact bytes of a leaf (`docs/spec/ledger.md`).
//!
//! A leaf is one JSON object (RFC 8259) in one exact form. The reader encodes again and compares, so
//! that two different byte strings never mean the same entry.

use std::fmt;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::crypto::{self, Digest};
use crate::units::Timestamp;

use super::error::LedgerError;
use super::tree;

/// The longest kind, in bytes.
pub const KIND_MAX: usize = 64;
/// The longest subject, in bytes of UTF-8.
pub const SUBJECT_MAX: usize = 1024;
/// The longest leaf, in bytes: a subject of control characters, each written with six, and the rest.
pub const LEAF_MAX: usize = 8192;
/// The longest envelope that is kept beside a leaf, in bytes.
pub const ENVELOPE_MAX: usize = 8 << 20;

/// The name of a ledger: 16 random bytes, made with it, written as 32 lowercase hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LedgerId([u8; 16]);

/// What is to be appended.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// When it happened, by the caller's clock.
    pub time: Timestamp,
    /// What sort of entry (`erasure.started`): 1 to 64 characters of a-z, 0-9, dot and hyphen.
    pub kind: &'a str,
    /// What it is about (a number, a digest), up to 1024 bytes. No personal data: it stays forever.
    pub subject: &'a str,
    /// SHA-256 of the DSSE payload of the record that the entry is about.
    pub record: Option<Digest>,
    /// The record's envelope, kept beside the tree; only with `record`.
    pub envelope: Option<&'a [u8]>,
}

/// What a leaf says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// When it happened, as the writer claimed.
    pub time: Timestamp,
    /// What sort of entry.
    pub kind: String,
    /// What it is about. Untrusted text.
    pub subject: String,
    /// SHA-256 of the DSSE payload of a record.
    pub record: Option<Digest>,
    /// Random, so that a leaf's hash does not give its content away.
    pub salt: [u8; 16],
}

/// A leaf at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from 0.
    pub seq: u64,
    /// What it says.
    pub leaf: Leaf,
    /// Its hash in the tree: SHA-256(0x00 ‖ leaf).
    pub hash: Digest,
}

/// The members of a leaf in the order in which they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u8,
    time: Timestamp,
    kind: String,
    subject: String,
    record: Option<Digest>,
    salt: String,
}

impl LedgerId {
    /// A fresh id.
    ///
    /// # Errors
    /// [`LedgerError::Crypto`] when the system gives no randomness.
    pub fn fresh() -> Result<Self, LedgerError> {
        Ok(Self(crypto::random()?))
    }

    /// The id that these bytes are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads 32 lowercase hexadecimal digits and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl NewEntry<'_> {
    /// The leaf for this entry, with a fresh salt.
    ///
    /// # Errors
    /// A kind, subject or envelope outside the bounds; no randomness.
    pub fn leaf(&self) -> Result<Leaf, LedgerError> {
        check_envelope(self.envelope)?;
        if self.envelope.is_some() && self.record.is_none() {
            return Err(LedgerError::EnvelopeWithoutRecord);
        }
        let leaf = Leaf {
            time: self.time,
            kind: self.kind.to_owned(),
            subject: self.subject.to_owned(),
            record: self.record,
            salt: crypto::random()?,
        };
        leaf.check()?;
        Ok(leaf)
    }
}

impl Leaf {
    /// The exact bytes of this leaf.
    ///
    /// # Errors
    /// A kind or subject outside the bounds.
    pub fn encode(&self) -> Result<Vec<u8>, LedgerError> {
        self.check()?;
        let wire = Wire {
            v: 1,
            time: self.time,
            kind: self.kind.clone(),
            subject: self.subject.clone(),
            record: self.record,
            salt: HEXLOWER.encode(&self.salt),
        };
        serde_json::to_vec(&wire).map_err(|_| LedgerError::LeafMalformed)
    }

    /// Reads exactly what [`Leaf::encode`] writes.
    ///
    /// # Errors
    /// [`LedgerError::LeafMalformed`] for any other byte.
    pub fn decode(bytes: &[u8]) -> Result<Self, LedgerError> {
        if bytes.len() > LEAF_MAX {
            return Err(LedgerError::LeafMalformed);
        }
        let wire: Wire = serde_json::from_slice(bytes).map_err(|_| LedgerError::LeafMalformed)?;
        let salt = HEXLOWER
            .decode(wire.salt.as_bytes())
            .ok()
            .and_then(|salt| salt.try_into().ok());
        let leaf = Self {
            time: wire.time,
            kind: wire.kind,
            subject: wire.subject,
            record: wire.record,
            salt: salt.ok_or(LedgerError::LeafMalformed)?,
        };
        let again = leaf.encode().map_err(|_| LedgerError::LeafMalformed)?;
        if wire.v == 1 && again == bytes {
            Ok(leaf)
        } else {
            Err(LedgerError::LeafMalformed)
        }
    }

    fn check(&self) -> Result<(), LedgerError> {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'.' || c == b'-';
        if self.kind.is_empty() || self.kind.len() > KIND_MAX || !self.kind.bytes().all(allowed) {
            return Err(LedgerError::BadKind);
        }
        if self.subject.len() > SUBJECT_MAX {
            return Err(LedgerError::SubjectTooLong {
                bytes: self.subject.len(),
                bound: SUBJECT_MAX,
            });
        }
        Ok(())
    }
}

impl Entry {
    /// The entry at `seq` whose leaf has these bytes.
    ///
    /// # Errors
    /// [`LedgerError::LeafMalformed`].
    pub fn read(seq: u64, leaf: &[u8]) -> Result<Self, LedgerError> {
        Ok(Self {
            seq,
            leaf: Leaf::decode(leaf)?,
            hash: tree::leaf_hash(leaf),
        })
    }

    /// Whether kind, subject or the record's digest contain `text`.
    #[must_use]
    pub fn mentions(&self, text: &str) -> bool {
        let record = self
            .leaf
            .record
            .map(|digest| digest.to_string())
            .unwrap_or_default();
        self.leaf.kind.contains(text) || self.leaf.subject.contains(text) || record.contains(text)
    }
}

/// Whether an envelope keeps to its bound.
pub(super) fn check_envelope(envelope: Option<&[u8]>) -> Result<(), LedgerError> {
    match envelope.map_or(0, <[u8]>::len) {
        bytes if bytes > ENVELOPE_MAX => Err(LedgerError::EnvelopeTooLong {
            bytes,
            bound: ENVELOPE_MAX,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leaf(subject: &str) -> Leaf {
        Leaf {
            time: Timestamp::parse("2026-11-21T14:03:05+09:00").unwrap(),
            kind: "erasure.started".into(),
            subject: subject.into(),
            record: Some(Digest::of(&[b"payload"])),
            salt: [7; 16],
        }
    }

    #[test]
    fn a_leaf_has_exactly_these_bytes() {
        let expected = concat!(
            r#"{"v":1,"time":"2026-11-21T14:03:05+09:00","kind":"erasure.started","subject":"消\"\\\n\u0001/","#,
            r#""record":"239f59ed55e737c77147cf55ad0c1b030b6d7ee748a7426952f9b852d5a935e5","#,
            r#""salt":"07070707070707070707070707070707"}"#,
        );
        assert_eq!(
            String::from_utf8(leaf("消\"\\\n\u{1}/").encode().unwrap()).unwrap(),
            expected
        );
        let without = Leaf {
            record: None,
            ..leaf("")
        };
        assert!(
            String::from_utf8(without.encode().unwrap())
                .unwrap()
                .contains(r#""record":null,"#)
        );
    }

    #[test]
    fn other_spellings_of_the_same_leaf_are_refused() {
        let text = String::from_utf8(leaf("a/b").encode().unwrap()).unwrap();
        assert_eq!(Leaf::decode(text.as_bytes()), Ok(leaf("a/b")));
        let record = format!(r#""record":"{}","#, Digest::of(&[b"payload"]));
        for (from, to) in [
            ("a/b", r"a\/b"),
            ("a/b", r"\u0061/b"),
            (r#""v":1"#, r#""v":2"#),
            (r#""v":1"#, r#""v": 1"#),
            (r#"{"v":1,"#, r#"{"v":1,"v":1,"#),
            (r#"{"v":1,"#, r#"{"v":1,"x":1,"#),
            ("+09:00", "+0900"),
            ("+09:00", "Z"),
            ("erasure.started", "Erasure"),
            ("erasure.started", ""),
            (&record, ""),
            ("0707", "070"),
            ("}", "}\n"),
            ("}", ""),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(other, text, "{from}");
            assert_eq!(
                Leaf::decode(other.as_bytes()),
                Err(LedgerError::LeafMalformed),
                "{other}"
            );
        }
        assert_eq!(
            Leaf::decode(&vec![b' '; LEAF_MAX + 1]),
            Err(LedgerError::LeafMalformed)
        );
    }

    #[test]
    fn bounds_are_kept_when_writing() {
        let time = Timestamp::new(0, 0).unwrap();
        let long_kind = "a".repeat(KIND_MAX + 1);
        let entry = |kind, subject| NewEntry {
            time,
            kind,
            subject,
            record: None,
            envelope: None,
        };
        let longest = "\u{1}".repeat(SUBJECT_MAX);
        assert!(entry("a", &longest).leaf().unwrap().encode().unwrap().len() <= LEAF_MAX);
        let long = "x".repeat(SUBJECT_MAX + 1);
        assert_eq!(
            entry("a", &long).leaf(),
            Err(LedgerError::SubjectTooLong {
                bytes: SUBJECT_MAX + 1,
                bound: SUBJECT_MAX
            })
        );
        assert_eq!(entry("A b", "").leaf(), Err(LedgerError::BadKind));
        assert_eq!(entry(&long_kind, "").leaf(), Err(LedgerError::BadKind));
        let orphan = NewEntry {
            envelope: Some(b"x"),
            ..entry("a", "")
        };
        assert_eq!(orphan.leaf(), Err(LedgerError::EnvelopeWithoutRecord));
    }

    proptest! {
        #[test]
        fn every_leaf_is_read_back_and_every_flip_changes_it(
            subject in "\\PC{0,40}|[\\x00-\\x7f]{0,40}", kind in "[a-z0-9.-]{1,20}",
            seconds in 0i64..=253_402_214_400, offset in -1439i16..=1439, record in any::<Option<[u8; 32]>>(),
            salt in any::<[u8; 16]>(), place in any::<prop::sample::Index>(), bit in 0u8..8,
        ) {
            let time = Timestamp::new(seconds, offset).unwrap();
            let leaf = Leaf { time, kind, subject, record: record.map(Digest::from_bytes), salt };
            let mut bytes = leaf.encode().unwrap();
            let read = Leaf::decode(&bytes).unwrap();
            prop_assert_eq!(&read, &leaf);
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            if let Ok(other) = Leaf::decode(&bytes) {
                prop_assert_eq!(other.encode().unwrap(), bytes);
            }
        }
    }
}
