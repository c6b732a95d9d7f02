//! Writes sealed packages, good and broken ones, from what `docs/spec/package.md` says and nothing else.
//!
//! A second implementation: none of the program's own code for packages is used, so that a mistake in one of
//! both is seen. Everything follows from fixed keys, IVs and nonces, so the same draft gives the same bytes. Nonces
//! are used again under the same key where only the plaintext differs: good for vectors, where keys are public,
//! and for nothing else.

use std::fmt::Write as _;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, Mac};
use hpke::aead::{AeadTag, AesGcm256};
use hpke::kdf::HkdfSha256;
use hpke::kem::{DhP256HkdfSha256, MlKem768P256};
use hpke::rand_core::{Infallible, TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeS, Serializable, single_shot_seal_inout_detached_with_rng};
use sha2::{Digest, Sha256, Sha384};

/// What every package begins with.
pub(crate) const MAGIC: &[u8] = b"keshiin-package/1\n";
/// Bytes of plaintext in a segment that is not the last.
pub(crate) const PLAIN: usize = 262_144;
/// Bytes of such a segment.
pub(crate) const SEGMENT: usize = 262_176;
/// FLOE's parameters.
pub(crate) const PARAMETERS: [u8; 10] = [0, 0, 0, 4, 0, 0x20, 0, 0, 0, 32];
/// Info of a recipient stanza, before the package id.
pub(crate) const RECIPIENT: &[u8] = b"keshiin-package/1 recipient\n";

/// Bytes that follow from a name: everything in the vectors that would be random.
pub(crate) fn fixed(name: &str) -> [u8; 32] {
    sha256(format!("keshiin package vectors: {name}").as_bytes())
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lowercase hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// HMAC-SHA-256.
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// HKDF-Expand with SHA-256, 32 bytes: one HMAC.
pub(crate) fn expand(key: &[u8], info: &[u8]) -> [u8; 32] {
    hmac(key, &[info, &[1]].concat())
}

/// AES-256-GCM: ciphertext and tag.
pub(crate) fn encrypt(key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let payload = Payload { msg: plain, aad };
    let cipher = Aes256Gcm::new_from_slice(key).unwrap();
    cipher.encrypt(&Nonce::from(*nonce), payload).unwrap()
}

/// Everything that a package is made of.
#[derive(Clone)]
pub(crate) struct Draft {
    /// Package id.
    pub(crate) id: [u8; 16],
    /// The file key.
    pub(crate) file_key: [u8; 32],
    /// FLOE's IV.
    pub(crate) iv: [u8; 32],
    /// H's list, each element as it is written.
    pub(crate) stanzas: Vec<String>,
    /// The bytes of all files.
    pub(crate) data: Vec<u8>,
    /// M.
    pub(crate) manifest: Vec<u8>,
    /// The second M, where it is to be another.
    pub(crate) second: Option<Vec<u8>>,
}

impl Draft {
    /// H.
    pub(crate) fn header(&self) -> String {
        header(&self.id, &self.stanzas)
    }

    /// The front with H.
    pub(crate) fn front(&self) -> Vec<u8> {
        self.front_of(self.header().as_bytes())
    }

    /// The front with any H, its digest and its code right.
    pub(crate) fn front_of(&self, header: &[u8]) -> Vec<u8> {
        let length = u32::try_from(header.len()).unwrap().to_be_bytes();
        self.front_after(&[MAGIC, &length, header].concat())
    }

    /// The front after any intro, its digest and its code right.
    pub(crate) fn front_after(&self, intro: &[u8]) -> Vec<u8> {
        let checked = [intro, &sha256(intro)].concat();
        let mac = hmac(&self.mac_key(), &checked);
        [&checked[..], &mac, &self.floe().header()].concat()
    }

    /// K-mac.
    pub(crate) fn mac_key(&self) -> [u8; 32] {
        expand(&self.file_key, b"keshiin-package/1 header-mac")
    }

    /// The encryption of the body.
    pub(crate) fn floe(&self) -> Floe {
        Floe {
            key: expand(&self.file_key, b"keshiin-package/1 body"),
            iv: self.iv,
            associated: [MAGIC, &self.id].concat(),
        }
    }

    /// The plaintext: data, fill, M, footer, fill, gap, M, footer.
    pub(crate) fn plaintext(&self) -> Vec<u8> {
        let mut plain = self.data.clone();
        fill(&mut plain);
        with_footer(&mut plain, &self.manifest);
        fill(&mut plain);
        plain.resize(plain.len() + PLAIN, 0);
        with_footer(&mut plain, self.second.as_ref().unwrap_or(&self.manifest));
        plain
    }

    /// The segments of a plaintext.
    pub(crate) fn segments(&self, plain: &[u8]) -> Vec<Vec<u8>> {
        let (floe, count) = (self.floe(), plain.len().div_ceil(PLAIN));
        let seal = |(number, piece)| floe.seal(number as u64, number + 1 == count, piece);
        plain.chunks(PLAIN).enumerate().map(seal).collect()
    }

    /// The body.
    pub(crate) fn body(&self) -> Vec<u8> {
        self.segments(&self.plaintext()).concat()
    }

    /// The package.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        between(&self.front(), &self.body())
    }

    /// The package, its body being that of any plaintext.
    pub(crate) fn holding(&self, plain: &[u8]) -> Vec<u8> {
        between(&self.front(), &self.segments(plain).concat())
    }
}

/// A package of one front at both ends.
pub(crate) fn between(front: &[u8], body: &[u8]) -> Vec<u8> {
    whole(front, body, front)
}

/// A package of two fronts.
pub(crate) fn whole(first: &[u8], body: &[u8], second: &[u8]) -> Vec<u8> {
    [first, body, second, &tail(second.len())].concat()
}

/// The tail.
pub(crate) fn tail(front: usize) -> Vec<u8> {
    [&u32::try_from(front).unwrap().to_be_bytes(), &b"KSHNEND1"[..]].concat()
}

/// H of these stanzas.
pub(crate) fn header(id: &[u8; 16], stanzas: &[String]) -> String {
    format!(
        "{{\"package\":\"{}\",\"suite\":\"floe-aes-256-gcm\",\"stanzas\":[{}]}}",
        hex(id),
        stanzas.join(",")
    )
}

/// Zero bytes up to where a segment begins.
pub(crate) fn fill(plain: &mut Vec<u8>) {
    plain.resize(plain.len().next_multiple_of(PLAIN), 0);
}

/// M and its footer behind what there is.
pub(crate) fn with_footer(plain: &mut Vec<u8>, manifest: &[u8]) {
    let offset = plain.len() as u64;
    plain.extend(manifest);
    plain.extend(footer(offset, manifest.len() as u64));
}

/// A footer.
pub(crate) fn footer(offset: u64, length: u64) -> Vec<u8> {
    [&offset.to_be_bytes()[..], &length.to_be_bytes(), b"KSHNMAN1"].concat()
}

/// The encryption of a body.
pub(crate) struct Floe {
    /// K-body.
    pub(crate) key: [u8; 32],
    /// Its IV.
    pub(crate) iv: [u8; 32],
    /// A.
    pub(crate) associated: Vec<u8>,
}

impl Floe {
    /// KDF(k, s, n): one HMAC-SHA-384, cut.
    pub(crate) fn derive(&self, key: &[u8], purpose: &[u8], length: usize) -> Vec<u8> {
        let mut mac = Hmac::<Sha384>::new_from_slice(key).unwrap();
        for part in [&PARAMETERS[..], &self.iv, purpose, &self.associated, &[1]] {
            mac.update(part);
        }
        mac.finalize().into_bytes()[..length].to_vec()
    }

    /// The header.
    pub(crate) fn header(&self) -> Vec<u8> {
        let tag = self.derive(&self.key, b"HEADER_TAG:", 32);
        [&PARAMETERS[..], &self.iv, &tag].concat()
    }

    /// K-message.
    pub(crate) fn message_key(&self) -> Vec<u8> {
        self.derive(&self.key, b"MESSAGE_KEY:", 48)
    }

    /// K-segment of a segment.
    pub(crate) fn segment_key(&self, number: u64) -> [u8; 32] {
        let first = number >> 20 << 20;
        let purpose = [b"DEK:", &first.to_be_bytes()[..]].concat();
        let key = self.derive(&self.message_key(), &purpose, 32);
        key.try_into().unwrap()
    }

    /// A segment.
    pub(crate) fn seal(&self, number: u64, last: bool, plain: &[u8]) -> Vec<u8> {
        let prefix = if last {
            u32::try_from(32 + plain.len()).unwrap()
        } else {
            u32::MAX
        };
        let aad = [&number.to_be_bytes()[..], &[u8::from(last)]].concat();
        let nonce = &sha256(&[b"nonce".as_slice(), &self.iv, &number.to_be_bytes()].concat())[..12];
        let sealed = encrypt(&self.segment_key(number), nonce.try_into().unwrap(), &aad, plain);
        [&prefix.to_be_bytes()[..], nonce, &sealed].concat()
    }
}

/// M's head line without what opens the list: salt, package and so on.
pub(crate) struct Head<'a> {
    /// Package id.
    pub(crate) id: &'a [u8; 16],
    /// Fingerprint of who sealed.
    pub(crate) sender: &'a str,
    /// Fingerprints of the recipients.
    pub(crate) recipients: &'a [&'a str],
    /// Number of the contract, as JSON.
    pub(crate) contract: &'a str,
    /// Length of the data.
    pub(crate) data: usize,
}

/// M.
pub(crate) fn manifest(head: &Head<'_>, entries: &[String]) -> Vec<u8> {
    let recipients: Vec<String> = head
        .recipients
        .iter()
        .map(|whose| format!("\"{whose}\""))
        .collect();
    let mut text = String::new();
    let salt = hex(&fixed(&format!("salt {}", hex(head.id))));
    write!(
        text,
        "{{\"salt\":\"{salt}\",\"manifest\":1,\"package\":\"{}\",",
        hex(head.id)
    )
    .unwrap();
    write!(
        text,
        "\"sender\":\"{}\",\"recipients\":[{}],",
        head.sender,
        recipients.join(",")
    )
    .unwrap();
    writeln!(
        text,
        "\"contract\":{},\"data\":{},\"entries\":[",
        head.contract, head.data
    )
    .unwrap();
    text += &entries.join(",\n");
    if !entries.is_empty() {
        text += "\n";
    }
    text += "]}\n";
    text.into_bytes()
}

/// A line of a folder.
pub(crate) fn folder(path: &str) -> String {
    format!("{{\"path\":\"{path}\",\"original\":null,\"type\":\"folder\"}}")
}

/// A line of a file; `original` and `time` (`modified`, `nanos`) as JSON.
pub(crate) fn file(path: &str, original: &str, offset: usize, bytes: &[u8], time: (&str, u32)) -> String {
    stored(path, original, (offset, bytes.len()), "plain", bytes, time)
}

/// The same of a file that stands encoded at a place and over a length.
pub(crate) fn stored(
    path: &str,
    original: &str,
    (offset, length): (usize, usize),
    encoding: &str,
    bytes: &[u8],
    (modified, nanos): (&str, u32),
) -> String {
    format!(
        "{{\"path\":\"{path}\",\"original\":{original},\"type\":\"file\",\"offset\":{offset},\"stored\":{length},\
         \"encoding\":\"{encoding}\",\"size\":{},\"modified\":{modified},\"nanos\":{nanos},\"blake3\":\"{}\"}}",
        bytes.len(),
        blake3::hash(bytes).to_hex()
    )
}

/// A recipient stanza from its parts.
pub(crate) fn recipient(kind: &str, fingerprint: &str, enc: &[u8], key: &[u8]) -> String {
    let (enc, key) = (BASE64.encode(enc), BASE64.encode(key));
    format!("{{\"type\":\"{kind}\",\"recipient\":\"{fingerprint}\",\"enc\":\"{enc}\",\"key\":\"{key}\"}}")
}

/// HPKE, base mode, one message: the encapsulated key and the wrapped one, with randomness that follows from
/// `seed`.
pub(crate) fn wrap(kind: &str, public: &[u8], info: &[u8], key: &[u8; 32], seed: &str) -> (Vec<u8>, Vec<u8>) {
    match kind {
        "p256" => wrap_with::<DhP256HkdfSha256>(public, info, key, seed),
        _ => wrap_with::<MlKem768P256>(public, info, key, seed),
    }
}

fn wrap_with<K: Kem>(public: &[u8], info: &[u8], key: &[u8; 32], seed: &str) -> (Vec<u8>, Vec<u8>) {
    let public = K::PublicKey::from_bytes(public).unwrap();
    let mut wrapped = *key;
    let (enc, tag): (_, AeadTag<AesGcm256>) =
        single_shot_seal_inout_detached_with_rng::<AesGcm256, HkdfSha256, K>(
            &OpModeS::Base,
            &public,
            info,
            wrapped.as_mut_slice().into(),
            b"",
            &mut Repeatable(seed, 0),
        )
        .unwrap();
    (enc.to_bytes().to_vec(), [&wrapped[..], &tag.to_bytes()].concat())
}

/// Randomness that is none.
struct Repeatable<'a>(&'a str, u32);

impl TryRng for Repeatable<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        for chunk in into.chunks_mut(32) {
            self.1 += 1;
            chunk.copy_from_slice(&fixed(&format!("{} {}", self.0, self.1))[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Repeatable<'_> {}

/// What a passphrase stanza is made of.
#[derive(Clone)]
pub(crate) struct PassphraseParts {
    /// Name of the key derivation.
    pub(crate) kdf: &'static str,
    /// Passes, memory in KiB, lanes, as JSON.
    pub(crate) cost: [String; 3],
    /// The salt.
    pub(crate) salt: Vec<u8>,
    /// The commitment.
    pub(crate) commitment: Vec<u8>,
    /// The wrapped file key.
    pub(crate) key: Vec<u8>,
}

impl PassphraseParts {
    /// The stanza.
    pub(crate) fn line(&self) -> String {
        let [t, m, p] = &self.cost;
        let [salt, commitment, key] =
            [&self.salt, &self.commitment, &self.key].map(|bytes| BASE64.encode(bytes));
        format!(
            "{{\"type\":\"passphrase\",\"kdf\":\"{}\",\"t\":{t},\"m\":{m},\"p\":{p},\"salt\":\"{salt}\",\
             \"commitment\":\"{commitment}\",\"key\":\"{key}\"}}",
            self.kdf
        )
    }
}

/// Argon2id with three passes over 64 MiB in four lanes: a key and the commitment.
pub(crate) fn stretch(passphrase: &str, salt: &[u8; 16]) -> ([u8; 32], [u8; 32]) {
    let mut output = [0; 64];
    Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(65_536, 3, 4, Some(64)).unwrap(),
    )
    .hash_password_into(passphrase.as_bytes(), salt, &mut output)
    .unwrap();
    let (key, commitment) = output.split_at(32);
    (key.try_into().unwrap(), commitment.try_into().unwrap())
}

/// The file key under the key that Argon2id gave.
pub(crate) fn wrap_under(key: &[u8; 32], id: &[u8; 16], file_key: &[u8; 32]) -> Vec<u8> {
    let aad = [b"keshiin-package/1 passphrase\n", &id[..]].concat();
    encrypt(key, &[0; 12], &aad, file_key)
}
