//! The limits that a record must tell, after real runs on media in memory.

use std::time::Duration;

use super::super::engine::{Job, Unkept, run};
use super::super::method::Method;
use super::super::testing::{Faults, Medium};
use super::*;
use crate::progress::{Silent, StopSignal};
use crate::units::{BlockSize, ByteCount, Timestamp};

const SIZE: u64 = 4 << 20;

fn found(method: &str, verify: VerifyMode, hidden: HiddenArea, faults: Faults) -> Vec<Limit> {
    let plan = Plan::new(
        Method::parse(method).unwrap(),
        ByteCount(SIZE),
        BlockSize::SECTOR,
        verify,
    )
    .unwrap();
    let seeds: Vec<_> = (0..plan.seeds_needed()).map(|n| [n as u8; 32]).collect();
    let mut job = Job::new(plan.clone(), &seeds).unwrap();
    job.hidden = hidden;
    job.watchdog = Duration::from_secs(5);
    let target = Medium::new(SIZE, faults).target(512);
    let run = run(
        job,
        target,
        &mut Silent,
        &mut Unkept,
        &StopSignal::default(),
        &|| Timestamp::new(0, 0).unwrap(),
    );
    limits(&plan, &run.outcome)
}

#[test]
fn each_limit_where_it_holds_and_nowhere_else() {
    use Limit::*;
    let (full, none, sample) = (
        VerifyMode::Full,
        VerifyMode::None,
        VerifyMode::Sample { percent: 50 },
    );
    let good = Faults::default;
    let with = |read_path| Faults {
        read_path,
        ..Faults::default()
    };
    let cached = || ReadPath::Cached {
        reason: String::new(),
    };
    let rows = [
        ("clear-1", full, HiddenArea::None, good(), vec![]),
        (
            "clear-1",
            full,
            HiddenArea::NotExamined,
            good(),
            vec![HiddenAreaNotExamined],
        ),
        (
            "clear-1",
            full,
            HiddenArea::CouldNotTell,
            good(),
            vec![HiddenAreaUnknown],
        ),
        ("clear-1", sample, HiddenArea::None, good(), vec![Sampled]),
        (
            "clear-1",
            full,
            HiddenArea::None,
            with(cached()),
            vec![ReadFromCache],
        ),
        (
            "clear-1",
            full,
            HiddenArea::None,
            with(ReadPath::Memory),
            vec![MemoryBacked],
        ),
        ("complement-2", full, HiddenArea::None, good(), vec![]),
        ("dod-3", full, HiddenArea::None, good(), vec![LegacyMethod]),
        (
            "vsitr-7",
            full,
            HiddenArea::None,
            good(),
            vec![ConstantLastPass, LegacyMethod],
        ),
        (
            "clear-zero",
            full,
            HiddenArea::None,
            good(),
            vec![ConstantLastPass],
        ),
        ("clear-1-zero", full, HiddenArea::None, good(), vec![]),
        (
            "clear-1-zero",
            full,
            HiddenArea::None,
            with(cached()),
            vec![ReadFromCache, ConstantLastPass],
        ),
        (
            "clear-1-zero",
            sample,
            HiddenArea::None,
            good(),
            vec![Sampled, ConstantLastPass],
        ),
    ];
    for (method, verify, hidden, faults, wanted) in rows {
        let all = found(method, verify, hidden, faults);
        assert_eq!(
            all[..2],
            [HiddenPlacesOutOfReach, DriveCacheNotBypassed],
            "{method}"
        );
        assert_eq!(all[2..], wanted, "{method} {verify}");
    }
    let unread = found("clear-1", none, HiddenArea::None, good());
    assert_eq!(unread, [HiddenPlacesOutOfReach, NotReadBack]);
}
