//! The slip: the few facts that stand beside the QR code, signed on their own (`docs/spec/slip.md`).
//!
//! Its bytes are a function of the payload. Every signer of a record signs them too, in the same act,
//! under a domain of their own, so that paper can be checked without the data file.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::crypto::{Digest, Fingerprint, PublicKey, Signature};
use crate::units::{ByteCount, Timestamp};

use super::envelope::{RawSignature, decode_signatures, encode_line, encode_signatures, insert_signature};
use super::{
    CertificateNumber, ErasureRecord, Level, RecordError, Role, SignedBy, UnlockedIdentity, Verdict,
    WitnessMode, strict,
};

const WHAT: &str = "slip";
const DOMAIN: &[u8] = b"keshiin-slip/1\n";
const VERSION: u8 = 1;
/// Longest model, serial number or method on a slip, in bytes; what is longer is cut at a character.
const MOST_TEXT_BYTES: usize = 48;
/// Largest slip file in bytes.
const MOST_BYTES: usize = 16 << 10;

/// The facts of a slip.
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

/// A slip's bytes and the signatures over them, as they lie beside the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipFile {
    slip: Vec<u8>,
    signatures: Vec<SignedBy>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    slip: String,
    signatures: Vec<RawSignature>,
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
            signers: record
                .signers
                .iter()
                .map(|signer| (signer.role, signer.fingerprint))
                .collect(),
        }
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let flags =
            u8::from(self.specimen) | u8::from(self.policy_met) << 1 | u8::from(self.virtual_medium) << 2;
        let mut bytes = vec![
            VERSION,
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
        bytes.extend(self.ended.unix_seconds().to_be_bytes());
        bytes.extend(self.ended.offset_minutes().to_be_bytes());
        bytes.push(u8::try_from(self.signers.len()).unwrap_or(u8::MAX));
        for (role, fingerprint) in &self.signers {
            bytes.push(role.slip_number());
            bytes.extend(fingerprint.digest().bytes());
        }
        bytes
    }

    /// Reads what [`Slip::encode`] wrote, and nothing else.
    ///
    /// # Errors
    /// [`RecordError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        let slip = read(&mut Reader(bytes))
            .ok_or_else(|| RecordError::malformed(WHAT, "cut short or out of range"))?;
        if slip.encode() == bytes {
            Ok(slip)
        } else {
            Err(RecordError::malformed(WHAT, "other bytes than its one spelling"))
        }
    }
}

impl SlipFile {
    /// The unsigned slip of a record.
    #[must_use]
    pub fn new(slip: &Slip) -> Self {
        Self {
            slip: slip.encode(),
            signatures: Vec::new(),
        }
    }

    /// Reads the one exact form.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`], [`RecordError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MOST_BYTES {
            return Err(RecordError::TooLarge {
                what: WHAT,
                bound: MOST_BYTES,
            });
        }
        let raw: Raw = strict::parse(WHAT, bytes)?;
        let slip = BASE64
            .decode(raw.slip.as_bytes())
            .map_err(|error| RecordError::malformed(WHAT, error))?;
        let file = Self {
            slip,
            signatures: decode_signatures(WHAT, raw.signatures)?,
        };
        if file.encode() == bytes {
            Ok(file)
        } else {
            Err(RecordError::malformed(WHAT, "other bytes than its one spelling"))
        }
    }

    /// The bytes of the file, final newline included.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode_line(&Raw {
            slip: BASE64.encode(&self.slip),
            signatures: encode_signatures(&self.signatures),
        })
    }

    /// The signed bytes.
    #[must_use]
    pub fn slip(&self) -> &[u8] {
        &self.slip
    }

    /// The signatures.
    #[must_use]
    pub fn signatures(&self) -> &[SignedBy] {
        &self.signatures
    }

    /// Whether `key` made `signature` over this slip.
    ///
    /// # Errors
    /// [`crate::crypto::CryptoError::BadSignature`].
    pub fn check(&self, key: &PublicKey, signature: &Signature) -> Result<(), RecordError> {
        Ok(key.verify(&[DOMAIN, &self.slip].concat(), signature)?)
    }

    /// Adds the signature of `identity`.
    ///
    /// # Errors
    /// Somebody who signed already, or is not in `order`.
    pub fn sign(&mut self, identity: &UnlockedIdentity, order: &[Fingerprint]) -> Result<(), RecordError> {
        let signature = identity.signing().sign(&[DOMAIN, &self.slip].concat())?;
        insert_signature(&mut self.signatures, identity, signature, order)
    }
}

const LEVELS: [Option<Level>; 5] = [
    None,
    Some(Level::Partial),
    Some(Level::Clear),
    Some(Level::Purge),
    Some(Level::Destroy),
];
const WITNESSES: [WitnessMode; 4] = [
    WitnessMode::None,
    WitnessMode::SameMachine,
    WitnessMode::OwnMachine,
    WitnessMode::Paper,
];

/// The number of a value is its place in the table.
fn place<T: PartialEq>(table: &[T], value: &T) -> u8 {
    (0..)
        .zip(table)
        .find_map(|(number, known)| (known == value).then_some(number))
        .unwrap_or(u8::MAX)
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    let text = cut(text);
    bytes.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    bytes.extend(text.as_bytes());
}

/// The longest beginning of `text` that has at most 48 bytes and ends at a character.
fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(MOST_TEXT_BYTES)].to_owned()
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn entry<T: Copy>(&mut self, table: &[T]) -> Option<T> {
        table.get(usize::from(self.byte()?)).copied()
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::from(self.byte()?);
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(head).ok().map(str::to_owned)
    }
}

fn read(reader: &mut Reader<'_>) -> Option<Slip> {
    let [version, flags] = reader.array()?;
    if version != VERSION || flags > 7 {
        return None;
    }
    let slip = Slip {
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
        capacity: ByteCount(u64::from_be_bytes(reader.array()?)),
        method: reader.text()?,
        ended: Timestamp::new(
            i64::from_be_bytes(reader.array()?),
            i16::from_be_bytes(reader.array()?),
        )?,
        signers: read_signers(reader)?,
    };
    reader.0.is_empty().then_some(slip)
}

fn read_signers(reader: &mut Reader<'_>) -> Option<Vec<(Role, Fingerprint)>> {
    let count = reader.byte()?;
    let mut signer = || {
        let role = Role::ALL.get(usize::from(reader.byte()?).checked_sub(1)?)?;
        Some((
            *role,
            Fingerprint::from_digest(Digest::from_bytes(reader.array()?)),
        ))
    };
    (0..count).map(|_| signer()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
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
