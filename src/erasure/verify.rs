//! Reading back: front to back, compared byte for byte with what was written.

use std::time::Instant;

use crate::devices::{Queue, ReadPath, Retired, Source};
use crate::units::{ByteCount, ByteRange};

use super::buffer::AlignedBuffer;
use super::compare::Comparer;
use super::displaced::{Displacements, Probe};
use super::exact::{BLOCK_TRIES, Exact, PIECE, Patience, narrower};
use super::flow::{self, Course, in_steps};
use super::line::{Halt, Line, Report};
use super::outcome::{Ending, SampleDrawn};
use super::pace::Pace;
use super::ranges::RangeCollector;

/// Reading and comparing.
pub(super) struct Reading<'a, M: ?Sized> {
    /// The medium.
    pub(super) medium: &'a mut Exact<M>,
    /// Requests in flight.
    pub(super) queue: &'a mut dyn Queue,
    /// To the watcher.
    pub(super) line: &'a Line,
    /// Time left to lose.
    pub(super) patience: &'a mut Patience,
    /// Most bytes a second.
    pub(super) rate_limit: Option<ByteCount>,
    /// The pattern that should be there.
    pub(super) comparer: Comparer,
    /// What differing blocks hold instead.
    pub(super) displacements: Displacements,
    /// After so many bytes without a single equal block reading ends: it has shown all that it can.
    pub(super) hopeless_after: ByteCount,
    /// Whether the first difference ends it.
    pub(super) fail_fast: bool,
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
    /// What was drawn, where it is a sample.
    pub(super) sample: Option<SampleDrawn>,
}

impl<M: ?Sized + Source> Reading<'_, M> {
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
            sample,
        } = plan;
        self.line.tell(Report::ReadStarted {
            index,
            phase: self.line.begin(),
            path,
            planned: planned.0,
            sample,
        })?;
        let result = self.sweep(pieces);
        if let Err(Halt::Abandoned) = result {
            return result;
        }
        let shows = matches!(
            result,
            Ok(()) | Err(Halt::Ended(Ending::FirstDifference | Ending::GaveUp))
        );
        if self.found.spoilt > 0 {
            let probes = if shows { self.probe()? } else { Vec::new() };
            let size = self.medium.medium().size();
            let displaced = self.displacements.judge(&probes, size);
            self.line.tell(Report::Displaced(displaced))?;
        }
        result?;
        let beat = self.line.beat();
        self.line.tell(Report::ReadEnded {
            covered: beat.covered,
            compared: beat.good,
        })
    }

    /// Looks at places all over the medium: what differs at the front tells too little.
    fn probe(&mut self) -> Result<Vec<Probe>, Halt> {
        let block = self.medium.block();
        let places = self
            .displacements
            .places(self.medium.medium().size(), block as u64);
        let mut buffer = AlignedBuffer::new(block);
        let mut probes = Vec::with_capacity(places.len());
        for at in places {
            self.line.check()?;
            let into = buffer.first_mut(block);
            // A place that cannot be read tells nothing.
            if self.medium.read(at, into).is_ok() {
                probes.push(self.displacements.probe(at, into));
            }
            self.line.sign_of_life();
        }
        Ok(probes)
    }

    /// Reads and compares `pieces`, none longer than [`PIECE`], in order of their place.
    pub(super) fn sweep(&mut self, pieces: impl Iterator<Item = ByteRange>) -> Result<(), Halt> {
        let step = (self.queue.shape().piece.0).min(PIECE as u64);
        let block = u64::from(self.medium.medium().block_size().bytes());
        let mut odd_end = None;
        let whole = pieces.filter_map(|piece| {
            let odd = piece.length.0 % block;
            if odd > 0 {
                odd_end = Some(ByteRange::new(piece.end() - odd, odd));
            }
            (piece.length.0 > odd).then(|| ByteRange::new(piece.start.0, piece.length.0 - odd))
        });
        let whole = whole.flat_map(|piece| in_steps(piece, step));
        let mut pace = Pace::new(self.rate_limit);
        let mut course = Comparing {
            medium: self.medium,
            line: self.line,
            patience: self.patience,
            comparer: &mut self.comparer,
            displacements: &mut self.displacements,
            hopeless_after: self.hopeless_after,
            fail_fast: self.fail_fast,
            reported: self.reported,
            found: &mut self.found,
        };
        flow::run(self.queue, whole, self.line, &mut pace, &mut course)?;
        if let Some(range) = odd_end {
            let mut buffer = AlignedBuffer::new(range.length.0 as usize);
            course.get(range.start.0, buffer.first_mut(usize::MAX), PIECE)?;
            course.between()?;
        }
        Ok(())
    }
}

/// One sweep over the medium.
struct Comparing<'a, M: ?Sized> {
    medium: &'a mut Exact<M>,
    line: &'a Line,
    patience: &'a mut Patience,
    comparer: &'a mut Comparer,
    displacements: &'a mut Displacements,
    hopeless_after: ByteCount,
    fail_fast: bool,
    reported: bool,
    found: &'a mut Found,
}

impl<M: ?Sized + Source> Course for Comparing<'_, M> {
    fn hand_in(&mut self, queue: &mut dyn Queue, range: ByteRange) -> Result<(), Halt> {
        let length = range.length.0 as usize;
        if let Some((_, buffer)) = queue.buffer() {
            self.comparer.spoil(range.start.0, &mut buffer[..length]);
        }
        queue
            .read(range.start, length)
            .map_err(|failure| Halt::Ended(Ending::Failed { failure }))
    }

    fn take_back(&mut self, retired: Retired<'_>) -> Result<(), Halt> {
        match retired.result {
            Ok(count) if count == retired.bytes.len() => self.compare(retired.offset.0, retired.bytes),
            // Asked again in one step, then in smaller ones.
            _ => self.get(retired.offset.0, retired.bytes, PIECE),
        }
    }

    fn between(&mut self) -> Result<(), Halt> {
        let found = &*self.found;
        if self.fail_fast && found.spoilt > 0 {
            return Err(Halt::Ended(Ending::FirstDifference));
        }
        if found.compared >= self.hopeless_after.0 && found.spoilt == found.compared {
            return Err(Halt::Ended(Ending::GaveUp));
        }
        Ok(())
    }
}

impl<M: ?Sized + Source> Comparing<'_, M> {
    /// Reads `into` whole, or in parts down to single blocks around a place that refuses.
    fn get(&mut self, at: u64, into: &mut [u8], step: usize) -> Result<(), Halt> {
        let begun = Instant::now();
        let single = into.len() <= self.medium.block();
        let tries = if single { BLOCK_TRIES } else { 1 };
        for _ in 0..tries {
            self.line.check()?;
            self.comparer.spoil(at, into);
            match self.medium.read(at, into) {
                Ok(()) => return self.compare(at, into),
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
            return self.refuse(ByteRange::new(at, into.len() as u64));
        }
        let step = narrower(step, self.medium.block());
        let mut at = at;
        for part in into.chunks_mut(step) {
            self.get(at, part, step)?;
            at += part.len() as u64;
        }
        Ok(())
    }

    fn compare(&mut self, at: u64, read: &[u8]) -> Result<(), Halt> {
        let mut told = Ok(());
        let Self {
            found,
            displacements,
            reported,
            line,
            ..
        } = self;
        self.comparer.compare(at, read, |range, bytes| {
            found.mismatches.push(range, bytes);
            found.spoilt += range.length.0;
            let inside = (range.start.0 - at) as usize;
            displacements.look_at(range.start.0, &read[inside..]);
            if *reported && told.is_ok() {
                told = line.tell(Report::Mismatch { range, bytes });
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
        Ok(())
    }
}
