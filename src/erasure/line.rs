//! Between the thread that works on the medium and the one that watches it: reports in order, a pulse
//! that shows how far the work is, and the wish to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::devices::{IoFailure, QueueShape, ReadPath, Target};
use crate::progress::StopSignal;
use crate::units::ByteRange;

use super::outcome::{Displaced, Ending, SampleDrawn, SecondLook};

/// A fact that the worker found.
pub(super) enum Report {
    /// What carries out overlapped I/O.
    Queue(QueueShape),
    /// The pass with this index begins, or goes on where an earlier run has left it.
    PassStarted { index: usize, phase: u32 },
    /// The pass is to be written again: a later one of an earlier run had been written over it.
    PassOverwritten { index: usize },
    /// The pass begins again because its flush failed.
    PassRepeated { phase: u32 },
    /// A place could not be written.
    Unwritable(ByteRange),
    /// A completed flush in the midst of a pass covers all that was dealt with so far.
    Checkpoint { covered: u64, good: u64 },
    /// The pass was flushed, or could not be, with so many bytes written.
    Flushed {
        written: u64,
        result: Result<(), IoFailure>,
    },
    /// The pass is over.
    PassEnded { covered: u64 },
    /// Reading back the pass with this index begins.
    ReadStarted {
        index: usize,
        phase: u32,
        path: ReadPath,
        planned: u64,
        sample: Option<SampleDrawn>,
    },
    /// A block held so many other bytes.
    Mismatch { range: ByteRange, bytes: u64 },
    /// A place could not be read.
    Unreadable(ByteRange),
    /// What the places that differed hold instead, as far as that is known by now.
    Displaced(Displaced),
    /// Reading back is over.
    ReadEnded { covered: u64, compared: u64 },
    /// What the second look found.
    Looked(SecondLook),
}

/// What comes over the line.
pub(super) enum Message {
    /// A fact.
    Report(Report),
    /// The work is over, and this is the medium, where it was lent for destruction.
    Done(Ending, Option<Box<dyn Target>>),
}

/// Why the worker stops working.
pub(super) enum Halt {
    /// For a reason that belongs on the record.
    Ended(Ending),
    /// Nobody listens any more.
    Abandoned,
}

/// How far the current phase is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Beat {
    /// Which phase, counted from 1 over the whole run.
    pub(super) phase: u32,
    /// Bytes that the phase has dealt with.
    pub(super) covered: u64,
    /// Bytes of those that were written or compared.
    pub(super) good: u64,
    /// Rises with every sign of life.
    pub(super) count: u64,
}

/// The worker's pulse, readable at any time.
#[derive(Clone, Default)]
pub(super) struct Pulse(Arc<Mutex<Beat>>);

impl Pulse {
    /// How far the work is now.
    pub(super) fn read(&self) -> Beat {
        *self.lock()
    }

    fn begin(&self, covered: u64, good: u64) -> u32 {
        let mut beat = self.lock();
        *beat = Beat {
            phase: beat.phase.saturating_add(1),
            count: beat.count + 1,
            covered,
            good,
        };
        beat.phase
    }

    fn advance(&self, covered: u64, good: u64) {
        let mut beat = self.lock();
        *beat = Beat {
            phase: beat.phase,
            covered: beat.covered + covered,
            good: beat.good + good,
            count: beat.count + 1,
        };
    }

    /// A beat is plain numbers, so one left by a thread that panicked is as good as any.
    fn lock(&self) -> MutexGuard<'_, Beat> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The worker's end of the line.
pub(super) struct Line {
    sender: SyncSender<Message>,
    pulse: Pulse,
    stop: StopSignal,
    abandoned: Arc<AtomicBool>,
}

impl Line {
    /// A line over `sender` that heeds `stop` and `abandoned`.
    pub(super) fn new(sender: SyncSender<Message>, stop: StopSignal, abandoned: Arc<AtomicBool>) -> Self {
        Self {
            sender,
            pulse: Pulse::default(),
            stop,
            abandoned,
        }
    }

    /// The pulse that this end drives.
    pub(super) fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Whether to go on.
    pub(super) fn check(&self) -> Result<(), Halt> {
        if self.abandoned.load(Ordering::SeqCst) {
            return Err(Halt::Abandoned);
        }
        if self.stop.is_raised() {
            Err(Halt::Ended(Ending::Stopped))
        } else {
            Ok(())
        }
    }

    /// Begins a phase: its number.
    pub(super) fn begin(&self) -> u32 {
        self.pulse.begin(0, 0)
    }

    /// Goes on with a phase of which `covered` bytes were dealt with and `good` written: its number.
    pub(super) fn begin_at(&self, covered: u64, good: u64) -> u32 {
        self.pulse.begin(covered, good)
    }

    /// Says that the phase has dealt with `covered` more bytes, `good` of them written or compared.
    pub(super) fn advance(&self, covered: u64, good: u64) {
        self.pulse.advance(covered, good);
    }

    /// Shows that the worker is alive where nothing else does.
    pub(super) fn sign_of_life(&self) {
        self.pulse.advance(0, 0);
    }

    /// How far the current phase is.
    pub(super) fn beat(&self) -> Beat {
        self.pulse.read()
    }

    /// Reports a fact.
    pub(super) fn tell(&self, report: Report) -> Result<(), Halt> {
        self.sender
            .send(Message::Report(report))
            .map_err(|_| Halt::Abandoned)
    }

    /// Reports the end and hands the medium back. Where nobody listens any more the medium is closed.
    pub(super) fn done(self, ending: Ending, target: Option<Box<dyn Target>>) {
        drop(self.sender.send(Message::Done(ending, target)));
    }
}
