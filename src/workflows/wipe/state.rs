//! What is left behind while an erasure runs, so that it can be taken up again: 中断情報.
//!
//! Signed by the handler at each step and written beside the records, whole or not at all.

use std::path::PathBuf;

use crate::erasure::ResumePoint;
use crate::records::{Kind, ResumeOrder, ResumeState, Role, SignerClaim};

use super::super::files::{self, Privacy};
use super::super::journal::head_claim;
use super::super::{Lent, WorkflowError, claims};
use super::begin::Begun;
use super::paperwork::{Paperwork, file_name};
use super::{record, run_record};

/// What was kept of the states of one erasure.
#[derive(Default)]
pub(super) struct Kept {
    /// The newest one that is there.
    pub(super) path: Option<PathBuf>,
    /// Why a newer one could not be kept.
    pub(super) trouble: Option<String>,
}

impl Paperwork<'_> {
    /// Signs what `point` says and puts it in the place of what was kept before.
    pub(super) fn keep_state(
        &self,
        begun: &Begun,
        point: &ResumePoint,
        lent: &Lent<'_>,
    ) -> Result<PathBuf, String> {
        self.write_state(begun, point, lent)
            .map_err(|error| error.to_string())
    }

    fn write_state(
        &self,
        begun: &Begun,
        point: &ResumePoint,
        lent: &Lent<'_>,
    ) -> Result<PathBuf, WorkflowError> {
        let state = self.state(begun, point, lent);
        state
            .check()
            .map_err(|error| WorkflowError::internal("resume state", &error))?;
        let mut envelope = state.to_envelope();
        envelope
            .sign(&self.handler.identity, &state.order_of_signers())
            .map_err(|error| WorkflowError::internal("signature", &error))?;
        let name = file_name(&state.number, &state.medium);
        let path = self.order.out.join(format!("{name}.resume.json"));
        files::replace(&path, &envelope.encode(), Privacy::Shared, lent.owner)?;
        Ok(path)
    }

    fn state(&self, begun: &Begun, point: &ResumePoint, lent: &Lent<'_>) -> ResumeState {
        let handler = SignerClaim::new(
            Role::Handler,
            self.handler.identity.public(),
            self.handler.unattended,
        );
        ResumeState {
            kind: Kind::Resume,
            version: 1,
            specimen: self.commission.specimen,
            number: begun.number.clone(),
            saved: lent.clock.now(),
            order: self.resume_order(begun),
            medium: record::medium(&begun.preview.facts),
            plan: begun.plan_digest,
            started: begun.started,
            ledger: head_claim(begun.head),
            seeds: begun.seeds.clone(),
            passes: point.passes.iter().map(run_record::pass).collect(),
            flushed: point.flushed,
            earlier: point
                .earlier_read_backs
                .iter()
                .map(|read| run_record::read_back(read, begun.plan.size()))
                .collect(),
            interruptions: begun.interruptions.clone(),
            roster: claims::roster(&self.commission.roster),
            tool: self.tool.clone(),
            signers: vec![handler],
        }
    }

    fn resume_order(&self, begun: &Begun) -> ResumeOrder {
        let understood = &self.commission.understood;
        ResumeOrder {
            method: begun.plan.method().to_string(),
            verify: record::asked(begun.plan.verify()),
            purpose: understood.purpose.as_str().to_owned(),
            classification: self.order.classification.clone(),
            mynumber: self.order.mynumber,
            policy: self.policy_ref(&[&begun.requirement]),
            follow: understood.then.map(record::level),
            asset_number: self.order.asset_number.clone(),
            machine: self.order.machine.clone(),
            place: self.order.place.clone(),
        }
    }
}
