//! The one open handle of a medium, which it shares with its queues.
//!
//! Shared and never duplicated, so that looking for holders still knows this program's own descriptor.

use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::OFlags;

use super::io;
use crate::devices::target::IoFailure;
use crate::units::{BlockSize, ByteOffset};

/// What a queue is asked for at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    Read,
    Write,
}

/// An open medium, and whether it was written.
#[derive(Debug)]
pub(super) struct Handle {
    file: File,
    block: BlockSize,
    /// How many bytes whole blocks cover.
    whole: u64,
    wrote: AtomicBool,
}

impl Handle {
    /// The handle `file` on a medium of `size` bytes in blocks of `block`.
    pub(super) fn new(file: File, block: BlockSize, size: u64) -> Self {
        // It is there so that opening waits for nobody. io_uring takes it as the wish not to wait for I/O either.
        if let Ok(flags) = rustix::fs::fcntl_getfl(&file) {
            let _ = rustix::fs::fcntl_setfl(&file, flags - OFlags::NONBLOCK);
        }
        Self {
            file,
            block,
            whole: size - size % u64::from(block.bytes()),
            wrote: AtomicBool::new(false),
        }
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Whether anything was handed in to be written through it.
    pub(super) fn wrote(&self) -> bool {
        self.wrote.load(Ordering::Relaxed)
    }

    /// Writes from `data` at `offset`; how many bytes were taken.
    pub(super) fn write(&self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        self.wrote.store(true, Ordering::Relaxed);
        io::write(&self.file, offset, data)
    }

    /// Reads into `into` from `offset`; how many bytes came.
    pub(super) fn read(&self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        io::read(&self.file, offset, into)
    }

    /// Lets a queue do `task` only with whole blocks inside the medium: a write beyond the end of an image would
    /// make it longer. Keeps that something is written.
    pub(super) fn admit(&self, task: Task, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        let block = u64::from(self.block.bytes());
        let inside = offset
            .0
            .checked_add(length as u64)
            .is_some_and(|end| end <= self.whole);
        let aligned = offset.0.is_multiple_of(block) && (length as u64).is_multiple_of(block);
        if !inside || !aligned || length == 0 {
            return Err(IoFailure::Other { errno: libc::EINVAL });
        }
        if task == Task::Write {
            self.wrote.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_stays_within_whole_blocks() {
        let handle = Handle::new(tempfile::tempfile().unwrap(), BlockSize::SECTOR, 1300);
        let admits = |task, offset, length| handle.admit(task, ByteOffset(offset), length).is_ok();
        assert!(admits(Task::Read, 0, 1024) && admits(Task::Read, 512, 512));
        assert!(!handle.wrote());
        for (offset, length) in [
            (0, 0),
            (0, 1300),
            (1024, 512),
            (1, 512),
            (0, 511),
            (u64::MAX - 511, 512),
        ] {
            assert!(!admits(Task::Write, offset, length), "{offset} {length}");
        }
        assert!(!handle.wrote(), "what was not let through was not written");
        assert!(admits(Task::Write, 512, 512) && handle.wrote());
    }
}
