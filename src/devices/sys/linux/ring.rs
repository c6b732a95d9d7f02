//! Overlapped I/O by io_uring (`io_uring(7)`, Linux 5.15 and later).
//!
//! The kernel reads and writes the buffers by itself, at any time between handing in and the answer, and may look
//! up the file by its descriptor's number late. So a buffer can be borrowed only while nothing is in flight for it,
//! and what is in flight when a queue is dropped keeps ring, memory and open file until it is answered.

#![expect(unsafe_code, reason = "requests name memory by its address")]

use std::mem::ManuallyDrop;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use io_uring::types::{Fd, SubmitArgs, Timespec};
use io_uring::{EnterFlags, IoUring, opcode, squeue};

use super::handle::{Handle, Task};
use super::io;
use super::memory::Memory;
use crate::devices::queue::{IoEngine, Queue, QueueShape, Retired, Turns};
use crate::devices::target::IoFailure;
use crate::units::{ByteCount, ByteOffset};

/// How often, and how far apart, a request is handed in that the kernel has no room for.
const ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(10);

/// The longest single wait; longer ones are made of several.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// What became of a request.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// Nothing yet: the kernel may use its buffer.
    Pending,
    /// The kernel wants it handed in again.
    Again,
    /// What the kernel said: a count, or an error number below 0.
    Given(i32),
}

#[derive(Clone, Copy, Debug)]
struct Request {
    task: Task,
    offset: ByteOffset,
    length: usize,
    answer: Answer,
}

/// All that the kernel may use. Dropped in this order: the ring is closed before the memory goes.
struct Flight {
    ring: IoUring,
    memory: Memory,
    handle: Arc<Handle>,
    requests: Vec<Request>,
    piece: usize,
    registered: bool,
    /// Whether threads of the kernel hand writes to the medium, beside the one that hands them in.
    beside: bool,
    /// Why nothing can be handed in any more.
    broken: Option<i32>,
}

/// Requests in flight through io_uring.
pub(super) struct Ring {
    flight: ManuallyDrop<Flight>,
    turns: Turns,
}

impl Ring {
    /// A ring for `depth` requests of at most `piece` bytes, or the code of why there is none. Where
    /// `beside`, writes may reach the medium in another order than they were handed in.
    pub(super) fn new(handle: Arc<Handle>, depth: u16, piece: usize, beside: bool) -> Result<Self, String> {
        let ring = proven(u32::from(depth))?;
        let depth = usize::from(depth);
        let memory = Memory::new(depth * piece).map_err(|_| "no-memory".to_owned())?;
        let idle = Request {
            task: Task::Read,
            offset: ByteOffset(0),
            length: 0,
            answer: Answer::Given(0),
        };
        let registered = register(&ring, &memory, depth, piece);
        let flight = Flight {
            ring,
            memory,
            handle,
            requests: vec![idle; depth],
            piece,
            registered,
            beside,
            broken: None,
        };
        Ok(Self {
            flight: ManuallyDrop::new(flight),
            turns: Turns::new(depth),
        })
    }

    fn hand_in(&mut self, task: Task, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        let other = |errno| IoFailure::Other { errno };
        let slot = self.turns.next().ok_or(other(libc::EBUSY))?;
        if length > self.flight.piece {
            return Err(other(libc::EINVAL));
        }
        self.flight.handle.admit(task, offset, length)?;
        let answer = Answer::Pending;
        self.flight.requests[slot] = Request {
            task,
            offset,
            length,
            answer,
        };
        if let Err(errno) = self.flight.submit(slot) {
            self.flight.requests[slot].answer = Answer::Given(0);
            return Err(other(errno));
        }
        self.turns.hand_in();
        Ok(())
    }
}

impl Flight {
    /// The buffer of a slot.
    fn bytes(&mut self, slot: usize, length: usize) -> &mut [u8] {
        let start = self.memory.address(slot, self.piece);
        // SAFETY: `slot` is below the depth and no more than a piece is lent, so the bytes lie in the memory, which
        // is zero or written. Callers ask only for slots with no request in flight, so the kernel has no use of
        // them, and the borrow of `self` keeps anything from being handed in meanwhile.
        unsafe { std::slice::from_raw_parts_mut(start, length.min(self.piece)) }
    }

    /// What the kernel is told about the request in `slot`.
    fn entry(&self, slot: usize) -> squeue::Entry {
        let Request {
            task, offset, length, ..
        } = self.requests[slot];
        let file = Fd(self.handle.file().as_raw_fd());
        let start = self.memory.address(slot, self.piece);
        let (length, index) = (length as u32, slot as u16);
        let entry = match (task, self.registered) {
            (Task::Read, true) => opcode::ReadFixed::new(file, start, length, index)
                .offset(offset.0)
                .build(),
            (Task::Read, false) => opcode::Read::new(file, start, length).offset(offset.0).build(),
            (Task::Write, true) => opcode::WriteFixed::new(file, start, length, index)
                .offset(offset.0)
                .build(),
            (Task::Write, false) => opcode::Write::new(file, start, length).offset(offset.0).build(),
        };
        let flags = if task == Task::Write && self.beside {
            squeue::Flags::ASYNC
        } else {
            squeue::Flags::empty()
        };
        entry.flags(flags).user_data(slot as u64)
    }

    /// Gives the kernel the request in `slot`; an error number where it did not take it, and never will.
    fn submit(&mut self, slot: usize) -> Result<(), i32> {
        if let Some(errno) = self.broken {
            return Err(errno);
        }
        let entry = self.entry(slot);
        // SAFETY: the buffer is a piece of the memory, and the descriptor is that of the handle; both are kept
        // until the answer, beyond the life of this value where it has to be.
        if unsafe { self.ring.submission().push(&entry) }.is_err() {
            return Err(libc::EBUSY);
        }
        let taken = self.give();
        self.broken = taken.err();
        taken
    }

    /// Tells the kernel of what was pushed, until it has taken it.
    fn give(&mut self) -> Result<(), i32> {
        for _ in 0..ATTEMPTS {
            let told = self.ring.submit();
            if self.ring.submission().is_empty() {
                return Ok(());
            }
            match told.map_err(|error| error.raw_os_error()) {
                Ok(_) | Err(Some(libc::EINTR)) => {}
                Err(Some(libc::EAGAIN | libc::EBUSY)) => {
                    self.collect();
                    std::thread::sleep(PAUSE);
                }
                Err(errno) => return Err(errno.unwrap_or(libc::EIO)),
            }
        }
        Err(libc::EAGAIN)
    }

    /// Takes every answer that is there.
    fn collect(&mut self) {
        while let Some((slot, answer)) = self.next_answer() {
            if let Some(request) = self.requests.get_mut(slot) {
                let again = [-libc::EAGAIN, -libc::EINTR].contains(&answer);
                request.answer = if again {
                    Answer::Again
                } else {
                    Answer::Given(answer)
                };
            }
        }
    }

    fn next_answer(&mut self) -> Option<(usize, i32)> {
        let entry = self.ring.completion().next()?;
        Some((entry.user_data() as usize, entry.result()))
    }

    /// Hands in again what the kernel wants to have again.
    fn repeat(&mut self) {
        for slot in 0..self.requests.len() {
            if matches!(self.requests[slot].answer, Answer::Again) {
                self.requests[slot].answer = Answer::Pending;
                if let Err(errno) = self.submit(slot) {
                    self.requests[slot].answer = Answer::Given(-errno);
                }
            }
        }
    }

    /// Waits for one more answer, a signal, or until `patience` is over.
    fn wait(&self, patience: Duration) {
        let span = Timespec::from(patience.min(LONGEST_WAIT));
        let arguments = SubmitArgs::new().timespec(&span);
        let flags = (EnterFlags::GETEVENTS | EnterFlags::EXT_ARG).bits();
        // SAFETY: the arguments live until the call returns, and are what these flags announce. Nothing is handed
        // in: what a broken ring still has in its submission queue must never go out.
        let waited = unsafe { self.ring.submitter().enter(0, 1, flags, Some(&arguments)) };
        let usual = |errno| matches!(errno, Some(libc::ETIME | libc::EINTR));
        if waited.is_err_and(|error| !usual(error.raw_os_error())) {
            std::thread::sleep(patience.min(PAUSE));
        }
    }

    /// Whether the kernel may still use some of the memory.
    fn is_lent(&self) -> bool {
        let pending = |request: &Request| matches!(request.answer, Answer::Pending);
        self.requests.iter().any(pending)
    }

    /// Waits until the kernel has no more use of the memory. Nothing is handed in again.
    fn outlast(&mut self) {
        loop {
            self.collect();
            if !self.is_lent() {
                return;
            }
            self.wait(LONGEST_WAIT);
        }
    }
}

/// A ring that has carried out a request which does nothing, or the code of why there is none.
fn proven(depth: u32) -> Result<IoUring, String> {
    let mut ring = IoUring::new(depth).map_err(|error| refused(&error))?;
    if !ring.params().is_feature_ext_arg() || !ring.params().is_feature_nodrop() {
        return Err("too-old".to_owned());
    }
    // SAFETY: this request names no memory and no file.
    let pushed = unsafe { ring.submission().push(&opcode::Nop::new().build()) };
    let told = ring.submit_and_wait(1).map_err(|error| refused(&error))?;
    if pushed.is_err() || told != 1 || ring.completion().next().is_none() {
        return Err("silent".to_owned());
    }
    Ok(ring)
}

/// The code of a refusal, as the record has it.
fn refused(error: &std::io::Error) -> String {
    match error.raw_os_error().unwrap_or(libc::EIO) {
        libc::ENOSYS => "no-io-uring".to_owned(),
        libc::EPERM | libc::EACCES => "forbidden".to_owned(),
        libc::ENOMEM => "no-memory".to_owned(),
        errno => format!("errno-{errno}"),
    }
}

/// Gives the kernel the buffers once for all; whether it took them.
fn register(ring: &IoUring, memory: &Memory, depth: usize, piece: usize) -> bool {
    let buffer = |slot| libc::iovec {
        iov_base: memory.address(slot, piece).cast(),
        iov_len: piece,
    };
    let buffers: Vec<_> = (0..depth).map(buffer).collect();
    // SAFETY: the pieces lie in the memory, which lives longer than the ring: it is unmapped after the ring is
    // closed, or not at all.
    unsafe { ring.submitter().register_buffers(&buffers) }.is_ok()
}

impl Queue for Ring {
    fn shape(&self) -> QueueShape {
        QueueShape {
            engine: IoEngine::IoUring {
                registered: self.flight.registered,
            },
            depth: self.flight.requests.len() as u16,
            piece: ByteCount(self.flight.piece as u64),
        }
    }

    fn in_flight(&self) -> usize {
        self.turns.in_flight()
    }

    fn buffer(&mut self) -> Option<(usize, &mut [u8])> {
        let slot = self.turns.next()?;
        Some((slot, self.flight.bytes(slot, usize::MAX)))
    }

    fn write(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        self.hand_in(Task::Write, offset, length)
    }

    fn read(&mut self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        self.hand_in(Task::Read, offset, length)
    }

    fn retire(&mut self, patience: Duration) -> Option<Retired<'_>> {
        let slot = self.turns.oldest()?;
        let started = Instant::now();
        let answer = loop {
            self.flight.collect();
            self.flight.repeat();
            if let Answer::Given(answer) = self.flight.requests[slot].answer {
                break answer;
            }
            let left = patience.saturating_sub(started.elapsed());
            if left.is_zero() {
                return None;
            }
            self.flight.wait(left);
        };
        self.turns.retire();
        let Request { offset, length, .. } = self.flight.requests[slot];
        Some(Retired {
            slot,
            offset,
            result: io::answered(answer),
            bytes: self.flight.bytes(slot, length),
        })
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.flight.collect();
        // SAFETY: it is not used again: this value is being dropped.
        let flight = unsafe { ManuallyDrop::take(&mut self.flight) };
        if !flight.is_lent() {
            return;
        }
        // What is in flight may still be carried out, into and out of this memory: a thread of its own waits for
        // it. Where none can be had, all of it stays as it is, for good.
        let kept = ManuallyDrop::new(flight);
        let waiting = std::thread::Builder::new().name("left-behind".to_owned());
        let _ = waiting.spawn(move || ManuallyDrop::into_inner(kept).outlast());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::BlockSize;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn ring() -> Option<Ring> {
        let file = tempfile::tempfile().unwrap();
        file.set_len(8192).unwrap();
        let handle = Handle::new(file, BlockSize::SECTOR, 8192);
        let ring = Ring::new(Arc::new(handle), 2, 65_536, true);
        if let Err(reason) = &ring {
            println!("not run: {reason}");
        }
        ring.ok()
    }

    #[test]
    fn a_broken_ring_takes_nothing_more_and_gives_back_what_it_has() {
        let Some(mut ring) = ring() else { return };
        ring.write(ByteOffset(0), 4096).unwrap();
        ring.flight.broken = Some(libc::EBADF);
        let errno = libc::EBADF;
        assert_eq!(
            ring.write(ByteOffset(4096), 4096),
            Err(IoFailure::Other { errno })
        );
        assert_eq!(ring.in_flight(), 1);
        assert_eq!(ring.retire(PATIENCE).map(|one| one.result), Some(Ok(4096)));
        assert!(ring.retire(PATIENCE).is_none());
        assert!(!ring.flight.is_lent());
    }

    #[test]
    fn what_the_kernel_wants_again_is_handed_in_again() {
        let Some(mut ring) = ring() else { return };
        let (_, buffer) = ring.buffer().unwrap();
        buffer[..512].fill(9);
        ring.write(ByteOffset(0), 512).unwrap();
        while matches!(ring.flight.requests[0].answer, Answer::Pending) {
            ring.flight.wait(PATIENCE);
            ring.flight.collect();
        }
        ring.flight.handle.file().set_len(0).unwrap();
        ring.flight.requests[0].answer = Answer::Again;
        assert_eq!(ring.retire(PATIENCE).map(|one| one.result), Some(Ok(512)));
        assert_eq!(
            ring.flight.handle.file().metadata().unwrap().len(),
            512,
            "written twice"
        );
    }

    #[test]
    fn patience_of_any_length_is_no_error() {
        let Some(mut ring) = ring() else { return };
        for patience in [Duration::MAX, Duration::from_nanos(1), PATIENCE] {
            ring.read(ByteOffset(0), 512).unwrap();
            while ring.retire(patience).is_none() {}
            assert_eq!(ring.in_flight(), 0);
        }
    }
}
