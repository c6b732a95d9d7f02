//! A record of a partial erasure before verification: signers, slip, and whether its numbers bear its verdict.

use crate::crypto::Digest;
use crate::records::work::{SignatureVerified, WorkRecord};
use crate::records::{AnySlip, CertificateNumber, Check, Kind, PartialSlip, RecordError, SignerClaim};
use crate::units::Timestamp;

use super::{PartialRecord, bearing};

impl WorkRecord for PartialRecord {
    const KIND: Kind = Kind::PartialErasure;

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
        PartialSlip::of(self, digest).into()
    }

    /// A signed verdict that its own numbers do not bear is false, whoever signed it.
    fn consistency(&self) -> Check {
        bearing::fault(self).map_or(Check::Consistent, |what| Check::Inconsistent { what })
    }

    fn remarks(&self) -> Vec<Check> {
        self.witness.remarks()
    }
}
