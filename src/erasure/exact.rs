//! Whole reads and writes over a target that may do less than it was asked to.

use std::time::{Duration, Instant};

use crate::devices::{Condition, IoFailure, Source, Target};
use crate::units::{BlockSize, ByteOffset};

use super::buffer::{AlignedBuffer, is_aligned};
use super::line::Halt;
use super::outcome::Ending;

/// Bytes per read or write. Larger ones are no faster on any medium that was measured, and a stop
/// would have to wait for them on a slow one.
pub(super) const PIECE: usize = 1 << 20;

/// How often a target may take or give less than a block before the place counts as unreachable.
const TRIES: u32 = 3;

/// How often a single block is tried before its place counts as unreachable.
pub(super) const BLOCK_TRIES: u32 = 3;

/// A medium that is read, and written where it is a target, in whole.
pub(super) struct Exact<M: ?Sized> {
    medium: Box<M>,
    block: usize,
    staging: AlignedBuffer,
}

impl<M: ?Sized + Source> Exact<M> {
    /// `medium`, in steps of `block` or its own block, whichever is larger.
    pub(super) fn new(medium: Box<M>, block: BlockSize) -> Self {
        let block = medium.block_size().max(block).bytes() as usize;
        Self {
            medium,
            block,
            staging: AlignedBuffer::new(PIECE),
        }
    }

    /// The block that faults are narrowed down to, in bytes.
    pub(super) fn block(&self) -> usize {
        self.block
    }

    /// The medium.
    pub(super) fn medium(&mut self) -> &mut M {
        self.medium.as_mut()
    }

    /// Gives the medium back.
    pub(super) fn into_medium(self) -> Box<M> {
        self.medium
    }

    /// Fills `into` (at most [`PIECE`] bytes) from `offset`.
    pub(super) fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<(), IoFailure> {
        let mut progress = Progress::new(into.len(), self.medium.block_size());
        while let Some(done) = progress.left() {
            let rest = &mut into[done..];
            let place = ByteOffset(offset + done as u64);
            let given = if is_aligned(rest) {
                self.medium.read_at(place, rest)?
            } else {
                let staged = self.staging.first_mut(rest.len());
                let given = self.medium.read_at(place, staged)?;
                rest.copy_from_slice(staged);
                given
            };
            progress.add(given)?;
        }
        Ok(())
    }

    /// Why the work ends when the medium answered `failure`; `None` where only one place refuses.
    pub(super) fn ending(&mut self, failure: IoFailure) -> Option<Ending> {
        match (self.medium.condition(), failure) {
            (Condition::Gone, _) => Some(Ending::Vanished),
            (Condition::Resized { size }, _) => Some(Ending::Resized { size }),
            (Condition::ReadOnly, _) => Some(Ending::ReadOnly),
            (_, IoFailure::Unreachable { .. }) => None,
            (_, IoFailure::Vanished { .. }) => Some(Ending::Vanished),
            (_, failure) => Some(Ending::Failed { failure }),
        }
    }
}

impl<M: ?Sized + Target> Exact<M> {
    /// Writes all of `data` (at most [`PIECE`] bytes) at `offset`.
    pub(super) fn write(&mut self, offset: u64, data: &[u8]) -> Result<(), IoFailure> {
        let mut progress = Progress::new(data.len(), self.medium.block_size());
        while let Some(done) = progress.left() {
            let rest = &data[done..];
            let staged = self.staging.first_mut(rest.len());
            let rest = if is_aligned(rest) {
                rest
            } else {
                staged.copy_from_slice(rest);
                staged
            };
            let taken = self.medium.write_at(ByteOffset(offset + done as u64), rest)?;
            progress.add(taken)?;
        }
        Ok(())
    }
}

/// How far one whole read or write is.
struct Progress {
    done: usize,
    length: usize,
    block: usize,
    stuck: u32,
}

impl Progress {
    fn new(length: usize, block: BlockSize) -> Self {
        Self {
            done: 0,
            length,
            block: block.bytes() as usize,
            stuck: 0,
        }
    }

    /// Where to go on, if there is anything left.
    fn left(&self) -> Option<usize> {
        (self.done < self.length).then_some(self.done)
    }

    /// Counts what one call did. A broken block is asked for again, since only whole blocks may be.
    fn add(&mut self, bytes: usize) -> Result<(), IoFailure> {
        let left = self.length - self.done;
        if bytes > left {
            return Err(IoFailure::Other { errno: 0 });
        }
        let whole = if bytes == left {
            bytes
        } else {
            bytes - bytes % self.block
        };
        self.done += whole;
        self.stuck = if whole == 0 { self.stuck + 1 } else { 0 };
        if self.stuck == TRIES {
            Err(IoFailure::Unreachable { errno: 0 })
        } else {
            Ok(())
        }
    }
}

/// How much time may yet be lost on places that refuse.
///
/// A failing drive takes seconds for every refusal; without a bound, the one percent that may be
/// excepted could take months to find.
pub(super) struct Patience(Duration);

impl Patience {
    /// So much time.
    pub(super) fn new(all: Duration) -> Self {
        Self(all)
    }

    /// Takes off what passed since `begun`; ends the work when nothing is left.
    pub(super) fn lose_since(&mut self, begun: Instant) -> Result<(), Halt> {
        self.0 = self
            .0
            .checked_sub(begun.elapsed())
            .ok_or(Halt::Ended(Ending::GaveUp))?;
        Ok(())
    }
}

/// The next smaller step when one of `step` bytes failed: no less than a block.
pub(super) fn narrower(step: usize, block: usize) -> usize {
    (step / 16).max(block)
}
