//! A claimed medium in memory.

use super::disk::{Disk, Fault, Medium};
use super::queue::MemoryQueue;
use crate::devices::queue::Queue;
use crate::devices::target::{Condition, Intrusion, IoFailure, IoPath, ReadPath, Source, Target};
use crate::units::{BlockSize, ByteCount, ByteOffset};

/// A medium in memory.
#[derive(Debug)]
pub struct MemoryTarget {
    disk: Disk,
    starts: Vec<ByteOffset>,
}

impl MemoryTarget {
    /// A faultless medium that holds `content`.
    #[must_use]
    pub fn new(content: Vec<u8>, block: BlockSize) -> Self {
        Self {
            disk: Disk::new(content, block),
            starts: Vec::new(),
        }
    }

    /// The same with one more fault. Queues made before do not have it.
    #[must_use]
    pub fn with(mut self, fault: Fault) -> Self {
        self.disk.faults.push(fault);
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
        self.disk.medium.clone()
    }
}

impl Source for MemoryTarget {
    fn size(&self) -> ByteCount {
        ByteCount(self.disk.size)
    }

    fn block_size(&self) -> BlockSize {
        self.disk.block
    }

    fn io_path(&self) -> IoPath {
        IoPath::Direct
    }

    fn read_at(&mut self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        std::thread::sleep(self.disk.begin()?);
        self.disk.read(offset, into)
    }

    fn prepare_read_back(&mut self) -> ReadPath {
        let faults = &self.disk.faults;
        if faults.iter().any(|fault| matches!(fault, Fault::Cached)) {
            return ReadPath::Cached {
                reason: "told to".to_owned(),
            };
        }
        ReadPath::Memory
    }

    fn queue(&mut self, most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        Ok(Box::new(MemoryQueue::new(self.disk.clone(), most)))
    }

    fn condition(&mut self) -> Condition {
        self.disk.condition()
    }
}

impl Target for MemoryTarget {
    fn former_partition_starts(&self) -> &[ByteOffset] {
        &self.starts
    }

    fn write_at(&mut self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        std::thread::sleep(self.disk.begin()?);
        self.disk.write(offset, data)
    }

    fn flush(&mut self) -> Result<(), IoFailure> {
        self.disk.flush()
    }

    fn look_again(&mut self) -> Vec<Intrusion> {
        let intruder = |fault: &Fault| match fault {
            Fault::Intruder(intrusion) => Some(intrusion.clone()),
            _ => None,
        };
        self.disk.faults.iter().filter_map(intruder).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::units::ByteRange;

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
            Err(IoFailure::Unreachable { errno: 5 })
        );
        assert_eq!(bad.write_at(ByteOffset(0), &[0; 512]), Ok(512));
        assert_eq!(
            bad.read_at(ByteOffset(0), &mut read),
            Err(IoFailure::Unreachable { errno: 5 })
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
            Err(IoFailure::Vanished { errno: 19 })
        );
        assert_eq!(gone.condition(), Condition::Gone);
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
        let mut shrinking = target().with(Fault::Shrink {
            after: 1,
            size: ByteCount(2048),
        });
        assert_eq!(shrinking.write_at(ByteOffset(2048), &[9; 512]), Ok(512));
        assert_eq!(shrinking.condition(), Condition::Present);
        let beyond = shrinking.write_at(ByteOffset(2048), &[9; 512]);
        assert_eq!(beyond, Err(IoFailure::Vanished { errno: 0 }));
        let size = ByteCount(2048);
        assert_eq!(shrinking.condition(), Condition::Resized { size });
        let mut locked = target().with(Fault::ReadOnly { after: 0 });
        assert!(locked.write_at(ByteOffset(0), &[9; 512]).is_err());
        assert_eq!(locked.read_at(ByteOffset(0), &mut read), Ok(1024));
        assert_eq!(locked.condition(), Condition::ReadOnly);
        let mut shifted = target().with(Fault::Shifted { by: ByteCount(512) });
        assert_eq!(shifted.write_at(ByteOffset(0), &[9; 512]), Ok(512));
        assert_eq!(shifted.write_at(ByteOffset(3584), &[8; 512]), Ok(512));
        let bytes = shifted.medium().bytes();
        assert!(bytes[..512] == [1; 512] && bytes[512..1024] == [9; 512] && bytes[3584..] == [1; 512]);
        let intrusion = Intrusion::PartitionBack { name: "x1".into() };
        assert_eq!(
            target().with(Fault::Intruder(intrusion.clone())).look_again(),
            [intrusion]
        );
    }
}
