//! The committed vectors under `tests/vectors/ledger`: they are what this code writes, byte for byte, and
//! what it must read or refuse.
//!
//! `vectors.json` holds leaves, hashes, roots, proofs and a signed checkpoint; `refuse.json` bytes that must
//! not be accepted, each with the layer that must object; `export.json` a whole export.

use std::path::PathBuf;

use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};

use super::conformance::{payload_digest, time};
use super::tree::{leaf_hash, prove_consistency, prove_inclusion};
use super::*;
use crate::crypto::{Digest, PublicKey, Secret, SigningKey};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Vectors {
    ledger: String,
    leaves: Vec<String>,
    leaf_hashes: Vec<Digest>,
    /// Of the first 0, 1, … leaves.
    roots: Vec<Digest>,
    inclusion: Vec<Proof>,
    consistency: Vec<Proof>,
    signer_name: Digest,
    signer_public_key: String,
    checkpoint: String,
}

/// `from` is a leaf's place, or the size of the older tree.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Proof {
    from: u64,
    size: u64,
    proof: Vec<Digest>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Refused {
    /// `leaf`, `checkpoint` (reading), `signature`, `export` (reading), `tree` (of an export).
    layer: String,
    why: String,
    base64: String,
}

fn place(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors/ledger")
        .join(name)
}

fn leaves() -> Vec<Vec<u8>> {
    let subjects = [
        "otari-20261121-1-K",
        "",
        "消印",
        "a\"b\\c/d",
        "tab\tnew\nline",
        "\u{1}\u{7f}",
        "é😀",
        "end",
    ];
    let leaf = |(n, subject): (usize, &&str)| Leaf {
        time: time(n as u64 * 60),
        kind: if n % 2 == 0 {
            "erasure.started".into()
        } else {
            "erasure.finished".into()
        },
        subject: (*subject).into(),
        record: (n % 2 == 1).then(|| Digest::of(&[format!("envelope {n}").as_bytes()])),
        salt: [n as u8; 16],
    };
    subjects
        .iter()
        .enumerate()
        .map(leaf)
        .map(|leaf| leaf.encode().unwrap())
        .collect()
}

fn signed(size: u64) -> (Digest, PublicKey, SignedCheckpoint) {
    let key = SigningKey::from_seed(Secret::take(&mut [0x42; 32]).unwrap()).unwrap();
    let name = Digest::of(&[b"keshiin test signer"]);
    let tree = MemoryTree::of(leaves()[..size as usize].iter().map(Vec::as_slice));
    let checkpoint = Checkpoint::new(tree.head().unwrap(), LedgerId::from_bytes([0x11; 16]));
    let signature = key.sign(&checkpoint.body()).unwrap();
    let note = checkpoint.encode(&[(name, key.public(), signature)]).unwrap();
    (name, key.public(), SignedCheckpoint::parse(&note).unwrap())
}

fn vectors() -> Vectors {
    let leaves = leaves();
    let tree = MemoryTree::of(leaves.iter().map(Vec::as_slice));
    let (name, key, checkpoint) = signed(7);
    let pairs: Vec<(u64, u64)> = (1..=8)
        .flat_map(|size| (0..size).map(move |from| (from, size)))
        .collect();
    Vectors {
        ledger: checkpoint.checkpoint().ledger.to_string(),
        leaf_hashes: leaves.iter().map(|leaf| leaf_hash(leaf)).collect(),
        leaves: leaves
            .into_iter()
            .map(|leaf| String::from_utf8(leaf).unwrap())
            .collect(),
        roots: (0..=8).map(|size| Head::at(&tree, size).unwrap().root).collect(),
        inclusion: pairs
            .iter()
            .map(|&(from, size)| Proof {
                from,
                size,
                proof: prove_inclusion(&tree, from, size).unwrap(),
            })
            .collect(),
        consistency: pairs
            .iter()
            .filter(|(from, _)| *from > 0)
            .map(|&(from, size)| Proof {
                from,
                size,
                proof: prove_consistency(&tree, from, size).unwrap(),
            })
            .collect(),
        signer_name: name,
        signer_public_key: HEXLOWER.encode(&key.bytes()),
        checkpoint: String::from_utf8(checkpoint.encode()).unwrap(),
    }
}

fn export() -> ExportFile {
    let envelope = |n: u32| {
        let bytes = format!("envelope {n}").into_bytes();
        ExportedEnvelope {
            digest: payload_digest(&bytes).unwrap(),
            bytes,
        }
    };
    let mut envelopes: Vec<_> = [1, 3, 5].into_iter().map(envelope).collect();
    envelopes.sort_by_key(|one| one.digest);
    ExportFile::from_parts(
        LedgerId::from_bytes([0x11; 16]),
        leaves(),
        envelopes,
        Some(signed(7).2),
    )
}

/// Layer, why, what is replaced and by what, once.
type Spoiled = [(&'static str, &'static str, &'static str, &'static str)];

const SPOILED_LEAVES: &Spoiled = &[
    ("leaf", "white space", ":1,", ": 1,"),
    ("leaf", "another version", ":1,", ":2,"),
    ("leaf", "a doubled member", "\"v\":1", "\"v\":1,\"v\":1"),
    ("leaf", "an unknown member", "\"v\":1", "\"v\":1,\"w\":1"),
    ("leaf", "a missing member", "\"record\":null,", ""),
    ("leaf", "an escape that is not needed", "otari", "\\u006ftari"),
    ("leaf", "a time without offset", "+09:00", "Z"),
    ("leaf", "a kind in capitals", "erasure", "Erasure"),
    ("leaf", "a final newline", "}", "}\n"),
];

const SPOILED_NOTES: &Spoiled = &[
    ("checkpoint", "a leading zero", "\n7\n", "\n07\n"),
    ("checkpoint", "an extension line", "\n\n", "\nmore\n\n"),
    ("checkpoint", "a hyphen for the dash", "\u{2014}", "-"),
    ("checkpoint", "an empty line more", "\n\n", "\n\n\n"),
    ("signature", "another size", "\n7\n", "\n6\n"),
    ("signature", "another ledger", "/11", "/12"),
];

const SPOILED_EXPORTS: &Spoiled = &[
    ("export", "another format", "export/1", "export/2"),
    (
        "export",
        "a digest that is not its own",
        "\"size\":8",
        "\"size\":9",
    ),
    ("export", "white space", "\"size\":8", "\"size\": 8"),
    ("export", "no final newline", "}\n", "}"),
];

fn refused() -> Vec<Refused> {
    let entry = |layer: &str, why: &str, bytes: &[u8]| Refused {
        layer: layer.into(),
        why: why.into(),
        base64: BASE64.encode(bytes),
    };
    let note = vectors().checkpoint;
    let mut all = Vec::new();
    for (source, table) in [
        (leaves()[0].clone(), SPOILED_LEAVES),
        (note.clone().into_bytes(), SPOILED_NOTES),
        (export().encode().unwrap(), SPOILED_EXPORTS),
    ] {
        let source = String::from_utf8(source).unwrap();
        for (layer, why, from, to) in table {
            assert!(source.contains(from), "{why}");
            all.push(entry(layer, why, source.replacen(from, to, 1).as_bytes()));
        }
    }
    let (body, signatures) = note.split_once("\n\n").unwrap();
    all.push(entry(
        "checkpoint",
        "no signature",
        format!("{body}\n\n").as_bytes(),
    ));
    all.push(entry(
        "checkpoint",
        "a doubled signature",
        format!("{note}{signatures}").as_bytes(),
    ));
    let mut shuffled = leaves();
    shuffled.swap(0, 1);
    for (why, leaves) in [
        ("two leaves changed places", shuffled),
        ("fewer leaves than its checkpoint", leaves()[..6].to_vec()),
    ] {
        let forged = ExportFile::from_parts(export().ledger(), leaves, vec![], Some(signed(7).2));
        all.push(entry("tree", why, &forged.encode().unwrap()));
    }
    all
}

fn read<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    serde_json::from_slice(&std::fs::read(place(name)).unwrap()).unwrap()
}

#[test]
fn the_committed_vectors_are_what_this_code_writes() {
    assert_eq!(read::<Vectors>("vectors.json"), vectors());
    assert_eq!(read::<Vec<Refused>>("refuse.json"), refused());
    assert_eq!(
        std::fs::read(place("export.json")).unwrap(),
        export().encode().unwrap()
    );
}

#[test]
fn the_committed_vectors_are_read() {
    let vectors: Vectors = read("vectors.json");
    let head = |size: u64| Head {
        size,
        root: vectors.roots[size as usize],
    };
    for (leaf, hash) in vectors.leaves.iter().zip(&vectors.leaf_hashes) {
        assert_eq!(
            Leaf::decode(leaf.as_bytes()).unwrap().encode().unwrap(),
            leaf.as_bytes()
        );
        assert_eq!(Entry::read(0, leaf.as_bytes()).unwrap().hash, *hash);
    }
    for Proof { from, size, proof } in &vectors.inclusion {
        assert_eq!(
            verify_inclusion(&vectors.leaf_hashes[*from as usize], *from, &head(*size), proof),
            Ok(())
        );
    }
    for Proof { from, size, proof } in &vectors.consistency {
        assert_eq!(verify_consistency(&head(*from), &head(*size), proof), Ok(()));
    }
    let signed = SignedCheckpoint::parse(vectors.checkpoint.as_bytes()).unwrap();
    let key = HEXLOWER.decode(vectors.signer_public_key.as_bytes()).unwrap();
    let key = PublicKey::from_bytes(key.as_slice().try_into().unwrap()).unwrap();
    assert_eq!(signed.verify_by(&vectors.signer_name, &key), Ok(()));
    assert_eq!(signed.checkpoint().head, head(7));
    let export = ExportFile::parse(&std::fs::read(place("export.json")).unwrap()).unwrap();
    assert_eq!(
        (export.verify(), export.verify_envelopes(&payload_digest)),
        (Ok(head(8)), Ok(()))
    );
}

#[test]
fn each_refused_vector_is_refused_by_the_layer_that_it_names() {
    let (name, key, _) = signed(7);
    for Refused { layer, why, base64 } in read::<Vec<Refused>>("refuse.json") {
        let bytes = BASE64.decode(base64.as_bytes()).unwrap();
        let refused = match layer.as_str() {
            "leaf" => Leaf::decode(&bytes).is_err(),
            "checkpoint" => SignedCheckpoint::parse(&bytes).is_err(),
            "signature" => SignedCheckpoint::parse(&bytes)
                .unwrap()
                .verify_by(&name, &key)
                .is_err(),
            "export" => ExportFile::parse(&bytes).is_err(),
            "tree" => ExportFile::parse(&bytes).unwrap().verify().is_err(),
            other => panic!("no layer {other}"),
        };
        assert!(refused, "{layer}: {why}");
    }
}

/// Writes the vectors again: only after a change of the format.
#[cfg(feature = "regenerate-vectors")]
#[test]
fn write_the_vectors() {
    let pretty = |name, bytes: serde_json::Result<Vec<u8>>| {
        let mut bytes = bytes.unwrap();
        bytes.push(b'\n');
        std::fs::write(place(name), bytes).unwrap();
    };
    pretty("vectors.json", serde_json::to_vec_pretty(&vectors()));
    pretty("refuse.json", serde_json::to_vec_pretty(&refused()));
    std::fs::write(place("export.json"), export().encode().unwrap()).unwrap();
}
