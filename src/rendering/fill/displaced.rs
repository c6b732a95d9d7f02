//! Blocks that hold bytes of another place or another pass: how many, and what they have in common.

use crate::records::{Displaced, DisplacementPattern, Verification};
use crate::rendering::RenderError;
use crate::rendering::wording::Wording;

use super::rows::Rows;
use super::values::{self, grouped};

/// How many examples a row shows; the record has more.
const EXAMPLES: usize = 3;

/// A row where there are any.
pub(super) fn row(displaced: &Displaced, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    if !displaced.any() {
        return Ok(());
    }
    let (moved, stale) = (grouped(displaced.moved), grouped(displaced.stale));
    let text = wording.filled("value.displaced", &[("moved", &moved), ("stale", &stale)])?;
    let mut notes: Vec<String> = pattern(displaced.pattern, wording)?.into_iter().collect();
    for example in displaced.examples.iter().take(EXAMPLES) {
        let (at, holds) = (grouped(example.at.0), grouped(example.holds.0));
        notes.push(wording.filled("value.displaced-example", &[("at", &at), ("holds", &holds)])?);
    }
    let row = rows.add("displaced", text)?;
    if !notes.is_empty() {
        row.noted(notes.join(" ／ "));
    }
    Ok(())
}

/// What the displaced blocks of each read-back have in common, a sentence each, for the verdict.
pub(super) fn patterns(verification: &Verification, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let reads = verification.earlier.iter().chain(verification.last.measured());
    let mut sentences = Vec::new();
    for read in reads {
        let sentence = pattern(read.displaced.pattern, wording)?;
        sentences.extend(sentence.filter(|sentence| !sentences.contains(sentence)));
    }
    Ok(sentences)
}

fn pattern(pattern: DisplacementPattern, wording: &Wording) -> Result<Option<String>, RenderError> {
    let sentence = match pattern {
        DisplacementPattern::None => return Ok(None),
        DisplacementPattern::Wraps { real } => wording.filled(
            "value.displaced-wraps",
            &[("real", &values::capacity(real, wording)?)],
        ),
        DisplacementPattern::EndsAt { real } => wording.filled(
            "value.displaced-ends-at",
            &[("real", &values::capacity(real, wording)?)],
        ),
        DisplacementPattern::Shifted { by } => {
            wording.filled("value.displaced-shifted", &[("by", &signed(by))])
        }
    };
    sentence.map(Some)
}

/// `+4,096`, `-4,096`.
fn signed(number: i64) -> String {
    let sign = if number < 0 { '-' } else { '+' };
    format!("{sign}{}", grouped(number.unsigned_abs()))
}
