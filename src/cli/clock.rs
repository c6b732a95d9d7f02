//! The system's clock, lent to the jobs.

use keshiin::units::Timestamp;
use keshiin::workflows::Clock;

/// The operating system's clock in the time zone of this place.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = jiff::Zoned::now();
        let minutes = i16::try_from(now.offset().seconds() / 60).unwrap_or(0);
        // A clock outside the years 1970 to 9999 reads as 1970: every job refuses it.
        Timestamp::new(now.timestamp().as_second(), minutes).unwrap_or(EPOCH)
    }
}

const EPOCH: Timestamp = match Timestamp::new(0, 0) {
    Some(epoch) => epoch,
    None => unreachable!(),
};

/// The day on which this program was built.
pub(crate) fn built() -> Timestamp {
    env!("KESHIIN_BUILD_TIME")
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::new(seconds, 0))
        .unwrap_or(EPOCH)
}

/// A file's time as clocks at this place showed it: `2026-11-21 14:03:05`. None outside the years that can be
/// told.
pub(crate) fn here(unix_seconds: i64) -> Option<String> {
    let instant = jiff::Timestamp::from_second(unix_seconds).ok()?;
    let local = instant.to_zoned(jiff::tz::TimeZone::system());
    Some(local.strftime("%Y-%m-%d %H:%M:%S").to_string())
}
