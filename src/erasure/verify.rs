//! Reading back: front to back, compared byte for byte with what was written.

use std::time::Instant;

use crate::devices::{IoFailure, ReadPath};
use crate::units::{ByteCount, ByteRange};

use super::buffer::AlignedBuffer;
use super::compare::Comparer;
use super::exact::{Exact, PIECE, Patience, narrower};
use super::line::{Halt, Line, Report};
use super::outcome::Ending;
use super::ranges::RangeCollector;
use super::verdict::may_be_excepted;

/// Reading and comparing.
pub(super) struct Reading<'a> {
    /// The medium.
    pub(super) medium: &'a mut Exact,
    /// To the watcher.
    pub(super) line: &'a Line,
    /// Time left to lose.
    pub(super) patience: &'a mut Patience,
    /// Size of the medium.
    pub(super) size: ByteCount,
    /// The pattern that should be there.
    pub(super) comparer: Comparer,
    /// After so many bytes without a single equal block reading ends: it has shown all that it can.
    pub(super) hopeless_after: ByteCount,
    /// Whether faults are reported one by one.
    pub(super) reported: bool,
    /// What was found.
    pub(super) found: Found,
}

/// What reading and comparing found.
#[derive(Default)]
pub(super) struct Found {
    /// Bytes compared.
    pub(super) compared: u64,
    /// Blocks that differed.
    pub(super) mismatches: RangeCollector,
    /// Bytes in those blocks.
    pub(super) spoilt: u64,
    /// Places that could not be read.
    pub(super) unreadable: RangeCollector,
}

/// What is to be read back, and how.
pub(super) struct ReadBackPlan {
    /// Index of the pass.
    pub(super) index: usize,
    /// How the reads reach the medium.
    pub(super) path: ReadPath,
    /// Bytes in all pieces.
    pub(super) planned: ByteCount,
    /// The chance of a sample to hit a fault.
    pub(super) detection_ppm: Option<u32>,
}

impl Reading<'_> {
    /// Reads `pieces` and reports them as a phase of its own.
    pub(super) fn run(
        mut self,
        plan: ReadBackPlan,
        pieces: impl Iterator<Item = ByteRange>,
    ) -> Result<(), Halt> {
        let ReadBackPlan {
            index,
            path,
            planned,
            detection_ppm,
        } = plan;
        let phase = self.line.begin();
        let planned = planned.0;
        self.line.tell(Report::ReadStarted {
            index,
            phase,
            path,
            planned,
            detection_ppm,
        })?;
        self.sweep(pieces)?;
        let beat = self.line.beat();
        self.line.tell(Report::ReadEnded {
            covered: beat.covered,
            compared: beat.good,
        })
    }

    /// Reads and compares `pieces`, none longer than [`PIECE`], in order of their place.
    pub(super) fn sweep(&mut self, pieces: impl Iterator<Item = ByteRange>) -> Result<(), Halt> {
        let mut buffer = AlignedBuffer::new(PIECE);
        for piece in pieces {
            self.line.check()?;
            let into = buffer.first_mut(piece.length.0 as usize);
            self.get(piece.start.0, into, PIECE)?;
            if self.found.compared >= self.hopeless_after.0 && self.found.spoilt == self.found.compared {
                return Err(Halt::Ended(Ending::GaveUp));
            }
        }
        Ok(())
    }

    /// Reads `into` whole, or in parts down to single blocks around a place that refuses.
    fn get(&mut self, at: u64, into: &mut [u8], step: usize) -> Result<(), Halt> {
        let begun = Instant::now();
        match self.medium.read(at, into) {
            Ok(()) => self.compare(at, into),
            Err(IoFailure::Unreachable { .. }) => {
                self.patience.lose_since(begun)?;
                self.line.sign_of_life();
                if into.len() <= self.medium.block() {
                    return self.refuse(ByteRange::new(at, into.len() as u64));
                }
                let step = narrower(step, self.medium.block());
                let mut at = at;
                for part in into.chunks_mut(step) {
                    self.line.check()?;
                    self.get(at, part, step)?;
                    at += part.len() as u64;
                }
                Ok(())
            }
            Err(failure) => Err(failure.into()),
        }
    }

    fn compare(&mut self, at: u64, read: &[u8]) -> Result<(), Halt> {
        let mut told = Ok(());
        let found = &mut self.found;
        self.comparer.compare(at, read, |range, bytes| {
            found.mismatches.push(range, bytes);
            found.spoilt += range.length.0;
            if self.reported && told.is_ok() {
                told = self.line.tell(Report::Mismatch { range, bytes });
            }
        });
        let length = read.len() as u64;
        found.compared += length;
        self.line.advance(length, length);
        told
    }

    fn refuse(&mut self, range: ByteRange) -> Result<(), Halt> {
        self.found.unreadable.push(range, range.length.0);
        self.line.advance(range.length.0, 0);
        if self.reported {
            self.line.tell(Report::Unreadable(range))?;
        }
        let list = self.found.unreadable.list();
        if may_be_excepted(list.count, list.bytes, self.size) {
            Ok(())
        } else {
            Err(Halt::Ended(Ending::GaveUp))
        }
    }
}
