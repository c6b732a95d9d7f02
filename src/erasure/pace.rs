//! A limit on bytes a second, for a machine that is in use.

use std::time::{Duration, Instant};

use crate::units::ByteCount;

/// So far a device may lag behind its rate and catch up.
const MOMENT: Duration = Duration::from_secs(1);

/// Bytes handed in since the beginning, held against a rate.
pub(super) struct Pace {
    per_second: Option<ByteCount>,
    begun: Instant,
    handed_in: u64,
}

impl Pace {
    /// A pace of at most `per_second`; none: as fast as the medium.
    pub(super) fn new(per_second: Option<ByteCount>) -> Self {
        Self {
            per_second: per_second.filter(|rate| rate.0 > 0),
            begun: Instant::now(),
            handed_in: 0,
        }
    }

    /// Counts what is handed in. What could not be handed in for longer than a moment is not made up for.
    pub(super) fn count(&mut self, bytes: u64) {
        let behind = |rate: ByteCount| self.begun.elapsed().checked_sub(due(self.handed_in, rate));
        if self
            .per_second
            .and_then(behind)
            .is_some_and(|behind| behind > MOMENT)
        {
            self.begun = Instant::now();
            self.handed_in = 0;
        }
        self.handed_in += bytes;
    }

    /// How long to wait before more may be handed in.
    pub(super) fn wait(&self) -> Option<Duration> {
        let rate = self.per_second?;
        due(self.handed_in, rate)
            .checked_sub(self.begun.elapsed())
            .filter(|left| !left.is_zero())
    }
}

/// The time that so many bytes take.
fn due(bytes: u64, rate: ByteCount) -> Duration {
    Duration::from_secs_f64(bytes as f64 / rate.0 as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_handed_in_too_early_has_to_be_waited_for() {
        let mut pace = Pace::new(Some(ByteCount(1 << 20)));
        assert_eq!(pace.wait(), None);
        pace.count(10 << 20);
        let wait = pace.wait().unwrap_or_default();
        assert!(
            wait > Duration::from_secs(9) && wait <= Duration::from_secs(10),
            "{wait:?}"
        );
    }

    #[test]
    fn a_pause_is_not_made_up_for() {
        let mut pace = Pace::new(Some(ByteCount(1 << 20)));
        pace.begun = Instant::now().checked_sub(Duration::from_secs(60)).unwrap();
        pace.count(1 << 20);
        let wait = pace.wait().unwrap_or_default();
        assert!(wait > Duration::from_millis(900), "{wait:?}");
    }

    #[test]
    fn without_a_limit_nothing_waits() {
        for rate in [None, Some(ByteCount(0))] {
            let mut pace = Pace::new(rate);
            pace.count(u64::MAX / 2);
            assert_eq!(pace.wait(), None);
        }
    }
}
