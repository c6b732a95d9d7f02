//! Numbers that carry their unit: bytes, positions on a medium, instants.
//!
//! Every room may use them; they know no room. Instants are RFC 3339 with the offset of the
//! place where they were taken, whole seconds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ByteCount(pub u64);

/// A position on a medium, in bytes from its first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ByteOffset(pub u64);

/// The size of a block in bytes: the alignment that direct I/O asks for. A power of two, 512 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct BlockSize(u32);

impl BlockSize {
    /// The smallest block that any supported medium has.
    pub const SECTOR: Self = Self(512);

    /// A block size of `bytes`, if that is a power of two between 512 and 1 MiB.
    #[must_use]
    pub fn new(bytes: u32) -> Option<Self> {
        (bytes.is_power_of_two() && (512..=1 << 20).contains(&bytes)).then_some(Self(bytes))
    }

    /// The size in bytes.
    #[must_use]
    pub const fn bytes(self) -> u32 {
        self.0
    }
}

/// A run of bytes on a medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByteRange {
    /// First byte.
    pub start: ByteOffset,
    /// How many bytes.
    pub length: ByteCount,
}

impl ByteRange {
    /// The range of `length` bytes from `start`.
    #[must_use]
    pub const fn new(start: u64, length: u64) -> Self {
        Self {
            start: ByteOffset(start),
            length: ByteCount(length),
        }
    }

    /// One past the last byte.
    #[must_use]
    pub const fn end(self) -> u64 {
        self.start.0 + self.length.0
    }
}

impl fmt::Display for ByteCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} B", self.0)
    }
}

impl fmt::Display for ByteOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// An instant in whole seconds, with the offset from UTC of the place where it was taken.
///
/// Ordered by the instant alone. Written as RFC 3339 (`2026-11-21T14:03:05+09:00`).
#[derive(Clone, Copy, Debug)]
pub struct Timestamp {
    unix_seconds: i64,
    offset_minutes: i16,
}

impl Timestamp {
    /// The instant `unix_seconds` after 1970-01-01T00:00:00Z, written with an offset of
    /// `offset_minutes` east of UTC. None outside the years 1970 to 9999 or beyond a day's offset.
    #[must_use]
    pub const fn new(unix_seconds: i64, offset_minutes: i16) -> Option<Self> {
        let in_range = 0 <= unix_seconds && unix_seconds <= 253_402_214_400;
        if in_range && offset_minutes.unsigned_abs() < 24 * 60 {
            Some(Self {
                unix_seconds,
                offset_minutes,
            })
        } else {
            None
        }
    }

    /// Reads RFC 3339 in exactly the form that [`fmt::Display`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let pieces = jiff::fmt::temporal::DateTimeParser::new()
            .parse_pieces(text)
            .ok()?;
        let offset = match pieces.offset()? {
            jiff::fmt::temporal::PiecesOffset::Zulu => jiff::tz::Offset::UTC,
            jiff::fmt::temporal::PiecesOffset::Numeric(numeric) => numeric.offset(),
            _ => return None,
        };
        let instant = offset
            .to_timestamp(pieces.date().to_datetime(pieces.time()?))
            .ok()?;
        let minutes = i16::try_from(offset.seconds() / 60).ok()?;
        Self::new(instant.as_second(), minutes).filter(|stamp| stamp.to_string() == text)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.unix_seconds
    }

    /// Minutes east of UTC of the place where it was taken.
    #[must_use]
    pub const fn offset_minutes(self) -> i16 {
        self.offset_minutes
    }

    /// The civil day at the place where it was taken, as `yyyymmdd`.
    #[must_use]
    pub fn day(self) -> String {
        self.civil().map_or_else(String::new, |local| {
            format!("{:04}{:02}{:02}", local.year(), local.month(), local.day())
        })
    }

    /// Date and time at the place where it was taken; none beyond the years that jiff knows.
    #[must_use]
    pub fn civil(self) -> Option<jiff::civil::DateTime> {
        let instant = jiff::Timestamp::from_second(self.unix_seconds).ok()?;
        let offset = jiff::tz::Offset::from_seconds(i32::from(self.offset_minutes) * 60).ok()?;
        Some(offset.to_datetime(instant))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(local) = self.civil() else {
            return Err(fmt::Error);
        };
        let (sign, minutes) = if self.offset_minutes < 0 {
            ('-', -self.offset_minutes)
        } else {
            ('+', self.offset_minutes)
        };
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            local.year(),
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second(),
            minutes / 60,
            minutes % 60,
        )
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.unix_seconds == other.unix_seconds
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.unix_seconds.cmp(&other.unix_seconds)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("not a timestamp in the form 2026-11-21T14:03:05+09:00"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_read_what_they_write_and_nothing_else() {
        for text in [
            "2026-11-21T14:03:05+09:00",
            "2026-11-21T05:03:05+00:00",
            "1999-12-31T23:59:59-03:30",
        ] {
            assert_eq!(
                Timestamp::parse(text).map(|stamp| stamp.to_string()).as_deref(),
                Some(text)
            );
        }
        for text in [
            "2026-11-21T14:03:05Z",
            "2026-11-21 14:03:05+09:00",
            "2026-11-21T14:03:05.1+09:00",
            "2026-11-21T14:03+09:00",
            "2026-02-30T00:00:00+00:00",
            "",
            "2026-11-21",
        ] {
            assert!(Timestamp::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_day_is_that_of_the_place() {
        assert_eq!(
            Timestamp::parse("2026-11-21T23:30:00+09:00")
                .map(Timestamp::day)
                .as_deref(),
            Some("20261121")
        );
        assert!(
            Timestamp::parse("2026-11-22T00:00:00+09:00") == Timestamp::parse("2026-11-21T15:00:00+00:00")
        );
    }

    #[test]
    fn no_offset_is_too_strange_to_be_refused() {
        for minutes in [i16::MIN, -1440, 1440, i16::MAX] {
            assert!(Timestamp::new(0, minutes).is_none());
        }
        assert!(Timestamp::new(0, -1439).is_some());
    }

    #[test]
    fn a_block_is_a_power_of_two() {
        assert!(BlockSize::new(520).is_none());
        assert_eq!(BlockSize::new(4096).map(BlockSize::bytes), Some(4096));
    }
}
