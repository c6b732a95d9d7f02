//! The witness signs here: once asked, after the last verdict, for every record of the command.
//!
//! What goes wrong here takes nothing back: the records are valid, and the witness can sign later.

use std::path::Path;

use crate::ledger::{NewEntry, SqliteStore, Store};
use crate::records::IdentityFile;

use super::super::files::{self, Privacy};
use super::super::people::{self, Unlocked};
use super::super::{DeskRefusal, Lent, Refusal, WorkflowError};
use super::commission::Witness;
use super::paperwork::{Dossier, Papers, Paperwork};
use super::request::{WipeTrouble, WitnessState};

impl Paperwork<'_> {
    /// Whether the witness is asked at this desk.
    pub(super) const fn witness_signs_here(&self) -> bool {
        matches!(self.commission.witness, Witness::SameMachine { .. })
    }

    /// Lets the witness sign what was filed, in whatever way was chosen.
    pub(super) fn witnessed(
        &self,
        filed: &mut [(&mut Papers, &mut Dossier)],
        ledger: &mut SqliteStore,
        lent: &mut Lent<'_>,
    ) {
        let state = match &self.commission.witness {
            Witness::SameMachine { path, key, .. } => {
                return self.ceremony(filed, path, key, ledger, lent);
            }
            Witness::Later(_) => WitnessState::Later,
            Witness::Paper(_) => WitnessState::Paper,
            Witness::None(_) => WitnessState::None,
        };
        for (papers, _) in filed {
            papers.witness = state.clone();
        }
    }

    fn ceremony(
        &self,
        filed: &mut [(&mut Papers, &mut Dossier)],
        path: &Path,
        key: &IdentityFile,
        ledger: &mut SqliteStore,
        lent: &mut Lent<'_>,
    ) {
        if filed.is_empty() {
            return;
        }
        let unlocked = people::unlock(key, path, lent);
        for (papers, dossier) in filed {
            let signed = match &unlocked {
                Ok(unlocked) => sign(papers, dossier, unlocked, ledger, lent).map_err(|error| error.code()),
                Err(WorkflowError::WrongPassphrase { .. }) => Ok(WitnessState::WrongPassphrase),
                Err(error) if stayed_away(error) => Ok(WitnessState::Pending),
                Err(error) => Err(error.code()),
            };
            match signed {
                Ok(WitnessState::Signed) => {
                    self.print(papers, dossier, lent);
                    papers.witness = WitnessState::Signed;
                }
                Ok(state) => papers.witness = state,
                Err(code) => papers.troubles.push(WipeTrouble::NotWitnessed { code }),
            }
        }
    }
}

/// Signs record and slip, puts them in the place of those without, and enters it into the ledger.
fn sign(
    papers: &Papers,
    dossier: &mut Dossier,
    witness: &Unlocked,
    ledger: &mut SqliteStore,
    lent: &Lent<'_>,
) -> Result<WitnessState, WorkflowError> {
    let Dossier {
        envelope,
        slip,
        order,
    } = dossier;
    envelope
        .sign(&witness.identity, order)
        .map_err(|error| WorkflowError::internal("signature", &error))?;
    slip.sign(&witness.identity, order)
        .map_err(|error| WorkflowError::internal("signature", &error))?;
    let bytes = envelope.encode();
    files::replace(&papers.record_path, &bytes, Privacy::Shared, lent.owner)?;
    files::replace(&papers.slip_path, &slip.encode(), Privacy::Shared, lent.owner)?;
    let subject = format!("{} {}", papers.number, witness.identity.public().id);
    let entry = NewEntry {
        time: lent.clock.now(),
        kind: "witness-signed",
        subject: &subject,
        record: Some(papers.digest),
        envelope: Some(&bytes),
    };
    let logged = ledger.append(entry);
    logged.map_err(|error| WorkflowError::Ledger {
        path: people::ledger_path(lent),
        error,
    })?;
    Ok(WitnessState::Signed)
}

/// Why a witness did not sign now, as far as it is no fault.
fn stayed_away(error: &WorkflowError) -> bool {
    let absent = |refusal: &Refusal| {
        matches!(
            refusal,
            Refusal::Desk(DeskRefusal::BrokenOff | DeskRefusal::NobodyToAsk { .. })
        )
    };
    matches!(error, WorkflowError::Refused(refusals) if refusals.iter().all(absent))
}
