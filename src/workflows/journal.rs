//! The ledger as every job that is logged uses it: opened or made, numbers drawn, entries written.

use crate::crypto;
use crate::ledger::{Head, LedgerError, LedgerId, NewEntry, Opening, SqliteStore, Store};
use crate::records::{CertificateNumber, LedgerHead};
use crate::units::Timestamp;

use super::{Lent, Refusal, WorkflowError, chores, files, people};

/// Opens the ledger; makes the home's own where there is none.
pub(super) fn open_ledger(lent: &Lent<'_>) -> Result<SqliteStore, WorkflowError> {
    let path = people::ledger_path(lent);
    let refuse = |error| {
        WorkflowError::from(Refusal::Ledger {
            path: path.clone(),
            error,
        })
    };
    if lent.ledger.is_some() {
        return SqliteStore::open(&path, Opening::Append).map_err(refuse);
    }
    files::make_folder(lent.home.folder(), lent.owner)?;
    let signs: [u8; 4] = crypto::random()?;
    let station = chores::plain_signs(&signs);
    let store = SqliteStore::open(&path, Opening::Create { station: &station }).map_err(refuse)?;
    files::give_existing(&path, lent.owner);
    Ok(store)
}

/// The next 証明書番号 of this station.
pub(super) fn number(
    ledger: &mut SqliteStore,
    now: Timestamp,
    lent: &Lent<'_>,
) -> Result<CertificateNumber, WorkflowError> {
    let n = ledger
        .reserve_number(&now.day())
        .map_err(|error| ledger_fault(error, lent))?;
    let station: String = ledger
        .station()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(12)
        .collect();
    CertificateNumber::new(&station.to_ascii_uppercase(), &now.day(), n)
        .ok_or(WorkflowError::Internal { what: "number" })
}

/// Enters something that has no record.
pub(super) fn log(
    ledger: &mut SqliteStore,
    time: Timestamp,
    kind: &str,
    subject: &str,
    lent: &Lent<'_>,
) -> Result<(), WorkflowError> {
    let entry = NewEntry {
        time,
        kind,
        subject,
        record: None,
        envelope: None,
    };
    ledger
        .append(entry)
        .map(drop)
        .map_err(|error| ledger_fault(error, lent))
}

/// A failing ledger, with its path.
pub(super) fn ledger_fault(error: LedgerError, lent: &Lent<'_>) -> WorkflowError {
    WorkflowError::Ledger {
        path: people::ledger_path(lent),
        error,
    }
}

/// A head of the ledger, for a record.
pub(super) fn head_claim((id, head): (LedgerId, Head)) -> LedgerHead {
    LedgerHead {
        id: id.to_string(),
        size: head.size,
        root: head.root,
    }
}
