//! A limit on bytes a second, for a machine that is in use.

use std::time::{Duration, Instant};

use crate::units::ByteCount;

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

    /// Counts what is handed in.
    pub(super) fn count(&mut self, bytes: u64) {
        self.handed_in += bytes;
    }

    /// How long to wait before more may be handed in.
    pub(super) fn wait(&self) -> Option<Duration> {
        let rate = self.per_second?;
        let due = Duration::from_secs_f64(self.handed_in as f64 / rate.0 as f64);
        due.checked_sub(self.begun.elapsed())
            .filter(|left| !left.is_zero())
    }
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
    fn without_a_limit_nothing_waits() {
        for rate in [None, Some(ByteCount(0))] {
            let mut pace = Pace::new(rate);
            pace.count(u64::MAX / 2);
            assert_eq!(pace.wait(), None);
        }
    }
}
