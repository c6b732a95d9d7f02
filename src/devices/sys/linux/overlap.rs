//! How overlapped I/O is done on a medium: how much of it, and through what.

use std::sync::Arc;
#[cfg(any(test, feature = "testkit"))]
use std::sync::atomic::{AtomicBool, Ordering};

use super::carrier::Carrier;
use super::handle::Handle;
use super::pool::Pool;
use super::ring::Ring;
use crate::devices::facts::{DeviceFacts, Transport};
use crate::devices::queue::Queue;
use crate::devices::target::IoFailure;
use crate::units::{BlockSize, ByteCount};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// The smallest piece that is worth a request.
const SMALLEST: u64 = 64 * KIB;

/// What keeps a medium busy without making it deaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Sticks, cards and what cannot be told: they may take seconds for a MiB, and a stop should not wait for that.
    Slow,
    /// What turns: it works in one place at a time.
    Turning,
    /// Everything else.
    Fast,
}

impl Pace {
    /// By how the medium is attached, and whether it turns.
    pub(super) fn of(facts: &DeviceFacts) -> Self {
        match (facts.transport, facts.virtual_kind, facts.rotational) {
            (Transport::Usb | Transport::Mmc, ..) | (Transport::Unknown, None, _) => Self::Slow,
            (_, None, Some(true)) => Self::Turning,
            _ => Self::Fast,
        }
    }

    /// Requests in flight, and the bytes of one, when memory is no matter.
    fn wanted(self) -> (u64, u64) {
        match self {
            Self::Slow => (4, 256 * KIB),
            Self::Turning => (4, MIB),
            Self::Fast => (8, MIB),
        }
    }

    /// Whether writes are handed to the medium by threads of the kernel: some drivers and file systems copy
    /// meanwhile. What turns, and sticks, cards and shingled drives, want them in order.
    fn is_beside(self) -> bool {
        self == Self::Fast
    }

    /// Requests in flight, and the bytes of one, within `most` bytes of memory: fewer first, smaller then.
    fn shape(self, block: BlockSize, most: ByteCount) -> (u16, usize) {
        let (depth, mut piece) = self.wanted();
        let smallest = SMALLEST.max(u64::from(block.bytes()));
        piece = piece.max(smallest);
        while 2 * piece > most.0 && piece > smallest {
            piece /= 2;
        }
        let depth = (most.0 / piece).clamp(2, depth);
        (depth as u16, piece as usize)
    }
}

/// A queue on `handle` that takes at most `most` bytes of memory: io_uring where the kernel lets it, else threads.
pub(super) fn queue(
    handle: &Arc<Handle>,
    pace: Pace,
    block: BlockSize,
    most: ByteCount,
) -> Result<Box<dyn Queue>, IoFailure> {
    let (depth, piece) = pace.shape(block, most);
    let ring = refusal().map_or_else(
        || Ring::new(Arc::clone(handle), depth, piece, pace.is_beside()),
        Err,
    );
    Ok(match ring {
        Ok(ring) => Box::new(ring),
        Err(reason) => Box::new(Pool::new(Arc::<Handle>::clone(handle), depth, piece, reason)?),
    })
}

/// A queue of threads on many files at once, where one request may touch several of them. No ring can do that.
pub(super) fn threads(
    carrier: Arc<dyn Carrier>,
    block: BlockSize,
    most: ByteCount,
) -> Result<Box<dyn Queue>, IoFailure> {
    let (depth, piece) = Pace::Turning.shape(block, most);
    Ok(Box::new(Pool::new(
        carrier,
        depth,
        piece,
        "many-files".to_owned(),
    )?))
}

#[cfg(any(test, feature = "testkit"))]
static REFUSED: AtomicBool = AtomicBool::new(false);

/// Makes queues from now on as if the kernel refused io_uring, or no longer.
#[cfg(any(test, feature = "testkit"))]
pub(crate) fn refuse_io_uring(refuse: bool) {
    REFUSED.store(refuse, Ordering::Relaxed);
}

#[cfg(any(test, feature = "testkit"))]
fn refusal() -> Option<String> {
    REFUSED.load(Ordering::Relaxed).then(|| "forbidden".to_owned())
}

#[cfg(not(any(test, feature = "testkit")))]
fn refusal() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_gets_shallower_before_its_pieces_get_smaller() {
        let shape = |pace: Pace, most| pace.shape(BlockSize::SECTOR, ByteCount(most));
        for (pace, most, expected) in [
            (Pace::Fast, u64::MAX, (8, MIB)),
            (Pace::Turning, 64 * MIB, (4, MIB)),
            (Pace::Slow, 64 * MIB, (4, 256 * KIB)),
            (Pace::Fast, 8 * MIB - 1, (7, MIB)),
            (Pace::Fast, 2 * MIB, (2, MIB)),
            (Pace::Fast, 2 * MIB - 1, (3, 512 * KIB)),
            (Pace::Fast, 0, (2, 64 * KIB)),
        ] {
            let (depth, piece) = shape(pace, most);
            assert_eq!((depth, piece as u64), expected, "{pace:?} {most}");
            assert!((u64::from(depth) * piece as u64 <= most) | (most < 128 * KIB));
        }
        let large = BlockSize::new(1 << 17).unwrap();
        assert_eq!(Pace::Slow.shape(large, ByteCount(0)), (2, 1 << 17));
    }
}
