//! Searches of devices in memory, held against what was put there.

use super::super::batch::erase_batch_noting;
use super::super::testing::{BLOCK, Faults, MemoryBatch, secret};
use super::super::{FilesOutcome, FilesReason, files_limits, judge_files};
use super::*;
use crate::crypto::BlockKey;
use crate::devices::Condition;
use crate::erasure::limits::Limit;
use crate::erasure::method::Method;
use crate::erasure::outcome::VerifyMode;
use crate::erasure::testing::{Faults as MediumFaults, Medium};
use crate::progress::Silent;
use crate::units::{ByteRange, Timestamp};

const SIZE: u64 = 5 << 20;

fn job() -> FilesJob {
    let method = Method::parse("clear-1").unwrap();
    FilesJob::new(method, VerifyMode::Full, BlockKey::draw().unwrap()).unwrap()
}

/// Erases files of these sizes and notes what they held; those in `stays` cannot be removed.
fn erased(job: &FilesJob, sizes: &[u64], stays: Vec<usize>) -> OldContent {
    let faults = Faults {
        stays,
        ..Faults::default()
    };
    let mut batch = MemoryBatch::new(sizes, 3, faults);
    let mut old = OldContent::default();
    let now = || Timestamp::new(1_000_000, 540).unwrap();
    erase_batch_noting(
        job,
        &mut batch,
        &mut Silent,
        &StopSignal::default(),
        &now,
        &mut old,
    );
    old
}

/// The blocks of the stream of such files, before.
fn block(index: u64) -> Vec<u8> {
    (index * BLOCK..(index + 1) * BLOCK).map(secret).collect()
}

fn medium(put: &[(u64, &[u8])], faults: MediumFaults) -> Medium {
    let medium = Medium::new(SIZE, faults);
    for (at, bytes) in put {
        let at = *at as usize;
        medium.inside().bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }
    medium
}

fn search(job: &FilesJob, old: &OldContent, medium: &Medium) -> DeviceSearch {
    let source: Box<dyn Source> = medium.target(512);
    search_device(job, old, 0, Some(source), &mut Silent, &StopSignal::default())
}

fn places(places: &Places) -> Vec<u64> {
    places.first.iter().map(|place| place.0).collect()
}

#[test]
fn copies_are_found_where_they_lie_and_what_stayed_is_not_looked_for() {
    let job = job();
    // Files of 2 blocks, of 1 that stays, and of 1 and a bit.
    let mut old = erased(&job, &[2 * BLOCK, BLOCK, BLOCK + 5], vec![1]);
    old.name(0, b"himitsu.txt", false);
    old.name(0, b"short", false);
    let mut tail = block(4);
    tail[5..].fill(0);
    let name = b"--himitsu.txt--";
    let put: [(u64, &[u8]); 7] = [
        (0, &block(1)),
        (4096, &block(2)),
        (1 << 20, &block(0)),
        ((1 << 20) + 1024 + 1, &block(0)),
        (3 << 20, &tail),
        ((2 << 20) - 7, name),
        (SIZE - 11, &name[2..13]),
    ];
    let found = search(&job, &old, &medium(&put, MediumFaults::default()));
    assert_eq!(places(&found.content), [0, 1 << 20, 3 << 20]);
    assert_eq!(found.content.count, 3);
    assert_eq!(places(&found.names), [(2 << 20) - 5, SIZE - 11]);
    assert_eq!(
        (found.read, found.complete, found.system),
        (ByteCount(SIZE), true, 0)
    );
    let counts = found.looked_for;
    assert_eq!((counts.blocks, counts.other_blocks), (4, 0));
    assert_eq!((counts.names, counts.other_names), (1, 1));
}

#[test]
fn a_clean_device_has_no_hits_and_the_limit_is_gone() {
    let job = job();
    let old = erased(&job, &[9 * BLOCK], Vec::new());
    let clean = search(&job, &old, &medium(&[], MediumFaults::default()));
    assert_eq!((clean.content.count, clean.names.count), (0, 0));
    let limits = |searches: Vec<DeviceSearch>| {
        let outcome = FilesOutcome {
            searches,
            ..FilesOutcome::default()
        };
        files_limits(job.method(), &outcome).contains(&Limit::OldCopiesNotSearched)
    };
    let incomplete = DeviceSearch::default();
    assert!(limits(Vec::new()) && limits(vec![clean.clone(), incomplete]) && !limits(vec![clean]));
}

/// A name on the border of two requests stands in neither of them whole.
#[test]
fn names_across_pieces_are_found_once() {
    let job = job();
    let name = b"a-name-that-is-long-enough-to-lie-anywhere";
    for shift in 0..=name.len() as u64 {
        let mut old = OldContent::default();
        old.name(0, name, false);
        let at = (1 << 20) - shift;
        let found = search(&job, &old, &medium(&[(at, name)], MediumFaults::default()));
        assert_eq!(
            (places(&found.names), found.names.count),
            (vec![at], 1),
            "{shift}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_left_out_and_told() {
    let job = job();
    let old = erased(&job, &[2 * BLOCK], Vec::new());
    let bad = ByteRange::new(8192, 512);
    let faults = MediumFaults {
        refuse_read: vec![bad],
        ..MediumFaults::default()
    };
    let put: [(u64, &[u8]); 2] = [(8192 + 512, &block(0)), (4 << 20, &block(1))];
    let found = search(&job, &old, &medium(&put, faults));
    assert_eq!(places(&found.content), [8192 + 512, 4 << 20]);
    assert_eq!((found.read.0, found.complete), (SIZE - 512, false));
    let gone = MediumFaults {
        refuse_read: vec![bad],
        condition: Condition::Gone,
        ..MediumFaults::default()
    };
    assert!(!search(&job, &old, &medium(&put, gone)).complete);
}

#[test]
fn a_search_ends_when_somebody_stops_it_or_nothing_answers() {
    let job = job();
    let old = erased(&job, &[2 * BLOCK], Vec::new());
    let stop = StopSignal::default();
    stop.raise();
    let source: Box<dyn Source> = medium(&[], MediumFaults::default()).target(512);
    let stopped = search_device(&job, &old, 0, Some(source), &mut Silent, &stop);
    assert_eq!((stopped.read, stopped.complete), (ByteCount(0), false));
    let unopened = search_device(&job, &old, 0, None, &mut Silent, &stop);
    assert_eq!((unopened.complete, unopened.looked_for.blocks), (false, 2));
}

#[test]
fn what_was_found_keeps_a_run_from_being_erased() {
    let clean = DeviceSearch {
        complete: true,
        ..DeviceSearch::default()
    };
    let (mut copies, mut names) = (clean.clone(), clean.clone());
    copies.content.add(512);
    names.names.add(7);
    let incomplete = DeviceSearch::default();
    for (search, reason) in [
        (clean, None),
        (copies, Some(FilesReason::CopiesFound)),
        (names, Some(FilesReason::NamesFound)),
        (incomplete, Some(FilesReason::SearchIncomplete)),
    ] {
        let outcome = FilesOutcome {
            searches: vec![search],
            ..FilesOutcome::default()
        };
        let reasons = judge_files(&outcome, &[]).reasons;
        let known = [
            FilesReason::CopiesFound,
            FilesReason::NamesFound,
            FilesReason::SearchIncomplete,
        ];
        let told = reasons.into_iter().find(|reason| known.contains(reason));
        assert_eq!(told, reason);
    }
}

#[test]
fn no_more_places_are_listed_than_a_hundred() {
    let mut places = Places::default();
    (0..250).for_each(|at| places.add(at * 512));
    assert_eq!((places.count, places.first.len()), (250, 100));
}
