//! Several threads on one stream: what can be done in any order is, what must be in order waits its turn.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::SealingError;

/// How long somebody waits before looking whether the work was given up.
const LOOK_UP: Duration = Duration::from_millis(20);

/// Work that must be done in the order of the segments' numbers.
pub(super) struct InOrder<T> {
    gate: Mutex<Gate<T>>,
    moved: Condvar,
}

struct Gate<T> {
    next: u64,
    content: T,
}

/// The first thing that went wrong; whoever sees it stops.
#[derive(Default)]
pub(super) struct Halt {
    raised: AtomicBool,
    first: Mutex<Option<(u64, SealingError)>>,
}

impl Halt {
    pub(super) fn is_raised(&self) -> bool {
        self.raised.load(Ordering::Acquire)
    }

    /// Keeps what went wrong at the smallest number.
    pub(super) fn raise(&self, number: u64, error: SealingError) {
        let mut first = lock(&self.first);
        if first.as_ref().is_none_or(|(known, _)| number < *known) {
            *first = Some((number, error));
        }
        self.raised.store(true, Ordering::Release);
    }

    pub(super) fn into_result(self) -> Result<(), SealingError> {
        let first = self.first.into_inner().unwrap_or_else(PoisonError::into_inner);
        first.map_or(Ok(()), |(_, error)| Err(error))
    }
}

impl<T> InOrder<T> {
    /// Work whose first turn has the number `next`.
    pub(super) fn new(next: u64, content: T) -> Self {
        Self {
            gate: Mutex::new(Gate { next, content }),
            moved: Condvar::new(),
        }
    }

    /// Waits for the turn of `number` and does `job`; nothing where the work was given up meanwhile.
    pub(super) fn turn(
        &self,
        number: u64,
        halt: &Halt,
        job: impl FnOnce(&mut T) -> Result<(), SealingError>,
    ) {
        let mut gate = lock(&self.gate);
        while gate.next != number {
            if halt.is_raised() {
                return;
            }
            let waited = self.moved.wait_timeout(gate, LOOK_UP);
            gate = waited.map_or_else(|poisoned| poisoned.into_inner().0, |(gate, _)| gate);
        }
        if halt.is_raised() {
            return;
        }
        if let Err(error) = job(&mut gate.content) {
            halt.raise(number, error);
        }
        gate.next = number + 1;
        drop(gate);
        self.moved.notify_all();
    }

    /// What it was made with.
    pub(super) fn into_content(self) -> T {
        self.gate
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .content
    }
}

/// A poisoned lock is a thread that panicked; the scope around all threads hands that panic on.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many threads: one for each core, and one more, so that no core waits for somebody's turn.
pub(super) fn threads() -> usize {
    std::thread::available_parallelism()
        .map_or(2, std::num::NonZero::get)
        .min(15)
        + 1
}
