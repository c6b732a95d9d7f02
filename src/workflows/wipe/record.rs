//! From measured facts to the erasure record. Nothing is judged here and nothing is left blank.

use crate::devices::{ConfirmationKind, DeviceFacts, IoFailure};
use crate::erasure::{self, Judgement, Outcome, VerifyMode};
use crate::policy;
use crate::records::{
    Absence, Confirmation, ConfirmedBy, ErasureRecord, Fact, HiddenArea, Kind, Level, Medium, Method, Verdict,
};
use crate::units::Timestamp;

use super::super::claims;
use super::super::journal::head_claim;
use super::begin::Begun;
use super::paperwork::Paperwork;
use super::prepare::{self, medium_kind};
use super::run_record;

/// What one run left to be recorded.
pub(super) struct Facts<'a> {
    pub(super) begun: &'a Begun,
    pub(super) outcome: &'a Outcome,
    pub(super) judgement: &'a Judgement,
    pub(super) ended: Timestamp,
}

impl Paperwork<'_> {
    /// The record of one run.
    pub(super) fn record(&self, facts: &Facts<'_>) -> ErasureRecord {
        let device = &facts.begun.preview.facts;
        let method = facts.begun.plan.method();
        let text = |text: &Option<String>| text.clone();
        ErasureRecord {
            kind: Kind::Erasure,
            version: 1,
            specimen: self.commission.specimen,
            number: facts.begun.number.clone(),
            verdict: verdict(facts.judgement.verdict),
            reasons: facts
                .judgement
                .reasons
                .iter()
                .map(|reason| reason.code().to_owned())
                .collect(),
            order: self.order_claim(&[&facts.begun.requirement], reached(facts)),
            medium: medium(device),
            machine: self.machine_claim(Some(device)),
            confirmation: confirmation(facts),
            method: Method {
                name: method.to_string(),
                source: method.source().to_owned(),
                legacy: method.legacy(),
                passes: facts.begun.plan.pass_count(),
            },
            passes: facts.outcome.passes.iter().map(run_record::pass).collect(),
            interruptions: facts.begun.interruptions.clone(),
            io: run_record::io(&facts.outcome.conduct),
            hidden_area: match facts.outcome.hidden {
                erasure::HiddenArea::NotExamined => HiddenArea::NotExamined,
                erasure::HiddenArea::None => HiddenArea::None,
                erasure::HiddenArea::Found { bytes } => HiddenArea::Found { bytes },
                erasure::HiddenArea::CouldNotTell => HiddenArea::CouldNotTell,
            },
            verification: run_record::verification(facts.outcome),
            ending: run_record::ending(&facts.outcome.ending),
            limits: erasure::limits(&facts.begun.plan, facts.outcome)
                .iter()
                .map(|limit| limit.code().to_owned())
                .collect(),
            times: claims::times(facts.begun.started, facts.ended),
            place: text(&self.order.place),
            contract: self.commission.contract.clone(),
            witness: self.witness_claim(),
            roster: claims::roster(&self.commission.roster),
            ledger: head_claim(facts.begun.head),
            plan: facts.begun.plan_digest,
            tool: self.tool.clone(),
            signers: self.signers(),
        }
    }
}

/// The level that was reached; none where it failed.
fn reached(facts: &Facts<'_>) -> Option<policy::Level> {
    match (facts.judgement.verdict, facts.outcome.verify) {
        (erasure::Verdict::Erased, verify) => prepare::technique(verify).level(),
        _ => None,
    }
}

fn confirmation(facts: &Facts<'_>) -> Confirmation {
    Confirmation {
        by: match facts.begun.preview.expected.kind() {
            ConfirmationKind::Serial => ConfirmedBy::Serial,
            ConfirmationKind::Name => ConfirmedBy::Name,
            // The code stands for everything else that is known of the medium.
            _ => ConfirmedBy::Code,
        },
        at_terminal: facts.begun.typed.at_terminal,
        read_from_label: Fact::NotMeasured(Absence::NotVisible),
    }
}

/// The medium as a record describes it.
pub(super) fn medium(device: &DeviceFacts) -> Medium {
    let text = |text: &Option<String>| Fact::or(text.clone(), Absence::NotReported);
    Medium {
        kind: medium_kind(device).as_str().to_owned(),
        virtual_kind: device
            .virtual_kind
            .map(|kind| claims::virtual_name(kind).to_owned()),
        maker: text(&device.maker),
        model: text(&device.model),
        serial: claims::serial(device),
        firmware: text(&device.firmware),
        wwn: text(&device.wwn),
        capacity: device.size,
        logical_sector: device.logical_block.bytes(),
        physical_sector: device.physical_block.bytes(),
        transport: claims::transport_name(device.transport).to_owned(),
        rotational: Fact::or(device.rotational, Absence::NotReported),
        path: device.path.to_string_lossy().into_owned(),
        device_path: text(&device.port),
        device_number: Fact::or(
            device
                .number
                .map(|number| format!("{}:{}", number.major, number.minor)),
            Absence::NotApplicable,
        ),
        disk_sequence: Fact::or(device.disk_sequence, Absence::NotReported),
        layers: device.layers.clone(),
        partitions: u32::try_from(device.partitions.len()).unwrap_or(u32::MAX),
        write_cache: text(&device.write_cache),
        fua: Fact::or(device.fua, Absence::NotReported),
        health_before: Fact::NotMeasured(Absence::NotExamined),
        health_after: Fact::NotMeasured(Absence::NotExamined),
    }
}

pub(super) const fn verdict(verdict: erasure::Verdict) -> Verdict {
    match verdict {
        erasure::Verdict::Erased => Verdict::Erased,
        erasure::Verdict::ErasedWithExceptions => Verdict::ErasedWithExceptions,
        erasure::Verdict::NotErased => Verdict::NotErased,
        erasure::Verdict::Unverified => Verdict::Unverified,
        erasure::Verdict::Interrupted => Verdict::Interrupted,
    }
}

/// A level, for a record.
pub(super) const fn level(level: policy::Level) -> Level {
    match level {
        policy::Level::Partial => Level::Partial,
        policy::Level::Clear => Level::Clear,
        policy::Level::Purge => Level::Purge,
        policy::Level::Destroy => Level::Destroy,
    }
}

/// The error number of a failure, for the record.
pub(super) const fn errno(failure: IoFailure) -> i32 {
    match failure {
        IoFailure::Unreachable { errno } | IoFailure::Vanished { errno } | IoFailure::Other { errno } => {
            errno
        }
    }
}

/// What was asked to be read back, for the record.
pub(super) const fn asked(verify: VerifyMode) -> crate::records::VerifyAsked {
    match verify {
        VerifyMode::Full => crate::records::VerifyAsked::Full,
        VerifyMode::Sample { percent } => crate::records::VerifyAsked::Sample { percent },
        VerifyMode::None => crate::records::VerifyAsked::None,
    }
}

/// A level of a record, as `--then` names it.
pub(super) const fn level_name(level: Level) -> &'static str {
    match level {
        Level::Partial => policy::Level::Partial.as_str(),
        Level::Clear => policy::Level::Clear.as_str(),
        Level::Purge => policy::Level::Purge.as_str(),
        Level::Destroy => policy::Level::Destroy.as_str(),
    }
}
