//! An erasure record before verification: signers, slip, and whether its measurements bear its verdict.

use crate::crypto::Digest;
use crate::records::work::{SignatureVerified, WorkRecord};
use crate::records::{AnySlip, CertificateNumber, Check, Kind, RecordError, SignerClaim, Slip};
use crate::units::Timestamp;

use super::{ErasureRecord, Witness, WitnessMode, bearing};

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
        bearing::fault(self).map_or(Check::Consistent, |what| Check::Inconsistent { what })
    }

    fn remarks(&self) -> Vec<Check> {
        self.witness.remarks()
    }
}

impl Witness {
    /// What a reader should know where no witness signs electronically.
    pub(in crate::records) fn remarks(&self) -> Vec<Check> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match self.mode {
            WitnessMode::Paper => vec![Check::WitnessOnPaper {
                name: text(&self.on_paper),
            }],
            WitnessMode::None => vec![Check::NoWitness {
                reason: text(&self.reason),
            }],
            WitnessMode::SameMachine | WitnessMode::OwnMachine => Vec::new(),
        }
    }
}
