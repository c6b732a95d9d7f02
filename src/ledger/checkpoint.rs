//! Checkpoints (記録簿照合値): the head of a ledger, signed by people.
//!
//! C2SP tlog-checkpoint over C2SP signed-note v1.0.0, Ed25519 signatures (type 0x01). The key name is
//! the signer's fingerprint, since people sign here, not servers. Pure: bytes in, bytes out.

use data_encoding::BASE64;

use crate::crypto::{Digest, PublicKey, Signature};

use super::entry::LedgerId;
use super::error::LedgerError;
use super::tree::Head;

/// The longest signed checkpoint that is read, in bytes.
pub const CHECKPOINT_MAX: usize = 64 << 10;
/// The most signatures on a checkpoint.
pub const SIGNATURES_MAX: usize = 16;
/// What every origin begins with.
const ORIGIN: &str = "keshiin/";
/// What every signature line begins with: an em dash and a space.
const SIGNATURE_LINE: &str = "\u{2014} ";
/// The signature type of C2SP signed-note for plain Ed25519.
const TYPE_ED25519: u8 = 0x01;

/// The head of a ledger, as it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which ledger.
    pub ledger: LedgerId,
    /// Its size and root.
    pub head: Head,
}

/// One signature line. Says nothing until it is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The signer's fingerprint.
    pub name: Digest,
    /// Four bytes that tell keys of the same name apart.
    pub key_id: [u8; 4],
    /// The signature over [`Checkpoint::body`].
    pub signature: Signature,
}

/// A checkpoint with 1 to 16 signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    signatures: Vec<NoteSignature>,
}

impl Checkpoint {
    /// The checkpoint of the ledger `ledger` at `head`.
    #[must_use]
    pub const fn new(head: Head, ledger: LedgerId) -> Self {
        Self { ledger, head }
    }

    /// The bytes that are signed: origin, size and root, a line each.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let root = BASE64.encode(self.head.root.bytes());
        format!("{ORIGIN}{}\n{}\n{root}\n", self.ledger, self.head.size).into_bytes()
    }

    /// The signed note with these signatures: fingerprint, key, signature over [`Checkpoint::body`].
    ///
    /// # Errors
    /// [`LedgerError::SignatureCount`], or [`LedgerError::SignatureInvalid`] for one that is false.
    pub fn encode(&self, signatures: &[(Digest, PublicKey, Signature)]) -> Result<Vec<u8>, LedgerError> {
        let mut lines = Vec::with_capacity(signatures.len().min(SIGNATURES_MAX));
        for (name, key, signature) in signatures {
            key.verify(&self.body(), signature)
                .map_err(|_| LedgerError::SignatureInvalid { name: *name })?;
            lines.push(NoteSignature {
                name: *name,
                key_id: key_id(name, key),
                signature: *signature,
            });
        }
        SignedCheckpoint::new(*self, lines).map(|signed| signed.encode())
    }

    /// Reads what [`Checkpoint::body`] writes.
    fn parse_body(body: &str) -> Result<Self, LedgerError> {
        let malformed = |why| LedgerError::CheckpointMalformed { why };
        let lines: Vec<&str> = body.split('\n').collect();
        let [origin, size, root] = lines[..] else {
            return Err(malformed("not three lines"));
        };
        let ledger = origin.strip_prefix(ORIGIN).and_then(LedgerId::parse);
        let size = size.parse::<i64>().ok().and_then(|size| u64::try_from(size).ok());
        let root = BASE64
            .decode(root.as_bytes())
            .ok()
            .and_then(|root| root.try_into().ok());
        let head = Head {
            size: size.ok_or(malformed("size"))?,
            root: Digest::from_bytes(root.ok_or(malformed("root"))?),
        };
        if head.size == 0 && head != Head::empty() {
            return Err(malformed("root of an empty ledger"));
        }
        Ok(Self {
            ledger: ledger.ok_or(malformed("origin"))?,
            head,
        })
    }
}

impl SignedCheckpoint {
    /// A checkpoint with these signature lines, which are not verified here.
    fn new(checkpoint: Checkpoint, signatures: Vec<NoteSignature>) -> Result<Self, LedgerError> {
        let doubled = signatures.iter().enumerate().any(|(place, one)| {
            signatures[..place]
                .iter()
                .any(|other| (other.name, other.key_id) == (one.name, one.key_id))
        });
        if doubled || signatures.is_empty() || signatures.len() > SIGNATURES_MAX {
            return Err(LedgerError::SignatureCount);
        }
        Ok(Self {
            checkpoint,
            signatures,
        })
    }

    /// Reads a signed checkpoint in its one exact form. Nothing is verified yet.
    ///
    /// # Errors
    /// [`LedgerError::CheckpointMalformed`] or [`LedgerError::SignatureCount`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LedgerError> {
        let malformed = |why| LedgerError::CheckpointMalformed { why };
        if bytes.len() > CHECKPOINT_MAX {
            return Err(malformed("too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("not UTF-8"))?;
        let (body, lines) = text.split_once("\n\n").ok_or(malformed("no blank line"))?;
        let lines = lines.strip_suffix('\n').ok_or(malformed("no final newline"))?;
        // One more than the bound is enough to refuse it.
        let signatures: Result<Vec<_>, _> = lines
            .split('\n')
            .take(SIGNATURES_MAX + 1)
            .map(NoteSignature::parse)
            .collect();
        let signed = Self::new(Checkpoint::parse_body(body)?, signatures?)?;
        if signed.encode() == bytes {
            Ok(signed)
        } else {
            Err(malformed("another spelling"))
        }
    }

    /// The exact bytes of the signed note.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut text = self.checkpoint.body();
        text.push(b'\n');
        for line in &self.signatures {
            text.extend_from_slice(line.encode().as_bytes());
        }
        text
    }

    /// What is signed. Believe it only after [`SignedCheckpoint::verify_by`].
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The signature lines, in their order.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Checks the signature that the person with fingerprint `name` made with `key`.
    ///
    /// # Errors
    /// [`LedgerError::SignatureMissing`] or [`LedgerError::SignatureInvalid`].
    pub fn verify_by(&self, name: &Digest, key: &PublicKey) -> Result<(), LedgerError> {
        let id = key_id(name, key);
        let line = self
            .signatures
            .iter()
            .find(|line| line.name == *name && line.key_id == id);
        let line = line.ok_or(LedgerError::SignatureMissing { name: *name })?;
        key.verify(&self.checkpoint.body(), &line.signature)
            .map_err(|_| LedgerError::SignatureInvalid { name: *name })
    }

    /// The same checkpoint with one more signature, last.
    ///
    /// # Errors
    /// [`LedgerError::SignatureCount`] or [`LedgerError::SignatureInvalid`].
    pub fn with(&self, name: Digest, key: &PublicKey, signature: Signature) -> Result<Self, LedgerError> {
        key.verify(&self.checkpoint.body(), &signature)
            .map_err(|_| LedgerError::SignatureInvalid { name })?;
        let mut signatures = self.signatures.clone();
        signatures.push(NoteSignature {
            name,
            key_id: key_id(&name, key),
            signature,
        });
        Self::new(self.checkpoint, signatures)
    }
}

impl NoteSignature {
    fn parse(line: &str) -> Result<Self, LedgerError> {
        let malformed = LedgerError::CheckpointMalformed {
            why: "signature line",
        };
        let parts = line
            .strip_prefix(SIGNATURE_LINE)
            .and_then(|rest| rest.split_once(' '));
        let (name, blob) = parts.ok_or(malformed.clone())?;
        let name = Digest::parse(name).ok_or(malformed.clone())?;
        let blob = BASE64.decode(blob.as_bytes()).map_err(|_| malformed.clone())?;
        let (id, signature) = blob.split_first_chunk::<4>().ok_or(malformed.clone())?;
        let signature = signature.try_into().map_err(|_| malformed)?;
        Ok(Self {
            name,
            key_id: *id,
            signature: Signature::from_bytes(signature),
        })
    }

    fn encode(&self) -> String {
        let blob = [&self.key_id[..], self.signature.bytes()].concat();
        format!("{SIGNATURE_LINE}{} {}\n", self.name, BASE64.encode(&blob))
    }
}

/// SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key), its first four bytes.
fn key_id(name: &Digest, key: &PublicKey) -> [u8; 4] {
    let digest = Digest::of(&[name.to_string().as_bytes(), &[0x0A, TYPE_ED25519], &key.bytes()]);
    let [a, b, c, d, ..] = *digest.bytes();
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Secret, SigningKey};

    fn signer(n: u8) -> (Digest, SigningKey) {
        let key = SigningKey::from_seed(Secret::take(&mut [n; 32]).unwrap()).unwrap();
        (Digest::of(&[b"person", &[n]]), key)
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint::new(
            Head {
                size: 20,
                root: Digest::of(&[b"root"]),
            },
            LedgerId::from_bytes([0xAB; 16]),
        )
    }

    fn sign(people: &[(Digest, SigningKey)]) -> Vec<(Digest, PublicKey, Signature)> {
        let body = checkpoint().body();
        people
            .iter()
            .map(|(name, key)| (*name, key.public(), key.sign(&body).unwrap()))
            .collect()
    }

    #[test]
    fn a_signed_checkpoint_is_read_back_and_verified() {
        let people = [signer(1), signer(2)];
        let bytes = checkpoint().encode(&sign(&people)).unwrap();
        let read = SignedCheckpoint::parse(&bytes).unwrap();
        assert_eq!(read.checkpoint(), &checkpoint());
        assert_eq!(read.encode(), bytes);
        for (name, key) in &people {
            assert_eq!(read.verify_by(name, &key.public()), Ok(()));
        }
        let (name, key) = signer(3);
        let missing = Err(LedgerError::SignatureMissing { name });
        assert_eq!(read.verify_by(&name, &key.public()), missing);
        let swapped = LedgerError::SignatureMissing { name: people[0].0 };
        assert_eq!(read.verify_by(&people[0].0, &people[1].1.public()), Err(swapped));
    }

    #[test]
    fn a_false_signature_is_found_when_written_and_when_read() {
        let (name, key) = signer(1);
        let false_one = key.sign(b"something else").unwrap();
        let invalid = LedgerError::SignatureInvalid { name };
        assert_eq!(
            checkpoint().encode(&[(name, key.public(), false_one)]),
            Err(invalid.clone())
        );
        let bytes = checkpoint().encode(&sign(&[signer(1)])).unwrap();
        let text = String::from_utf8(bytes).unwrap().replacen("\n20\n", "\n21\n", 1);
        let read = SignedCheckpoint::parse(text.as_bytes()).unwrap();
        assert_eq!(read.verify_by(&name, &key.public()), Err(invalid));
    }

    #[test]
    fn every_changed_byte_is_refused_or_unsigned() {
        let (name, key) = signer(1);
        let bytes = checkpoint().encode(&sign(&[signer(1)])).unwrap();
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[place] ^= 1 << bit;
                let held =
                    SignedCheckpoint::parse(&changed).and_then(|read| read.verify_by(&name, &key.public()));
                assert!(held.is_err(), "byte {place} bit {bit}");
            }
        }
        for end in 0..bytes.len() {
            assert!(SignedCheckpoint::parse(&bytes[..end]).is_err());
        }
    }

    #[test]
    fn other_spellings_and_extensions_are_refused() {
        let text = String::from_utf8(checkpoint().encode(&sign(&[signer(1)])).unwrap()).unwrap();
        for (from, to) in [
            ("\n20\n", "\n020\n"),
            ("\n20\n", "\n+20\n"),
            ("\n20\n", "\n-20\n"),
            ("\n20\n", "\n9223372036854775808\n"),
            ("\n20\n", "\n0\n"),
            ("=\n\n", "=\nextension\n\n"),
            ("=\n\n", "=\n\n\n"),
            ("=\n\n", "=\r\n\n"),
            ("=\n\n", "\n\n"),
            ("keshiin/", "keshiin2/"),
            ("keshiin/ab", "keshiin/AB"),
            ("\u{2014} ", "\u{2013} "),
            ("\u{2014} ", "- "),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(other, text, "{from:?}");
            assert!(SignedCheckpoint::parse(other.as_bytes()).is_err(), "{to:?}");
        }
        assert!(SignedCheckpoint::parse(format!("{text}\n").as_bytes()).is_err());
        assert!(SignedCheckpoint::parse(&[b'\n'; CHECKPOINT_MAX + 1]).is_err());
    }

    #[test]
    fn one_to_sixteen_signatures_each_by_another_key() {
        let most: Vec<_> = (0..SIGNATURES_MAX as u8).map(signer).collect();
        assert!(SignedCheckpoint::parse(&checkpoint().encode(&sign(&most)).unwrap()).is_ok());
        let many: Vec<_> = (0..=SIGNATURES_MAX as u8).map(signer).collect();
        for people in [&[][..], &[signer(1), signer(1)][..], &many[..]] {
            assert_eq!(
                checkpoint().encode(&sign(people)),
                Err(LedgerError::SignatureCount)
            );
        }
        let mut bytes = checkpoint().encode(&sign(&most)).unwrap();
        let line = bytes.split(|b| *b == b'\n').nth(4).unwrap().to_vec();
        bytes.extend_from_slice(&[&line[..], b"\n"].concat());
        assert_eq!(SignedCheckpoint::parse(&bytes), Err(LedgerError::SignatureCount));
    }

    #[test]
    fn a_witness_adds_a_signature_later() {
        let first = SignedCheckpoint::parse(&checkpoint().encode(&sign(&[signer(1)])).unwrap()).unwrap();
        let (name, key) = signer(2);
        let signature = key.sign(&checkpoint().body()).unwrap();
        let both = first.with(name, &key.public(), signature).unwrap();
        assert_eq!(
            both.encode(),
            checkpoint().encode(&sign(&[signer(1), signer(2)])).unwrap()
        );
        assert_eq!(
            both.with(name, &key.public(), signature),
            Err(LedgerError::SignatureCount)
        );
    }
}
