//! How reading and writing were carried out, and the earlier runs that were taken up again.

use crate::records::{ErasureRecord, Interruption, Io, IoEngine};
use crate::rendering::RenderError;
use crate::rendering::wording::Wording;
use crate::units::ByteCount;

use super::rows::Rows;
use super::values::{self, grouped};
use super::{codes, visible};

type Rendered = Result<String, RenderError>;

/// 読み書きの方式.
pub(super) fn io(io: &Io, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let text = values::fact(&io.engine, wording, |engine| engine_text(engine, wording))?;
    let notes = notes(io, wording)?;
    let row = rows.add("io", text)?;
    if !notes.is_empty() {
        row.noted(notes.join(" "));
    }
    Ok(())
}

fn engine_text(engine: &IoEngine, wording: &Wording) -> Rendered {
    let name = wording.text(&format!("io-engine.{}", codes::io_engine(engine.kind)))?;
    let in_flight = grouped(u64::from(engine.in_flight));
    let values = [
        ("engine", name.as_str()),
        ("in_flight", &in_flight),
        ("piece", &binary(engine.piece)),
    ];
    wording.filled("value.io", &values)
}

/// `1 MiB`, `64 KiB`: pieces are powers of two.
fn binary(bytes: ByteCount) -> String {
    let whole = |unit: u64| bytes.0 > 0 && bytes.0.is_multiple_of(unit);
    if whole(1 << 20) {
        format!("{} MiB", grouped(bytes.0 >> 20))
    } else if whole(1 << 10) {
        format!("{} KiB", grouped(bytes.0 >> 10))
    } else {
        format!("{} B", grouped(bytes.0))
    }
}

/// Why threads, and what held it back on purpose.
fn notes(io: &Io, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let mut notes = Vec::new();
    let reason = io.engine.measured().and_then(|engine| engine.reason.as_ref());
    if let Some(reason) = reason {
        notes.push(why_threads(reason, wording)?);
    }
    if let Some(rate) = io.rate_limit {
        let bytes = values::bytes(rate, wording)?;
        notes.push(wording.filled("value.io-rate", &[("bytes", &bytes)])?);
    }
    if io.background {
        notes.push(wording.text("value.io-background")?);
    }
    Ok(notes)
}

/// Why io_uring was not used. A code that this version does not know is printed as it is.
fn why_threads(reason: &str, wording: &Wording) -> Rendered {
    if let Some(text) = wording.known("io-reason", reason) {
        return Ok(text.to_owned());
    }
    let errno = reason
        .strip_prefix("errno-")
        .filter(|errno| errno.parse::<u16>().is_ok());
    match errno {
        Some(errno) => wording.filled("value.io-errno", &[("errno", errno)]),
        None => {
            let reason = visible(reason, wording)?;
            wording.filled("value.io-reason", &[("reason", &reason)])
        }
    }
}

/// The limit after which a hopeless medium is given up.
pub(super) fn given_up_after(io: &Io, wording: &Wording) -> Rendered {
    let seconds = grouped(u64::from(io.give_up_after_s));
    wording.filled("value.given-up-after", &[("seconds", &seconds)])
}

/// 中断と再開: a row for each earlier run.
pub(super) fn interruptions(
    record: &ErasureRecord,
    wording: &Wording,
    rows: &mut Rows<'_>,
) -> Result<(), RenderError> {
    for earlier in &record.interruptions {
        let text = interruption(earlier, wording)?;
        let digest = earlier.state.grouped();
        let note = wording.filled("value.interruption-state", &[("digest", &digest)])?;
        rows.add("interruption", text)?.noted(note);
    }
    Ok(())
}

fn interruption(earlier: &Interruption, wording: &Wording) -> Rendered {
    let (saved, started) = (
        values::time(earlier.saved, wording),
        values::time(earlier.started, wording),
    );
    let (pass, flushed) = (earlier.pass.to_string(), values::bytes(earlier.flushed, wording)?);
    let values = [
        ("number", earlier.number.as_str()),
        ("saved", &saved),
        ("started", &started),
        ("pass", &pass),
        ("flushed", &flushed),
    ];
    wording.filled("value.interruption", &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_in_the_largest_unit_that_fits() {
        for (bytes, text) in [
            (1 << 20, "1 MiB"),
            (1 << 16, "64 KiB"),
            (4096, "4 KiB"),
            (512, "512 B"),
            (0, "0 B"),
        ] {
            assert_eq!(binary(ByteCount(bytes)), text);
        }
    }

    #[test]
    fn what_was_not_measured_is_said() {
        let wording = Wording::embedded(crate::records::Language::Ja).unwrap();
        let mut record = super::super::samples::erased();
        record.io.engine = crate::records::Fact::NotMeasured(crate::records::Absence::NotReached);
        let mut rows = Rows::new("method", &wording);
        io(&record.io, &wording, &mut rows).unwrap();
        assert!(rows.done()[0].text.starts_with("測定なし"));
    }

    #[test]
    fn why_threads_is_said_in_the_language_of_the_paper() {
        use crate::records::Language::{En, Ja};
        for (code, ja, en) in [
            (
                "no-io-uring",
                "システムに io_uring がありません。",
                "The system has no io_uring.",
            ),
            (
                "forbidden",
                "システムが io_uring の使用を禁止しています。",
                "The system forbids io_uring.",
            ),
            (
                "too-old",
                "システムの io_uring が古いため、使用できません。",
                "The system's io_uring is too old.",
            ),
            (
                "no-memory",
                "io_uring に必要なメモリを確保できません。",
                "There is no memory for io_uring.",
            ),
            ("silent", "io_uring が応答しません。", "io_uring does not answer."),
            (
                "errno-22",
                "システムが io_uring を受け付けません（エラー番号 22）。",
                "The system refuses io_uring (error 22).",
            ),
            (
                "errno-",
                "io_uring を使えない理由: errno-",
                "io_uring could not be used: errno-",
            ),
            (
                "of a later version",
                "io_uring を使えない理由: of a later version",
                "io_uring could not be used: of a later version",
            ),
        ] {
            for (language, text) in [(Ja, ja), (En, en)] {
                let wording = Wording::embedded(language).unwrap();
                assert_eq!(why_threads(code, &wording).as_deref(), Ok(text), "{code}");
            }
        }
    }
}
