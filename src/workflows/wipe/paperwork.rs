//! Signing, filing and logging what was measured.

use std::path::{Path, PathBuf};

use crate::devices::DeviceFacts;
use crate::erasure::{Judgement, Outcome};
use crate::ledger::{NewEntry, SqliteStore, Store};
use crate::records::{Envelope, ErasureRecord, Slip, SlipFile};

use super::super::files::{self, Privacy};
use super::super::people::{self, Unlocked};
use super::super::{Lent, WorkflowError};
use super::carry_out::stayed_away;
use super::prepare::{Prepared, Witness};
use super::request::{WipeOutcome, WipeRequest, WipeTrouble, WitnessState};

/// What all records of one command share.
pub(super) struct Paperwork<'a> {
    pub(super) request: &'a WipeRequest,
    pub(super) prepared: &'a Prepared,
    pub(super) handler: &'a Unlocked,
}

/// A record that the handler has signed and that is kept.
pub(super) struct Filed {
    pub(super) outcome: WipeOutcome,
    envelope: Envelope,
    slip: SlipFile,
}

impl Paperwork<'_> {
    /// Signs a record for the handler, files it, shows the verdict, and lets the witness sign.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is handed on into the outcome once"
    )]
    pub(super) fn sign_and_file(
        &self,
        record: ErasureRecord,
        facts: DeviceFacts,
        outcome: Outcome,
        judgement: Judgement,
        subject: &str,
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
            subject: &format!("{subject} {verdict}"),
            record: Some(digest),
            envelope: Some(&envelope.encode()),
        };
        troubles.extend(
            ledger
                .append(entry)
                .err()
                .map(|error| WipeTrouble::NotLogged { code: error.code() }),
        );
        let outcome = WipeOutcome {
            facts,
            number: record.number.clone(),
            outcome,
            judgement,
            record,
            digest,
            record_path: paths.0,
            slip_path: paths.1,
            paper_path: None,
            witness: WitnessState::Pending,
            troubles,
        };
        Ok(Filed {
            outcome,
            envelope,
            slip,
        })
    }

    /// Prints, and lets the witness sign, who has seen the verdict. What goes wrong here takes nothing back.
    pub(super) fn witnessed(
        &self,
        filed: Filed,
        ledger: &mut SqliteStore,
        lent: &mut Lent<'_>,
    ) -> WipeOutcome {
        let Filed {
            mut outcome,
            mut envelope,
            mut slip,
        } = filed;
        // Before the witness is asked: whoever ends the program at that prompt has the paper all the same.
        self.print(&mut outcome, &envelope, &slip, lent);
        match self.witness(&outcome, &mut envelope, &mut slip, ledger, lent) {
            Ok(state) => {
                if state == WitnessState::Signed {
                    self.print(&mut outcome, &envelope, &slip, lent);
                }
                outcome.witness = state;
            }
            Err(error) => outcome
                .troubles
                .push(WipeTrouble::NotWitnessed { code: error.code() }),
        }
        outcome
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
        let name = file_name(record);
        let write = |folder: &Path| {
            let paths = (
                folder.join(format!("{name}.json")),
                folder.join(format!("{name}.slip.json")),
            );
            files::write_new(&paths.0, &envelope.encode(), Privacy::Shared, lent.owner)?;
            files::write_new(&paths.1, &slip.encode(), Privacy::Shared, lent.owner)?;
            Ok(paths)
        };
        write(&self.request.out).or_else(|error: WorkflowError| {
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

    fn witness(
        &self,
        finished: &WipeOutcome,
        envelope: &mut Envelope,
        slip: &mut SlipFile,
        ledger: &mut SqliteStore,
        lent: &mut Lent<'_>,
    ) -> Result<WitnessState, WorkflowError> {
        let (path, key) = match &self.prepared.witness {
            Witness::SameMachine { path, key, .. } => (path, key),
            Witness::Later(_) => return Ok(WitnessState::Later),
            Witness::Paper(_) => return Ok(WitnessState::Paper),
            Witness::None(_) => return Ok(WitnessState::None),
        };
        // Only now may Ctrl-C end the program: what was done is on record and was shown.
        lent.desk.engine_done();
        let unlocked = match people::unlock(key, path, lent) {
            Ok(unlocked) => unlocked,
            Err(WorkflowError::WrongPassphrase { .. }) => return Ok(WitnessState::WrongPassphrase),
            Err(error) if stayed_away(&error) => return Ok(WitnessState::Pending),
            Err(error) => return Err(error),
        };
        let order = finished.record.order_of_signers();
        envelope
            .sign(&unlocked.identity, &order)
            .map_err(|error| WorkflowError::internal("signature", &error))?;
        slip.sign(&unlocked.identity, &order)
            .map_err(|error| WorkflowError::internal("signature", &error))?;
        files::replace(
            &finished.record_path,
            &envelope.encode(),
            Privacy::Shared,
            lent.owner,
        )?;
        files::replace(&finished.slip_path, &slip.encode(), Privacy::Shared, lent.owner)?;
        let subject = format!("{} {}", finished.number, key.public().id);
        let bytes = envelope.encode();
        let entry = NewEntry {
            time: lent.clock.now(),
            kind: "witness-signed",
            subject: &subject,
            record: Some(finished.digest),
            envelope: Some(&bytes),
        };
        let logged = ledger.append(entry);
        logged.map_err(|error| WorkflowError::Ledger {
            path: people::ledger_path(lent),
            error,
        })?;
        Ok(WitnessState::Signed)
    }
}

/// `<number>_<serial>`, of signs that every file system takes.
fn file_name(record: &ErasureRecord) -> String {
    let serial = record
        .medium
        .serial
        .measured()
        .map(|serial| serial.text.as_str())
        .unwrap_or_default();
    let fallback = Path::new(&record.medium.path)
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
    format!("{}_{plain}", record.number)
}
