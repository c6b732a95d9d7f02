//! Numbers, days, times and facts as paper writes them.
//!
//! Integers only: a share is never rounded up. Eras after the 元号法 and its ordinances: 令和 from
//! 2019-05-01, 平成 from 1989-01-08; earlier days are written with the plain year.

use jiff::civil::Date;

use crate::records::{Absence, Fact, Language, SerialNumber};
use crate::rendering::RenderError;
use crate::rendering::sheet::Day;
use crate::rendering::wording::Wording;
use crate::units::{ByteCount, ByteRange, Timestamp};

use super::{codes, visible};

type Rendered = Result<String, RenderError>;

/// `67,108,864`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `67,108,864 バイト`.
pub(super) fn bytes(count: ByteCount, wording: &Wording) -> Rendered {
    wording.filled("value.bytes", &[("n", &grouped(count.0))])
}

/// `500,107,862,016 バイト（500.1 GB ／ 465.8 GiB）`.
pub(super) fn capacity(count: ByteCount, wording: &Wording) -> Rendered {
    let exact = bytes(count, wording)?;
    if count.0 < 1000 {
        return Ok(exact);
    }
    let (decimal, binary) = (
        scaled(count.0, 1000, ["kB", "MB", "GB", "TB", "PB", "EB"]),
        scaled(count.0, 1024, ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]),
    );
    let values = [
        ("bytes", exact.as_str()),
        ("decimal", &decimal),
        ("binary", &binary),
    ];
    wording.filled("value.capacity", &values)
}

/// `500.1 GB`; bytes below 1,000.
pub(super) fn short_capacity(count: ByteCount, wording: &Wording) -> Rendered {
    if count.0 < 1000 {
        return bytes(count, wording);
    }
    Ok(scaled(count.0, 1000, ["kB", "MB", "GB", "TB", "PB", "EB"]))
}

/// In the largest unit that fits, rounded to one digit after the point; the exact number stands beside it.
fn scaled(bytes: u64, step: u64, units: [&str; 6]) -> String {
    let mut size = step;
    let mut unit = units[0];
    for next in &units[1..] {
        match size.checked_mul(step) {
            Some(larger) if bytes >= larger => (size, unit) = (larger, next),
            _ => break,
        }
    }
    let size = u128::from(size);
    let tenths = (u128::from(bytes) * 10 + size / 2) / size;
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

/// Parts per million as a percentage, exactly: `99.9999%`.
pub(super) fn percent(ppm: u32) -> String {
    let (whole, rest) = (ppm / 10_000, ppm % 10_000);
    let fraction = format!("{rest:04}");
    match fraction.trim_end_matches('0') {
        "" => format!("{whole}%"),
        fraction => format!("{whole}.{fraction}%"),
    }
}

/// A day with its era, and in ISO 8601.
pub(super) fn day(day: Date, wording: &Wording) -> Day {
    let long = match wording.language() {
        Language::Ja => era_day(day),
        Language::En => day.strftime("%-d %B %Y").to_string(),
    };
    Day {
        long,
        iso: day.to_string(),
    }
}

/// The day of an instant at the place where it was taken.
pub(super) fn day_of(stamp: Timestamp, wording: &Wording) -> Day {
    let written = stamp.to_string();
    let date = written.get(..10).unwrap_or_default();
    match date.parse::<Date>() {
        Ok(date) => day(date, wording),
        Err(_) => Day {
            long: date.to_owned(),
            iso: date.to_owned(),
        },
    }
}

/// `2026年11月21日 10時20分05秒（+09:00）`, or RFC 3339 in English.
pub(super) fn time(stamp: Timestamp, wording: &Wording) -> String {
    let written = stamp.to_string();
    let part = |from: usize, to: usize| written.get(from..to).unwrap_or_default();
    let plain = |from: usize, to: usize| part(from, to).trim_start_matches('0').to_owned();
    match wording.language() {
        Language::Ja => format!(
            "{}年{}月{}日 {}時{}分{}秒（{}）",
            part(0, 4),
            plain(5, 7),
            plain(8, 10),
            part(11, 13),
            part(14, 16),
            part(17, 19),
            part(19, 25),
        ),
        Language::En => written,
    }
}

/// `2026-11-21 10:20:05`, for cells of tables.
pub(super) fn short_time(stamp: Timestamp) -> String {
    let written = stamp.to_string();
    let part = |from: usize, to: usize| written.get(from..to).unwrap_or_default();
    format!("{} {}", part(0, 10), part(11, 19))
}

/// `20分5秒`; told where the clock was set back in between.
pub(super) fn duration(from: Timestamp, until: Timestamp, wording: &Wording) -> Rendered {
    let seconds = until.unix_seconds().saturating_sub(from.unix_seconds());
    let Ok(seconds) = u64::try_from(seconds) else {
        return wording.text("value.duration-backwards");
    };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let key = match (hours, minutes) {
        (0, 0) => "value.duration-seconds",
        (0, _) => "value.duration-minutes",
        _ => "value.duration-hours",
    };
    let (hours, minutes, seconds) = (hours.to_string(), minutes.to_string(), seconds.to_string());
    let values = [
        ("hours", hours.as_str()),
        ("minutes", &minutes),
        ("seconds", &seconds),
    ];
    wording.filled(key, &values)
}

/// First byte, last byte, length, and sectors: the cells of a range.
pub(super) fn range(range: ByteRange, sector: u32) -> [String; 4] {
    let (start, length) = (range.start.0, range.length.0);
    let last = start.saturating_add(length.saturating_sub(1));
    let sector = u64::from(sector.max(1));
    let (first_sector, last_sector) = (grouped(start / sector), grouped(last / sector));
    let sectors = if first_sector == last_sector {
        first_sector
    } else {
        format!("{first_sector}–{last_sector}")
    };
    [grouped(start), grouped(last), grouped(length), sectors]
}

/// What was measured, as `show` writes it; otherwise why it was not.
pub(super) fn fact<T>(fact: &Fact<T>, wording: &Wording, show: impl FnOnce(&T) -> Rendered) -> Rendered {
    match fact {
        Fact::Measured(value) => show(value),
        Fact::NotMeasured(why) => absence(*why, wording),
    }
}

/// An untrusted text that was measured.
pub(super) fn text_fact(text: &Fact<String>, wording: &Wording) -> Rendered {
    fact(text, wording, |text| visible(text, wording))
}

/// 「測定なし（…）」.
pub(super) fn absence(why: Absence, wording: &Wording) -> Rendered {
    wording.text(&format!("absence.{}", codes::absence(why)))
}

/// The text of a stable code in `table`. One of a newer version is printed as it stands, and said to be one.
pub(super) fn code(table: &str, code: &str, wording: &Wording) -> Rendered {
    match wording.known(table, code) {
        Some(text) => Ok(text.to_owned()),
        None => wording.filled("value.unknown-code", &[("code", &visible(code, wording)?)]),
    }
}

/// Where a serial number was read.
pub(super) fn serial_source(serial: &SerialNumber, wording: &Wording) -> Rendered {
    let source = code("serial-source", &serial.source, wording)?;
    if serial.shared {
        wording.filled("value.serial-shared", &[("source", &source)])
    } else {
        Ok(source)
    }
}

/// An untrusted text that may not have been given.
pub(super) fn given(text: Option<&String>, wording: &Wording) -> Rendered {
    match text {
        Some(text) => visible(text, wording),
        None => wording.text("value.not-given"),
    }
}

/// Untrusted texts, one after another.
pub(super) fn join_visible(texts: &[String], separator: &str, wording: &Wording) -> Rendered {
    let shown: Result<Vec<String>, RenderError> = texts.iter().map(|text| visible(text, wording)).collect();
    Ok(shown?.join(separator))
}

fn era_day(day: Date) -> String {
    let from = |year, month, first| (day.year(), day.month(), day.day()) >= (year, month, first);
    let (era, before) = if from(2019, 5, 1) {
        ("令和", 2018)
    } else if from(1989, 1, 8) {
        ("平成", 1988)
    } else {
        ("", 0)
    };
    let year = match day.year() - before {
        1 if before > 0 => "元".to_owned(),
        year => year.to_string(),
    };
    format!("{era}{year}年{}月{}日", day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ja() -> Wording {
        Wording::embedded(Language::Ja).unwrap()
    }

    fn en() -> Wording {
        Wording::embedded(Language::En).unwrap()
    }

    #[test]
    fn eras_begin_on_their_day() {
        for (iso, long) in [
            ("2026-11-21", "令和8年11月21日"),
            ("2020-01-01", "令和2年1月1日"),
            ("2019-12-31", "令和元年12月31日"),
            ("2019-05-01", "令和元年5月1日"),
            ("2019-04-30", "平成31年4月30日"),
            ("1990-02-03", "平成2年2月3日"),
            ("1989-01-08", "平成元年1月8日"),
            ("1989-01-07", "1989年1月7日"),
            ("1970-01-01", "1970年1月1日"),
        ] {
            let day = day(iso.parse().unwrap(), &ja());
            assert_eq!((day.long.as_str(), day.iso.as_str()), (long, iso));
        }
        assert_eq!(day("2026-11-01".parse().unwrap(), &en()).long, "1 November 2026");
    }

    #[test]
    fn the_day_is_that_of_the_place() {
        let late = Timestamp::parse("2019-04-30T23:59:59+09:00").unwrap();
        assert_eq!(day_of(late, &ja()).long, "平成31年4月30日");
        let same = Timestamp::parse("2019-05-01T00:00:00+10:00").unwrap();
        assert!(same < late);
        assert_eq!(day_of(same, &ja()).long, "令和元年5月1日");
    }

    #[test]
    fn times_keep_their_offset() {
        let stamp = Timestamp::parse("2026-01-02T03:04:05-03:30").unwrap();
        assert_eq!(time(stamp, &ja()), "2026年1月2日 03時04分05秒（-03:30）");
        assert_eq!(time(stamp, &en()), "2026-01-02T03:04:05-03:30");
        assert_eq!(short_time(stamp), "2026-01-02 03:04:05");
    }

    #[test]
    fn durations_and_a_clock_that_was_set_back() {
        let at = |seconds: i64| Timestamp::new(1_000_000 + seconds, 540).unwrap();
        let shown = |seconds| duration(at(0), at(seconds), &ja()).unwrap();
        assert_eq!(shown(0), "0秒");
        assert_eq!(shown(1205), "20分5秒");
        assert_eq!(shown(90_061), "25時間1分1秒");
        assert!(shown(-1).contains("前"));
        assert_eq!(duration(at(0), at(61), &en()).unwrap(), "1 min 1 s");
    }

    #[test]
    fn numbers_in_groups_of_three() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (67_108_864, "67,108,864"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn capacities_in_both_ways_of_counting() {
        let shown = |bytes| capacity(ByteCount(bytes), &ja()).unwrap();
        assert_eq!(
            shown(500_107_862_016),
            "500,107,862,016 バイト（500.1 GB ／ 465.8 GiB）"
        );
        assert_eq!(shown(67_108_864), "67,108,864 バイト（67.1 MB ／ 64.0 MiB）");
        assert_eq!(shown(999), "999 バイト");
        assert_eq!(shown(1_048_575), "1,048,575 バイト（1.0 MB ／ 1024.0 KiB）");
        assert!(shown(u64::MAX).ends_with("（18.4 EB ／ 16.0 EiB）"));
        assert_eq!(short_capacity(ByteCount(999_999), &ja()).unwrap(), "1000.0 kB");
    }

    #[test]
    fn a_share_is_never_rounded_up() {
        for (ppm, text) in [
            (1_000_000, "100%"),
            (999_999, "99.9999%"),
            (995_000, "99.5%"),
            (100_000, "10%"),
            (1, "0.0001%"),
            (0, "0%"),
        ] {
            assert_eq!(percent(ppm), text);
        }
    }

    #[test]
    fn ranges_are_exact_to_the_byte() {
        let cells = |start, length, sector| range(ByteRange::new(start, length), sector).join(" ");
        assert_eq!(cells(4096, 1024, 512), "4,096 5,119 1,024 8–9");
        assert_eq!(cells(512, 512, 512), "512 1,023 512 1");
        assert_eq!(cells(0, 0, 0), "0 0 0 0");
        let [start, last, ..] = range(ByteRange::new(u64::MAX, u64::MAX), 512);
        assert_eq!(start, last);
    }
}
