//! Exports: a whole ledger, or its first part, in one file that anybody can check offline.
//!
//! One JSON document in one exact form (`docs/spec/ledger.md`). Its last member is the SHA-256 of all
//! the rest, so that any changed byte shows; that nobody computed it again is shown by the checkpoint
//! inside and by whoever signed that. Pure but for the store that it is lent.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use data_encoding::BASE64;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::crypto::Digest;
use crate::units::Timestamp;

use super::checkpoint::SignedCheckpoint;
use super::entry::{ENVELOPE_MAX, LEAF_MAX, Leaf, LedgerId};
use super::error::LedgerError;
use super::store::{Store, Stored};
use super::tree::{Head, MemoryTree};
use super::verify::PayloadDigest;

/// The longest export, in bytes.
pub const EXPORT_MAX: usize = 64 << 20;
/// The most leaves, and the most envelopes, in an export.
pub const EXPORT_LEAVES_MAX: usize = 1_000_000;
/// What the document says it is.
const FORMAT: &str = "keshiin-ledger-export/1";

/// An envelope in an export, and the record it is filed under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportedEnvelope {
    /// SHA-256 of its payload, as the ledger files it.
    pub digest: Digest,
    /// Its bytes.
    #[serde(serialize_with = "write_base64", deserialize_with = "read_envelope")]
    pub bytes: Vec<u8>,
}

/// A ledger in a file. [`ExportFile::parse`] says that it is whole, [`ExportFile::verify`] that its
/// tree is true; who answers for it, only the signatures of its checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    ledger: LedgerId,
    head: Head,
    leaves: Vec<Vec<u8>>,
    envelopes: Vec<ExportedEnvelope>,
    checkpoint: Option<SignedCheckpoint>,
}

/// A record that lies under the checkpoint of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The first entry that names the record.
    pub seq: u64,
    /// That entry.
    pub leaf: Leaf,
    /// The time of the last entry under the checkpoint: the record existed before it was signed.
    pub last_time: Timestamp,
}

/// The members as they are read. The digest at the end is not looked at here: it is computed again when
/// the whole is encoded again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    format: String,
    ledger: String,
    size: u64,
    root: Digest,
    leaves: Bounded<LeafBytes>,
    envelopes: Bounded<ExportedEnvelope>,
    checkpoint: Option<String>,
    #[serde(rename = "sha256")]
    _sha256: Digest,
}

/// The members as they are written, in their order, but for the last.
#[derive(Serialize)]
struct WireRef<'a> {
    format: &'static str,
    ledger: String,
    size: u64,
    root: Digest,
    leaves: Vec<String>,
    envelopes: &'a [ExportedEnvelope],
    checkpoint: Option<String>,
}

/// A list that is counted while it is read, so that a short file cannot ask for much memory.
struct Bounded<T>(Vec<T>);

/// One leaf in base64.
struct LeafBytes(Vec<u8>);

impl ExportFile {
    /// Everything in `store` as of now, with the envelopes of the records that `with` wants, and a
    /// checkpoint of this ledger.
    ///
    /// # Errors
    /// [`LedgerError::ExportTooLarge`]; a store that cannot be read or whose tree is not true; a
    /// checkpoint that is not of this ledger ([`LedgerError::ExportCheckpoint`]).
    pub fn of(
        store: &dyn Store,
        with: &dyn Fn(&Digest) -> bool,
        checkpoint: Option<SignedCheckpoint>,
    ) -> Result<Self, LedgerError> {
        let mut export = Self {
            ledger: store.id(),
            head: Head::empty(),
            leaves: Vec::new(),
            envelopes: Vec::new(),
            checkpoint,
        };
        let mut bytes = 0usize;
        store.read_all(&mut |stored| {
            bytes = bytes.saturating_add(export.take(stored, with)?);
            let many = export.leaves.len() > EXPORT_LEAVES_MAX;
            if many || bytes > EXPORT_MAX {
                Err(LedgerError::ExportTooLarge)
            } else {
                Ok(())
            }
        })?;
        export.verify()?;
        Ok(export)
    }

    /// The export of these parts, for vectors, which must not depend on a store's random salts.
    #[cfg(test)]
    pub(super) fn from_parts(
        ledger: LedgerId,
        leaves: Vec<Vec<u8>>,
        envelopes: Vec<ExportedEnvelope>,
        checkpoint: Option<SignedCheckpoint>,
    ) -> Self {
        let head = MemoryTree::of(leaves.iter().map(Vec::as_slice))
            .head()
            .unwrap_or(Head::empty());
        Self {
            ledger,
            head,
            leaves,
            envelopes,
            checkpoint,
        }
    }

    /// Takes one stored thing, and says how many bytes it adds.
    fn take(&mut self, stored: Stored<'_>, with: &dyn Fn(&Digest) -> bool) -> Result<usize, LedgerError> {
        match stored {
            Stored::Head { size, root } => self.head = Head { size, root },
            Stored::Leaf { bytes, .. } => {
                self.leaves.push(bytes.to_vec());
                return Ok(bytes.len());
            }
            Stored::Record {
                digest,
                envelope: Some(bytes),
                ..
            } if with(&digest) => {
                self.envelopes.push(ExportedEnvelope {
                    digest,
                    bytes: bytes.to_vec(),
                });
                return Ok(bytes.len());
            }
            Stored::Flaw(damage) => {
                return Err(LedgerError::Damaged {
                    damage: damage.clone(),
                });
            }
            _ => {}
        }
        Ok(0)
    }

    /// The exact bytes of the file.
    ///
    /// # Errors
    /// [`LedgerError::ExportTooLarge`].
    pub fn encode(&self) -> Result<Vec<u8>, LedgerError> {
        let checkpoint = self.checkpoint.as_ref().map(SignedCheckpoint::encode);
        let wire = WireRef {
            format: FORMAT,
            ledger: self.ledger.to_string(),
            size: self.head.size,
            root: self.head.root,
            leaves: self.leaves.iter().map(|leaf| BASE64.encode(leaf)).collect(),
            envelopes: &self.envelopes,
            checkpoint: checkpoint.and_then(|note| String::from_utf8(note).ok()),
        };
        let mut bytes =
            serde_json::to_vec(&wire).map_err(|_| LedgerError::ExportMalformed { why: "not JSON" })?;
        let digest = Digest::of(&[&bytes]);
        bytes.pop();
        bytes.extend_from_slice(format!(",\"sha256\":\"{digest}\"}}\n").as_bytes());
        if bytes.len() > EXPORT_MAX {
            Err(LedgerError::ExportTooLarge)
        } else {
            Ok(bytes)
        }
    }

    /// Reads an export in its one exact form. Its tree is not computed yet.
    ///
    /// # Errors
    /// [`LedgerError::ExportTooLarge`], [`LedgerError::ExportMalformed`], [`LedgerError::ExportChanged`],
    /// or what is wrong with the checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, LedgerError> {
        let malformed = |why| LedgerError::ExportMalformed { why };
        if bytes.len() > EXPORT_MAX {
            return Err(LedgerError::ExportTooLarge);
        }
        let wire: Wire = serde_json::from_slice(bytes).map_err(|_| malformed("not its members"))?;
        if wire.format != FORMAT {
            return Err(malformed("format"));
        }
        let checkpoint = wire
            .checkpoint
            .map(|note| SignedCheckpoint::parse(note.as_bytes()))
            .transpose()?;
        let export = Self {
            ledger: LedgerId::parse(&wire.ledger).ok_or(malformed("ledger"))?,
            head: Head {
                size: wire.size,
                root: wire.root,
            },
            leaves: wire.leaves.0.into_iter().map(|leaf| leaf.0).collect(),
            envelopes: wire.envelopes.0,
            checkpoint,
        };
        if export
            .envelopes
            .windows(2)
            .any(|pair| pair[0].digest >= pair[1].digest)
        {
            return Err(malformed("order of envelopes"));
        }
        if export.encode()? == bytes {
            Ok(export)
        } else {
            Err(LedgerError::ExportChanged)
        }
    }

    /// Computes the tree again and compares it with the head and with the checkpoint's, if there is one;
    /// every leaf must have its exact form, every envelope a leaf that names it.
    ///
    /// # Errors
    /// The first of these that does not hold.
    pub fn verify(&self) -> Result<Head, LedgerError> {
        let tree = MemoryTree::of(self.leaves.iter().map(Vec::as_slice));
        if tree.head()? != self.head {
            return Err(LedgerError::ExportHead);
        }
        let mut named = HashSet::new();
        for seq in 0..self.head.size {
            named.extend(self.leaf(seq)?.record);
        }
        if let Some(stray) = self.envelopes.iter().find(|one| !named.contains(&one.digest)) {
            return Err(LedgerError::ExportEnvelope { digest: stray.digest });
        }
        if let Some(signed) = &self.checkpoint {
            let outside = signed.checkpoint();
            let within = outside.ledger == self.ledger && outside.head.size <= self.head.size;
            if !within || Head::at(&tree, outside.head.size)? != outside.head {
                return Err(LedgerError::ExportCheckpoint);
            }
        }
        Ok(self.head)
    }

    /// Checks that every envelope is the record it is filed under. Whether its signatures hold is not
    /// known here.
    ///
    /// # Errors
    /// [`LedgerError::ExportEnvelope`].
    pub fn verify_envelopes(&self, payload_digest: &PayloadDigest<'_>) -> Result<(), LedgerError> {
        let stray = self
            .envelopes
            .iter()
            .find(|one| payload_digest(&one.bytes) != Some(one.digest));
        stray.map_or(Ok(()), |one| {
            Err(LedgerError::ExportEnvelope { digest: one.digest })
        })
    }

    /// Whether an entry under the checkpoint names `record`, and when the last entry under it was made.
    /// Verifies the export first; the checkpoint's signatures are the caller's to verify.
    ///
    /// # Errors
    /// As [`ExportFile::verify`].
    pub fn covered(&self, record: &Digest) -> Result<Option<Covered>, LedgerError> {
        let Some(last_time) = self.last_time_covered()? else {
            return Ok(None);
        };
        for seq in 0..self.covered_size() {
            let leaf = self.leaf(seq)?;
            if leaf.record == Some(*record) {
                return Ok(Some(Covered { seq, leaf, last_time }));
            }
        }
        Ok(None)
    }

    /// The time that the last entry under the checkpoint claims. Verifies the export first.
    ///
    /// # Errors
    /// As [`ExportFile::verify`].
    pub fn last_time_covered(&self) -> Result<Option<Timestamp>, LedgerError> {
        self.verify()?;
        let last = self.covered_size().checked_sub(1);
        last.map(|seq| self.leaf(seq).map(|leaf| leaf.time)).transpose()
    }

    /// Which ledger it is of.
    #[must_use]
    pub const fn ledger(&self) -> LedgerId {
        self.ledger
    }

    /// The head that it states.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// The bytes of the leaves, in order.
    #[must_use]
    pub fn leaves(&self) -> &[Vec<u8>] {
        &self.leaves
    }

    /// The envelopes, in the order of their digests.
    #[must_use]
    pub fn envelopes(&self) -> &[ExportedEnvelope] {
        &self.envelopes
    }

    /// The checkpoint, if there is one.
    #[must_use]
    pub const fn checkpoint(&self) -> Option<&SignedCheckpoint> {
        self.checkpoint.as_ref()
    }

    fn covered_size(&self) -> u64 {
        self.checkpoint
            .as_ref()
            .map_or(0, |signed| signed.checkpoint().head.size)
    }

    fn leaf(&self, seq: u64) -> Result<Leaf, LedgerError> {
        let bytes = usize::try_from(seq).ok().and_then(|seq| self.leaves.get(seq));
        let leaf = bytes.and_then(|bytes| Leaf::decode(bytes).ok());
        leaf.ok_or(LedgerError::ExportLeaf { seq })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Bounded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counting<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Counting<T> {
            type Value = Bounded<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list of at most {EXPORT_LEAVES_MAX}")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = list.next_element()? {
                    if all.len() == EXPORT_LEAVES_MAX {
                        return Err(A::Error::invalid_length(all.len() + 1, &self));
                    }
                    all.push(one);
                }
                Ok(Bounded(all))
            }
        }

        deserializer.deserialize_seq(Counting(PhantomData))
    }
}

impl<'de> Deserialize<'de> for LeafBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_base64(deserializer, LEAF_MAX).map(Self)
    }
}

fn write_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64.encode(bytes))
}

fn read_envelope<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    read_base64(deserializer, ENVELOPE_MAX)
}

fn read_base64<'de, D: Deserializer<'de>>(deserializer: D, bound: usize) -> Result<Vec<u8>, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    if text.len() > bound.div_ceil(3) * 4 {
        return Err(D::Error::custom("too long"));
    }
    let bytes = BASE64.decode(text.as_bytes()).map_err(D::Error::custom)?;
    if bytes.len() > bound {
        Err(D::Error::custom("too long"))
    } else {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::conformance::{entry, payload_digest, time};
    use super::super::{Checkpoint, NewEntry, Opening, SqliteStore};
    use super::*;
    use crate::crypto::{Secret, SigningKey};

    struct Fixture {
        _folder: tempfile::TempDir,
        store: SqliteStore,
    }

    /// Six entries, three of them with a record and its envelope.
    fn fixture() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let mut store = SqliteStore::open(&path, Opening::Create { station: "otari" }).unwrap();
        for n in 0..6 {
            let envelope = format!("envelope {n}").into_bytes();
            let record = payload_digest(&envelope);
            let with = NewEntry {
                record,
                envelope: Some(&envelope),
                ..entry(n, "x")
            };
            store
                .append(if n % 2 == 0 { with } else { entry(n, "y") })
                .unwrap();
        }
        Fixture {
            _folder: folder,
            store,
        }
    }

    fn signed(checkpoint: Checkpoint) -> SignedCheckpoint {
        let key = SigningKey::from_seed(Secret::take(&mut [9; 32]).unwrap()).unwrap();
        let signature = key.sign(&checkpoint.body()).unwrap();
        let note = checkpoint
            .encode(&[(Digest::of(&[b"issuer"]), key.public(), signature)])
            .unwrap();
        SignedCheckpoint::parse(&note).unwrap()
    }

    fn export(store: &SqliteStore, under: Option<u64>) -> ExportFile {
        let note = under.map(|size| signed(Checkpoint::new(store.head_at(size).unwrap(), store.id())));
        ExportFile::of(store, &|_| true, note).unwrap()
    }

    #[test]
    fn an_export_is_read_back_and_verified() {
        let Fixture { store, _folder } = fixture();
        let bytes = export(&store, Some(5)).encode().unwrap();
        let read = ExportFile::parse(&bytes).unwrap();
        assert_eq!(read, export(&store, Some(5)));
        assert_eq!(read.verify(), store.head());
        assert_eq!(read.verify_envelopes(&payload_digest), Ok(()));
        assert_eq!(
            (read.leaves().len(), read.envelopes().len(), read.ledger()),
            (6, 3, store.id())
        );
        let stray = ExportFile::of(&store, &|_| false, None).unwrap();
        assert_eq!((stray.envelopes().len(), stray.verify()), (0, store.head()));
    }

    #[test]
    fn a_record_is_covered_only_under_the_checkpoint() {
        let Fixture { store, _folder } = fixture();
        let record = |n: u64| payload_digest(format!("envelope {n}").as_bytes()).unwrap();
        let under_four = export(&store, Some(4));
        let found = under_four.covered(&record(2)).unwrap().unwrap();
        assert_eq!(
            (found.seq, found.last_time, found.leaf.time),
            (2, time(3), time(2))
        );
        assert_eq!(under_four.covered(&record(4)), Ok(None));
        assert_eq!(under_four.last_time_covered(), Ok(Some(time(3))));
        assert_eq!(export(&store, None).covered(&record(2)), Ok(None));
        assert_eq!(export(&store, Some(0)).last_time_covered(), Ok(None));
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let Fixture { store, _folder } = fixture();
        let bytes = export(&store, None).encode().unwrap();
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[place] ^= 1 << bit;
                assert!(ExportFile::parse(&changed).is_err(), "byte {place} bit {bit}");
            }
        }
        for end in 0..bytes.len() {
            assert!(ExportFile::parse(&bytes[..end]).is_err(), "cut at {end}");
        }
    }

    /// Whoever changes an export can also compute its digest again: then the tree must tell.
    #[test]
    fn a_change_that_was_sealed_again_is_found_by_the_tree() {
        let Fixture { store, _folder } = fixture();
        let base = export(&store, Some(5));
        let stray = Digest::of(&[b"stray"]);
        type Change = fn(&mut ExportFile);
        let changes: [(Change, LedgerError); 8] = [
            (|e| e.leaves.swap(1, 3), LedgerError::ExportHead),
            (|e| drop(e.leaves.pop()), LedgerError::ExportHead),
            (|e| e.leaves[2][20] ^= 1, LedgerError::ExportHead),
            (|e| e.head.size -= 1, LedgerError::ExportHead),
            (
                |e| {
                    e.leaves[5] = b"{}".to_vec();
                    e.head = MemoryTree::of(e.leaves.iter().map(Vec::as_slice)).head().unwrap();
                },
                LedgerError::ExportLeaf { seq: 5 },
            ),
            (
                |e| {
                    e.leaves.remove(1);
                    e.head = MemoryTree::of(e.leaves.iter().map(Vec::as_slice)).head().unwrap();
                },
                LedgerError::ExportCheckpoint,
            ),
            (
                |e| e.ledger = LedgerId::from_bytes([1; 16]),
                LedgerError::ExportCheckpoint,
            ),
            (
                |e| e.envelopes[1].digest = Digest::of(&[b"stray"]),
                LedgerError::ExportEnvelope { digest: stray },
            ),
        ];
        for (change, expected) in changes {
            let mut changed = base.clone();
            change(&mut changed);
            changed.envelopes.sort_by_key(|one| one.digest);
            let read = ExportFile::parse(&changed.encode().unwrap()).unwrap();
            assert_eq!(read.verify(), Err(expected));
        }
        let mut changed = base;
        changed.envelopes[1].bytes.push(b'!');
        let digest = changed.envelopes[1].digest;
        let wrong = Err(LedgerError::ExportEnvelope { digest });
        assert_eq!(changed.verify_envelopes(&payload_digest), wrong);
        changed.envelopes.swap(0, 1);
        let malformed = LedgerError::ExportMalformed {
            why: "order of envelopes",
        };
        assert_eq!(ExportFile::parse(&changed.encode().unwrap()), Err(malformed));
    }

    #[test]
    fn bounds_are_kept() {
        assert_eq!(
            ExportFile::parse(&vec![b' '; EXPORT_MAX + 1]),
            Err(LedgerError::ExportTooLarge)
        );
        let zero = "0".repeat(64);
        let of = |leaves: &str| {
            format!(
                "{{\"format\":\"{FORMAT}\",\"ledger\":\"{}\",\"size\":0,\"root\":\"{zero}\",\"leaves\":[{leaves}],\
                 \"envelopes\":[],\"checkpoint\":null,\"sha256\":\"{zero}\"}}\n",
                &zero[..32]
            )
        };
        let many = of(&vec!["\"\""; EXPORT_LEAVES_MAX + 1].join(","));
        let malformed = Err(LedgerError::ExportMalformed {
            why: "not its members",
        });
        assert_eq!(ExportFile::parse(many.as_bytes()), malformed);
        let long = of(&format!("\"{}\"", BASE64.encode(&vec![0; LEAF_MAX + 1])));
        assert_eq!(ExportFile::parse(long.as_bytes()), malformed);
        assert_eq!(
            ExportFile::parse(of("").as_bytes()),
            Err(LedgerError::ExportChanged)
        );
    }
}
