//! FLOE (c2sp.org/FLOE): the body of packages, encrypted in segments that can be read in any order.
//!
//! AES-256-GCM (SP 800-38D) for the segments, HKDF-Expand with SHA-384 (RFC 5869) for the keys. Touches the
//! operating system's randomness and the buffers that it is lent. The header's
//! tag commits to key and associated data, and is compared before any segment.
//!
//! FLOE commits as long as number and last-or-not of a segment are the caller's own knowledge, from the
//! length of the whole, and are never taken from the segment itself.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha384;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::{CryptoError, NONCE_BYTES, Secret, TAG_BYTES, random};

/// Length of the header in bytes: parameters 10, IV 32, tag 32.
pub const FLOE_HEADER_BYTES: usize = PARAMETERS_BYTES + IV_BYTES + HEADER_TAG_BYTES;
/// By how many bytes a segment is longer than its plaintext: prefix 4, nonce 12, tag 16.
pub const FLOE_OVERHEAD: usize = BODY_START + TAG_BYTES;

const PARAMETERS_BYTES: usize = 10;
const IV_BYTES: usize = 32;
const HEADER_TAG_BYTES: usize = 32;
const KEY_BYTES: usize = 32;
const MESSAGE_KEY_BYTES: usize = 48;
const PREFIX_BYTES: usize = 4;
/// Where a segment's plaintext begins.
const BODY_START: usize = PREFIX_BYTES + NONCE_BYTES;
/// The prefix of every segment but the last.
const NOT_LAST: u32 = u32::MAX;
/// How many segments a ciphertext has at most (`AEAD_MAX_SEGMENTS`).
const MOST_SEGMENTS: u64 = 1 << 40;
/// After how many segments, as a power of two, the key changes (`AEAD_ROTATION_MASK`).
const ROTATION_BITS: u32 = 20;
/// Expanded keys that are kept: threads that work side by side need one or two.
const KEPT_CIPHERS: usize = 4;

/// How long segments are and how often their key changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloeParams {
    segment_length: u32,
    rotation_bits: u32,
}

impl FloeParams {
    /// Those of packages: 262,144 bytes of plaintext a segment, the specification's change of keys.
    pub const PACKAGE: Self = Self {
        segment_length: 262_176,
        rotation_bits: ROTATION_BITS,
    };

    /// Segments of `segment_length` bytes of ciphertext, a new key after 2^`rotation_bits` of them.
    ///
    /// None when a segment has no room for plaintext (32 bytes and less) or its length could be mistaken for
    /// the prefix of one that is not the last; none above the specification's 20 bits.
    #[must_use]
    pub const fn new(segment_length: u32, rotation_bits: u32) -> Option<Self> {
        if segment_length <= FLOE_OVERHEAD as u32
            || segment_length == NOT_LAST
            || rotation_bits > ROTATION_BITS
        {
            return None;
        }
        Some(Self {
            segment_length,
            rotation_bits,
        })
    }

    /// Bytes of a segment that is not the last, and most of the last.
    #[must_use]
    pub const fn segment_length(self) -> usize {
        self.segment_length as usize
    }

    /// Bytes of plaintext in a segment that is not the last, and most in the last.
    #[must_use]
    pub const fn plaintext_length(self) -> usize {
        self.segment_length() - FLOE_OVERHEAD
    }

    /// AEAD and hash by number (both 0), segment length, IV length: `PARAM_ENCODE`.
    fn encode(self) -> [u8; PARAMETERS_BYTES] {
        let mut encoded = [0; PARAMETERS_BYTES];
        encoded[2..6].copy_from_slice(&self.segment_length.to_be_bytes());
        encoded[6..].copy_from_slice(&(IV_BYTES as u32).to_be_bytes());
        encoded
    }

    /// The first segment that has the same key as this one.
    const fn first_of_key(self, number: u64) -> u64 {
        number >> self.rotation_bits << self.rotation_bits
    }

    /// Whether a segment of that number, place and length can exist.
    const fn allow(self, number: u64, last: bool, length: usize) -> bool {
        let fits = if last {
            length >= FLOE_OVERHEAD && length <= self.segment_length()
        } else {
            length == self.segment_length()
        };
        // The highest number is the last segment's alone.
        fits && (number < MOST_SEGMENTS - 1 || (last && number == MOST_SEGMENTS - 1))
    }

    const fn prefix(last: bool, length: usize) -> [u8; PREFIX_BYTES] {
        // A length that `allow` let pass is one of 32 bits.
        let prefix = if last { length as u32 } else { NOT_LAST };
        prefix.to_be_bytes()
    }
}

/// One ciphertext being made or read. All threads share it.
pub struct Floe {
    params: FloeParams,
    iv: [u8; IV_BYTES],
    aad: Vec<u8>,
    message_key: Secret,
    /// Expanded keys by the first segment that has them, newest last. They wipe themselves.
    ciphers: RwLock<Vec<(u64, Arc<LessSafeKey>)>>,
    #[cfg(any(test, feature = "regenerate-vectors"))]
    repeatable: bool,
}

impl Floe {
    /// Begins a ciphertext under a 32-byte `key`, bound to `aad`, with a fresh IV. Also gives the header.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`]; [`CryptoError::InvalidSecretKey`] for a key of another length.
    pub fn start(
        params: FloeParams,
        key: &[u8],
        aad: &[u8],
    ) -> Result<(Self, [u8; FLOE_HEADER_BYTES]), CryptoError> {
        Self::with_iv(params, key, aad, random()?)
    }

    /// Begins a ciphertext whose IV is given and whose nonces follow from it, for vectors alone: with the
    /// same key, IV and plaintext every byte comes out the same.
    ///
    /// # Errors
    /// [`CryptoError::InvalidSecretKey`] for a key of another length.
    #[cfg(any(test, feature = "regenerate-vectors"))]
    pub fn start_with_iv(
        params: FloeParams,
        key: &[u8],
        aad: &[u8],
        iv: [u8; IV_BYTES],
    ) -> Result<(Self, [u8; FLOE_HEADER_BYTES]), CryptoError> {
        let (mut floe, header) = Self::with_iv(params, key, aad, iv)?;
        floe.repeatable = true;
        Ok((floe, header))
    }

    /// Continues with a ciphertext that begins with `header`.
    ///
    /// # Errors
    /// [`CryptoError::FloeParameters`] when the header is not one of these parameters,
    /// [`CryptoError::Commitment`] when it was made with another key or other associated data, or was changed;
    /// [`CryptoError::InvalidSecretKey`] for a key of another length than 32 bytes.
    pub fn resume(params: FloeParams, key: &[u8], aad: &[u8], header: &[u8]) -> Result<Self, CryptoError> {
        let iv = match header.split_first_chunk::<PARAMETERS_BYTES>() {
            Some((encoded, rest)) if header.len() == FLOE_HEADER_BYTES && *encoded == params.encode() => {
                rest.first_chunk::<IV_BYTES>()
            }
            _ => None,
        };
        let (floe, expected) = Self::with_iv(params, key, aad, *iv.ok_or(CryptoError::FloeParameters)?)?;
        if expected.ct_eq(header).into() {
            Ok(floe)
        } else {
            Err(CryptoError::Commitment)
        }
    }

    fn with_iv(
        params: FloeParams,
        key: &[u8],
        aad: &[u8],
        iv: [u8; IV_BYTES],
    ) -> Result<(Self, [u8; FLOE_HEADER_BYTES]), CryptoError> {
        if key.len() != KEY_BYTES {
            return Err(CryptoError::InvalidSecretKey);
        }
        let encoded = params.encode();
        let derive = |purpose: &[u8], length| expand(key, &[&encoded, &iv, purpose, aad], length);
        let mut header = [0; FLOE_HEADER_BYTES];
        let (parameters, rest) = header.split_at_mut(PARAMETERS_BYTES);
        parameters.copy_from_slice(&encoded);
        rest[..IV_BYTES].copy_from_slice(&iv);
        rest[IV_BYTES..].copy_from_slice(derive(b"HEADER_TAG:", HEADER_TAG_BYTES)?.bytes());
        let floe = Self {
            params,
            iv,
            aad: aad.to_vec(),
            message_key: derive(b"MESSAGE_KEY:", MESSAGE_KEY_BYTES)?,
            ciphers: RwLock::new(Vec::with_capacity(KEPT_CIPHERS)),
            #[cfg(any(test, feature = "regenerate-vectors"))]
            repeatable: false,
        };
        Ok((floe, header))
    }

    /// Its parameters.
    #[must_use]
    pub const fn params(&self) -> FloeParams {
        self.params
    }

    /// Encrypts segment `number` (from 0) in place: `segment` is 16 bytes of room, the plaintext, 16 bytes of
    /// room, and is the whole ciphertext of the segment afterwards.
    ///
    /// # Errors
    /// [`CryptoError::FloeSegment`] for a number or length that no such segment has;
    /// [`CryptoError::NoRandomness`].
    pub fn seal_segment(&self, number: u64, last: bool, segment: &mut [u8]) -> Result<(), CryptoError> {
        self.seal_with(number, last, self.nonce(number, last)?, segment)
    }

    /// Decrypts segment `number` (from 0) in place, and gives the plaintext inside it. Whether it is the
    /// last is what the caller knows from the length of the whole.
    ///
    /// # Errors
    /// [`CryptoError::FloeSegment`] when number, length or prefix are not those of such a segment;
    /// [`CryptoError::NotAuthentic`] when anything else differs: its plaintext is then zeroes.
    pub fn open_segment<'a>(
        &self,
        number: u64,
        last: bool,
        segment: &'a mut [u8],
    ) -> Result<&'a mut [u8], CryptoError> {
        let parts = self.parts(number, last, segment)?;
        if *parts.prefix != parts.expected_prefix {
            return Err(CryptoError::FloeSegment);
        }
        let nonce = Nonce::assume_unique_for_key(*parts.nonce);
        let (cipher, aad) = (self.cipher(number)?, Aad::from(segment_aad(number, last)));
        let opened = cipher.open_in_place_separate_tag(nonce, aad, parts.tag.as_slice(), parts.body);
        let Ok(_) = opened else {
            // It was decrypted before its tag was compared.
            parts.body.fill(0);
            return Err(CryptoError::NotAuthentic);
        };
        Ok(parts.body)
    }

    /// Decrypts segment `number` as [`Floe::open_segment`] does, but into another place, which is as long as the
    /// plaintext.
    ///
    /// # Errors
    /// The same, and [`CryptoError::FloeSegment`] where `into` has another length.
    pub fn open_segment_into(
        &self,
        number: u64,
        last: bool,
        segment: &[u8],
        into: &mut [u8],
    ) -> Result<(), CryptoError> {
        let prefix = FloeParams::prefix(last, segment.len());
        if !self.params.allow(number, last, segment.len())
            || segment.len() != into.len() + FLOE_OVERHEAD
            || !segment.starts_with(&prefix)
        {
            return Err(CryptoError::FloeSegment);
        }
        let (head, rest) = segment.split_at(BODY_START);
        let (body, tag) = rest.split_at(into.len());
        let nonce =
            Nonce::try_assume_unique_for_key(&head[PREFIX_BYTES..]).map_err(|_| CryptoError::FloeSegment)?;
        let (cipher, aad) = (self.cipher(number)?, Aad::from(segment_aad(number, last)));
        let opened = cipher.open_separate_gather(nonce, aad, body, tag, into);
        opened.map_err(|_| {
            // It was decrypted before its tag was compared.
            into.fill(0);
            CryptoError::NotAuthentic
        })
    }

    fn seal_with(
        &self,
        number: u64,
        last: bool,
        nonce: [u8; NONCE_BYTES],
        segment: &mut [u8],
    ) -> Result<(), CryptoError> {
        let parts = self.parts(number, last, segment)?;
        let unique = Nonce::assume_unique_for_key(nonce);
        let aad = Aad::from(segment_aad(number, last));
        let tag = self
            .cipher(number)?
            .seal_in_place_separate_tag(unique, aad, parts.body)
            .map_err(|_| CryptoError::FloeSegment)?;
        *parts.prefix = parts.expected_prefix;
        *parts.nonce = nonce;
        parts.tag.copy_from_slice(tag.as_ref());
        Ok(())
    }

    fn parts<'a>(&self, number: u64, last: bool, segment: &'a mut [u8]) -> Result<Parts<'a>, CryptoError> {
        if self.params.allow(number, last, segment.len()) {
            Parts::of(last, segment).ok_or(CryptoError::FloeSegment)
        } else {
            Err(CryptoError::FloeSegment)
        }
    }

    /// The expanded key of segment `number`: expanding it anew would cost more than a short segment.
    fn cipher(&self, number: u64) -> Result<Arc<LessSafeKey>, CryptoError> {
        let first = self.params.first_of_key(number);
        let kept = self.ciphers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cipher)) = kept.iter().find(|(of, _)| *of == first) {
            return Ok(Arc::clone(cipher));
        }
        drop(kept);
        let cipher = Arc::new(self.expand_cipher(first)?);
        let mut kept = self.ciphers.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT_CIPHERS {
            kept.remove(0);
        }
        kept.push((first, Arc::clone(&cipher)));
        Ok(cipher)
    }

    fn expand_cipher(&self, first: u64) -> Result<LessSafeKey, CryptoError> {
        let encoded = self.params.encode();
        let number = first.to_be_bytes();
        let info: [&[u8]; 5] = [&encoded, &self.iv, b"DEK:", &number, &self.aad];
        let key = expand(self.message_key.bytes(), &info, KEY_BYTES)?;
        let key = UnboundKey::new(&AES_256_GCM, key.bytes()).map_err(|_| CryptoError::InvalidSecretKey)?;
        Ok(LessSafeKey::new(key))
    }

    #[cfg(not(any(test, feature = "regenerate-vectors")))]
    #[allow(clippy::unused_self, reason = "the repeatable one needs it")]
    fn nonce(&self, _number: u64, _last: bool) -> Result<[u8; NONCE_BYTES], CryptoError> {
        random()
    }

    #[cfg(any(test, feature = "regenerate-vectors"))]
    fn nonce(&self, number: u64, last: bool) -> Result<[u8; NONCE_BYTES], CryptoError> {
        if !self.repeatable {
            return random();
        }
        let digest = super::Digest::of(&[b"repeatable nonce", &self.iv, &segment_aad(number, last)]);
        Ok(std::array::from_fn(|place| digest.bytes()[place]))
    }
}

/// A segment taken apart.
struct Parts<'a> {
    expected_prefix: [u8; PREFIX_BYTES],
    prefix: &'a mut [u8; PREFIX_BYTES],
    nonce: &'a mut [u8; NONCE_BYTES],
    body: &'a mut [u8],
    tag: &'a mut [u8; TAG_BYTES],
}

impl<'a> Parts<'a> {
    fn of(last: bool, segment: &'a mut [u8]) -> Option<Self> {
        let expected_prefix = FloeParams::prefix(last, segment.len());
        let (prefix, rest) = segment.split_first_chunk_mut()?;
        let (nonce, rest) = rest.split_first_chunk_mut()?;
        let (body, tag) = rest.split_last_chunk_mut()?;
        Some(Self {
            expected_prefix,
            prefix,
            nonce,
            body,
            tag,
        })
    }
}

/// What a segment is bound to: its number, and whether it is the last.
fn segment_aad(number: u64, last: bool) -> [u8; 9] {
    let mut aad = [0; 9];
    aad[..8].copy_from_slice(&number.to_be_bytes());
    aad[8] = u8::from(last);
    aad
}

/// HKDF-Expand with SHA-384 for at most 48 bytes, which is one HMAC. RFC 5869 wants 48 bytes of key and
/// the `hkdf` crate insists; FLOE's first key has 32.
fn expand(key: &[u8], info: &[&[u8]], length: usize) -> Result<Secret, CryptoError> {
    let mut mac = Hmac::<Sha384>::new_from_slice(key).map_err(|_| CryptoError::InvalidSecretKey)?;
    info.iter().for_each(|part| mac.update(part));
    mac.update(&[1]);
    let mut block = mac.finalize().into_bytes();
    let derived = block.get_mut(..length).map_or(
        Err(CryptoError::TooLong {
            bound: MESSAGE_KEY_BYTES,
        }),
        Secret::take,
    );
    block.as_mut_slice().zeroize();
    derived
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use data_encoding::HEXLOWER_PERMISSIVE;
    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 32] = [0; 32];
    const AAD: &[u8] = b"This is AAD";

    /// The answers of FLOE's authors, by name: ciphertext and plaintext.
    fn known_answers() -> BTreeMap<String, (Vec<u8>, Vec<u8>)> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/floe");
        let read = |name: &str| {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).unwrap()
        };
        std::fs::read_dir(&folder)
            .unwrap()
            .filter_map(|entry| {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let stem = name.strip_suffix("_ct.txt")?.to_owned();
                let plaintext = read(&format!("{stem}_pt.txt"));
                Some((stem, (read(&name), plaintext)))
            })
            .collect()
    }

    fn params_of(name: &str) -> FloeParams {
        let (length, bits) = match name {
            _ if name.ends_with("_4K") => (4096, 20),
            _ if name.ends_with("_64") => (64, 20),
            _ if name.ends_with("_rotation") => (40, 2),
            _ => (40, 20),
        };
        FloeParams::new(length, bits).unwrap()
    }

    /// The segments, cut by length alone, with number and last-or-not.
    fn segments(params: FloeParams, body: &[u8]) -> Vec<(u64, bool, Vec<u8>)> {
        let count = body.len().div_ceil(params.segment_length());
        body.chunks(params.segment_length())
            .enumerate()
            .map(|(number, bytes)| (number as u64, number + 1 == count, bytes.to_vec()))
            .collect()
    }

    #[test]
    fn the_authors_answers_are_read_and_written_again_byte_for_byte() {
        let answers = known_answers();
        assert_eq!(answers.len(), 17);
        for (name, (ciphertext, plaintext)) in &answers {
            let params = params_of(name);
            let (header, body) = ciphertext.split_at(FLOE_HEADER_BYTES);
            let floe = Floe::resume(params, &KEY, AAD, header).unwrap();
            let (again, header_again) =
                Floe::with_iv(params, &KEY, AAD, header[10..42].try_into().unwrap()).unwrap();
            assert_eq!(header_again, header, "{name}");
            let mut read = Vec::new();
            for (number, last, segment) in segments(params, body) {
                let mut buffer = segment.clone();
                let mut apart = vec![0; buffer.len() - FLOE_OVERHEAD];
                floe.open_segment_into(number, last, &segment, &mut apart)
                    .unwrap();
                assert_eq!(floe.open_segment(number, last, &mut buffer).unwrap(), apart);
                read.extend_from_slice(&apart);
                buffer[..16].fill(0xaa);
                let room = buffer.len() - 16;
                buffer[room..].fill(0xaa);
                again
                    .seal_with(number, last, segment[4..16].try_into().unwrap(), &mut buffer)
                    .unwrap();
                assert_eq!(buffer, segment, "{name} segment {number}");
            }
            assert_eq!(&read, plaintext, "{name}");
        }
    }

    #[test]
    fn a_header_of_another_key_text_or_length_is_refused_before_any_segment() {
        let params = FloeParams::new(64, 20).unwrap();
        let (_, header) = Floe::start(params, &KEY, AAD).unwrap();
        let refusal = |params, key: &[u8], aad: &[u8], header: &[u8]| {
            Floe::resume(params, key, aad, header).err().unwrap()
        };
        assert!(Floe::resume(params, &KEY, AAD, &header).is_ok());
        let other = FloeParams::new(65, 20).unwrap();
        assert_eq!(refusal(other, &KEY, AAD, &header), CryptoError::FloeParameters);
        assert_eq!(
            refusal(params, &KEY, AAD, &header[..73]),
            CryptoError::FloeParameters
        );
        assert_eq!(
            refusal(params, &KEY, AAD, &[&header[..], &[0]].concat()),
            CryptoError::FloeParameters
        );
        assert_eq!(refusal(params, &KEY, AAD, &[]), CryptoError::FloeParameters);
        assert_eq!(refusal(params, &[1; 32], AAD, &header), CryptoError::Commitment);
        assert_eq!(
            refusal(params, &KEY, b"This is AAd", &header),
            CryptoError::Commitment
        );
        assert_eq!(
            refusal(params, &KEY[1..], AAD, &header),
            CryptoError::InvalidSecretKey
        );
        for bit in 0..header.len() * 8 {
            let mut changed = header;
            changed[bit / 8] ^= 1 << (bit % 8);
            let expected = if bit < 80 {
                CryptoError::FloeParameters
            } else {
                CryptoError::Commitment
            };
            assert_eq!(refusal(params, &KEY, AAD, &changed), expected, "bit {bit}");
        }
    }

    #[test]
    fn parameters_without_room_do_not_exist() {
        assert_eq!(FloeParams::new(32, 20), None);
        assert_eq!(FloeParams::new(u32::MAX, 20), None);
        assert_eq!(FloeParams::new(262_176, 21), None);
        assert_eq!(FloeParams::new(262_176, 20), Some(FloeParams::PACKAGE));
        assert_eq!(FloeParams::PACKAGE.plaintext_length(), 262_144);
        assert_eq!(FloeParams::new(33, 0).unwrap().plaintext_length(), 1);
    }

    #[test]
    fn a_segment_of_a_wrong_length_or_number_is_neither_made_nor_read() {
        let params = FloeParams::new(64, 20).unwrap();
        let (floe, _) = Floe::start(params, &KEY, AAD).unwrap();
        let mut room = [0; 65];
        let cases = [
            (0, false, 63),
            (0, false, 65),
            (0, false, 0),
            (0, true, 65),
            (0, true, 31),
            (0, true, 0),
            (MOST_SEGMENTS - 1, false, 64),
            (MOST_SEGMENTS, true, 64),
            (u64::MAX, true, 64),
        ];
        for (number, last, length) in cases {
            let segment = &mut room[..length];
            let refused = Err(CryptoError::FloeSegment);
            assert_eq!(floe.seal_segment(number, last, segment), refused);
            assert_eq!(
                floe.open_segment(number, last, segment),
                Err(CryptoError::FloeSegment)
            );
            let mut into = vec![0; length.saturating_sub(32)];
            let apart = floe.open_segment_into(number, last, segment, &mut into);
            assert_eq!(apart, Err(CryptoError::FloeSegment));
        }
        assert_eq!(
            floe.seal_segment(MOST_SEGMENTS - 1, true, &mut room[..32]),
            Ok(())
        );
        assert_eq!(
            floe.seal_segment(MOST_SEGMENTS - 2, false, &mut room[..64]),
            Ok(())
        );
    }

    #[test]
    fn every_changed_bit_is_found_and_leaves_no_plaintext() {
        let params = FloeParams::new(40, 2).unwrap();
        let (floe, _) = Floe::start(params, &KEY, AAD).unwrap();
        for (last, length) in [(false, 40), (true, 40), (true, 35), (true, 32)] {
            let mut segment = vec![0x5a; length];
            floe.seal_segment(7, last, &mut segment).unwrap();
            for bit in 0..length * 8 {
                let mut changed = segment.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let expected = if bit < 32 {
                    CryptoError::FloeSegment
                } else {
                    CryptoError::NotAuthentic
                };
                let mut apart = vec![0x77; length - 32];
                let refused = floe.open_segment_into(7, last, &changed, &mut apart);
                assert_eq!(refused, Err(expected));
                assert!(
                    apart
                        .iter()
                        .all(|byte| *byte == 0 || expected == CryptoError::FloeSegment)
                );
                assert_eq!(floe.open_segment(7, last, &mut changed), Err(expected));
                if expected == CryptoError::NotAuthentic {
                    assert!(changed[16..length - 16].iter().all(|byte| *byte == 0));
                }
            }
            let plaintext = floe.open_segment(7, last, &mut segment).unwrap();
            assert_eq!(plaintext.to_vec(), vec![0x5a; length - 32]);
        }
    }

    #[test]
    fn a_segment_is_bound_to_its_number_and_to_being_the_last() {
        let params = FloeParams::new(40, 2).unwrap();
        let (floe, _) = Floe::start(params, &KEY, AAD).unwrap();
        let mut segment = [0; 40];
        floe.seal_segment(5, false, &mut segment).unwrap();
        for number in [4, 6, 1, 9] {
            let mut moved = segment;
            assert_eq!(
                floe.open_segment(number, false, &mut moved),
                Err(CryptoError::NotAuthentic)
            );
        }
        // Its prefix mended, it is still not the last.
        let mut ended = segment;
        ended[..4].copy_from_slice(&40_u32.to_be_bytes());
        assert_eq!(
            floe.open_segment(5, true, &mut ended),
            Err(CryptoError::NotAuthentic)
        );
        assert!(floe.open_segment(5, false, &mut segment).is_ok());
    }

    #[test]
    fn the_key_changes_with_the_window_and_few_are_kept() {
        let params = FloeParams::new(40, 2).unwrap();
        let (floe, _) = Floe::start(params, &KEY, AAD).unwrap();
        for number in (0..100).chain([0, 50]) {
            floe.seal_with(number, false, [0; 12], &mut [0; 40]).unwrap();
        }
        let kept: Vec<u64> = floe
            .ciphers
            .read()
            .unwrap()
            .iter()
            .map(|(first, _)| *first)
            .collect();
        assert_eq!(kept, [92, 96, 0, 48]);
        // The same nonce and plaintext: equal bodies would mean the same key.
        let body = |number| {
            let mut segment = [0; 40];
            floe.seal_with(number, false, [0; 12], &mut segment).unwrap();
            segment[16..24].to_vec()
        };
        assert_eq!(body(4), body(7));
        assert_ne!(body(3), body(4));
    }

    #[test]
    fn nonces_are_fresh_except_where_they_are_to_be_repeated() {
        let params = FloeParams::new(40, 20).unwrap();
        let seal = |floe: &Floe| {
            let mut segment = [0; 40];
            floe.seal_segment(0, false, &mut segment).unwrap();
            segment
        };
        let (floe, header) = Floe::start(params, &KEY, AAD).unwrap();
        assert_ne!(seal(&floe), seal(&floe));
        assert_ne!(Floe::start(params, &KEY, AAD).unwrap().1, header);
        let (first, header) = Floe::start_with_iv(params, &KEY, AAD, [9; 32]).unwrap();
        let (second, header_again) = Floe::start_with_iv(params, &KEY, AAD, [9; 32]).unwrap();
        assert_eq!((header, seal(&first)), (header_again, seal(&second)));
    }

    #[test]
    fn threads_share_one_value() {
        let params = FloeParams::new(64, 1).unwrap();
        let (floe, header) = Floe::start(params, &KEY, AAD).unwrap();
        let mut sealed = vec![[7_u8; 64]; 64];
        let numbered = |(place, segment): (usize, &mut [u8; 64])| {
            floe.seal_segment(place as u64, place == 63, segment).unwrap();
        };
        let (front, back) = sealed.split_at_mut(32);
        std::thread::scope(|scope| {
            scope.spawn(|| front.iter_mut().enumerate().for_each(numbered));
            scope.spawn(|| {
                back.iter_mut()
                    .zip(32..)
                    .map(|(s, place)| (place, s))
                    .for_each(numbered)
            });
        });
        let reader = Floe::resume(params, &KEY, AAD, &header).unwrap();
        for (place, segment) in sealed.iter_mut().enumerate().rev() {
            let plaintext = reader.open_segment(place as u64, place == 63, segment).unwrap();
            assert_eq!(plaintext, [7; 32]);
        }
    }

    proptest! {
        #[test]
        fn what_was_sealed_is_opened(
            length in 33_u32..200, bits in 0_u32..=20, number in 0_u64..1 << 39, last: bool,
            share in 0.0..=1.0_f64, key: [u8; 32],
        ) {
            let params = FloeParams::new(length, bits).unwrap();
            let most = params.plaintext_length();
            let count = if last { (most as f64 * share) as usize } else { most };
            let plaintext: Vec<u8> = (0..count).map(|i| i as u8).collect();
            let mut segment = [&[0; 16][..], &plaintext, &[0; 16]].concat();
            let (floe, header) = Floe::start(params, &key, AAD).unwrap();
            floe.seal_segment(number, last, &mut segment).unwrap();
            let reader = Floe::resume(params, &key, AAD, &header).unwrap();
            prop_assert_eq!(reader.open_segment(number, last, &mut segment).unwrap(), &plaintext[..]);
        }

        #[test]
        fn no_bytes_make_it_panic(
            number: u64, last: bool, mut segment in proptest::collection::vec(any::<u8>(), 0..80),
            header in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let params = FloeParams::new(40, 2).unwrap();
            let (floe, _) = Floe::start(params, &KEY, AAD).unwrap();
            prop_assert!(floe.open_segment(number, last, &mut segment).is_err());
            prop_assert!(Floe::resume(params, &KEY, AAD, &header).is_err());
        }
    }
}
