//! Reading a medium again, long after: does it still hold what a record says was written?
//!
//! Only reads: it is lent a [`Source`], which cannot be written.

use std::time::Duration;

use crate::devices::Source;
use crate::progress::{Observer, StopSignal};
use crate::units::{BlockSize, ByteCount, ByteRange, Timestamp};

use super::compare::Comparer;
use super::displaced::Displacements;
use super::engine::{HOPELESS_AFTER, PATIENCE, attended};
use super::exact::{Exact, Patience};
use super::line::{Halt, Line};
use super::outcome::{Conduct, Ending, RangeList, ReadBack, VerifyMode};
use super::pattern::PassPattern;
use super::recorder::{Recorder, Subject};
use super::sample::{Sample, pieces};
use super::verify::{Found, ReadBackPlan, Reading};
use super::worker::{block_of, open_queue};

/// What is to be read, and what should be there.
#[derive(Clone, Debug)]
pub struct Recheck {
    /// The patterns of all passes as the record names them; the last one should be there.
    pub patterns: Vec<PassPattern>,
    /// Size of the medium.
    pub size: ByteCount,
    /// The block in which differences are placed.
    pub block: BlockSize,
    /// Ranges that the record says could not be reached, in order: not read.
    pub except: Vec<ByteRange>,
    /// All of it, or a sample.
    pub verify: VerifyMode,
    /// Chooses the sample.
    pub sample_seed: [u8; 32],
    /// Whether the first difference ends it.
    pub fail_fast: bool,
    /// After so long without a sign of life the device counts as stalled.
    pub watchdog: Duration,
    /// Memory for requests in flight.
    pub memory: ByteCount,
}

/// What a recheck measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecheckOutcome {
    /// How it was read.
    pub conduct: Conduct,
    /// What was read; none where it did not come to that.
    pub read_back: Option<ReadBack>,
    /// How it ended.
    pub ending: Ending,
}

/// Reads `source` and compares. Always gives an outcome; how it ended stands in there.
///
/// Reads nothing from a source of another size than the record's ([`Ending::Resized`]).
pub fn recheck(
    check: Recheck,
    source: Box<dyn Source>,
    observer: &mut dyn Observer,
    stop: &StopSignal,
    now: &dyn Fn() -> Timestamp,
) -> RecheckOutcome {
    let conduct = Conduct {
        path: source.io_path(),
        queue: None,
        rate_limit: None,
        background: false,
        stalled_after: u32::try_from(check.watchdog.as_secs()).unwrap_or(u32::MAX),
        give_up_after: u32::try_from(PATIENCE.as_secs()).unwrap_or(u32::MAX),
        fail_fast: check.fail_fast,
    };
    let subject = Subject {
        size: check.size,
        passes: u16::try_from(check.patterns.len()).unwrap_or(u16::MAX),
        verify: check.verify,
        patterns: check.patterns.clone(),
        conduct,
    };
    let mut keeper = super::Unkept;
    let size = source.size();
    let watchdog = check.watchdog;
    let (ending, outcome) = if size == check.size {
        let mut recorder = Recorder::new(subject, None, &mut keeper, observer, now);
        let work = move |line: Line| work(check, source, line);
        let (ending, _) = attended(work, stop, watchdog, &mut recorder);
        (ending.clone(), recorder.finish(ending))
    } else {
        let ending = Ending::Resized { size };
        let recorder = Recorder::new(subject, None, &mut keeper, observer, now);
        (ending.clone(), recorder.finish(ending))
    };
    RecheckOutcome {
        conduct: outcome.conduct,
        read_back: outcome.read_back,
        ending,
    }
}

fn work(check: Recheck, source: Box<dyn Source>, line: Line) {
    let ending = match read(check, source, &line) {
        Ok(()) => Ending::Completed,
        Err(Halt::Ended(ending)) => ending,
        Err(Halt::Abandoned) => return,
    };
    line.done(ending, None);
}

fn read(check: Recheck, mut source: Box<dyn Source>, line: &Line) -> Result<(), Halt> {
    let mut queue = open_queue(source.as_mut(), check.memory, line)?;
    let path = source.prepare_read_back();
    let mut medium = Exact::new(source, check.block);
    let (Some(last), Some(index)) = (check.patterns.last(), check.patterns.len().checked_sub(1)) else {
        return Err(Halt::Ended(Ending::GaveUp));
    };
    let reading = Reading {
        displacements: Displacements::new(&check.patterns),
        comparer: Comparer::new(last.filler(), block_of(&medium)),
        medium: &mut medium,
        queue: queue.as_mut(),
        line,
        patience: &mut Patience::new(PATIENCE),
        rate_limit: None,
        hopeless_after: HOPELESS_AFTER,
        fail_fast: check.fail_fast,
        reported: true,
        found: Found::default(),
    };
    let none = RangeList::default();
    let percent = match check.verify {
        VerifyMode::Sample { percent } => Some(percent),
        VerifyMode::Full | VerifyMode::None => None,
    };
    let sample = percent.map(|percent| Sample::new(check.size, percent, check.sample_seed, &none));
    let chosen: Box<dyn Iterator<Item = ByteRange>> = match &sample {
        Some(sample) => Box::new(sample.pieces()),
        None => Box::new(pieces(check.size)),
    };
    let except = check.except;
    let kept = |piece| outside(piece, &except);
    let planned = match &sample {
        Some(sample) => sample.pieces().flat_map(kept).map(|range| range.length.0).sum(),
        None => pieces(check.size)
            .flat_map(kept)
            .map(|range| range.length.0)
            .sum(),
    };
    let plan = ReadBackPlan {
        index,
        path,
        planned: ByteCount(planned),
        // Blocks of which nothing is read say nothing.
        sample: sample.as_ref().map(|sample| {
            let read = sample.pieces().filter(|piece| !kept(*piece).is_empty());
            sample.drawn_of(read.count() as u64)
        }),
    };
    reading.run(plan, chosen.flat_map(kept))
}

/// The parts of `piece` that none of `except` (in order of their place) touches.
fn outside(piece: ByteRange, except: &[ByteRange]) -> Vec<ByteRange> {
    let mut parts = Vec::new();
    let mut at = piece.start.0;
    let first = except.partition_point(|range| range.end() <= piece.start.0);
    for hole in except[first..]
        .iter()
        .take_while(|hole| hole.start.0 < piece.end())
    {
        if hole.start.0 > at {
            parts.push(ByteRange::new(at, hole.start.0 - at));
        }
        at = at.max(hole.end());
    }
    if at < piece.end() {
        parts.push(ByteRange::new(at, piece.end() - at));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_of_holes_is_kept() {
        let holes = [(10, 5), (15, 5), (30, 100)].map(|(start, length)| ByteRange::new(start, length));
        let parts = |start, end| {
            let parts = outside(ByteRange::new(start, end - start), &holes);
            parts
                .into_iter()
                .map(|part| (part.start.0, part.end()))
                .collect::<Vec<_>>()
        };
        assert_eq!(parts(0, 40), [(0, 10), (20, 30)]);
        assert_eq!(parts(12, 22), [(20, 22)]);
        assert_eq!(parts(11, 14), []);
        assert_eq!(parts(130, 140), [(130, 140)]);
    }
}
