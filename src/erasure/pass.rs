//! Writing one pass: front to back, then a flush; once again where the flush fails.

use std::time::Instant;

use crate::devices::{IoFailure, IoPath};
use crate::units::{ByteCount, ByteRange};

use super::buffer::AlignedBuffer;
use super::exact::{Exact, PIECE, Patience, narrower};
use super::line::{Halt, Line, Report};
use super::outcome::{Ending, RangeList};
use super::pattern::Filler;
use super::ranges::RangeCollector;
use super::sample::pieces;
use super::verdict::may_be_excepted;

/// Bytes after which a buffered target is flushed within a pass: otherwise the system would gather so
/// much that the flush at the end could not be told from a drive that stopped answering.
const FLUSH_EVERY: u64 = 64 << 20;

/// How often a pass is begun in all when its flush fails.
const ATTEMPTS: u32 = 2;

/// One pass being written.
pub(super) struct Writing<'a> {
    /// The medium.
    pub(super) medium: &'a mut Exact,
    /// To the watcher.
    pub(super) line: &'a Line,
    /// Time left to lose.
    pub(super) patience: &'a mut Patience,
    /// Size of the medium.
    pub(super) size: ByteCount,
    /// The pattern.
    pub(super) filler: Filler,
}

impl Writing<'_> {
    /// Writes and flushes pass `index`; gives the places that could not be written.
    pub(super) fn run(mut self, index: usize) -> Result<RangeList, Halt> {
        self.line.tell(Report::PassStarted {
            index,
            phase: self.line.begin(),
        })?;
        for attempt in 1..=ATTEMPTS {
            let mut refused = RangeCollector::default();
            let result = self.sweep(&mut refused)?;
            let beat = self.line.beat();
            self.line.tell(Report::Flushed {
                written: beat.good,
                result,
            })?;
            match result {
                Ok(()) => {
                    self.line.tell(Report::PassEnded {
                        covered: beat.covered,
                    })?;
                    return Ok(refused.into_list());
                }
                Err(failure @ IoFailure::Vanished { .. }) => return Err(failure.into()),
                Err(_) if attempt < ATTEMPTS => {
                    self.line.tell(Report::PassRepeated {
                        phase: self.line.begin(),
                    })?;
                }
                Err(_) => {}
            }
        }
        Err(Halt::Ended(Ending::FlushFailed))
    }

    /// One attempt: what the first flush that failed answered, or the last one.
    fn sweep(&mut self, refused: &mut RangeCollector) -> Result<Result<(), IoFailure>, Halt> {
        let buffered = self.medium.target().io_path() == IoPath::Buffered;
        let mut buffer = AlignedBuffer::new(PIECE);
        let mut unflushed = 0;
        for piece in pieces(self.size) {
            self.line.check()?;
            let data = buffer.first_mut(piece.length.0 as usize);
            self.filler.fill(piece.start.0, data);
            self.put(piece.start.0, data, PIECE, refused)?;
            unflushed += piece.length.0;
            if buffered && unflushed >= FLUSH_EVERY {
                unflushed = 0;
                if let Err(failure) = self.flush()? {
                    return Ok(Err(failure));
                }
            }
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<Result<(), IoFailure>, Halt> {
        self.line.check()?;
        let result = self.medium.target().flush();
        self.line.sign_of_life();
        Ok(result)
    }

    /// Writes `data`, which was tried in one step or is part of a larger one that was refused; goes
    /// down to single blocks around a place that refuses.
    fn put(&mut self, at: u64, data: &[u8], step: usize, refused: &mut RangeCollector) -> Result<(), Halt> {
        let begun = Instant::now();
        let length = data.len() as u64;
        match self.medium.write(at, data) {
            Ok(()) => self.line.advance(length, length),
            Err(IoFailure::Unreachable { .. }) => {
                self.patience.lose_since(begun)?;
                self.line.sign_of_life();
                if data.len() <= self.medium.block() {
                    return self.refuse(ByteRange::new(at, length), refused);
                }
                let step = narrower(step, self.medium.block());
                let mut at = at;
                for part in data.chunks(step) {
                    self.line.check()?;
                    self.put(at, part, step, refused)?;
                    at += part.len() as u64;
                }
            }
            Err(failure) => return Err(failure.into()),
        }
        Ok(())
    }

    fn refuse(&mut self, range: ByteRange, refused: &mut RangeCollector) -> Result<(), Halt> {
        refused.push(range, range.length.0);
        self.line.advance(range.length.0, 0);
        self.line.tell(Report::Unwritable(range))?;
        let list = refused.list();
        if may_be_excepted(list.count, list.bytes, self.size) {
            Ok(())
        } else {
            Err(Halt::Ended(Ending::GaveUp))
        }
    }
}
