//! The bytes that all forms of a slip are written in, and the reader of them.

use crate::crypto::{Digest, Fingerprint};
use crate::records::{Level, RecordError, Role, SignerClaim, WitnessMode};
use crate::units::Timestamp;

use super::WHAT;

/// Longest text on a slip, in bytes; what is longer is cut at a character.
const MOST_TEXT_BYTES: usize = 48;

/// 消去水準, in the order of their numbers; the first is none.
pub(super) const LEVELS: [Option<Level>; 5] = [
    None,
    Some(Level::Partial),
    Some(Level::Clear),
    Some(Level::Purge),
    Some(Level::Destroy),
];
/// 立会い, in the order of their numbers.
pub(super) const WITNESSES: [WitnessMode; 4] = [
    WitnessMode::None,
    WitnessMode::SameMachine,
    WitnessMode::OwnMachine,
    WitnessMode::Paper,
];

/// Reads all of `bytes`, and refuses what is not the one spelling of its content.
pub(super) fn exactly<T>(
    bytes: &[u8],
    read: fn(&mut Reader<'_>) -> Option<T>,
    encode: fn(&T) -> Vec<u8>,
) -> Result<T, RecordError> {
    let mut reader = Reader(bytes);
    let slip = read(&mut reader).filter(|_| reader.0.is_empty());
    let slip = slip.ok_or_else(|| RecordError::malformed(WHAT, "cut short or out of range"))?;
    if encode(&slip) == bytes {
        Ok(slip)
    } else {
        Err(RecordError::malformed(WHAT, "other bytes than its one spelling"))
    }
}

/// As what and by what key each signs, in the payload's order.
pub(super) fn signers_of(signers: &[SignerClaim]) -> Vec<(Role, Fingerprint)> {
    let entry = |signer: &SignerClaim| (signer.role, signer.fingerprint);
    signers.iter().map(entry).collect()
}

/// The end of every form: when the work ended, and who signs.
pub(super) fn push_end(bytes: &mut Vec<u8>, ended: Timestamp, signers: &[(Role, Fingerprint)]) {
    bytes.extend(ended.unix_seconds().to_be_bytes());
    bytes.extend(ended.offset_minutes().to_be_bytes());
    bytes.push(u8::try_from(signers.len()).unwrap_or(u8::MAX));
    for (role, fingerprint) in signers {
        bytes.push(role.slip_number());
        bytes.extend(fingerprint.digest().bytes());
    }
}

/// The number of a value is its place in the table.
pub(super) fn place<T: PartialEq>(table: &[T], value: &T) -> u8 {
    (0..)
        .zip(table)
        .find_map(|(number, known)| (known == value).then_some(number))
        .unwrap_or(u8::MAX)
}

pub(super) fn push_text(bytes: &mut Vec<u8>, text: &str) {
    let text = cut(text);
    bytes.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    bytes.extend(text.as_bytes());
}

/// The longest beginning of `text` that has at most 48 bytes and ends at a character.
pub(super) fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(MOST_TEXT_BYTES)].to_owned()
}

/// What is left to be read.
pub(super) struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn entry<T: Copy>(&mut self, table: &[T]) -> Option<T> {
        table.get(usize::from(self.byte()?)).copied()
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = usize::from(self.byte()?);
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(head).ok().map(str::to_owned)
    }

    /// A number of eight bytes.
    pub(super) fn number(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    pub(super) fn instant(&mut self) -> Option<Timestamp> {
        let seconds = i64::from_be_bytes(self.array()?);
        Timestamp::new(seconds, i16::from_be_bytes(self.array()?))
    }

    pub(super) fn signers(&mut self) -> Option<Vec<(Role, Fingerprint)>> {
        let count = self.byte()?;
        let mut signer = || {
            let role = Role::ALL.get(usize::from(self.byte()?).checked_sub(1)?)?;
            Some((*role, Fingerprint::from_digest(Digest::from_bytes(self.array()?))))
        };
        (0..count).map(|_| signer()).collect()
    }
}
