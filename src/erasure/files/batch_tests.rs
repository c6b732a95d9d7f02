//! Batches held against every fault that files and devices may have.

use proptest::prelude::*;

use super::super::testing::{BLOCK, Faults, MemoryBatch, secret};
use super::super::{FilesJudgement, FilesOutcome, FilesReason, files_limits, judge_files};
use super::*;
use crate::devices::{
    Blindness, DeviceFacts, DeviceNumber, FileSystemFacts, InPlace, NodeKind, Transport, VirtualKind,
};
use crate::erasure::limits::Limit;
use crate::erasure::verdict::{Reason, Verdict};
use crate::progress::{Event, Phase, Silent};
use crate::units::ByteOffset;

fn job(method: &str, verify: VerifyMode) -> FilesJob {
    FilesJob::new(Method::parse(method).unwrap(), verify, BlockKey::draw().unwrap()).unwrap()
}

fn erase(job: &FilesJob, batch: &MemoryBatch, stop: &StopSignal) -> BatchOutcome {
    let now = || Timestamp::new(1_000_000, 540).unwrap();
    erase_batch(job, &mut batch.clone(), &mut Silent, stop, &now)
}

fn erased(batch: &MemoryBatch) -> BatchOutcome {
    erase(&job("clear-1", VerifyMode::Full), batch, &StopSignal::default())
}

fn drive(rotational: Option<bool>, virtual_kind: Option<VirtualKind>) -> DeviceFacts {
    DeviceFacts {
        asked: "/dev/x".into(),
        path: "/dev/x".into(),
        kind: NodeKind::WholeDevice,
        number: None,
        file_identity: None,
        disk_sequence: None,
        size: ByteCount(1 << 30),
        logical_block: BlockSize::SECTOR,
        physical_block: BlockSize::SECTOR,
        zoned: None,
        maker: None,
        model: None,
        serial: None,
        firmware: None,
        wwn: None,
        rotational,
        removable: None,
        transport: Transport::Ata,
        port: None,
        layers: Vec::new(),
        virtual_kind,
        backing: None,
        partitions: Vec::new(),
        read_only: false,
        write_cache: None,
        fua: None,
        serial_shared: false,
    }
}

fn system() -> FileSystemFacts {
    let number = DeviceNumber { major: 8, minor: 1 };
    FileSystemFacts {
        number,
        name: "ext4".to_owned(),
        mount_point: "/m".into(),
        block: BlockSize::SECTOR,
        in_place: InPlace::Yes,
        journals_data: false,
        read_only: false,
        sight: Sight::Device {
            node: "/dev/x1".into(),
            number,
        },
        medium: Some(drive(Some(true), None)),
        snapshots: Vec::new(),
    }
}

fn run_of(outcome: BatchOutcome) -> FilesOutcome {
    FilesOutcome {
        batches: vec![outcome],
        ..FilesOutcome::default()
    }
}

fn judged(outcome: BatchOutcome) -> FilesJudgement {
    judge_files(&run_of(outcome), &[system()])
}

fn codes(judgement: &FilesJudgement) -> Vec<&'static str> {
    judgement.reasons.iter().map(|reason| reason.code()).collect()
}

fn removed(batch: &MemoryBatch) -> Vec<bool> {
    batch.world().removed.clone()
}

#[test]
fn files_of_every_size_are_erased_and_lose_their_names() {
    for method in ["clear-1", "clear-zero", "clear-1-zero", "dod-3"] {
        let sizes = [0, 1, BLOCK, 5 * BLOCK + 7, 3 << 20];
        let batch = MemoryBatch::new(&sizes, 100, Faults::default());
        let outcome = erase(&job(method, VerifyMode::Full), &batch, &StopSignal::default());
        assert_eq!(removed(&batch), [true; 5], "{method}");
        assert!(outcome.digests_kept && outcome.looked_again);
        for (file, (size, measure)) in sizes.iter().zip(&outcome.files).enumerate() {
            let planned = size.next_multiple_of(BLOCK);
            assert_eq!(measure.planned.0, planned);
            assert_eq!(measure.equal.0, planned);
            assert_eq!(
                (measure.mapped.0, measure.slack.0, measure.unwritten.0),
                (*size, planned - size, 0)
            );
            assert!(!measure.is_faulty());
            assert_eq!(batch.old_blocks(file), 0);
            assert_eq!(measure.name, Some(NameTrace::Gone));
        }
        assert_eq!(
            judged(outcome),
            FilesJudgement {
                verdict: Verdict::Erased,
                reasons: Vec::new()
            }
        );
    }
}

/// An observer that keeps what it hears.
#[derive(Default)]
struct Ears(Vec<Event>);

impl Observer for Ears {
    fn observe(&mut self, event: Event) {
        self.0.push(event);
    }
}

#[test]
fn the_looks_before_and_after_tell_how_far_they_are() {
    // Two files; the second lies elsewhere after it was written.
    let batch = MemoryBatch::new(
        &[3 * BLOCK, 4 * BLOCK],
        2,
        Faults {
            moves: vec![2],
            ..Faults::default()
        },
    );
    let mut ears = Ears::default();
    let now = || Timestamp::new(1_000_000, 540).unwrap();
    let job = job("clear-1", VerifyMode::Full);
    erase_batch(&job, &mut batch.clone(), &mut ears, &StopSignal::default(), &now);
    let mut told = Vec::new();
    for event in &ears.0 {
        match event {
            Event::Started { phase, total, .. } => told.push((*phase, total.0, 0, false)),
            Event::Advanced { done } => told.last_mut().unwrap().2 = done.0,
            Event::Finished => told.last_mut().unwrap().3 = true,
            _ => {}
        }
    }
    let all = 7 * BLOCK;
    let whole = |phase, total| (phase, total, total, true);
    assert_eq!(
        told,
        [
            whole(Phase::Compare, all),
            whole(Phase::Write, all),
            whole(Phase::ReadBack, all),
            // The engine's own look afterwards found something as well: both ends, which is all of so short a stream.
            whole(Phase::LookAgain, all)
        ]
    );
}

#[test]
fn a_block_that_the_device_keeps_is_known_again_and_its_file_stays() {
    let faults = Faults {
        keeps: vec![4],
        ..Faults::default()
    };
    let batch = MemoryBatch::new(&[2 * BLOCK, 4 * BLOCK, BLOCK], 2, faults);
    let outcome = erased(&batch);
    assert_eq!(removed(&batch), [true, false, true]);
    let bad = outcome.files[1];
    assert_eq!(
        (bad.other.0, bad.unexplained.0, bad.still_there.0),
        (BLOCK, BLOCK, BLOCK)
    );
    assert_eq!(bad.equal.0, 3 * BLOCK);
    assert_eq!(bad.removal, None);
    let judgement = judged(outcome);
    assert_eq!(judgement.verdict, Verdict::NotErased);
    assert_eq!(
        codes(&judgement),
        ["VER-FILES-LEFT", "VER-OLD-CONTENT", "VER-OTHER-BYTES-READ"]
    );
    assert_eq!(judgement.exit_code(), 4);
}

#[test]
fn zeros_that_stay_are_no_old_content() {
    let faults = Faults {
        keeps: vec![1],
        ..Faults::default()
    };
    let batch = MemoryBatch::new(&[3 * BLOCK], 3, faults);
    batch.world().device[BLOCK as usize..2 * BLOCK as usize].fill(0);
    let outcome = erased(&batch);
    assert_eq!(
        (outcome.files[0].other.0, outcome.files[0].still_there.0),
        (BLOCK, 0)
    );
    assert_eq!(outcome.files[0].mapped.0, 3 * BLOCK);
    assert_eq!(judged(outcome).verdict, Verdict::NotErased);
}

#[test]
fn a_moved_file_stays_and_what_its_old_place_holds_decides() {
    for (taken, still_there, wanted) in [
        (
            false,
            2 * BLOCK,
            vec!["VER-EXTENTS-MOVED", "VER-FILES-LEFT", "VER-OLD-CONTENT"],
        ),
        (true, 0, vec!["VER-EXTENTS-MOVED", "VER-FILES-LEFT"]),
    ] {
        let faults = Faults {
            moves: vec![1],
            taken,
            ..Faults::default()
        };
        let batch = MemoryBatch::new(&[BLOCK, 2 * BLOCK], 2, faults);
        let outcome = erased(&batch);
        assert_eq!(removed(&batch), [true, false]);
        let moved = outcome.files[1];
        assert_eq!((moved.moved.0, moved.unexplained.0), (2 * BLOCK, 0));
        assert_eq!((moved.other.0, moved.still_there.0), (2 * BLOCK, still_there));
        let judgement = judged(outcome);
        assert_eq!(codes(&judgement), wanted);
        assert_eq!(judgement.verdict, Verdict::NotErased);
    }
}

#[test]
fn a_stream_of_which_everything_differs_is_read_to_its_end() {
    // Where a file system copies on write, every old place of a rewritten file holds something else.
    let size = ByteCount(1 << 40);
    let job = job("clear-1", VerifyMode::Full);
    let plan = Plan::new(job.method.clone(), size, BlockSize::SECTOR, job.verify).unwrap();
    let engine = job.engine_job(plan).unwrap();
    assert!(engine.hopeless_after > size);
}

#[test]
fn a_forced_rewrite_takes_the_name_and_says_what_is_left() {
    for (taken, verdict, wanted) in [
        (
            false,
            Verdict::NotErased,
            vec!["VER-EXTENTS-MOVED", "VER-REWRITTEN", "VER-OLD-CONTENT"],
        ),
        (
            true,
            Verdict::Unverified,
            vec!["VER-EXTENTS-MOVED", "VER-REWRITTEN"],
        ),
    ] {
        let faults = Faults {
            moves: vec![0],
            taken,
            ..Faults::default()
        };
        let batch = MemoryBatch::new(&[2 * BLOCK], 2, faults);
        let mut job = job("clear-1", VerifyMode::Full);
        job.force_rewrite = true;
        let outcome = erase(&job, &batch, &StopSignal::default());
        assert_eq!(removed(&batch), [true]);
        let run = FilesOutcome {
            force_rewrite: true,
            ..run_of(outcome)
        };
        let judgement = judge_files(&run, &[system()]);
        assert_eq!((judgement.verdict, codes(&judgement)), (verdict, wanted));
    }
}

#[test]
fn a_move_that_nobody_tells_is_found_by_reading() {
    let faults = Faults {
        moves: vec![0],
        moves_untold: true,
        ..Faults::default()
    };
    let mut job = job("clear-1", VerifyMode::Full);
    job.force_rewrite = true;
    let batch = MemoryBatch::new(&[2 * BLOCK], 2, faults);
    let outcome = erase(&job, &batch, &StopSignal::default());
    assert_eq!(removed(&batch), [false]);
    assert_eq!(outcome.files[0].still_there.0, 2 * BLOCK);
}

#[test]
fn where_it_cannot_be_asked_again_nothing_is_taken_away() {
    for faults in [
        Faults {
            no_second_look: true,
            ..Faults::default()
        },
        Faults {
            intruded: true,
            ..Faults::default()
        },
    ] {
        let batch = MemoryBatch::new(&[BLOCK, 0], 1, faults);
        let outcome = erased(&batch);
        assert_eq!(
            removed(&batch),
            [false, true],
            "the empty one has nothing to lose"
        );
        let judgement = judged(outcome);
        assert_eq!(judgement.verdict, Verdict::NotErased);
        assert!(codes(&judgement).contains(&"VER-FILES-LEFT"));
    }
}

#[test]
fn a_place_that_did_not_hold_the_content_proves_nothing() {
    let faults = Faults {
        elsewhere: vec![1],
        ..Faults::default()
    };
    let batch = MemoryBatch::new(&[BLOCK, BLOCK], 1, faults);
    let outcome = erased(&batch);
    assert_eq!(removed(&batch), [true, true]);
    assert_eq!(outcome.files[1].mapped.0, 0);
    let judgement = judged(outcome);
    assert_eq!(
        (judgement.verdict, codes(&judgement)),
        (Verdict::Unverified, vec!["VER-NOT-MAPPED"])
    );
}

#[test]
fn a_place_that_was_not_told_counts_as_not_seen() {
    let batch = MemoryBatch::new(&[BLOCK, BLOCK], 1, Faults::default())
        .with_segment(1, |segment| segment.physical = None);
    let outcome = erased(&batch);
    assert_eq!((outcome.files[1].equal.0, outcome.files[1].mapped.0), (0, 0));
    let judgement = judged(outcome);
    assert_eq!(codes(&judgement), ["VER-NOT-MAPPED", "VER-NOT-SEEN"]);
}

#[test]
fn what_was_never_written_has_no_content_to_be_compared() {
    let batch = MemoryBatch::new(&[4 * BLOCK, 3 * BLOCK], 2, Faults::default())
        .with_segment(1, |segment| segment.unwritten = true)
        .with_file(1, |file| file.size = ByteCount(BLOCK + 1));
    let outcome = erased(&batch);
    let told = |file: usize| {
        let measure = outcome.files[file];
        (measure.mapped.0, measure.unwritten.0, measure.slack.0)
    };
    assert_eq!(told(0), (2 * BLOCK, 2 * BLOCK, 0));
    assert_eq!(told(1), (BLOCK + 1, BLOCK, BLOCK - 1));
    assert_eq!(judged(outcome).verdict, Verdict::Erased);
}

#[test]
fn places_that_refuse_keep_their_files() {
    let writes = Faults {
        refuse_write: vec![1],
        ..Faults::default()
    };
    let reads = Faults {
        refuse_read: vec![1],
        ..Faults::default()
    };
    for faults in [writes, reads] {
        let batch = MemoryBatch::new(&[BLOCK, BLOCK, BLOCK], 1, faults);
        let outcome = erased(&batch);
        assert_eq!(removed(&batch), [true, false, true]);
        assert_eq!(outcome.files[1].unreached.0, BLOCK);
        let judgement = judged(outcome);
        assert_eq!(judgement.verdict, Verdict::NotErased);
        assert!(codes(&judgement).contains(&"VER-FILES-LEFT"));
    }
}

#[test]
fn a_name_whose_end_was_not_flushed_is_gone_only_where_that_was_seen() {
    let faults = Faults {
        folders_unflushed: Some(5),
        ..Faults::default()
    };
    let outcome = erased(&MemoryBatch::new(&[BLOCK], 1, faults.clone()));
    let removal = outcome.files[0].removal.unwrap();
    assert!(outcome.files[0].is_removed() && removal.flushed == Err(5));
    assert_eq!(outcome.files[0].failed, None);

    let faults = Faults {
        names_stay: true,
        ..faults
    };
    let outcome = erased(&MemoryBatch::new(&[BLOCK], 1, faults));
    let file = &outcome.files[0];
    assert!(!file.is_removed() && file.removal.unwrap().unlinked);
    assert_eq!((file.failed, file.name), (Some(5), None));
    assert_eq!(codes(&judged(outcome)), ["VER-FILES-LEFT"]);
}

#[test]
fn names_that_stay_are_told() {
    let faults = Faults {
        stays: vec![0],
        ..Faults::default()
    };
    let batch = MemoryBatch::new(&[BLOCK, BLOCK], 1, faults);
    let outcome = erased(&batch);
    assert_eq!(
        (outcome.files[0].failed, outcome.files[0].removal),
        (Some(1), None)
    );
    assert!(outcome.files[1].is_removed());
    assert_eq!(codes(&judged(outcome)), ["VER-FILES-LEFT"]);

    let faults = Faults {
        names_stay: true,
        ..Faults::default()
    };
    let judgement = judged(erased(&MemoryBatch::new(&[BLOCK], 1, faults)));
    assert_eq!(
        (judgement.verdict, codes(&judgement)),
        (Verdict::ErasedWithExceptions, vec!["VER-NAMES-LEFT"])
    );
}

#[test]
fn what_cannot_be_seen_is_never_said_to_be_erased() {
    for (why, wanted) in [
        (Blindness::NotAllowed, vec!["VER-NOT-SEEN", "VER-READ-FROM-CACHE"]),
        (Blindness::Memory, vec!["VER-MEMORY"]),
    ] {
        let faults = Faults {
            blind: Some(why),
            ..Faults::default()
        };
        let batch = MemoryBatch::new(&[BLOCK, 2 * BLOCK], 2, faults);
        let outcome = erased(&batch);
        assert_eq!(removed(&batch), [true, true]);
        assert!(
            outcome
                .files
                .iter()
                .all(|file| file.equal.0 == 0 && file.mapped.0 == 0)
        );
        let run = run_of(outcome);
        let judgement = judge_files(&run, &[system()]);
        assert_eq!(
            (judgement.verdict, codes(&judgement)),
            (Verdict::Unverified, wanted)
        );
        let limits = files_limits(&Method::parse("clear-1").unwrap(), &run);
        assert!(limits.contains(&Limit::NamesNotSeen) && limits.contains(&Limit::OldCopiesNotSearched));
    }
}

#[test]
fn a_stop_before_the_first_write_writes_nothing() {
    let stop = StopSignal::default();
    stop.raise();
    let batch = MemoryBatch::new(&[BLOCK, 0], 1, Faults::default());
    let outcome = erase(&job("clear-1", VerifyMode::Full), &batch, &stop);
    assert_eq!(batch.world().writes, 0);
    assert_eq!(removed(&batch), [false, false]);
    let judgement = judged(outcome);
    assert_eq!(
        (judgement.verdict, codes(&judgement)),
        (Verdict::Interrupted, vec!["VER-STOPPED"])
    );
    assert_eq!(judgement.exit_code(), 6);
}

#[test]
fn a_device_that_goes_away_leaves_every_name() {
    for after in [0, 1, 3] {
        let faults = Faults {
            vanish_after: Some(after),
            ..Faults::default()
        };
        let batch = MemoryBatch::new(&[BLOCK; 4], 1, faults);
        let outcome = erased(&batch);
        assert_eq!(removed(&batch), [false; 4]);
        assert_eq!(judged(outcome).verdict, Verdict::NotErased);
    }
}

#[test]
fn more_differences_than_are_listed_are_looked_for_one_by_one() {
    let keeps: Vec<u64> = (0..2400).step_by(2).collect();
    let faults = Faults {
        keeps,
        ..Faults::default()
    };
    let batch = MemoryBatch::new(&[BLOCK; 2400], 1, faults);
    let outcome = erased(&batch);
    let listed = outcome
        .stream
        .as_ref()
        .and_then(|stream| stream.read_back.as_ref());
    assert_eq!(
        listed.map(|read| (read.mismatches.count, read.mismatches.ranges.len())),
        Some((1200, 1000))
    );
    for (file, measure) in outcome.files.iter().enumerate() {
        let kept = if file % 2 == 0 { BLOCK } else { 0 };
        assert_eq!(
            (measure.other.0, measure.still_there.0, measure.equal.0),
            (kept, kept, BLOCK - kept),
            "{file}"
        );
        assert_eq!(measure.is_removed(), kept == 0, "{file}");
    }
}

#[test]
fn without_reading_back_it_is_unverified_and_a_sample_counts_what_it_read() {
    let batch = MemoryBatch::new(&[BLOCK], 1, Faults::default());
    let outcome = erase(&job("clear-1", VerifyMode::None), &batch, &StopSignal::default());
    assert_eq!((removed(&batch), outcome.files[0].equal.0), (vec![true], 0));
    let judgement = judged(outcome);
    assert_eq!(
        (codes(&judgement), judgement.exit_code()),
        (vec!["VER-NOT-ASKED"], 0)
    );

    let batch = MemoryBatch::new(&[1 << 20; 10], 4096, Faults::default());
    let sample = VerifyMode::Sample { percent: 30 };
    let outcome = erase(&job("clear-1", sample), &batch, &StopSignal::default());
    let equal: u64 = outcome.files.iter().map(|file| file.equal.0).sum();
    assert_eq!((removed(&batch), equal), (vec![true; 10], 3 << 20));
    assert!(files_limits(&Method::parse("clear-1").unwrap(), &run_of(outcome)).contains(&Limit::Sampled));
}

#[test]
fn content_without_blocks_that_are_told_keeps_its_file() {
    let batch = MemoryBatch::new(&[0, 0, 0, BLOCK], 1, Faults::default())
        .with_file(0, |file| file.size = ByteCount(9))
        .with_file(1, |file| {
            file.size = ByteCount(9);
            file.storing.inline = true;
        })
        .with_file(2, |file| {
            file.size = ByteCount(9);
            file.untold = Some("no".to_owned());
        });
    erased(&batch);
    assert_eq!(
        removed(&batch),
        [true, false, false, true],
        "a hole is no content"
    );
}

#[test]
fn the_medium_and_the_file_system_count() {
    let outcome = run_of(erased(&MemoryBatch::new(&[BLOCK], 1, Faults::default())));
    let with = |change: fn(&mut FileSystemFacts)| {
        let mut system = system();
        change(&mut system);
        judge_files(&outcome, &[system])
    };
    let one = |reason| FilesJudgement {
        verdict: FilesReason::verdict(reason),
        reasons: vec![reason],
    };
    assert_eq!(
        with(|system| system.medium = Some(drive(Some(false), None))),
        one(FilesReason::Flash)
    );
    assert_eq!(
        with(|system| system.medium = Some(drive(None, None))),
        one(FilesReason::Flash)
    );
    assert_eq!(with(|system| system.medium = None), one(FilesReason::Flash));
    assert_eq!(one(FilesReason::Flash).verdict, Verdict::ErasedWithExceptions);
    let on_loop = with(|system| system.medium = Some(drive(Some(false), Some(VirtualKind::Loop))));
    assert_eq!(on_loop.verdict, Verdict::Erased);
    assert_eq!(
        with(|system| system.in_place = InPlace::No),
        one(FilesReason::Rewritten)
    );
    assert_eq!(
        with(|system| system.journals_data = true),
        one(FilesReason::Rewritten)
    );
    assert_eq!(
        with(|system| system.snapshots.push("s".to_owned())),
        one(FilesReason::Snapshots)
    );
    let unknown = judge_files(&outcome, &[]);
    assert_eq!(unknown.verdict, Verdict::Unverified);
}

#[test]
fn what_was_not_begun_counts() {
    let outcome = || run_of(erased(&MemoryBatch::new(&[BLOCK], 1, Faults::default())));
    let with = |change: fn(&mut FilesOutcome)| {
        let mut outcome = outcome();
        change(&mut outcome);
        judge_files(&outcome, &[system()])
    };
    assert_eq!(codes(&with(|run| run.not_begun = 1)), ["VER-FILES-LEFT"]);
    assert_eq!(codes(&with(|run| run.folders_left = 1)), ["VER-FOLDERS-LEFT"]);
    let stopped = with(|run| (run.not_begun, run.stopped) = (1, true));
    assert_eq!(
        (stopped.verdict, codes(&stopped)),
        (Verdict::Interrupted, vec!["VER-STOPPED"])
    );
    assert_eq!(
        judge_files(&FilesOutcome::default(), &[]).reasons,
        [FilesReason::FilesLeft]
    );
}

#[test]
fn every_stream_reason_keeps_its_code_and_verdict() {
    let reason = FilesReason::Stream(Reason::Stalled);
    assert_eq!(
        (reason.code(), reason.verdict()),
        ("VER-STALLED", Verdict::NotErased)
    );
}

#[test]
fn a_job_that_cannot_be_planned_is_not_made() {
    let method = Method::parse("clear-1").unwrap();
    let made = FilesJob::new(
        method,
        VerifyMode::Sample { percent: 0 },
        BlockKey::draw().unwrap(),
    );
    assert!(matches!(made, Err(ErasureError::SamplePercent { .. })));
}

#[test]
fn the_secret_of_a_place_is_that_of_no_other_block() {
    let blocks: std::collections::BTreeSet<Vec<u8>> = (0..4000u64)
        .map(|block| (block * BLOCK..(block + 1) * BLOCK).map(secret).collect())
        .collect();
    assert_eq!(blocks.len(), 4000);
    assert_eq!(ByteOffset(BLOCK).0, 512);
}

fn some(most: u64) -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(0..most, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever the device keeps and wherever files go: no file with an old block loses its name unless it was
    /// forced, and nothing with an old block is said to be erased.
    #[test]
    fn erased_is_never_said_where_an_old_block_is_left(
        sizes in proptest::collection::vec(0u64..6 * BLOCK, 1..7),
        extent in 1u64..4,
        keeps in some(30),
        moves in some(12),
        (refuse_write, refuse_read) in (some(60), some(60)),
        flags in any::<[bool; 5]>(),
        method in prop_oneof![Just("clear-1"), Just("clear-zero"), Just("clear-1-zero")],
    ) {
        let [moves_untold, taken, no_second_look, force, fail_fast] = flags;
        let faults = Faults {
            keeps,
            moves: moves.into_iter().map(|index| index as usize).collect(),
            moves_untold,
            taken,
            no_second_look: no_second_look && taken,
            refuse_write,
            refuse_read,
            ..Faults::default()
        };
        let batch = MemoryBatch::new(&sizes, extent, faults);
        let mut job = job(method, VerifyMode::Full);
        (job.force_rewrite, job.fail_fast) = (force, fail_fast);
        let outcome = erase(&job, &batch, &StopSignal::default());
        let old: Vec<usize> = (0..sizes.len()).map(|file| batch.old_blocks(file)).collect();
        for (file, measure) in outcome.files.iter().enumerate() {
            prop_assert_eq!(measure.is_removed(), batch.world().removed[file]);
            prop_assert!(measure.equal.0 + measure.other.0 <= measure.planned.0);
            prop_assert!(measure.still_there.0 <= old[file] as u64 * BLOCK);
            if measure.is_removed() && !force {
                prop_assert_eq!(old[file], 0);
            }
            if measure.is_removed() && force && outcome.looked_again {
                prop_assert_eq!(measure.still_there.0, old[file] as u64 * BLOCK);
            }
        }
        let run = FilesOutcome { force_rewrite: force, ..run_of(outcome) };
        let judgement = judge_files(&run, &[system()]);
        let all_gone = old.iter().all(|left| *left == 0);
        if judgement.verdict == Verdict::Erased {
            prop_assert!(all_gone && run.files().all(FileMeasure::is_removed));
        }
        if !all_gone {
            prop_assert_eq!(judgement.verdict, Verdict::NotErased);
        }
    }
}
