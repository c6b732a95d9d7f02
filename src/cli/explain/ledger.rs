//! The ledger: why it cannot be used, and what checking it found.

use keshiin::ledger::{Comparison, Damage, Flaw, Judgement, LedgerError};

use super::crypto::explain_crypto;
use super::words::unknown;
use crate::cli::i18n::Message;

/// The message of a failure of the ledger room.
pub(crate) fn explain_ledger(error: &LedgerError) -> Message {
    let message = Message::new(error.code());
    match error {
        LedgerError::Crypto(error) => explain_crypto(error),
        LedgerError::Damaged { damage } => message.term("damage", explain_damage(damage)),
        LedgerError::Missing { path } | LedgerError::NotALedger { path } => message.path("path", path),
        LedgerError::CannotOpen { path, detail } => message.path("path", path).untrusted("detail", detail),
        LedgerError::Database { detail } => message.untrusted("detail", detail),
        LedgerError::Newer { found, known } => message.text("found", found).text("known", known),
        LedgerError::NumbersExhausted { day } => message.untrusted("day", day),
        LedgerError::SubjectTooLong { bytes, bound } | LedgerError::EnvelopeTooLong { bytes, bound } => {
            message
                .number("bytes", *bytes as u64)
                .number("bound", *bound as u64)
        }
        LedgerError::UnknownRecord { digest } | LedgerError::ExportEnvelope { digest } => {
            message.text("digest", digest)
        }
        LedgerError::OutOfRange { asked, size } => message.text("asked", asked).number("size", *size),
        LedgerError::CheckpointMalformed { why } | LedgerError::ExportMalformed { why } => {
            message.untrusted("why", *why)
        }
        LedgerError::SignatureMissing { name } | LedgerError::SignatureInvalid { name } => {
            message.text("name", name)
        }
        LedgerError::ExportLeaf { seq } => message.text("seq", seq),
        _ => plain(error, message),
    }
}

/// Failures without fields.
fn plain(error: &LedgerError, message: Message) -> Message {
    match error {
        LedgerError::ReadOnly
        | LedgerError::FolderUnwritable
        | LedgerError::Full
        | LedgerError::Busy
        | LedgerError::BadStation
        | LedgerError::BadDay
        | LedgerError::BadKind
        | LedgerError::EnvelopeWithoutRecord
        | LedgerError::LeafMalformed
        | LedgerError::ProofInvalid
        | LedgerError::SignatureCount
        | LedgerError::OtherLedger
        | LedgerError::ExportTooLarge
        | LedgerError::ExportChanged
        | LedgerError::ExportHead
        | LedgerError::ExportCheckpoint => message,
        _ => unknown(error.code(), error),
    }
}

/// Which part of a stored ledger is damaged.
pub(crate) fn explain_damage(damage: &Damage) -> Message {
    match damage {
        Damage::Database { detail } => Message::new("damage-database").untrusted("detail", detail),
        Damage::Structure => Message::new("damage-structure"),
        Damage::Identity => Message::new("damage-identity"),
        Damage::Head => Message::new("damage-head"),
        Damage::Entry { seq } => Message::new("damage-entry").text("seq", seq),
        Damage::Node { level, at } => Message::new("damage-node").text("level", level).text("at", at),
        Damage::Record { digest } => Message::new("damage-record").text("digest", digest),
        Damage::Numbers => Message::new("damage-numbers"),
        _ => unknown("damage", damage),
    }
}

/// One thing in a ledger that is not as it was written.
pub(crate) fn explain_flaw(flaw: &Flaw) -> Message {
    match flaw {
        Flaw::Store(damage) => explain_damage(damage),
        Flaw::EntryMissing { seq } => Message::new("flaw-entry-missing").text("seq", seq),
        Flaw::LeafMalformed { seq } => Message::new("flaw-leaf-malformed").text("seq", seq),
        Flaw::EntryChanged { seq } => Message::new("flaw-entry-changed").text("seq", seq),
        Flaw::EntryMoved { seq, origin } => Message::new("flaw-entry-moved")
            .text("seq", seq)
            .text("origin", origin),
        Flaw::NodeDiffers { from, to } => Message::new("flaw-node-differs")
            .text("from", from)
            .text("to", to.saturating_sub(1)),
        Flaw::NodeMissing { level, at } => Message::new("flaw-node-missing")
            .text("level", level)
            .text("at", at),
        Flaw::NodeBeyond { level, at } => Message::new("flaw-node-beyond")
            .text("level", level)
            .text("at", at),
        Flaw::SizeDiffers { stored, found } => Message::new("flaw-size-differs")
            .number("stored", *stored)
            .number("found", *found),
        Flaw::RootDiffers => Message::new("flaw-root-differs"),
        Flaw::RecordMisfiled { digest } => Message::new("flaw-record-misfiled").text("digest", digest),
        Flaw::RecordMissing { digest } => Message::new("flaw-record-missing").text("digest", digest),
        Flaw::EnvelopeDiffers { digest } => Message::new("flaw-envelope-differs").text("digest", digest),
        _ => unknown("flaw", &format!("{flaw:?}")),
    }
}

/// How a head that somebody else holds compares with the ledger.
pub(crate) fn explain_comparison(comparison: Comparison) -> Message {
    match comparison {
        Comparison::Equal => Message::new("comparison-equal"),
        Comparison::Different => Message::new("comparison-different"),
        Comparison::Shorter { missing } => Message::new("comparison-shorter").number("missing", missing),
        Comparison::OtherLedger => Message::new("comparison-other-ledger"),
    }
}

/// What follows from checking a whole ledger.
pub(crate) fn explain_ledger_judgement(judgement: Judgement) -> Message {
    match judgement {
        Judgement::False => Message::new("ledger-false"),
        Judgement::HeldBy { size } => Message::new("ledger-held").number("size", size),
        Judgement::InItself => Message::new("ledger-in-itself"),
    }
}
