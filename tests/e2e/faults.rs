//! Erasures of disks that fail: verdict and exit code by the table, and both by what the disk really holds.
//!
//! Every test is one fault; `scripts/fault-table` runs them often and prints the table.

use crate::fault_trial::{Judged, SIZE, Told, Trial, joined, often};
use crate::faulty_medium::{Faults, When};

const MIB: u64 = 1 << 20;
/// A disk that does not fit into the memory that requests in flight may have.
const LARGE: u64 = 96 << 20;

/// Erases a disk whose faults were switched.
#[track_caller]
fn erase(switch: impl FnOnce(&mut Faults), options: &[(&str, &str)]) -> (Told, Judged) {
    let trial = Trial::new();
    trial.disk.faults(switch);
    let call = options
        .iter()
        .fold(trial.wipe(), |call, (name, value)| call.with(name, value));
    trial.told(&call.run())
}

/// Demands verdict, exit code, and reasons that must be among those told.
#[track_caller]
fn expect(told: &Told, verdict: &str, exit: i32, reasons: &[&str]) {
    assert_eq!((told.verdict.as_str(), told.exit), (verdict, exit), "{told:?}");
    let codes: Vec<&str> = told.reasons.split(' ').collect();
    for reason in reasons {
        assert!(codes.contains(reason), "{reason}: {told:?}");
    }
}

#[test]
fn nothing_fails() {
    often("no fault", |_| {
        let (told, judged) = erase(|_| (), &[]);
        expect(&told, "erased", 0, &[]);
        assert_eq!(judged.record["medium"]["capacity"], SIZE);
        assert!(judged.differing.is_empty() && judged.mismatches.is_empty());
        told
    });
}

// --- places that refuse ---------------------------------------------------------------------------------

#[test]
fn places_that_take_nothing_and_give_nothing_are_exceptions() {
    often("EIO, writing and reading, few places", |places| {
        let bad = places.bad(6, 512);
        let (told, judged) = erase(
            |faults| (faults.refuse_writes, faults.refuse_reads) = (bad.clone(), bad.clone()),
            &[],
        );
        expect(&told, "erased-with-exceptions", 5, &["VER-PLACES-UNREACHED"]);
        let bad = joined(&bad, &[]);
        assert_eq!((&judged.unwritable, &judged.unreadable), (&bad, &bad));
        assert_eq!(judged.differing, bad);
        told
    });
}

#[test]
fn places_that_keep_what_they_held_are_no_exceptions() {
    often("EIO, writing alone: the old bytes can be read", |places| {
        let bad = places.bad(3, 512);
        let (told, judged) = erase(|faults| faults.refuse_writes = bad.clone(), &[]);
        expect(&told, "not-erased", 4, &["VER-OTHER-BYTES-READ"]);
        let bad = joined(&bad, &[]);
        assert_eq!((&judged.unwritable, &judged.mismatches), (&bad, &bad));
        assert_eq!(judged.differing, bad);
        told
    });
}

#[test]
fn places_that_cannot_be_read_are_exceptions() {
    often("EIO, reading alone, few places", |places| {
        let bad = places.bad(5, 512);
        let (told, judged) = erase(|faults| faults.refuse_reads = bad.clone(), &[]);
        expect(&told, "erased-with-exceptions", 5, &["VER-PLACES-UNREACHED"]);
        assert_eq!(judged.unreadable, joined(&bad, &[]));
        assert!(judged.differing.is_empty());
        told
    });
}

#[test]
fn both_ends_may_be_bad() {
    often("EIO, first and last sector", |_| {
        let bad = vec![0..512, SIZE - 512..SIZE];
        let (told, judged) = erase(
            |faults| (faults.refuse_writes, faults.refuse_reads) = (bad.clone(), bad.clone()),
            &[],
        );
        expect(&told, "erased-with-exceptions", 5, &["VER-PLACES-UNREACHED"]);
        assert_eq!((&judged.unwritable, &judged.unreadable), (&bad, &bad));
        told
    });
}

#[test]
fn large_sectors_are_excepted_whole() {
    often("EIO, few sectors of 4096 bytes", |places| {
        let trial = Trial::sized(SIZE, 4096);
        let bad = places.bad(2, 4096);
        trial
            .disk
            .faults(|faults| (faults.refuse_writes, faults.refuse_reads) = (bad.clone(), bad.clone()));
        let (told, judged) = trial.told(&trial.wipe().run());
        expect(&told, "erased-with-exceptions", 5, &["VER-PLACES-UNREACHED"]);
        assert_eq!((&judged.unwritable, &judged.unreadable), (&bad, &bad));
        told
    });
}

#[test]
fn a_second_try_may_succeed() {
    often("EIO, writing and reading, at the first two tries", |places| {
        let bad = places.bad(4, 512);
        let twice = |ranges: &[std::ops::Range<u64>]| ranges.iter().map(|range| (range.clone(), 2)).collect();
        let (told, judged) = erase(
            |faults| {
                faults.refuse_first_writes = twice(&bad);
                let reads = twice(&bad);
                faults.change(When::Written(SIZE), |faults| faults.refuse_first_reads = reads);
            },
            &[],
        );
        expect(&told, "erased", 0, &[]);
        assert!(judged.unwritable.is_empty() && judged.unreadable.is_empty());
        told
    });
}

#[test]
fn more_than_one_percent_is_too_much() {
    often("EIO, writing and reading, 2 % of all places", |places| {
        let start = places.below((SIZE - SIZE / 50) / 512) * 512;
        let bad = vec![start..start + SIZE / 50 / 512 * 512];
        let (told, _) = erase(
            |faults| (faults.refuse_writes, faults.refuse_reads) = (bad.clone(), bad.clone()),
            &[],
        );
        expect(&told, "not-erased", 4, &["VER-TOO-MUCH-UNREACHED"]);
        told
    });
}

#[test]
fn a_disk_that_takes_nothing_is_not_erased() {
    often("EIO, all writes from some place on", |places| {
        let start = places.below(SIZE / 2 / 512) * 512;
        let (told, judged) = erase(|faults| faults.refuse_writes = vec![start..SIZE], &[]);
        expect(
            &told,
            "not-erased",
            4,
            &["VER-TOO-MUCH-UNREACHED", "VER-OTHER-BYTES-READ"],
        );
        assert_eq!(judged.unwritable, [start..SIZE]);
        assert!(!told.reasons.contains("COUNTERFEIT"), "{told:?}");
        told
    });
}

#[test]
fn time_lost_on_refusals_is_limited() {
    often("EIO, each taking 150 ms, --give-up-after 1s", |places| {
        let bad = places.bad(30, 512);
        let began = std::time::Instant::now();
        let (told, judged) = erase(
            |faults| {
                (faults.refuse_writes, faults.refuse_reads) = (bad.clone(), bad.clone());
                faults.refusals_take = std::time::Duration::from_millis(150);
            },
            &[("--give-up-after", "1s")],
        );
        expect(&told, "not-erased", 4, &["VER-GAVE-UP"]);
        assert_eq!(judged.record["ending"]["state"], "gave-up");
        assert!(began.elapsed().as_secs() < 15, "{:?}", began.elapsed());
        told
    });
}

// --- bytes that are not what was written ----------------------------------------------------------------

#[test]
fn writes_that_are_lost_are_found() {
    often("writes taken and lost, few places", |places| {
        let lost = places.bad(7, 512);
        let (told, judged) = erase(|faults| faults.lose_writes = lost.clone(), &[]);
        expect(&told, "not-erased", 4, &["VER-OTHER-BYTES-READ"]);
        assert_eq!(judged.mismatches, joined(&lost, &[]));
        assert_eq!(judged.differing, judged.mismatches);
        told
    });
}

#[test]
fn what_an_earlier_pass_wrote_is_called_stale() {
    often("writes of the last of three passes lost, few places", |places| {
        let lost = places.bad(7, 512);
        let (told, judged) = erase(
            |faults| {
                let lost = lost.clone();
                faults.change(When::Written(2 * SIZE + MIB / 2), |faults| {
                    faults.lose_writes = lost
                });
            },
            &[("--method", "random-3")],
        );
        // What lies before the place where writes begin to be lost may be new.
        expect(
            &told,
            "not-erased",
            4,
            &["VER-OTHER-BYTES-READ", "VER-STALE-DATA"],
        );
        assert_eq!(judged.differing, judged.mismatches);
        let stale = judged.record["verification"]["last"]["measured"]["displaced"]["stale"].as_u64();
        assert!(stale > Some(0), "{stale:?}");
        told
    });
}

#[test]
fn addresses_that_wrap_are_counterfeit_capacity() {
    often("counterfeit: addresses wrap", |places| {
        let real = (1 + places.below(12)) * SIZE / 16;
        let (told, judged) = erase(|faults| faults.wraps_at = Some(real), &[]);
        expect(&told, "not-erased", 4, &["VER-COUNTERFEIT-CAPACITY"]);
        let displaced = &judged.record["verification"]["last"]["measured"]["displaced"];
        assert_eq!(
            displaced["pattern"],
            serde_json::json!({"kind": "wraps", "real": real})
        );
        assert_eq!(judged.differing, judged.mismatches);
        told
    });
}

#[test]
fn a_constant_pattern_does_not_show_that_addresses_wrap_and_the_record_says_so() {
    often("counterfeit: addresses wrap, clear-zero", |_| {
        let (told, judged) = erase(
            |faults| faults.wraps_at = Some(SIZE / 2),
            &[("--method", "clear-zero")],
        );
        expect(&told, "erased", 0, &[]);
        let limits = judged.record["limits"].as_array().unwrap();
        assert!(limits.contains(&"LIM-CONSTANT-LAST-PASS".into()), "{limits:?}");
        told
    });
}

#[test]
fn what_is_not_there_is_not_erased() {
    often(
        "counterfeit: beyond the end writes are lost, zeros read",
        |places| {
            let end = (1 + places.below(15)) * SIZE / 16;
            let (told, judged) = erase(|faults| faults.ends_at = Some(end), &[]);
            expect(&told, "not-erased", 4, &["VER-OTHER-BYTES-READ"]);
            assert_eq!(judged.mismatches, [end..SIZE]);
            assert_eq!(judged.differing, judged.mismatches);
            told
        },
    );
}

#[test]
fn shifted_data_are_told() {
    often("reads shifted", |places| {
        let by = (1 + places.below(64)) * 512;
        let (told, judged) = erase(
            |faults| faults.change(When::Written(SIZE), move |faults| faults.shift_reads = by),
            &[],
        );
        expect(&told, "not-erased", 4, &["VER-SHIFTED-DATA"]);
        let displaced = &judged.record["verification"]["last"]["measured"]["displaced"];
        assert_eq!(
            displaced["pattern"],
            serde_json::json!({"kind": "shifted", "by": by})
        );
        told
    });
}

#[test]
fn reading_back_may_end_at_the_first_difference() {
    often("writes lost, --on-difference stop", |places| {
        let lost = places.bad(5, 512);
        let (told, judged) = erase(
            |faults| faults.lose_writes = lost.clone(),
            &[("--on-difference", "stop")],
        );
        expect(&told, "not-erased", 4, &["VER-OTHER-BYTES-READ"]);
        assert_eq!(judged.record["ending"]["state"], "first-difference");
        assert_eq!(
            judged.mismatches.first().map(|range| range.start),
            Some(lost[0].start)
        );
        told
    });
}

#[test]
fn a_sample_meets_a_disk_that_takes_nothing() {
    often("all writes lost, --verify sample:10", |_| {
        let (told, _) = erase(
            |faults| faults.lose_writes = vec![0..SIZE],
            &[("--verify", "sample:10")],
        );
        expect(&told, "not-erased", 4, &["VER-OTHER-BYTES-READ"]);
        told
    });
}

// --- flushes --------------------------------------------------------------------------------------------

#[test]
fn a_pass_is_repeated_when_its_flush_fails() {
    often("the flush fails once", |_| {
        let (told, judged) = erase(|faults| faults.fail_flushes = 1, &[]);
        expect(&told, "erased", 0, &[]);
        assert_eq!(judged.record["passes"][0]["repeats"], 1);
        told
    });
}

#[test]
fn without_a_flush_nothing_is_erased() {
    often("every flush fails", |_| {
        let (told, _) = erase(|faults| faults.fail_flushes = u32::MAX, &[]);
        expect(&told, "not-erased", 4, &["VER-FLUSH-FAILED"]);
        told
    });
}

#[test]
fn a_flush_that_was_a_lie_is_found_when_the_disk_is_checked_again() {
    often(
        "flushes do nothing, power cut after the erasure, recheck",
        |places| {
            let trial = Trial::new();
            trial
                .disk
                .faults(|faults| (faults.volatile, faults.lying_flushes) = (true, true));
            // While it has power, such a disk cannot be told from an honest one: the record says so.
            let (told, judged) = trial.told(&trial.wipe().run());
            expect(&told, "erased", 0, &[]);
            let limits = judged.record["limits"].as_array().unwrap();
            assert!(limits.contains(&"LIM-DRIVE-CACHE".into()), "{limits:?}");
            let record = trial.world.record();
            let recheck = || {
                let words = ["recheck", record.to_str().unwrap(), trial.disk.node()];
                trial.world.keshiin(&words).run()
            };
            recheck().is(0);
            let lost = places.below(SIZE / 512);
            let changed = trial
                .disk
                .medium(|medium| medium.power_cut(|sector| sector == lost));
            assert_eq!(changed, 1);
            let ran = recheck().is(4);
            assert_eq!(
                Judged::new(judged.record, &trial.disk.truth(), 512).differing,
                [lost * 512..(lost + 1) * 512]
            );
            Told {
                exit: ran.exit,
                ..told
            }
        },
    );
}

// --- disks that go away, change, or stop answering ------------------------------------------------------

/// When something comes, given a place.
type Moment = fn(u64) -> When;

#[test]
fn a_disk_that_vanishes_is_not_erased() {
    let vanish = |faults: &mut Faults| faults.gone = Some(libc::ENODEV);
    let moments: [(&str, Moment); 3] = [
        ("while it is written", When::Written),
        ("while it is read", |place| When::Touched(SIZE, place)),
        ("at the flush", |_| When::Flushed(SIZE)),
    ];
    for (moment, when) in moments {
        often(&format!("vanishes {moment}"), |places| {
            let when = when(places.below(SIZE - MIB));
            let (told, judged) = erase(|faults| faults.change(when, vanish), &[]);
            expect(&told, "not-erased", 4, &["VER-VANISHED"]);
            assert_eq!(judged.record["ending"]["state"], "vanished");
            told
        });
    }
}

/// Erases a disk, and does something to it when so much was written.
#[track_caller]
fn erase_and(when: u64, act: impl FnOnce(&Trial)) -> (Told, Judged) {
    let trial = Trial::sized(LARGE, 512);
    trial
        .disk
        .faults(|faults| faults.change(When::Written(when), |faults| faults.hold = vec![0..LARGE]));
    let running = trial.wipe().start();
    trial.disk.wait_until_held();
    act(&trial);
    trial.disk.let_go();
    trial.told(&running.end())
}

#[test]
fn a_disk_that_shrinks_is_not_erased() {
    often("shrinks while it is written", |places| {
        let size = LARGE / 2 + places.below(LARGE / 4 / 4096) * 4096;
        let (told, judged) = erase_and(places.below(LARGE / 4), |trial| trial.disk.resize(size));
        expect(&told, "not-erased", 4, &["VER-RESIZED"]);
        assert_eq!(
            judged.record["ending"],
            serde_json::json!({"state": "resized", "size": size})
        );
        told
    });
}

#[test]
fn a_disk_that_turns_read_only_is_not_erased() {
    often("turns read-only while it is written", |places| {
        let (told, judged) = erase_and(places.below(LARGE / 2), |trial| trial.disk.make_read_only());
        expect(&told, "not-erased", 4, &["VER-READ-ONLY"]);
        assert_eq!(judged.record["ending"]["state"], "read-only");
        told
    });
}

/// Switches the fault, at a place.
type Stall = fn(&mut Faults, u64);

#[test]
fn a_disk_that_stops_answering_is_told_while_it_does() {
    let stalls: [(&str, Stall); 3] = [
        ("while it is written", |faults, at| {
            faults.change(When::Written(at), |faults| faults.hold = vec![0..SIZE]);
        }),
        ("while it is read", |faults, at| {
            faults.change(When::Touched(SIZE, at), |faults| faults.hold = vec![0..SIZE]);
        }),
        ("at the flush", |faults, _| faults.hold_flushes = true),
    ];
    for (moment, stall) in stalls {
        often(&format!("stops answering {moment}"), |places| {
            let trial = Trial::new();
            trial
                .disk
                .faults(|faults| stall(faults, places.below(SIZE - MIB)));
            let running = trial.wipe().with("--stalled-after", "2s").start();
            trial.disk.wait_until_held();
            // The record is made while the disk still says nothing.
            trial.wait_for_record();
            trial.disk.let_go();
            let (told, judged) = trial.told(&running.end());
            expect(&told, "not-erased", 4, &["VER-STALLED"]);
            assert_eq!(judged.record["ending"]["state"], "stalled");
            told
        });
    }
}

#[test]
fn a_pause_is_no_stall() {
    often("answers late, within --stalled-after", |places| {
        let (told, _) = erase_and(places.below(LARGE), |_| {
            std::thread::sleep(std::time::Duration::from_millis(1500));
        });
        expect(&told, "erased", 0, &[]);
        told
    });
}

// --- odd disks ------------------------------------------------------------------------------------------

#[test]
fn odd_sizes_are_erased_to_their_last_sector() {
    often("size no multiple of anything", |places| {
        let trial = Trial::sized(SIZE + 512 * (1 + places.below(4000)), 512);
        let (told, _) = trial.told(&trial.wipe().run());
        expect(&told, "erased", 0, &[]);
        told
    });
}
