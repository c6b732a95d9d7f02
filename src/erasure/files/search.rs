//! Reading a whole device once, after all was erased, for what was: blocks of old content, and names.
//!
//! Only reads: it is lent a [`Source`], which cannot be written. What is found is a place and nothing more; whose it is,
//! nobody asks here. Earlier versions, freed blocks, the journal, other files: all of them are places.

use std::time::{Duration, Instant};

use crate::devices::{Queue, Source};
use crate::erasure::exact::{Exact, PIECE};
use crate::erasure::sample::pieces;
use crate::progress::{Event, Observer, Phase, StopSignal};
use crate::units::{BlockSize, ByteCount, ByteOffset};

use super::batch::FilesJob;
use super::stretches::in_pieces;
use super::wanted::{LookedFor, OldContent, Ready};

/// How many places are listed.
const LISTED: usize = 100;
/// The longest wait for a request before somebody looks whether to go on.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Places at which something was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// How many there are.
    pub count: u64,
    /// The first hundred, on the file system's own device.
    pub first: Vec<ByteOffset>,
}

impl Places {
    fn add(&mut self, at: u64) {
        self.count += 1;
        if self.first.len() < LISTED {
            self.first.push(ByteOffset(at));
        }
    }
}

/// What a search of one device measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceSearch {
    /// Which file system lies on it.
    pub system: usize,
    /// What was looked for.
    pub looked_for: LookedFor,
    /// Bytes that were read.
    pub read: ByteCount,
    /// Whether those are all that it has.
    pub complete: bool,
    /// Blocks that hold old content.
    pub content: Places,
    /// Places at which a name of an erased file begins.
    pub names: Places,
}

/// Reads `source`, the device of file system `system`, for what is `old`. Without one it could not be opened: nothing was
/// read then, and it says so.
pub fn search_device(
    job: &FilesJob,
    old: &OldContent,
    system: usize,
    source: Option<Box<dyn Source>>,
    observer: &mut dyn Observer,
    stop: &StopSignal,
) -> DeviceSearch {
    let mut found = DeviceSearch {
        system,
        ..DeviceSearch::default()
    };
    let (Some(wanted), Some(mut source)) = (old.of(system), source) else {
        found.looked_for = old
            .of(system)
            .map_or_else(LookedFor::default, |wanted| wanted.counts);
        return found;
    };
    found.looked_for = wanted.counts;
    let size = source.size();
    let Ok(queue) = source.queue(job.memory) else {
        return found;
    };
    observer.observe(Event::Started {
        phase: Phase::Search,
        pass: 1,
        passes: 1,
        total: size,
    });
    let ready = Ready::new(job.key(), wanted);
    let block = BlockSize::new(u32::try_from(wanted.block).unwrap_or(0)).unwrap_or(BlockSize::SECTOR);
    let mut sweep = Sweep {
        looking: Looking {
            ready: &ready,
            before: Vec::new(),
            next: 0,
            found: &mut found,
        },
        medium: Exact::new(source, block),
        stop,
        stalled_after: job.watchdog,
        patience: job.patience,
    };
    let whole = sweep.all(queue, size, observer);
    found.complete = whole && found.read == size;
    observer.observe(Event::Finished);
    found
}

/// One reading from front to back.
struct Sweep<'a> {
    looking: Looking<'a>,
    medium: Exact<dyn Source>,
    stop: &'a StopSignal,
    stalled_after: Duration,
    /// Time that may be lost on places that refuse.
    patience: Duration,
}

impl Sweep<'_> {
    /// Says whether it came to the end; places that cannot be read are left out.
    fn all(&mut self, mut queue: Box<dyn Queue>, size: ByteCount, observer: &mut dyn Observer) -> bool {
        let step = queue.shape().piece.0.min(PIECE as u64);
        let mut ranges = pieces(size).flat_map(|piece| in_pieces(piece, step)).peekable();
        let mut alive = Instant::now();
        loop {
            while let Some(range) = ranges.peek().copied()
                && queue.buffer().is_some()
            {
                if queue.read(range.start, range.length.0 as usize).is_err() {
                    return false;
                }
                ranges.next();
            }
            if queue.in_flight() == 0 {
                return true;
            }
            if self.stop.is_raised() || alive.elapsed() > self.stalled_after {
                return false;
            }
            let Some(retired) = queue.retire(LOOK_EVERY) else {
                continue;
            };
            let at = retired.offset.0;
            let end = at + retired.bytes.len() as u64;
            if retired.result == Ok(retired.bytes.len()) {
                self.looking.at(at, retired.bytes);
            } else if !self.again(at, retired.bytes) {
                return false;
            }
            alive = Instant::now();
            observer.observe(Event::Advanced { done: ByteCount(end) });
        }
    }

    /// Reads a piece that refused block by block. Says whether to go on.
    fn again(&mut self, at: u64, bytes: &mut [u8]) -> bool {
        let begun = Instant::now();
        let block = self.medium.block();
        for (inside, part) in (0..).step_by(block).zip(bytes.chunks_mut(block)) {
            if self.stop.is_raised() || begun.elapsed() > self.patience {
                return false;
            }
            match self.medium.read(at + inside, part) {
                Ok(()) => self.looking.at(at + inside, part),
                Err(failure) if self.medium.ending(failure).is_some() => return false,
                Err(_) => {}
            }
        }
        self.patience = self.patience.saturating_sub(begun.elapsed());
        true
    }
}

/// What was read is looked at in order.
struct Looking<'a> {
    ready: &'a Ready<'a>,
    /// The end of what came last: a name may begin in there.
    before: Vec<u8>,
    /// Where that ends.
    next: u64,
    found: &'a mut DeviceSearch,
}

impl Looking<'_> {
    /// Looks at `bytes` at `at`, where a block begins.
    fn at(&mut self, at: u64, bytes: &[u8]) {
        let DeviceSearch {
            content, names, read, ..
        } = &mut *self.found;
        self.ready
            .blocks_in(bytes, |inside| content.add(at + inside as u64));
        read.0 += bytes.len() as u64;
        let finder = &self.ready.finder;
        if finder.is_empty() {
            return;
        }
        if self.next != at {
            self.before.clear();
        }
        let kept = self.before.len();
        let overlap = finder.overlap();
        self.before.extend_from_slice(&bytes[..bytes.len().min(overlap)]);
        finder.find(&self.before, |start, length| {
            // One that ends in there was found when that came.
            if start < kept && start + length > kept {
                names.add(at - (kept - start) as u64);
            }
        });
        finder.find(bytes, |start, _| names.add(at + start as u64));
        self.keep(kept, bytes, overlap);
        self.next = at + bytes.len() as u64;
    }

    /// Keeps the last bytes of what was read up to now; `kept` of them are kept already.
    fn keep(&mut self, kept: usize, bytes: &[u8], overlap: usize) {
        self.before.truncate(kept);
        self.before
            .extend_from_slice(&bytes[bytes.len().saturating_sub(overlap)..]);
        let surplus = self.before.len().saturating_sub(overlap);
        self.before.drain(..surplus);
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
