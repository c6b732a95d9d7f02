//! What an erasure found beside its verdict: the sample and its bound, displaced data, interruptions.

use keshiin::records::{Displaced, DisplacementPattern, ErasureRecord, Interruption, ReadBack, Sample};

use super::Fields;
use crate::cli::i18n::{Message, grouped};

/// The rows of those that there are.
pub(super) fn finding_rows<'a>(mut fields: Fields<'a>, record: &ErasureRecord) -> Fields<'a> {
    let verification = &record.verification;
    let last = verification.last.measured();
    if let Some((read, sample)) = last.and_then(|read| Some((read, read.sample.as_ref()?))) {
        fields = fields.row("field-sample", &sample_text(read, sample));
    }
    for read in verification.earlier.iter().chain(last) {
        for text in displaced_texts(&read.displaced) {
            fields = fields.row("field-displaced", &text);
        }
    }
    interruption_rows(fields, &record.interruptions)
}

/// One row for each earlier run that was taken up again.
pub(super) fn interruption_rows<'a>(mut fields: Fields<'a>, all: &[Interruption]) -> Fields<'a> {
    for earlier in all {
        let text = Message::new("interruption")
            .text("number", &earlier.number)
            .time("saved", earlier.saved)
            .number("pass", u64::from(earlier.pass))
            .bytes("flushed", earlier.flushed);
        fields = fields.row("field-interruption", &text);
    }
    fields
}

/// What was drawn, and what it would have shown: only where all of it was read.
fn sample_text(read: &ReadBack, sample: &Sample) -> Message {
    let id = match sample.bound_ppm {
        _ if read.compared != read.planned => "sample-unfinished",
        0 => "sample-whole",
        _ => "sample",
    };
    Message::new(id)
        .number("blocks", sample.blocks)
        .number("of", sample.of)
        .text("share", percent(sample.bound_ppm))
}

/// How many blocks, and what they have in common.
fn displaced_texts(displaced: &Displaced) -> Vec<Message> {
    if !displaced.any() {
        return Vec::new();
    }
    let counts = Message::new("displaced")
        .number("moved", displaced.moved)
        .number("stale", displaced.stale);
    let common = match displaced.pattern {
        DisplacementPattern::None => None,
        DisplacementPattern::Wraps { real } => Some(Message::new("displaced-wraps").bytes("real", real)),
        DisplacementPattern::EndsAt { real } => Some(Message::new("displaced-ends-at").bytes("real", real)),
        DisplacementPattern::Shifted { by } => {
            let sign = if by < 0 { '-' } else { '+' };
            let by = format!("{sign}{}", grouped(by.unsigned_abs()));
            Some(Message::new("displaced-shifted").text("by", by))
        }
    };
    std::iter::once(counts).chain(common).collect()
}

/// Parts per million as a percentage, exactly: `0.4595%`.
pub(super) fn percent(ppm: u32) -> String {
    let fraction = format!("{:04}", ppm % 10_000);
    match fraction.trim_end_matches('0') {
        "" => format!("{}%", ppm / 10_000),
        fraction => format!("{}.{fraction}%", ppm / 10_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::i18n::{Catalogue, Language};
    use keshiin::records::{Fact, Seed};
    use keshiin::units::ByteCount;

    fn sample_of(compared: u64, bound_ppm: u32) -> String {
        let record = ErasureRecord::example().unwrap();
        let Fact::Measured(mut read) = record.verification.last else {
            panic!("the example was read back")
        };
        read.compared = ByteCount(compared);
        let sample = Sample {
            seed: Seed::from_bytes([1; 32]),
            blocks: 1000,
            of: 20_000,
            bound_ppm,
        };
        Catalogue::new(Language::Ja).text(&sample_text(&read, &sample))
    }

    #[test]
    fn a_bound_is_told_only_of_what_was_read() {
        assert!(sample_of(64 << 20, 4595).contains("0.4595%"));
        assert!(!sample_of(63 << 20, 4595).contains("99%"));
        assert!(sample_of(64 << 20, 0).contains("すべて"));
        assert_eq!(percent(990_000), "99%");
        assert_eq!(percent(100), "0.01%");
    }

    #[test]
    fn displaced_data_is_told_with_what_it_has_in_common() {
        let mut displaced = Displaced::default();
        assert!(displaced_texts(&displaced).is_empty());
        displaced.moved = 3;
        assert_eq!(displaced_texts(&displaced).len(), 1);
        displaced.pattern = DisplacementPattern::Shifted { by: -4096 };
        let texts = displaced_texts(&displaced);
        let said = Catalogue::new(Language::En).text(&texts[1]);
        assert!(said.contains("-4,096"), "{said}");
    }
}
