//! A delivery record before verification: signers, slip, and whether its numbers fit each other.

use crate::crypto::Digest;
use crate::records::work::{SignatureVerified, WorkRecord};
use crate::records::{AnySlip, CertificateNumber, Check, DeliverySlip, Kind, RecordError, SignerClaim};
use crate::units::Timestamp;

use super::{DeliveryReadBack, DeliveryRecord, Package};

impl WorkRecord for DeliveryRecord {
    const KIND: Kind = Kind::Delivery;

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
        DeliverySlip::of(self, digest).into()
    }

    fn consistency(&self) -> Check {
        let package = &self.package;
        let locked_once = self.recipients.is_empty() == self.encryption.passphrase.is_some();
        let found = [
            (adds_up(package), "volumes"),
            (read_back_fits(&self.read_back, package), "read-back"),
            (locked_once, "recipients"),
        ];
        let fault = found
            .into_iter()
            .find_map(|(holds, what)| (!holds).then_some(what));
        fault.map_or(Check::FactsFit, |what| Check::FactsDiffer { what })
    }
}

/// The volumes are the package.
fn adds_up(package: &Package) -> bool {
    let add = |sum: u64, volume: &super::Volume| sum.checked_add(volume.size.0);
    package.volumes.iter().try_fold(0, add) == Some(package.length.0)
}

/// All of it was read, found equal and digested; or none of it was.
fn read_back_fits(read_back: &DeliveryReadBack, package: &Package) -> bool {
    let digested = package
        .volumes
        .iter()
        .filter(|volume| volume.sha256.is_some())
        .count();
    match read_back {
        DeliveryReadBack::NotAsked => digested == 0,
        DeliveryReadBack::Done { compared, equal, .. } => {
            *equal && *compared == package.length && digested == package.volumes.len()
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::records::identity::tests::person;
    use crate::records::roster::tests::at;
    use crate::records::verify::tests::standing;
    use crate::records::{
        CheckResult, DeliveryReadPath, Envelope, Role, SlipFile, UnlockedIdentity, VerifyReport, verified_by,
        verify_delivery, verify_erasure, verify_slip,
    };
    use crate::units::ByteCount;

    /// A good record of a delivery, and its sender.
    fn record() -> (DeliveryRecord, UnlockedIdentity) {
        let sender = person("sender");
        let mut record = DeliveryRecord::example().unwrap();
        record.specimen = false;
        record.signers = vec![SignerClaim::new(Role::Sender, sender.public(), false)];
        (record, sender)
    }

    fn sign(record: &DeliveryRecord, people: &[&UnlockedIdentity]) -> (Envelope, SlipFile) {
        let mut envelope = record.to_envelope();
        let mut slip = SlipFile::new(record.slip(envelope.digest()));
        for person in people {
            envelope.sign(person, &record.order_of_signers()).unwrap();
            slip.sign(person, &record.order_of_signers()).unwrap();
        }
        (envelope, slip)
    }

    /// The same, signed, with its slip.
    pub(crate) fn signed() -> (Envelope, SlipFile, UnlockedIdentity) {
        let (record, sender) = record();
        let (envelope, slip) = sign(&record, &[&sender]);
        (envelope, slip, sender)
    }

    /// `record` as somebody signs it whom the roster has in that role.
    fn judge(mut record: DeliveryRecord, role: Role) -> VerifyReport<DeliveryRecord> {
        let sender = person("sender");
        record.signers[0] = SignerClaim::new(Role::Sender, sender.public(), false);
        let (envelope, slip) = sign(&record, &[&sender]);
        let now = at("2026-11-21T12:00:00+09:00");
        let slip = slip.encode();
        verify_delivery(
            &envelope,
            Some(&slip),
            &standing(&[(&sender, role)], None),
            now,
            &[],
            false,
        )
    }

    #[test]
    fn a_good_delivery_passes_every_check() {
        let (record, _) = record();
        let report = judge(record.clone(), Role::Sender);
        assert_eq!(report.worst(), CheckResult::Passed, "{:?}", report.checks);
        assert_eq!(report.content.unwrap().content().package, record.package);
        assert_eq!(
            judge(record.clone(), Role::Handler).worst(),
            CheckResult::NotEnough
        );
        let specimen = DeliveryRecord {
            specimen: true,
            ..record
        };
        assert_eq!(judge(specimen, Role::Sender).worst(), CheckResult::NotEnough);
    }

    #[test]
    fn its_slip_stands_on_its_own() {
        let (envelope, slip, sender) = signed();
        let roster = standing(&[(&sender, Role::Sender)], None);
        let now = at("2026-11-21T12:00:00+09:00");
        let report = verify_slip(&slip, &roster, now, false);
        assert_eq!(report.worst(), CheckResult::Passed, "{:?}", report.checks);
        assert_eq!(report.digest, envelope.digest());
        assert_eq!(report.content.unwrap().content().encode(), slip.slip());
    }

    #[test]
    fn no_record_passes_for_one_of_another_kind() {
        let (envelope, slip, sender) = signed();
        let roster = standing(&[(&sender, Role::Sender)], None);
        let now = at("2026-11-21T12:00:00+09:00");
        let report = verify_erasure(&envelope, Some(&slip.encode()), &roster, now, &[], false);
        assert_eq!((report.worst(), report.content), (CheckResult::NotEnough, None));
        let people = [sender.public()];
        assert!(verified_by::<crate::records::ErasureRecord>(&envelope, &slip, &people).is_none());
        let verified = verified_by::<DeliveryRecord>(&envelope, &slip, &people).unwrap();
        assert_eq!(verified.digest(), envelope.digest());
    }

    #[test]
    fn what_does_not_fit_is_false() {
        let passphrase = crate::records::PassphraseUse {
            kdf: crate::records::Kdf::Argon2id,
            t: 3,
            m: 64 * 1024,
            p: 4,
            generated: true,
            notice_by: None,
        };
        type Lie = Box<dyn Fn(&mut DeliveryRecord)>;
        let done = |read, compared, equal| DeliveryReadBack::Done {
            read,
            compared: ByteCount(compared),
            equal,
        };
        let length = record().0.package.length.0;
        let through = DeliveryReadPath::Through {
            filesystem: "fuseblk".into(),
        };
        let (short, unequal) = (
            done(through, length - 1, true),
            done(DeliveryReadPath::Medium, length, false),
        );
        let second = passphrase.clone();
        let lies: [(&str, Lie); 8] = [
            ("volumes", Box::new(|record| record.package.length.0 += 1)),
            ("volumes", Box::new(|record| record.package.volumes[0].size.0 = 0)),
            (
                "read-back",
                Box::new(|record| record.package.volumes[0].sha256 = None),
            ),
            (
                "read-back",
                Box::new(|record| record.read_back = DeliveryReadBack::NotAsked),
            ),
            (
                "read-back",
                Box::new(move |record| record.read_back = short.clone()),
            ),
            (
                "read-back",
                Box::new(move |record| record.read_back = unequal.clone()),
            ),
            ("recipients", Box::new(|record| record.recipients.clear())),
            (
                "recipients",
                Box::new(move |record| record.encryption.passphrase = Some(passphrase.clone())),
            ),
        ];
        for (what, lie) in lies {
            let mut lying = record().0;
            lie(&mut lying);
            let report = judge(lying, Role::Sender);
            assert!(
                report.checks.contains(&Check::FactsDiffer { what }),
                "{what}: {:?}",
                report.checks
            );
            assert_eq!((report.worst(), report.content), (CheckResult::False, None));
        }
        let mut by_passphrase = record().0;
        by_passphrase.recipients.clear();
        by_passphrase.encryption.passphrase = Some(second);
        assert_eq!(judge(by_passphrase, Role::Sender).worst(), CheckResult::Passed);
    }

    #[test]
    fn sizes_that_overflow_are_no_sum() {
        let mut record = record().0;
        let mut second = record.package.volumes[0].clone();
        record.package.volumes[0].name = "kinou.keshiin.001".into();
        second.name = "kinou.keshiin.002".into();
        second.size.0 = u64::MAX;
        record.package.volumes.push(second);
        let report = judge(record, Role::Sender);
        assert!(report.checks.contains(&Check::FactsDiffer { what: "volumes" }));
    }
}
