//! The ledger (処理記録簿): an append-only log of what was done, and its signed heads.
//!
//! Leaves of an RFC 6962 Merkle tree, checkpoints as C2SP tlog-checkpoint (signed note), and exports
//! that anybody can check offline. The room keeps opaque bytes and digests: it does not know what a
//! record says. It may touch its own database and nothing else; times are arguments. The formats are
//! written down in `docs/spec/ledger.md`.

mod checkpoint;
#[cfg(test)]
pub(crate) mod conformance;
mod entry;
mod error;
mod export;
mod sqlite;
mod sqlite_file;
mod store;
mod tree;
#[cfg(test)]
mod vectors;
mod verify;

pub use checkpoint::{CHECKPOINT_MAX, Checkpoint, NoteSignature, SIGNATURES_MAX, SignedCheckpoint};
pub use entry::{ENVELOPE_MAX, Entry, KIND_MAX, LEAF_MAX, Leaf, LedgerId, NewEntry, SUBJECT_MAX};
pub use error::{Damage, LedgerError};
pub use export::{Covered, EXPORT_LEAVES_MAX, EXPORT_MAX, ExportFile, ExportedEnvelope};
pub use sqlite::SqliteStore;
pub use sqlite_file::{FORMAT_VERSION, Opening, beside};
pub use store::{Appended, PAGE_MAX, Store, Stored};
pub use tree::{Head, MemoryTree, Nodes, verify_consistency, verify_inclusion};
pub use verify::{BackwardStep, Comparison, FLAWS_MAX, Flaw, Judgement, PayloadDigest, Report, verify};
