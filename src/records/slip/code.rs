//! The text of a slip's QR code: `KESHIIN1:` and Base45 of slip and signatures (`docs/spec/slip.md` §5).
//!
//! Touches bytes and text alone. Base45 is RFC 9285, whose alphabet is what QR codes hold in their
//! alphanumeric mode. It is written here because the crate `base45` 3.2 takes two signs that stand for
//! more than 255, which §6 of the RFC forbids.

use data_encoding::BASE64;
use serde_json::json;

use crate::crypto::Signature;

use crate::records::envelope::{encode_line, encode_signatures};
use crate::records::{RecordError, SignedBy};

use super::{AnySlip, SlipFile};

const WHAT: &str = "slip code";
const PREFIX: &str = "KESHIIN1:";
/// Most characters: version 22 of a QR code at level M, which a phone reads at 40 mm.
const MOST_CHARACTERS: usize = 1100;
/// Place of the signer and signature, in bytes.
const ENTRY: usize = 1 + 64;
const SIGNS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

impl SlipFile {
    /// The text of the QR code.
    ///
    /// # Errors
    /// [`RecordError::CodeTooLong`]; [`RecordError::Malformed`] where the slip is none, or was signed by
    /// others than it names, or in another order.
    pub fn to_code(&self) -> Result<String, RecordError> {
        let slip = AnySlip::parse(self.slip())?;
        let signers = slip.signers();
        let length = u16::try_from(self.slip().len())
            .map_err(|_| RecordError::malformed(WHAT, "a slip of more than 65,535 bytes"))?;
        let mut bytes = [&length.to_be_bytes()[..], self.slip()].concat();
        let mut places = 0..=u8::MAX;
        for signed in self.signatures() {
            // One walk over the signers for all signatures: it finds them only in the same order.
            let place = places
                .by_ref()
                .map_while(|place| Some((place, signers.get(usize::from(place))?.1)))
                .find_map(|(place, named)| (named == signed.fingerprint).then_some(place))
                .ok_or_else(|| RecordError::malformed(WHAT, "signatures are not in the order of signers"))?;
            bytes.push(place);
            bytes.extend(signed.signature.bytes());
        }
        let text = [PREFIX, &encode(&bytes)].concat();
        let (characters, bound) = (text.len(), MOST_CHARACTERS);
        if characters > bound {
            Err(RecordError::CodeTooLong { characters, bound })
        } else {
            Ok(text)
        }
    }

    /// Reads what [`SlipFile::to_code`] wrote, and nothing else. Whose the signatures are follows from the
    /// slip's list of signers; whether they are genuine is for [`crate::records::verify_slip`] to say.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`], [`RecordError::Malformed`].
    pub fn from_code(text: &str) -> Result<Self, RecordError> {
        let (what, bound) = (WHAT, MOST_CHARACTERS);
        if text.len() > bound {
            return Err(RecordError::TooLarge { what, bound });
        }
        let signs = text
            .strip_prefix(PREFIX)
            .ok_or_else(|| RecordError::malformed(what, "does not begin with KESHIIN1:"))?;
        let bytes = decode(signs).ok_or_else(|| RecordError::malformed(what, "not in Base45"))?;
        let file = split(&bytes)?;
        if file.to_code().as_deref() == Ok(text) {
            Ok(file)
        } else {
            Err(RecordError::malformed(what, "another text than its one spelling"))
        }
    }
}

/// Length, slip, signatures.
fn split(bytes: &[u8]) -> Result<SlipFile, RecordError> {
    let cut_short = || RecordError::malformed(WHAT, "cut short");
    let (length, rest) = bytes.split_first_chunk().ok_or_else(cut_short)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (slip, entries) = rest.split_at_checked(length).ok_or_else(cut_short)?;
    let facts = AnySlip::parse(slip)?;
    let signers = facts.signers();
    let (entries, left) = entries.as_chunks::<ENTRY>();
    if !left.is_empty() {
        return Err(RecordError::malformed(WHAT, "a signature that is cut short"));
    }
    let signed_by = |[place, signature @ ..]: &[u8; ENTRY]| {
        Some(SignedBy {
            fingerprint: signers.get(usize::from(*place))?.1,
            signature: Signature::from_bytes(*signature),
        })
    };
    let signatures: Option<Vec<SignedBy>> = entries.iter().map(signed_by).collect();
    let signatures = signatures.ok_or_else(|| RecordError::malformed(WHAT, "a signer who is not named"))?;
    assemble(slip, &signatures)
}

/// By way of the slip file and its reader, so that no code holds what a file may not.
fn assemble(slip: &[u8], signatures: &[SignedBy]) -> Result<SlipFile, RecordError> {
    let (slip, signatures) = (BASE64.encode(slip), encode_signatures(signatures));
    SlipFile::parse(&encode_line(&json!({ "slip": slip, "signatures": signatures })))
}

/// Base45 (RFC 9285 §4): two bytes are three signs, a last single byte is two, the least significant first.
fn encode(bytes: &[u8]) -> String {
    let sign = |value: u32| char::from(SIGNS[value as usize % SIGNS.len()]);
    let (pairs, last) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    for pair in pairs {
        let value = u32::from(u16::from_be_bytes(*pair));
        text.extend([sign(value), sign(value / 45), sign(value / (45 * 45))]);
    }
    for byte in last {
        text.extend([sign(u32::from(*byte)), sign(u32::from(*byte) / 45)]);
    }
    text
}

/// `None` for a sign that is not of the alphabet, three that stand for more than 65,535, two for more
/// than 255, or a single one left over.
fn decode(text: &str) -> Option<Vec<u8>> {
    let value = |sign: &u8| SIGNS.iter().position(|known| known == sign);
    let values: Option<Vec<usize>> = text.as_bytes().iter().map(value).collect();
    let values = values?;
    let (triples, last) = values.as_chunks::<3>();
    let mut bytes = Vec::with_capacity(values.len() / 3 * 2 + 1);
    for [low, middle, high] in triples {
        bytes.extend(
            u16::try_from(low + 45 * middle + 45 * 45 * high)
                .ok()?
                .to_be_bytes(),
        );
    }
    match last {
        [] => {}
        [low, high] => bytes.push(u8::try_from(low + 45 * high).ok()?),
        _ => return None,
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::crypto::{Digest, Fingerprint};
    use crate::records::verify::tests::{record, signed};
    use crate::records::{
        DeliveryRecord, DeliverySlip, PartialRecord, PartialSlip, Role, Slip, UnlockedIdentity,
    };

    fn code() -> (SlipFile, String, [UnlockedIdentity; 2]) {
        let (_, file, handler, witness) = signed();
        let code = file.to_code().unwrap();
        (file, code, [handler, witness])
    }

    /// How many people's signatures verify.
    fn genuine(file: &SlipFile, people: &[UnlockedIdentity]) -> usize {
        let by = |person: &&UnlockedIdentity| {
            let own = |signed: &&SignedBy| signed.fingerprint == person.public().fingerprint();
            let signed = file.signatures().iter().find(own);
            signed.is_some_and(|signed| {
                file.check(&person.public().signing_key(), &signed.signature)
                    .is_ok()
            })
        };
        people.iter().filter(by).count()
    }

    /// A slip with that many signers and `text` wherever one stands, with a signature by each.
    fn longest(signers: u8, text: &str) -> SlipFile {
        static SLIP: LazyLock<Slip> = LazyLock::new(|| Slip::of(&record().0, Digest::of(&[b"payload"])));
        let mut slip = SLIP.clone();
        let fingerprint = |n: u8| Fingerprint::from_digest(Digest::from_bytes([n; 32]));
        slip.signers = (0..signers).map(|n| (Role::Approver, fingerprint(n))).collect();
        (slip.model, slip.serial, slip.method) = (text.into(), text.into(), text.into());
        let signature = Signature::from_bytes([0xff; 64]);
        let entry = |n| SignedBy {
            fingerprint: fingerprint(n),
            signature,
        };
        assemble(&slip.encode(), &(0..signers).map(entry).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn examples_of_rfc_9285() {
        for (bytes, text) in [
            ("", ""),
            ("AB", "BB8"),
            ("Hello!!", "%69 VD92EX0"),
            ("base-45", "UJCLQE7W581"),
            ("ietf!", "QED8WEX0"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        for wrong in [
            "GGW", ":::", "::", "V5", "A", "ABCD", "bb8", "BB8\n", "BB8=", "BBé",
        ] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
        assert_eq!(decode("FGW"), Some(vec![0xff, 0xff]));
        assert_eq!(decode("U5"), Some(vec![0xff]));
    }

    #[test]
    fn every_pair_and_every_single_byte() {
        for value in 0..=u16::MAX {
            let bytes = value.to_be_bytes();
            assert_eq!(decode(&encode(&bytes)), Some(bytes.to_vec()));
        }
        for byte in 0..=u8::MAX {
            assert_eq!(decode(&encode(&[byte])), Some(vec![byte]));
        }
        let read = |length: u32| {
            let text = |n: usize| {
                (0..length)
                    .map(|i| char::from(SIGNS[n / 45_usize.pow(i) % 45]))
                    .collect()
            };
            let texts = (0..45_usize.pow(length)).map(text);
            texts.filter(|text: &String| decode(text).is_some()).count()
        };
        assert_eq!((read(1), read(2), read(3)), (0, 1 << 8, 1 << 16));
    }

    #[test]
    fn a_code_reads_what_it_wrote() {
        let (file, code, people) = code();
        assert_eq!(SlipFile::from_code(&code), Ok(file.clone()));
        assert_eq!(genuine(&file, &people), 2);
        let unsigned = SlipFile::new(Slip::parse(file.slip()).unwrap());
        assert_eq!(SlipFile::from_code(&unsigned.to_code().unwrap()), Ok(unsigned));
    }

    #[test]
    fn no_changed_or_missing_character_passes() {
        let (file, code, people) = code();
        let judge = |text: &str| {
            if let Ok(other) = SlipFile::from_code(text) {
                assert_ne!(other, file, "{text}");
                assert!(genuine(&other, &people) < 2, "{text}");
            }
        };
        for place in 0..code.len() {
            judge(&code[..place]);
            let known = SIGNS
                .iter()
                .position(|sign| *sign == code.as_bytes()[place])
                .unwrap();
            let other = char::from(SIGNS[(known + 1 + place % 44) % 45]);
            judge(&[&code[..place], &other.to_string(), &code[place + 1..]].concat());
            judge(&[&code[..place], &code[place + 1..]].concat());
        }
        for more in [" ", "0", "00", "000", "\n"] {
            assert!(SlipFile::from_code(&[&code, more].concat()).is_err());
        }
        assert!(SlipFile::from_code(&code.to_lowercase()).is_err());
    }

    #[test]
    fn only_named_signers_in_their_order() {
        let (file, ..) = code();
        let [first, second] = file.signatures()[..] else {
            panic!("two signatures")
        };
        let exchanged = assemble(file.slip(), &[second, first]).unwrap();
        assert!(matches!(exchanged.to_code(), Err(RecordError::Malformed { .. })));
        let alone = assemble(file.slip(), &[second]).unwrap();
        assert_eq!(SlipFile::from_code(&alone.to_code().unwrap()), Ok(alone));
        let stranger = SignedBy {
            fingerprint: Fingerprint::from_digest(Digest::of(&[b"stranger"])),
            ..second
        };
        assert!(
            assemble(file.slip(), &[first, stranger])
                .unwrap()
                .to_code()
                .is_err()
        );
        assert!(assemble(file.slip(), &[first, first]).is_err());
    }

    #[test]
    fn whoever_is_named_twice_has_his_first_place() {
        let file = longest(2, "");
        let mut slip = Slip::parse(file.slip()).unwrap();
        slip.signers[1].1 = slip.signers[0].1;
        let file = assemble(&slip.encode(), &file.signatures()[..1]).unwrap();
        let code = file.to_code().unwrap();
        assert_eq!(SlipFile::from_code(&code), Ok(file));
        let mut bytes = decode(&code[PREFIX.len()..]).unwrap();
        let place = bytes.len() - ENTRY;
        assert_eq!(bytes[place], 0);
        bytes[place] = 1;
        assert!(SlipFile::from_code(&[PREFIX, &encode(&bytes)].concat()).is_err());
    }

    #[test]
    fn at_most_1100_characters() {
        let text = "M".repeat(48);
        assert!(longest(5, &text).to_code().unwrap().len() <= MOST_CHARACTERS);
        for (signers, text) in [(6, &text[..]), (7, "")] {
            let refused = longest(signers, text).to_code();
            assert!(
                matches!(refused, Err(RecordError::CodeTooLong { bound: 1100, .. })),
                "{refused:?}"
            );
        }
        let endless = [PREFIX, &"0".repeat(MOST_CHARACTERS)].concat();
        assert!(matches!(
            SlipFile::from_code(&endless),
            Err(RecordError::TooLarge { .. })
        ));
    }

    /// A delivery's slip with that many signers and `text` wherever one stands, signed by each.
    fn longest_delivery(signers: u8, text: &str) -> SlipFile {
        let record = DeliveryRecord::example().unwrap();
        let mut slip = DeliverySlip::of(&record, Digest::of(&[b"payload"]));
        (slip.classification, slip.title) = (text.into(), text.into());
        (slip.medium_number, slip.serial) = (text.into(), text.into());
        let others = longest(signers, "");
        slip.signers = AnySlip::parse(others.slip()).unwrap().signers().to_vec();
        assemble(&slip.encode(), others.signatures()).unwrap()
    }

    #[test]
    fn deliveries_fit_with_three_signers_whatever_they_say() {
        let text = "あ".repeat(16);
        let file = longest_delivery(3, &text);
        let code = file.to_code().unwrap();
        assert_eq!(SlipFile::from_code(&code), Ok(file));
        let refused = longest_delivery(5, &text).to_code();
        assert!(matches!(
            refused,
            Err(RecordError::CodeTooLong { bound: 1100, .. })
        ));
    }

    #[test]
    fn partial_erasures_fit_with_four_signers_whatever_they_say() {
        let text = "あ".repeat(16);
        let with = |signers: u8| {
            let record = PartialRecord::example().unwrap();
            let mut slip = PartialSlip::of(&record, Digest::of(&[b"payload"]));
            (slip.model, slip.serial, slip.method) = (text.clone(), text.clone(), text.clone());
            let others = longest(signers, "");
            slip.signers = AnySlip::parse(others.slip()).unwrap().signers().to_vec();
            assemble(&slip.encode(), others.signatures()).unwrap()
        };
        let file = with(4);
        let code = file.to_code().unwrap();
        assert_eq!(SlipFile::from_code(&code), Ok(file));
        assert!(matches!(
            with(6).to_code(),
            Err(RecordError::CodeTooLong { bound: 1100, .. })
        ));
    }

    proptest! {
        #[test]
        fn what_is_read_is_spelt_the_same_again(signs in "[0-9A-Z $%*+./:-]{0,1200}") {
            let text = [PREFIX, &signs].concat();
            if let Ok(file) = SlipFile::from_code(&text) {
                prop_assert_eq!(file.to_code(), Ok(text));
            }
        }

        #[test]
        fn bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..800)) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn slips_of_any_size_come_back(signers in 0u8..5, text in "[!-~]{0,48}", left_out in any::<u8>()) {
            let all = longest(signers, &text);
            let kept = |place: &usize| left_out >> place & 1 == 0;
            let signatures: Vec<_> = (0..all.signatures().len()).filter(kept).map(|place| all.signatures()[place]).collect();
            let file = assemble(all.slip(), &signatures).unwrap();
            let code = file.to_code().unwrap();
            prop_assert_eq!(SlipFile::from_code(&code), Ok(file));
        }
    }
}
