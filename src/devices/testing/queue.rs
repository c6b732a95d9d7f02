//! A queue on a medium in memory: requests are carried out when they are handed in, and retire in order. One that
//! hangs is not over before its time.

use std::time::{Duration, Instant};

use super::disk::Disk;
use crate::devices::queue::{IoEngine, Queue, QueueShape, Retired, Turns};
use crate::devices::target::IoFailure;
use crate::units::{ByteCount, ByteOffset};

/// Requests in flight, and the bytes of one, when memory is no matter.
const DEPTH: u64 = 4;
const PIECE: u64 = 64 << 10;

/// EBUSY and EINVAL, in the numbering of Linux.
const EBUSY: i32 = 16;
const EINVAL: i32 = 22;

struct Slot {
    bytes: Vec<u8>,
    offset: ByteOffset,
    length: usize,
    result: Result<usize, IoFailure>,
    handed_in: Instant,
    hangs: Duration,
}

/// Requests on a medium in memory.
pub(super) struct MemoryQueue {
    disk: Disk,
    slots: Vec<Slot>,
    turns: Turns,
}

impl MemoryQueue {
    pub(super) fn new(disk: Disk, most: ByteCount) -> Self {
        let smallest = u64::from(disk.block.bytes());
        let mut piece = PIECE.max(smallest);
        while 2 * piece > most.0 && piece > smallest {
            piece /= 2;
        }
        let depth = (most.0 / piece).clamp(2, DEPTH) as usize;
        let slot = |_| Slot {
            bytes: vec![0; piece as usize],
            offset: ByteOffset(0),
            length: 0,
            result: Ok(0),
            handed_in: Instant::now(),
            hangs: Duration::ZERO,
        };
        Self {
            disk,
            slots: (0..depth).map(slot).collect(),
            turns: Turns::new(depth),
        }
    }

    fn hand_in(
        &mut self,
        offset: ByteOffset,
        length: usize,
        carry_out: impl Fn(&Disk, &mut [u8]) -> Result<usize, IoFailure>,
    ) -> Result<(), IoFailure> {
        let free = self.turns.next().ok_or(IoFailure::Other { errno: EBUSY })?;
        let slot = &mut self.slots[free];
        let block = self.disk.block.bytes() as usize;
        if length == 0 || length > slot.bytes.len() || !length.is_multiple_of(block) {
            return Err(IoFailure::Other { errno: EINVAL });
        }
        let begun = self.disk.begin();
        slot.hangs = *begun.as_ref().unwrap_or(&Duration::ZERO);
        slot.result = begun.and_then(|_| carry_out(&self.disk, &mut slot.bytes[..length]));
        (slot.offset, slot.length, slot.handed_in) = (offset, length, Instant::now());
        self.turns.hand_in();
        Ok(())
    }
}

impl Queue for MemoryQueue {
    fn shape(&self) -> QueueShape {
        QueueShape {
            engine: IoEngine::Threads {
                reason: "no-io-uring".to_owned(),
            },
            depth: self.slots.len() as u16,
            piece: ByteCount(self.slots[0].bytes.len() as u64),
        }
    }

    fn in_flight(&self) -> usize {
        self.turns.in_flight()
    }

    fn buffer(&mut self) -> Option<(usize, &mut [u8])> {
        let slot = self.turns.next()?;
        Some((slot, &mut self.slots[slot].bytes))
    }

    fn write(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        self.hand_in(offset, length, |disk, bytes| disk.write(offset, bytes))
    }

    fn read(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        self.hand_in(offset, length, |disk, bytes| disk.read(offset, bytes))
    }

    fn retire(&mut self, patience: Duration) -> Option<Retired<'_>> {
        let oldest = self.turns.oldest()?;
        let slot = &mut self.slots[oldest];
        let left = slot.hangs.saturating_sub(slot.handed_in.elapsed());
        std::thread::sleep(left.min(patience));
        if left > patience {
            return None;
        }
        self.turns.retire();
        Some(Retired {
            slot: oldest,
            offset: slot.offset,
            result: slot.result,
            bytes: &mut slot.bytes[..slot.length],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Fault, MemoryTarget};
    use super::*;
    use crate::devices::target::Source;
    use crate::units::{BlockSize, ByteRange};

    fn queue(target: MemoryTarget) -> Box<dyn Queue> {
        let mut target = target;
        target.queue(ByteCount(8192)).unwrap()
    }

    #[test]
    fn requests_retire_in_order_with_the_faults_of_the_medium() {
        let target = MemoryTarget::new(vec![1; 16_384], BlockSize::SECTOR)
            .with(Fault::BadWrite(ByteRange::new(4096, 512)))
            .with(Fault::Vanish { after: 3 });
        let medium = target.medium();
        let mut queue = queue(target);
        assert_eq!((queue.shape().depth, queue.shape().piece.0), (2, 4096));
        for offset in [0, 4096] {
            let (_, buffer) = queue.buffer().unwrap();
            buffer.fill(7);
            assert_eq!(queue.write(ByteOffset(offset), 4096), Ok(()));
        }
        assert!(queue.buffer().is_none(), "all are in flight");
        assert_eq!(
            queue.write(ByteOffset(8192), 4096),
            Err(IoFailure::Other { errno: EBUSY })
        );
        let first = queue
            .retire(Duration::ZERO)
            .map(|one| (one.slot, one.offset, one.result));
        assert_eq!(first, Some((0, ByteOffset(0), Ok(4096))));
        assert_eq!(queue.read(ByteOffset(0), 512), Ok(()));
        let second = queue.retire(Duration::ZERO).map(|one| (one.slot, one.result));
        assert_eq!(second, Some((1, Err(IoFailure::Unreachable { errno: 5 }))));
        let third = queue
            .retire(Duration::ZERO)
            .map(|one| (one.slot, one.bytes.to_vec()));
        assert_eq!(third, Some((0, vec![7; 512])));
        assert_eq!(queue.read(ByteOffset(0), 512), Ok(()));
        let gone = queue.retire(Duration::ZERO).map(|one| one.result);
        assert_eq!(gone, Some(Err(IoFailure::Vanished { errno: 19 })));
        assert!(queue.retire(Duration::ZERO).is_none() && queue.in_flight() == 0);
        assert!(medium.bytes()[..4096] == [7; 4096] && medium.bytes()[4096..] == [1; 12_288]);
    }

    #[test]
    fn what_hangs_is_not_over_before_its_time() {
        let pause = Duration::from_millis(60);
        let stall = Fault::Stall { after: 0, pause };
        let mut queue = queue(MemoryTarget::new(vec![1; 4096], BlockSize::SECTOR).with(stall));
        let started = Instant::now();
        assert_eq!(queue.read(ByteOffset(0), 512), Ok(()));
        assert!(started.elapsed() < pause, "handing in does not wait");
        assert!(queue.retire(Duration::from_millis(1)).is_none());
        assert!(queue.retire(Duration::from_secs(9)).is_some());
        assert!(started.elapsed() >= pause);
    }
}
