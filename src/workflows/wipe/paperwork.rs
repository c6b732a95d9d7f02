//! Signing, filing and logging what was measured.

use std::path::{Path, PathBuf};

use crate::erasure::{Ending, Judgement, Outcome};
use crate::ledger::{NewEntry, SqliteStore, Store};
use crate::records::{CertificateNumber, Envelope, ErasureRecord, Medium, Slip, SlipFile, Tool};

use super::super::files::{self, Privacy};
use super::super::people::Unlocked;
use super::super::{Lent, WorkflowError};
use super::begin::Begun;
use super::commission::Commission;
use super::order::WorkOrder;
use super::request::{WipeOutcome, WipeTrouble, WitnessState};
use super::state::Kept;

/// What all records of one command share.
pub(super) struct Paperwork<'a> {
    pub(super) order: &'a WorkOrder,
    pub(super) commission: &'a Commission,
    pub(super) handler: &'a Unlocked,
    /// This program, its file digested once.
    pub(super) tool: Tool,
}

/// A record that the handler has signed and that is kept.
pub(super) struct Filed {
    pub(super) outcome: WipeOutcome,
    pub(super) envelope: Envelope,
    pub(super) slip: SlipFile,
}

impl Paperwork<'_> {
    /// Signs a record for the handler, files it, and enters it into the ledger.
    pub(super) fn sign_and_file(
        &self,
        record: ErasureRecord,
        begun: Begun,
        outcome: Outcome,
        judgement: Judgement,
        ledger: &mut SqliteStore,
        lent: &Lent<'_>,
    ) -> Result<Filed, WorkflowError> {
        let order = record.order_of_signers();
        let mut envelope = record.to_envelope();
        let mut slip = SlipFile::new(Slip::of(&record, envelope.digest()));
        envelope
            .sign(&self.handler.identity, &order)
            .map_err(|error| WorkflowError::internal("signature", &error))?;
        slip.sign(&self.handler.identity, &order)
            .map_err(|error| WorkflowError::internal("signature", &error))?;
        let mut troubles = Vec::new();
        let paths = self.file(&record, &envelope, &slip, lent, &mut troubles)?;
        let verdict = judgement.verdict.name();
        let digest = envelope.digest();
        let entry = NewEntry {
            time: lent.clock.now(),
            kind: "erasure-finished",
            subject: &format!("{} {verdict}", begun.subject),
            record: Some(digest),
            envelope: Some(&envelope.encode()),
        };
        troubles.extend(
            ledger
                .append(entry)
                .err()
                .map(|error| WipeTrouble::NotLogged { code: error.code() }),
        );
        let resume_path = conclude(begun.kept, &outcome.ending, &mut troubles);
        let outcome = WipeOutcome {
            facts: begun.preview.facts,
            number: record.number.clone(),
            outcome,
            judgement,
            record,
            digest,
            record_path: paths.0,
            slip_path: paths.1,
            paper_path: None,
            resume_path,
            witness: WitnessState::Pending,
            troubles,
        };
        Ok(Filed {
            outcome,
            envelope,
            slip,
        })
    }

    /// Prints what was filed. Before the witness is asked: whoever ends the program at that prompt has the paper
    /// all the same.
    pub(super) fn print_filed(&self, filed: &mut Filed, lent: &Lent<'_>) {
        self.print(&mut filed.outcome, &filed.envelope, &filed.slip, lent);
    }

    /// Writes record and slip; where the output folder fails by now, the home keeps them.
    fn file(
        &self,
        record: &ErasureRecord,
        envelope: &Envelope,
        slip: &SlipFile,
        lent: &Lent<'_>,
        troubles: &mut Vec<WipeTrouble>,
    ) -> Result<(PathBuf, PathBuf), WorkflowError> {
        let name = file_name(&record.number, &record.medium);
        let write = |folder: &Path| {
            let paths = (
                folder.join(format!("{name}.json")),
                folder.join(format!("{name}.slip.json")),
            );
            files::write_new(&paths.0, &envelope.encode(), Privacy::Shared, lent.owner)?;
            files::write_new(&paths.1, &slip.encode(), Privacy::Shared, lent.owner)?;
            Ok(paths)
        };
        write(&self.order.out).or_else(|error: WorkflowError| {
            let folder = lent.home.folder().join("records");
            files::make_folder(&folder, lent.owner)?;
            let paths = write(&folder)?;
            troubles.push(WipeTrouble::WrittenElsewhere {
                path: paths.0.clone(),
                reason: error.to_string(),
            });
            Ok(paths)
        })
    }
}

/// What is left of the states: of an erasure that came to its end nothing is to be taken up.
fn conclude(kept: Kept, ending: &Ending, troubles: &mut Vec<WipeTrouble>) -> Option<PathBuf> {
    if matches!(ending, Ending::Completed | Ending::FirstDifference) {
        if let Some(path) = kept.path {
            // One that cannot be removed only repeats work.
            let _ = files::remove(&path);
        }
        return None;
    }
    let trouble = kept.trouble.map(|reason| WipeTrouble::StateNotKept { reason });
    troubles.extend(trouble);
    kept.path
}

/// `<number>_<serial>`, of signs that every file system takes.
pub(super) fn file_name(number: &CertificateNumber, medium: &Medium) -> String {
    let serial = medium
        .serial
        .measured()
        .map(|serial| serial.text.as_str())
        .unwrap_or_default();
    let fallback = Path::new(&medium.path)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let text = if serial.is_empty() {
        fallback.as_str()
    } else {
        serial
    };
    let plain: String = text
        .chars()
        .map(|sign| {
            if sign.is_ascii_alphanumeric() || "-.".contains(sign) {
                sign
            } else {
                '-'
            }
        })
        .take(64)
        .collect();
    format!("{number}_{plain}")
}
