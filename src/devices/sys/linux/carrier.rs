//! What threads read and write for a queue: one open medium, or the many open files of a batch.

use super::handle::{Handle, Task};
use crate::devices::target::IoFailure;
use crate::units::ByteOffset;

/// Whatever can be read and written at a place by several threads at once.
pub(super) trait Carrier: Send + Sync {
    /// Lets a queue do `task` only with whole blocks inside the medium, and keeps that something is written.
    fn admit(&self, task: Task, offset: ByteOffset, length: usize) -> Result<(), IoFailure>;

    /// Reads into `into` from `offset`; how many bytes came.
    fn read(&self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure>;

    /// Writes from `data` at `offset`; how many bytes were taken.
    fn write(&self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure>;
}

impl Carrier for Handle {
    fn admit(&self, task: Task, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        Self::admit(self, task, offset, length)
    }

    fn read(&self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        Self::read(self, offset, into)
    }

    fn write(&self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        Self::write(self, offset, data)
    }
}
