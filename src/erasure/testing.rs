//! A medium in memory with faults, for the tests of this room.
//!
//! It holds callers to the contract of [`Target`]: a misaligned or overlong call is answered with
//! EINVAL, which no test expects.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::sleep;
use std::time::Duration;

use crate::devices::{
    Condition, Intrusion, IoEngine, IoFailure, IoPath, Queue, QueueShape, ReadPath, Retired, Source, Target,
};
use crate::units::{BlockSize, ByteCount, ByteOffset, ByteRange};

use super::buffer::AlignedBuffer;

/// What is wrong with a medium.
#[derive(Clone)]
pub(super) struct Faults {
    /// The most bytes that one call takes or gives.
    pub(super) at_most: usize,
    /// Places that cannot be written.
    pub(super) refuse_write: Vec<ByteRange>,
    /// Places that cannot be read.
    pub(super) refuse_read: Vec<ByteRange>,
    /// Places where writes are taken and lost.
    pub(super) lose_write: Vec<ByteRange>,
    /// The true size of a medium that claims to be larger: addresses wrap.
    pub(super) wraps_at: Option<u64>,
    /// The device goes away after so many calls of any kind.
    pub(super) vanish_after: Option<u64>,
    /// Calls from this one on take so long.
    pub(super) stall: Option<(u64, Duration)>,
    /// So many flushes fail before one works.
    pub(super) failing_flushes: u32,
    /// Every access that is not about a place fails with this.
    pub(super) write_failure: Option<IoFailure>,
    /// Found at the second look.
    pub(super) intrusions: Vec<Intrusion>,
    /// Somebody changes this byte before the second look.
    pub(super) changed_late: Option<u64>,
    /// How reading back reaches the medium.
    pub(super) read_path: ReadPath,
    /// Direct or buffered.
    pub(super) io_path: IoPath,
    /// Former partitions.
    pub(super) partitions: Vec<ByteOffset>,
    /// The worker panics at the second look.
    pub(super) panics: bool,
    /// What became of the medium, when it is asked.
    pub(super) condition: Condition,
    /// So many tries of the refused places fail before they work.
    pub(super) refusals: u64,
    /// Flushes are remembered, so that a power cut can throw away what came after.
    pub(super) volatile: bool,
    /// Reads give the bytes of a place so much further on.
    pub(super) shifted_by: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            at_most: usize::MAX,
            refuse_write: Vec::new(),
            refuse_read: Vec::new(),
            lose_write: Vec::new(),
            wraps_at: None,
            vanish_after: None,
            stall: None,
            failing_flushes: 0,
            write_failure: None,
            intrusions: Vec::new(),
            changed_late: None,
            read_path: ReadPath::Direct,
            io_path: IoPath::Direct,
            partitions: Vec::new(),
            panics: false,
            condition: Condition::Present,
            refusals: u64::MAX,
            volatile: false,
            shifted_by: 0,
        }
    }
}

/// What is inside a medium; shared, so that a test can look while and after an engine has it.
pub(super) struct Inside {
    /// Where the medium's bytes begin to exist; before that nothing may be touched.
    pub(super) from: u64,
    pub(super) bytes: Vec<u8>,
    /// What would be left after a power cut: the bytes at the last flush.
    pub(super) durable: Vec<u8>,
    pub(super) calls: u64,
    pub(super) writes: u64,
    pub(super) flushes: u32,
    pub(super) refused: u64,
    faults: Faults,
}

/// The test's hold on a medium.
#[derive(Clone)]
pub(super) struct Medium(Arc<Mutex<Inside>>);

impl Medium {
    pub(super) fn new(size: u64, faults: Faults) -> Self {
        let bytes: Vec<u8> = (0..size).map(|o| (o % 251) as u8).collect();
        Self(Arc::new(Mutex::new(Inside {
            from: 0,
            durable: bytes.clone(),
            bytes,
            calls: 0,
            writes: 0,
            flushes: 0,
            refused: 0,
            faults,
        })))
    }

    /// A medium of `size` bytes of which only the last `length` exist.
    pub(super) fn tail(size: u64, length: u64) -> Self {
        let medium = Self::new(length, Faults::default());
        medium.inside().from = size - length;
        medium
    }

    /// The same bytes with other faults.
    pub(super) fn with(&self, faults: Faults) -> Self {
        self.inside().faults = faults;
        self.clone()
    }

    /// Throws away what was written since the last flush, and the calls that were counted.
    pub(super) fn power_cut(&self) {
        let mut inside = self.inside();
        let Inside { bytes, durable, .. } = &mut *inside;
        bytes.copy_from_slice(durable);
        inside.calls = 0;
    }

    pub(super) fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }

    /// A claimed target on it.
    pub(super) fn target(&self, block: u32) -> Box<dyn Target> {
        let faults = self.inside().faults.clone();
        Box::new(MemoryTarget {
            medium: self.clone(),
            block: BlockSize::new(block).unwrap(),
            faults,
        })
    }
}

struct MemoryTarget {
    medium: Medium,
    block: BlockSize,
    faults: Faults,
}

impl MemoryTarget {
    /// Counts a call, stalls, vanishes, holds the caller to the contract; gives how much to do.
    fn call(&self, offset: ByteOffset, data: (usize, usize)) -> Result<usize, IoFailure> {
        let calls = {
            let mut inside = self.medium.inside();
            inside.calls += 1;
            inside.calls
        };
        if let Some((from, long)) = self.faults.stall
            && calls >= from
        {
            sleep(long);
        }
        if self.faults.vanish_after.is_some_and(|after| calls > after) {
            return Err(IoFailure::Vanished { errno: 19 });
        }
        let (address, length) = data;
        let (block, size) = (u64::from(self.block.bytes()), self.size().0);
        let end = offset.0 + length as u64;
        let whole = offset.0.is_multiple_of(block) && (end.is_multiple_of(block) || end == size);
        if !whole || end > size || length == 0 || !address.is_multiple_of(4096) {
            return Err(IoFailure::Other { errno: 22 });
        }
        Ok(length.min(self.faults.at_most))
    }

    fn refused(&self, ranges: &[ByteRange], offset: ByteOffset, length: usize) -> Result<usize, IoFailure> {
        let end = offset.0 + length as u64;
        let hit = ranges
            .iter()
            .filter(|range| range.start.0 < end && offset.0 < range.end());
        match hit.map(|range| range.start.0).min() {
            // like a disk: what lies before the bad place is done, the rest answers at the next call
            Some(start) if start > offset.0 => Ok((start - offset.0) as usize),
            Some(_) => {
                let mut inside = self.medium.inside();
                inside.refused += 1;
                if inside.refused > self.faults.refusals {
                    return Ok(length);
                }
                Err(IoFailure::Unreachable { errno: 5 })
            }
            None => Ok(length),
        }
    }

    fn place(&self, offset: u64) -> usize {
        self.faults.wraps_at.map_or(offset, |real| offset % real) as usize
    }
}

impl Source for MemoryTarget {
    fn size(&self) -> ByteCount {
        let inside = self.medium.inside();
        ByteCount(inside.from + inside.bytes.len() as u64)
    }

    fn block_size(&self) -> BlockSize {
        self.block
    }

    fn io_path(&self) -> IoPath {
        self.faults.io_path
    }

    fn read_at(&mut self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        let length = self.call(offset, (into.as_ptr().addr(), into.len()))?;
        let length = self.refused(&self.faults.refuse_read, offset, length)?;
        let inside = self.medium.inside();
        if self.faults.wraps_at.is_none() {
            let at = (offset.0 + self.faults.shifted_by) as usize % inside.bytes.len();
            let length = length.min(inside.bytes.len() - at);
            into[..length].copy_from_slice(&inside.bytes[at..at + length]);
            return Ok(length);
        }
        for (o, byte) in (offset.0..).zip(&mut into[..length]) {
            *byte = inside.bytes[self.place(o)];
        }
        Ok(length)
    }

    fn prepare_read_back(&mut self) -> ReadPath {
        self.faults.read_path.clone()
    }

    fn queue(&mut self, most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        let target = MemoryTarget {
            medium: self.medium.clone(),
            block: self.block,
            faults: self.faults.clone(),
        };
        Ok(queue_over(Box::new(target), most))
    }

    fn condition(&mut self) -> Condition {
        let calls = self.medium.inside().calls;
        if self.faults.vanish_after.is_some_and(|after| calls > after) {
            return Condition::Gone;
        }
        self.faults.condition
    }
}

/// A queue over `target`, which is the same medium once more.
pub(super) fn queue_over(target: Box<dyn Target>, most: ByteCount) -> Box<dyn Queue> {
    let piece = (most.0 / 4).clamp(64 << 10, 1 << 20) as usize;
    Box::new(MemoryQueue {
        target,
        slots: (0..4).map(|_| AlignedBuffer::new(piece)).collect(),
        flying: VecDeque::new(),
        next: 0,
        piece,
    })
}

/// Carries out every request when it is taken back.
struct MemoryQueue {
    target: Box<dyn Target>,
    slots: Vec<AlignedBuffer>,
    flying: VecDeque<(usize, ByteOffset, usize, bool)>,
    next: usize,
    piece: usize,
}

impl Queue for MemoryQueue {
    fn shape(&self) -> QueueShape {
        QueueShape {
            engine: IoEngine::Threads {
                reason: "no-io-uring".to_owned(),
            },
            depth: self.slots.len() as u16,
            piece: ByteCount(self.piece as u64),
        }
    }

    fn in_flight(&self) -> usize {
        self.flying.len()
    }

    fn buffer(&mut self) -> Option<(usize, &mut [u8])> {
        let free = self.flying.len() < self.slots.len();
        free.then(|| (self.next, self.slots[self.next].first_mut(usize::MAX)))
    }

    fn write(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        self.handed_in(offset, length, true)
    }

    fn read(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        self.handed_in(offset, length, false)
    }

    fn retire(&mut self, _patience: Duration) -> Option<Retired<'_>> {
        let (slot, offset, length, writes) = self.flying.pop_front()?;
        let bytes = self.slots[slot].first_mut(length);
        let result = if writes {
            self.target.write_at(offset, bytes)
        } else {
            self.target.read_at(offset, bytes)
        };
        Some(Retired {
            slot,
            offset,
            result,
            bytes,
        })
    }
}

impl MemoryQueue {
    fn handed_in(&mut self, offset: ByteOffset, length: usize, writes: bool) -> Result<(), IoFailure> {
        assert!(self.flying.len() < self.slots.len(), "no buffer is free");
        self.flying.push_back((self.next, offset, length, writes));
        self.next = (self.next + 1) % self.slots.len();
        Ok(())
    }
}

impl Target for MemoryTarget {
    fn former_partition_starts(&self) -> &[ByteOffset] {
        &self.faults.partitions
    }

    fn write_at(&mut self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        let length = self.call(offset, (data.as_ptr().addr(), data.len()))?;
        if let Some(failure) = self.faults.write_failure {
            return Err(failure);
        }
        let length = self.refused(&self.faults.refuse_write, offset, length)?;
        let mut inside = self.medium.inside();
        inside.writes += 1;
        if self.faults.wraps_at.is_none() && self.faults.lose_write.is_empty() {
            let at = (offset.0 - inside.from) as usize;
            inside.bytes[at..at + length].copy_from_slice(&data[..length]);
            return Ok(length);
        }
        for (o, byte) in (offset.0..).zip(&data[..length]) {
            if !self
                .faults
                .lose_write
                .iter()
                .any(|range| range.start.0 <= o && o < range.end())
            {
                inside.bytes[self.place(o)] = *byte;
            }
        }
        Ok(length)
    }

    fn flush(&mut self) -> Result<(), IoFailure> {
        let mut inside = self.medium.inside();
        inside.flushes += 1;
        if inside.flushes <= self.faults.failing_flushes {
            return Err(IoFailure::Unreachable { errno: 5 });
        }
        if self.faults.volatile {
            let Inside { bytes, durable, .. } = &mut *inside;
            durable.copy_from_slice(bytes);
        }
        Ok(())
    }

    fn look_again(&mut self) -> Vec<Intrusion> {
        assert!(!self.faults.panics, "asked to");
        if let Some(place) = self.faults.changed_late {
            self.medium.inside().bytes[place as usize] ^= 0xFF;
        }
        self.faults.intrusions.clone()
    }
}
