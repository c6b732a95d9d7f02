//! The bytes of a disk that lives in a test's memory, and the faults with which it answers.
//!
//! The bytes are the truth: a test holds against them what a record says. Faults are switched while
//! the disk is in use, by the test or by the disk itself once so much was written, read or flushed.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

/// What is judged and kept at once: the smallest sector of a disk.
pub(crate) const SECTOR: u64 = 512;
/// EIO of `errno.h`.
pub(crate) const EIO: i32 = 5;

/// When a change of faults comes, counted since the disk was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// So many bytes were to be written.
    Written(u64),
    /// So many bytes were to be written, and then this byte was asked for.
    Touched(u64, u64),
    /// So many bytes were to be written, and then a flush was asked for.
    Flushed(u64),
}

/// A change that the disk itself makes to its faults.
type Change = Box<dyn FnOnce(&mut Faults) + Send>;

/// How the disk answers. None of these by default.
#[derive(Default)]
pub(crate) struct Faults {
    /// Writes of these bytes are refused (EIO); what else the request holds is written.
    pub(crate) refuse_writes: Vec<Range<u64>>,
    /// Reads of these bytes are refused (EIO).
    pub(crate) refuse_reads: Vec<Range<u64>>,
    /// So many writes of these bytes are refused, the next ones are taken.
    pub(crate) refuse_first_writes: Vec<(Range<u64>, u32)>,
    /// The same for reads.
    pub(crate) refuse_first_reads: Vec<(Range<u64>, u32)>,
    /// Writes of these bytes are taken, and lost.
    pub(crate) lose_writes: Vec<Range<u64>>,
    /// Requests for these bytes get no answer until they are let go.
    pub(crate) hold: Vec<Range<u64>>,
    /// Flushes get no answer until they are let go.
    pub(crate) hold_flushes: bool,
    /// Counterfeit: an address beyond means the one so much lower.
    pub(crate) wraps_at: Option<u64>,
    /// Counterfeit: what is written beyond is lost, and zeros are read there.
    pub(crate) ends_at: Option<u64>,
    /// What is read at an address is what lies so many bytes behind it.
    pub(crate) shift_reads: u64,
    /// Every request is refused with this error number.
    pub(crate) gone: Option<i32>,
    /// Every refusal takes so long.
    pub(crate) refusals_take: Duration,
    /// So many flushes fail (EIO).
    pub(crate) fail_flushes: u32,
    /// What is written can be lost in a power cut until a flush is done.
    pub(crate) volatile: bool,
    /// Flushes are answered well and do nothing.
    pub(crate) lying_flushes: bool,
    /// What changes later.
    changes: Vec<(When, Change)>,
}

impl Faults {
    /// Changes the faults when something will have happened.
    pub(crate) fn change(&mut self, when: When, change: impl FnOnce(&mut Self) + Send + 'static) {
        self.changes.push((when, Box::new(change)));
    }
}

/// What was asked of the disk since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Bytes to be written.
    pub(crate) written: u64,
    /// Bytes to be read.
    pub(crate) read: u64,
    /// Flushes.
    pub(crate) flushed: u64,
    /// Where the last request lay, and whether it was a write.
    pub(crate) last: (u64, bool),
}

impl Asked {
    fn reached(&self, when: When, range: Option<&Range<u64>>) -> bool {
        match when {
            When::Written(bytes) => self.written >= bytes,
            When::Touched(bytes, place) => {
                self.written >= bytes && range.is_some_and(|range| range.contains(&place))
            }
            When::Flushed(bytes) => self.written >= bytes && range.is_none(),
        }
    }
}

/// A disk in memory.
pub(crate) struct Medium {
    bytes: Vec<u8>,
    /// What sectors held before they were written without a flush, by number.
    before: BTreeMap<u64, Vec<u8>>,
    /// Its faults.
    pub(crate) faults: Faults,
    /// What was asked of it.
    pub(crate) asked: Asked,
}

impl Medium {
    /// A disk that holds these bytes, without faults.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        assert_eq!(bytes.len() as u64 % SECTOR, 0, "whole sectors");
        Self {
            bytes,
            before: BTreeMap::new(),
            faults: Faults::default(),
            asked: Asked::default(),
        }
    }

    /// Whether a request for these bytes has to wait.
    pub(crate) fn holds(&self, range: &Range<u64>) -> bool {
        touches(&self.faults.hold, range)
    }

    /// Writes; the error number where it is refused.
    pub(crate) fn write(&mut self, at: u64, data: &[u8]) -> Result<(), i32> {
        self.asked.written += data.len() as u64;
        self.asked.last = (at, true);
        let range = at..at + data.len() as u64;
        self.change_faults(Some(&range));
        let mut result = self.faults.gone.map_or(Ok(()), Err);
        if result.is_err() || spent(&mut self.faults.refuse_first_writes, &range) {
            return result.and(Err(EIO));
        }
        for (sector, data) in sectors(at, data.len()).zip(data.chunks(usize::try_from(SECTOR).unwrap())) {
            let place = sector..sector + data.len() as u64;
            if touches(&self.faults.refuse_writes, &place) {
                result = Err(EIO);
            } else if let Some(cell) = self.cell(sector)
                && !touches(&self.faults.lose_writes, &place)
            {
                self.keep(cell, data);
            }
        }
        result
    }

    /// Reads; the error number where it is refused.
    pub(crate) fn read(&mut self, at: u64, length: usize) -> Result<Vec<u8>, i32> {
        self.asked.read += length as u64;
        self.asked.last = (at, false);
        let range = at..at + length as u64;
        self.change_faults(Some(&range));
        if let Some(errno) = self.faults.gone {
            return Err(errno);
        }
        if spent(&mut self.faults.refuse_first_reads, &range) || touches(&self.faults.refuse_reads, &range) {
            return Err(EIO);
        }
        let size = self.bytes.len() as u64;
        let shift = self.faults.shift_reads;
        Ok(self.seen((at + shift) % size, length))
    }

    /// Makes what was written safe from a power cut; the error number where it is refused.
    pub(crate) fn flush(&mut self) -> Result<(), i32> {
        self.asked.flushed += 1;
        self.change_faults(None);
        if let Some(errno) = self.faults.gone {
            return Err(errno);
        }
        if self.faults.fail_flushes > 0 {
            self.faults.fail_flushes -= 1;
            return Err(EIO);
        }
        if !self.faults.lying_flushes {
            self.before.clear();
        }
        Ok(())
    }

    /// Throws away what was written without a flush, sector by sector where `lost` says so. How many
    /// sectors changed.
    pub(crate) fn power_cut(&mut self, mut lost: impl FnMut(u64) -> bool) -> usize {
        let before = std::mem::take(&mut self.before);
        let mut changed = 0;
        for (sector, bytes) in before {
            let range = range_of(sector * SECTOR, bytes.len());
            if lost(sector) && self.bytes[range.clone()] != bytes {
                self.bytes[range].copy_from_slice(&bytes);
                changed += 1;
            }
        }
        changed
    }

    /// What every address holds, whatever reads would say of it.
    pub(crate) fn truth(&self) -> Vec<u8> {
        self.seen(0, self.bytes.len())
    }

    /// What addresses hold, beyond the end those of the front.
    fn seen(&self, at: u64, length: usize) -> Vec<u8> {
        let size = self.bytes.len() as u64;
        let mut bytes = Vec::with_capacity(length);
        for sector in sectors(at, length) {
            let part = (length - bytes.len()).min(usize::try_from(SECTOR).unwrap());
            match self.cell(sector % size) {
                Some(cell) => bytes.extend_from_slice(&self.bytes[range_of(cell, part)]),
                None => bytes.resize(bytes.len() + part, 0),
            }
        }
        bytes
    }

    /// Where the bytes of an address really lie; nowhere beyond the end of a counterfeit.
    fn cell(&self, at: u64) -> Option<u64> {
        match (self.faults.wraps_at, self.faults.ends_at) {
            (_, Some(end)) if at >= end => None,
            (Some(end), _) => Some(at % end),
            _ => Some(at),
        }
    }

    fn keep(&mut self, cell: u64, data: &[u8]) {
        let range = range_of(cell, data.len());
        if self.faults.volatile {
            let old = &self.bytes[range.clone()];
            self.before.entry(cell / SECTOR).or_insert_with(|| old.to_vec());
        }
        self.bytes[range].copy_from_slice(data);
    }

    fn change_faults(&mut self, range: Option<&Range<u64>>) {
        let changes = std::mem::take(&mut self.faults.changes);
        for (when, change) in changes {
            if self.asked.reached(when, range) {
                change(&mut self.faults);
            } else {
                self.faults.changes.push((when, change));
            }
        }
    }
}

/// Where the sectors of a request begin.
fn sectors(at: u64, length: usize) -> impl Iterator<Item = u64> {
    assert_eq!(at % SECTOR, 0, "requests begin at sectors");
    (at..at + length as u64).step_by(usize::try_from(SECTOR).unwrap())
}

fn range_of(at: u64, length: usize) -> Range<usize> {
    let at = usize::try_from(at).unwrap();
    at..at + length
}

fn touches(ranges: &[Range<u64>], range: &Range<u64>) -> bool {
    let both = |one: &Range<u64>| one.start < range.end && range.start < one.end;
    ranges.iter().any(both)
}

/// Whether one of the refusals left for a place is used up by this request.
fn spent(left: &mut [(Range<u64>, u32)], range: &Range<u64>) -> bool {
    for (place, times) in left {
        if *times > 0 && place.start < range.end && range.start < place.end {
            *times -= 1;
            return true;
        }
    }
    false
}
