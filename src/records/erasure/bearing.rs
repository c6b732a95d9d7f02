//! Whether the measurements of an erasure record bear its verdict (`docs/spec/record.md` section 7).
//!
//! Asked again by whoever reads it, from what was signed: it knows nothing of the engine that judged.

use super::course::Course;
use super::{ErasureRecord, Order, Verdict, VerifyAsked};

/// The first thing that does not fit, as a stable word.
pub(super) fn fault(record: &ErasureRecord) -> Option<&'static str> {
    let erased = record.verdict == Verdict::Erased;
    let course = course(record);
    let found = [
        (policy_fits(&record.order, erased), "policy-met"),
        (
            !course.displaced() || record.verdict == Verdict::NotErased,
            "displaced",
        ),
    ];
    let first = found
        .into_iter()
        .find_map(|(holds, what)| (!holds).then_some(what));
    first
        .or_else(|| course.contradiction())
        .or_else(|| (!interruptions_fit(record)).then_some("interruptions"))
        .or_else(|| erased.then(|| unproven(record)).flatten())
}

const fn course(record: &ErasureRecord) -> Course<'_> {
    Course {
        capacity: record.medium.capacity,
        method_passes: record.method.passes,
        passes: record.passes.as_slice(),
        verification: &record.verification,
        ending: &record.ending,
    }
}

/// A level that was reached needs the verdict, and the policy the level.
pub(in crate::records) fn policy_fits(order: &Order, erased: bool) -> bool {
    !order.policy_met || (erased && order.achieved >= Some(order.required))
}

/// Each earlier run once, none of them this one, and each where this run went on from.
fn interruptions_fit(record: &ErasureRecord) -> bool {
    let all = &record.interruptions;
    let twice = (1..all.len()).any(|place| all[..place].iter().any(|one| one.number == all[place].number));
    let within = all.iter().all(|earlier| {
        earlier.number != record.number
            && (1..=record.passes.len()).contains(&usize::from(earlier.pass))
            && earlier.flushed <= record.medium.capacity
    });
    !twice && within
}

/// What `erased` lacks.
fn unproven(record: &ErasureRecord) -> Option<&'static str> {
    // what an earlier run wrote and did not flush may be lost: only reading all of it shows that it is not
    let resumed = !record.interruptions.is_empty();
    let sampled = record.verification.asked != VerifyAsked::Full;
    let reasons = (!record.reasons.is_empty()).then_some("ending");
    reasons
        .or_else(|| course(record).unproven())
        .or_else(|| (resumed && sampled).then_some("interruptions"))
}

#[cfg(test)]
mod tests {
    use super::super::{
        Displaced, Displacement, DisplacementPattern, Interruption, Level, ReadBack, ReadPath, Sample,
    };
    use super::*;
    use crate::records::{CertificateNumber, Digest, Fact, Seed};
    use crate::units::{ByteCount, ByteOffset};

    fn last(record: &mut ErasureRecord) -> &mut ReadBack {
        match &mut record.verification.last {
            Fact::Measured(read) => read,
            Fact::NotMeasured(_) => panic!("the example was read back"),
        }
    }

    fn example() -> ErasureRecord {
        ErasureRecord::example().unwrap()
    }

    fn interruption(n: u32) -> Interruption {
        let record = example();
        Interruption {
            number: CertificateNumber::new("OTR1", "20261120", n).unwrap(),
            started: record.times.started,
            saved: record.times.started,
            pass: 1,
            flushed: ByteCount(1 << 20),
            ledger: record.ledger,
            tool: record.tool,
            state: Digest::of(&[b"state"]),
        }
    }

    /// The example, 64 MiB, of which `blocks` MiB were read back.
    fn sampled(blocks: u64, bound_ppm: u32) -> ErasureRecord {
        let mut record = example();
        record.verification.asked = VerifyAsked::Sample { percent: 10 };
        let read = last(&mut record);
        read.planned = ByteCount(blocks << 20);
        read.compared = read.planned;
        read.sample = Some(Sample {
            seed: Seed::from_bytes([7; 32]),
            blocks,
            of: 64,
            bound_ppm,
        });
        record
    }

    #[test]
    fn a_resumed_erasure_is_proven_by_a_full_read_back_alone() {
        let mut record = example();
        record.interruptions = vec![interruption(1), interruption(2)];
        assert_eq!(fault(&record), None);
        let mut sample = sampled(7, 482_053);
        assert_eq!(fault(&sample), None);
        sample.interruptions = vec![interruption(1)];
        assert_eq!(fault(&sample), Some("interruptions"));
        record.interruptions = vec![interruption(1), interruption(1)];
        assert_eq!(fault(&record), Some("interruptions"));
        record.interruptions = vec![interruption(1)];
        record.interruptions[0].number = record.number.clone();
        assert_eq!(fault(&record), Some("interruptions"));
        record.interruptions = vec![interruption(1)];
        record.interruptions[0].pass = 2;
        assert_eq!(fault(&record), Some("interruptions"));
        record.interruptions = vec![interruption(1)];
        record.interruptions[0].flushed.0 = record.medium.capacity.0 + 1;
        assert_eq!(fault(&record), Some("interruptions"));
    }

    #[test]
    fn a_sample_states_what_it_bears_and_no_more() {
        // 1 − 0.01^(1/n): 0.4820525… for 7, 0.2056717… for 20
        for (blocks, bound, fits) in [
            (7, 482_053, true),
            (7, 482_052, false),
            (7, 482_055, false),
            (7, 1, false),
            (20, 205_672, true),
            (20, 205_671, false),
            (63, 70_491, true),
            (64, 0, true),
            (64, 69_000, false),
            (65, 0, false),
            (0, 0, false),
        ] {
            let found = fault(&sampled(blocks, bound));
            assert_eq!(found, (!fits).then_some("sample"), "{blocks} blocks, {bound} ppm");
        }
        let mut of_another = sampled(7, 482_053);
        last(&mut of_another).sample.as_mut().unwrap().of = 65;
        assert_eq!(fault(&of_another), Some("sample"));
        let mut missing = sampled(7, 482_053);
        last(&mut missing).sample = None;
        assert_eq!(fault(&missing), Some("sample"));
        let mut unasked = sampled(64, 0);
        unasked.verification.asked = VerifyAsked::Full;
        assert_eq!(fault(&unasked), Some("sample"));
        let mut more_bytes = sampled(7, 482_053);
        last(&mut more_bytes).planned.0 += 1;
        assert_eq!(fault(&more_bytes), Some("sample"));
        let mut fewer_than_asked = sampled(7, 482_053);
        fewer_than_asked.verification.asked = VerifyAsked::Sample { percent: 11 };
        assert_eq!(fault(&fewer_than_asked), Some("read-back"));
    }

    #[test]
    fn a_short_last_block_counts_with_its_bytes() {
        let mut record = sampled(7, 482_053);
        record.medium.capacity.0 -= 512;
        record.passes[0].range.length.0 -= 512;
        record.passes[0].written.0 -= 512;
        assert_eq!(fault(&record), Some("sample"));
        let read = last(&mut record);
        read.planned.0 -= 512;
        read.compared.0 -= 512;
        assert_eq!(fault(&record), None);
    }

    #[test]
    fn displaced_blocks_are_never_erased() {
        let moved = Displaced {
            moved: 2,
            stale: 0,
            examples: vec![Displacement {
                at: ByteOffset(0),
                holds: ByteOffset(32 << 20),
            }],
            pattern: DisplacementPattern::Wraps {
                real: ByteCount(32 << 20),
            },
        };
        let with = |displaced: Displaced| {
            let mut record = example();
            record.verdict = Verdict::NotErased;
            record.order.achieved = None;
            record.order.policy_met = false;
            record.order.required = Level::Clear;
            let read = last(&mut record);
            read.mismatched = ByteCount(4096);
            read.displaced = displaced;
            record
        };
        let mut record = with(moved.clone());
        assert_eq!(fault(&record), None);
        for verdict in Verdict::ALL
            .into_iter()
            .filter(|verdict| *verdict != Verdict::NotErased)
        {
            record.verdict = verdict;
            assert_eq!(fault(&record), Some("displaced"), "{verdict:?}");
        }
        let mut equal = with(moved.clone());
        last(&mut equal).mismatched.0 = 0;
        assert_eq!(fault(&equal), Some("displaced"));
        let none_moved = Displaced {
            moved: 0,
            ..moved.clone()
        };
        assert_eq!(fault(&with(none_moved)), Some("displaced"));
        let none_moved = Displaced {
            moved: 0,
            examples: vec![],
            ..moved.clone()
        };
        assert_eq!(fault(&with(none_moved)), Some("displaced"));
    }

    #[test]
    fn a_medium_that_ends_early_is_never_erased() {
        let mut record = example();
        record.verdict = Verdict::NotErased;
        (record.order.achieved, record.order.policy_met) = (None, false);
        let read = last(&mut record);
        read.mismatched = ByteCount(32 << 20);
        read.displaced.pattern = DisplacementPattern::EndsAt {
            real: ByteCount(32 << 20),
        };
        assert_eq!(fault(&record), None);
        record.verdict = Verdict::Unverified;
        assert_eq!(fault(&record), Some("displaced"));
    }

    #[test]
    fn places_that_could_not_be_written_are_read_on_top() {
        let mut record = sampled(7, 482_053);
        record.verdict = Verdict::ErasedWithExceptions;
        (record.order.achieved, record.order.policy_met) = (None, false);
        last(&mut record).planned.0 += 1 << 20;
        assert_eq!(fault(&record), Some("sample"));
        record.passes[0].unwritable.count = 1;
        assert_eq!(fault(&record), None);
        last(&mut record).planned.0 = record.medium.capacity.0 + 1;
        assert_eq!(fault(&record), Some("sample"));
    }

    #[test]
    fn less_than_the_whole_is_no_full_read_back() {
        let mut record = example();
        let read = last(&mut record);
        read.planned.0 -= 512;
        read.compared.0 -= 512;
        assert_eq!(fault(&record), Some("read-back"));
        let mut record = example();
        last(&mut record).pass = 2;
        assert_eq!(fault(&record), Some("read-back"));
        let mut record = example();
        let mut cached = last(&mut record).clone();
        cached.read = ReadPath::Cached {
            reason: "FUSE".into(),
        };
        record.verification.earlier = vec![cached];
        assert_eq!(fault(&record), Some("read-back"));
    }
}
