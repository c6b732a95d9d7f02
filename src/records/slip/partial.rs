//! Form 3: the facts of a partial erasure, of files or free space.

use crate::crypto::{Digest, Fingerprint};
use crate::records::{
    CertificateNumber, Level, Medium, PartialRecord, PartialScope, RecordError, Role, Verdict, WitnessMode,
};
use crate::units::{ByteCount, Timestamp};

use super::bytes::{LEVELS, Reader, WITNESSES, cut, exactly, place, push_end, push_text, signers_of};

/// The first byte of form 3.
pub(super) const FORM: u8 = 3;

/// The facts of a partial erasure's slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialSlip {
    /// 見本.
    pub specimen: bool,
    /// 規程への適合.
    pub policy_met: bool,
    /// One of the media is 仮想装置・イメージファイル.
    pub virtual_medium: bool,
    /// Files were rewritten where an overwrite goes to new blocks.
    pub force_rewrite: bool,
    /// There is an annex.
    pub annex: bool,
    /// 判定.
    pub verdict: Verdict,
    /// 消去水準 required.
    pub required: Level,
    /// 消去水準 achieved.
    pub achieved: Option<Level>,
    /// 立会い.
    pub witness: WitnessMode,
    /// What was erased.
    pub scope: PartialScope,
    /// 証明書番号.
    pub number: CertificateNumber,
    /// 照合値.
    pub digest: Digest,
    /// Files that were erased.
    pub erased_files: u64,
    /// Files that stay.
    pub left_files: u64,
    /// Bytes that were to be overwritten; of free space those that were.
    pub bytes: ByteCount,
    /// The medium's model; empty where none was read, and where there are several file systems.
    pub model: String,
    /// The medium's serial number; empty as the model is.
    pub serial: String,
    /// Method.
    pub method: String,
    /// End of the erasure.
    pub ended: Timestamp,
    /// Who signs.
    pub signers: Vec<(Role, Fingerprint)>,
}

impl PartialSlip {
    /// The slip of a record with that 照合値.
    #[must_use]
    pub fn of(record: &PartialRecord, digest: Digest) -> Self {
        let totals = &record.totals;
        let media = || {
            record
                .file_systems
                .iter()
                .filter_map(|system| system.medium.as_ref())
        };
        let medium = media().next().filter(|_| record.file_systems.len() == 1);
        let model = |medium: &Medium| medium.model.measured().map(|model| cut(model));
        let serial = |medium: &Medium| medium.serial.measured().map(|serial| cut(&serial.text));
        Self {
            specimen: record.specimen,
            policy_met: record.order.policy_met,
            virtual_medium: media().any(|medium| medium.virtual_kind.is_some()),
            force_rewrite: record.force_rewrite,
            annex: record.annex.is_some(),
            verdict: record.verdict,
            required: record.order.required,
            achieved: record.order.achieved,
            witness: record.witness.mode,
            scope: record.scope,
            number: record.number.clone(),
            digest,
            erased_files: totals.erased_files,
            left_files: totals.left_files,
            bytes: record
                .free_space
                .map_or(totals.planned_bytes, |free| free.written),
            model: medium.and_then(model).unwrap_or_default(),
            serial: medium.and_then(serial).unwrap_or_default(),
            method: cut(&record.method.name),
            ended: record.times.ended,
            signers: signers_of(&record.signers),
        }
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let flags = [
            self.specimen,
            self.policy_met,
            self.virtual_medium,
            self.force_rewrite,
            self.annex,
        ];
        let flags = (0..).zip(flags).map(|(place, set)| u8::from(set) << place);
        let mut bytes = vec![
            FORM,
            flags.sum(),
            place(&Verdict::ALL, &self.verdict),
            place(&LEVELS, &Some(self.required)),
            place(&LEVELS, &self.achieved),
            place(&WITNESSES, &self.witness),
            place(&PartialScope::ALL, &self.scope),
        ];
        push_text(&mut bytes, self.number.as_str());
        bytes.extend(self.digest.bytes());
        for number in [self.erased_files, self.left_files, self.bytes.0] {
            bytes.extend(number.to_be_bytes());
        }
        push_text(&mut bytes, &self.model);
        push_text(&mut bytes, &self.serial);
        push_text(&mut bytes, &self.method);
        push_end(&mut bytes, self.ended, &self.signers);
        bytes
    }

    /// Reads what [`PartialSlip::encode`] wrote, and nothing else.
    ///
    /// # Errors
    /// [`RecordError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        exactly(bytes, read, Self::encode)
    }
}

fn read(reader: &mut Reader<'_>) -> Option<PartialSlip> {
    let [form, flags] = reader.array()?;
    if form != FORM || flags > 31 {
        return None;
    }
    Some(PartialSlip {
        specimen: flags & 1 != 0,
        policy_met: flags & 2 != 0,
        virtual_medium: flags & 4 != 0,
        force_rewrite: flags & 8 != 0,
        annex: flags & 16 != 0,
        verdict: reader.entry(&Verdict::ALL)?,
        required: reader.entry(&LEVELS)??,
        achieved: reader.entry(&LEVELS)?,
        witness: reader.entry(&WITNESSES)?,
        scope: reader.entry(&PartialScope::ALL)?,
        number: CertificateNumber::parse(&reader.text()?)?,
        digest: Digest::from_bytes(reader.array()?),
        erased_files: reader.number()?,
        left_files: reader.number()?,
        bytes: ByteCount(reader.number()?),
        model: reader.text()?,
        serial: reader.text()?,
        method: reader.text()?,
        ended: reader.instant()?,
        signers: reader.signers()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{AnnexRef, AnySlip, FreeSpace};

    fn slip() -> PartialSlip {
        PartialSlip::of(&PartialRecord::example().unwrap(), Digest::of(&[b"payload"]))
    }

    #[test]
    fn a_slip_reads_what_it_wrote() {
        let slip = slip();
        let bytes = slip.encode();
        assert_eq!(PartialSlip::parse(&bytes), Ok(slip.clone()));
        assert_eq!(AnySlip::parse(&bytes), Ok(AnySlip::Partial(slip)));
        for end in 0..bytes.len() {
            assert!(PartialSlip::parse(&bytes[..end]).is_err());
        }
        assert!(PartialSlip::parse(&[bytes, vec![0]].concat()).is_err());
    }

    #[test]
    fn only_what_a_partial_erasure_can_be() {
        let bytes = slip().encode();
        for (place, value) in [
            (0, 1),
            (0, 2),
            (0, 4),
            (1, 32),
            (2, 5),
            (3, 0),
            (4, 5),
            (5, 4),
            (6, 2),
        ] {
            let mut other = bytes.clone();
            other[place] = value;
            assert!(PartialSlip::parse(&other).is_err(), "{place}");
        }
    }

    #[test]
    fn each_fact_is_in_the_bytes() {
        let record = PartialRecord::example().unwrap();
        let digest = Digest::of(&[b"payload"]);
        let own = PartialSlip::of(&record, digest).encode();
        type Change = fn(&mut PartialRecord);
        let changes: [Change; 17] = [
            |record| record.specimen = false,
            |record| record.order.policy_met = false,
            |record| {
                let medium = record.file_systems[0].medium.as_mut().unwrap();
                medium.virtual_kind = Some("loop".into());
            },
            |record| record.force_rewrite = true,
            |record| {
                record.annex = Some(AnnexRef {
                    sha256: digest_of_nothing(),
                    bytes: ByteCount(1),
                    entries: 1,
                });
            },
            |record| record.verdict = Verdict::NotErased,
            |record| record.order.required = Level::Clear,
            |record| record.order.achieved = None,
            |record| record.witness.mode = WitnessMode::None,
            |record| record.scope = PartialScope::FreeSpace,
            |record| record.totals.erased_files += 1,
            |record| record.totals.left_files += 1,
            |record| record.totals.planned_bytes.0 += 1,
            |record| record.file_systems.push(record.file_systems[0].clone()),
            |record| record.method.name.push('x'),
            |record| record.times.ended = record.times.started,
            |record| record.signers[0].role = Role::Supervisor,
        ];
        for (place, change) in changes.into_iter().enumerate() {
            let mut other = record.clone();
            change(&mut other);
            assert_ne!(PartialSlip::of(&other, digest).encode(), own, "{place}");
        }
        let other = PartialSlip::of(&record, digest_of_nothing());
        assert_ne!(other.encode(), own);
    }

    fn digest_of_nothing() -> Digest {
        Digest::of(&[])
    }

    #[test]
    fn several_file_systems_have_no_serial_of_one() {
        let mut record = PartialRecord::example().unwrap();
        assert!(!slip().serial.is_empty());
        record.file_systems.push(record.file_systems[0].clone());
        let slip = PartialSlip::of(&record, Digest::of(&[b"payload"]));
        assert_eq!((slip.model.as_str(), slip.serial.as_str()), ("", ""));
    }

    #[test]
    fn of_free_space_what_was_written_counts() {
        let mut record = PartialRecord::example().unwrap();
        record.free_space = Some(FreeSpace {
            free_before: ByteCount(9),
            written: ByteCount(7),
            ..FreeSpace::default()
        });
        let slip = PartialSlip::of(&record, Digest::of(&[b"payload"]));
        assert_eq!(slip.bytes, ByteCount(7));
    }
}
