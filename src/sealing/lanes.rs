//! Several threads on one stream: what can be done in any order is, what must be in order is done in order.
//!
//! Nobody waits for a turn. A lane leaves its segment with each piece of ordered work and goes on; whoever
//! brings the segment that is due does all that is due by then. Lanes wait for one thing alone: room.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::SealingError;

/// How long somebody waits before looking whether the work was given up.
const LOOK_UP: Duration = Duration::from_millis(20);

/// Segments that may wait for ordered work, for each lane.
const WAITING: usize = 4;

/// Work that must be done in the order of the segments' numbers.
pub(super) struct InOrder<T, I> {
    line: Mutex<Line<T, I>>,
}

struct Line<T, I> {
    next: u64,
    waiting: BTreeMap<u64, I>,
    /// Not here while somebody works with it.
    content: Option<T>,
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

    /// Runs lanes to their end. A lane that panics ends the others; the panic is handed on.
    pub(super) fn run_lanes(&self, lane: impl Fn() + Sync) {
        let guarded = || {
            let _unless_it_ends = RaisedByPanic(self);
            lane();
        };
        std::thread::scope(|scope| {
            for _ in 0..threads() {
                scope.spawn(guarded);
            }
        });
    }
}

struct RaisedByPanic<'a>(&'a Halt);

impl Drop for RaisedByPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.raise(0, SealingError::Stopped);
        }
    }
}

impl<T, I> InOrder<T, I> {
    /// Work whose first turn has the number 0.
    pub(super) const fn new(content: T) -> Self {
        Self {
            line: Mutex::new(Line {
                next: 0,
                waiting: BTreeMap::new(),
                content: Some(content),
            }),
        }
    }

    /// Leaves `item`, whose turn is `number`, and does all that is due, unless somebody is at it. Every number
    /// comes once.
    pub(super) fn put(
        &self,
        number: u64,
        item: I,
        halt: &Halt,
        job: impl Fn(&mut T, I) -> Result<(), SealingError>,
    ) {
        let mut line = lock(&self.line);
        line.waiting.insert(number, item);
        let Some(mut content) = line.content.take() else {
            return;
        };
        while !halt.is_raised()
            && let Some(item) = {
                let due = line.next;
                line.waiting.remove(&due)
            }
        {
            let number = line.next;
            drop(line);
            if let Err(error) = job(&mut content, item) {
                halt.raise(number, error);
            }
            line = lock(&self.line);
            line.next += 1;
        }
        line.content = Some(content);
    }

    /// What it was made with, after `turns` turns.
    ///
    /// # Errors
    /// [`SealingError::Stopped`] where there were fewer.
    pub(super) fn into_content(self, turns: u64) -> Result<T, SealingError> {
        let line = self.line.into_inner().unwrap_or_else(PoisonError::into_inner);
        match line.content {
            Some(content) if line.next == turns => Ok(content),
            _ => Err(SealingError::Stopped),
        }
    }
}

/// Room for segments on their way: so many, and no more.
pub(super) struct Rooms {
    state: Mutex<(usize, Vec<Vec<u8>>)>,
    given_back: Condvar,
}

impl Rooms {
    /// Room for the segments that lanes hold, `each` at a time, and for some that wait.
    pub(super) fn new(each: usize) -> Self {
        Self {
            state: Mutex::new((threads() * (each + WAITING), Vec::new())),
            given_back: Condvar::new(),
        }
    }

    /// Room that holds something or other; none when the work was given up.
    pub(super) fn take(&self, halt: &Halt) -> Option<Vec<u8>> {
        let mut state = lock(&self.state);
        loop {
            if halt.is_raised() {
                return None;
            }
            if let Some(room) = state.1.pop() {
                return Some(room);
            }
            if state.0 > 0 {
                state.0 -= 1;
                return Some(Vec::new());
            }
            let waited = self.given_back.wait_timeout(state, LOOK_UP);
            state = waited.map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state);
        }
    }

    /// Gives room back.
    pub(super) fn give(&self, room: Vec<u8>) {
        lock(&self.state).1.push(room);
        self.given_back.notify_one();
    }

    /// Gives shared room back, if nobody else has it still.
    pub(super) fn give_shared(&self, room: Arc<Vec<u8>>) {
        if let Some(room) = Arc::into_inner(room) {
            self.give(room);
        }
    }
}

/// A poisoned lock is a thread that panicked; the scope around all threads hands that panic on.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many threads: one for each core, as more take the ordered work's caches from one another; two at least,
/// so that one core reads while the other end writes.
pub(super) fn threads() -> usize {
    // Room is made for as many lanes as there will be: it is asked once.
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| {
        std::thread::available_parallelism()
            .map_or(2, std::num::NonZero::get)
            .clamp(2, 16)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn turns_come_in_order_and_none_is_left() {
        let (halt, next, rooms) = (Halt::default(), AtomicU64::new(0), Rooms::new(1));
        let line: InOrder<Vec<u64>, Vec<u8>> = InOrder::new(Vec::new());
        halt.run_lanes(|| {
            while let Some(mut room) = rooms.take(&halt) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= 5_000 {
                    return;
                }
                room.clear();
                room.extend_from_slice(&number.to_be_bytes());
                line.put(number, room, &halt, |seen, room| {
                    seen.push(u64::from_be_bytes(room[..8].try_into().unwrap()));
                    rooms.give(room);
                    Ok(())
                });
            }
        });
        assert!(halt.into_result().is_ok());
        assert!(line.into_content(5_000).unwrap().into_iter().eq(0..5_000));
    }

    #[test]
    fn there_is_so_much_room_and_no_more() {
        let (halt, rooms) = (Halt::default(), Rooms::new(2));
        let all: Vec<Vec<u8>> = (0..threads() * (2 + WAITING))
            .map(|_| rooms.take(&halt).unwrap())
            .collect();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| rooms.take(&halt));
            std::thread::sleep(3 * LOOK_UP);
            assert!(!waiting.is_finished());
            let shared = Arc::new(all.into_iter().next().unwrap());
            rooms.give_shared(Arc::clone(&shared));
            rooms.give_shared(shared);
            assert!(waiting.join().unwrap().is_some());
            let given_up = scope.spawn(|| rooms.take(&halt));
            halt.raise(0, SealingError::Stopped);
            assert!(given_up.join().unwrap().is_none());
        });
    }

    #[test]
    fn the_first_failure_ends_all_lanes_and_missing_turns_are_told() {
        let (halt, next, rooms) = (Halt::default(), AtomicU64::new(0), Rooms::new(1));
        let line: InOrder<(), (u64, Vec<u8>)> = InOrder::new(());
        halt.run_lanes(|| {
            while let Some(room) = rooms.take(&halt) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                // The lane that brings a turn need not be the one that does it: the item says whose it is.
                line.put(number, (number, room), &halt, |(), (due, room)| {
                    rooms.give(room);
                    if due == 70 {
                        Err(SealingError::Commitment)
                    } else {
                        Ok(())
                    }
                });
            }
        });
        assert_eq!(halt.into_result(), Err(SealingError::Commitment));
        assert!(line.into_content(5_000).is_err());
    }

    #[test]
    fn a_lane_that_panics_ends_the_others() {
        let (halt, rooms) = (Halt::default(), Rooms::new(1));
        let lanes = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            halt.run_lanes(|| {
                let room = rooms.take(&halt);
                assert!(room.is_none(), "the first lane that comes");
            });
        }));
        assert!(lanes.is_err() && halt.is_raised());
    }
}
