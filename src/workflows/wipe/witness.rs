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
use super::paperwork::{Filed, Paperwork};
use super::request::{WipeOutcome, WipeTrouble, WitnessState};

impl Paperwork<'_> {
    /// Lets the witness sign what was filed, in whatever way was chosen.
    pub(super) fn witnessed(
        &self,
        mut filed: Vec<Filed>,
        ledger: &mut SqliteStore,
        lent: &mut Lent<'_>,
    ) -> Vec<WipeOutcome> {
        let state = match &self.commission.witness {
            Witness::SameMachine { path, key, .. } => {
                self.ceremony(&mut filed, path, key, ledger, lent);
                return filed.into_iter().map(|filed| filed.outcome).collect();
            }
            Witness::Later(_) => WitnessState::Later,
            Witness::Paper(_) => WitnessState::Paper,
            Witness::None(_) => WitnessState::None,
        };
        let outcomes = filed.into_iter().map(|filed| filed.outcome);
        outcomes
            .map(|outcome| WipeOutcome {
                witness: state.clone(),
                ..outcome
            })
            .collect()
    }

    fn ceremony(
        &self,
        filed: &mut [Filed],
        path: &Path,
        key: &IdentityFile,
        ledger: &mut SqliteStore,
        lent: &mut Lent<'_>,
    ) {
        if filed.is_empty() {
            return;
        }
        if filed.len() > 1 {
            let outcomes: Vec<&WipeOutcome> = filed.iter().map(|filed| &filed.outcome).collect();
            lent.desk.show_verdicts(&outcomes);
        }
        let unlocked = people::unlock(key, path, lent);
        for filed in filed {
            let signed = match &unlocked {
                Ok(unlocked) => sign(filed, unlocked, ledger, lent).map_err(|error| error.code()),
                Err(WorkflowError::WrongPassphrase { .. }) => Ok(WitnessState::WrongPassphrase),
                Err(error) if stayed_away(error) => Ok(WitnessState::Pending),
                Err(error) => Err(error.code()),
            };
            match signed {
                Ok(WitnessState::Signed) => {
                    self.print_filed(filed, lent);
                    filed.outcome.witness = WitnessState::Signed;
                }
                Ok(state) => filed.outcome.witness = state,
                Err(code) => filed.outcome.troubles.push(WipeTrouble::NotWitnessed { code }),
            }
        }
    }
}

/// Signs record and slip, puts them in the place of those without, and enters it into the ledger.
fn sign(
    filed: &mut Filed,
    witness: &Unlocked,
    ledger: &mut SqliteStore,
    lent: &Lent<'_>,
) -> Result<WitnessState, WorkflowError> {
    let Filed {
        outcome: finished,
        envelope,
        slip,
    } = filed;
    let order = finished.record.order_of_signers();
    envelope
        .sign(&witness.identity, &order)
        .map_err(|error| WorkflowError::internal("signature", &error))?;
    slip.sign(&witness.identity, &order)
        .map_err(|error| WorkflowError::internal("signature", &error))?;
    let bytes = envelope.encode();
    files::replace(&finished.record_path, &bytes, Privacy::Shared, lent.owner)?;
    files::replace(&finished.slip_path, &slip.encode(), Privacy::Shared, lent.owner)?;
    let subject = format!("{} {}", finished.number, witness.identity.public().id);
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
