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
    /// Threads with `pread` and `pwrite`, because the kernel refused io_uring.
    Threads {
        /// Why, lowercase English.
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
