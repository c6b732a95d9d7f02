//! What long work tells while it runs, and how it is asked to stop.
//!
//! Engines send [`Event`]s to an [`Observer`]; rates, bars and text belong to whoever observes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::units::{ByteCount, ByteOffset};

/// What a stretch of work does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// The blocks of an image file are being allocated.
    Allocate,
    /// A pass is being written.
    Write,
    /// Files are sealed into a package.
    Seal,
    /// A package is opened.
    Open,
    /// Volumes are read and digested.
    Digest,
    /// A pass is being read back and compared.
    ReadBack,
    /// What lies on the medium is being compared with the content of files, before anything is written.
    Compare,
    /// Old places of files are being read once more.
    LookAgain,
}

/// One message about running work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// One of several parts begins; each has its own phases. Not told where there is only one.
    Part {
        /// Which one, from 1.
        number: usize,
        /// Of how many.
        of: usize,
    },
    /// A phase begins.
    Started {
        /// What is done.
        phase: Phase,
        /// Which pass, from 1.
        pass: u16,
        /// Of how many passes.
        passes: u16,
        /// How many bytes the phase will cover.
        total: ByteCount,
    },
    /// The phase has covered `done` bytes.
    Advanced {
        /// Bytes covered since the phase began.
        done: ByteCount,
    },
    /// A place could not be written or read, or held other bytes than were written.
    Trouble {
        /// Where it begins.
        at: ByteOffset,
    },
    /// The phase is over, complete or not.
    Finished,
}

/// Receives events. Must return quickly: the engine waits for it.
pub trait Observer: Send {
    /// One event, in order.
    fn observe(&mut self, event: Event);
}

/// An observer that says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn observe(&mut self, _event: Event) {}
}

/// The wish to stop, shared between whoever catches Ctrl-C and the engine.
#[derive(Clone, Debug, Default)]
pub struct StopSignal(Arc<AtomicBool>);

impl StopSignal {
    /// A signal on a flag that somebody else raises (a signal handler).
    #[must_use]
    pub fn on(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }

    /// Asks to stop.
    pub fn raise(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether stopping was asked for.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
