//! Overlapped reads and writes: several in flight on one medium, taken back in the order they were handed in.
//!
//! A queue owns the memory that it lends, so a request in flight cannot be touched by anybody. What a
//! system offers for it stands in [`super::sys`].

use std::time::Duration;

use crate::units::{ByteCount, ByteOffset};

use super::target::IoFailure;

/// What carries out overlapped I/O. A measured fact for the record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IoEngine {
    /// io_uring of the Linux kernel.
    IoUring {
        /// Whether the kernel took the buffers once for all.
        registered: bool,
    },
    /// Threads with `pread` and `pwrite`: the kernel refused io_uring, or one request touches several files.
    Threads {
        /// Why, as a code: `no-io-uring`, `forbidden`, `too-old`, `no-memory`, `silent`,
        /// `many-files` or `errno-N`.
        reason: String,
    },
}

/// How a queue was built. A measured fact for the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueShape {
    /// What carries it out.
    pub engine: IoEngine,
    /// Most requests in flight.
    pub depth: u16,
    /// Most bytes of one request: a power of two, at most 1 MiB.
    pub piece: ByteCount,
}

/// A request that is over.
pub struct Retired<'a> {
    /// Which buffer.
    pub slot: usize,
    /// Where it began.
    pub offset: ByteOffset,
    /// How many bytes were taken or came (fewer are possible), or what the system answered.
    pub result: Result<usize, IoFailure>,
    /// Its bytes, as many as were asked for.
    pub bytes: &'a mut [u8],
}

/// Requests in flight on one medium.
///
/// Offsets and lengths follow the rules of [`super::Target`]; a piece that is no whole number of blocks
/// is not for a queue. Dropping a queue never waits: what is still in flight keeps its memory.
pub trait Queue: Send {
    /// How it was built.
    fn shape(&self) -> QueueShape;

    /// How many requests are in flight.
    fn in_flight(&self) -> usize;

    /// The buffer of the next request with its number, below [`QueueShape::depth`]; none while all are in
    /// flight. It holds what was in it when it was last used, and is [`QueueShape::piece`] long.
    fn buffer(&mut self) -> Option<(usize, &mut [u8])>;

    /// Hands in a write of the first `length` bytes of [`Queue::buffer`] at `offset`.
    ///
    /// # Errors
    /// It could not be handed in; nothing is in flight for it.
    fn write(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure>;

    /// Hands in a read of `length` bytes into [`Queue::buffer`] from `offset`.
    ///
    /// # Errors
    /// It could not be handed in; nothing is in flight for it.
    fn read(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure>;

    /// The oldest request, when it is over. Waits at most `patience` for it; none where it is not over by
    /// then, or nothing is in flight.
    fn retire(&mut self, patience: Duration) -> Option<Retired<'_>>;
}

/// Whose turn it is: slots are used one after another and retire in the same order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turns {
    depth: usize,
    oldest: usize,
    in_flight: usize,
}

impl Turns {
    /// Of `depth` slots, all free.
    pub(super) fn new(depth: usize) -> Self {
        Self {
            depth,
            oldest: 0,
            in_flight: 0,
        }
    }

    /// How many are in flight.
    pub(super) fn in_flight(self) -> usize {
        self.in_flight
    }

    /// The slot that is handed in next; none while all are in flight.
    pub(super) fn next(self) -> Option<usize> {
        (self.in_flight < self.depth).then(|| (self.oldest + self.in_flight) % self.depth)
    }

    /// The slot that retires next; none while nothing is in flight.
    pub(super) fn oldest(self) -> Option<usize> {
        (self.in_flight > 0).then_some(self.oldest)
    }

    /// The next one is in flight now.
    pub(super) fn hand_in(&mut self) {
        self.in_flight += 1;
    }

    /// The oldest one is free again.
    pub(super) fn retire(&mut self) {
        self.oldest = (self.oldest + 1) % self.depth;
        self.in_flight -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::Turns;

    #[test]
    fn slots_take_turns() {
        let mut turns = Turns::new(3);
        assert_eq!((turns.next(), turns.oldest()), (Some(0), None));
        for slot in 0..3 {
            assert_eq!(turns.next(), Some(slot));
            turns.hand_in();
        }
        assert_eq!(
            (turns.next(), turns.oldest(), turns.in_flight()),
            (None, Some(0), 3)
        );
        turns.retire();
        assert_eq!((turns.next(), turns.oldest()), (Some(0), Some(1)));
        turns.hand_in();
        for slot in [1, 2, 0] {
            assert_eq!(turns.oldest(), Some(slot));
            turns.retire();
        }
        assert_eq!(
            (turns.next(), turns.oldest(), turns.in_flight()),
            (Some(1), None, 0)
        );
    }
}
