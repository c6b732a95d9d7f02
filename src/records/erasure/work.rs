//! An erasure record before verification: signers, slip, and whether its measurements bear its verdict.

use crate::crypto::Digest;
use crate::records::work::{SignatureVerified, WorkRecord};
use crate::records::{AnySlip, CertificateNumber, Check, Kind, RecordError, SignerClaim, Slip};
use crate::units::Timestamp;

use super::{Ending, ErasureRecord, ReadPath, Verdict, WitnessMode};

impl WorkRecord for ErasureRecord {
    const KIND: Kind = Kind::Erasure;

    fn read(payload: &[u8], _: SignatureVerified) -> Result<Self, RecordError> {
        Self::parse(payload)
    }

    fn is_specimen(&self) -> bool {
        self.specimen
    }

    fn number(&self) -> &CertificateNumber {
        &self.number
    }

    fn ended(&self) -> Timestamp {
        self.times.ended
    }

    fn signers(&self) -> &[SignerClaim] {
        &self.signers
    }

    fn slip(&self, digest: Digest) -> AnySlip {
        Slip::of(self, digest).into()
    }

    /// A signed verdict that its own measurements do not bear is false, whoever signed it.
    fn consistency(&self) -> Check {
        let met_without_level = self.order.policy_met && self.order.achieved < Some(self.order.required);
        let fault = if met_without_level || (self.order.policy_met && self.verdict != Verdict::Erased) {
            Some("policy-met")
        } else if self.verdict == Verdict::Erased {
            unproven(self)
        } else {
            None
        };
        fault.map_or(Check::Consistent, |what| Check::Inconsistent { what })
    }

    fn remarks(&self) -> Vec<Check> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match self.witness.mode {
            WitnessMode::Paper => vec![Check::WitnessOnPaper {
                name: text(&self.witness.on_paper),
            }],
            WitnessMode::None => vec![Check::NoWitness {
                reason: text(&self.witness.reason),
            }],
            WitnessMode::SameMachine | WitnessMode::OwnMachine => Vec::new(),
        }
    }
}

fn unproven(record: &ErasureRecord) -> Option<&'static str> {
    let passes = &record.passes;
    let flushed = passes
        .iter()
        .all(|pass| pass.flushes.last().is_some_and(|flush| flush.ok));
    let written = passes
        .iter()
        .all(|pass| pass.unwritable.count == 0 && pass.written == pass.range.length);
    let whole = passes
        .iter()
        .all(|pass| pass.range.start.0 == 0 && pass.range.length == record.medium.capacity);
    let read = record.verification.last.measured();
    let equal = read.is_some_and(|read| {
        let real = !matches!(read.read, ReadPath::Cached { .. });
        real && read.compared == read.planned
            && read.mismatched.0 == 0
            && read.mismatches.count == 0
            && read.unreadable.count == 0
    });
    let look = record.verification.second_look.measured();
    let quiet = look.is_some_and(|look| {
        look.intrusions.is_empty() && look.mismatched.0 == 0 && look.unreadable.count == 0
    });
    let complete = passes.len() == usize::from(record.method.passes) && !passes.is_empty();
    let found = [
        (
            record.ending == Ending::Completed && record.reasons.is_empty(),
            "ending",
        ),
        (complete && written && whole, "written"),
        (flushed, "flushed"),
        (equal, "read-back"),
        (quiet, "second-look"),
    ];
    found
        .into_iter()
        .find_map(|(holds, what)| (!holds).then_some(what))
}
