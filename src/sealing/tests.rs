//! Packages in memory: there and back, damaged at every layer.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use crate::crypto::{Argon2Params, Digest, Fingerprint, KemId, Passphrase, RecipientPublic, RecipientSecret};
use crate::progress::{Silent, StopSignal};
use crate::units::{ByteCount, ByteOffset};

use super::layout::{PLAIN, SEGMENT};
use super::*;

/// Files in memory.
pub(super) struct Files(pub(super) Vec<Vec<u8>>);

struct OneFile(io::Cursor<Vec<u8>>, bool);

impl Read for OneFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl InputFile for OneFile {
    fn is_unchanged(&mut self) -> io::Result<bool> {
        Ok(self.1)
    }
}

impl Inputs for Files {
    fn open(&mut self, place: usize) -> io::Result<Box<dyn InputFile>> {
        Ok(Box::new(OneFile(io::Cursor::new(self.0[place].clone()), true)))
    }
}

/// Volumes in memory.
#[derive(Default)]
pub(super) struct Volumes(pub(super) Vec<Vec<u8>>);

impl VolumeSink for Volumes {
    fn begin(&mut self, number: u16) -> io::Result<()> {
        assert_eq!(usize::from(number), self.0.len() + 1);
        self.0.push(Vec::new());
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.last_mut().unwrap().extend_from_slice(bytes);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What came out.
#[derive(Clone, Default)]
pub(super) struct Shelf {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    finished: Arc<Mutex<Vec<String>>>,
}

struct Slot(Shelf, String);

impl Write for Slot {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .files
            .lock()
            .unwrap()
            .get_mut(&self.1)
            .unwrap()
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Outputs for Shelf {
    fn folder(&self, _: usize, entry: &Entry) -> io::Result<()> {
        self.finished.lock().unwrap().push(format!("{}/", entry.path));
        Ok(())
    }

    fn create(&self, _: usize, entry: &Entry) -> io::Result<Box<dyn Write + Send>> {
        self.files
            .lock()
            .unwrap()
            .insert(entry.path.to_string(), Vec::new());
        Ok(Box::new(Slot(self.clone(), entry.path.to_string())))
    }

    fn finish(&self, _: usize, entry: &Entry, _: Box<dyn Write + Send>) -> io::Result<()> {
        self.finished.lock().unwrap().push(entry.path.to_string());
        Ok(())
    }
}

impl Shelf {
    fn whole(&self) -> BTreeMap<String, Vec<u8>> {
        let finished = self.finished.lock().unwrap();
        let files = self.files.lock().unwrap();
        files
            .iter()
            .filter(|(path, _)| finished.contains(path))
            .map(|(a, b)| (a.clone(), b.clone()))
            .collect()
    }
}

pub(super) struct Person(pub(super) Fingerprint, pub(super) RecipientSecret);

impl Person {
    pub(super) fn new(name: &str, kem: KemId) -> Self {
        Self(
            Fingerprint::from_digest(Digest::of(&[name.as_bytes()])),
            RecipientSecret::generate(kem).unwrap(),
        )
    }

    fn public(&self) -> (Fingerprint, RecipientPublic) {
        (self.0, self.1.public().clone())
    }

    fn key(&self) -> Key<'_> {
        Key::Recipient(self.0, &self.1)
    }
}

fn file(path: &str, size: usize) -> SealEntry {
    let (path, original) = normal_path(path).unwrap();
    SealEntry {
        path: path.into(),
        original: original.map(Into::into),
        kind: SealKind::File {
            size: Some(size as u64),
            modified: Some((1_795_342_805, 7)),
        },
    }
}

fn noise(length: usize, seed: u8) -> Vec<u8> {
    let mut bytes = vec![0; length];
    crate::crypto::Keystream::new(&[seed; 32]).fill(0, &mut bytes);
    bytes
}

fn sorted(tree: &[(&str, Vec<u8>)]) -> (Vec<SealEntry>, Files) {
    let mut tree: Vec<_> = tree
        .iter()
        .map(|(path, bytes)| (file(path, bytes.len()), bytes.clone()))
        .collect();
    tree.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    let (entries, bytes) = tree.into_iter().unzip();
    (entries, Files(bytes))
}

struct Made {
    volumes: Vec<Vec<u8>>,
    sealed: Sealed,
    person: Person,
    tree: BTreeMap<String, Vec<u8>>,
}

fn make(tree: &[(&str, Vec<u8>)], compress: bool, most: Option<u64>) -> Made {
    let person = Person::new("otari", KemId::P256);
    let other = Person::new("other", KemId::MlKem768P256);
    let (entries, mut files) = sorted(tree);
    let mut volumes = Volumes::default();
    let order = SealOrder {
        package: PackageId::generate().unwrap(),
        to: SealedFor::Recipients(&[other.public(), person.public()]),
        sender: person.0,
        contract: Some("R8-12".into()),
        entries: &entries,
        compress,
        most_volume: most.map(ByteCount),
    };
    let sealed = seal(
        &order,
        &mut files,
        &mut volumes,
        &mut Silent,
        &StopSignal::default(),
    )
    .unwrap();
    let tree = entries
        .iter()
        .zip(files.0)
        .map(|(entry, bytes)| (entry.path.to_string(), bytes))
        .collect();
    Made {
        volumes: volumes.0,
        sealed,
        person,
        tree,
    }
}

impl Made {
    fn bytes(&self) -> Vec<u8> {
        self.volumes.concat()
    }
}

fn open(bytes: &Vec<u8>, key: &Key<'_>) -> Result<(BTreeMap<String, Vec<u8>>, Extracted), SealingError> {
    let package = Examined::read(bytes)?.unlock(key)?;
    let shelf = Shelf::default();
    let extracted = package.extract(Wanted::All, &shelf, &mut Silent, &StopSignal::default())?;
    Ok((shelf.whole(), extracted))
}

fn tree() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("名簿/一覧.csv", "住民,番号\n".repeat(40_000).into_bytes()),
        ("名簿/か\u{3099}.txt", b"decomposed".to_vec()),
        ("empty", Vec::new()),
        ("big.bin", noise(700_000, 3)),
        ("exact", noise(262_144, 4)),
    ]
}

#[test]
fn there_and_back() {
    for (compress, most) in [(false, None), (true, None), (false, Some(100_000))] {
        let made = make(&tree(), compress, most);
        let (out, extracted) = open(&made.bytes(), &made.person.key()).unwrap();
        assert_eq!(out, made.tree);
        assert!(extracted.healed.is_empty());
        let written: u64 = made.volumes.iter().map(|volume| volume.len() as u64).sum();
        assert_eq!(made.sealed.length.0, written);
        assert_eq!(made.sealed.files, 5);
        assert_eq!(made.sealed.volumes.len(), made.volumes.len());
        if most.is_none() {
            assert_eq!(extracted.volumes.unwrap(), made.sealed.volumes);
        }
    }
    assert!(make(&tree(), true, None).sealed.length.0 < make(&tree(), false, None).sealed.length.0);
}

#[test]
fn a_package_of_nothing_and_of_one_empty_file() {
    for tree in [vec![], vec![("a", Vec::new())]] {
        let made = make(&tree, false, None);
        assert_eq!(open(&made.bytes(), &made.person.key()).unwrap().0, made.tree);
    }
}

#[test]
fn a_passphrase_opens_and_another_does_not() {
    let (entries, mut files) = sorted(&[("a", b"x".to_vec())]);
    let right = Passphrase::new("ABCD").unwrap();
    let order = SealOrder {
        package: PackageId::generate().unwrap(),
        to: SealedFor::Passphrase(&right, Argon2Params::FLOOR),
        sender: Person::new("s", KemId::P256).0,
        contract: None,
        entries: &entries,
        compress: false,
        most_volume: None,
    };
    let mut volumes = Volumes::default();
    seal(
        &order,
        &mut files,
        &mut volumes,
        &mut Silent,
        &StopSignal::default(),
    )
    .unwrap();
    let bytes = volumes.0.concat();
    assert_eq!(open(&bytes, &Key::Passphrase(&right)).unwrap().0["a"], b"x");
    let wrong = Passphrase::new("ABCE").unwrap();
    assert_eq!(
        open(&bytes, &Key::Passphrase(&wrong)).unwrap_err(),
        SealingError::WrongPassphrase
    );
    let person = Person::new("p", KemId::P256);
    let error = open(&bytes, &person.key()).unwrap_err();
    assert_eq!(error, SealingError::OtherKeyWanted { wanted: "passphrase" });
}

/// Flips a bit at many places: each is found or healed, none gives a wrong byte out.
#[test]
fn no_changed_bit_gives_a_wrong_byte_out() {
    let made = make(&tree(), false, None);
    let good = made.bytes();
    let (mut found, mut healed) = (BTreeMap::<&str, u32>::new(), 0);
    for step in 0..1000_usize {
        // The ends densely, the rest all over.
        let at = match step {
            0..200 => step * 17,
            200..400 => good.len() - 1 - (step - 200) * 17,
            _ => (step * 2_654_435_761) % good.len(),
        };
        let mut bad = good.clone();
        bad[at] ^= 1 << (step % 8);
        match open(&bad, &made.person.key()) {
            Ok((out, extracted)) => {
                assert_eq!(out, made.tree, "byte {at}");
                assert!(!extracted.healed.is_empty(), "byte {at} was not noticed");
                healed += 1;
            }
            Err(error) => *found.entry(error.layer().map_or("?", Layer::name)).or_default() += 1,
        }
    }
    println!("healed {healed}, found {found:?}");
    assert!(!found.contains_key("?"), "{found:?}");
    assert!(healed > 100 && found["segment"] > 100, "{healed} {found:?}");
}

#[test]
fn what_is_missing_or_too_much_is_named() {
    let made = make(&tree(), false, None);
    let good = made.bytes();
    let layer = |bytes: Vec<u8>| {
        open(&bytes, &made.person.key())
            .err()
            .and_then(|error| error.layer())
    };
    for cut in [1, 12, 13, 500, 5000, 300_000, good.len() - 100] {
        let shorter = good[..good.len() - cut].to_vec();
        assert_eq!(layer(shorter), Some(Layer::Truncated), "{cut}");
    }
    for extra in [1, 4, 262_176, 300_000] {
        assert_eq!(
            layer([good.clone(), noise(extra, 9)].concat()),
            Some(Layer::Trailing),
            "{extra}"
        );
    }
    let tail = &good[good.len() - 5000..];
    assert_eq!(layer([&good, tail].concat()), Some(Layer::Trailing));
    assert_eq!(layer(noise(10_000, 1)), Some(Layer::Magic));
    assert_eq!(layer(Vec::new()), Some(Layer::Magic));
    assert_eq!(layer(good[SEGMENT as usize..].to_vec()), Some(Layer::Segment));
}

#[test]
fn others_cannot_open() {
    let made = make(&[("a", b"x".to_vec())], false, None);
    let stranger = Person::new("stranger", KemId::P256);
    assert_eq!(
        open(&made.bytes(), &stranger.key()).unwrap_err(),
        SealingError::NotForThisKey
    );
    let impostor = Person(made.person.0, stranger.1);
    assert_eq!(
        open(&made.bytes(), &impostor.key()).unwrap_err(),
        SealingError::StanzaDoesNotOpen
    );
}

#[test]
fn parts_are_read_alone() {
    struct Counting(Vec<u8>, std::sync::atomic::AtomicU64);
    impl Ciphertext for Counting {
        fn length(&self) -> u64 {
            self.0.len() as u64
        }
        fn volumes(&self) -> &[u64] {
            &[]
        }
        fn read_at(&self, at: ByteOffset, into: &mut [u8]) -> io::Result<()> {
            self.1
                .fetch_add(into.len() as u64, std::sync::atomic::Ordering::Relaxed);
            Ciphertext::read_at(&self.0, at, into)
        }
    }
    let made = make(
        &[("a", noise(20 * PLAIN as usize, 1)), ("b", b"small".to_vec())],
        false,
        None,
    );
    let source = Counting(made.bytes(), 0.into());
    let package = Examined::read(&source)
        .unwrap()
        .unlock(&made.person.key())
        .unwrap();
    let shelf = Shelf::default();
    let out = package
        .extract(Wanted::Only(&[1]), &shelf, &mut Silent, &StopSignal::default())
        .unwrap();
    assert_eq!(out.volumes, None);
    assert_eq!(
        shelf.whole().into_iter().collect::<Vec<_>>(),
        [("b".to_owned(), b"small".to_vec())]
    );
    assert!(source.1.into_inner() < 6 * SEGMENT);
}

#[test]
fn what_is_whole_is_salvaged() {
    let made = make(&tree(), false, None);
    let good = made.bytes();
    for place in [4096, good.len() / 2, good.len() - 4096] {
        let mut bad = good.clone();
        bad[place..place + 4096].fill(0);
        let package = Examined::read(&bad)
            .unwrap()
            .unlock_remains(&made.person.key())
            .unwrap();
        let salvage = package.salvage(&mut Silent, &StopSignal::default()).unwrap();
        assert!(!salvage.damaged.is_empty());
        let shelf = Shelf::default();
        package
            .extract(
                Wanted::Only(&salvage.whole),
                &shelf,
                &mut Silent,
                &StopSignal::default(),
            )
            .unwrap();
        let out = shelf.whole();
        assert_eq!(out.len() + salvage.lost.len(), made.tree.len());
        assert!(out.iter().all(|(path, bytes)| made.tree[path] == *bytes));
        for lost in &salvage.lost {
            let file = package.manifest().entries[lost.place].file.unwrap();
            assert!(
                lost.lost
                    .iter()
                    .all(|range| range.start.0 + range.length.0 <= file.size && range.length.0 > 0)
            );
        }
    }
}

#[test]
fn a_body_serves_other_recipients() {
    let made = make(&tree(), false, None);
    let bytes = made.bytes();
    let package = Examined::read(&bytes)
        .unwrap()
        .unlock(&made.person.key())
        .unwrap();
    let newcomer = Person::new("newcomer", KemId::MlKem768P256);
    let mut volumes = Volumes::default();
    let most = Some(ByteCount(300_000));
    let done = rekey(
        &package,
        &[newcomer.public()],
        most,
        &mut volumes,
        &mut Silent,
        &StopSignal::default(),
    )
    .unwrap();
    let again = volumes.0.concat();
    assert_eq!(done.length.0, again.len() as u64);
    assert_eq!(done.volumes.len(), volumes.0.len());
    assert_eq!(open(&again, &newcomer.key()).unwrap().0, made.tree);
    assert_eq!(
        open(&again, &made.person.key()).unwrap_err(),
        SealingError::NotForThisKey
    );
}

#[test]
fn a_file_that_changes_is_named() {
    struct Changing(u64, bool);
    impl Inputs for Changing {
        fn open(&mut self, _: usize) -> io::Result<Box<dyn InputFile>> {
            Ok(Box::new(OneFile(
                io::Cursor::new(noise(usize::try_from(self.0).unwrap(), 1)),
                self.1,
            )))
        }
    }
    for (length, same) in [(999, true), (1001, true), (1000, false)] {
        for compress in [false, true] {
            let person = Person::new("p", KemId::P256);
            let entries = [file("名.txt", 1000)];
            let order = SealOrder {
                package: PackageId::generate().unwrap(),
                to: SealedFor::Recipients(&[person.public()]),
                sender: person.0,
                contract: None,
                entries: &entries,
                compress,
                most_volume: None,
            };
            let mut sink = Volumes::default();
            let result = seal(
                &order,
                &mut Changing(length, same),
                &mut sink,
                &mut Silent,
                &StopSignal::default(),
            );
            assert_eq!(
                result.unwrap_err(),
                SealingError::Changed {
                    path: "名.txt".into()
                }
            );
        }
    }
}

#[test]
fn a_stop_is_heard() {
    let stop = StopSignal::default();
    stop.raise();
    let person = Person::new("p", KemId::P256);
    let (entries, mut files) = sorted(&[("a", noise(1_000_000, 1))]);
    let order = SealOrder {
        package: PackageId::generate().unwrap(),
        to: SealedFor::Recipients(&[person.public()]),
        sender: person.0,
        contract: None,
        entries: &entries,
        compress: false,
        most_volume: None,
    };
    let result = seal(&order, &mut files, &mut Volumes::default(), &mut Silent, &stop);
    assert_eq!(result.unwrap_err(), SealingError::Stopped);
}

#[test]
fn both_digests_of_a_volume() {
    let bytes = noise(3_000_001, 5);
    let digests = digest_volume(&mut bytes.as_slice(), 0, &mut Silent, &StopSignal::default()).unwrap();
    assert_eq!(digests.size.0, 3_000_001);
    assert_eq!(digests.sha256, Digest::of(&[&bytes]));
    let mut hasher = crate::crypto::Blake3Hasher::new();
    hasher.update(&bytes);
    assert_eq!(digests.blake3, hasher.finish());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_tree_comes_back(sizes in proptest::collection::vec(0_usize..600_000, 0..7), compress: bool, most in 50_000_u64..2_000_000) {
        let paths: Vec<String> = (0..sizes.len()).map(|number| format!("d{}/f{number}", number % 3)).collect();
        let tree: Vec<(&str, Vec<u8>)> = paths.iter().zip(&sizes)
            .map(|(path, size)| (path.as_str(), noise(*size, u8::try_from(size % 251).unwrap()))).collect();
        let made = make(&tree, compress, Some(most));
        let (out, _) = open(&made.bytes(), &made.person.key()).unwrap();
        prop_assert_eq!(out, made.tree);
    }
}
