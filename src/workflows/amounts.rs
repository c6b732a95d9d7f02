//! Amounts as people type them: sizes in powers of 1,024, and stretches of time.
//!
//! Pure. Stretches always name their unit: nobody has to know whether a bare number means seconds.

use std::time::Duration;

use crate::units::ByteCount;

/// `4096`, `64K`, `64M`, `64MiB`, `2G`: powers of 1,024.
pub(super) fn parse_size(text: &str) -> Option<ByteCount> {
    let (number, unit) = split(text);
    let shift = match unit
        .to_ascii_uppercase()
        .trim_end_matches("IB")
        .trim_end_matches('B')
    {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift).map(ByteCount)
}

/// `500ms`, `90s`, `30m`, `2h`.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text);
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number
        .parse::<u64>()
        .ok()?
        .checked_mul(milliseconds)
        .map(Duration::from_millis)
}

/// The digits in front, and what stands behind them.
fn split(text: &str) -> (&str, &str) {
    let digits = text
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_1024() {
        let read = |text| parse_size(text).map(|size| size.0);
        for (text, size) in [
            ("0", 0),
            ("4096", 4096),
            ("64K", 64 << 10),
            ("50M", 50 << 20),
            ("50MB", 50 << 20),
            ("2gib", 2 << 30),
            ("3T", 3 << 40),
        ] {
            assert_eq!(read(text), Some(size), "{text}");
        }
        for text in [
            "",
            "M",
            "-1",
            "1.5G",
            "1 G",
            "1P",
            "99999999T",
            "５M",
            "1M/s",
            "0x10",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn stretches_name_their_unit() {
        let read = |text| parse_duration(text).map(|stretch| stretch.as_millis());
        for (text, milliseconds) in [
            ("500ms", 500),
            ("90s", 90_000),
            ("30m", 1_800_000),
            ("2h", 7_200_000),
        ] {
            assert_eq!(read(text), Some(milliseconds), "{text}");
        }
        for text in [
            "",
            "30",
            "s",
            "1.5h",
            "-1s",
            "1h30m",
            "30 s",
            "1d",
            "9999999999999999999h",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
