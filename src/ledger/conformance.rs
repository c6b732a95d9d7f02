//! What every [`Store`] must do, as tests that any implementation runs against itself.

use crate::crypto::Digest;
use crate::units::Timestamp;

use super::error::LedgerError;
use super::tree::{Head, MemoryTree, verify_consistency, verify_inclusion};
use super::verify::{Judgement, verify};
use super::{Checkpoint, Comparison, ENVELOPE_MAX, ExportFile, NewEntry, PAGE_MAX, Store};

/// Makes the stores that the suite runs on.
pub(crate) trait Bench {
    /// A new, empty ledger of the station `otari`.
    fn fresh(&mut self) -> Box<dyn Store>;
    /// The ledger that was made last, through another connection.
    fn reopen(&mut self) -> Box<dyn Store>;
}

/// The instant `second` seconds after the start of these tests, in Japan.
pub(crate) fn time(second: u64) -> Timestamp {
    Timestamp::new(1_795_000_000 + second as i64, 540).unwrap()
}

/// An entry without a record.
pub(crate) fn entry(second: u64, subject: &str) -> NewEntry<'_> {
    NewEntry {
        time: time(second),
        kind: "test.entry",
        subject,
        record: None,
        envelope: None,
    }
}

/// Stands in for the digest of an envelope's payload: here the payload is all of it up to a `+`.
pub(crate) fn payload_digest(envelope: &[u8]) -> Option<Digest> {
    let payload = envelope.split(|byte| *byte == b'+').next()?;
    (!payload.is_empty()).then(|| Digest::of(&[payload]))
}

/// Runs the whole suite.
pub(crate) fn run(bench: &mut dyn Bench) {
    an_empty_ledger(bench);
    heads_are_those_of_the_tree(bench);
    questions(bench);
    records_and_envelopes(bench);
    numbers(bench);
    refusals(bench);
    proofs(bench);
    probing_changes_nothing(bench);
}

fn an_empty_ledger(bench: &mut dyn Bench) {
    let first = bench.fresh();
    assert_eq!(
        (first.head(), first.last_time(), first.entry(0)),
        (Ok(Head::empty()), Ok(None), Ok(None))
    );
    assert_eq!(
        (first.entries(0, 10), first.find("", 10)),
        (Ok(vec![]), Ok(vec![]))
    );
    assert_eq!(first.station(), "otari");
    let report = verify(&*first, &[], &payload_digest).unwrap();
    assert_eq!(
        (report.judgement(), report.head),
        (Judgement::InItself, Head::empty())
    );
    assert_ne!(bench.fresh().id(), first.id());
}

fn heads_are_those_of_the_tree(bench: &mut dyn Bench) {
    let mut store = bench.fresh();
    let mut tree = MemoryTree::new();
    let mut before = Checkpoint::new(Head::empty(), store.id());
    for n in 0..37 {
        let appended = store.append(entry(n, &format!("subject {n}"))).unwrap();
        let read = store.entry(n).unwrap().unwrap();
        tree.push(read.hash);
        assert_eq!((appended.seq, appended.head), (n, tree.head().unwrap()));
        assert_eq!(
            (read.leaf.subject, read.leaf.time),
            (format!("subject {n}"), time(n))
        );
        let other = bench.reopen();
        assert_eq!(
            (other.head(), other.last_time()),
            (Ok(appended.head), Ok(Some(time(n))))
        );
        let report = verify(&*other, &[before], &payload_digest).unwrap();
        assert_eq!(
            (report.flaws, report.comparisons),
            (vec![], vec![(before, Comparison::Equal)])
        );
        before = Checkpoint::new(appended.head, store.id());
    }
}

fn questions(bench: &mut dyn Bench) {
    let mut store = bench.fresh();
    let record = Digest::of(&[b"some record"]);
    for (n, subject) in ["消印 alpha", "beta", "100% alpha_", "ALPHA"]
        .into_iter()
        .enumerate()
    {
        store.append(entry(n as u64, subject)).unwrap();
    }
    store
        .append(NewEntry {
            record: Some(record),
            kind: "test.other",
            ..entry(4, "")
        })
        .unwrap();
    let places = |found: Result<Vec<super::Entry>, LedgerError>| -> Vec<u64> {
        found.unwrap().iter().map(|entry| entry.seq).collect()
    };
    assert_eq!(places(store.find("alpha", 10)), [2, 0]);
    assert_eq!(places(store.find("alpha", 1)), [2]);
    assert_eq!(places(store.find("消印", 10)), [0]);
    assert_eq!(places(store.find("%", 10)), [2], "no wildcards");
    assert_eq!(places(store.find("'\"", 10)), [0u64; 0]);
    assert_eq!(places(store.find("test.other", 10)), [4]);
    assert_eq!(places(store.find(&record.to_string(), 10)), [4]);
    assert_eq!(places(store.find("", 2)), [4, 3]);
    assert_eq!(places(store.entries(1, 2)), [1, 2]);
    assert_eq!(places(store.entries(4, 10)), [4]);
    assert_eq!(places(store.entries(u64::MAX, 10)), [0u64; 0]);
    assert_eq!(store.entry(u64::MAX), Ok(None));
    let export = ExportFile::of(&*store, &|_| true, None).unwrap();
    assert_eq!(
        ExportFile::parse(&export.encode().unwrap()).unwrap().verify(),
        store.head()
    );
    assert!(store.entries(0, u32::MAX).unwrap().len() <= PAGE_MAX as usize);
}

fn records_and_envelopes(bench: &mut dyn Bench) {
    let mut store = bench.fresh();
    let record = payload_digest(b"payload").unwrap();
    let unknown = Err(LedgerError::UnknownRecord { digest: record });
    assert_eq!(store.put_envelope(&record, b"payload"), unknown);
    assert_eq!(
        (store.find_record(&record), store.envelope(&record)),
        (Ok(None), Ok(None))
    );
    store.append(entry(0, "")).unwrap();
    let with = NewEntry {
        record: Some(record),
        envelope: Some(b"payload"),
        ..entry(1, "")
    };
    store.append(with).unwrap();
    assert_eq!(store.find_record(&record), Ok(Some(1)));
    let head = store.head();
    store
        .put_envelope(&record, b"payload+one more signature")
        .unwrap();
    assert_eq!(store.head(), head, "an envelope is no part of the tree");
    // A second entry about the same record neither loses its envelope nor its first place.
    store
        .append(NewEntry {
            envelope: None,
            ..with
        })
        .unwrap();
    let other = bench.reopen();
    assert_eq!(
        other.envelope(&record),
        Ok(Some(b"payload+one more signature".to_vec()))
    );
    assert_eq!(other.find_record(&record), Ok(Some(1)));
    store
        .append(NewEntry {
            envelope: Some(b"payload+two"),
            ..with
        })
        .unwrap();
    assert_eq!(store.envelope(&record), Ok(Some(b"payload+two".to_vec())));
    assert_eq!(verify(&*store, &[], &payload_digest).unwrap().envelopes_kept, 1);
    let head = store.head();
    assert_eq!(
        (store.remove_envelope(&record), store.remove_envelope(&record)),
        (Ok(true), Ok(false))
    );
    assert_eq!((store.envelope(&record), store.head()), (Ok(None), head));
    let report = verify(&*store, &[], &payload_digest).unwrap();
    assert_eq!(
        (report.flaws, report.envelopes_kept, report.envelopes_absent),
        (vec![], 0, 1)
    );
    store.put_envelope(&record, b"payload").unwrap();
    assert_eq!(store.envelope(&record), Ok(Some(b"payload".to_vec())));
}

fn numbers(bench: &mut dyn Bench) {
    let mut store = bench.fresh();
    assert_eq!(
        (store.reserve_number("20261121"), store.reserve_number("20261121")),
        (Ok(1), Ok(2))
    );
    let mut other = bench.reopen();
    assert_eq!(
        (other.reserve_number("20261121"), other.reserve_number("20261122")),
        (Ok(3), Ok(1))
    );
    assert_eq!(store.reserve_number("20261121"), Ok(4));
    for day in ["", "2026-11-21", "2026112", "２０２６１１２１", "2026112a"] {
        assert_eq!(store.reserve_number(day), Err(LedgerError::BadDay), "{day}");
    }
    assert_eq!(verify(&*store, &[], &payload_digest).unwrap().flaws, []);
}

fn refusals(bench: &mut dyn Bench) {
    let mut store = bench.fresh();
    let digest = Digest::of(&[b"x"]);
    let record = Some(digest);
    let large = vec![0; ENVELOPE_MAX + 1];
    let too_long = LedgerError::EnvelopeTooLong {
        bytes: ENVELOPE_MAX + 1,
        bound: ENVELOPE_MAX,
    };
    let fits = NewEntry {
        record,
        envelope: Some(&large[1..]),
        ..entry(0, "")
    };
    assert_eq!(
        store.append(NewEntry {
            envelope: Some(&large),
            ..fits
        }),
        Err(too_long.clone())
    );
    assert_eq!(
        store.append(NewEntry { record: None, ..fits }),
        Err(LedgerError::EnvelopeWithoutRecord)
    );
    assert_eq!(
        store.append(NewEntry {
            kind: "",
            ..entry(0, "")
        }),
        Err(LedgerError::BadKind)
    );
    assert_eq!(store.head(), Ok(Head::empty()));
    store.append(fits).unwrap();
    assert_eq!(store.put_envelope(&digest, &large), Err(too_long));
    assert_eq!(store.envelope(&digest).unwrap().unwrap().len(), ENVELOPE_MAX);
}

fn proofs(bench: &mut dyn Bench) {
    let mut store = bench.fresh();
    for n in 0..11 {
        store.append(entry(n, "")).unwrap();
    }
    let head = store.head().unwrap();
    for size in 1..=11 {
        let then = store.head_at(size).unwrap();
        for seq in 0..size {
            let hash = store.entry(seq).unwrap().unwrap().hash;
            let proof = store.inclusion(seq, size).unwrap();
            assert_eq!(verify_inclusion(&hash, seq, &then, &proof), Ok(()));
        }
        let proof = store.consistency(size, 11).unwrap();
        assert_eq!(verify_consistency(&then, &head, &proof), Ok(()));
    }
    let beyond = LedgerError::OutOfRange { asked: 12, size: 11 };
    assert_eq!(store.inclusion(0, 12), Err(beyond.clone()));
    assert_eq!(store.consistency(3, 12), Err(beyond.clone()));
    assert_eq!(store.head_at(12), Err(beyond));
    assert!(store.inclusion(5, 5).is_err());
}

fn probing_changes_nothing(bench: &mut dyn Bench) {
    let mut store = bench.fresh();
    store.append(entry(0, "")).unwrap();
    let head = store.head();
    for _ in 0..3 {
        store.probe_writable().unwrap();
    }
    assert_eq!(store.head(), head);
    assert_eq!(verify(&*store, &[], &payload_digest).unwrap().flaws, []);
    assert_eq!(store.append(entry(1, "")).unwrap().seq, 1);
}
