//! What is left of a damaged package: which files are whole, what is lost of the others.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::progress::{Event, Observer, Phase, StopSignal};
use crate::units::{ByteCount, ByteOffset, ByteRange};

use super::lanes::{lock, threads};
use super::layout::{PLAIN, SEGMENT};
use super::{Encoding, FileEntry, Package, SealingError};

/// A file of which something is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostFile {
    /// Its place in the manifest.
    pub place: usize,
    /// What of the file is lost; of a compressed file, all.
    pub lost: Vec<ByteRange>,
    /// Where in the package the damage is.
    pub damaged: Vec<ByteRange>,
}

/// What is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salvage {
    /// Places of everything that is whole, ascending.
    pub whole: Vec<usize>,
    /// Files of which something is lost.
    pub lost: Vec<LostFile>,
    /// Every damaged place of the body, whatever stood there.
    pub damaged: Vec<ByteRange>,
}

impl Package<'_> {
    /// Tries every segment.
    ///
    /// # Errors
    /// [`SealingError::Stopped`].
    pub fn salvage(&self, observer: &mut dyn Observer, stop: &StopSignal) -> Result<Salvage, SealingError> {
        let bad = self.damaged_segments(observer, stop)?;
        let mut salvage = Salvage {
            whole: Vec::new(),
            lost: Vec::new(),
            damaged: self.places_of(&bad),
        };
        for (place, entry) in self.manifest.entries.iter().enumerate() {
            let hit: Vec<u64> = entry.file.map_or_else(Vec::new, |file| hit(&bad, file));
            match entry.file {
                Some(file) if !hit.is_empty() => salvage.lost.push(LostFile {
                    place,
                    lost: lost_of(file, &hit),
                    damaged: self.places_of(&hit),
                }),
                _ => salvage.whole.push(place),
            }
        }
        Ok(salvage)
    }

    /// Numbers of the segments that do not open, ascending.
    fn damaged_segments(
        &self,
        observer: &mut dyn Observer,
        stop: &StopSignal,
    ) -> Result<Vec<u64>, SealingError> {
        let segments = self.segments.body.segments();
        let total = ByteCount(self.segments.body.length);
        observer.observe(Event::Started {
            phase: Phase::Open,
            pass: 1,
            passes: 2,
            total,
        });
        let (next, bad) = (AtomicU64::new(0), Mutex::new(Vec::new()));
        let observer = Mutex::new(observer);
        std::thread::scope(|scope| {
            for _ in 0..threads() {
                scope.spawn(|| {
                    let mut buffer = Vec::new();
                    while !stop.is_raised() {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= segments {
                            break;
                        }
                        if self.segments.opens(number, &mut buffer).is_err() {
                            lock(&bad).push(number);
                        }
                        if number.is_multiple_of(16) {
                            let done = ByteCount(number * SEGMENT);
                            lock(&observer).observe(Event::Advanced { done });
                        }
                    }
                });
            }
        });
        lock(&observer).observe(Event::Finished);
        if stop.is_raised() {
            return Err(SealingError::Stopped);
        }
        let mut bad = bad
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        bad.sort_unstable();
        Ok(bad)
    }

    /// Where these segments stand in the package, neighbours joined.
    fn places_of(&self, numbers: &[u64]) -> Vec<ByteRange> {
        let mut ranges: Vec<ByteRange> = Vec::new();
        for range in numbers.iter().map(|number| self.segments.body.range(*number)) {
            match ranges.last_mut() {
                Some(last) if last.start.0 + last.length.0 == range.start.0 => {
                    last.length.0 += range.length.0
                }
                _ => ranges.push(range),
            }
        }
        ranges
    }
}

/// Damaged segments that hold a part of `file`.
fn hit(bad: &[u64], file: FileEntry) -> Vec<u64> {
    if file.stored == 0 {
        return Vec::new();
    }
    let (first, last) = (file.offset / PLAIN, (file.offset + file.stored - 1) / PLAIN);
    let from = bad.partition_point(|number| *number < first);
    bad[from..]
        .iter()
        .copied()
        .take_while(|number| *number <= last)
        .collect()
}

/// Byte ranges of the file that stood in these segments.
fn lost_of(file: FileEntry, numbers: &[u64]) -> Vec<ByteRange> {
    let range = |from: u64, until: u64| ByteRange {
        start: ByteOffset(from),
        length: ByteCount(until - from),
    };
    if file.encoding == Encoding::Zstd {
        return vec![range(0, file.size)];
    }
    let mut lost: Vec<ByteRange> = Vec::new();
    for number in numbers {
        let from = (number * PLAIN).max(file.offset) - file.offset;
        let until = ((number + 1) * PLAIN).min(file.offset + file.stored) - file.offset;
        match lost.last_mut() {
            Some(last) if last.start.0 + last.length.0 == from => last.length.0 += until - from,
            _ => lost.push(range(from, until)),
        }
    }
    lost
}
