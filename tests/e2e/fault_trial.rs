//! One erasure of a faulty disk, and its record held against what the disk really holds.
//!
//! The truth is computed here from the bytes in memory and the seeds in the record, with nothing of the
//! program's own judgement.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::calls::{Call, Ran};
use crate::devices::TEXT;
use crate::faulty_disk::FaultyDisk;
use crate::support::{World, payload};
use crate::wiping::expected;

/// Size of most faulty disks.
pub(crate) const SIZE: u64 = 8 << 20;
/// How often every fault is tried; once where it is not set.
const TIMES: &str = "KESHIIN_FAULT_TIMES";

/// Tries a fault, at other places each time; prints a line for the table of faults.
#[track_caller]
#[allow(clippy::print_stdout, reason = "the rows of the table")]
pub(crate) fn often(fault: &str, attempt: impl Fn(&mut Places) -> Told) {
    let times = std::env::var(TIMES).map_or(1, |text| text.parse().unwrap());
    let mut seen: BTreeMap<Told, u32> = BTreeMap::new();
    for number in 0..times {
        let mut places = Places::new(number);
        *seen.entry(attempt(&mut places)).or_default() += 1;
    }
    // One that disagrees with the truth never comes here.
    for (told, count) in seen {
        println!(
            "fault-table | {fault} | {count} | {} | {} | {} | yes |",
            told.verdict, told.reasons, told.exit
        );
    }
}

/// What an erasure came to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    /// The verdict of the record.
    pub(crate) verdict: String,
    /// Codes of its reasons.
    pub(crate) reasons: String,
    /// Exit code.
    pub(crate) exit: i32,
}

impl Told {
    /// What a record says, of a run that ended so.
    pub(crate) fn of(record: &Value, exit: i32) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let reasons: Vec<String> = record["reasons"].as_array().unwrap().iter().map(text).collect();
        Self {
            verdict: text(&record["verdict"]),
            reasons: reasons.join(" "),
            exit,
        }
    }
}

/// Places for faults: always the same ones in the same attempt.
pub(crate) struct Places(u64);

impl Places {
    /// Those of an attempt.
    pub(crate) fn new(attempt: u32) -> Self {
        Self(0x9E37_79B9_7F4A_7C15 ^ u64::from(attempt).wrapping_mul(0xD134_2543_DE82_EF95))
    }

    /// A number below `end` (xorshift64*).
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % end
    }

    /// So many ranges of one to three sectors of `sector` bytes, in order and apart from each other.
    pub(crate) fn bad(&mut self, count: u64, sector: u64) -> Vec<Range<u64>> {
        let stretch = SIZE / count / sector;
        let range = |place: &mut Self, number: u64| {
            let start = number * stretch + place.below(stretch - 4);
            start * sector..(start + 1 + place.below(3)) * sector
        };
        (0..count).map(|number| range(self, number)).collect()
    }
}

/// A world with a faulty disk full of text.
pub(crate) struct Trial {
    /// The disk.
    pub(crate) disk: FaultyDisk,
    /// The people.
    pub(crate) world: World,
    sector: u64,
}

impl Trial {
    /// A disk of [`SIZE`] with sectors of 512 bytes.
    pub(crate) fn new() -> Self {
        Self::sized(SIZE, 512)
    }

    /// A disk of so many bytes.
    pub(crate) fn sized(size: u64, sector: u32) -> Self {
        let world = World::new();
        let bytes = TEXT.iter().copied().cycle().take(usize::try_from(size).unwrap());
        Self {
            disk: FaultyDisk::with_sectors(&world.path("faulty"), bytes.collect(), sector),
            world,
            sector: sector.into(),
        }
    }

    /// `wipe device` of the disk.
    pub(crate) fn wipe(&self) -> Call {
        self.world.wipe_alone(&[self.disk.node()]).flag("--json")
    }

    /// Waits until a record is on file, also while the program cannot end.
    pub(crate) fn wait_for_record(&self) {
        let began = Instant::now();
        while self.world.records().is_empty() {
            assert!(began.elapsed() < Duration::from_secs(60), "a record is made");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Holds the only record against the truth.
    #[track_caller]
    pub(crate) fn told(&self, ran: &Ran) -> (Told, Judged) {
        assert!(
            !self.world.records().is_empty(),
            "{}: {}{}",
            ran.exit,
            ran.out,
            ran.err
        );
        self.told_of(ran, &self.world.record())
    }

    /// Holds a record against the truth.
    #[track_caller]
    pub(crate) fn told_of(&self, ran: &Ran, path: &Path) -> (Told, Judged) {
        let verified = self.world.verify(path);
        assert_ne!(verified.exit, 4, "the record bears its verdict: {}", verified.err);
        let record = payload(path);
        let told = Told::of(&record, ran.exit);
        let judged = Judged::new(record, &self.disk.truth(), self.sector);
        judged.agrees(&told, &ran.err);
        (told, judged)
    }
}

/// A record beside the truth.
pub(crate) struct Judged {
    /// The record.
    pub(crate) record: Value,
    /// Where the medium holds something else than the last pass was to write.
    pub(crate) differing: Vec<Range<u64>>,
    /// Where the record says that other bytes were read.
    pub(crate) mismatches: Vec<Range<u64>>,
    /// Where the record says that the last pass could not be written.
    pub(crate) unwritable: Vec<Range<u64>>,
    /// Where the record says that nothing could be read.
    pub(crate) unreadable: Vec<Range<u64>>,
}

impl Judged {
    /// What both say.
    pub(crate) fn new(record: Value, truth: &[u8], sector: u64) -> Self {
        let last_pass = record["passes"].as_array().unwrap().last();
        let wanted = last_pass.map(|pass| expected(&pass["pattern"], truth.len()));
        let differing = wanted.map_or_else(
            || std::iter::once(0..truth.len() as u64).collect(),
            |wanted| different(truth, &wanted, sector),
        );
        let read = &record["verification"]["last"]["measured"];
        Self {
            differing,
            mismatches: ranges(&read["mismatches"]),
            unwritable: last_pass
                .map(|pass| ranges(&pass["unwritable"]))
                .unwrap_or_default(),
            unreadable: ranges(&read["unreadable"]),
            record,
        }
    }

    /// Whether the whole medium was looked at, places that refused apart.
    fn everything_was_read(&self) -> bool {
        let read = &self.record["verification"]["last"]["measured"];
        let seen = read["compared"].as_u64().unwrap_or(0) + read["unreadable"]["bytes"].as_u64().unwrap_or(0);
        Some(seen) == self.record["medium"]["capacity"].as_u64()
    }

    /// Nothing is called erased that is not.
    #[track_caller]
    pub(crate) fn agrees(&self, told: &Told, said: &str) {
        let excepted = joined(&self.unwritable, &self.unreadable);
        let context = format!("{told:?}: {:?}\n{said}", self.differing);
        match told.verdict.as_str() {
            "erased" => {
                assert_eq!(told.exit, 0, "{context}");
                assert!(self.differing.is_empty(), "{context}");
            }
            "erased-with-exceptions" => {
                assert_eq!(told.exit, 5, "{context}");
                assert!(within(&self.differing, &excepted), "{context}");
            }
            "not-erased" => {
                assert_eq!(told.exit, 4, "{context}");
                if self.everything_was_read() {
                    let known = joined(&excepted, &self.mismatches);
                    assert!(within(&self.differing, &known), "{context}");
                }
            }
            "interrupted" => assert_eq!(told.exit, 6, "{context}"),
            "unverified" => assert!(matches!(told.exit, 0 | 5), "{context}"),
            other => panic!("{other}"),
        }
    }
}

/// Where two media differ, in sectors.
fn different(one: &[u8], other: &[u8], sector: u64) -> Vec<Range<u64>> {
    let step = usize::try_from(sector).unwrap();
    let mut found: Vec<Range<u64>> = Vec::new();
    for (number, (one, other)) in one.chunks(step).zip(other.chunks(step)).enumerate() {
        let start = number as u64 * sector;
        if one != other {
            found.push(start..start + one.len() as u64);
        }
    }
    joined(&found, &[])
}

/// Both, in order, those that touch made one.
pub(crate) fn joined(one: &[Range<u64>], other: &[Range<u64>]) -> Vec<Range<u64>> {
    let mut all = [one, other].concat();
    all.sort_unstable_by_key(|range| range.start);
    let mut found: Vec<Range<u64>> = Vec::new();
    for range in all {
        match found.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => found.push(range),
        }
    }
    found
}

fn within(inner: &[Range<u64>], outer: &[Range<u64>]) -> bool {
    let holds = |one: &Range<u64>| {
        outer
            .iter()
            .any(|other| other.start <= one.start && one.end <= other.end)
    };
    inner.iter().all(holds)
}

/// A list of ranges of a record; nothing where it is not there.
fn ranges(list: &Value) -> Vec<Range<u64>> {
    let listed = list["ranges"].as_array().cloned().unwrap_or_default();
    let range = |value: &Value| {
        let start = value["start"].as_u64().unwrap();
        start..start + value["length"].as_u64().unwrap()
    };
    listed.iter().map(range).collect()
}
