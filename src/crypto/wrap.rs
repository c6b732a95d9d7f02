//! The key of a package, wrapped for one recipient: HPKE base mode (RFC 9180), HKDF-SHA256, AES-256-GCM.
//!
//! The mechanisms are those of [`KemId`]; the hybrid one is frozen as draft-ietf-hpke-pq-04 has it. Touches
//! the operating system's randomness and key bytes handed to it.

use hpke::aead::{Aead, AeadTag, AesGcm256};
use hpke::kdf::{HkdfSha256, Kdf};
use hpke::kem::{DhP256HkdfSha256, MlKem768P256};
use hpke::rand_core::{CryptoRng, Infallible, TryCryptoRng, TryRng};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open_inout_detached,
    single_shot_seal_inout_detached_with_rng,
};

use super::{CryptoError, KemId, RecipientPublic, RecipientSecret, Secret, TAG_BYTES};

/// Length of the key that is wrapped, in bytes.
const KEY_BYTES: usize = 32;
/// Length of a wrapped key in bytes.
const WRAPPED_BYTES: usize = KEY_BYTES + TAG_BYTES;
/// Longest `info` in bytes. HPKE's own bound is far above.
const MOST_INFO_BYTES: usize = 1024;

/// Wraps a 32-byte `key` for `to`, bound to `info`: the encapsulated key
/// ([`KemId::encapsulated_bytes`]) and 48 bytes of ciphertext.
///
/// # Errors
/// [`CryptoError::NoRandomness`]; [`CryptoError::InvalidSecretKey`] for a key of another length;
/// [`CryptoError::TooLong`] for an `info` of more than 1024 bytes; [`CryptoError::InvalidPublicKey`].
pub fn wrap_key(to: &RecipientPublic, info: &[u8], key: &[u8]) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
    // HPKE's source of randomness cannot report a failure: it is remembered, and the result thrown away.
    let mut failed = false;
    let wrapped = wrap(
        to,
        info,
        key,
        &mut Source(|into: &mut [u8]| {
            if getrandom::fill(into).is_err() {
                failed = true;
                // Not zeros: a scalar of zero is drawn again, without end.
                into.fill(1);
            }
        }),
    );
    if failed {
        return Err(CryptoError::NoRandomness);
    }
    wrapped
}

/// Wraps with randomness that follows from `seed`, for vectors alone.
///
/// # Errors
/// As [`wrap_key`].
#[cfg(any(test, feature = "regenerate-vectors"))]
pub fn wrap_key_with_seed(
    to: &RecipientPublic,
    info: &[u8],
    key: &[u8],
    seed: &[u8; 32],
) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
    let (stream, mut offset) = (super::Keystream::new(seed), 0);
    let mut source = Source(|into: &mut [u8]| {
        stream.fill(offset, into);
        offset += into.len() as u64;
    });
    wrap(to, info, key, &mut source)
}

/// Unwraps what [`wrap_key`] made for the public half of `with`: 32 bytes.
///
/// # Errors
/// [`CryptoError::NotAuthentic`] when anything differs, lengths included; [`CryptoError::TooLong`] for an
/// `info` of more than 1024 bytes.
pub fn unwrap_key(
    with: &RecipientSecret,
    info: &[u8],
    encapsulated: &[u8],
    ciphertext: &[u8],
) -> Result<Secret, CryptoError> {
    bounded(info)?;
    if ciphertext.len() != WRAPPED_BYTES {
        return Err(CryptoError::NotAuthentic);
    }
    let parts = Wrapped {
        encapsulated,
        ciphertext,
        aad: b"",
    };
    match with.public().kem() {
        KemId::P256 => parts.open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(with.secret(), info),
        KemId::MlKem768P256 => parts.open::<AesGcm256, HkdfSha256, MlKem768P256>(with.secret(), info),
    }
}

fn wrap(
    to: &RecipientPublic,
    info: &[u8],
    key: &[u8],
    source: &mut impl CryptoRng,
) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
    bounded(info)?;
    if key.len() != KEY_BYTES {
        return Err(CryptoError::InvalidSecretKey);
    }
    match to.kem() {
        KemId::P256 => seal::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(to.bytes(), info, b"", key, source),
        KemId::MlKem768P256 => {
            seal::<AesGcm256, HkdfSha256, MlKem768P256>(to.bytes(), info, b"", key, source)
        }
    }
}

const fn bounded(info: &[u8]) -> Result<(), CryptoError> {
    if info.len() > MOST_INFO_BYTES {
        return Err(CryptoError::TooLong {
            bound: MOST_INFO_BYTES,
        });
    }
    Ok(())
}

fn seal<A: Aead, D: Kdf, K: Kem>(
    to: &[u8],
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    source: &mut impl CryptoRng,
) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
    let to = K::PublicKey::from_bytes(to).map_err(|_| CryptoError::InvalidPublicKey)?;
    // On a page that wipes itself, should encryption fail half-way.
    let mut buffer = Secret::zeroed(plaintext.len())?;
    buffer.bytes_mut().copy_from_slice(plaintext);
    let (encapsulated, tag) = single_shot_seal_inout_detached_with_rng::<A, D, K>(
        &OpModeS::Base,
        &to,
        info,
        buffer.bytes_mut().into(),
        aad,
        source,
    )
    .map_err(|_| CryptoError::InvalidPublicKey)?;
    let ciphertext = [buffer.bytes(), &tag.to_bytes()].concat();
    Ok((encapsulated.to_bytes().to_vec(), ciphertext))
}

/// A wrapped key as it is stored.
struct Wrapped<'a> {
    encapsulated: &'a [u8],
    ciphertext: &'a [u8],
    aad: &'a [u8],
}

impl Wrapped<'_> {
    fn open<A: Aead, D: Kdf, K: Kem>(&self, with: &Secret, info: &[u8]) -> Result<Secret, CryptoError> {
        let differs = |_| CryptoError::NotAuthentic;
        let with = K::PrivateKey::from_bytes(with.bytes()).map_err(|_| CryptoError::InvalidSecretKey)?;
        let encapsulated = K::EncappedKey::from_bytes(self.encapsulated).map_err(differs)?;
        let end = self.ciphertext.len().checked_sub(TAG_BYTES);
        let (body, tag) = self.ciphertext.split_at(end.ok_or(CryptoError::NotAuthentic)?);
        let tag = AeadTag::<A>::from_bytes(tag).map_err(differs)?;
        let mut buffer = Secret::zeroed(body.len())?;
        buffer.bytes_mut().copy_from_slice(body);
        single_shot_open_inout_detached::<A, D, K>(
            &OpModeR::Base,
            &with,
            &encapsulated,
            info,
            buffer.bytes_mut().into(),
            self.aad,
            &tag,
        )
        .map_err(differs)?;
        Ok(buffer)
    }
}

/// What fills bytes, in the form that HPKE asks for.
struct Source<F>(F);

impl<F: FnMut(&mut [u8])> TryRng for Source<F> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        (self.0)(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        (self.0)(into);
        Ok(())
    }
}

impl<F: FnMut(&mut [u8])> TryCryptoRng for Source<F> {}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use hpke::aead::AesGcm128;
    use hpke::kdf::KdfShake128;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::crypto::Digest;

    const RFC_9180: &str = include_str!("../../tests/vectors/hpke/rfc9180.json");
    const HPKE_PQ: &str = include_str!("../../tests/vectors/hpke/draft-ietf-hpke-pq-04.json");
    const OWN: &str = include_str!("../../tests/vectors/hpke/keshiin.json");

    fn hex(value: &Value) -> Vec<u8> {
        HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
    }

    fn secret(value: &Value) -> Secret {
        Secret::take(&mut hex(value)).unwrap()
    }

    /// Makes the vector's first message again from its randomness, and reads it.
    fn answer<A: Aead, D: Kdf, K: Kem>(kem: KemId, vector: &Value) {
        let key = RecipientSecret::from_bytes(kem, secret(&vector["skRm"])).unwrap();
        assert_eq!(key.public().bytes(), hex(&vector["pkRm"]));
        let (info, message) = (hex(&vector["info"]), &vector["encryptions"][0]);
        let (aad, plaintext) = (hex(&message["aad"]), hex(&message["pt"]));
        let mut randomness = hex(&vector["ikmE"]);
        let mut source = Source(|into: &mut [u8]| {
            into.copy_from_slice(&randomness.drain(..into.len()).collect::<Vec<u8>>());
        });
        let (encapsulated, ciphertext) =
            seal::<A, D, K>(key.public().bytes(), &info, &aad, &plaintext, &mut source).unwrap();
        assert_eq!(encapsulated, hex(&vector["enc"]));
        assert_eq!(encapsulated.len(), kem.encapsulated_bytes());
        assert_eq!(ciphertext, hex(&message["ct"]));
        let shared = K::decap(
            &K::PrivateKey::from_bytes(key.secret().bytes()).unwrap(),
            None,
            &K::EncappedKey::from_bytes(&encapsulated).unwrap(),
        )
        .unwrap();
        assert_eq!(shared.0.to_vec(), hex(&vector["shared_secret"]));
        let wrapped = Wrapped {
            encapsulated: &encapsulated,
            ciphertext: &ciphertext,
            aad: &aad,
        };
        let opened = wrapped.open::<A, D, K>(key.secret(), &info).unwrap();
        assert_eq!(opened.bytes(), plaintext);
    }

    #[test]
    fn rfc_9180_has_our_suite_with_p256() {
        let vectors: Value = serde_json::from_str(RFC_9180).unwrap();
        let [vector] = &vectors.as_array().unwrap()[..] else {
            panic!("one vector")
        };
        assert_eq!(
            (&vector["kem_id"], &vector["kdf_id"], &vector["aead_id"]),
            (&16.into(), &1.into(), &2.into())
        );
        answer::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(KemId::P256, vector);
    }

    /// The draft has the hybrid with our KDF and AES-128-GCM, and with SHAKE128 and our AEAD.
    #[test]
    fn the_draft_has_the_hybrid_with_our_kdf_and_with_our_aead() {
        let vectors: Value = serde_json::from_str(HPKE_PQ).unwrap();
        let suite = |kdf: u16, aead: u16| {
            let of_suite = |vector: &&Value| vector["kdf_id"] == kdf && vector["aead_id"] == aead;
            vectors.as_array().unwrap().iter().find(of_suite).unwrap()
        };
        answer::<AesGcm128, HkdfSha256, MlKem768P256>(KemId::MlKem768P256, suite(1, 1));
        answer::<AesGcm256, KdfShake128, MlKem768P256>(KemId::MlKem768P256, suite(16, 2));
    }

    /// Our suites as this program writes them, made once from a seed and read with another implementation
    /// (`tests/vectors/hpke/README.md`): what was sealed stays readable.
    #[test]
    fn what_was_frozen_is_read_and_written_again() {
        let vectors: Value = serde_json::from_str(OWN).unwrap();
        let vectors = vectors.as_array().unwrap();
        assert_eq!(vectors.len(), 2);
        for vector in vectors {
            let kem = KemId::from_number(vector["kem_id"].as_u64().unwrap() as u16).unwrap();
            let with = RecipientSecret::from_bytes(kem, secret(&vector["skRm"])).unwrap();
            let (info, key) = (hex(&vector["info"]), hex(&vector["key"]));
            let seed = hex(&vector["seed"]).try_into().unwrap();
            let made = wrap_key_with_seed(with.public(), &info, &key, &seed).unwrap();
            assert_eq!(made, (hex(&vector["enc"]), hex(&vector["ct"])), "{kem:?}");
            let opened = unwrap_key(&with, &info, &made.0, &made.1).unwrap();
            assert_eq!(opened.bytes(), key);
        }
    }

    fn people() -> [RecipientSecret; 2] {
        [KemId::P256, KemId::MlKem768P256].map(|kem| RecipientSecret::generate(kem).unwrap())
    }

    #[test]
    fn a_key_comes_back_for_its_recipient_and_nobody_else() {
        for with in people() {
            let kem = with.public().kem();
            let (encapsulated, ciphertext) = wrap_key(with.public(), b"info", &[9; 32]).unwrap();
            assert_eq!(
                (encapsulated.len(), ciphertext.len()),
                (kem.encapsulated_bytes(), 48)
            );
            assert_eq!(
                unwrap_key(&with, b"info", &encapsulated, &ciphertext)
                    .unwrap()
                    .bytes(),
                [9; 32]
            );
            let refusal = |with: &RecipientSecret, info: &[u8], enc: &[u8], ct: &[u8]| {
                unwrap_key(with, info, enc, ct).err().unwrap()
            };
            let differs = CryptoError::NotAuthentic;
            let other = RecipientSecret::generate(kem).unwrap();
            assert_eq!(refusal(&other, b"info", &encapsulated, &ciphertext), differs);
            assert_eq!(refusal(&with, b"infO", &encapsulated, &ciphertext), differs);
            assert_eq!(refusal(&with, b"info", &encapsulated[1..], &ciphertext), differs);
            assert_eq!(refusal(&with, b"info", &encapsulated, &ciphertext[1..]), differs);
            for byte in (0..48).step_by(5) {
                let mut changed = ciphertext.clone();
                changed[byte] ^= 1;
                assert_eq!(refusal(&with, b"info", &encapsulated, &changed), differs);
            }
            for byte in (0..encapsulated.len())
                .step_by(97)
                .chain([encapsulated.len() - 65])
            {
                let mut changed = encapsulated.clone();
                changed[byte] ^= 1;
                assert_eq!(refusal(&with, b"info", &changed, &ciphertext), differs);
            }
        }
    }

    #[test]
    fn two_wraps_of_one_key_differ() {
        for with in people() {
            let first = wrap_key(with.public(), b"info", &[9; 32]).unwrap();
            assert_ne!(wrap_key(with.public(), b"info", &[9; 32]).unwrap(), first);
        }
    }

    #[test]
    fn lengths_outside_the_bounds_are_refused() {
        let [with, _] = people();
        let wrap = |info: &[u8], key: &[u8]| wrap_key(with.public(), info, key).err();
        assert_eq!(wrap(b"", &[0; 31]), Some(CryptoError::InvalidSecretKey));
        assert_eq!(wrap(b"", &[0; 33]), Some(CryptoError::InvalidSecretKey));
        let too_long = Some(CryptoError::TooLong { bound: 1024 });
        assert_eq!(wrap(&[0; 1025], &[0; 32]), too_long);
        assert_eq!(unwrap_key(&with, &[0; 1025], &[4; 65], &[0; 48]).err(), too_long);
        assert_eq!(wrap(&[0; 1024], &[0; 32]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn no_bytes_make_it_panic(seed: [u8; 32], first: u8, short in 0_usize..3) {
            for with in people() {
                let mut bytes = vec![0; with.public().kem().encapsulated_bytes() - short];
                crate::crypto::Keystream::new(&seed).fill(0, &mut bytes);
                let point = bytes.len().saturating_sub(65);
                bytes[point] = first % 8;
                let ciphertext = Digest::of(&[&seed]).bytes().repeat(2);
                prop_assert!(unwrap_key(&with, b"info", &bytes, &ciphertext[..48]).is_err());
            }
        }
    }
}
