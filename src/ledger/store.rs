//! What every ledger's database must be able to do, whatever it is made of.
//!
//! SQLite is one implementation; a server shared by several stations is another. All must pass the
//! suite in `conformance.rs`. Writing is atomic: an entry is there whole, with its inner hashes, its
//! envelope and the new head, or not at all.

use crate::crypto::Digest;
use crate::units::Timestamp;

use super::entry::{Entry, LedgerId, NewEntry};
use super::error::{Damage, LedgerError};
use super::tree::{Head, Nodes, prove_consistency, prove_inclusion};

/// The most entries that one question answers.
pub const PAGE_MAX: u32 = 1000;

/// An entry that was appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its place, from 0.
    pub seq: u64,
    /// The head after it.
    pub head: Head,
}

/// One stored thing, as it lies in the database, for whoever checks all of it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Stored<'a> {
    /// The stored head.
    Head {
        /// Stored size.
        size: u64,
        /// Stored root.
        root: Digest,
    },
    /// A leaf and the hash that is stored beside it.
    Leaf {
        /// Its place.
        seq: u64,
        /// Its bytes, unchecked.
        bytes: &'a [u8],
        /// The stored hash.
        hash: Digest,
    },
    /// An inner node.
    Node {
        /// Height above the leaves, from 1.
        level: u8,
        /// Place on that level, from 0.
        at: u64,
        /// The stored hash.
        hash: Digest,
    },
    /// A record that a leaf names.
    Record {
        /// Its digest.
        digest: Digest,
        /// The first entry that names it.
        seq: u64,
        /// Its envelope; none if it was never kept, or was removed.
        envelope: Option<&'a [u8]>,
    },
    /// Something that the database itself finds wrong.
    Flaw(&'a Damage),
}

/// A ledger's database.
pub trait Store: Nodes + Send {
    /// The ledger's name.
    fn id(&self) -> LedgerId;

    /// The station that certificate numbers begin with.
    fn station(&self) -> &str;

    /// Appends an entry, and keeps its envelope if it has one. Times are not compared with earlier ones.
    ///
    /// # Errors
    /// An entry outside its bounds; a store that cannot be written, is busy or damaged.
    fn append(&mut self, entry: NewEntry<'_>) -> Result<Appended, LedgerError>;

    /// The next unused number of `day` (`yyyymmdd`), from 1. Never given twice.
    ///
    /// # Errors
    /// [`LedgerError::BadDay`], [`LedgerError::NumbersExhausted`]; a store that cannot be written.
    fn reserve_number(&mut self, day: &str) -> Result<u32, LedgerError>;

    /// The stored head.
    ///
    /// # Errors
    /// A store that cannot be read.
    fn head(&self) -> Result<Head, LedgerError>;

    /// The entry at `seq`, if there is one.
    ///
    /// # Errors
    /// A store that cannot be read; an entry that is not what its hash says.
    fn entry(&self, seq: u64) -> Result<Option<Entry>, LedgerError>;

    /// At most `limit` entries (never more than [`PAGE_MAX`]) from place `from` on, in order.
    ///
    /// # Errors
    /// As [`Store::entry`].
    fn entries(&self, from: u64, limit: u32) -> Result<Vec<Entry>, LedgerError>;

    /// At most `limit` entries (never more than [`PAGE_MAX`]) whose kind, subject or record digest
    /// contain `text`, newest first.
    ///
    /// # Errors
    /// As [`Store::entry`].
    fn find(&self, text: &str, limit: u32) -> Result<Vec<Entry>, LedgerError>;

    /// The first entry that names the record.
    ///
    /// # Errors
    /// A store that cannot be read.
    fn find_record(&self, record: &Digest) -> Result<Option<u64>, LedgerError>;

    /// The record's envelope, if it is kept.
    ///
    /// # Errors
    /// A store that cannot be read.
    fn envelope(&self, record: &Digest) -> Result<Option<Vec<u8>>, LedgerError>;

    /// Keeps this envelope for a record that some entry names, in place of an earlier one.
    ///
    /// # Errors
    /// [`LedgerError::UnknownRecord`], [`LedgerError::EnvelopeTooLong`]; a store that cannot be written.
    fn put_envelope(&mut self, record: &Digest, envelope: &[u8]) -> Result<(), LedgerError>;

    /// Removes the record's envelope; the tree stays. Says whether there was one.
    ///
    /// # Errors
    /// A store that cannot be written.
    fn remove_envelope(&mut self, record: &Digest) -> Result<bool, LedgerError>;

    /// Proves, by real committed writes beside the log, that an entry could be appended now.
    ///
    /// # Errors
    /// Whatever an append would fail with.
    fn probe_writable(&mut self) -> Result<(), LedgerError>;

    /// Lends everything stored to `each`, as of one moment: the head, the leaves in order, the inner
    /// nodes, the records, and what the database itself finds wrong.
    ///
    /// # Errors
    /// A store that cannot be read at all, or the error of `each`.
    fn read_all(
        &self,
        each: &mut dyn FnMut(Stored<'_>) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError>;

    /// The time that the last entry claims.
    ///
    /// # Errors
    /// As [`Store::entry`]; [`Damage::Entry`] when the last entry is missing.
    fn last_time(&self) -> Result<Option<Timestamp>, LedgerError> {
        let Some(seq) = self.head()?.size.checked_sub(1) else {
            return Ok(None);
        };
        let last = self.entry(seq)?.ok_or(LedgerError::Damaged {
            damage: Damage::Entry { seq },
        })?;
        Ok(Some(last.leaf.time))
    }

    /// The head over the first `size` entries, computed from the stored inner nodes.
    ///
    /// # Errors
    /// [`LedgerError::OutOfRange`]; a store that cannot be read.
    fn head_at(&self, size: u64) -> Result<Head, LedgerError> {
        within(size, self.head()?.size)?;
        Head::at(self, size)
    }

    /// The proof that entry `seq` is among the first `size` (RFC 6962 §2.1.1).
    ///
    /// # Errors
    /// [`LedgerError::OutOfRange`]; a store that cannot be read.
    fn inclusion(&self, seq: u64, size: u64) -> Result<Vec<Digest>, LedgerError> {
        within(size, self.head()?.size)?;
        prove_inclusion(self, seq, size)
    }

    /// The proof that the first `old` entries are the beginning of the first `new` (RFC 6962 §2.1.2).
    ///
    /// # Errors
    /// [`LedgerError::OutOfRange`]; a store that cannot be read.
    fn consistency(&self, old: u64, new: u64) -> Result<Vec<Digest>, LedgerError> {
        within(new, self.head()?.size)?;
        prove_consistency(self, old, new)
    }
}

fn within(asked: u64, size: u64) -> Result<(), LedgerError> {
    if asked > size {
        Err(LedgerError::OutOfRange { asked, size })
    } else {
        Ok(())
    }
}
