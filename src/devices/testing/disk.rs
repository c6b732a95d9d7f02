//! The bytes of a medium in memory, and what is wrong with it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::devices::target::{Condition, Intrusion, IoFailure};
use crate::units::{BlockSize, ByteCount, ByteOffset, ByteRange};

/// EIO, in the numbering of Linux.
const EIO: i32 = 5;
/// EPERM, in the numbering of Linux.
const EPERM: i32 = 1;
/// ENODEV, in the numbering of Linux.
const ENODEV: i32 = 19;
/// EINVAL, in the numbering of Linux.
const EINVAL: i32 = 22;

/// One way in which a medium misbehaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// A write takes at most so many bytes.
    ShortWrite {
        /// At most.
        most: usize,
    },
    /// A read gives at most so many bytes.
    ShortRead {
        /// At most.
        most: usize,
    },
    /// Writes that touch the range fail.
    BadWrite(ByteRange),
    /// Reads that touch the range fail.
    BadRead(ByteRange),
    /// Writes into the range are taken and forgotten: reading gives what was there before.
    Stale(ByteRange),
    /// The medium is smaller than it says: addresses wrap around at this size.
    Aliased {
        /// What is really there.
        real: ByteCount,
    },
    /// The medium is gone after so many reads and writes.
    Vanish {
        /// Reads and writes that still work.
        after: u64,
    },
    /// One read or write, after so many others, hangs.
    Stall {
        /// Reads and writes before it.
        after: u64,
        /// For how long.
        pause: Duration,
    },
    /// Flushes fail so many times, then work.
    Flush {
        /// How many times.
        times: u32,
    },
    /// Reading back can only be answered from a cache.
    Cached,
    /// The medium lets itself only be read after so many reads and writes.
    ReadOnly {
        /// Reads and writes before it.
        after: u64,
    },
    /// The medium is smaller after so many reads and writes.
    Shrink {
        /// Reads and writes before it.
        after: u64,
        /// The size that it has then.
        size: ByteCount,
    },
    /// Writes land so many bytes behind their place; what would land behind the end is lost.
    Shifted {
        /// A whole number of blocks.
        by: ByteCount,
    },
    /// Somebody is found when looking again.
    Intruder(Intrusion),
}

/// The bytes of a [`super::MemoryTarget`], which can be looked at while it is in use and afterwards.
#[derive(Clone, Debug)]
pub struct Medium(Arc<Mutex<Vec<u8>>>);

impl Medium {
    /// A copy of all bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A medium and its faults, shared by a target and its queues.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    pub(super) medium: Medium,
    pub(super) size: u64,
    pub(super) block: BlockSize,
    pub(super) faults: Vec<Fault>,
    operations: Arc<AtomicU64>,
}

impl Disk {
    pub(super) fn new(content: Vec<u8>, block: BlockSize) -> Self {
        Self {
            size: content.len() as u64,
            medium: Medium(Arc::new(Mutex::new(content))),
            block,
            faults: Vec::new(),
            operations: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Counts one read or write, which may find the medium gone; for how long it hangs.
    pub(super) fn begin(&self) -> Result<Duration, IoFailure> {
        let before = self.operations.fetch_add(1, Ordering::SeqCst);
        let mut hangs = Duration::ZERO;
        for fault in &self.faults {
            match fault {
                Fault::Vanish { after } if before >= *after => {
                    return Err(IoFailure::Vanished { errno: ENODEV });
                }
                Fault::Stall { after, pause } if before == *after => hangs = *pause,
                _ => {}
            }
        }
        Ok(hangs)
    }

    /// Whether a fault that shows after so many reads and writes shows by now, the one that is on included.
    fn by_now(&self, after: u64) -> bool {
        self.operations.load(Ordering::SeqCst) > after
    }

    /// How large it is by now.
    fn size_now(&self) -> u64 {
        let shrunk = |fault: &Fault| match fault {
            Fault::Shrink { after, size } if self.by_now(*after) => Some(size.0),
            _ => None,
        };
        self.faults.iter().find_map(shrunk).unwrap_or(self.size)
    }

    /// What became of it.
    pub(super) fn condition(&self) -> Condition {
        let shows = |fault: &Fault| matches!(fault, Fault::Vanish { after } if self.by_now(*after));
        if self.faults.iter().any(shows) {
            return Condition::Gone;
        }
        if self.size_now() != self.size {
            let size = ByteCount(self.size_now());
            return Condition::Resized { size };
        }
        if self.is_read_only() {
            Condition::ReadOnly
        } else {
            Condition::Present
        }
    }

    fn is_read_only(&self) -> bool {
        let shows = |fault: &Fault| matches!(fault, Fault::ReadOnly { after } if self.by_now(*after));
        self.faults.iter().any(shows)
    }

    /// Holds a caller to the contract of a target, and to the size that is left.
    fn admit(&self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        let end = offset
            .0
            .checked_add(length as u64)
            .filter(|end| *end <= self.size);
        let block = u64::from(self.block.bytes());
        let aligned = offset.0.is_multiple_of(block)
            && (length as u64).is_multiple_of(block) | (end == Some(self.size));
        match end {
            Some(end) if aligned && end <= self.size_now() => Ok(()),
            Some(_) if aligned => Err(IoFailure::Vanished { errno: 0 }),
            _ => Err(IoFailure::Other { errno: EINVAL }),
        }
    }

    /// How many bytes of `length` are moved at once. A short count stays a whole number of blocks.
    fn moved(&self, length: usize, most: impl Fn(&Fault) -> Option<usize>) -> usize {
        let block = self.block.bytes() as usize;
        let most = self.faults.iter().filter_map(most).min().unwrap_or(length);
        if most >= length {
            length
        } else {
            (most - most % block).max(block).min(length)
        }
    }

    /// Where the byte at `offset` really is.
    fn place(&self, offset: u64) -> usize {
        let real = self.faults.iter().find_map(|fault| match fault {
            Fault::Aliased { real } if real.0 > 0 => Some(offset % real.0),
            _ => None,
        });
        real.unwrap_or(offset) as usize
    }

    /// Where a byte written at `offset` lands; none where it is lost.
    fn landing(&self, offset: u64) -> Option<usize> {
        let shift = self.faults.iter().find_map(|fault| match fault {
            Fault::Shifted { by } => Some(by.0),
            _ => None,
        });
        let stale = |fault: &Fault| matches!(fault, Fault::Stale(range) if touches(range, offset, 1));
        let landing = offset + shift.unwrap_or(0);
        let kept = landing < self.size && !self.faults.iter().any(stale);
        kept.then(|| self.place(landing))
    }

    /// Whether every byte lies and lands where it should.
    fn is_in_place(&self) -> bool {
        let moves = |fault: &Fault| {
            matches!(
                fault,
                Fault::Stale(_) | Fault::Aliased { .. } | Fault::Shifted { .. }
            )
        };
        !self.faults.iter().any(moves)
    }

    /// Reads after [`Disk::begin`].
    pub(super) fn read(&self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        self.admit(offset, into.len())?;
        let count = self.moved(into.len(), |fault| match fault {
            Fault::ShortRead { most } => Some(*most),
            _ => None,
        });
        let bad = |fault: &Fault| matches!(fault, Fault::BadRead(range) if touches(range, offset.0, count));
        if self.faults.iter().any(bad) {
            return Err(IoFailure::Unreachable { errno: EIO });
        }
        let bytes = self.medium.lock();
        if self.is_in_place() {
            into[..count].copy_from_slice(&bytes[offset.0 as usize..][..count]);
            return Ok(count);
        }
        for (at, byte) in (offset.0..).zip(&mut into[..count]) {
            *byte = bytes[self.place(at)];
        }
        Ok(count)
    }

    /// Writes after [`Disk::begin`].
    pub(super) fn write(&self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        self.admit(offset, data.len())?;
        if self.is_read_only() {
            return Err(IoFailure::Other { errno: EPERM });
        }
        let count = self.moved(data.len(), |fault| match fault {
            Fault::ShortWrite { most } => Some(*most),
            _ => None,
        });
        let bad = |fault: &Fault| matches!(fault, Fault::BadWrite(range) if touches(range, offset.0, count));
        if self.faults.iter().any(bad) {
            return Err(IoFailure::Unreachable { errno: EIO });
        }
        let mut bytes = self.medium.lock();
        if self.is_in_place() {
            bytes[offset.0 as usize..][..count].copy_from_slice(&data[..count]);
            return Ok(count);
        }
        for (at, byte) in (offset.0..).zip(&data[..count]) {
            if let Some(landing) = self.landing(at) {
                bytes[landing] = *byte;
            }
        }
        Ok(count)
    }

    /// A flush, which may fail.
    pub(super) fn flush(&mut self) -> Result<(), IoFailure> {
        for fault in &mut self.faults {
            if let Fault::Flush { times } = fault
                && *times > 0
            {
                *times -= 1;
                return Err(IoFailure::Unreachable { errno: EIO });
            }
        }
        Ok(())
    }
}

fn touches(range: &ByteRange, offset: u64, length: usize) -> bool {
    offset < range.end() && range.start.0 < offset + length as u64
}
