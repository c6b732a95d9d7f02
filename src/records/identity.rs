//! A person's identity: a public record signed by its own key, and the file that also holds the
//! secret half under a passphrase (`docs/spec/identity.md`).

use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};

use crate::crypto::{
    self, Argon2Params, CryptoError, Digest, Fingerprint, KemId, NONCE_BYTES, Passphrase, PassphraseKeys,
    PublicKey, RecipientPublic, RecipientSecret, SALT_BYTES, Secret, SigningKey,
};

use super::envelope::encode_line;
use super::statement::check_id;
use super::{Envelope, Kind, RecordError, check_text, strict};

/// Largest identity file in bytes.
pub const MOST_IDENTITY_BYTES: usize = 64 << 10;
const WHAT: &str = "identity";
const MAGIC: &[u8] = b"keshiin-identity-file/1\n";
/// The checksum line: 64 digits and a newline.
const CHECKSUM_BYTES: usize = 65;

/// The public half of a person's identity, proven to belong to the keys it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Short name for the command line.
    pub id: String,
    /// The name as typed.
    pub name: String,
    /// The organisation.
    pub organisation: String,
    /// Title or post.
    pub title: Option<String>,
    /// How to reach them.
    pub contact: Option<String>,
    /// Made for a demonstration.
    pub specimen: bool,
    signing_key: PublicKey,
    recipient: RecipientPublic,
    envelope: Envelope,
}

/// What is asked of somebody who gets an identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewIdentity {
    /// Short name for the command line.
    pub id: String,
    /// The name as typed.
    pub name: String,
    /// The organisation.
    pub organisation: String,
    /// Title or post.
    pub title: Option<String>,
    /// How to reach them.
    pub contact: Option<String>,
    /// Made for a demonstration.
    pub specimen: bool,
}

/// An identity whose secret half is at hand.
pub struct UnlockedIdentity {
    public: Identity,
    signing: SigningKey,
    recipient: RecipientSecret,
}

/// An identity file as it lies on a disk: public half in clear, secret half encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityFile {
    public: Identity,
    lock: Lock,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    kdf: String,
    t: u32,
    m: u32,
    p: u32,
    salt: String,
    commitment: String,
    nonce: String,
    ciphertext: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    kind: Kind,
    version: u32,
    specimen: bool,
    id: String,
    name: String,
    organisation: String,
    title: Option<String>,
    contact: Option<String>,
    signing_key: String,
    kem_id: u16,
    recipient_key: String,
}

impl NewIdentity {
    /// Draws fresh keys and signs the public half with them.
    ///
    /// # Errors
    /// Texts that may not stand on a record; no randomness.
    pub fn create(self) -> Result<UnlockedIdentity, RecordError> {
        self.check()?;
        let signing = SigningKey::generate()?;
        let recipient = RecipientSecret::generate(KemId::MlKem768P256)?;
        let payload = Payload {
            kind: Kind::Identity,
            version: 1,
            specimen: self.specimen,
            id: self.id,
            name: self.name,
            organisation: self.organisation,
            title: self.title,
            contact: self.contact,
            signing_key: BASE64.encode(&signing.public().bytes()),
            kem_id: recipient.public().kem().number(),
            recipient_key: BASE64.encode(recipient.public().bytes()),
        };
        let mut bytes = encode_line(&payload);
        bytes.pop();
        let unsigned = Envelope::new(Kind::Identity, bytes);
        let mut unlocked = UnlockedIdentity {
            public: payload.open(unsigned.clone())?,
            signing,
            recipient,
        };
        let mut envelope = unsigned;
        envelope.sign(&unlocked, &[unlocked.public.fingerprint()])?;
        unlocked.public = Identity::from_envelope(envelope)?;
        Ok(unlocked)
    }

    fn check(&self) -> Result<(), RecordError> {
        check_id("id", &self.id)?;
        check_text("name", &self.name, 100)?;
        check_text("organisation", &self.organisation, 200)?;
        self.title
            .iter()
            .try_for_each(|title| check_text("title", title, 100))?;
        self.contact
            .iter()
            .try_for_each(|contact| check_text("contact", contact, 200))
    }
}

impl Payload {
    fn open(&self, envelope: Envelope) -> Result<Identity, RecordError> {
        let new = NewIdentity {
            id: self.id.clone(),
            name: self.name.clone(),
            organisation: self.organisation.clone(),
            title: self.title.clone(),
            contact: self.contact.clone(),
            specimen: self.specimen,
        };
        new.check()?;
        let signing_key = PublicKey::from_bytes(&fixed("signing_key", &self.signing_key)?)?;
        let recipient = RecipientPublic::from_bytes(
            KemId::from_number(self.kem_id)?,
            &decode("recipient_key", &self.recipient_key)?,
        )?;
        let NewIdentity {
            id,
            name,
            organisation,
            title,
            contact,
            specimen,
        } = new;
        Ok(Identity {
            id,
            name,
            organisation,
            title,
            contact,
            specimen,
            signing_key,
            recipient,
            envelope,
        })
    }
}

impl Identity {
    /// Reads a public identity and checks that it is signed by the key it names (the one record
    /// that must be parsed before its signature can be checked: it brings its own key).
    ///
    /// # Errors
    /// Not an identity, not in its exact form, or not signed by its own key.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MOST_IDENTITY_BYTES {
            return Err(RecordError::TooLarge {
                what: WHAT,
                bound: MOST_IDENTITY_BYTES,
            });
        }
        Self::from_envelope(Envelope::parse(bytes)?)
    }

    fn from_envelope(envelope: Envelope) -> Result<Self, RecordError> {
        if envelope.kind() != Some(Kind::Identity) {
            return Err(RecordError::WrongKind {
                expected: "identity",
                found: envelope.payload_type().to_owned(),
            });
        }
        let payload: Payload = strict::parse(WHAT, envelope.payload())?;
        if payload.kind != Kind::Identity || payload.version != 1 {
            return Err(RecordError::malformed(
                WHAT,
                "kind and version are not those of its type",
            ));
        }
        let identity = payload.open(envelope)?;
        let [signed] = identity.envelope.signatures() else {
            return Err(RecordError::malformed(WHAT, "not exactly one signature"));
        };
        let own = signed.fingerprint == identity.fingerprint();
        let good = own
            && identity
                .envelope
                .check(&identity.signing_key, &signed.signature)
                .is_ok();
        if good {
            Ok(identity)
        } else {
            Err(RecordError::BadSignature { who: identity.id })
        }
    }

    /// The bytes of the public record.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.envelope.encode()
    }

    /// What names these keys.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.signing_key, &self.recipient)
    }

    /// The key its signatures are checked with.
    #[must_use]
    pub const fn signing_key(&self) -> PublicKey {
        self.signing_key
    }

    /// The key that packages are sealed to.
    #[must_use]
    pub const fn recipient(&self) -> &RecipientPublic {
        &self.recipient
    }
}

impl UnlockedIdentity {
    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &Identity {
        &self.public
    }

    /// The key it signs with.
    #[must_use]
    pub const fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The key that packages are opened with.
    #[must_use]
    pub const fn recipient(&self) -> &RecipientSecret {
        &self.recipient
    }

    /// Encrypts the secret half under `passphrase`, with a fresh salt and nonce.
    ///
    /// # Errors
    /// No randomness or no memory.
    pub fn lock(&self, passphrase: &Passphrase) -> Result<IdentityFile, RecordError> {
        let params = Argon2Params::FLOOR;
        let salt: [u8; SALT_BYTES] = crypto::random()?;
        let nonce: [u8; NONCE_BYTES] = crypto::random()?;
        let keys = PassphraseKeys::derive(passphrase, &salt, params)?;
        let mut both = Secret::zeroed(64)?;
        both.bytes_mut()[..32].copy_from_slice(self.signing.seed().bytes());
        both.bytes_mut()[32..].copy_from_slice(self.recipient.secret().bytes());
        let ciphertext = crypto::seal(keys.key(), &nonce, both.bytes(), &self.public.encode())?;
        let lock = Lock {
            kdf: "argon2id".into(),
            t: params.passes(),
            m: params.memory_kib(),
            p: params.lanes(),
            salt: BASE64.encode(&salt),
            commitment: BASE64.encode(keys.commitment()),
            nonce: BASE64.encode(&nonce),
            ciphertext: BASE64.encode(&ciphertext),
        };
        Ok(IdentityFile {
            public: self.public.clone(),
            lock,
        })
    }
}

impl IdentityFile {
    /// Whether `bytes` begin as an identity file does.
    #[must_use]
    pub fn begins(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// Reads an identity file. Damage is told from its checksum, before anything else is read.
    ///
    /// # Errors
    /// [`RecordError::IdentityDamaged`] for a changed or missing byte; others for a file that was
    /// never written by this program.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MOST_IDENTITY_BYTES {
            return Err(RecordError::TooLarge {
                what: WHAT,
                bound: MOST_IDENTITY_BYTES,
            });
        }
        let split = bytes
            .len()
            .checked_sub(CHECKSUM_BYTES)
            .ok_or(RecordError::IdentityDamaged)?;
        let (body, checksum) = bytes.split_at(split);
        if checksum_line(body) != checksum {
            return Err(RecordError::IdentityDamaged);
        }
        let rest = body
            .strip_prefix(MAGIC)
            .ok_or_else(|| RecordError::malformed(WHAT, "unknown version"))?;
        let end = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or(RecordError::IdentityDamaged)?;
        let (public, lock) = rest.split_at(end + 1);
        let file = Self {
            public: Identity::parse(public)?,
            lock: strict::parse(WHAT, lock)?,
        };
        if file.encode() == bytes {
            Ok(file)
        } else {
            Err(RecordError::malformed(WHAT, "other bytes than its one spelling"))
        }
    }

    /// The bytes of the file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let body = [MAGIC, &self.public.encode(), &encode_line(&self.lock)].concat();
        [body.as_slice(), &checksum_line(&body)].concat()
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &Identity {
        &self.public
    }

    /// Opens the secret half.
    ///
    /// # Errors
    /// [`RecordError::WrongPassphrase`]; [`RecordError::IdentityDamaged`] for a secret half that is
    /// not that of the public one.
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<UnlockedIdentity, RecordError> {
        let lock = &self.lock;
        if lock.kdf != "argon2id" {
            return Err(RecordError::malformed(WHAT, "unknown key derivation"));
        }
        let params = Argon2Params::new(lock.t, lock.m, lock.p)?;
        let keys = PassphraseKeys::derive(passphrase, &fixed("salt", &lock.salt)?, params)?;
        if !keys.matches(&decode("commitment", &lock.commitment)?) {
            return Err(RecordError::WrongPassphrase);
        }
        let (nonce, ciphertext) = (
            fixed("nonce", &lock.nonce)?,
            decode("ciphertext", &lock.ciphertext)?,
        );
        let both = crypto::open(keys.key(), &nonce, &ciphertext, &self.public.encode())
            .map_err(|_| RecordError::IdentityDamaged)?;
        self.assemble(&both).ok_or(RecordError::IdentityDamaged)
    }

    fn assemble(&self, both: &Secret) -> Option<UnlockedIdentity> {
        let (seed, recipient) = both.bytes().split_at_checked(32)?;
        let copy = |bytes: &[u8]| -> Result<Secret, CryptoError> {
            let mut secret = Secret::zeroed(bytes.len())?;
            secret.bytes_mut().copy_from_slice(bytes);
            Ok(secret)
        };
        let signing = SigningKey::from_seed(copy(seed).ok()?).ok()?;
        let recipient =
            RecipientSecret::from_bytes(self.public.recipient.kem(), copy(recipient).ok()?).ok()?;
        let same =
            signing.public() == self.public.signing_key && recipient.public() == &self.public.recipient;
        same.then(|| UnlockedIdentity {
            public: self.public.clone(),
            signing,
            recipient,
        })
    }
}

fn checksum_line(body: &[u8]) -> Vec<u8> {
    let mut line = HEXLOWER.encode(Digest::of(&[body]).bytes()).into_bytes();
    line.push(b'\n');
    line
}

fn decode(field: &'static str, text: &str) -> Result<Vec<u8>, RecordError> {
    BASE64
        .decode(text.as_bytes())
        .map_err(|_| RecordError::malformed(WHAT, format_args!("{field} is not base64")))
}

fn fixed<const N: usize>(field: &'static str, text: &str) -> Result<[u8; N], RecordError> {
    decode(field, text)?
        .try_into()
        .map_err(|_| RecordError::malformed(WHAT, format_args!("{field} has another length")))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Somebody for tests.
    pub(crate) fn person(id: &str) -> UnlockedIdentity {
        let new = NewIdentity {
            id: id.into(),
            name: format!("テスト {id}"),
            organisation: "試験課".into(),
            ..NewIdentity::default()
        };
        new.create().unwrap()
    }

    #[test]
    fn a_file_opens_with_its_passphrase_only() {
        let person = person("tanaka");
        let passphrase = Passphrase::new("yuki-no-shita-58").unwrap();
        let file = person.lock(&passphrase).unwrap();
        let read = IdentityFile::parse(&file.encode()).unwrap();
        assert_eq!(read.public(), person.public());
        let opened = read.unlock(&passphrase).unwrap();
        assert_eq!(opened.signing().public(), person.signing().public());
        assert!(matches!(
            read.unlock(&Passphrase::new("yuki-no-shita-59").unwrap()),
            Err(RecordError::WrongPassphrase)
        ));
        assert_ne!(
            file.encode(),
            person.lock(&passphrase).unwrap().encode(),
            "salt and nonce are fresh"
        );
    }

    #[test]
    fn every_changed_or_missing_byte_is_damage() {
        let bytes = person("tanaka")
            .lock(&Passphrase::new("yuki-no-shita-58").unwrap())
            .unwrap()
            .encode();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert_eq!(
                IdentityFile::parse(&changed),
                Err(RecordError::IdentityDamaged),
                "byte {place}"
            );
            assert_eq!(
                IdentityFile::parse(&bytes[..place]),
                Err(RecordError::IdentityDamaged),
                "cut at {place}"
            );
        }
    }

    #[test]
    fn a_public_half_needs_proof_of_possession() {
        let (honest, thief) = (person("honest"), person("thief"));
        let text = String::from_utf8(honest.public().envelope.payload().to_vec()).unwrap();
        let mut stolen = Envelope::new(Kind::Identity, text.replace("honest", "thief-").into_bytes());
        stolen.sign(&thief, &[thief.public().fingerprint()]).unwrap();
        assert!(matches!(
            Identity::parse(&stolen.encode()),
            Err(RecordError::BadSignature { .. })
        ));
    }

    #[test]
    fn hostile_parameters_are_refused_before_any_memory_is_taken() {
        let mut file = person("tanaka")
            .lock(&Passphrase::new("yuki-no-shita-58").unwrap())
            .unwrap();
        file.lock.m = u32::MAX;
        let read = IdentityFile::parse(&file.encode()).unwrap();
        let error = read.unlock(&Passphrase::new("x").unwrap()).err();
        assert!(matches!(
            error,
            Some(RecordError::Crypto(CryptoError::Argon2OutOfBounds { .. }))
        ));
    }
}
