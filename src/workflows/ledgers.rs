//! `keshiin ledger`: looked at, checked, signed off, exported.

use std::path::{Path, PathBuf};

use crate::ledger::{
    self, Checkpoint, Entry, ExportFile, Head, LedgerError, NewEntry, Opening, Report, SignedCheckpoint,
    SqliteStore, Store,
};
use crate::records::{Envelope, MOST_RECORD_BYTES};

use super::files::{self, Privacy};
use super::verify::payload_digest;
use super::{ClockWitness, Lent, WorkflowError, chores, people};

/// Entries and where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerPage {
    /// The ledger's id.
    pub id: String,
    /// Its head.
    pub head: Head,
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
}

/// An entry, and the envelope of the record it names where that is kept.
pub type KeptEntry = (Entry, Option<Vec<u8>>);

/// A ledger that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerCheck {
    /// The ledger's id.
    pub id: String,
    /// What was found.
    pub report: Report,
    /// Records given with `--against` that the ledger does not hold.
    pub missing: Vec<PathBuf>,
}

/// Lists the newest entries, or those that mention something.
///
/// # Errors
/// A ledger that is missing or cannot be read.
pub fn list_ledger(find: Option<&str>, limit: u32, lent: &Lent<'_>) -> Result<LedgerPage, WorkflowError> {
    let path = people::ledger_path(lent);
    let fault = |error| fault(&path, error);
    let store = SqliteStore::open(&path, Opening::Read).map_err(fault)?;
    let head = store.head().map_err(fault)?;
    let entries = match find {
        Some(text) => store.find(text, limit).map(|mut entries| {
            entries.reverse();
            entries
        }),
        None => store.entries(head.size.saturating_sub(u64::from(limit)), limit),
    };
    Ok(LedgerPage {
        id: store.id().to_string(),
        head,
        entries: entries.map_err(fault)?,
    })
}

/// Shows one entry with its envelope: by its place, or the newest that mentions a number.
///
/// # Errors
/// A ledger that is missing or cannot be read; `None` where there is no such entry.
pub fn show_entry(what: &str, lent: &Lent<'_>) -> Result<Option<KeptEntry>, WorkflowError> {
    let path = people::ledger_path(lent);
    let fault = |error| fault(&path, error);
    let store = SqliteStore::open(&path, Opening::Read).map_err(fault)?;
    let entry = match what.parse::<u64>() {
        Ok(place) => store.entry(place).map_err(fault)?,
        Err(_) => store.find(what, 1).map_err(fault)?.into_iter().next(),
    };
    let Some(entry) = entry else { return Ok(None) };
    let envelope = entry
        .leaf
        .record
        .map(|record| store.envelope(&record))
        .transpose()
        .map_err(fault)?
        .flatten();
    Ok(Some((entry, envelope)))
}

/// Recomputes the whole ledger and compares it with heads that others hold.
///
/// # Errors
/// A ledger that is missing or cannot be read; files of `against` that are neither checkpoint nor
/// record.
pub fn verify_ledger(against: &[PathBuf], lent: &Lent<'_>) -> Result<LedgerCheck, WorkflowError> {
    let path = people::ledger_path(lent);
    let store = SqliteStore::open(&path, Opening::Read).map_err(|error| fault(&path, error))?;
    let (mut heads, mut missing) = (Vec::new(), Vec::new());
    for file in against {
        let bytes = files::read(file, ledger::EXPORT_MAX.max(MOST_RECORD_BYTES))?;
        match held_head(&bytes).map_err(|error| fault(file, error))? {
            Held::Head(checkpoint) => heads.push(checkpoint),
            Held::Record(envelope) => {
                heads.extend(head_on_record(&envelope));
                let found = store
                    .find_record(&envelope.digest())
                    .map_err(|error| fault(&path, error))?;
                if found.is_none() {
                    missing.push(file.clone());
                }
            }
        }
    }
    let report = ledger::verify(&store, &heads, &payload_digest).map_err(|error| fault(&path, error))?;
    Ok(LedgerCheck {
        id: store.id().to_string(),
        report,
        missing,
    })
}

/// Enters that somebody signs the head off, and writes the signed checkpoint.
///
/// # Errors
/// A ledger that cannot be written, a wrong passphrase, a file that exists.
pub fn checkpoint_ledger(key: &Path, out: &Path, lent: &mut Lent<'_>) -> Result<Checkpoint, WorkflowError> {
    let path = people::ledger_path(lent);
    let identity = people::read_key(key)?;
    let mut store = SqliteStore::open(&path, Opening::Append).map_err(|error| fault(&path, error))?;
    if out.exists() {
        return Err(super::Refusal::Exists { path: out.to_owned() }.into());
    }
    let now = lent.clock.now();
    let last = store.last_time().map_err(|error| fault(&path, error))?;
    chores::judge_clock(
        now,
        &[
            (ClockWitness::Build, Some(lent.built)),
            (ClockWitness::Ledger, last),
        ],
    )?;
    let unlocked = people::unlock(&identity, key, lent)?;
    // The entry carries the time of signing into the tree: the checkpoint itself has none.
    let subject = format!("{} {}", identity.public().id, identity.public().fingerprint());
    let entry = NewEntry {
        time: now,
        kind: "checkpoint",
        subject: &subject,
        record: None,
        envelope: None,
    };
    let appended = store.append(entry).map_err(|error| fault(&path, error))?;
    let checkpoint = Checkpoint::new(appended.head, store.id());
    let public = identity.public();
    let signature = unlocked.identity.signing().sign(&checkpoint.body())?;
    let encoded = checkpoint.encode(&[(*public.fingerprint().digest(), public.signing_key(), signature)]);
    let bytes = encoded.map_err(|error| fault(&path, error))?;
    files::write_new(out, &bytes, Privacy::Shared, lent.owner)?;
    Ok(checkpoint)
}

/// Writes the whole ledger into one file, under a checkpoint where one is given.
///
/// # Errors
/// A ledger that cannot be read or is not true; a checkpoint of another ledger; a file that exists.
pub fn export_ledger(checkpoint: Option<&Path>, out: &Path, lent: &Lent<'_>) -> Result<Head, WorkflowError> {
    let path = people::ledger_path(lent);
    let store = SqliteStore::open(&path, Opening::Read).map_err(|error| fault(&path, error))?;
    let checkpoint = match checkpoint {
        Some(file) => {
            let bytes = files::read(file, ledger::CHECKPOINT_MAX)?;
            Some(SignedCheckpoint::parse(&bytes).map_err(|error| fault(file, error))?)
        }
        None => None,
    };
    let export = ExportFile::of(&store, &|_| true, checkpoint).map_err(|error| fault(&path, error))?;
    let bytes = export.encode().map_err(|error| fault(&path, error))?;
    files::write_new(out, &bytes, Privacy::Shared, lent.owner)?;
    Ok(export.head())
}

/// What somebody else holds of a ledger.
enum Held {
    Head(Checkpoint),
    Record(Box<Envelope>),
}

fn held_head(bytes: &[u8]) -> Result<Held, LedgerError> {
    if let Ok(envelope) = Envelope::parse(bytes) {
        return Ok(Held::Record(Box::new(envelope)));
    }
    if let Ok(export) = ExportFile::parse(bytes) {
        export.verify()?;
        return Ok(Held::Head(Checkpoint::new(export.head(), export.ledger())));
    }
    SignedCheckpoint::parse(bytes).map(|signed| Held::Head(*signed.checkpoint()))
}

/// The head that a record carries: the ledger had it when the erasure began. Compared, not trusted.
fn head_on_record(envelope: &Envelope) -> Option<Checkpoint> {
    let value: serde_json::Value = serde_json::from_slice(envelope.payload()).ok()?;
    let head = value.get("ledger")?;
    let id = ledger::LedgerId::parse(head.get("id")?.as_str()?)?;
    let root = crate::crypto::Digest::parse(head.get("root")?.as_str()?)?;
    Some(Checkpoint::new(
        Head {
            size: head.get("size")?.as_u64()?,
            root,
        },
        id,
    ))
}

fn fault(path: &Path, error: LedgerError) -> WorkflowError {
    WorkflowError::Ledger {
        path: path.to_owned(),
        error,
    }
}
