//! Reads the vectors under `tests/vectors/package` through the public interface.
//!
//! What is good must be opened, what is damaged healed, what is broken refused by the layer that it names, with the
//! exit code that `docs/spec/package.md` §8 gives. The packages are made by `support/package_writer.rs`, which
//! knows the format from its page alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use keshiin::crypto::{Blake3, CryptoError, Digest, SpokenPassphrase};
use keshiin::progress::{Silent, StopSignal};
use keshiin::sealing::digest_volume;
use serde_json::Value;

#[path = "support/package_cases.rs"]
mod package_cases;
#[path = "support/package_content_cases.rs"]
mod package_content_cases;
#[path = "support/package_example.rs"]
mod package_example;
#[path = "support/package_judge.rs"]
mod package_judge;
#[path = "support/package_passphrases.rs"]
mod package_passphrases;
#[path = "support/package_vectors.rs"]
mod package_vectors;
#[path = "support/package_writer.rs"]
mod package_writer;

use package_judge::{Cases, Judge, Volumes};

fn place(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors/package")
        .join(name)
}

fn read(name: &str) -> Vec<u8> {
    fs::read(place(name)).unwrap()
}

fn cases() -> (Cases, Judge) {
    let cases: Cases = serde_json::from_slice(&read("cases.json")).unwrap();
    let judge = Judge::new(&cases, &read);
    (cases, judge)
}

#[test]
fn the_committed_vectors_are_what_the_writer_writes() {
    for (name, bytes) in package_vectors::files() {
        assert!(
            read(&name) == bytes,
            "{name} differs: see the feature regenerate-vectors"
        );
    }
}

#[test]
fn the_bases_are_what_the_list_says() {
    for base in cases().0.bases {
        let bytes = read(&base.name);
        assert_eq!(
            (bytes.len(), Digest::of(&[&bytes]).to_string()),
            (base.size, base.sha256)
        );
    }
}

#[test]
fn good_packages_are_opened() {
    let (cases, judge) = cases();
    let digests: BTreeSet<&str> = cases.bases.iter().map(|base| &*base.manifest_sha256).collect();
    let mut seen = BTreeSet::new();
    for good in &cases.good {
        let opened = judge.open(&good.made);
        assert_eq!(
            (&opened.result, good.exit),
            (&Ok(Vec::new()), 0),
            "{}",
            good.made.why
        );
        let mut holds: Vec<_> = good.holds.iter().collect();
        holds.sort();
        assert_eq!(
            opened.finished.iter().collect::<Vec<_>>(),
            holds,
            "{}",
            good.made.why
        );
        seen.insert(opened.manifest.unwrap().to_string());
    }
    assert!(digests.iter().all(|digest| seen.contains(*digest)));
}

#[test]
fn damaged_packages_are_healed() {
    let (cases, judge) = cases();
    assert!(cases.healed.len() >= 15);
    let whole: BTreeMap<Vec<u8>, Vec<_>> = cases
        .good
        .iter()
        .map(|good| {
            let opened = judge.open(&good.made);
            (opened.manifest.unwrap().bytes().to_vec(), opened.finished)
        })
        .collect();
    for damaged in &cases.healed {
        let opened = judge.open(&damaged.made);
        let expected = (Ok(damaged.healed.clone()), 5);
        assert_eq!((opened.result, damaged.exit), expected, "{}", damaged.made.why);
        let digest = opened.manifest.unwrap().bytes().to_vec();
        assert_eq!(whole.get(&digest), Some(&opened.finished), "{}", damaged.made.why);
    }
}

#[test]
fn broken_packages_are_refused_by_their_layer() {
    let (cases, judge) = cases();
    let mut layers = BTreeMap::<&str, u32>::new();
    let mut wrong = Vec::new();
    for broken in &cases.broken {
        let opened = judge.open(&broken.made);
        let expected = (broken.layer.clone(), broken.exit);
        if opened.result != Err(expected.clone()) {
            wrong.push(format!(
                "{}: {:?}, not {expected:?}",
                broken.made.why, opened.result
            ));
        }
        if !["segment", "manifest"].contains(&&*broken.layer) {
            assert!(opened.finished.is_empty(), "{}", broken.made.why);
        }
        *layers.entry(&broken.layer).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(cases.broken.len() > 200 && layers.len() == 11, "{layers:?}");
}

/// What is written completely before a fault is found further on must be what was sealed, byte for byte.
#[test]
fn nothing_that_is_false_is_written_completely() {
    let (cases, judge) = cases();
    let mut known = BTreeSet::new();
    for good in &cases.good {
        known.extend(judge.open(&good.made).finished);
    }
    let found = cases
        .broken
        .iter()
        .filter(|broken| broken.layer == "segment")
        .map(|broken| judge.open(&broken.made));
    let written: Vec<_> = found.flat_map(|opened| opened.finished).collect();
    assert!(!written.is_empty() && written.iter().all(|held| known.contains(held)));
}

#[test]
fn volumes_are_digested_as_they_are_read() {
    let (cases, judge) = cases();
    let bytes = read("tree.keshiin");
    let mut rest = &bytes[..];
    for volume in &cases.volumes {
        let (mut own, later) = rest.split_at(usize::try_from(volume.size).unwrap());
        rest = later;
        let digests = digest_volume(&mut own, 0, &mut Silent, &StopSignal::default()).unwrap();
        assert_eq!(digests.blake3.to_string(), volume.blake3, "{}", volume.name);
        assert_eq!(digests.sha256.to_string(), volume.sha256, "{}", volume.name);
    }
    assert!(rest.is_empty() && cases.volumes.len() == 3);
    let sizes: Vec<u64> = cases.volumes.iter().map(|volume| volume.size).collect();
    let read = judge
        .open_own("tree.keshiin", &Volumes { bytes, sizes })
        .unwrap()
        .volumes
        .unwrap();
    let told: Vec<_> = cases
        .volumes
        .iter()
        .map(|volume| Blake3::parse(&volume.blake3))
        .collect();
    assert_eq!(
        read.iter().map(|volume| Some(volume.blake3)).collect::<Vec<_>>(),
        told
    );
}

#[test]
fn generated_passphrases_are_read_and_their_mistakes_named() {
    let list: Value = serde_json::from_slice(&read("passphrases.json")).unwrap();
    let each = |name: &str| list[name].as_array().unwrap().clone();
    let read = |typed: &Value| SpokenPassphrase::read(typed.as_str().unwrap());
    for good in each("good") {
        let spoken = read(&good["typed"]).unwrap().unwrap();
        assert_eq!(spoken.text(), good["passphrase"], "{good}");
    }
    for wrong in each("wrong") {
        let group = match read(&wrong["typed"]) {
            Err(CryptoError::WrongGroup { group } | CryptoError::NotASign { group }) => group,
            _ => panic!("{wrong}"),
        };
        assert_eq!(wrong["group"], group, "{wrong}");
    }
    for none in each("none") {
        assert!(read(&none).unwrap().is_none(), "{none}");
    }
}

/// The page that describes the format shows the small package as the writer lays it open.
#[test]
fn the_page_shows_the_small_package() {
    let example = String::from_utf8(read("example.txt")).unwrap();
    let page = include_str!("../docs/spec/package.md");
    assert!(
        page.contains(&example),
        "docs/spec/package.md does not have tests/vectors/package/example.txt"
    );
}

/// Writes the vectors again.
#[cfg(feature = "regenerate-vectors")]
#[test]
fn write_the_vectors() {
    for (name, bytes) in package_vectors::files() {
        let path = place(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
