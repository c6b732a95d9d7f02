//! Collecting faulty ranges: merged, counted exactly, listed up to a bound.

use crate::units::{ByteCount, ByteRange};

use super::outcome::RangeList;

/// How many ranges are listed; more are only counted.
pub(super) const MOST_LISTED: usize = 1000;

/// Builds a [`RangeList`] from ranges that come in order of their place.
#[derive(Clone, Debug, Default)]
pub(super) struct RangeCollector {
    list: RangeList,
    last_end: Option<u64>,
}

impl RangeCollector {
    /// Adds `range`, `bytes` of which share the fault. Says whether it begins a new range rather than
    /// going on with the last.
    pub(super) fn push(&mut self, range: ByteRange, bytes: u64) -> bool {
        let touches = self.last_end == Some(range.start.0);
        self.last_end = Some(range.end());
        self.list.bytes.0 = self.list.bytes.0.saturating_add(bytes);
        if !touches {
            self.list.count += 1;
        }
        let last_is_listed = self.list.count <= MOST_LISTED as u64;
        match self.list.ranges.last_mut() {
            Some(last) if touches && last_is_listed => last.length.0 += range.length.0,
            _ if !touches && last_is_listed => self.list.ranges.push(range),
            _ => {}
        }
        !touches
    }

    /// Goes on with what an earlier run collected.
    pub(super) fn continued(list: RangeList) -> Self {
        // Whether the first new range touches the last old one is known only where that one is listed.
        let last_end = list
            .ranges
            .last()
            .filter(|_| list.count == list.ranges.len() as u64)
            .map(|range| range.end());
        Self { list, last_end }
    }

    /// What was collected so far.
    pub(super) fn list(&self) -> &RangeList {
        &self.list
    }

    /// What was collected.
    pub(super) fn into_list(self) -> RangeList {
        self.list
    }
}

impl RangeList {
    /// Whether nothing shares the fault.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0 && self.bytes == ByteCount(0) && self.ranges.is_empty()
    }

    /// Whether a listed range has a byte in common with `range`.
    pub(super) fn touches(&self, range: ByteRange) -> bool {
        let first = self
            .ranges
            .partition_point(|listed| listed.end() <= range.start.0);
        self.ranges
            .get(first)
            .is_some_and(|listed| listed.start.0 < range.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_become_the_runs_that_they_form(blocks in proptest::collection::btree_set(0u64..4000, 0..3000)) {
            let mut collector = RangeCollector::default();
            for block in &blocks {
                collector.push(ByteRange::new(block * 512, 512), 3);
            }
            let mut runs: Vec<ByteRange> = Vec::new();
            for block in &blocks {
                match runs.last_mut() {
                    Some(last) if last.end() == block * 512 => last.length.0 += 512,
                    _ => runs.push(ByteRange::new(block * 512, 512)),
                }
            }
            let list = collector.into_list();
            prop_assert_eq!(list.count, runs.len() as u64);
            prop_assert_eq!(list.bytes, ByteCount(3 * blocks.len() as u64));
            for (block, run) in (0..4000u64).map(|block| (block, ByteRange::new(block * 512, 512))) {
                let known = runs.iter().take(MOST_LISTED).any(|r| r.start.0 <= block * 512 && block * 512 < r.end());
                prop_assert_eq!(list.touches(run), known);
            }
            runs.truncate(MOST_LISTED);
            prop_assert_eq!(list.ranges, runs);
        }
    }
}
