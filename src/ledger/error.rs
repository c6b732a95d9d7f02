//! What can go wrong with a ledger, a checkpoint or an export.

use std::path::PathBuf;

use thiserror::Error;

use crate::crypto::{CryptoError, Digest};

/// Which part of a stored ledger is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Damage {
    /// The database itself cannot be read; the text is the database's own.
    #[error("the database is malformed ({detail})")]
    Database {
        /// The database's own words, untrusted.
        detail: String,
    },
    /// Tables, indexes or triggers are not those of this format.
    #[error("its tables are not those of this format")]
    Structure,
    /// The row that names ledger, station and head is missing, doubled or unreadable.
    #[error("its first row is missing or unreadable")]
    Identity,
    /// The stored head is not the head of the stored tree.
    #[error("the stored head is not that of the stored tree")]
    Head,
    /// An entry is missing or is not what its hash says.
    #[error("entry {seq} is missing or was changed")]
    Entry {
        /// Its place, from 0.
        seq: u64,
    },
    /// An inner hash of the tree is missing or unreadable.
    #[error("tree node {level}/{at} is missing or unreadable")]
    Node {
        /// Height above the leaves.
        level: u8,
        /// Place on that level, from 0.
        at: u64,
    },
    /// The index of records is unreadable.
    #[error("the row of record {digest} is unreadable")]
    Record {
        /// The record's digest.
        digest: Digest,
    },
    /// The counters of numbers, the station or the ledger's id were changed.
    #[error("the counters of numbers were changed")]
    Numbers,
}

/// A failure of the ledger room.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// There is no ledger at this place.
    #[error("there is no ledger at {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// What is there is no ledger.
    #[error("{} is not a ledger", path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// The ledger was written by a newer program.
    #[error("the ledger has format {found}; this program knows {known}")]
    Newer {
        /// The version found.
        found: i32,
        /// The newest version known.
        known: i32,
    },
    /// The ledger is damaged.
    #[error("the ledger is damaged: {damage}")]
    Damaged {
        /// What is damaged.
        damage: Damage,
    },
    /// The file or its file system may only be read, or the store was opened for reading.
    #[error("the ledger can only be read")]
    ReadOnly,
    /// The folder of the ledger does not take the journal that every change needs.
    #[error("the folder of the ledger cannot be written to")]
    FolderUnwritable,
    /// No room is left.
    #[error("no room is left where the ledger is kept")]
    Full,
    /// Somebody else is writing and did not finish in time.
    #[error("the ledger is in use by another program")]
    Busy,
    /// The file could not be opened or made.
    #[error("{} could not be opened ({detail})", path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// The system's own words.
        detail: String,
    },
    /// The database failed in another way.
    #[error("the database failed ({detail})")]
    Database {
        /// The database's own words.
        detail: String,
    },
    /// No randomness for a salt or an id.
    #[error("{0}")]
    Crypto(#[from] CryptoError),
    /// A station's name is not 1 to 32 letters, digits and hyphens.
    #[error("a station is named by 1 to 32 ascii letters, digits and hyphens")]
    BadStation,
    /// A day is not eight digits.
    #[error("a day is written as eight digits")]
    BadDay,
    /// No more numbers on this day.
    #[error("no more numbers are left on {day}")]
    NumbersExhausted {
        /// The day.
        day: String,
    },
    /// The kind of an entry is empty, too long, or has other characters than a-z 0-9 . -
    #[error("the kind of an entry is 1 to 64 characters of a-z, 0-9, dot and hyphen")]
    BadKind,
    /// The subject of an entry is too long.
    #[error("the subject of an entry has {bytes} bytes; the bound is {bound}")]
    SubjectTooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The bound in bytes.
        bound: usize,
    },
    /// An envelope was given for an entry that names no record.
    #[error("an envelope belongs to a record, and the entry names none")]
    EnvelopeWithoutRecord,
    /// An envelope is too long.
    #[error("the envelope has {bytes} bytes; the bound is {bound}")]
    EnvelopeTooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The bound in bytes.
        bound: usize,
    },
    /// No entry names this record.
    #[error("no entry names the record {digest}")]
    UnknownRecord {
        /// The record's digest.
        digest: Digest,
    },
    /// Bytes that should be a leaf are not one in the exact form.
    #[error("not a ledger leaf in its exact form")]
    LeafMalformed,
    /// A place or a size that the tree does not have.
    #[error("the tree has {size} leaves, so it has no {asked}")]
    OutOfRange {
        /// What was asked for.
        asked: u64,
        /// How many leaves there are.
        size: u64,
    },
    /// A proof does not show what it should.
    #[error("the proof does not hold")]
    ProofInvalid,
    /// Bytes that should be a checkpoint are not one in the exact form.
    #[error("not a checkpoint in its exact form ({why})")]
    CheckpointMalformed {
        /// What is wrong.
        why: &'static str,
    },
    /// A checkpoint needs 1 to 16 signatures by different keys.
    #[error("a checkpoint has 1 to 16 signatures, each by another key")]
    SignatureCount,
    /// The checkpoint is not signed by this key.
    #[error("the checkpoint is not signed by {name}")]
    SignatureMissing {
        /// The fingerprint.
        name: Digest,
    },
    /// The checkpoint's signature by this key is false.
    #[error("the checkpoint's signature by {name} does not verify")]
    SignatureInvalid {
        /// The fingerprint.
        name: Digest,
    },
    /// The checkpoint is that of another ledger.
    #[error("the checkpoint belongs to another ledger")]
    OtherLedger,
    /// An export is longer, or has more leaves, than the bounds allow.
    #[error("the export is larger than its bounds allow")]
    ExportTooLarge,
    /// Bytes that should be an export are not one.
    #[error("not a ledger export ({why})")]
    ExportMalformed {
        /// What is wrong.
        why: &'static str,
    },
    /// The export was changed after it was written, or was not written by this program.
    #[error("the export was changed")]
    ExportChanged,
    /// A leaf of the export is not in the exact form.
    #[error("leaf {seq} of the export is not in its exact form")]
    ExportLeaf {
        /// Its place, from 0.
        seq: u64,
    },
    /// The leaves do not give the head that the export states.
    #[error("the leaves of the export do not give its head")]
    ExportHead,
    /// The leaves do not give the head that the checkpoint states.
    #[error("the leaves of the export do not give the head of its checkpoint")]
    ExportCheckpoint,
    /// An envelope of the export belongs to no leaf, or is not the record it is filed under.
    #[error("the envelope filed under {digest} is another record, or no leaf names it")]
    ExportEnvelope {
        /// The digest it is filed under.
        digest: Digest,
    },
}

impl LedgerError {
    /// The stable code of this failure.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "LED-MISSING",
            Self::NotALedger { .. } => "LED-NOT-A-LEDGER",
            Self::Newer { .. } => "LED-NEWER",
            Self::Damaged { .. } => "LED-DAMAGED",
            Self::ReadOnly => "LED-READ-ONLY",
            Self::FolderUnwritable => "LED-FOLDER-UNWRITABLE",
            Self::Full => "LED-FULL",
            Self::Busy => "LED-BUSY",
            Self::CannotOpen { .. } => "LED-CANNOT-OPEN",
            Self::Database { .. } => "LED-DATABASE",
            Self::Crypto(error) => error.code(),
            Self::BadStation => "LED-STATION",
            Self::BadDay => "LED-DAY",
            Self::NumbersExhausted { .. } => "LED-NUMBERS-EXHAUSTED",
            Self::BadKind => "LED-KIND",
            Self::SubjectTooLong { .. } => "LED-SUBJECT-TOO-LONG",
            Self::EnvelopeWithoutRecord => "LED-ENVELOPE-WITHOUT-RECORD",
            Self::EnvelopeTooLong { .. } => "LED-ENVELOPE-TOO-LONG",
            Self::UnknownRecord { .. } => "LED-UNKNOWN-RECORD",
            Self::LeafMalformed => "LED-LEAF-MALFORMED",
            Self::OutOfRange { .. } => "LED-OUT-OF-RANGE",
            Self::ProofInvalid => "LED-PROOF-INVALID",
            Self::CheckpointMalformed { .. } => "LED-CHECKPOINT-MALFORMED",
            Self::SignatureCount => "LED-SIGNATURE-COUNT",
            Self::SignatureMissing { .. } => "LED-SIGNATURE-MISSING",
            Self::SignatureInvalid { .. } => "LED-SIGNATURE-INVALID",
            Self::OtherLedger => "LED-OTHER-LEDGER",
            Self::ExportTooLarge => "LED-EXPORT-TOO-LARGE",
            Self::ExportMalformed { .. } => "LED-EXPORT-MALFORMED",
            Self::ExportChanged => "LED-EXPORT-CHANGED",
            Self::ExportLeaf { .. } => "LED-EXPORT-LEAF",
            Self::ExportHead => "LED-EXPORT-HEAD",
            Self::ExportCheckpoint => "LED-EXPORT-CHECKPOINT",
            Self::ExportEnvelope { .. } => "LED-EXPORT-ENVELOPE",
        }
    }
}
