//! The engine held against media with every fault that a drive may have.

use std::sync::Mutex;
use std::sync::atomic::AtomicI64;

use proptest::prelude::*;

use super::super::limits::{Limit, limits};
use super::super::method::Method;
use super::super::outcome::{DisplacementPattern, RangeList, VerifyMode};
use super::super::testing::{Faults, Medium};
use super::super::verdict::{Reason, Verdict, judge};
use super::*;
use crate::devices::{Condition, Intrusion, IoPath, ReadPath};
use crate::progress::{Event, Phase, Silent};
use crate::units::{BlockSize, ByteCount, ByteOffset, ByteRange};

const MIB: u64 = 1 << 20;

fn job(method: &str, size: u64, verify: VerifyMode) -> Job {
    let plan = Plan::new(
        Method::parse(method).unwrap(),
        ByteCount(size),
        BlockSize::SECTOR,
        verify,
    )
    .unwrap();
    let seeds: Vec<_> = (1..=plan.seeds_needed()).map(|n| [n as u8; 32]).collect();
    Job::new(plan, &seeds).unwrap()
}

/// A clock that goes on by a second whenever it is read.
fn clock() -> impl Fn() -> Timestamp {
    let seconds = AtomicI64::new(1_000_000);
    move || Timestamp::new(seconds.fetch_add(1, Ordering::SeqCst), 540).unwrap()
}

fn erase(job: Job, medium: &Medium, block: u32) -> Outcome {
    let run = run(
        job,
        medium.target(block),
        &mut Silent,
        &mut Unkept,
        &StopSignal::default(),
        &clock(),
    );
    assert!(run.target.is_some(), "the medium comes back");
    run.outcome
}

fn erased(method: &str, size: u64, faults: Faults) -> (Outcome, Medium) {
    let medium = Medium::new(size, faults);
    (erase(job(method, size, VerifyMode::Full), &medium, 512), medium)
}

fn ranges(list: &RangeList) -> Vec<(u64, u64)> {
    list.ranges
        .iter()
        .map(|range| (range.start.0, range.length.0))
        .collect()
}

fn verdict(outcome: &Outcome) -> (Verdict, Vec<Reason>) {
    let judgement = judge(outcome);
    (judgement.verdict, judgement.reasons)
}

#[test]
fn every_method_ends_erased_with_its_last_pattern_on_the_medium() {
    let size = MIB + 512 * 3;
    for name in [
        "clear-1",
        "clear-zero",
        "clear-1-zero",
        "complement-2",
        "dod-3",
        "dod-7",
        "vsitr-7",
        "gutmann-35",
        "random-2",
        "byte:A5",
    ] {
        let (outcome, medium) = erased(name, size, Faults::default());
        assert_eq!(verdict(&outcome), (Verdict::Erased, vec![]), "{name}");
        assert_eq!(outcome.passes.len(), Method::parse(name).unwrap().passes().len());
        let mut wanted = vec![0; size as usize];
        outcome
            .passes
            .last()
            .unwrap()
            .pattern
            .filler()
            .fill(0, &mut wanted);
        assert!(medium.inside().bytes == wanted, "{name}");
        let read = outcome.read_back.as_ref().unwrap();
        assert_eq!(
            (read.planned.0, read.compared.0, read.sample.clone()),
            (size, size, None)
        );
        assert_eq!(outcome.second_look.as_ref().unwrap().compared.0, size);
    }
}

#[test]
fn the_record_holds_patterns_instants_and_flushes() {
    let (outcome, medium) = erased("complement-2", MIB, Faults::default());
    assert_eq!(
        outcome.passes[1].pattern,
        PassPattern::SeededComplement { seed: [1; 32] }
    );
    let numbers: Vec<_> = outcome
        .passes
        .iter()
        .map(|pass| (pass.number, pass.repeats, pass.written.0))
        .collect();
    assert_eq!(numbers, [(1, 0, MIB), (2, 0, MIB)]);
    let read = outcome.read_back.as_ref().unwrap();
    let times: Vec<_> = outcome
        .passes
        .iter()
        .flat_map(|pass| [pass.started, pass.ended])
        .chain([read.started, read.ended])
        .collect();
    assert!(times.is_sorted());
    assert!(outcome.passes.iter().all(|pass| pass.flushes == [Ok(())]));
    assert_eq!(medium.inside().flushes, 2);
}

#[test]
fn a_medium_that_is_no_whole_number_of_blocks_is_covered_to_its_last_byte() {
    for size in [513, 4096 * 3 + 1, MIB + 700, 2 * MIB - 1] {
        let medium = Medium::new(
            size,
            Faults {
                at_most: 4096,
                ..Faults::default()
            },
        );
        let outcome = erase(job("byte:FC", size, VerifyMode::Full), &medium, 512);
        assert_eq!(verdict(&outcome), (Verdict::Erased, vec![]), "{size}");
    }
}

#[test]
fn short_reads_and_writes_are_continued_even_inside_a_block() {
    for at_most in [512, 700, 4096, 4097, 65_536, 1_000_000] {
        let (outcome, _) = erased(
            "byte:FC",
            2 * MIB + 512,
            Faults {
                at_most,
                ..Faults::default()
            },
        );
        assert_eq!(verdict(&outcome), (Verdict::Erased, vec![]), "{at_most}");
    }
    let (outcome, _) = erased(
        "byte:FC",
        MIB,
        Faults {
            at_most: 511,
            ..Faults::default()
        },
    );
    assert_eq!(
        (outcome.passes[0].unwritable.bytes.0, judge(&outcome).verdict),
        (MIB, Verdict::NotErased),
        "less than a block each time never gets anywhere"
    );
}

#[test]
fn the_plans_block_or_the_targets_whichever_is_larger() {
    let bad = vec![ByteRange::new(8192 + 512, 512)];
    let faults = Faults {
        refuse_write: bad.clone(),
        refuse_read: bad,
        ..Faults::default()
    };
    let medium = Medium::new(8 * MIB, faults);
    let outcome = erase(job("byte:FC", 8 * MIB, VerifyMode::Full), &medium, 4096);
    assert_eq!(ranges(&outcome.passes[0].unwritable), [(8192, 4096)]);
    assert_eq!(
        ranges(&outcome.read_back.as_ref().unwrap().unreadable),
        [(8192, 4096)]
    );
    assert_eq!(
        verdict(&outcome),
        (Verdict::ErasedWithExceptions, vec![Reason::PlacesUnreached])
    );
}

#[test]
fn a_place_that_is_bad_both_ways_is_found_to_the_block_and_excepted() {
    let bad = vec![
        ByteRange::new(512, 1024),
        ByteRange::new(5 * MIB - 512, 1024),
        ByteRange::new(16 * MIB - 512, 512),
    ];
    let faults = Faults {
        refuse_write: bad.clone(),
        refuse_read: bad,
        ..Faults::default()
    };
    let (outcome, _) = erased("byte:FC", 16 * MIB, faults);
    let wanted = [(512, 1024), (5 * MIB - 512, 1024), (16 * MIB - 512, 512)];
    let read = outcome.read_back.as_ref().unwrap();
    assert_eq!(ranges(&outcome.passes[0].unwritable), wanted);
    assert_eq!(ranges(&read.unreadable), wanted);
    assert_eq!(outcome.passes[0].written.0 + 2560, 16 * MIB);
    assert_eq!(read.compared.0 + 2560, 16 * MIB);
    assert_eq!(
        ranges(&outcome.second_look.as_ref().unwrap().unreadable),
        [(512, 1024), (16 * MIB - 512, 512)]
    );
    assert_eq!(
        verdict(&outcome),
        (Verdict::ErasedWithExceptions, vec![Reason::PlacesUnreached])
    );
}

#[test]
fn a_place_that_cannot_be_written_but_still_holds_data_is_not_erased() {
    let faults = Faults {
        refuse_write: vec![ByteRange::new(MIB, 512)],
        ..Faults::default()
    };
    let (outcome, _) = erased("byte:FC", 4 * MIB, faults.clone());
    assert_eq!(
        ranges(&outcome.read_back.as_ref().unwrap().mismatches),
        [(MIB, 512)]
    );
    assert_eq!(
        verdict(&outcome),
        (
            Verdict::NotErased,
            vec![Reason::PlacesUnreached, Reason::OtherBytesRead]
        )
    );
    // a sample that would not have chosen that piece reads it all the same
    for _ in 0..20 {
        let medium = Medium::new(
            64 * MIB,
            Faults {
                refuse_write: vec![ByteRange::new(40 * MIB + 512, 512)],
                ..faults.clone()
            },
        );
        let outcome = erase(
            job("byte:FC", 64 * MIB, VerifyMode::Sample { percent: 5 }),
            &medium,
            512,
        );
        assert_eq!(judge(&outcome).verdict, Verdict::NotErased);
    }
}

#[test]
fn writes_that_are_lost_are_found() {
    let lost = vec![ByteRange::new(2 * MIB + 100, 200), ByteRange::new(3 * MIB - 1, 2)];
    let (outcome, _) = erased(
        "clear-1",
        4 * MIB,
        Faults {
            lose_write: lost,
            ..Faults::default()
        },
    );
    let read = outcome.read_back.as_ref().unwrap();
    assert_eq!(ranges(&read.mismatches), [(2 * MIB, 512), (3 * MIB - 512, 1024)]);
    assert!(
        (190..=202).contains(&read.mismatches.bytes.0),
        "{}",
        read.mismatches.bytes
    );
    assert_eq!(read.compared.0, 4 * MIB);
    assert_eq!(
        verdict(&outcome),
        (Verdict::NotErased, vec![Reason::OtherBytesRead])
    );
}

#[test]
fn a_false_capacity_shows_with_seeded_passes_and_in_the_pass_before_a_constant_one() {
    let faults = Faults {
        wraps_at: Some(2 * MIB),
        ..Faults::default()
    };
    let (seeded, _) = erased("clear-1", 8 * MIB, faults.clone());
    assert_eq!(
        ranges(&seeded.read_back.as_ref().unwrap().mismatches),
        [(0, 6 * MIB)]
    );
    let (zeroed, medium) = erased("clear-1-zero", 8 * MIB, faults.clone());
    assert_eq!(zeroed.earlier_read_backs[0].mismatches.count, 1);
    assert_eq!(zeroed.earlier_read_backs[0].pass, 1);
    assert_eq!(
        zeroed.read_back.as_ref().unwrap().mismatches,
        RangeList::default()
    );
    assert_eq!(
        verdict(&zeroed),
        (
            Verdict::NotErased,
            vec![Reason::OtherBytesRead, Reason::CounterfeitCapacity]
        )
    );
    let wraps = DisplacementPattern::Wraps {
        real: ByteCount(2 * MIB),
    };
    for read in [
        &seeded.read_back.as_ref().unwrap(),
        &&zeroed.earlier_read_backs[0],
    ] {
        assert_eq!(
            (read.displaced.pattern, read.displaced.moved),
            (wraps, 6 * MIB / 512)
        );
    }
    assert!(
        medium.inside().bytes[..2 * MIB as usize]
            .iter()
            .all(|byte| *byte == 0)
    );
    // zeros alone cannot show it, and the record says so
    let (constant, _) = erased("clear-zero", 8 * MIB, faults);
    assert_eq!(judge(&constant).verdict, Verdict::Erased);
    let plan = job("clear-zero", 8 * MIB, VerifyMode::Full).plan;
    assert!(limits(&plan, &constant).contains(&Limit::ConstantLastPass));
}

#[test]
fn a_failed_flush_means_the_pass_again_and_no_more_than_once() {
    let (outcome, medium) = erased(
        "clear-1",
        2 * MIB,
        Faults {
            failing_flushes: 1,
            ..Faults::default()
        },
    );
    assert_eq!(
        outcome.passes[0].flushes,
        [Err(IoFailure::Unreachable { errno: 5 }), Ok(())]
    );
    assert_eq!(
        (outcome.passes[0].repeats, outcome.passes[0].written.0),
        (1, 2 * MIB)
    );
    assert_eq!(medium.inside().writes, 4);
    assert_eq!(verdict(&outcome), (Verdict::Erased, vec![]));

    let (outcome, medium) = erased(
        "clear-1",
        2 * MIB,
        Faults {
            failing_flushes: u32::MAX,
            ..Faults::default()
        },
    );
    assert_eq!(
        (
            outcome.ending.clone(),
            outcome.passes[0].repeats,
            outcome.passes[0].flushes.len()
        ),
        (Ending::FlushFailed, 1, 2)
    );
    assert_eq!(medium.inside().writes, 4);
    assert_eq!(outcome.read_back, None);
    assert_eq!(verdict(&outcome), (Verdict::NotErased, vec![Reason::FlushFailed]));
}

#[test]
fn a_buffered_medium_is_flushed_on_the_way() {
    let faults = Faults {
        io_path: IoPath::Buffered,
        failing_flushes: 1,
        ..Faults::default()
    };
    let (outcome, medium) = erased("clear-zero", 130 * MIB, faults);
    assert_eq!(outcome.passes[0].flushes.len(), 2);
    assert_eq!(
        medium.inside().flushes,
        1 + 3,
        "the first failed at 64 MiB, then at 64, 128 and the end"
    );
    assert_eq!(verdict(&outcome), (Verdict::Erased, vec![]));
}

#[test]
fn a_device_that_goes_away_while_written_or_read() {
    let vanish = |after| {
        erased(
            "byte:FC",
            8 * MIB,
            Faults {
                vanish_after: Some(after),
                ..Faults::default()
            },
        )
        .0
    };
    let writing = vanish(3);
    assert_eq!(
        (writing.ending.clone(), writing.passes[0].written.0),
        (Ending::Vanished, 3 * MIB)
    );
    assert_eq!(writing.read_back, None);
    let reading = vanish(8 + 5);
    assert_eq!(reading.read_back.as_ref().unwrap().compared.0, 5 * MIB);
    let looking = vanish(8 + 8);
    assert_eq!(looking.second_look, None);
    for outcome in [writing, reading, looking] {
        assert_eq!(verdict(&outcome), (Verdict::NotErased, vec![Reason::Vanished]));
    }
}

#[test]
fn a_failure_that_is_not_about_a_place_ends_it() {
    let failure = IoFailure::Other { errno: 13 };
    let (outcome, _) = erased(
        "clear-1",
        MIB,
        Faults {
            write_failure: Some(failure),
            ..Faults::default()
        },
    );
    assert_eq!(outcome.ending, Ending::Failed { failure });
    assert_eq!(verdict(&outcome).0, Verdict::NotErased);
}

#[test]
fn a_drive_that_refuses_everything_is_not_erased() {
    let all = vec![ByteRange::new(0, 1 << 30)];
    let (outcome, _) = erased(
        "byte:FC",
        8 * MIB,
        Faults {
            refuse_write: all.clone(),
            refuse_read: all,
            ..Faults::default()
        },
    );
    assert_eq!(
        (outcome.ending.clone(), outcome.passes[0].written.0),
        (Ending::Completed, 0)
    );
    assert_eq!(ranges(&outcome.passes[0].unwritable), [(0, 8 * MIB)]);
    assert_eq!(outcome.read_back.as_ref().unwrap().compared.0, 0);
    assert_eq!(judge(&outcome).verdict, Verdict::NotErased);
}

#[test]
fn more_bad_places_than_may_be_excepted_are_counted_to_the_end() {
    let bad: Vec<_> = (0..1001).map(|n| ByteRange::new(n * 65_536, 512)).collect();
    let (outcome, medium) = erased(
        "clear-zero",
        64 * MIB,
        Faults {
            refuse_write: bad.clone(),
            refuse_read: bad,
            ..Faults::default()
        },
    );
    let unwritable = &outcome.passes[0].unwritable;
    assert_eq!(
        (outcome.ending.clone(), unwritable.count, unwritable.ranges.len()),
        (Ending::Completed, 1001, 1000)
    );
    assert_eq!(
        verdict(&outcome),
        (Verdict::NotErased, vec![Reason::TooMuchUnreached])
    );
    let written = medium.inside().bytes.iter().filter(|byte| **byte == 0).count() as u64;
    assert!(
        written >= outcome.passes[0].written.0,
        "everything else was overwritten"
    );
}

#[test]
fn a_place_that_works_when_asked_again_is_no_exception() {
    // eight requests fail: the piece, five steps down to the block, and its first two tries
    for refusals in [1, 3] {
        let bad = vec![ByteRange::new(3 * MIB + 512, 512)];
        let (outcome, _) = erased(
            "clear-1",
            4 * MIB,
            Faults {
                refuse_write: bad,
                refusals,
                ..Faults::default()
            },
        );
        assert_eq!(verdict(&outcome), (Verdict::Erased, vec![]), "{refusals}");
    }
}

#[test]
fn what_became_of_the_medium_is_told() {
    let ended = |condition| {
        let faults = Faults {
            refuse_write: vec![ByteRange::new(2 * MIB, 512)],
            condition,
            ..Faults::default()
        };
        let outcome = erased("clear-1", 4 * MIB, faults).0;
        (outcome.ending.clone(), verdict(&outcome))
    };
    let size = ByteCount(3 * MIB);
    let not = |reason| (Verdict::NotErased, vec![reason]);
    assert_eq!(
        ended(Condition::Resized { size }),
        (Ending::Resized { size }, not(Reason::Resized))
    );
    assert_eq!(
        ended(Condition::ReadOnly),
        (Ending::ReadOnly, not(Reason::TurnedReadOnly))
    );
    assert_eq!(ended(Condition::Gone), (Ending::Vanished, not(Reason::Vanished)));
}

#[test]
fn shifted_and_stale_data_are_named() {
    let shifted = Faults {
        shifted_by: 4096,
        ..Faults::default()
    };
    let (outcome, _) = erased("clear-1", 4 * MIB, shifted);
    let displaced = &outcome.read_back.as_ref().unwrap().displaced;
    assert_eq!(displaced.pattern, DisplacementPattern::Shifted { by: 4096 });
    assert_eq!(verdict(&outcome).1, [Reason::OtherBytesRead, Reason::ShiftedData]);
    // writes of the second pass are lost: the first one's bytes are still there
    let medium = Medium::new(4 * MIB, Faults::default());
    let job = job("random-2", 4 * MIB, VerifyMode::Full);
    job.patterns[0].filler().fill(0, &mut medium.inside().bytes);
    let faults = Faults {
        lose_write: vec![ByteRange::new(MIB, MIB)],
        ..Faults::default()
    };
    let outcome = erase(job, &medium.with(faults), 512);
    let displaced = &outcome.read_back.as_ref().unwrap().displaced;
    assert_eq!((displaced.stale, displaced.moved), (MIB / 512, 0));
    assert_eq!(verdict(&outcome).1, [Reason::OtherBytesRead, Reason::StaleData]);
}

#[test]
fn the_first_difference_ends_it_where_that_was_asked() {
    let faults = Faults {
        lose_write: vec![ByteRange::new(2 * MIB, 512), ByteRange::new(6 * MIB, 512)],
        ..Faults::default()
    };
    let mut job = job("clear-1", 8 * MIB, VerifyMode::Full);
    job.fail_fast = true;
    let outcome = erase(job, &Medium::new(8 * MIB, faults), 512);
    let read = outcome.read_back.as_ref().unwrap();
    assert_eq!(outcome.ending, Ending::FirstDifference);
    assert_eq!(
        (read.compared.0, ranges(&read.mismatches)),
        (3 * MIB, vec![(2 * MIB, 512)])
    );
    assert_eq!(
        verdict(&outcome),
        (Verdict::NotErased, vec![Reason::OtherBytesRead])
    );
}

#[test]
fn time_lost_on_bad_places_is_bounded() {
    let faults = Faults {
        refuse_write: vec![ByteRange::new(0, 512 * 100)],
        stall: Some((0, Duration::from_millis(30))),
        ..Faults::default()
    };
    let medium = Medium::new(16 * MIB, faults);
    let mut job = job("byte:FC", 16 * MIB, VerifyMode::Full);
    job.patience = Duration::from_millis(200);
    let outcome = erase(job, &medium, 512);
    assert_eq!(outcome.ending, Ending::GaveUp);
    assert!(medium.inside().calls < 20);
}

#[test]
fn reading_back_ends_when_nothing_for_long_holds_what_was_written() {
    let hopeless = |size, lost| {
        let faults = Faults {
            lose_write: vec![ByteRange::new(0, lost)],
            ..Faults::default()
        };
        let mut job = job("byte:FC", size, VerifyMode::Full);
        assert_eq!(job.hopeless_after.0, 1 << 30);
        job.hopeless_after.0 = 4 * MIB;
        erase(job, &Medium::new(size, faults), 512)
    };
    let outcome = hopeless(16 * MIB, 16 * MIB);
    let read = outcome.read_back.as_ref().unwrap();
    assert_eq!(
        (outcome.ending.clone(), read.compared.0),
        (Ending::GaveUp, 4 * MIB)
    );
    assert_eq!(
        (ranges(&read.mismatches), read.mismatches.bytes.0),
        (vec![(0, 4 * MIB)], 4 * MIB)
    );
    assert_eq!(
        verdict(&outcome),
        (Verdict::NotErased, vec![Reason::OtherBytesRead, Reason::GaveUp])
    );
    let outcome = hopeless(16 * MIB, 4 * MIB - 512);
    let read = outcome.read_back.as_ref().unwrap();
    assert_eq!(
        (outcome.ending.clone(), read.compared.0),
        (Ending::Completed, 16 * MIB),
        "one block was equal"
    );
    assert_eq!(
        verdict(&outcome),
        (Verdict::NotErased, vec![Reason::OtherBytesRead])
    );
}

#[test]
fn a_cached_read_path_is_read_and_proves_nothing() {
    let path = ReadPath::Cached {
        reason: "not shown".to_owned(),
    };
    let (outcome, _) = erased(
        "clear-1",
        MIB,
        Faults {
            read_path: path.clone(),
            ..Faults::default()
        },
    );
    let read = outcome.read_back.as_ref().unwrap();
    assert_eq!((&read.path, read.compared.0), (&path, MIB));
    assert_eq!(
        verdict(&outcome),
        (Verdict::Unverified, vec![Reason::ReadFromCache])
    );
}

#[test]
fn the_second_look_sees_intruders_and_late_changes() {
    let intrusions = vec![Intrusion::HeldBy {
        pid: 7,
        program: "mount".to_owned(),
    }];
    let (outcome, _) = erased(
        "byte:FC",
        4 * MIB,
        Faults {
            intrusions: intrusions.clone(),
            ..Faults::default()
        },
    );
    assert_eq!(outcome.second_look.as_ref().unwrap().intrusions, intrusions);
    assert_eq!(verdict(&outcome), (Verdict::NotErased, vec![Reason::Intruded]));

    let partitions = vec![ByteOffset(2 * MIB)];
    let late = |place| {
        let faults = Faults {
            changed_late: Some(place),
            partitions: partitions.clone(),
            ..Faults::default()
        };
        erased("byte:FC", 4 * MIB, faults).0
    };
    for place in [0, 2 * MIB + 70, 4 * MIB - 1] {
        let outcome = late(place);
        let look = outcome.second_look.as_ref().unwrap();
        assert_eq!(
            (look.mismatched.0, look.compared.0),
            (1, 2 * MIB + (64 << 10)),
            "{place}"
        );
        assert_eq!(
            verdict(&outcome),
            (Verdict::NotErased, vec![Reason::OtherBytesRead])
        );
    }
    assert_eq!(
        judge(&late(MIB + 5)).verdict,
        Verdict::Erased,
        "what is not looked at twice cannot show"
    );
}

#[test]
fn without_verification_nothing_is_read_but_intruders_are_looked_for() {
    let medium = Medium::new(
        4 * MIB,
        Faults {
            refuse_read: vec![ByteRange::new(0, 4 * MIB)],
            ..Faults::default()
        },
    );
    let outcome = erase(job("clear-1", 4 * MIB, VerifyMode::None), &medium, 512);
    assert_eq!((medium.inside().calls, &outcome.read_back), (4, &None));
    assert_eq!(judge(&outcome).exit_code(), 0);
    let intruded = Medium::new(
        MIB,
        Faults {
            intrusions: vec![Intrusion::PartitionBack {
                name: "p1".to_owned(),
            }],
            ..Faults::default()
        },
    );
    assert_eq!(
        judge(&erase(job("clear-1", MIB, VerifyMode::None), &intruded, 512)).verdict,
        Verdict::NotErased
    );
}

#[test]
fn a_sample_reads_its_share_and_says_what_it_is_worth() {
    let medium = Medium::new(100 * MIB, Faults::default());
    let outcome = erase(
        job("byte:FC", 100 * MIB, VerifyMode::Sample { percent: 10 }),
        &medium,
        512,
    );
    let read = outcome.read_back.as_ref().unwrap();
    assert_eq!((read.planned.0, read.compared.0), (10 * MIB, 10 * MIB));
    // 1 - 0.01^(1/10)
    let drawn = read.sample.clone().unwrap();
    assert_eq!((drawn.blocks, drawn.of, drawn.bound_ppm), (10, 100, 369_043));
    assert_ne!(drawn.seed, [0; 32]);
    assert_eq!(verdict(&outcome), (Verdict::Erased, vec![]));
}

#[test]
fn a_sample_of_a_medium_with_a_short_last_piece_is_large_enough_to_be_believed() {
    let size = 19 * MIB + 1;
    let medium = Medium::new(size, Faults::default());
    let outcome = erase(
        job("byte:FC", size, VerifyMode::Sample { percent: 10 }),
        &medium,
        512,
    );
    assert_eq!(outcome.read_back.as_ref().unwrap().planned.0, 2 * MIB + 1);
    assert_eq!(verdict(&outcome), (Verdict::Erased, vec![]));
}

#[test]
fn a_medium_of_another_size_is_not_written() {
    let medium = Medium::new(2 * MIB, Faults::default());
    let outcome = erase(job("clear-1", MIB, VerifyMode::Full), &medium, 512);
    assert_eq!(
        (
            outcome.ending.clone(),
            outcome.passes.len(),
            medium.inside().calls
        ),
        (
            Ending::Resized {
                size: ByteCount(2 * MIB)
            },
            0,
            0
        )
    );
    assert_eq!(verdict(&outcome), (Verdict::NotErased, vec![Reason::Resized]));
}

#[test]
fn a_worker_that_panics_leaves_a_record() {
    let medium = Medium::new(
        MIB,
        Faults {
            panics: true,
            ..Faults::default()
        },
    );
    let run = run(
        job("clear-1", MIB, VerifyMode::Full),
        medium.target(512),
        &mut Silent,
        &mut Unkept,
        &StopSignal::default(),
        &clock(),
    );
    assert_eq!(run.outcome.ending, failed(None));
    assert_eq!(run.outcome.read_back.as_ref().unwrap().compared.0, MIB);
    assert!(run.target.is_none());
}

/// An observer that keeps what it hears, and asks to stop when `stop_at` bytes of a phase are done.
#[derive(Default)]
struct Ears {
    heard: Mutex<Vec<(Instant, Event)>>,
    stop_at: Option<(u64, StopSignal)>,
}

impl Observer for Ears {
    fn observe(&mut self, event: Event) {
        self.heard.lock().unwrap().push((Instant::now(), event));
        if let (Event::Advanced { done }, Some((at, stop))) = (event, &self.stop_at)
            && done.0 >= *at
        {
            stop.raise();
        }
    }
}

#[test]
fn a_stop_is_answered_at_the_next_piece_and_leaves_the_medium() {
    let stop = StopSignal::default();
    let medium = Medium::new(
        64 * MIB,
        Faults {
            stall: Some((0, Duration::from_millis(10))),
            ..Faults::default()
        },
    );
    let mut ears = Ears {
        stop_at: Some((5 * MIB, stop.clone())),
        ..Ears::default()
    };
    let run = run(
        job("byte:FC", 64 * MIB, VerifyMode::Full),
        medium.target(512),
        &mut ears,
        &mut Unkept,
        &stop,
        &clock(),
    );
    assert!(run.target.is_some());
    let written = run.outcome.passes[0].written.0;
    assert_eq!(run.outcome.ending, Ending::Stopped);
    assert!(
        (5 * MIB..64 * MIB).contains(&written) && written == medium.inside().writes * MIB,
        "{written}"
    );
    assert_eq!(
        verdict(&run.outcome),
        (Verdict::Interrupted, vec![Reason::Stopped])
    );
    assert_eq!(judge(&run.outcome).exit_code(), 6);
}

#[test]
fn a_stop_before_the_start_writes_nothing() {
    let stop = StopSignal::default();
    stop.raise();
    let medium = Medium::new(MIB, Faults::default());
    let run = run(
        job("clear-1", MIB, VerifyMode::Full),
        medium.target(512),
        &mut Silent,
        &mut Unkept,
        &stop,
        &clock(),
    );
    assert_eq!(
        (
            run.outcome.ending,
            run.outcome.passes.len(),
            medium.inside().calls
        ),
        (Ending::Stopped, 0, 0)
    );
}

#[test]
fn a_stop_is_answered_within_a_second_even_if_the_device_is_not_and_nothing_new_is_begun() {
    let stop = StopSignal::default();
    let medium = Medium::new(
        64 * MIB,
        Faults {
            stall: Some((4, Duration::from_millis(1500))),
            ..Faults::default()
        },
    );
    let target = medium.target(512);
    let (raiser, watched) = (stop.clone(), medium.clone());
    let timer = thread::spawn(move || {
        while watched.inside().calls < 4 {
            thread::sleep(Duration::from_millis(5));
        }
        raiser.raise();
        Instant::now()
    });
    let run = run(
        job("byte:FC", 64 * MIB, VerifyMode::Full),
        target,
        &mut Silent,
        &mut Unkept,
        &stop,
        &clock(),
    );
    let waited = timer.join().unwrap().elapsed();
    assert!(waited < Duration::from_millis(950), "{waited:?}");
    assert_eq!(run.outcome.ending, Ending::Stopped);
    assert!(run.target.is_none());
    assert_eq!(run.outcome.passes[0].written.0, 3 * MIB);
    thread::sleep(Duration::from_millis(1600));
    assert_eq!(
        medium.inside().calls,
        4,
        "the worker that was left behind ends after the call that it was in"
    );
}

#[test]
fn a_device_that_stops_answering_is_recorded_as_stalled() {
    let medium = Medium::new(
        8 * MIB,
        Faults {
            stall: Some((8 + 3, Duration::from_secs(3))),
            ..Faults::default()
        },
    );
    let mut job = job("byte:FC", 8 * MIB, VerifyMode::Full);
    job.watchdog = Duration::from_secs(1);
    let begun = Instant::now();
    let run = run(
        job,
        medium.target(512),
        &mut Silent,
        &mut Unkept,
        &StopSignal::default(),
        &clock(),
    );
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(run.outcome.ending, Ending::Stalled { seconds: 1 });
    assert_eq!(run.outcome.passes[0].written.0, 8 * MIB);
    assert_eq!(run.outcome.read_back.as_ref().unwrap().compared.0, 2 * MIB);
    assert!(run.target.is_none());
    assert_eq!(verdict(&run.outcome), (Verdict::NotErased, vec![Reason::Stalled]));
}

#[test]
fn a_slow_device_that_answers_is_not_stalled() {
    let bad = vec![ByteRange::new(0, 1024)];
    let faults = Faults {
        stall: Some((0, Duration::from_millis(40))),
        refuse_write: bad.clone(),
        refuse_read: bad,
        ..Faults::default()
    };
    let medium = Medium::new(8 * MIB, faults);
    let mut job = job("byte:FC", 8 * MIB, VerifyMode::Full);
    job.watchdog = Duration::from_millis(250);
    assert_eq!(
        judge(&erase(job, &medium, 512)).verdict,
        Verdict::ErasedWithExceptions
    );
}

#[test]
fn the_observer_hears_every_phase_and_not_too_often() {
    let bad = vec![ByteRange::new(MIB, 512)];
    let faults = Faults {
        stall: Some((0, Duration::from_millis(30))),
        lose_write: bad,
        ..Faults::default()
    };
    let medium = Medium::new(16 * MIB, faults);
    let mut ears = Ears::default();
    run(
        job("clear-1-zero", 16 * MIB, VerifyMode::Full),
        medium.target(512),
        &mut ears,
        &mut Unkept,
        &StopSignal::default(),
        &clock(),
    );
    let heard = ears.heard.into_inner().unwrap();
    let total = ByteCount(16 * MIB);
    let started = |phase, pass| Event::Started {
        phase,
        pass,
        passes: 2,
        total,
    };
    let phases: Vec<_> = heard
        .iter()
        .map(|(_, event)| *event)
        .filter(|event| !matches!(event, Event::Advanced { .. } | Event::Trouble { .. }))
        .collect();
    let wanted = [
        started(Phase::Write, 1),
        Event::Finished,
        started(Phase::ReadBack, 1),
        Event::Finished,
        started(Phase::Write, 2),
        Event::Finished,
        started(Phase::ReadBack, 2),
        Event::Finished,
    ];
    assert_eq!(phases, wanted);
    assert_eq!(
        heard
            .iter()
            .filter(|(_, event)| *event == Event::Trouble { at: ByteOffset(MIB) })
            .count(),
        2
    );
    for pair in heard.windows(2) {
        if pair[1].1 == Event::Finished {
            assert_eq!(pair[0].1, Event::Advanced { done: total });
        }
    }
    let advances: Vec<_> = heard
        .iter()
        .filter(|(_, event)| matches!(event, Event::Advanced { done } if *done != total))
        .collect();
    assert!(advances.len() >= 8);
    assert!(
        advances
            .windows(2)
            .all(|pair| pair[1].0 - pair[0].0 >= Duration::from_millis(45))
    );
}

fn any_ranges() -> impl Strategy<Value = Vec<ByteRange>> {
    proptest::collection::vec((0u64..2600, 1u64..12), 0..4).prop_map(|all| {
        all.into_iter()
            .map(|(at, blocks)| ByteRange::new(at * 512, blocks * 512))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_recorded_is_what_the_medium_does(
        refuse_write in any_ranges(),
        refuse_read in any_ranges(),
        lose_write in any_ranges(),
        at_most in prop_oneof![Just(usize::MAX), 512usize..200_000],
        odd in 0u64..1024,
    ) {
        let size = MIB + 300 * 1024 - odd;
        let hit = |all: &[ByteRange], start: u64| all.iter().any(|range| range.start.0 < (start + 512).min(size) && start < range.end());
        let blocks = || (0..size.div_ceil(512)).map(|block| block * 512);
        let faults = Faults { refuse_write: refuse_write.clone(), refuse_read: refuse_read.clone(), lose_write: lose_write.clone(), at_most, ..Faults::default() };
        let (outcome, medium) = erased("byte:FC", size, faults);
        let length = |start: u64| (size - start).min(512);
        let pass = &outcome.passes[0];
        if outcome.ending == Ending::Completed {
            let refused: u64 = blocks().filter(|start| hit(&refuse_write, *start)).map(length).sum();
            prop_assert_eq!((pass.unwritable.bytes.0, pass.written.0), (refused, size - refused));
            let unread: u64 = blocks().filter(|start| hit(&refuse_read, *start)).map(length).sum();
            let read = outcome.read_back.as_ref().unwrap();
            prop_assert_eq!((read.unreadable.bytes.0, read.compared.0), (unread, size - unread));
            let mut wanted = vec![0; size as usize];
            pass.pattern.filler().fill(0, &mut wanted);
            let inside = medium.inside();
            let block = |all: &[u8], start: u64| all[start as usize..(start + length(start)) as usize].to_vec();
            let differing: u64 = blocks()
                .filter(|start| !hit(&refuse_read, *start))
                .map(|start| (block(&inside.bytes, start), block(&wanted, start)))
                .filter(|(held, wanted)| held != wanted)
                .map(|(held, wanted)| held.iter().zip(&wanted).filter(|(a, b)| a != b).count() as u64)
                .sum();
            prop_assert_eq!(read.mismatches.bytes.0, differing);
            prop_assert_eq!(judge(&outcome).verdict == Verdict::Erased, differing == 0 && refused == 0 && unread == 0);
        } else {
            prop_assert_eq!(&outcome.ending, &Ending::GaveUp);
            prop_assert_eq!(judge(&outcome).verdict, Verdict::NotErased);
        }
    }
}
