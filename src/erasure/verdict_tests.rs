//! The judgement held against a table of facts and against random ones.

use proptest::prelude::*;

use super::super::outcome::{Conduct, SecondLook};
use super::super::pattern::PassPattern;
use super::*;
use crate::devices::{Intrusion, IoFailure, IoPath};
use crate::units::Timestamp;

const SIZE: u64 = 1 << 20;
const EIO: IoFailure = IoFailure::Unreachable { errno: 5 };

fn list(ranges: &[(u64, u64)]) -> RangeList {
    let ranges: Vec<_> = ranges
        .iter()
        .map(|(start, length)| ByteRange::new(*start, *length))
        .collect();
    let bytes = ByteCount(ranges.iter().map(|range| range.length.0).sum());
    RangeList {
        count: ranges.len() as u64,
        ranges,
        bytes,
    }
}

fn pass(number: u16) -> PassOutcome {
    let now = Timestamp::new(0, 0).unwrap();
    PassOutcome {
        number,
        pattern: PassPattern::Seeded {
            seed: [number as u8; 32],
        },
        range: ByteRange::new(0, SIZE),
        written: ByteCount(SIZE),
        started: now,
        ended: now,
        unwritable: RangeList::default(),
        flushes: vec![Ok(())],
        repeats: 0,
    }
}

fn read(pass: u16) -> ReadBack {
    let now = Timestamp::new(0, 0).unwrap();
    ReadBack {
        pass,
        path: ReadPath::Direct,
        planned: ByteCount(SIZE),
        compared: ByteCount(SIZE),
        mismatches: RangeList::default(),
        unreadable: RangeList::default(),
        started: now,
        ended: now,
        sample: None,
        displaced: Displaced::default(),
    }
}

fn conduct() -> Conduct {
    Conduct {
        path: IoPath::Direct,
        queue: None,
        rate_limit: None,
        background: false,
        stalled_after: 120,
        give_up_after: 1800,
        fail_fast: false,
    }
}

/// A two-pass erasure without a fault.
fn perfect() -> Outcome {
    Outcome {
        size: ByteCount(SIZE),
        conduct: conduct(),
        resumed_at: None,
        passes: vec![pass(1), pass(2)],
        planned_passes: 2,
        verify: VerifyMode::Full,
        read_back: Some(read(2)),
        earlier_read_backs: vec![read(1)],
        second_look: Some(SecondLook {
            compared: ByteCount(SIZE),
            ..SecondLook::default()
        }),
        hidden: HiddenArea::NotExamined,
        ending: Ending::Completed,
    }
}

type Change = fn(&mut Outcome);

fn last(outcome: &mut Outcome) -> &mut ReadBack {
    outcome.read_back.as_mut().unwrap()
}

fn look(outcome: &mut Outcome) -> &mut SecondLook {
    outcome.second_look.as_mut().unwrap()
}

/// Takes `range` out of pass `index` as unwritable.
fn refuse_write(outcome: &mut Outcome, index: usize, ranges: &[(u64, u64)]) {
    let unwritable = list(ranges);
    outcome.passes[index].written.0 -= unwritable.bytes.0;
    outcome.passes[index].unwritable = unwritable;
}

fn refuse_read(outcome: &mut Outcome, ranges: &[(u64, u64)]) {
    let unreadable = list(ranges);
    last(outcome).compared.0 -= unreadable.bytes.0;
    last(outcome).unreadable = unreadable;
}

fn no_read(outcome: &mut Outcome) {
    outcome.verify = VerifyMode::None;
    outcome.read_back = None;
    outcome.earlier_read_backs.clear();
}

fn sample(outcome: &mut Outcome, planned: u64) {
    outcome.verify = VerifyMode::Sample { percent: 10 };
    last(outcome).planned.0 = planned;
    last(outcome).compared.0 = planned;
    outcome.earlier_read_backs.clear();
}

/// Facts, the verdict and exit code that they lead to, and every reason.
#[rustfmt::skip]
const TABLE: &[(&str, Change, Verdict, u8, &[Reason])] = &[
    ("nothing wrong", |_| {}, Verdict::Erased, 0, &[]),
    ("memory read path", |o| last(o).path = ReadPath::Memory, Verdict::Erased, 0, &[]),
    ("backing file", |o| last(o).path = ReadPath::BackingFileUncached, Verdict::Erased, 0, &[]),
    ("no hidden area", |o| o.hidden = HiddenArea::None, Verdict::Erased, 0, &[]),
    ("hidden area unknown", |o| o.hidden = HiddenArea::CouldNotTell, Verdict::Erased, 0, &[]),
    ("a repeated pass", |o| { o.passes[0].flushes = vec![Err(EIO), Ok(())]; o.passes[0].repeats = 1; }, Verdict::Erased, 0, &[]),
    ("a sample, all equal", |o| sample(o, SIZE / 10 + 1), Verdict::Erased, 0, &[]),
    ("hidden area", |o| o.hidden = HiddenArea::Found { bytes: ByteCount(1) }, Verdict::ErasedWithExceptions, 5, &[Reason::HiddenArea]),
    ("unwritable and unreadable", |o| { refuse_write(o, 1, &[(0, 512)]); refuse_read(o, &[(0, 512)]); }, Verdict::ErasedWithExceptions, 5, &[Reason::PlacesUnreached]),
    ("unwritable, read equal", |o| refuse_write(o, 0, &[(0, 512)]), Verdict::ErasedWithExceptions, 5, &[Reason::PlacesUnreached]),
    ("unreadable", |o| refuse_read(o, &[(512, 512)]), Verdict::ErasedWithExceptions, 5, &[Reason::PlacesUnreached]),
    ("one percent exactly", |o| { o.size.0 = 51_200; for p in &mut o.passes { p.range.length = o.size; p.written = o.size; } o.earlier_read_backs.clear(); last(o).planned.0 = 51_200; last(o).compared.0 = 51_200; refuse_read(o, &[(0, 512)]); }, Verdict::ErasedWithExceptions, 5, &[Reason::PlacesUnreached]),
    ("unreadable at the second look", |o| look(o).unreadable = list(&[(0, 512)]), Verdict::ErasedWithExceptions, 5, &[Reason::PlacesUnreached]),
    ("over one percent", |o| refuse_read(o, &[(0, 10_486)]), Verdict::NotErased, 4, &[Reason::TooMuchUnreached]),
    ("over one percent together", |o| { refuse_write(o, 1, &[(0, 10_000)]); refuse_read(o, &[(20_000, 10_000)]); }, Verdict::NotErased, 4, &[Reason::TooMuchUnreached]),
    ("more ranges than listed", |o| { refuse_read(o, &[(0, 1)]); last(o).unreadable.count = 1001; }, Verdict::NotErased, 4, &[Reason::TooMuchUnreached]),
    ("other bytes", |o| last(o).mismatches = list(&[(0, 512)]), Verdict::NotErased, 4, &[Reason::OtherBytesRead]),
    ("other bytes though cached", |o| { last(o).path = cached(); last(o).mismatches = list(&[(0, 512)]); }, Verdict::NotErased, 4, &[Reason::ReadFromCache, Reason::OtherBytesRead]),
    ("other bytes of an earlier pass", |o| o.earlier_read_backs[0].mismatches = list(&[(0, 512)]), Verdict::NotErased, 4, &[Reason::OtherBytesRead]),
    ("other bytes, then stopped", |o| { last(o).mismatches = list(&[(0, 512)]); o.ending = Ending::Stopped; }, Verdict::NotErased, 4, &[Reason::Stopped, Reason::OtherBytesRead]),
    ("other bytes at the second look", |o| look(o).mismatched.0 = 1, Verdict::NotErased, 4, &[Reason::OtherBytesRead]),
    ("an intruder", |o| look(o).intrusions = vec![Intrusion::HeldBy { pid: 1, program: String::new() }], Verdict::NotErased, 4, &[Reason::Intruded]),
    ("intruders unknown", |o| look(o).intrusions = vec![Intrusion::CouldNotTell { reason: String::new() }], Verdict::NotErased, 4, &[Reason::Intruded]),
    ("vanished", |o| o.ending = Ending::Vanished, Verdict::NotErased, 4, &[Reason::Vanished]),
    ("stalled", |o| o.ending = Ending::Stalled { seconds: 120 }, Verdict::NotErased, 4, &[Reason::Stalled]),
    ("gave up", |o| o.ending = Ending::GaveUp, Verdict::NotErased, 4, &[Reason::GaveUp]),
    ("flush failed", |o| o.ending = Ending::FlushFailed, Verdict::NotErased, 4, &[Reason::FlushFailed]),
    ("refused by the system", |o| o.ending = Ending::Failed { failure: EIO }, Verdict::NotErased, 4, &[Reason::Failed]),
    ("last flush failed", |o| o.passes[1].flushes = vec![Ok(()), Err(EIO)], Verdict::NotErased, 4, &[Reason::NotFlushed]),
    ("no flush", |o| o.passes[0].flushes.clear(), Verdict::NotErased, 4, &[Reason::NotFlushed]),
    ("a byte missing", |o| o.passes[0].written.0 -= 1, Verdict::NotErased, 4, &[Reason::WriteIncomplete]),
    ("a byte too many", |o| o.passes[0].written.0 += 1, Verdict::NotErased, 4, &[Reason::WriteIncomplete]),
    ("a pass missing", |o| { o.passes.remove(0); }, Verdict::NotErased, 4, &[Reason::WriteIncomplete]),
    ("a pass over less", |o| o.passes[0].range.length.0 -= 512, Verdict::NotErased, 4, &[Reason::WriteIncomplete]),
    ("unwritable, nothing read", |o| { no_read(o); refuse_write(o, 1, &[(0, 512)]); }, Verdict::NotErased, 4, &[Reason::PlacesUnreached, Reason::VerificationNotAsked, Reason::UnwrittenUnread]),
    ("unwritable, read from a cache", |o| { refuse_write(o, 1, &[(0, 512)]); last(o).path = cached(); }, Verdict::NotErased, 4, &[Reason::PlacesUnreached, Reason::ReadFromCache, Reason::UnwrittenUnread]),
    ("no verification asked", no_read, Verdict::Unverified, 0, &[Reason::VerificationNotAsked]),
    ("none asked, hidden area", |o| { no_read(o); o.hidden = HiddenArea::Found { bytes: ByteCount(1) }; }, Verdict::Unverified, 5, &[Reason::HiddenArea, Reason::VerificationNotAsked]),
    ("none asked, an intruder", |o| { no_read(o); look(o).intrusions = vec![Intrusion::PartitionBack { name: String::new() }]; }, Verdict::NotErased, 4, &[Reason::VerificationNotAsked, Reason::Intruded]),
    ("cached", |o| last(o).path = cached(), Verdict::Unverified, 5, &[Reason::ReadFromCache]),
    ("earlier pass cached", |o| o.earlier_read_backs[0].path = cached(), Verdict::Unverified, 5, &[Reason::ReadFromCache]),
    ("not read back", |o| o.read_back = None, Verdict::Unverified, 5, &[Reason::ReadBackIncomplete]),
    ("read back in part", |o| last(o).compared.0 -= 1, Verdict::Unverified, 5, &[Reason::ReadBackIncomplete]),
    ("planned less than asked", |o| { last(o).planned.0 -= 512; last(o).compared.0 -= 512; }, Verdict::Unverified, 5, &[Reason::ReadBackIncomplete]),
    ("sample too small", |o| sample(o, SIZE / 10 - 1), Verdict::Unverified, 5, &[Reason::ReadBackIncomplete]),
    ("another pass read back", |o| last(o).pass = 1, Verdict::Unverified, 5, &[Reason::ReadBackIncomplete]),
    ("earlier pass in part", |o| o.earlier_read_backs[0].compared.0 -= 1, Verdict::Unverified, 5, &[Reason::ReadBackIncomplete]),
    ("no second look", |o| o.second_look = None, Verdict::Unverified, 5, &[Reason::ReadBackIncomplete]),
    ("stopped early", |o| { o.ending = Ending::Stopped; o.passes.truncate(1); o.passes[0].written.0 = 4096; o.passes[0].flushes.clear(); o.read_back = None; o.second_look = None; o.earlier_read_backs.clear(); }, Verdict::Interrupted, 6, &[Reason::Stopped]),
    ("stopped at the end", |o| o.ending = Ending::Stopped, Verdict::Interrupted, 6, &[Reason::Stopped]),
    ("stopped, cached, in part", |o| { o.ending = Ending::Stopped; last(o).path = cached(); last(o).compared.0 = 0; }, Verdict::Interrupted, 6, &[Reason::Stopped]),
];

fn cached() -> ReadPath {
    ReadPath::Cached {
        reason: "not shown".to_owned(),
    }
}

#[test]
fn the_table_of_facts() {
    for (name, change, verdict, exit, reasons) in TABLE {
        let mut outcome = perfect();
        change(&mut outcome);
        let judgement = judge(&outcome);
        assert_eq!(
            (judgement.verdict, judgement.reasons.as_slice()),
            (*verdict, *reasons),
            "{name}"
        );
        assert_eq!(judgement.exit_code(), *exit, "{name}");
    }
}

#[test]
fn ranges_that_overlap_count_once() {
    let ranges =
        [(0, 10), (5, 10), (15, 5), (30, 1), (30, 1)].map(|(start, length)| ByteRange::new(start, length));
    assert_eq!(union(ranges.to_vec()), (2, ByteCount(21)));
}

#[test]
fn every_reason_has_its_own_code() {
    let all: std::collections::BTreeMap<_, _> = TABLE
        .iter()
        .flat_map(|row| row.4)
        .map(|reason| (reason.code(), *reason))
        .collect();
    let reasons: std::collections::BTreeSet<_> = all.values().collect();
    assert_eq!(all.len(), reasons.len());
    assert_eq!(all.len(), 17, "a reason is missing from the table of facts");
}

fn any_list() -> impl Strategy<Value = RangeList> {
    prop_oneof![
        4 => Just(RangeList::default()),
        1 => (0..SIZE / 512, 1u64..20).prop_map(|(at, blocks)| list(&[(at * 512, blocks * 512)])),
        1 => (1u64..2000).prop_map(|count| RangeList { count, ..RangeList::default() }),
    ]
}

fn any_read() -> impl Strategy<Value = ReadBack> {
    let bytes = prop_oneof![4 => Just(SIZE), 1 => Just(SIZE - 512), 1 => 0..SIZE];
    let path = prop_oneof![
        3 => Just(ReadPath::Direct),
        1 => Just(ReadPath::Memory),
        1 => Just(cached()),
    ];
    (1u16..3, path, bytes.clone(), bytes, any_list(), any_list()).prop_map(
        |(pass, path, planned, compared, mismatches, unreadable)| ReadBack {
            path,
            planned: ByteCount(planned),
            compared: ByteCount(compared),
            mismatches,
            unreadable,
            ..read(pass)
        },
    )
}

fn any_pass(number: u16) -> impl Strategy<Value = PassOutcome> {
    let flush = || prop_oneof![3 => Just(Ok(())), 1 => Just(Err(EIO))];
    let written = prop_oneof![3 => Just(SIZE), 1 => Just(SIZE - 512), 1 => 0..SIZE];
    (written, any_list(), proptest::collection::vec(flush(), 0..3)).prop_map(
        move |(written, unwritable, flushes)| PassOutcome {
            written: ByteCount(written),
            unwritable,
            flushes,
            ..pass(number)
        },
    )
}

/// Often perfect in each of its parts, so that every combination of few faults comes up.
fn any_outcome() -> impl Strategy<Value = Outcome> {
    let parts = (
        prop_oneof![3 => Just(vec![pass(1), pass(2)]), 1 => (any_pass(1), any_pass(2)).prop_map(|(a, b)| vec![a, b]), 1 => any_pass(1).prop_map(|a| vec![a])],
        prop_oneof![3 => Just(Some(read(2))), 2 => any_read().prop_map(Some), 1 => Just(None)],
        prop_oneof![3 => Just(vec![]), 1 => any_read().prop_map(|read| vec![read])],
        prop_oneof![2 => Just(VerifyMode::Full), 1 => Just(VerifyMode::None), 1 => Just(VerifyMode::Sample { percent: 10 })],
        prop_oneof![3 => Just(Ending::Completed), 1 => Just(Ending::Stopped), 1 => Just(Ending::GaveUp)],
        prop_oneof![3 => Just(HiddenArea::None), 1 => Just(HiddenArea::Found { bytes: ByteCount(7) })],
        prop_oneof![3 => Just(0u64), 1 => Just(1u64)],
    );
    parts.prop_map(
        |(passes, read_back, earlier_read_backs, verify, ending, hidden, mismatched)| Outcome {
            passes,
            read_back,
            earlier_read_backs,
            verify,
            ending,
            hidden,
            second_look: Some(SecondLook {
                mismatched: ByteCount(mismatched),
                ..SecondLook::default()
            }),
            ..perfect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn erased_means_that_all_of_it_was_shown(outcome in any_outcome()) {
        let judgement = judge(&outcome);
        prop_assert_eq!(judgement.verdict == Verdict::Erased, judgement.reasons.is_empty());
        prop_assert_eq!(judgement.exit_code() == 0, judgement.verdict == Verdict::Erased || judgement.reasons == [Reason::VerificationNotAsked]);
        if judgement.verdict == Verdict::Erased {
            prop_assert_eq!(&outcome.ending, &Ending::Completed);
            prop_assert_eq!(outcome.passes.len(), 2);
            for pass in &outcome.passes {
                prop_assert_eq!(pass.written.0, SIZE);
                prop_assert_eq!(pass.flushes.last(), Some(&Ok(())));
            }
            let last = outcome.read_back.as_ref().unwrap();
            let least = if outcome.verify == VerifyMode::Full { SIZE } else { SIZE / 10 };
            prop_assert!(last.compared.0 >= least && last.compared == last.planned && last.pass == 2);
            for read in outcome.earlier_read_backs.iter().chain([last]) {
                prop_assert!(proves(&read.path));
                prop_assert_eq!(&read.mismatches, &RangeList::default());
                prop_assert_eq!(&read.unreadable, &RangeList::default());
            }
            prop_assert_eq!(outcome.second_look.as_ref().unwrap().mismatched.0, 0);
        }
    }

    #[test]
    fn other_bytes_are_never_called_anything_but_not_erased(outcome in any_outcome()) {
        let differs = read_backs(&outcome).any(|read| read.mismatches.bytes.0 > 0);
        prop_assert!(!differs || judge(&outcome).verdict == Verdict::NotErased);
    }
}
