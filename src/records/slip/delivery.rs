//! Form 2: the facts of a delivery.

use crate::crypto::{Digest, Fingerprint};
use crate::records::{CertificateNumber, DeliveryRecord, MOST_VOLUMES, PackageId, RecordError, Role};
use crate::units::{ByteCount, Timestamp};

use super::bytes::{Reader, cut, exactly, push_end, push_text, signers_of};

/// The first byte of form 2.
pub(super) const FORM: u8 = 2;
/// Where no number of records 件数 was given.
const NO_RECORDS: u64 = u64::MAX;

/// The facts of a delivery's slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliverySlip {
    /// 見本.
    pub specimen: bool,
    /// 読み返し: every volume was read back and was what had been written.
    pub read_back_equal: bool,
    /// 仮想装置・イメージファイル.
    pub virtual_medium: bool,
    /// A passphrase opens the package; otherwise people's keys do.
    pub passphrase: bool,
    /// 機密性.
    pub classification: String,
    /// 送付番号.
    pub number: CertificateNumber,
    /// 照合値.
    pub digest: Digest,
    /// The package's id.
    pub package: PackageId,
    /// Volumes, 1 to 999.
    pub volumes: u16,
    /// Bytes of all volumes together.
    pub length: ByteCount,
    /// 件数, where it was given.
    pub records: Option<u64>,
    /// 件名.
    pub title: String,
    /// 媒体番号; empty where none was given.
    pub medium_number: String,
    /// The medium's serial number; empty where none was read.
    pub serial: String,
    /// End of the delivery's making.
    pub ended: Timestamp,
    /// Who signs.
    pub signers: Vec<(Role, Fingerprint)>,
}

impl DeliverySlip {
    /// The slip of a record with that 照合値.
    #[must_use]
    pub fn of(record: &DeliveryRecord, digest: Digest) -> Self {
        let text = |text: Option<&str>| cut(text.unwrap_or_default());
        let medium = &record.medium;
        Self {
            specimen: record.specimen,
            read_back_equal: record.read_back.is_equal(),
            virtual_medium: medium.virtual_kind.is_some(),
            passphrase: record.encryption.passphrase.is_some(),
            classification: cut(&record.classification),
            number: record.number.clone(),
            digest,
            package: record.package.id,
            volumes: u16::try_from(record.package.volumes.len()).unwrap_or(u16::MAX),
            length: record.package.length,
            records: record.records,
            title: cut(&record.title),
            medium_number: text(medium.number.as_deref()),
            serial: text(medium.serial.measured().map(|serial| serial.text.as_str())),
            ended: record.times.ended,
            signers: signers_of(&record.signers),
        }
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let flags = [
            self.specimen,
            self.read_back_equal,
            self.virtual_medium,
            self.passphrase,
        ];
        let flags = (0..).zip(flags).map(|(place, set)| u8::from(set) << place);
        let mut bytes = vec![FORM, flags.sum()];
        push_text(&mut bytes, &self.classification);
        push_text(&mut bytes, self.number.as_str());
        bytes.extend(self.digest.bytes());
        bytes.extend(self.package.bytes());
        bytes.extend(self.volumes.to_be_bytes());
        bytes.extend(self.length.0.to_be_bytes());
        bytes.extend(self.records.unwrap_or(NO_RECORDS).to_be_bytes());
        push_text(&mut bytes, &self.title);
        push_text(&mut bytes, &self.medium_number);
        push_text(&mut bytes, &self.serial);
        push_end(&mut bytes, self.ended, &self.signers);
        bytes
    }

    /// Reads what [`DeliverySlip::encode`] wrote, and nothing else.
    ///
    /// # Errors
    /// [`RecordError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        exactly(bytes, read, Self::encode)
    }
}

fn read(reader: &mut Reader<'_>) -> Option<DeliverySlip> {
    let [form, flags] = reader.array()?;
    if form != FORM || flags > 15 {
        return None;
    }
    Some(DeliverySlip {
        specimen: flags & 1 != 0,
        read_back_equal: flags & 2 != 0,
        virtual_medium: flags & 4 != 0,
        passphrase: flags & 8 != 0,
        classification: reader.text()?,
        number: CertificateNumber::parse(&reader.text()?)?,
        digest: Digest::from_bytes(reader.array()?),
        package: PackageId::from_bytes(reader.array()?),
        volumes: reader
            .array()
            .map(u16::from_be_bytes)
            .filter(|volumes| (1..=MOST_VOLUMES).contains(&usize::from(*volumes)))?,
        length: ByteCount(reader.number()?),
        records: Some(reader.number()?).filter(|records| *records != NO_RECORDS),
        title: reader.text()?,
        medium_number: reader.text()?,
        serial: reader.text()?,
        ended: reader.instant()?,
        signers: reader.signers()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip() -> DeliverySlip {
        DeliverySlip::of(&DeliveryRecord::example().unwrap(), Digest::of(&[b"payload"]))
    }

    #[test]
    fn a_slip_reads_what_it_wrote() {
        let slip = slip();
        let bytes = slip.encode();
        assert_eq!(DeliverySlip::parse(&bytes), Ok(slip));
        for end in 0..bytes.len() {
            assert!(DeliverySlip::parse(&bytes[..end]).is_err());
        }
        assert!(DeliverySlip::parse(&[bytes, vec![0]].concat()).is_err());
    }

    #[test]
    fn only_what_a_delivery_can_be() {
        let refused = |change: fn(&mut DeliverySlip)| {
            let mut slip = slip();
            change(&mut slip);
            DeliverySlip::parse(&slip.encode()).is_err()
        };
        assert!(refused(|slip| slip.volumes = 0));
        assert!(refused(|slip| slip.volumes = 1000));
        assert!(!refused(|slip| slip.volumes = 999));
        assert!(!refused(|slip| slip.records = None));
        let bytes = slip().encode();
        for (place, value) in [(0, 1), (0, 3), (1, 16)] {
            let mut other = bytes.clone();
            other[place] = value;
            assert!(DeliverySlip::parse(&other).is_err());
        }
    }

    #[test]
    fn each_fact_is_in_the_bytes() {
        let record = DeliveryRecord::example().unwrap();
        let digest = Digest::of(&[b"payload"]);
        let own = DeliverySlip::of(&record, digest).encode();
        type Change = fn(&mut DeliveryRecord);
        let changes: [Change; 10] = [
            |record| record.specimen = false,
            |record| record.read_back = crate::records::DeliveryReadBack::NotAsked,
            |record| record.medium.virtual_kind = Some("loop".into()),
            |record| record.classification = "2".into(),
            |record| record.package.id = PackageId::from_bytes([1; 16]),
            |record| record.package.length.0 += 1,
            |record| record.records = None,
            |record| record.title.push('x'),
            |record| record.medium.number = None,
            |record| record.signers[0].role = Role::Handler,
        ];
        for (place, change) in changes.into_iter().enumerate() {
            let mut other = record.clone();
            change(&mut other);
            assert_ne!(DeliverySlip::of(&other, digest).encode(), own, "{place}");
        }
    }
}
