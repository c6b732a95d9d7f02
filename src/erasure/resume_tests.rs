//! Interrupted erasures that are taken up again, on a medium that forgets what was not flushed.

use std::sync::atomic::AtomicI64;

use proptest::prelude::*;

use super::super::method::Method;
use super::super::outcome::VerifyMode;
use super::super::testing::{Faults, Medium};
use super::super::verdict::{Reason, Verdict, judge};
use super::*;
use crate::progress::Silent;
use crate::units::BlockSize;

const MIB: u64 = 1 << 20;

/// Keeps every point.
#[derive(Default)]
struct All(Vec<ResumePoint>);

impl Keeper for All {
    fn keep(&mut self, point: ResumePoint) {
        self.0.push(point);
    }
}

fn plan(method: &str, size: u64, verify: VerifyMode) -> Plan {
    let method = Method::parse(method).unwrap();
    Plan::new(method, ByteCount(size), BlockSize::SECTOR, verify).unwrap()
}

fn job(plan: &Plan) -> Job {
    let seeds: Vec<_> = (1..=plan.seeds_needed()).map(|n| [n as u8; 32]).collect();
    let mut job = Job::new(plan.clone(), &seeds).unwrap();
    job.checkpoint_every = Duration::ZERO;
    job
}

fn erase(job: Job, medium: &Medium) -> (Outcome, Vec<ResumePoint>) {
    let seconds = AtomicI64::new(1_000_000);
    let clock = move || Timestamp::new(seconds.fetch_add(1, Ordering::SeqCst), 540).unwrap();
    let mut kept = All::default();
    let stop = StopSignal::default();
    let run = run(job, medium.target(512), &mut Silent, &mut kept, &stop, &clock);
    (run.outcome, kept.0)
}

fn cut_after(calls: Option<u64>, bad: &[ByteRange]) -> Faults {
    Faults {
        vanish_after: calls,
        volatile: true,
        refuse_write: bad.to_vec(),
        refuse_read: bad.to_vec(),
        ..Faults::default()
    }
}

/// What must stand on the medium in the end.
fn wanted(plan: &Plan) -> Vec<u8> {
    let mut bytes = vec![0; plan.size().0 as usize];
    job(plan).patterns.last().unwrap().filler().fill(0, &mut bytes);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_erasure_that_was_cut_off_again_and_again_ends_as_one_stream(
        method in prop_oneof![Just("clear-1"), Just("complement-2"), Just("clear-1-zero"), Just("dod-3")],
        odd in 0u64..2,
        cuts in proptest::collection::vec(1u64..24, 1..5),
        older in 0usize..4,
        bad in proptest::collection::vec(0u64..3 * 2048, 0..2),
    ) {
        let plan = plan(method, 3 * MIB + odd * 700, VerifyMode::Full);
        let bad: Vec<_> = bad.into_iter().map(|block| ByteRange::new(block * 512, 512)).collect();
        let medium = Medium::new(plan.size().0, Faults::default());
        let mut points: Vec<ResumePoint> = Vec::new();
        let mut resumed = false;
        for calls in cuts.into_iter().map(Some).chain([None]) {
            medium.with(cut_after(calls, &bad));
            // an older state repeats work, and no more
            let point = points.len().checked_sub(1 + older.min(points.len().saturating_sub(1)));
            // what is newer than that is of a medium that is gone: nobody has it any more
            points.truncate(point.map_or(0, |index| index + 1));
            let next = match point.map(|index| points[index].clone()) {
                Some(point) => {
                    resumed = true;
                    job(&plan).resuming(point).unwrap()
                }
                None => job(&plan),
            };
            let (outcome, kept) = erase(next, &medium);
            points.extend(kept);
            if calls.is_some() && outcome.ending == Ending::Vanished {
                prop_assert_eq!(judge(&outcome).verdict, Verdict::NotErased);
                medium.power_cut();
                continue;
            }
            prop_assert_eq!(outcome.resumed_at.is_some(), resumed);
            let judgement = judge(&outcome);
            let sound = medium.inside().bytes == wanted(&plan);
            if bad.is_empty() {
                prop_assert!(sound);
                prop_assert_eq!(judgement.verdict, Verdict::Erased, "{:?}", judgement);
            } else {
                prop_assert_eq!(judgement.verdict, Verdict::ErasedWithExceptions, "{:?}", judgement);
                let listed = &outcome.passes.last().unwrap().unwritable;
                prop_assert_eq!(listed.bytes.0, 512 * bad.len() as u64);
            }
            break;
        }
    }
}

#[test]
fn a_state_older_than_a_later_pass_repeats_the_pass_that_is_read_back() {
    let plan = plan("clear-1-zero", 4 * MIB, VerifyMode::Full);
    for old in [0, 3, 4] {
        let medium = Medium::new(4 * MIB, Faults::default());
        let (outcome, points) = erase(job(&plan), &medium);
        assert_eq!(judge(&outcome).verdict, Verdict::Erased);
        // all is zero by now, and the state knows of the first pass only
        let (outcome, _) = erase(job(&plan).resuming(points[old].clone()).unwrap(), &medium);
        assert_eq!(
            judge(&outcome).verdict,
            Verdict::Erased,
            "{old}: {:?}",
            judge(&outcome)
        );
        assert_eq!((outcome.passes.len(), outcome.passes[0].repeats), (2, 1));
        assert_eq!(outcome.earlier_read_backs.len(), 1);
        assert!(medium.inside().bytes == wanted(&plan));
    }
}

#[test]
fn a_point_names_only_what_a_flush_covers() {
    let plan = plan("clear-1", 8 * MIB, VerifyMode::Full);
    let medium = Medium::new(8 * MIB, cut_after(Some(6), &[]));
    let (_, points) = erase(job(&plan), &medium);
    medium.power_cut();
    let last = points.last().unwrap();
    assert!(last.flushed.0 >= MIB && last.flushed.0 < 8 * MIB);
    let mut wanted = vec![0; last.flushed.0 as usize];
    last.passes[0].pattern.filler().fill(0, &mut wanted);
    assert!(medium.inside().bytes.starts_with(&wanted));
}

#[test]
fn what_was_taken_up_again_is_erased_only_with_full_verification() {
    let sample = VerifyMode::Sample { percent: 50 };
    for (verify, verdict, reasons) in [
        (sample, Verdict::Unverified, vec![Reason::ResumedNotFull]),
        (
            VerifyMode::None,
            Verdict::Unverified,
            vec![Reason::VerificationNotAsked],
        ),
        (VerifyMode::Full, Verdict::Erased, vec![]),
    ] {
        let plan = plan("clear-1", 8 * MIB, verify);
        let medium = Medium::new(8 * MIB, cut_after(Some(4), &[]));
        let (_, points) = erase(job(&plan), &medium);
        medium.power_cut();
        medium.with(cut_after(None, &[]));
        let (outcome, _) = erase(job(&plan).resuming(points[0].clone()).unwrap(), &medium);
        let judgement = judge(&outcome);
        assert_eq!((judgement.verdict, judgement.reasons), (verdict, reasons));
    }
}

#[test]
fn a_state_that_claims_too_much_is_found_by_reading() {
    let plan = plan("clear-1", 8 * MIB, VerifyMode::Full);
    let medium = Medium::new(8 * MIB, cut_after(Some(4), &[]));
    let (_, points) = erase(job(&plan), &medium);
    let mut false_point = points.last().unwrap().clone();
    false_point.flushed = ByteCount(7 * MIB);
    false_point.passes[0].written = ByteCount(7 * MIB);
    medium.power_cut();
    medium.with(cut_after(None, &[]));
    let (outcome, _) = erase(job(&plan).resuming(false_point).unwrap(), &medium);
    assert_eq!(judge(&outcome).verdict, Verdict::NotErased);
}

#[test]
fn a_point_of_another_plan_is_refused() {
    let plan_of = |size| plan("complement-2", size, VerifyMode::Full);
    let medium = Medium::new(4 * MIB, cut_after(Some(6), &[]));
    let (_, points) = erase(job(&plan_of(4 * MIB)), &medium);
    let good = points.last().unwrap().clone();
    assert!(job(&plan_of(4 * MIB)).resuming(good.clone()).is_ok());
    assert!(job(&plan_of(4 * MIB)).resuming(ResumePoint::default()).is_ok());
    let refused = |change: fn(&mut ResumePoint)| {
        let mut point = good.clone();
        change(&mut point);
        assert_eq!(
            job(&plan_of(4 * MIB)).resuming(point).err(),
            Some(ErasureError::ResumePoint)
        );
    };
    refused(|point| point.flushed.0 += 512);
    refused(|point| point.flushed.0 = 8 * MIB);
    refused(|point| point.passes[0].number = 2);
    refused(|point| point.passes[0].pattern = PassPattern::Byte(0));
    refused(|point| point.passes[0].range = ByteRange::new(512, 100));
    refused(|point| point.passes[0].written.0 = u64::MAX);
    refused(|point| {
        point.flushed.0 -= 100;
        point.passes[0].written.0 -= 100;
    });
    assert!(job(&plan_of(8 * MIB)).resuming(good.clone()).is_err());
}

#[test]
fn beyond_two_tebibytes_the_places_are_the_right_ones() {
    // a medium that claims 3 TiB and of which only the last 2 MiB are touched
    let size = 3 << 40;
    let plan = plan("clear-1", size, VerifyMode::None);
    let medium = Medium::tail(size, 2 * MIB);
    let mut left = job(&plan).checked(ResumePoint::default()).unwrap();
    left.flushed = ByteCount(size - 2 * MIB);
    left.passes = vec![PassOutcome {
        number: 1,
        pattern: job(&plan).patterns[0].clone(),
        range: ByteRange::new(0, size),
        written: left.flushed,
        started: Timestamp::new(0, 0).unwrap(),
        ended: Timestamp::new(0, 0).unwrap(),
        unwritable: super::super::outcome::RangeList::default(),
        flushes: Vec::new(),
        repeats: 0,
    }];
    let (outcome, _) = erase(job(&plan).resuming(left).unwrap(), &medium);
    assert_eq!(
        (outcome.ending.clone(), outcome.passes[0].written.0),
        (Ending::Completed, size)
    );
    let mut wanted = vec![0; 2 * MIB as usize];
    outcome.passes[0]
        .pattern
        .filler()
        .fill(size - 2 * MIB, &mut wanted);
    assert!(medium.inside().bytes == wanted);
}
