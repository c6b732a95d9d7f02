//! Opens the packages of the vectors through the public interface, and says what came of it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use data_encoding::{BASE64, HEXLOWER};
use keshiin::crypto::{CryptoError, Digest, Fingerprint, KemId, Passphrase, RecipientSecret, Secret};
use keshiin::progress::{Silent, StopSignal};
use keshiin::sealing::{Ciphertext, Entry, Examined, Extracted, Key, Outputs, SealingError, Wanted};
use keshiin::units::ByteOffset;
use serde::Deserialize;
use serde_json::Value;

/// Everything in `cases.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cases {
    /// The three packages that the others are parts of.
    pub(crate) bases: Vec<Base>,
    /// How the tree is cut.
    pub(crate) volumes: Vec<Volume>,
    /// What has to be opened.
    pub(crate) good: Vec<Good>,
    /// What has to be opened although it is damaged; it holds what its base does.
    pub(crate) healed: Vec<Damaged>,
    /// What has to be refused.
    pub(crate) broken: Vec<Broken>,
}

/// A package that lies there as a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Base {
    /// Name of the file.
    pub(crate) name: String,
    /// Its length in bytes.
    pub(crate) size: usize,
    /// SHA-256 of it.
    pub(crate) sha256: String,
    /// What opens it.
    key: Value,
    /// SHA-256 of its M.
    pub(crate) manifest_sha256: String,
}

/// A volume of the tree.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Volume {
    /// Its name.
    pub(crate) name: String,
    /// Its length in bytes.
    pub(crate) size: u64,
    /// BLAKE3 of it.
    pub(crate) blake3: String,
    /// SHA-256 of it.
    pub(crate) sha256: String,
}

/// How a package is made of its base, and what it is opened with.
#[derive(Deserialize)]
pub(crate) struct Made {
    /// What is special about it.
    pub(crate) why: String,
    base: String,
    #[serde(default)]
    parts: Option<Vec<Part>>,
    #[serde(default)]
    key: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Part {
    /// A stretch of the base: where it begins, how long it is.
    Of((usize, usize)),
    /// So many zero bytes.
    Zeros(usize),
    /// Bytes in base64.
    Own(String),
}

/// A good package.
#[derive(Deserialize)]
pub(crate) struct Good {
    /// What it is.
    #[serde(flatten)]
    pub(crate) made: Made,
    /// What it holds.
    pub(crate) holds: Vec<Held>,
    /// Exit code of the program.
    pub(crate) exit: u8,
}

/// A file, or an empty folder.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Held {
    path: String,
    original: Option<String>,
    size: Option<usize>,
    sha256: Option<String>,
}

/// A damaged package.
#[derive(Deserialize)]
pub(crate) struct Damaged {
    /// What it is.
    #[serde(flatten)]
    pub(crate) made: Made,
    /// What was healed, in the order of the words.
    pub(crate) healed: Vec<String>,
    /// Exit code of the program.
    pub(crate) exit: u8,
}

/// A broken package.
#[derive(Deserialize)]
pub(crate) struct Broken {
    /// What it is.
    #[serde(flatten)]
    pub(crate) made: Made,
    /// Which layer objects.
    pub(crate) layer: String,
    /// Exit code of the program.
    pub(crate) exit: u8,
}

/// What came of a package.
pub(crate) struct Opened {
    /// What was released, or who objected.
    pub(crate) result: Result<Vec<String>, (String, u8)>,
    /// What was written completely, released or not.
    pub(crate) finished: Vec<Held>,
    /// SHA-256 of M, where it could be read.
    pub(crate) manifest: Option<Digest>,
}

/// All bases with the keys of all people.
pub(crate) struct Judge {
    bases: BTreeMap<String, (Vec<u8>, Value)>,
    people: BTreeMap<String, (Fingerprint, RecipientSecret)>,
}

#[derive(Deserialize)]
struct Person {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    fingerprint: String,
    secret: String,
}

impl Judge {
    /// Reads the bases through `read`.
    pub(crate) fn new(cases: &Cases, read: &dyn Fn(&str) -> Vec<u8>) -> Self {
        let base = |base: &Base| (base.name.clone(), (read(&base.name), base.key.clone()));
        let keys: Value = serde_json::from_slice(&read("keys.json")).unwrap();
        let people: Vec<Person> = serde_json::from_value(keys["people"].clone()).unwrap();
        Self {
            bases: cases.bases.iter().map(base).collect(),
            people: people
                .iter()
                .map(|person| (person.name.clone(), person.keys()))
                .collect(),
        }
    }

    /// The bytes of a package.
    pub(crate) fn bytes(&self, made: &Made) -> Vec<u8> {
        let base = &self.bases[&made.base].0;
        let Some(parts) = &made.parts else {
            return base.clone();
        };
        let bytes = |part: &Part| match part {
            Part::Of((from, length)) => base[*from..from + length].to_vec(),
            Part::Zeros(count) => vec![0; *count],
            Part::Own(text) => BASE64.decode(text.as_bytes()).unwrap(),
        };
        parts.iter().flat_map(bytes).collect()
    }

    /// Opens a package as `keshiin open` does: nothing is released before all was read.
    pub(crate) fn open(&self, made: &Made) -> Opened {
        let key = made.key.as_ref().unwrap_or(&self.bases[&made.base].1);
        self.open_as(&self.bytes(made), key)
    }

    /// Opens a package with a base's own key.
    pub(crate) fn open_own(&self, base: &str, source: &dyn Ciphertext) -> Result<Extracted, SealingError> {
        let shelf = Shelf::default();
        let mut manifest = None;
        self.with_key(&self.bases[base].1, |key| {
            extract(source, key, &shelf, &mut manifest)
        })
        .unwrap()
    }

    fn open_as(&self, bytes: &Vec<u8>, key: &Value) -> Opened {
        let (shelf, mut manifest) = (Shelf::default(), None);
        let result = match self.with_key(key, |key| extract(bytes, key, &shelf, &mut manifest)) {
            Err(CryptoError::WrongGroup { .. } | CryptoError::NotASign { .. }) => {
                Err(("passphrase".into(), 8))
            }
            Err(other) => panic!("{other}"),
            Ok(Err(error)) => {
                let layer = error
                    .layer()
                    .map_or_else(|| error.to_string(), |layer| layer.name().to_owned());
                Err((layer, exit(&error)))
            }
            Ok(Ok(extracted)) => {
                let mut words: Vec<String> = extracted
                    .healed
                    .iter()
                    .map(|healed| healed.word().to_owned())
                    .collect();
                words.sort_unstable();
                Ok(words)
            }
        };
        let mut finished = std::mem::take(&mut *shelf.finished.lock().unwrap());
        finished.sort();
        Opened {
            result,
            finished,
            manifest,
        }
    }

    /// Does `job` with a key as the vectors name it: somebody, one's fingerprint with another's secret, or a
    /// passphrase as it is typed.
    fn with_key<T>(&self, key: &Value, job: impl FnOnce(&Key<'_>) -> T) -> Result<T, CryptoError> {
        if let Some(typed) = key["passphrase"].as_str() {
            let passphrase = Passphrase::of_package(typed)?;
            return Ok(job(&Key::Passphrase(&passphrase)));
        }
        let person = |name: &Value| &self.people[name.as_str().unwrap()];
        let (whose, secret) = if key.is_string() {
            (person(key), person(key))
        } else {
            (person(&key["fingerprint_of"]), person(&key["secret_of"]))
        };
        Ok(job(&Key::Recipient(whose.0, &secret.1)))
    }
}

impl Person {
    fn keys(&self) -> (Fingerprint, RecipientSecret) {
        let kem = if self.kind == "p256" {
            KemId::P256
        } else {
            KemId::MlKem768P256
        };
        let mut secret = HEXLOWER.decode(self.secret.as_bytes()).unwrap();
        let secret = RecipientSecret::from_bytes(kem, Secret::take(&mut secret).unwrap()).unwrap();
        (Fingerprint::parse(&self.fingerprint).unwrap(), secret)
    }
}

fn extract(
    source: &dyn Ciphertext,
    key: &Key<'_>,
    shelf: &Shelf,
    manifest: &mut Option<Digest>,
) -> Result<Extracted, SealingError> {
    let package = Examined::read(source)?.unlock(key)?;
    *manifest = Some(package.manifest().digest);
    package.extract(Wanted::All, shelf, &mut Silent, &StopSignal::default())
}

/// The exit code of an error of §8.
fn exit(error: &SealingError) -> u8 {
    match error {
        SealingError::NotForThisKey | SealingError::OtherKeyWanted { .. } | SealingError::WrongPassphrase => {
            8
        }
        _ => 4,
    }
}

/// The tree as volumes.
pub(crate) struct Volumes {
    /// All bytes.
    pub(crate) bytes: Vec<u8>,
    /// Their lengths.
    pub(crate) sizes: Vec<u64>,
}

impl Ciphertext for Volumes {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn volumes(&self) -> &[u64] {
        &self.sizes
    }

    fn read_at(&self, at: ByteOffset, into: &mut [u8]) -> io::Result<()> {
        self.bytes.read_at(at, into)
    }
}

/// Takes files in; what is complete is known by its digest.
#[derive(Default)]
struct Shelf {
    open: Arc<Mutex<BTreeMap<usize, Vec<u8>>>>,
    finished: Mutex<Vec<Held>>,
}

struct Slot(Arc<Mutex<BTreeMap<usize, Vec<u8>>>>, usize);

impl Write for Slot {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap()
            .entry(self.1)
            .or_default()
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shelf {
    fn finish(&self, entry: &Entry, bytes: Option<&[u8]>) {
        self.finished.lock().unwrap().push(Held {
            path: entry.path.to_string(),
            original: entry.original.as_ref().map(ToString::to_string),
            size: bytes.map(<[u8]>::len),
            sha256: bytes.map(|bytes| Digest::of(&[bytes]).to_string()),
        });
    }
}

impl Outputs for Shelf {
    fn folder(&self, _: usize, entry: &Entry) -> io::Result<()> {
        self.finish(entry, None);
        Ok(())
    }

    fn create(&self, place: usize, _: &Entry) -> io::Result<Box<dyn Write + Send>> {
        let before = self.open.lock().unwrap().insert(place, Vec::new());
        assert_eq!(before, None, "a file is made twice");
        Ok(Box::new(Slot(Arc::clone(&self.open), place)))
    }

    fn finish(&self, place: usize, entry: &Entry, _: Box<dyn Write + Send>) -> io::Result<()> {
        let bytes = self.open.lock().unwrap()[&place].clone();
        Self::finish(self, entry, Some(&bytes));
        Ok(())
    }
}
