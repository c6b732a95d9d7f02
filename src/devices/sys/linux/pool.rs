//! Overlapped I/O by threads with `pread` and `pwrite`: where the kernel refuses io_uring, and on many files at once.
//!
//! Each slot has a thread. A request takes its buffer with it, so a thread that hangs in the kernel has all
//! that it needs, whatever became of its queue.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::carrier::Carrier;
use super::handle::Task;
use super::memory::Memory;
use crate::devices::queue::{IoEngine, Queue, QueueShape, Retired, Turns};
use crate::devices::target::IoFailure;
use crate::units::{ByteCount, ByteOffset};

/// One request on its way to its thread and back.
struct Errand {
    task: Task,
    offset: ByteOffset,
    length: usize,
    memory: Memory,
    result: Result<usize, IoFailure>,
}

/// A slot: its thread, and its buffer while nothing is in flight.
struct Lane {
    there: Sender<Errand>,
    back: Receiver<Errand>,
    memory: Option<Memory>,
    thread: JoinHandle<()>,
}

/// Requests in flight on threads.
pub(super) struct Pool {
    lanes: Vec<Lane>,
    turns: Turns,
    carrier: Arc<dyn Carrier>,
    piece: usize,
    reason: String,
}

impl Pool {
    /// Threads for `depth` requests of at most `piece` bytes, or fewer where the system gives fewer. `reason` is why
    /// there is no ring.
    pub(super) fn new(
        carrier: Arc<dyn Carrier>,
        depth: u16,
        piece: usize,
        reason: String,
    ) -> Result<Self, IoFailure> {
        let mut lanes = Vec::new();
        for _ in 0..depth {
            match lane(&carrier, piece) {
                Ok(lane) => lanes.push(lane),
                Err(failure) if lanes.is_empty() => return Err(failure),
                Err(_) => break,
            }
        }
        Ok(Self {
            turns: Turns::new(lanes.len()),
            lanes,
            carrier,
            piece,
            reason,
        })
    }

    fn hand_in(&mut self, task: Task, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        let other = |errno| IoFailure::Other { errno };
        let slot = self.turns.next().ok_or(other(libc::EBUSY))?;
        if length > self.piece {
            return Err(other(libc::EINVAL));
        }
        self.carrier.admit(task, offset, length)?;
        let lane = &mut self.lanes[slot];
        let memory = lane.memory.take().ok_or(other(libc::EIO))?;
        let errand = Errand {
            task,
            offset,
            length,
            memory,
            result: Ok(0),
        };
        if let Err(returned) = lane.there.send(errand) {
            lane.memory = Some(returned.0.memory);
            return Err(other(libc::EIO));
        }
        self.turns.hand_in();
        Ok(())
    }
}

fn lane(carrier: &Arc<dyn Carrier>, piece: usize) -> Result<Lane, IoFailure> {
    let memory = Memory::new(piece)?;
    let (there, errands) = channel();
    let (done, back) = channel();
    let carrier = Arc::clone(carrier);
    let thread = std::thread::Builder::new().name("overlapped".to_owned());
    let thread = thread
        .spawn(move || run(carrier.as_ref(), &errands, &done))
        .map_err(|error| IoFailure::Other {
            errno: error.raw_os_error().unwrap_or(libc::EAGAIN),
        })?;
    Ok(Lane {
        there,
        back,
        memory: Some(memory),
        thread,
    })
}

/// Carries out errands until there is nobody who sends or waits for them.
fn run(carrier: &dyn Carrier, errands: &Receiver<Errand>, done: &Sender<Errand>) {
    for mut errand in errands {
        let bytes = &mut errand.memory.bytes()[..errand.length];
        errand.result = match errand.task {
            Task::Read => carrier.read(errand.offset, bytes),
            Task::Write => carrier.write(errand.offset, bytes),
        };
        if done.send(errand).is_err() {
            return;
        }
    }
}

impl Drop for Pool {
    /// Threads with nothing in flight end at once, and are waited for: what they hold open is closed then. One that is
    /// in a call that may never return is left behind.
    fn drop(&mut self) {
        let idle = self.lanes.drain(..).filter(|lane| lane.memory.is_some());
        let threads: Vec<JoinHandle<()>> = idle.map(|lane| lane.thread).collect();
        for thread in threads {
            // One that panicked is over as well.
            let _ = thread.join();
        }
    }
}

impl Queue for Pool {
    fn shape(&self) -> QueueShape {
        QueueShape {
            engine: IoEngine::Threads {
                reason: self.reason.clone(),
            },
            depth: self.lanes.len() as u16,
            piece: ByteCount(self.piece as u64),
        }
    }

    fn in_flight(&self) -> usize {
        self.turns.in_flight()
    }

    fn buffer(&mut self) -> Option<(usize, &mut [u8])> {
        let slot = self.turns.next()?;
        let memory = self.lanes[slot].memory.as_mut()?;
        Some((slot, memory.bytes()))
    }

    fn write(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        self.hand_in(Task::Write, offset, length)
    }

    fn read(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        self.hand_in(Task::Read, offset, length)
    }

    fn retire(&mut self, patience: Duration) -> Option<Retired<'_>> {
        let slot = self.turns.oldest()?;
        let lane = &mut self.lanes[slot];
        let errand = lane.back.recv_timeout(patience).ok()?;
        self.turns.retire();
        let memory = lane.memory.insert(errand.memory);
        Some(Retired {
            slot,
            offset: errand.offset,
            result: errand.result,
            bytes: &mut memory.bytes()[..errand.length],
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// Reads wait here for whoever lets them go.
    struct Gate(Barrier);

    impl Carrier for Gate {
        fn admit(&self, _task: Task, _offset: ByteOffset, _length: usize) -> Result<(), IoFailure> {
            Ok(())
        }

        fn read(&self, _offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
            self.0.wait();
            Ok(into.len())
        }

        fn write(&self, _offset: ByteOffset, bytes: &[u8]) -> Result<usize, IoFailure> {
            Ok(bytes.len())
        }
    }

    fn pool(gate: &Arc<Gate>) -> Pool {
        let carrier: Arc<dyn Carrier> = Arc::<Gate>::clone(gate);
        Pool::new(carrier, 4, 4096, "a test".to_owned()).unwrap()
    }

    #[test]
    fn threads_that_have_nothing_to_do_are_gone_with_their_pool() {
        let gate = Arc::new(Gate(Barrier::new(2)));
        for _ in 0..200 {
            let mut pool = pool(&gate);
            pool.write(ByteOffset(0), 512).unwrap();
            assert_eq!(pool.retire(PATIENCE).unwrap().result, Ok(512));
            drop(pool);
            assert_eq!(
                Arc::strong_count(&gate),
                1,
                "whoever unmounts now finds nothing open"
            );
        }
    }

    #[test]
    fn a_thread_that_hangs_is_left_behind() {
        let gate = Arc::new(Gate(Barrier::new(2)));
        let mut pool = pool(&gate);
        pool.read(ByteOffset(0), 512).unwrap();
        drop(pool);
        assert_eq!(Arc::strong_count(&gate), 2, "it holds what it works on");
        gate.0.wait();
        while Arc::strong_count(&gate) > 1 {
            std::thread::yield_now();
        }
    }
}
