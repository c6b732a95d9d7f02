//! Media in memory that fail on demand, for tests of whatever uses a [`Target`].
//!
//! Touches nothing outside this process. Only in tests and with the feature `testkit`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::queue::Queue;
use super::target::{Condition, Intrusion, IoFailure, IoPath, ReadPath, Source, Target};
use crate::units::{BlockSize, ByteCount, ByteOffset, ByteRange};

/// EIO, in the numbering of Linux.
const EIO: i32 = 5;
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
    /// Somebody is found when looking again.
    Intruder(Intrusion),
}

/// A medium in memory.
#[derive(Debug)]
pub struct MemoryTarget {
    medium: Medium,
    size: u64,
    block: BlockSize,
    faults: Vec<Fault>,
    starts: Vec<ByteOffset>,
    operations: u64,
}

/// The bytes of a [`MemoryTarget`], which can be looked at while it is in use and afterwards.
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

impl MemoryTarget {
    /// A faultless medium that holds `content`.
    #[must_use]
    pub fn new(content: Vec<u8>, block: BlockSize) -> Self {
        let size = content.len() as u64;
        let medium = Medium(Arc::new(Mutex::new(content)));
        Self {
            medium,
            size,
            block,
            faults: Vec::new(),
            starts: Vec::new(),
            operations: 0,
        }
    }

    /// The same with one more fault.
    #[must_use]
    pub fn with(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The same with partitions that began at `starts`.
    #[must_use]
    pub fn with_partitions(mut self, starts: Vec<ByteOffset>) -> Self {
        self.starts = starts;
        self
    }

    /// The bytes, to be looked at later.
    #[must_use]
    pub fn medium(&self) -> Medium {
        self.medium.clone()
    }

    /// Counts one read or write, which may hang or find the medium gone.
    fn operate(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        let before = self.operations;
        self.operations += 1;
        for fault in &self.faults {
            match fault {
                Fault::Vanish { after } if before >= *after => {
                    return Err(IoFailure::Vanished { errno: ENODEV });
                }
                Fault::Stall { after, pause } if before == *after => std::thread::sleep(*pause),
                _ => {}
            }
        }
        let end = offset
            .0
            .checked_add(length as u64)
            .filter(|end| *end <= self.size);
        let block = u64::from(self.block.bytes());
        let aligned = offset.0.is_multiple_of(block)
            && (length as u64).is_multiple_of(block) | (end == Some(self.size));
        if end.is_some() && aligned {
            Ok(())
        } else {
            Err(IoFailure::Other { errno: EINVAL })
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

    fn is_stale(&self, offset: u64) -> bool {
        self.faults
            .iter()
            .any(|fault| matches!(fault, Fault::Stale(range) if touches(range, offset, 1)))
    }
}

fn touches(range: &ByteRange, offset: u64, length: usize) -> bool {
    offset < range.end() && range.start.0 < offset + length as u64
}

impl Source for MemoryTarget {
    fn size(&self) -> ByteCount {
        ByteCount(self.size)
    }

    fn block_size(&self) -> BlockSize {
        self.block
    }

    fn io_path(&self) -> IoPath {
        IoPath::Direct
    }

    fn read_at(&mut self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        self.operate(offset, into.len())?;
        let count = self.moved(into.len(), |fault| match fault {
            Fault::ShortRead { most } => Some(*most),
            _ => None,
        });
        let bad = |fault: &Fault| matches!(fault, Fault::BadRead(range) if touches(range, offset.0, count));
        if self.faults.iter().any(bad) {
            return Err(IoFailure::Unreachable { errno: EIO });
        }
        let bytes = self.medium.lock();
        for (at, byte) in (offset.0..).zip(&mut into[..count]) {
            *byte = bytes[self.place(at)];
        }
        Ok(count)
    }

    fn prepare_read_back(&mut self) -> ReadPath {
        if self.faults.iter().any(|fault| matches!(fault, Fault::Cached)) {
            return ReadPath::Cached {
                reason: "told to".to_owned(),
            };
        }
        ReadPath::Memory
    }

    fn queue(&mut self, _most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        todo!("interface only")
    }

    fn condition(&mut self) -> Condition {
        todo!("interface only")
    }
}

impl Target for MemoryTarget {
    fn former_partition_starts(&self) -> &[ByteOffset] {
        &self.starts
    }

    fn write_at(&mut self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        self.operate(offset, data.len())?;
        let count = self.moved(data.len(), |fault| match fault {
            Fault::ShortWrite { most } => Some(*most),
            _ => None,
        });
        let bad = |fault: &Fault| matches!(fault, Fault::BadWrite(range) if touches(range, offset.0, count));
        if self.faults.iter().any(bad) {
            return Err(IoFailure::Unreachable { errno: EIO });
        }
        let mut bytes = self.medium.lock();
        for (at, byte) in (offset.0..).zip(&data[..count]) {
            if !self.is_stale(at) {
                bytes[self.place(at)] = *byte;
            }
        }
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), IoFailure> {
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

    fn look_again(&mut self) -> Vec<Intrusion> {
        let intruder = |fault: &Fault| match fault {
            Fault::Intruder(intrusion) => Some(intrusion.clone()),
            _ => None,
        };
        self.faults.iter().filter_map(intruder).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> MemoryTarget {
        MemoryTarget::new(vec![1; 4096], BlockSize::SECTOR)
    }

    #[test]
    fn without_faults_it_holds_what_is_written() {
        let mut target = target();
        assert_eq!(target.write_at(ByteOffset(512), &[7; 1024]), Ok(1024));
        let mut read = [0; 2048];
        assert_eq!(target.read_at(ByteOffset(0), &mut read), Ok(2048));
        assert!(read[..512] == [1; 512] && read[512..1536] == [7; 1024] && read[1536..] == [1; 512]);
        assert!(
            target.write_at(ByteOffset(4096), &[0; 512]).is_err(),
            "beyond its end"
        );
        assert!(target.write_at(ByteOffset(1), &[0; 512]).is_err(), "not aligned");
    }

    #[test]
    fn each_fault_shows() {
        let range = ByteRange::new(512, 512);
        let mut read = [0; 1024];
        assert_eq!(
            target()
                .with(Fault::ShortWrite { most: 600 })
                .write_at(ByteOffset(0), &[0; 2048]),
            Ok(512)
        );
        assert_eq!(
            target()
                .with(Fault::ShortRead { most: 1 })
                .read_at(ByteOffset(0), &mut read),
            Ok(512)
        );
        let mut bad = target().with(Fault::BadWrite(range)).with(Fault::BadRead(range));
        assert_eq!(
            bad.write_at(ByteOffset(0), &[0; 1024]),
            Err(IoFailure::Unreachable { errno: EIO })
        );
        assert_eq!(bad.write_at(ByteOffset(0), &[0; 512]), Ok(512));
        assert_eq!(
            bad.read_at(ByteOffset(0), &mut read),
            Err(IoFailure::Unreachable { errno: EIO })
        );
        let mut stale = target().with(Fault::Stale(range));
        assert_eq!(stale.write_at(ByteOffset(0), &[9; 2048]), Ok(2048));
        assert!(stale.medium().bytes()[512..1024] == [1; 512]);
        let mut small = target().with(Fault::Aliased {
            real: ByteCount(2048),
        });
        assert_eq!(small.write_at(ByteOffset(2048), &[9; 512]), Ok(512));
        assert!(small.medium().bytes()[..512] == [9; 512]);
        let mut gone = target().with(Fault::Vanish { after: 1 });
        assert_eq!(gone.write_at(ByteOffset(0), &[0; 512]), Ok(512));
        assert_eq!(
            gone.write_at(ByteOffset(0), &[0; 512]),
            Err(IoFailure::Vanished { errno: ENODEV })
        );
        let mut unflushed = target().with(Fault::Flush { times: 1 });
        assert!(unflushed.flush().is_err() && unflushed.flush().is_ok());
        let pause = Duration::from_millis(30);
        let mut slow = target().with(Fault::Stall { after: 0, pause });
        let start = std::time::Instant::now();
        assert_eq!(slow.write_at(ByteOffset(0), &[0; 512]), Ok(512));
        assert!(start.elapsed() >= pause);
        assert!(matches!(
            target().with(Fault::Cached).prepare_read_back(),
            ReadPath::Cached { .. }
        ));
        let intrusion = Intrusion::PartitionBack { name: "x1".into() };
        assert_eq!(
            target().with(Fault::Intruder(intrusion.clone())).look_again(),
            [intrusion]
        );
    }
}
