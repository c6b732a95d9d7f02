//! Form 1: the facts of an erasure.

use crate::crypto::{Digest, Fingerprint};
use crate::records::{CertificateNumber, ErasureRecord, Level, RecordError, Role, Verdict, WitnessMode};
use crate::units::{ByteCount, Timestamp};

use super::bytes::{LEVELS, Reader, WITNESSES, cut, exactly, place, push_end, push_text, signers_of};

/// The first byte of form 1.
pub(super) const FORM: u8 = 1;

/// The facts of an erasure's slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// 見本.
    pub specimen: bool,
    /// 規程への適合.
    pub policy_met: bool,
    /// 仮想装置・イメージファイル.
    pub virtual_medium: bool,
    /// 判定.
    pub verdict: Verdict,
    /// 消去水準 required.
    pub required: Level,
    /// 消去水準 achieved.
    pub achieved: Option<Level>,
    /// 立会い.
    pub witness: WitnessMode,
    /// 証明書番号.
    pub number: CertificateNumber,
    /// 照合値.
    pub digest: Digest,
    /// Model.
    pub model: String,
    /// Serial number; empty where none was read.
    pub serial: String,
    /// Capacity.
    pub capacity: ByteCount,
    /// Method.
    pub method: String,
    /// End of the erasure.
    pub ended: Timestamp,
    /// Who signs.
    pub signers: Vec<(Role, Fingerprint)>,
}

impl Slip {
    /// The slip of a record with that 照合値.
    #[must_use]
    pub fn of(record: &ErasureRecord, digest: Digest) -> Self {
        let text = |text: Option<&str>| cut(text.unwrap_or_default());
        Self {
            specimen: record.specimen,
            policy_met: record.order.policy_met,
            virtual_medium: record.medium.virtual_kind.is_some(),
            verdict: record.verdict,
            required: record.order.required,
            achieved: record.order.achieved,
            witness: record.witness.mode,
            number: record.number.clone(),
            digest,
            model: text(record.medium.model.measured().map(String::as_str)),
            serial: text(record.medium.serial.measured().map(|serial| serial.text.as_str())),
            capacity: record.medium.capacity,
            method: cut(&record.method.name),
            ended: record.times.ended,
            signers: signers_of(&record.signers),
        }
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let flags =
            u8::from(self.specimen) | u8::from(self.policy_met) << 1 | u8::from(self.virtual_medium) << 2;
        let mut bytes = vec![
            FORM,
            flags,
            place(&Verdict::ALL, &self.verdict),
            place(&LEVELS, &Some(self.required)),
        ];
        bytes.extend([place(&LEVELS, &self.achieved), place(&WITNESSES, &self.witness)]);
        push_text(&mut bytes, self.number.as_str());
        bytes.extend(self.digest.bytes());
        push_text(&mut bytes, &self.model);
        push_text(&mut bytes, &self.serial);
        bytes.extend(self.capacity.0.to_be_bytes());
        push_text(&mut bytes, &self.method);
        push_end(&mut bytes, self.ended, &self.signers);
        bytes
    }

    /// Reads what [`Slip::encode`] wrote, and nothing else.
    ///
    /// # Errors
    /// [`RecordError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        exactly(bytes, read, Self::encode)
    }
}

fn read(reader: &mut Reader<'_>) -> Option<Slip> {
    let [form, flags] = reader.array()?;
    if form != FORM || flags > 7 {
        return None;
    }
    Some(Slip {
        specimen: flags & 1 != 0,
        policy_met: flags & 2 != 0,
        virtual_medium: flags & 4 != 0,
        verdict: reader.entry(&Verdict::ALL)?,
        required: reader.entry(&LEVELS)??,
        achieved: reader.entry(&LEVELS)?,
        witness: reader.entry(&WITNESSES)?,
        number: CertificateNumber::parse(&reader.text()?)?,
        digest: Digest::from_bytes(reader.array()?),
        model: reader.text()?,
        serial: reader.text()?,
        capacity: ByteCount(reader.number()?),
        method: reader.text()?,
        ended: reader.instant()?,
        signers: reader.signers()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::SlipFile;
    use crate::records::verify::tests::{record, signed};

    #[test]
    fn a_slip_reads_what_it_wrote() {
        let (record, ..) = record();
        let slip = Slip::of(&record, Digest::of(&[b"payload"]));
        let bytes = slip.encode();
        assert_eq!(Slip::parse(&bytes), Ok(slip));
        for end in 0..bytes.len() {
            assert!(Slip::parse(&bytes[..end]).is_err());
        }
        assert!(Slip::parse(&[bytes, vec![0]].concat()).is_err());
    }

    #[test]
    fn slip_and_signatures_fit_a_qr_code() {
        let (mut record, ..) = record();
        record.medium.model = crate::records::Fact::Measured("型".repeat(100));
        let mut slip = Slip::of(&record, Digest::of(&[b"payload"])).encode().len();
        slip += record.signers.len() * 64;
        let base45 = "KESHIIN1:".len() + slip.div_ceil(2) * 3;
        assert!(base45 <= 1100, "{base45} characters");
    }

    #[test]
    fn a_slip_signature_is_none_of_a_record() {
        let (envelope, slip, handler, _) = signed();
        let key = handler.public().signing_key();
        assert_eq!(slip.check(&key, &slip.signatures()[0].signature), Ok(()));
        assert!(slip.check(&key, &envelope.signatures()[0].signature).is_err());
        assert_eq!(SlipFile::parse(&slip.encode()), Ok(slip));
    }
}
