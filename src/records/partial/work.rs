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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::records::identity::tests::person;
    use crate::records::roster::tests::at;
    use crate::records::verify::tests::standing;
    use crate::records::{
        CheckResult, Envelope, Role, SlipFile, UnlockedIdentity, Verdict, VerifyReport, verify_delivery,
        verify_erasure, verify_partial, verify_slip,
    };

    fn sign(record: &PartialRecord, people: &[&UnlockedIdentity]) -> (Envelope, SlipFile) {
        let mut envelope = record.to_envelope();
        let mut slip = SlipFile::new(record.slip(envelope.digest()));
        for person in people {
            envelope.sign(person, &record.order_of_signers()).unwrap();
            slip.sign(person, &record.order_of_signers()).unwrap();
        }
        (envelope, slip)
    }

    /// The example as a handler signs it, its slip, and the handler.
    pub(crate) fn signed(change: fn(&mut PartialRecord)) -> (Envelope, SlipFile, UnlockedIdentity) {
        let handler = person("handler");
        let mut record = PartialRecord::example().unwrap();
        record.specimen = false;
        record.signers = vec![SignerClaim::new(Role::Handler, handler.public(), false)];
        change(&mut record);
        let (envelope, slip) = sign(&record, &[&handler]);
        (envelope, slip, handler)
    }

    fn judge(change: fn(&mut PartialRecord), role: Role) -> VerifyReport<PartialRecord> {
        let (envelope, slip, handler) = signed(change);
        let now = at("2026-11-21T12:00:00+09:00");
        let standing = standing(&[(&handler, role)], None);
        verify_partial(&envelope, Some(&slip.encode()), &standing, now, &[], false)
    }

    #[test]
    fn a_good_record_passes_every_check() {
        let report = judge(|_| (), Role::Handler);
        assert_eq!(report.worst(), CheckResult::Passed, "{:?}", report.checks);
        assert!(report.checks.contains(&Check::Consistent));
        assert!(report.content.is_some());
    }

    #[test]
    fn a_verdict_that_its_numbers_do_not_bear_is_false() {
        let report = judge(|record| record.totals.still_there_bytes.0 = 4096, Role::Handler);
        let what = "still-there";
        assert!(report.checks.contains(&Check::Inconsistent { what }));
        assert_eq!(report.worst(), CheckResult::False);
        assert_eq!(report.content, None);
        let told = |record: &mut PartialRecord| {
            record.totals.still_there_bytes.0 = 4096;
            record.verdict = Verdict::NotErased;
            (record.order.achieved, record.order.policy_met) = (None, false);
        };
        assert_eq!(judge(told, Role::Handler).worst(), CheckResult::Passed);
    }

    #[test]
    fn whoever_is_no_handler_signs_none() {
        assert_eq!(judge(|_| (), Role::Sender).worst(), CheckResult::NotEnough);
    }

    #[test]
    fn it_is_no_erasure_of_a_medium_and_no_delivery() {
        let (envelope, _, handler) = signed(|_| ());
        let now = at("2026-11-21T12:00:00+09:00");
        let standing = standing(&[(&handler, Role::Handler)], None);
        let erasure = verify_erasure(&envelope, None, &standing, now, &[], false);
        assert!(erasure.worst() > CheckResult::Notice && erasure.content.is_none());
        let delivery = verify_delivery(&envelope, None, &standing, now, &[], false);
        assert!(delivery.worst() > CheckResult::Notice && delivery.content.is_none());
    }

    #[test]
    fn its_slip_stands_on_its_own() {
        let (_, slip, handler) = signed(|_| ());
        let now = at("2026-11-21T12:00:00+09:00");
        let report = verify_slip(&slip, &standing(&[(&handler, Role::Handler)], None), now, false);
        let content = report.content.unwrap();
        assert!(matches!(content.content(), AnySlip::Partial(_)));
        let code = slip.to_code().unwrap();
        assert_eq!(SlipFile::from_code(&code), Ok(slip));
    }
}
