//! What a record gives to compare a drive with: the pattern of its last pass, and the places it excepts.

use crate::erasure::PassPattern;
use crate::records::{ErasureRecord, Pass, RangeList};
use crate::units::{BlockSize, ByteCount, ByteRange};

use super::super::claims::pattern_of;
use super::refusal::RecheckRefusal;

/// What the whole drive should hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Basis {
    /// The bytes of every pass, in order. The last one's should be there; what earlier ones left shows as such.
    pub(super) patterns: Vec<PassPattern>,
    /// Bytes of the drive.
    pub(super) size: ByteCount,
    /// Places that the record says could not be written or read, in order, none touching another.
    pub(super) excepted: Vec<ByteRange>,
}

impl Basis {
    /// The basis in `record`.
    pub(super) fn of(record: &ErasureRecord) -> Result<Self, RecheckRefusal> {
        let number = || record.number.clone();
        let last = record
            .passes
            .last()
            .filter(|last| is_whole(last, record))
            .ok_or_else(|| RecheckRefusal::LastPassIncomplete { number: number() })?;
        let size = record.medium.capacity;
        let read = record.verification.last.measured();
        let unread = read.map(|read| read.unreadable.ranges.as_slice());
        let excepted = last.unwritable.ranges.iter().chain(unread.unwrap_or_default());
        let excepted: Vec<ByteRange> = excepted.copied().collect();
        if !is_listed(&last.unwritable) || !excepted.iter().all(|range| is_inside(*range, size)) {
            // What is not listed would be read, and taken for a change.
            return Err(RecheckRefusal::PlacesUnlisted { number: number() });
        }
        let patterns = record
            .passes
            .iter()
            .map(|pass| pattern_of(&pass.pattern))
            .collect::<Option<_>>();
        let unknown = || RecheckRefusal::UnknownPattern { number: number() };
        Ok(Self {
            patterns: patterns.ok_or_else(unknown)?,
            size,
            excepted: merged(excepted),
        })
    }

    /// The excepted places in whole blocks of the drive, whose sectors may be larger than those of the record.
    pub(super) fn excepted_in(&self, block: BlockSize) -> Vec<ByteRange> {
        let block = u64::from(block.bytes());
        let whole = |range: &ByteRange| {
            let start = range.start.0 - range.start.0 % block;
            let end = range
                .end()
                .checked_next_multiple_of(block)
                .unwrap_or(self.size.0)
                .min(self.size.0);
            ByteRange::new(start, end - start)
        };
        merged(self.excepted.iter().map(whole).collect())
    }
}

/// The method's last pass, over the whole medium, to its end and flushed. How the run ended says less: a
/// drive may have gone away after all that.
fn is_whole(last: &Pass, record: &ErasureRecord) -> bool {
    let dealt_with = last.written.0.checked_add(last.unwritable.bytes.0);
    record.passes.len() == usize::from(record.method.passes)
        && last.range.start.0 == 0
        && last.range.length == record.medium.capacity
        && dealt_with == Some(last.range.length.0)
        && last.flushes.last().is_some_and(|flush| flush.ok)
}

fn is_listed(list: &RangeList) -> bool {
    list.count == list.ranges.len() as u64
}

fn is_inside(range: ByteRange, size: ByteCount) -> bool {
    let end = range.start.0.checked_add(range.length.0);
    end.is_some_and(|end| end <= size.0)
}

/// In order, with those that touch or overlap made one.
fn merged(mut ranges: Vec<ByteRange>) -> Vec<ByteRange> {
    ranges.sort_unstable();
    let mut all: Vec<ByteRange> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(before) if range.start.0 <= before.end() => {
                let end = before.end().max(range.end());
                *before = ByteRange::new(before.start.0, end - before.start.0);
            }
            _ => all.push(range),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Ending, FlushResult};

    fn record() -> ErasureRecord {
        let record = ErasureRecord::example().unwrap();
        assert!(Basis::of(&record).is_ok());
        record
    }

    fn code(record: &ErasureRecord) -> &'static str {
        Basis::of(record).map_or_else(|refusal| refusal.code(), |_| "fine")
    }

    #[test]
    fn only_a_whole_and_flushed_last_pass_can_be_compared() {
        type Change = fn(&mut ErasureRecord);
        let changes: [Change; 7] = [
            |record| record.passes.clear(),
            |record| record.method.passes += 1,
            |record| record.passes[0].written.0 -= 512,
            |record| record.passes[0].flushes.clear(),
            |record| {
                record.passes[0].flushes.push(FlushResult {
                    ok: false,
                    errno: Some(5),
                })
            },
            |record| record.passes[0].range = ByteRange::new(512, record.medium.capacity.0 - 512),
            |record| record.medium.capacity.0 += 512,
        ];
        for (place, change) in changes.into_iter().enumerate() {
            let mut changed = record();
            change(&mut changed);
            assert_eq!(code(&changed), "RCH-LAST-PASS-INCOMPLETE", "{place}");
        }
        // the drive went away while it was read back: the pattern is there all the same
        let mut vanished = record();
        vanished.ending = Ending::Vanished;
        assert_eq!(code(&vanished), "fine");
    }

    #[test]
    fn places_that_the_record_excepts_are_known_in_order_or_it_is_refused() {
        let mut excepting = record();
        let size = excepting.medium.capacity.0;
        excepting.passes[0].unwritable = RangeList {
            ranges: vec![ByteRange::new(4096, 1024), ByteRange::new(512, 512)],
            count: 2,
            bytes: ByteCount(1536),
        };
        excepting.passes[0].written = ByteCount(size - 1536);
        let crate::records::Fact::Measured(read) = &mut excepting.verification.last else {
            panic!("the example is read back")
        };
        read.unreadable = RangeList {
            ranges: vec![ByteRange::new(1024, 512), ByteRange::new(4608, 1024)],
            count: 2,
            bytes: ByteCount(1536),
        };
        let basis = Basis::of(&excepting).unwrap();
        assert_eq!(
            basis.excepted,
            [ByteRange::new(512, 1024), ByteRange::new(4096, 1536)]
        );
        let block = BlockSize::new(4096).unwrap();
        assert_eq!(basis.excepted_in(block), [ByteRange::new(0, 8192)]);
        let mut more = excepting.clone();
        more.passes[0].unwritable.count = 3;
        assert_eq!(code(&more), "RCH-PLACES-UNLISTED");
        excepting.passes[0].unwritable.ranges[0] = ByteRange::new(u64::MAX, 1024);
        assert_eq!(code(&excepting), "RCH-PLACES-UNLISTED");
    }
}
