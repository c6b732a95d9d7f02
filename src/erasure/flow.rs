//! Requests in flight: handed in front to back, taken back in the same order, while the processor makes
//! the next pattern or compares the last bytes.

use std::time::{Duration, Instant};

use crate::devices::{Queue, Retired};
use crate::units::ByteRange;

use super::line::{Halt, Line};
use super::pace::Pace;

/// The longest wait for a request before somebody looks whether to go on.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// So long requests in flight are waited for when the work ends early.
const DRAIN_GRACE: Duration = Duration::from_millis(400);

/// What a flow does with its requests.
pub(super) trait Course {
    /// Makes a request of `range` ready in buffer `slot` and hands it in.
    ///
    /// # Errors
    /// Why the work ends.
    fn hand_in(&mut self, queue: &mut dyn Queue, range: ByteRange) -> Result<(), Halt>;

    /// Deals with a request that is over.
    ///
    /// # Errors
    /// Why the work ends.
    fn take_back(&mut self, retired: Retired<'_>) -> Result<(), Halt>;

    /// Is asked between requests, all of which up to now were dealt with in order.
    ///
    /// # Errors
    /// Why the work ends.
    fn between(&mut self) -> Result<(), Halt>;
}

/// Runs requests over `ranges` (whole blocks, none longer than a piece of the queue) through `queue`.
pub(super) fn run(
    queue: &mut dyn Queue,
    ranges: impl Iterator<Item = ByteRange>,
    line: &Line,
    pace: &mut Pace,
    course: &mut impl Course,
) -> Result<(), Halt> {
    // What an earlier attempt left behind is none of this one's.
    while queue.in_flight() > 0 {
        line.check()?;
        let _ = queue.retire(LOOK_EVERY);
    }
    let mut in_order = true;
    let result = pump(queue, ranges, line, pace, course, &mut in_order);
    if let Err(Halt::Ended(_)) = &result {
        drain(queue, in_order.then_some(course));
    }
    result
}

fn pump(
    queue: &mut dyn Queue,
    ranges: impl Iterator<Item = ByteRange>,
    line: &Line,
    pace: &mut Pace,
    course: &mut impl Course,
    in_order: &mut bool,
) -> Result<(), Halt> {
    let mut ranges = ranges.peekable();
    loop {
        let mut patience = LOOK_EVERY;
        while let Some(range) = ranges.peek().copied() {
            line.check()?;
            if let Some(wait) = pace.wait() {
                patience = wait.min(LOOK_EVERY);
                line.sign_of_life();
                break;
            }
            if queue.buffer().is_none() {
                break;
            }
            course.hand_in(queue, range)?;
            pace.count(range.length.0);
            ranges.next();
        }
        if queue.in_flight() == 0 {
            if ranges.peek().is_none() {
                return Ok(());
            }
            std::thread::sleep(patience);
            continue;
        }
        line.check()?;
        if let Some(retired) = queue.retire(patience) {
            // Where one could not be dealt with, those after it no longer follow on.
            *in_order = false;
            course.take_back(retired)?;
            course.between()?;
            *in_order = true;
        }
    }
}

/// Waits a while for what is still in flight, and counts it where it follows on what was dealt with.
fn drain(queue: &mut dyn Queue, mut course: Option<&mut impl Course>) {
    let begun = Instant::now();
    while queue.in_flight() > 0 && begun.elapsed() < DRAIN_GRACE {
        let Some(retired) = queue.retire(LOOK_EVERY) else {
            continue;
        };
        let whole = retired.result == Ok(retired.bytes.len());
        course = course.filter(|_| whole);
        if let Some(counting) = &mut course
            && counting.take_back(retired).is_err()
        {
            course = None;
        }
    }
}

/// `range` in steps of `step` bytes from its front.
pub(super) fn in_steps(range: ByteRange, step: u64) -> impl Iterator<Item = ByteRange> {
    let (start, end) = (range.start.0, range.end());
    (0..range.length.0.div_ceil(step)).map(move |index| {
        let at = start + index * step;
        ByteRange::new(at, step.min(end - at))
    })
}
