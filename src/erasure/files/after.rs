//! What lies on the old places afterwards: by segment, what was read and what is there still.
//!
//! The engine has listed what differed; here those places are read once more and held against the fingerprints of
//! before. Only reads.

use std::time::Instant;

use crate::crypto::BlockKey;
use crate::devices::{Segment, Target};
use crate::erasure::buffer::AlignedBuffer;
use crate::erasure::exact::{Exact, PIECE, Patience};
use crate::erasure::look::AT_END;
use crate::erasure::outcome::{Ending, Outcome, RangeList, ReadBack, VerifyMode};
use crate::erasure::pattern::Filler;
use crate::erasure::sample::Sample;
use crate::progress::{Event, Observer, Phase, StopSignal};
use crate::units::{ByteCount, ByteRange};

use super::before::{Before, begun};
use super::stretches::{common, holds, in_pieces, merged, parts};

/// What was measured of one segment, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SegmentMeasure {
    /// Read and compared, or found unreadable.
    pub(super) seen: u64,
    /// In blocks that differ.
    pub(super) other: u64,
    /// That are what lay there before.
    pub(super) still_there: u64,
    /// Not written, or not read.
    pub(super) unreached: u64,
    /// It lies elsewhere now.
    pub(super) moved: bool,
}

/// What the engine left to be looked at.
pub(super) struct Findings {
    /// Read and compared.
    covered: Vec<ByteRange>,
    /// Blocks that differed, as far as they are listed.
    different: Vec<ByteRange>,
    /// Could not be written or not be read, as far as that is listed.
    refused: Vec<ByteRange>,
    /// Behind what is listed, where not all is: only reading tells what is there.
    unlisted: Option<ByteRange>,
    /// Both ends, where the engine's last look found something without saying where.
    doubtful: Vec<ByteRange>,
}

impl Findings {
    /// What `outcome` says of its stream.
    pub(super) fn of(outcome: &Outcome) -> Self {
        let read_backs = || outcome.earlier_read_backs.iter().chain(&outcome.read_back);
        let unwritable = outcome.passes.iter().map(|pass| &pass.unwritable);
        let looked = outcome.second_look.iter().map(|look| &look.unreadable);
        let refused: Vec<&RangeList> = unwritable
            .chain(read_backs().map(|read| &read.unreadable))
            .chain(looked)
            .collect();
        let different: Vec<&RangeList> = read_backs().map(|read| &read.mismatches).collect();
        let from = refused
            .iter()
            .chain(&different)
            .filter_map(|list| cut_at(list))
            .min();
        let all = |lists: &[&RangeList]| merged(lists.iter().flat_map(|list| list.ranges.clone()).collect());
        let size = outcome.size.0;
        Self {
            covered: outcome
                .read_back
                .as_ref()
                .map_or_else(Vec::new, |read| covered(read, outcome)),
            different: all(&different),
            refused: all(&refused),
            unlisted: from.map(|from| ByteRange::new(from, size.saturating_sub(from))),
            doubtful: doubtful(outcome),
        }
    }
}

/// What the look after verification has read, where not all of it was as written.
fn doubtful(outcome: &Outcome) -> Vec<ByteRange> {
    let differs = outcome
        .second_look
        .as_ref()
        .is_some_and(|look| look.mismatched.0 > 0);
    let size = outcome.size.0;
    let length = AT_END.min(size);
    let ends = [ByteRange::new(0, length), ByteRange::new(size - length, length)];
    ends.into_iter().filter(|_| differs).collect()
}

/// Where the listing of `list` ends, when it does not list all.
fn cut_at(list: &RangeList) -> Option<u64> {
    let complete = list.count == list.ranges.len() as u64;
    (!complete).then(|| list.ranges.last().map_or(0, |last| last.end()))
}

/// What a read-back has dealt with: its pieces in order, as far as it came.
fn covered(read: &ReadBack, outcome: &Outcome) -> Vec<ByteRange> {
    let mut left = read.compared.0.saturating_add(read.unreadable.bytes.0);
    if read.pass != outcome.planned_passes {
        return Vec::new();
    }
    let (VerifyMode::Sample { percent }, Some(drawn)) = (outcome.verify, &read.sample) else {
        return vec![ByteRange::new(0, left.min(outcome.size.0))];
    };
    let none = RangeList::default();
    let refused = outcome.passes.last().map_or(&none, |pass| &pass.unwritable);
    let mut all = Vec::new();
    for piece in Sample::new(outcome.size, percent, drawn.seed, refused).pieces() {
        let length = piece.length.0.min(left);
        left -= length;
        all.push(ByteRange::new(piece.start.0, length));
    }
    merged(all)
}

/// Looks again at what the engine found.
pub(super) struct Looking<'a> {
    /// The stream.
    pub(super) medium: &'a mut Exact<dyn Target>,
    /// Its stretches.
    pub(super) segments: &'a [Segment],
    /// What the last pass wrote.
    pub(super) filler: Filler,
    /// What lay there before.
    pub(super) before: &'a Before,
    /// The key of its fingerprints.
    pub(super) key: &'a BlockKey,
    /// Time that may be lost on places that refuse.
    pub(super) patience: Patience,
    /// Who watches.
    pub(super) observer: &'a mut dyn Observer,
    /// The wish to stop.
    pub(super) stop: &'a StopSignal,
}

impl Looking<'_> {
    /// Measures every segment; `moved` are those that lie elsewhere. None where it was stopped or came to no end:
    /// nothing may be built on a part.
    pub(super) fn measure(mut self, found: &Findings, moved: &[usize]) -> Option<Vec<SegmentMeasure>> {
        let mut all = vec![SegmentMeasure::default(); self.segments.len()];
        for index in moved {
            all.get_mut(*index)?.moved = true;
        }
        let unlisted = found.unlisted.unwrap_or(ByteRange::new(0, 0));
        let seen = merged(found.covered.iter().copied().chain([unlisted]).collect());
        self.count(&seen, &mut all, |measure| &mut measure.seen);
        let listed = |ranges: &[ByteRange]| before_the_cut(ranges, found.unlisted);
        let (different, refused) = (listed(&found.different), listed(&found.refused));
        self.count(&different, &mut all, |measure| &mut measure.other);
        self.count(&refused, &mut all, |measure| &mut measure.unreached);
        let elsewhere = moved.iter().filter_map(|index| self.segments.get(*index));
        let again = elsewhere
            .map(|segment| segment.range)
            .chain(different.iter().copied())
            .chain([unlisted])
            .chain(found.doubtful.iter().copied())
            .collect();
        let again = merged(again);
        let total = ByteCount(again.iter().map(|range| range.length.0).sum());
        if total == ByteCount(0) {
            return Some(all);
        }
        self.observer.observe(begun(Phase::LookAgain, total));
        let looked = self.through(&again, &different, &refused, &mut all);
        self.observer.observe(Event::Finished);
        looked.map(|()| all)
    }

    /// Reads all of `again`.
    fn through(
        &mut self,
        again: &[ByteRange],
        different: &[ByteRange],
        refused: &[ByteRange],
        all: &mut [SegmentMeasure],
    ) -> Option<()> {
        let mut done = 0;
        for piece in again.iter().flat_map(|range| in_pieces(*range, PIECE as u64)) {
            self.piece(piece, different, refused, all)?;
            done += piece.length.0;
            self.observer.observe(Event::Advanced {
                done: ByteCount(done),
            });
        }
        Some(())
    }

    fn count(
        &self,
        ranges: &[ByteRange],
        all: &mut [SegmentMeasure],
        field: fn(&mut SegmentMeasure) -> &mut u64,
    ) {
        for range in ranges {
            for (index, part) in parts(self.segments, *range) {
                *field(&mut all[index]) += part.length.0;
            }
        }
    }

    /// Reads `piece` again, block by block where it cannot be read at once. What is listed already is not counted again.
    fn piece(
        &mut self,
        piece: ByteRange,
        different: &[ByteRange],
        refused: &[ByteRange],
        all: &mut [SegmentMeasure],
    ) -> Option<()> {
        if self.stop.is_raised() {
            return None;
        }
        let block = self.medium.block();
        let length = usize::try_from(piece.length.0).ok()?;
        let mut read = AlignedBuffer::new(length);
        let bytes = read.first_mut(length);
        let whole = self.medium.read(piece.start.0, bytes).is_ok();
        let mut expected = vec![0; block];
        for (start, bytes) in (piece.start.0..).step_by(block).zip(bytes.chunks_mut(block)) {
            let place = ByteRange::new(start, bytes.len() as u64);
            let (index, _) = parts(self.segments, place).next()?;
            if !whole && !self.block_again(start, bytes)? {
                if !holds(refused, start) {
                    all[index].unreached += place.length.0;
                }
                continue;
            }
            self.filler.fill(start, &mut expected[..bytes.len()]);
            if *bytes == expected[..bytes.len()] {
                continue;
            }
            let measure = &mut all[index];
            measure.other += if holds(different, start) {
                0
            } else {
                place.length.0
            };
            if self.before.was(self.key, start, bytes) {
                measure.still_there += place.length.0;
            }
        }
        Some(())
    }

    /// Reads one block. Says whether it could be read; none where no more time may be lost.
    fn block_again(&mut self, start: u64, bytes: &mut [u8]) -> Option<bool> {
        let begun = Instant::now();
        if self.stop.is_raised() {
            return None;
        }
        if self.medium.read(start, bytes).is_ok() {
            return Some(true);
        }
        self.patience.lose_since(begun).ok().map(|()| false)
    }
}

/// What of `ranges` lies before the place from which on nothing is listed.
fn before_the_cut(ranges: &[ByteRange], unlisted: Option<ByteRange>) -> Vec<ByteRange> {
    let front = unlisted.map_or(u64::MAX, |unlisted| unlisted.start.0);
    let cut = ranges
        .iter()
        .map(|range| common(*range, ByteRange::new(0, front)));
    cut.filter(|range| range.length.0 > 0).collect()
}

/// Whether all passes came to their end, and flushes after them.
pub(super) fn is_written(outcome: &Outcome) -> bool {
    let complete = outcome.passes.len() == usize::from(outcome.planned_passes);
    let each = |pass: &crate::erasure::PassOutcome| {
        let dealt = pass.written.0.checked_add(pass.unwritable.bytes.0);
        dealt == Some(outcome.size.0) && matches!(pass.flushes.last(), Some(Ok(())))
    };
    outcome.size > ByteCount(0) && complete && outcome.passes.iter().all(each)
}

/// Whether the run ended in a way after which files may be finished that were gone through to their end.
pub(super) fn may_be_finished(ending: &Ending) -> bool {
    matches!(
        ending,
        Ending::Completed | Ending::GaveUp | Ending::FirstDifference
    )
}
