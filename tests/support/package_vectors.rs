//! Makes the vectors under `tests/vectors/package`: three good packages, what else is good, what is healed and what
//! is broken.
//!
//! Everything but the three is kept as parts of one of them: stretches of it, and bytes that it does not have.
//! All follows from names (`package_writer::fixed`), so the committed files can be held against what comes out.

use std::collections::{BTreeMap, HashMap};

use data_encoding::BASE64;
use keshiin::crypto::{Fingerprint, KemId, RecipientSecret, Secret, SigningKey};
use serde_json::{Value, json};

use crate::package_cases;
use crate::package_content_cases;
use crate::package_passphrases;
use crate::package_writer::{
    Draft, Head, PassphraseParts, RECIPIENT, file, fixed, folder, hex, manifest, recipient, sha256, stored,
    stretch, wrap, wrap_under,
};

/// A package sealed for one person: an empty file and an empty folder.
pub(crate) const SMALL: &str = "small.keshiin";
/// A package sealed for two people: a tree with every kind of entry.
pub(crate) const TREE: &str = "tree.keshiin";
/// A package under a passphrase that holds nothing at all.
pub(crate) const WORDS: &str = "passphrase.keshiin";
/// The passphrase of that package.
pub(crate) const PASSPHRASE: &str = "234N-567V-89A3-BCD9-EFGF-XYZT";
/// The largest volume that the tree is cut into.
const VOLUME: usize = 400_000;

/// A frame of Zstandard at level 3.
pub(crate) const FRAME: &str = "28b52ffd6037017d0400b2440f18c0673844fcab9cbda9aae9f9ffbfdebdf7de7b4bee0039376ddbb6edf\
    fffffffcff97bceb5c6d85a4aa5d4920341d110c763200e7a48184159d0e4012e2090a3d2035c882bd92be5bd4ccaf724eb957979be4c2e85\
    efc525e3157879beec2d85efb925e3957679be8c2d85efad25c36dd3a765ed91ec24e38abc2e93e21ec95c29cf6552b867245b5d8407";
/// The same at level 19, with a checksum.
pub(crate) const CHECKED_FRAME: &str = "28b52ffd64370165030092c51115c0eb6cabc538b7acd89faaaa6777c9d624b32ae706a3876\
    8d1ddef7373a3a3f3636eca0b39191fe2a2dffff97c84ce31a61442c610a29bf920b5cade75d086af48959ce1cc0f2ea811a0fafe6fe0e710\
    468612c80325d10ca65472b4b01fb6907aab57f2584baa0211505b1f";

/// What the frames hold.
pub(crate) fn list() -> Vec<u8> {
    let line = |number: u32| format!("{},住民{number},試験県\n", 1000 + number);
    (1..=24).map(line).collect::<String>().into_bytes()
}

/// Bytes of hexadecimal digits.
pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(digits.as_bytes()).unwrap()
}

/// Somebody's keys.
pub(crate) struct Person {
    /// What the vectors call them.
    pub(crate) name: &'static str,
    /// Type of their stanza.
    pub(crate) kind: &'static str,
    /// The secret half of the recipient key.
    pub(crate) secret: [u8; 32],
    /// The public half.
    pub(crate) public: Vec<u8>,
    /// Public half of the key that signs.
    signing: [u8; 32],
    /// What names both keys.
    pub(crate) fingerprint: String,
}

impl Person {
    fn new(name: &'static str, kind: &'static str) -> Self {
        let kem = if kind == "p256" {
            KemId::P256
        } else {
            KemId::MlKem768P256
        };
        let secret = fixed(&format!("recipient key of {name}"));
        let pair = RecipientSecret::from_bytes(kem, Secret::take(&mut secret.clone()).unwrap()).unwrap();
        let mut seed = fixed(&format!("signing key of {name}"));
        let signing = SigningKey::from_seed(Secret::take(&mut seed).unwrap())
            .unwrap()
            .public();
        Self {
            name,
            kind,
            secret,
            public: pair.public().bytes().to_vec(),
            signing: signing.bytes(),
            fingerprint: Fingerprint::of(&signing, pair.public()).to_string(),
        }
    }

    /// A stanza for them, as a seal makes it.
    pub(crate) fn stanza(&self, id: &[u8; 16], file_key: &[u8; 32]) -> String {
        self.stanza_with(&[RECIPIENT, id].concat(), file_key)
    }

    /// The same under any info.
    pub(crate) fn stanza_with(&self, info: &[u8], key: &[u8; 32]) -> String {
        let (enc, key) = self.wrapped(info, key);
        recipient(self.kind, &self.fingerprint, &enc, &key)
    }

    /// Encapsulated key and wrapped file key.
    pub(crate) fn wrapped(&self, info: &[u8], key: &[u8; 32]) -> (Vec<u8>, Vec<u8>) {
        wrap(
            self.kind,
            &self.public,
            info,
            key,
            &format!("wrap for {}", self.name),
        )
    }

    fn told(&self) -> Value {
        json!({
            "name": self.name, "type": self.kind, "fingerprint": self.fingerprint, "secret": hex(&self.secret),
            "public": hex(&self.public), "signing_key": hex(&self.signing),
        })
    }
}

/// What all vectors are made of.
pub(crate) struct Set {
    /// Somebody with the hybrid key.
    pub(crate) hybrid: Person,
    /// Somebody with a P-256 key.
    pub(crate) p256: Person,
    /// Somebody to whom nothing is sealed.
    pub(crate) stranger: Person,
    /// The small package.
    pub(crate) small: Draft,
    /// The tree.
    pub(crate) tree: Draft,
    /// The package under a passphrase.
    pub(crate) words: Draft,
    /// Its stanza.
    pub(crate) stanza: PassphraseParts,
    /// The key that Argon2id gave for it.
    pub(crate) stretched: [u8; 32],
}

impl Set {
    /// Makes the good packages.
    pub(crate) fn new() -> Self {
        let [hybrid, p256, stranger] = [
            ("hybrid", "mlkem768-p256"),
            ("p256", "p256"),
            ("stranger", "p256"),
        ]
        .map(|(name, kind)| Person::new(name, kind));
        let mut words = draft("passphrase");
        let mut salt = [0; 16];
        salt.copy_from_slice(&fixed("salt of the passphrase")[..16]);
        let (stretched, commitment) = stretch(PASSPHRASE, &salt);
        let stanza = PassphraseParts {
            kdf: "argon2id",
            cost: ["3", "65536", "4"].map(String::from),
            salt: salt.to_vec(),
            commitment: commitment.to_vec(),
            key: wrap_under(&stretched, &words.id, &words.file_key),
        };
        words.stanzas = vec![stanza.line()];
        words.manifest = manifest(&head(&words, &stranger, &[], "null"), &[]);
        let mut small = draft("small");
        small.stanzas = vec![p256.stanza(&small.id, &small.file_key)];
        let mut set = Self {
            tree: draft("tree"),
            small,
            words,
            hybrid,
            p256,
            stranger,
            stanza,
            stretched,
        };
        set.small = set.small_with(&[file("a", "null", 0, b"", ("1795342805", 7)), folder("b")]);
        set.tree = set.tree_with(&unhex(FRAME), "zstd", &list());
        set
    }

    /// The small package with other entries.
    pub(crate) fn small_with(&self, entries: &[String]) -> Draft {
        let (mut draft, whose) = (self.small.clone(), [&*self.p256.fingerprint]);
        let head = head(&draft, &self.stranger, &whose, "\"R8-情政-12\"");
        draft.manifest = manifest(&head, entries);
        draft
    }

    /// The tree, its last file standing as `bytes` and being `content`.
    pub(crate) fn tree_with(&self, bytes: &[u8], encoding: &str, content: &[u8]) -> Draft {
        let mut draft = draft("tree");
        draft.stanzas = [&self.hybrid, &self.p256]
            .map(|person| person.stanza(&draft.id, &draft.file_key))
            .to_vec();
        let (long, name, old) = (long(), "氏名\n".as_bytes(), b"old spelling\n");
        let mut at = 0;
        let mut next = |length: usize| {
            at += length;
            at - length
        };
        let entries = [
            file("a.bin", "null", next(long.len()), &long, ("-1", 999_999_999)),
            folder("名簿/空"),
            file(
                "名簿/が.txt",
                "\"名簿/か\u{3099}.txt\"",
                next(name.len()),
                name,
                ("1795342805", 0),
            ),
            file("神.txt", "\"\u{fa19}.txt\"", next(old.len()), old, ("0", 1)),
            file("空.txt", "null", next(0), b"", ("null", 0)),
            stored(
                "附票.csv",
                "null",
                (next(bytes.len()), bytes.len()),
                encoding,
                content,
                ("1795342805", 7),
            ),
        ];
        // In the order of their bytes: `が` stands before `空`.
        let [a, empty, name_entry, rest @ ..] = entries;
        let entries = [vec![a, name_entry, empty], rest.to_vec()].concat();
        draft.data = [&long, name, old, bytes].concat();
        let people = [&*self.hybrid.fingerprint, &self.p256.fingerprint];
        draft.manifest = manifest(&head(&draft, &self.stranger, &people, "null"), &entries);
        draft
    }

    /// Stanzas of a passphrase, one of its parts being another.
    pub(crate) fn words_with(&self, change: impl FnOnce(&mut PassphraseParts)) -> Vec<u8> {
        let mut parts = self.stanza.clone();
        change(&mut parts);
        let mut draft = self.words.clone();
        draft.stanzas = vec![parts.line()];
        draft.bytes()
    }
}

/// A file that begins in the first segment and ends in the second.
fn long() -> Vec<u8> {
    let line = |number: u32| format!("{number:07} 試験データ\n");
    (0..13_000).map(line).collect::<String>().into_bytes()
}

fn draft(name: &str) -> Draft {
    let mut id = [0; 16];
    id.copy_from_slice(&fixed(&format!("package id of {name}"))[..16]);
    Draft {
        id,
        file_key: fixed(&format!("file key of {name}")),
        iv: fixed(&format!("iv of {name}")),
        stanzas: Vec::new(),
        data: Vec::new(),
        manifest: Vec::new(),
        second: None,
    }
}

/// What M's head says of a draft.
pub(crate) fn head<'a>(
    draft: &'a Draft,
    sender: &'a Person,
    recipients: &'a [&'a str],
    contract: &'a str,
) -> Head<'a> {
    Head {
        id: &draft.id,
        sender: &sender.fingerprint,
        recipients,
        contract,
        data: draft.data.len(),
    }
}

/// A package that is not one of the three.
pub(crate) struct Case {
    why: String,
    base: &'static str,
    bytes: Vec<u8>,
    /// What it is opened with, where that is not the base's own.
    key: Option<Value>,
    /// What is to come of it, by name.
    outcome: Vec<(&'static str, Value)>,
}

impl Case {
    /// A broken one, refused by a layer.
    pub(crate) fn broken(
        why: impl Into<String>,
        layer: &'static str,
        base: &'static str,
        bytes: Vec<u8>,
    ) -> Self {
        Self {
            why: why.into(),
            base,
            bytes,
            key: None,
            outcome: vec![("layer", layer.into()), ("exit", 4.into())],
        }
    }

    /// A damaged one, of which nothing is lost.
    pub(crate) fn healed(why: &str, healed: &[&str], base: &'static str, bytes: Vec<u8>) -> Self {
        let mut healed = healed.to_vec();
        healed.sort_unstable();
        Self {
            why: why.to_owned(),
            base,
            bytes,
            key: None,
            outcome: vec![("healed", healed.into()), ("exit", 5.into())],
        }
    }

    /// A good one that holds these: path, spelling on the disk, content or `None` for a folder.
    pub(crate) fn good(why: &str, base: &'static str, bytes: Vec<u8>, holds: &[Held]) -> Self {
        let holds = holds.iter().map(Held::told).collect::<Vec<_>>();
        Self {
            why: why.to_owned(),
            base,
            bytes,
            key: None,
            outcome: vec![("holds", holds.into()), ("exit", 0.into())],
        }
    }

    /// Opened with another key, and another exit code.
    pub(crate) fn with(mut self, key: Value) -> Self {
        self.key = Some(key);
        self
    }

    /// Not damaged, but not for this key: exit code 8.
    pub(crate) fn not_for(mut self, key: Value) -> Self {
        self.outcome.retain(|(name, _)| *name != "exit");
        self.outcome.push(("exit", 8.into()));
        self.with(key)
    }

    fn told(&self, index: &Bases) -> Value {
        let mut told = json!({ "why": self.why, "base": self.base });
        if let Some(parts) = index.parts(self.base, &self.bytes) {
            told["parts"] = parts;
        } else {
            assert!(
                self.key.is_some() || self.outcome.iter().any(|(name, _)| *name == "holds"),
                "{}",
                self.why
            );
        }
        if let Some(key) = &self.key {
            told["key"] = key.clone();
        }
        for (name, value) in &self.outcome {
            told[*name] = value.clone();
        }
        told
    }
}

/// What a good package holds.
pub(crate) struct Held(
    pub(crate) String,
    pub(crate) Option<String>,
    pub(crate) Option<Vec<u8>>,
);

impl Held {
    fn told(&self) -> Value {
        let content = self.2.as_ref();
        json!({
            "path": self.0, "original": self.1, "size": content.map(Vec::len),
            "sha256": content.map(|bytes| hex(&sha256(bytes))),
        })
    }
}

/// The three good packages, by their names.
struct Bases(BTreeMap<&'static str, Vec<u8>>);

/// How long a stretch is that is looked for all over the base.
const STRETCH: usize = 64;
/// How long an equal stretch must be, where nothing was put in or taken out.
const SHORT: usize = 24;

impl Bases {
    /// `bytes` as stretches of the base and bytes of its own; nothing where it is the base.
    fn parts(&self, base: &str, bytes: &[u8]) -> Option<Value> {
        let base = &self.0[base];
        if base == bytes {
            return None;
        }
        let places: HashMap<&[u8], usize> = base.chunks_exact(STRETCH).zip((0..).step_by(STRETCH)).collect();
        let (mut parts, mut at, mut there) = (Vec::new(), 0, 0);
        while at < bytes.len() {
            let same = equal(&base[there.min(base.len())..], &bytes[at..]);
            if same > 0 {
                parts.push(json!([there, same]));
                (at, there) = (at + same, there + same);
            }
            let (own, next) = self::own(base, &places, &bytes[at..], there);
            let added = &bytes[at..at + own];
            if own > STRETCH && added.iter().all(|byte| *byte == 0) {
                parts.push(own.into());
            } else if own > 0 {
                parts.push(BASE64.encode(added).into());
            }
            (at, there) = (at + own, next);
        }
        Some(parts.into())
    }
}

fn equal(base: &[u8], bytes: &[u8]) -> usize {
    base.iter().zip(bytes).take_while(|(a, b)| a == b).count()
}

/// How many bytes the base does not have, and where it goes on in the base.
fn own(base: &[u8], places: &HashMap<&[u8], usize>, bytes: &[u8], there: usize) -> (usize, usize) {
    for own in 0..bytes.len() {
        let onward = base.get(there + own..).unwrap_or_default();
        if equal(onward, &bytes[own..]) >= SHORT.min(bytes.len() - own) && !onward.is_empty() {
            return (own, there + own);
        }
        let stretch = bytes.get(own..own + STRETCH);
        if let Some(place) = stretch.and_then(|stretch| places.get(stretch)) {
            return (own, *place);
        }
    }
    (bytes.len(), base.len())
}

/// What the tree holds, its last file being `last`.
pub(crate) fn tree(last: &[u8]) -> [Held; 6] {
    let held = |path: &str, original: Option<&str>, bytes: &[u8]| {
        Held(path.into(), original.map(String::from), Some(bytes.to_vec()))
    };
    [
        held("a.bin", None, &long()),
        held("名簿/が.txt", Some("名簿/か\u{3099}.txt"), "氏名\n".as_bytes()),
        Held("名簿/空".into(), None, None),
        held("神.txt", Some("\u{fa19}.txt"), b"old spelling\n"),
        held("空.txt", None, b""),
        held("附票.csv", None, last),
    ]
}

fn good(set: &Set) -> Vec<Case> {
    let tree = tree(&list());
    let small = [
        Held("a".into(), None, Some(Vec::new())),
        Held("b".into(), None, None),
    ];
    let mut cases = vec![
        Case::good("sealed for one", SMALL, set.small.bytes(), &small),
        Case::good("a tree", TREE, set.tree.bytes(), &tree),
        Case::good(
            "the same for somebody with a hybrid key",
            TREE,
            set.tree.bytes(),
            &tree,
        )
        .with("hybrid".into()),
        Case::good("nothing, under a passphrase", WORDS, set.words.bytes(), &[]),
        Case::good("the passphrase typed otherwise", WORDS, set.words.bytes(), &[])
            .with(json!({ "passphrase": " 234n 567v 89a3 ｂｃｄ９ efgfーxyzt" })),
    ];
    cases.extend(package_content_cases::good(set));
    cases
}

/// How the tree is cut into volumes.
fn volumes(bytes: &[u8]) -> Value {
    let told = |(place, volume): (usize, &[u8])| {
        json!({
            "name": format!("tree.keshiin.{:03}", place + 1), "size": volume.len(),
            "blake3": blake3::hash(volume).to_hex().as_str(), "sha256": hex(&sha256(volume)),
        })
    };
    bytes.chunks(VOLUME).enumerate().map(told).collect()
}

/// Every file of the vectors, and the seeds of the fuzz targets that read packages.
pub(crate) fn files() -> BTreeMap<String, Vec<u8>> {
    let set = Set::new();
    let bases = Bases(BTreeMap::from([
        (SMALL, set.small.bytes()),
        (TREE, set.tree.bytes()),
        (WORDS, set.words.bytes()),
    ]));
    let told = |cases: Vec<Case>| cases.iter().map(|case| case.told(&bases)).collect::<Vec<_>>();
    let mut broken = package_cases::broken(&set);
    broken.extend(package_content_cases::broken(&set));
    let healed = package_cases::healed(&set);
    let cases = json!({
        "bases": bases.0.iter().map(|(name, bytes)| base(&set, name, bytes)).collect::<Vec<_>>(),
        "volumes": volumes(&bases.0[TREE]),
        "good": told(good(&set)), "healed": told(healed), "broken": told(broken),
    });
    let mut files: BTreeMap<String, Vec<u8>> = bases
        .0
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.clone()))
        .collect();
    files.insert("keys.json".into(), pretty(&keys(&set)));
    files.insert("cases.json".into(), pretty(&cases));
    files.insert("passphrases.json".into(), pretty(&package_passphrases::list()));
    files.insert(
        "example.txt".into(),
        crate::package_example::example(&set).into_bytes(),
    );
    files.extend(crate::package_example::seeds(&set));
    files
}

fn base(set: &Set, name: &str, bytes: &[u8]) -> Value {
    let (draft, key) = match name {
        SMALL => (&set.small, json!("p256")),
        TREE => (&set.tree, json!("p256")),
        _ => (&set.words, json!({ "passphrase": PASSPHRASE })),
    };
    json!({
        "name": name, "size": bytes.len(), "sha256": hex(&sha256(bytes)), "key": key,
        "manifest_sha256": hex(&sha256(&draft.manifest)),
    })
}

/// All keys: of people, and of the three packages.
fn keys(set: &Set) -> Value {
    let people: Vec<Value> = [&set.hybrid, &set.p256, &set.stranger].map(Person::told).to_vec();
    let package = |name: &str, draft: &Draft| {
        let floe = draft.floe();
        json!({
            "name": name, "package": hex(&draft.id), "file_key": hex(&draft.file_key),
            "k_mac": hex(&draft.mac_key()), "k_body": hex(&floe.key), "k_message": hex(&floe.message_key()),
            "k_segment_0": hex(&floe.segment_key(0)),
        })
    };
    json!({
        "warning": "for tests: everybody has these keys",
        "people": people,
        "passphrase": { "text": PASSPHRASE, "key": hex(&set.stretched) },
        "packages": [package(SMALL, &set.small), package(TREE, &set.tree), package(WORDS, &set.words)],
    })
}

/// A list as it is kept, a case a line.
fn pretty(value: &Value) -> Vec<u8> {
    let mut text = String::from("{\n");
    let members = value.as_object().unwrap();
    for (place, (name, member)) in members.iter().enumerate() {
        let comma = if place + 1 < members.len() { "," } else { "" };
        match member.as_array() {
            Some(elements) if !elements.is_empty() => {
                let lines: Vec<String> = elements.iter().map(|element| format!("  {element}")).collect();
                text += &format!("\"{name}\": [\n{}\n]{comma}\n", lines.join(",\n"));
            }
            _ => text += &format!("\"{name}\": {member}{comma}\n"),
        }
    }
    text += "}\n";
    text.into_bytes()
}
