//! Writing one pass: front to back, then a flush; once again where the flush fails.

use std::time::{Duration, Instant};

use crate::devices::{IoFailure, IoPath, Queue, Retired, Target};
use crate::units::{ByteCount, ByteRange};

use super::buffer::AlignedBuffer;
use super::exact::{BLOCK_TRIES, Exact, PIECE, Patience, narrower};
use super::flow::{self, Course, in_steps};
use super::line::{Halt, Line, Report};
use super::outcome::{Ending, RangeList};
use super::pace::Pace;
use super::pattern::Filler;
use super::ranges::RangeCollector;

/// Bytes after which a buffered target is flushed within a pass: otherwise the system would gather so
/// much that the flush at the end could not be told from a drive that stopped answering.
const FLUSH_EVERY: u64 = 64 << 20;

/// How often a pass is begun in all when its flush fails.
const ATTEMPTS: u32 = 2;

/// Where a pass goes on that an earlier run has left.
#[derive(Default)]
pub(super) struct Begun {
    /// Bytes from the front that were dealt with and flushed.
    pub(super) covered: u64,
    /// Bytes of those that were written.
    pub(super) good: u64,
    /// Places of those that could not be.
    pub(super) refused: RangeCollector,
}

/// One pass being written.
pub(super) struct Writing<'a> {
    /// The medium.
    pub(super) medium: &'a mut Exact<dyn Target>,
    /// Requests in flight.
    pub(super) queue: &'a mut dyn Queue,
    /// To the watcher.
    pub(super) line: &'a Line,
    /// Time left to lose.
    pub(super) patience: &'a mut Patience,
    /// Most bytes a second.
    pub(super) rate_limit: Option<ByteCount>,
    /// How often a flush makes certain what was written so far.
    pub(super) checkpoint_every: Duration,
    /// Size of the medium.
    pub(super) size: ByteCount,
    /// The pattern.
    pub(super) filler: Filler,
}

impl Writing<'_> {
    /// Writes and flushes pass `index` from where it was `begun`; gives the places that could not be written.
    pub(super) fn run(mut self, index: usize, begun: Begun) -> Result<RangeList, Halt> {
        self.line.tell(Report::PassStarted {
            index,
            phase: self.line.begin_at(begun.covered, begun.good),
        })?;
        let mut begun = begun;
        for attempt in 1..=ATTEMPTS {
            let mut refused = std::mem::take(&mut begun.refused);
            let result = self.sweep(begun.covered, &mut refused)?;
            let beat = self.line.beat();
            self.line.tell(Report::Flushed {
                written: beat.good,
                result,
            })?;
            let Err(failure) = result else {
                self.line.tell(Report::PassEnded {
                    covered: beat.covered,
                })?;
                return Ok(refused.into_list());
            };
            if let Some(ending) = self.medium.ending(failure)
                && !matches!(ending, Ending::Failed { .. })
            {
                return Err(Halt::Ended(ending));
            }
            if attempt < ATTEMPTS {
                // What an earlier run wrote is no more certain than the rest: from the front.
                begun = Begun::default();
                self.line.tell(Report::PassRepeated {
                    phase: self.line.begin(),
                })?;
            }
        }
        Err(Halt::Ended(Ending::FlushFailed))
    }

    /// One attempt from `from` on: what the first flush that failed answered, or the last one.
    fn sweep(&mut self, from: u64, refused: &mut RangeCollector) -> Result<Result<(), IoFailure>, Halt> {
        let queue = &mut *self.queue;
        let shape = queue.shape();
        let block = u64::from(self.medium.medium().block_size().bytes());
        let whole = self.size.0 - self.size.0 % block;
        let ranges = in_steps(
            ByteRange::new(from, whole.saturating_sub(from)),
            shape.piece.0.min(PIECE as u64),
        );
        let mut course = Sweep {
            buffered: self.medium.medium().io_path() == IoPath::Buffered,
            medium: self.medium,
            line: self.line,
            patience: self.patience,
            filler: &self.filler,
            ready: vec![false; usize::from(shape.depth)],
            refused,
            checkpoint_every: self.checkpoint_every,
            flushed: Instant::now(),
            unflushed: 0,
            flush_failure: None,
        };
        let mut pace = Pace::new(self.rate_limit);
        match flow::run(queue, ranges, self.line, &mut pace, &mut course) {
            Ok(()) => {}
            Err(Halt::Ended(Ending::Stopped)) => {
                // So that as little as possible is to be repeated.
                return Err(match course.checkpoint() {
                    Err(Halt::Abandoned) => Halt::Abandoned,
                    _ => course.stopped()?,
                });
            }
            Err(halt) => match course.flush_failure {
                Some(failure) => return Ok(Err(failure)),
                None => return Err(halt),
            },
        }
        if whole < self.size.0 {
            course.odd_end(whole.max(from), self.size.0)?;
        }
        self.line.check()?;
        let result = course.medium.medium().flush();
        self.line.sign_of_life();
        Ok(result)
    }
}

/// One sweep over the medium.
struct Sweep<'a> {
    medium: &'a mut Exact<dyn Target>,
    line: &'a Line,
    patience: &'a mut Patience,
    filler: &'a Filler,
    /// Buffers that hold a pattern which is the same everywhere.
    ready: Vec<bool>,
    refused: &'a mut RangeCollector,
    buffered: bool,
    checkpoint_every: Duration,
    flushed: Instant,
    unflushed: u64,
    flush_failure: Option<IoFailure>,
}

impl Course for Sweep<'_> {
    fn hand_in(&mut self, queue: &mut dyn Queue, range: ByteRange) -> Result<(), Halt> {
        let length = range.length.0 as usize;
        let Some((slot, buffer)) = queue.buffer() else {
            return Ok(());
        };
        if !self.filler.is_the_same_everywhere() {
            self.filler.fill(range.start.0, &mut buffer[..length]);
        } else if !self.ready[slot] {
            self.filler.fill(0, buffer);
            self.ready[slot] = true;
        }
        queue
            .write(range.start, length)
            .map_err(|failure| Halt::Ended(Ending::Failed { failure }))
    }

    fn take_back(&mut self, retired: Retired<'_>) -> Result<(), Halt> {
        let length = retired.bytes.len() as u64;
        self.unflushed += length;
        match retired.result {
            Ok(count) if count == retired.bytes.len() => {
                self.line.advance(length, length);
                Ok(())
            }
            // Asked again in one step, then in smaller ones.
            _ => self.put(retired.offset.0, retired.bytes, PIECE),
        }
    }

    fn between(&mut self) -> Result<(), Halt> {
        let due = self.flushed.elapsed() >= self.checkpoint_every;
        if self.unflushed > 0 && (due || (self.buffered && self.unflushed >= FLUSH_EVERY)) {
            self.checkpoint()?;
        }
        Ok(())
    }
}

impl Sweep<'_> {
    /// Flushes, and says what is certain now.
    fn checkpoint(&mut self) -> Result<(), Halt> {
        // Before the flush: what is dealt with meanwhile is not covered by it.
        let beat = self.line.beat();
        let result = self.medium.medium().flush();
        self.line.sign_of_life();
        self.flushed = Instant::now();
        self.unflushed = 0;
        if let Err(failure) = result {
            self.flush_failure = Some(failure);
            return Err(Halt::Ended(Ending::FlushFailed));
        }
        self.line.tell(Report::Checkpoint {
            covered: beat.covered,
            good: beat.good,
        })
    }

    /// Ends it as stopped; a flush that failed meanwhile goes on the record.
    fn stopped(&self) -> Result<Halt, Halt> {
        if let Some(failure) = self.flush_failure {
            let written = self.line.beat().good;
            let result = Err(failure);
            self.line.tell(Report::Flushed { written, result })?;
        }
        Ok(Halt::Ended(Ending::Stopped))
    }

    /// Writes the last piece, which is no whole number of blocks.
    fn odd_end(&mut self, from: u64, end: u64) -> Result<(), Halt> {
        if from >= end {
            return Ok(());
        }
        let mut buffer = AlignedBuffer::new((end - from) as usize);
        let data = buffer.first_mut(usize::MAX);
        self.filler.fill(from, data);
        self.put(from, data, PIECE)
    }

    /// Writes `data`, which is tried in one step or is part of a larger one that was refused; goes
    /// down to single blocks around a place that refuses.
    fn put(&mut self, at: u64, data: &[u8], step: usize) -> Result<(), Halt> {
        let begun = Instant::now();
        let length = data.len() as u64;
        let single = data.len() <= self.medium.block();
        let tries = if single { BLOCK_TRIES } else { 1 };
        for _ in 0..tries {
            self.line.check()?;
            match self.medium.write(at, data) {
                Ok(()) => {
                    self.line.advance(length, length);
                    return Ok(());
                }
                Err(failure) => {
                    if let Some(ending) = self.medium.ending(failure) {
                        return Err(Halt::Ended(ending));
                    }
                    self.line.sign_of_life();
                }
            }
        }
        self.patience.lose_since(begun)?;
        if single {
            return self.refuse(ByteRange::new(at, length));
        }
        let step = narrower(step, self.medium.block());
        let mut at = at;
        for part in data.chunks(step) {
            self.put(at, part, step)?;
            at += part.len() as u64;
        }
        Ok(())
    }

    fn refuse(&mut self, range: ByteRange) -> Result<(), Halt> {
        self.refused.push(range, range.length.0);
        self.line.advance(range.length.0, 0);
        self.line.tell(Report::Unwritable(range))
    }
}
